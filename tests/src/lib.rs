//! What the tests share: an open capture, the known differences, programs, and a browser.

pub mod analysis;
pub mod browser;
pub mod differences;
pub mod packet;
pub mod programs;
