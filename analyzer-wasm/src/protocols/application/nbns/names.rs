//! What the numbers of NBNS are called.

use crate::field::Values;

pub(super) const OPCODES: Values = Values::Names(&[
    (0, "Name query"),
    (5, "Registration"),
    (6, "Release"),
    (7, "Wait for acknowledgment"),
    (8, "Refresh"),
    (9, "Refresh (alternate opcode)"),
    (15, "Multi-homed registration"),
]);
pub(super) const RCODES: Values = Values::Names(&[
    (0, "No error"),
    (1, "Request was invalidly formatted"),
    (2, "Server failure"),
    (3, "Requested name does not exist"),
    (4, "Request is not implemented"),
    (5, "Request was refused"),
    (6, "Name is owned by another node"),
    (7, "Name is in conflict"),
]);
pub(super) const TYPES: Values = Values::Names(&[(32, "NB"), (33, "NBSTAT")]);
pub(super) const RESPONSES: Values = Values::Flag("Message is a response", "Message is a query");
pub(super) const AUTHORITATIVE: Values =
    Values::Flag("Server is an authority for domain", "Server is not an authority for domain");
pub(super) const TRUNCATED: Values = Values::Flag("Message is truncated", "Message is not truncated");
pub(super) const RECURSION_DESIRED: Values = Values::Flag("Do query recursively", "Don't do query recursively");
pub(super) const RECURSION_AVAILABLE: Values =
    Values::Flag("Server can do recursive queries", "Server can't do recursive queries");
pub(super) const BROADCAST: Values = Values::Flag("Broadcast packet", "Not a broadcast packet");
pub(super) const OWNERS: Values = Values::Flag("Group name", "Unique name");
/// Wireshark knows the others by their bits in place, and so names none of them.
pub(super) const NODES: Values = Values::Names(&[(0, "B-node")]);
