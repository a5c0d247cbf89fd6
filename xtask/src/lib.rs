//! What a developer types, as a library: the tests use its web server and its reading of goldens.
//!
//! One file a command (`demo`, `test`, `golden`, `bench`, `fuzz`, `tidy`, `dist`), beside what they share.

pub mod bench;
pub mod captures;
pub mod demo;
pub mod dist;
pub mod fuzz;
pub mod golden;
pub mod packages;
pub mod page;
pub mod serve;
pub mod shell;
pub mod test;
pub mod tidy;
pub mod tools;
