//! Versions of QUIC, and which of the drafts of version 1 they follow.

/// RFC 9369.
pub(super) const TWO: u32 = 0x6b33_43cf;
/// Google's own, with its own handshake.
pub(super) const GOOGLE_Q050: u32 = 0x5130_3530;
/// Google's first with TLS.
pub(super) const GOOGLE_T050: u32 = 0x5430_3530;
/// Google's second with TLS.
pub(super) const GOOGLE_T051: u32 = 0x5430_3531;

/// The oldest draft whose headers are those of version 1.
const OLDEST: u8 = 22;

/// The draft of version 1 that a version follows, as far as headers and keys go; 0 for versions that follow none.
pub(super) fn draft(version: u32) -> u8 {
    match version {
        // Versions 1 and 2 are later than the last draft.
        1 => 34,
        TWO => 100,
        0xff00_0000..=0xff00_0022 => version as u8,
        // Facebook's.
        0xface_b001 => 22,
        0xface_b002 | 0xface_b00e => 27,
        GOOGLE_Q050 | GOOGLE_T050 | GOOGLE_T051 => 27,
        // Reserved to see whether others can say no (RFC 9000, section 15).
        _ if version & 0x0f0f_0f0f == 0x0a0a_0a0a => 29,
        _ => 0,
    }
}

/// Whether packets of the version can be distinguished from other bytes.
pub(super) fn is_known(version: u32) -> bool {
    draft(version) >= OLDEST
}
