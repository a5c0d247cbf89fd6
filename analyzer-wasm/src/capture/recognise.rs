//! What a file is, by its first bytes.

use super::{pcap, pcapng};

/// What a file turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// More bytes are needed to tell.
    Open,
    Pcap,
    Pcapng,
    /// Something else.
    Other,
}

/// How many first bytes are looked at.
pub(super) const HEAD: usize = 512;

/// What a file is that begins so; `whole` says that these are all its bytes.
pub(super) fn recognise(head: &[u8], whole: bool) -> Kind {
    if pcap::magic(head).is_some() {
        return Kind::Pcap;
    }
    match pcapng::magic(head) {
        Some(true) => return Kind::Pcapng,
        None if !whole => return Kind::Open,
        _ => {}
    }
    if whole || head.len() >= HEAD { Kind::Other } else { Kind::Open }
}
