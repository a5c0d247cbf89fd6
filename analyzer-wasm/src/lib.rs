//! Dropcap's analyzer: bytes of a capture in, answers out.
//!
//! The modules stand from the ground up: each imports only from those above it in this list, which a test holds.
//! A blank line begins a floor, also within what one comment is about: the formatter sorts the modules between two blank
//! lines by name, and the order of floors is another.
#![warn(clippy::indexing_slicing, clippy::print_stdout, clippy::print_stderr)]

// The ground: what fields, values and addresses are, and what crosses to the page.
pub mod endpoints;
pub mod field;
pub mod message;
pub mod pace;
pub mod times;
pub mod value;

// Lists and tables that hold millions of entries, and grow and go without a pause.
pub mod blocks;
pub mod numbered;

pub mod sharded;

// Bytes of a file to records.
pub mod capture;

// What a packet belongs to, and what it may know of others.
pub mod conversations;
pub mod streams;

pub mod memory;

// A record to nodes.
pub mod dissect;
pub mod protocols;

// Nodes to rows, or to numbers alone.
pub mod count;
pub mod index;

// Filters, and what is said of them.
pub mod filter;
pub mod help;

// Which lookup led to which connection.
pub mod pairs;

// An open capture, what panes show of it, and the page's requests.
pub mod open;
pub mod views;

pub mod session;
