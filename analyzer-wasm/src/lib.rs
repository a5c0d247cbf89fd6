//! Dropcap's analyzer: bytes of a capture in, answers out.
//!
//! The modules stand in the order in which a packet meets them.
#![warn(clippy::indexing_slicing, clippy::print_stdout, clippy::print_stderr)]

pub mod capture;
pub mod message;
