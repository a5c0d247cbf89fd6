//! What an expert info says of itself: how grave it is, and of which kind.

/// What is said of an expert info besides its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expert {
    /// How grave it is.
    pub severity: Severity,
    /// Of which kind it is.
    pub group: Group,
}

/// How grave an expert info is, by the number that stands for it in filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// A comment of somebody who looked at the capture.
    Comment = 0x10_0000,
    /// The ordinary course of things.
    Chat = 0x20_0000,
    /// Something notable, such as a common error code.
    Note = 0x40_0000,
    /// Something unusual.
    Warning = 0x60_0000,
    /// A serious problem.
    Error = 0x80_0000,
}

/// Of which kind an expert info is, by the number that stands for it in filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// A checksum was wrong.
    Checksum = 0x100_0000,
    /// Suspicious sequence: not in order, retransmitted, missing.
    Sequence = 0x200_0000,
    /// What a server answered.
    Response = 0x300_0000,
    /// What a client asked.
    Request = 0x400_0000,
    /// Something that is not decoded.
    Undecoded = 0x500_0000,
    /// Trouble with putting a message together.
    Reassemble = 0x600_0000,
    /// The packet is wrong.
    Malformed = 0x700_0000,
    /// Of use while a dissector is written.
    Debug = 0x800_0000,
    /// A protocol's rules are violated.
    Protocol = 0x900_0000,
    /// Trouble with security.
    Security = 0xA00_0000,
    /// A comment on the packet.
    Comment = 0xB00_0000,
    /// Trouble with decryption.
    Decryption = 0xC00_0000,
    /// Something that was taken for granted.
    Assumption = 0xD00_0000,
    /// Something that should be used no more.
    Deprecated = 0xE00_0000,
}
