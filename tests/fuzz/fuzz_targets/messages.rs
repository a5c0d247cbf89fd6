//! Any bytes as messages.
#![cfg_attr(feature = "fuzzer", no_main)]

#[cfg(feature = "fuzzer")]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::messages(bytes));

#[cfg(not(feature = "fuzzer"))]
fn main() -> std::io::Result<()> {
    fuzz::replay(fuzz::messages)
}
