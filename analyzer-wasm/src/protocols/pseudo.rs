//! What is said of a packet as a whole and stands on no bytes of its own.

pub mod expert;
pub mod frame;
pub mod malformed;
pub mod pair;
pub mod short;
