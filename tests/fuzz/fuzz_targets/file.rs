//! Any bytes as a capture.
#![cfg_attr(feature = "fuzzer", no_main)]

#[cfg(feature = "fuzzer")]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::file(bytes));

#[cfg(not(feature = "fuzzer"))]
fn main() -> std::io::Result<()> {
    fuzz::replay(fuzz::file)
}
