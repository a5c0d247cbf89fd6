//! What the tests share: an open capture, the known differences, programs, a browser, and a guest for the launcher.

pub mod analysis;
pub mod browser;
pub mod differences;
pub mod guest;
pub mod launched;
pub mod packet;
pub mod programs;
pub mod visits;
