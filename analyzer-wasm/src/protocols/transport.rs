//! Transport layers.

pub mod tcp;
pub mod udp;
