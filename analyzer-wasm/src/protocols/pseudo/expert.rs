//! What all expert infos have: their words, how grave they are, and of which kind. It is no layer: the lines stand where
//! the expert infos are.

use crate::dissect::Protocol;
use crate::field::{Group, Severity, Values};

/// What all expert infos have.
pub static PROTOCOL: Protocol =
    Protocol { name: "_ws.expert", title: "Expert Info", fields: FIELDS, ..Protocol::PLAIN };

crate::fields! { expert
    _ "_ws.expert.message" Text "Message" hidden true of_experts true;
    _ "_ws.expert.severity" N32 "Severity level" values (SEVERITIES) of_experts true;
    _ "_ws.expert.group" N32 "Group" values (GROUPS) of_experts true;
}

const SEVERITIES: Values = Values::Names(&[
    (Severity::Error as u64, "Error"),
    (Severity::Warning as u64, "Warning"),
    (Severity::Note as u64, "Note"),
    (Severity::Chat as u64, "Chat"),
    (Severity::Comment as u64, "Comment"),
]);

const GROUPS: Values = Values::Names(&[
    (Group::Checksum as u64, "Checksum"),
    (Group::Sequence as u64, "Sequence"),
    (Group::Response as u64, "Response"),
    (Group::Request as u64, "Request"),
    (Group::Undecoded as u64, "Undecoded"),
    (Group::Reassemble as u64, "Reassemble"),
    (Group::Malformed as u64, "Malformed"),
    (Group::Debug as u64, "Debug"),
    (Group::Protocol as u64, "Protocol"),
    (Group::Security as u64, "Security"),
    (Group::Comment as u64, "Comment"),
    (Group::Decryption as u64, "Decryption"),
    (Group::Assumption as u64, "Assumption"),
    (Group::Deprecated as u64, "Deprecated"),
]);
