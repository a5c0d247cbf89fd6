//! What the numbers of SSH are called.

use crate::field::Values;

/// The messages of version 2 (RFC 4250, section 4.1.2), but those that depend on the key exchange.
pub(super) const MESSAGES: Values = Values::Names(&[
    (1, "Disconnect"),
    (2, "Ignore"),
    (3, "Unimplemented"),
    (4, "Debug"),
    (5, "Service Request"),
    (6, "Service Accept"),
    (20, "Key Exchange Init"),
    (21, "New Keys"),
    (50, "User Authentication Request"),
    (51, "User Authentication Failure"),
    (52, "User Authentication Success"),
    (53, "User Authentication Banner"),
    (60, "Public Key algorithm accepted"),
    (80, "Global Request"),
    (81, "Request Success"),
    (82, "Request Failure"),
    (90, "Channel Open"),
    (91, "Channel Open Confirmation"),
    (92, "Channel Open Failure"),
    (93, "Window Adjust"),
    (94, "Channel Data"),
    (95, "Channel Extended Data"),
    (96, "Channel EOF"),
    (97, "Channel Close"),
    (98, "Channel Request"),
    (99, "Channel Success"),
    (100, "Channel Failure"),
]);
/// The messages of version 1.
pub(super) const MESSAGES_1: Values =
    Values::Names(&[(0, "No Message"), (1, "Disconnect"), (2, "Public Key"), (3, "Session Key"), (4, "User")]);
/// The messages of a key exchange with Diffie-Hellman (RFC 4253, section 8).
pub(super) const DH_MESSAGES: Values =
    Values::Names(&[(30, "Diffie-Hellman Key Exchange Init"), (31, "Diffie-Hellman Key Exchange Reply")]);
/// The messages of a key exchange in a group that the server chooses (RFC 4419).
pub(super) const GROUP_MESSAGES: Values = Values::Names(&[
    (30, "Diffie-Hellman Group Exchange Request (Old)"),
    (31, "Diffie-Hellman Group Exchange Group"),
    (32, "Diffie-Hellman Group Exchange Init"),
    (33, "Diffie-Hellman Group Exchange Reply"),
    (34, "Diffie-Hellman Group Exchange Request"),
]);
/// The messages of a key exchange on elliptic curves (RFC 5656, section 4).
pub(super) const CURVE_MESSAGES: Values = Values::Names(&[
    (30, "Elliptic Curve Diffie-Hellman Key Exchange Init"),
    (31, "Elliptic Curve Diffie-Hellman Key Exchange Reply"),
]);
