//! Dropcap's analyzer: bytes of a capture in, answers out.
//!
//! The modules stand in the order in which a packet meets them.
#![warn(clippy::indexing_slicing, clippy::print_stdout, clippy::print_stderr)]

pub mod blocks;
pub mod capture;
pub mod conversations;
pub mod count;
pub mod dissect;
pub mod field;
pub mod filter;
pub mod help;
pub mod index;
pub mod memory;
pub mod message;
pub mod pace;
pub mod pairs;
pub mod protocols;
pub mod session;
pub mod streams;
pub mod times;
pub mod value;
pub mod views;
