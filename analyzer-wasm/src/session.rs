//! One open capture: requests in, replies out. An ordinary function, so that all of it is tested without a browser.

pub mod cells;
pub mod open;
