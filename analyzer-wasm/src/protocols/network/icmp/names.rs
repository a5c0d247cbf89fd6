//! Names of ICMP's types and codes (IANA, ICMP Parameters).

use crate::field::Values;

const KINDS: Values = Values::Names(&[
    (0, "Echo (ping) reply"),
    (1, "Reserved"),
    (2, "Reserved"),
    (3, "Destination unreachable"),
    (4, "Source quench (flow control)"),
    (5, "Redirect"),
    (6, "Alternate host address"),
    (8, "Echo (ping) request"),
    (9, "Mobile IP Advertisement"),
    (10, "Router solicitation"),
    (11, "Time-to-live exceeded"),
    (12, "Parameter problem"),
    (13, "Timestamp request"),
    (14, "Timestamp reply"),
    (15, "Information request"),
    (16, "Information reply"),
    (17, "Address mask request"),
    (18, "Address mask reply"),
    (19, "Reserved (for security)"),
    (30, "Traceroute"),
    (31, "Datagram Conversion Error"),
    (32, "Mobile Host Redirect"),
    (33, "IPv6 Where-Are-You"),
    (34, "IPv6 I-Am-Here"),
    (35, "Mobile Registration Request"),
    (36, "Mobile Registration Reply"),
    (37, "Domain Name Request"),
    (38, "Domain Name Reply"),
    (39, "SKIP"),
    (40, "Photuris"),
    (41, "Experimental mobility protocols"),
    (42, "Extended Echo request"),
    (43, "Extended Echo reply"),
]);

const UNREACHABLE: &[&str] = &[
    "Network unreachable",
    "Host unreachable",
    "Protocol unreachable",
    "Port unreachable",
    "Fragmentation needed",
    "Source route failed",
    "Destination network unknown",
    "Destination host unknown",
    "Source host isolated",
    "Network administratively prohibited",
    "Host administratively prohibited",
    "Network unreachable for TOS",
    "Host unreachable for TOS",
    "Communication administratively filtered",
    "Host precedence violation",
    "Precedence cutoff in effect",
];
const REDIRECTS: &[&str] =
    &["Redirect for network", "Redirect for host", "Redirect for TOS and network", "Redirect for TOS and host"];
const ALTERNATE: &[&str] = &["Alternate address for host"];
const EXCEEDED: &[&str] = &["Time to live exceeded in transit", "Fragment reassembly time exceeded"];
const PROBLEMS: &[&str] = &["Pointer indicates the error", "Required option missing", "Bad length"];
const PHOTURIS: &[&str] = &[
    "Bad SPI",
    "Authentication Failed",
    "Decompression Failed",
    "Decryption Failed",
    "Need Authentication",
    "Need Authorization",
];
const EXTENDED_REPLY: &[&str] =
    &["No error", "Malformed Query", "No Such Interface", "No Such Table Entry", "Multiple Interfaces Satisfy Query"];

pub(super) const OBJECT_CLASSES: Values = Values::Names(&[
    (1, "MPLS Label Stack Class"),
    (2, "Interface Information Object"),
    (3, "Interface Identification Object"),
]);

pub(super) const IDENTIFIES: Values = Values::Names(&[
    (1, "Identifies Interface By Name"),
    (2, "Identifies Interface By Index"),
    (3, "Identifies Interface By Address"),
]);

pub(super) const ADDRESS_FAMILIES: Values = Values::Names(&[(1, "IPv4"), (2, "IPv6")]);

pub(super) const NEIGHBOUR_STATES: Values = Values::Names(&[
    (0, "Reserved"),
    (1, "Incomplete"),
    (2, "Reachable"),
    (3, "Stale"),
    (4, "Delay"),
    (5, "Probe"),
    (6, "Failed"),
]);

/// What kind of message it is.
pub(super) fn kind(kind: u8) -> &'static str {
    KINDS.name(u64::from(kind)).unwrap_or("Unknown ICMP (obsolete or malformed?)")
}

/// What the code says, for the kinds whose code says anything.
pub(super) fn code(kind: u8, code: u8) -> Option<String> {
    let names = match (kind, code) {
        (3, _) => UNREACHABLE,
        (5, _) => REDIRECTS,
        (6, _) => ALTERNATE,
        (9, 0) => return Some("Normal router advertisement".into()),
        (9, 16) => return Some("Does not route common traffic".into()),
        (9, _) => &[],
        (11, _) => EXCEEDED,
        (12, _) => PROBLEMS,
        (40, _) => PHOTURIS,
        (42, _) => EXTENDED_REPLY.get(..1).unwrap_or_default(),
        (43, _) => EXTENDED_REPLY,
        _ => return None,
    };
    Some(names.get(usize::from(code)).map_or_else(|| format!("Unknown code: {code}"), |name| (*name).into()))
}
