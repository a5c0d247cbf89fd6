//! What the tests of whole programs share: a guest for the launcher, and the network that it visits.

pub mod guest;
pub mod launched;
