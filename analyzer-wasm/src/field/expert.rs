//! What an expert info says of itself: how grave it is, and of which kind.

/// What is said of an expert info besides its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expert {
    /// How grave it is.
    pub severity: Severity,
    /// Of which kind it is.
    pub group: Group,
}

/// How grave an expert info is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// A comment of somebody who looked at the capture.
    Comment,
    /// The ordinary course of things.
    Chat,
    /// Something notable, such as a common error code.
    Note,
    /// Something unusual.
    Warning,
    /// A serious problem.
    Error,
}

/// Of which kind an expert info is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// A checksum was wrong.
    Checksum,
    /// Suspicious sequence: not in order, retransmitted, missing.
    Sequence,
    /// What a server answered.
    Response,
    /// What a client asked.
    Request,
    /// Something that is not decoded.
    Undecoded,
    /// Trouble with putting a message together.
    Reassemble,
    /// The packet is wrong.
    Malformed,
    /// Of use while a dissector is written.
    Debug,
    /// A protocol's rules are violated.
    Protocol,
    /// Trouble with security.
    Security,
    /// A comment on the packet.
    Comment,
    /// Trouble with decryption.
    Decryption,
    /// Something that was taken for granted.
    Assumption,
    /// Something that should be used no more.
    Deprecated,
}
