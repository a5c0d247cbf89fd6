//! What the numbers of SNMP are called.

use crate::field::Values;

pub(super) const VERSIONS: Values = Values::Names(&[(0, "version-1"), (1, "v2c"), (2, "v2u"), (3, "snmpv3")]);
pub(super) const PDUS: Values = Values::Names(&[
    (0, "get-request"),
    (1, "get-next-request"),
    (2, "get-response"),
    (3, "set-request"),
    (4, "trap"),
    (5, "getBulkRequest"),
    (6, "informRequest"),
    (7, "snmpV2-trap"),
    (8, "report"),
]);
pub(super) const CONTENTS: Values = Values::Names(&[(0, "plaintext"), (1, "encryptedPDU")]);
pub(super) const PARTY_CONTENTS: Values = Values::Names(&[(0, "plaintext"), (1, "encrypted")]);
pub(super) const ERRORS: Values = Values::Names(&[
    (0, "noError"),
    (1, "tooBig"),
    (2, "noSuchName"),
    (3, "badValue"),
    (4, "readOnly"),
    (5, "genErr"),
    (6, "noAccess"),
    (7, "wrongType"),
    (8, "wrongLength"),
    (9, "wrongEncoding"),
    (10, "wrongValue"),
    (11, "noCreation"),
    (12, "inconsistentValue"),
    (13, "resourceUnavailable"),
    (14, "commitFailed"),
    (15, "undoFailed"),
    (16, "authorizationError"),
    (17, "notWritable"),
    (18, "inconsistentName"),
]);
pub(super) const TRAPS: Values = Values::Names(&[
    (0, "coldStart"),
    (1, "warmStart"),
    (2, "linkDown"),
    (3, "linkUp"),
    (4, "authenticationFailure"),
    (5, "egpNeighborLoss"),
    (6, "enterpriseSpecific"),
]);
pub(super) const MODELS: Values = Values::Names(&[(0, "Any"), (1, "V1"), (2, "V2C"), (3, "USM")]);
pub(super) const CONFORMANCE: Values = Values::Flag("RFC3411 (SNMPv3)", "RFC1910 (Non-SNMPv3)");
pub(super) const FORMATS: Values = Values::Names(&[
    (1, "IPv4 address"),
    (2, "IPv6 address"),
    (3, "MAC address"),
    (4, "Text, administratively assigned"),
    (5, "Octets, administratively assigned"),
]);
pub(super) const CISCO_TYPES: Values = Values::Names(&[(0, "Agent"), (1, "Manager")]);
/// Of tens of thousands (IANA, "Private Enterprise Numbers") some whose engines are met.
pub(super) const ENTERPRISES: Values = Values::Names(&[
    (2, "IBM"),
    (9, "ciscoSystems"),
    (11, "Hewlett-Packard"),
    (311, "Microsoft"),
    (2636, "Juniper Networks, Inc."),
    (8072, "net-snmp"),
    (14988, "Mikrotik"),
]);
