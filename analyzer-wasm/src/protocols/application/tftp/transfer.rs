//! What the packets of one transfer know of each other: the request, what was agreed on, how many blocks came.

use super::PORT;
use crate::dissect::Layer;
use crate::memory::History;
use std::net::IpAddr;

/// Bytes in a block where nothing else was agreed on.
const USUAL_BLOCK: u16 = 512;

/// The client with its port, and the server.
pub(super) type TransferEnds = (IpAddr, u16, IpAddr);

/// The request that began a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TransferRequest {
    pub(super) writes: bool,
    pub(super) file: Vec<u8>,
    pub(super) frame: u32,
    /// Whether it makes the answer known, which can come from any port: what is no name of a file makes no request.
    pub(super) credible: bool,
    pub(super) asks_size: bool,
}

/// What both sides agreed on by options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Terms {
    pub(super) block: u16,
    pub(super) window: u16,
    pub(super) microsoft: bool,
    /// Whether the client asked for nothing so far but the file's size, and the server answered.
    pub(super) size_known: bool,
}

pub(super) const USUAL: Terms = Terms { block: USUAL_BLOCK, window: 0, microsoft: false, size_known: false };

pub(super) static REQUESTS: History<TransferEnds, TransferRequest> = History::new(1 << 18);
pub(super) static TERMS: History<TransferEnds, Terms> = History::new(1 << 18);
/// About the highest number of a block of data so far, counted on where the 16 bits on the wire began anew.
pub(super) static HIGHEST: History<TransferEnds, u32> = History::new(1 << 20);

/// Between whom the packet goes, and the request that it belongs to.
pub(super) fn transfer(l: &mut Layer<'_, '_>) -> (TransferEnds, Option<TransferRequest>) {
    let between = l.endpoints();
    let sent = (between.source, between.source_port, between.destination);
    let answered = (between.destination, between.destination_port, between.source);
    for ends in [sent, answered] {
        if let Some(request) = l.memory().before(&REQUESTS, &ends) {
            return (ends, Some(request.clone()));
        }
    }
    (if between.source_port == PORT { answered } else { sent }, None)
}

pub(super) fn highest(l: &mut Layer<'_, '_>, ends: TransferEnds) -> u32 {
    l.memory().before(&HIGHEST, &ends).copied().unwrap_or_default()
}

pub(super) fn terms(l: &mut Layer<'_, '_>, ends: TransferEnds) -> Terms {
    l.memory().before(&TERMS, &ends).copied().unwrap_or(USUAL)
}

pub(super) fn agree(l: &mut Layer<'_, '_>, ends: TransferEnds, terms: Terms) {
    if !l.quoted() {
        l.memory().append(&TERMS, ends, terms);
    }
}
