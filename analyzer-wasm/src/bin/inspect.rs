//! The terminal rim.
fn main() {}
