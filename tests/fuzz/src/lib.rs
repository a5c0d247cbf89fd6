//! What is fuzzed: an ordinary function a target, so that every compiler checks it and a found input can be tried without a
//! fuzzer.
#![allow(clippy::expect_used, reason = "a target fails by panicking")]

#[path = "../../src/analysis.rs"]
#[allow(dead_code, unreachable_pub, reason = "it is shared with the tests, which ask more")]
mod analysis;

mod file;
mod filter;
mod messages;
mod packet;

pub use file::file;
pub use filter::filter;
pub use messages::messages;
pub use packet::packet;

/// Hands each file that the command line names to a target.
///
/// # Errors
/// That a file cannot be read.
pub fn replay(target: fn(&[u8])) -> std::io::Result<()> {
    for name in std::env::args().skip(1) {
        target(&std::fs::read(&name)?);
        println!("{name}: nothing is wrong");
    }
    Ok(())
}
