//! The browser rim.
fn main() {}
