//! Facts about a packet as a whole, which stand on no bytes of their own.

pub mod expert;
pub mod frame;
pub mod malformed;
pub mod pair;
pub mod short;
