//! What the tests share: an open capture, captures written by hand, programs, a browser, and a guest for the launcher.

pub mod analysis;
pub mod browser;
pub mod crowd;
pub mod differences;
pub mod guest;
pub mod launched;
pub mod packet;
pub mod pairs;
pub mod pass;
pub mod programs;
pub mod recalled;
pub mod streams;
pub mod visits;
