//! What the numbers in DNS messages are called.

use crate::field::Values;

/// Kinds of messages (RFC 1035, section 4.1.1; RFC 2136; RFC 1996; RFC 8490).
pub(super) const OPCODES: Values = Values::Names(&[
    (0, "Standard query"),
    (1, "Inverse query"),
    (2, "Server status request"),
    (4, "Zone change notification"),
    (5, "Dynamic update"),
    (6, "DNS Stateful operations (DSO)"),
]);

/// Results (RFC 6895, section 2.3).
pub(super) const RCODES: Values = Values::Names(&[
    (0, "No error"),
    (1, "Format error"),
    (2, "Server failure"),
    (3, "No such name"),
    (4, "Not implemented"),
    (5, "Refused"),
    (6, "Name exists"),
    (7, "RRset exists"),
    (8, "RRset does not exist"),
    (9, "Not authoritative"),
    (10, "Name out of zone"),
    (11, "DSO-Type not implemented"),
    (16, "Bad OPT Version or TSIG Signature Failure"),
    (17, "Key not recognized"),
    (18, "Signature out of time window"),
    (19, "Bad TKEY Mode"),
    (20, "Duplicate key name"),
    (21, "Algorithm not supported"),
    (22, "Bad Truncation"),
    (23, "Bad/missing Server Cookie"),
]);

/// Options of EDNS (IANA, "DNS EDNS0 Option Codes").
pub(super) const OPTIONS: Values = Values::Names(&[
    (0, "Reserved"),
    (1, "LLQ - Long-lived query"),
    (2, "UL - Update lease"),
    (3, "NSID - Name Server Identifier"),
    (4, "Owner (reserved)"),
    (5, "DAU - DNSSEC Algorithm Understood (RFC6975)"),
    (6, "DHU - DS Hash Understood (RFC6975)"),
    (7, "N3U - NSEC3 Hash Understood (RFC6975)"),
    (8, "CSUBNET - Client subnet"),
    (9, "EDNS EXPIRE (RFC7314)"),
    (10, "COOKIE"),
    (11, "EDNS TCP Keepalive"),
    (12, "PADDING"),
    (13, "CHAIN"),
    (15, "Extended DNS Error"),
    (20730, "Experimental - CSUBNET - Client subnet"),
]);

/// What went wrong (RFC 8914, section 4).
pub(super) const EXTENDED_ERRORS: Values = Values::Ranges(&[
    (0, 0, "Other Error"),
    (1, 1, "Unsupported DNSKEY Algorithm"),
    (2, 2, "Unsupported DS Digest Type"),
    (3, 3, "Stale Answer"),
    (4, 4, "Forged Answer"),
    (5, 5, "DNSSEC Indeterminate"),
    (6, 6, "DNSSEC Bogus"),
    (7, 7, "Signature Expired"),
    (8, 8, "Signature Not Yet Valid"),
    (9, 9, "DNSKEY Missing"),
    (10, 10, "RRSIGs Missing"),
    (11, 11, "No Zone Key Bit Set"),
    (12, 12, "NSEC Missing"),
    (13, 13, "Cached Error"),
    (14, 14, "Not Ready"),
    (15, 15, "Blocked"),
    (16, 16, "Censored"),
    (17, 17, "Filtered"),
    (18, 18, "Prohibited"),
    (19, 19, "Stale NXDomain Answer"),
    (20, 20, "Not Authoritative"),
    (21, 21, "Not Supported"),
    (22, 22, "No Reachable Authority"),
    (23, 23, "Network Error"),
    (24, 24, "Invalid Data"),
    (25, 25, "Signature Expired before Valid"),
    (26, 26, "Too Early"),
    (27, 27, "Unsupported NSEC3 Iterations Value"),
    (28, 28, "Unable to conform to policy"),
    (29, 29, "Synthesized"),
    (30, 49151, "Unassigned"),
    (49152, 65535, "Reserved for Private Use"),
]);

/// Parameters of a service binding (RFC 9460, section 14.3).
pub(super) const SVC_KEYS: Values = Values::Names(&[
    (0, "mandatory"),
    (1, "alpn"),
    (2, "no-default-alpn"),
    (3, "port"),
    (4, "ipv4hint"),
    (5, "echconfig"),
    (6, "ipv6hint"),
    (32769, "odohconfig"),
    (65535, "key65535"),
]);

/// Algorithms of DNSSEC (RFC 4034, appendix A.1).
pub(super) const ALGORITHMS: Values = Values::Names(&[
    (1, "RSA/MD5"),
    (2, "Diffie-Hellman"),
    (3, "DSA"),
    (4, "Elliptic curve crypto"),
    (5, "RSA/SHA1"),
    (6, "DSA + NSEC3/SHA1"),
    (7, "RSA/SHA1 + NSEC3/SHA1"),
    (8, "RSA/SHA-256"),
    (10, "RSA/SHA-512"),
    (12, "GOST R 34.10-2001"),
    (13, "ECDSA Curve P-256 with SHA-256"),
    (14, "ECDSA Curve P-386 with SHA-386"),
    (15, "Ed25519"),
    (16, "Ed448"),
    (157, "HMAC/MD5"),
    (252, "Indirect key"),
    (253, "Private, domain name"),
    (254, "Private, OID"),
]);

/// Digests of delegation signers (RFC 4034, appendix A.2).
pub(super) const DIGESTS: Values =
    Values::Names(&[(0, "Reserved digest"), (1, "SHA-1"), (2, "SHA-256"), (3, "GOST R 34.11-94"), (4, "SHA-384")]);

/// Hashes of owner names (RFC 5155, section 11).
pub(super) const NSEC3_HASHES: Values = Values::Names(&[(0, "Reserved"), (1, "SHA-1")]);

/// Address families (IANA).
pub(super) const FAMILIES: Values = Values::Names(&[(1, "IPv4"), (2, "IPv6")]);

/// What the certificate is for (RFC 7218, section 2.1).
pub(super) const TLSA_USAGES: Values = Values::Names(&[
    (0, "CA constraint (PKIX-TA)"),
    (1, "Service certificate constraint (PKIX-EE)"),
    (2, "Trust anchor assertion (DANE-TA)"),
    (3, "Domain-issued certificate (DANE-EE)"),
]);

/// Which part of the certificate is compared (RFC 7218, section 2.2).
pub(super) const TLSA_SELECTORS: Values =
    Values::Names(&[(0, "Full certificate (Cert)"), (1, "SubjectPublicKeyInfo (SPKI)")]);

/// How it is compared (RFC 7218, section 2.3).
pub(super) const TLSA_MATCHES: Values = Values::Names(&[
    (0, "No Hash Used (Full)"),
    (1, "256 bit hash by SHA2 (SHA2-256)"),
    (2, "512 bit hash by SHA2 (SHA2-512)"),
]);

/// Algorithms of SSH host keys (RFC 4255, section 3.1.1).
pub(super) const SSH_ALGORITHMS: Values =
    Values::Names(&[(0, "Reserved"), (1, "RSA"), (2, "DSA"), (3, "ECDSA"), (4, "Ed25519"), (5, "XMSS")]);

/// Fingerprints of SSH host keys (RFC 4255, section 3.1.2).
pub(super) const SSH_FINGERPRINTS: Values = Values::Names(&[(0, "Reserved"), (1, "SHA1"), (2, "SHA256")]);

/// Algorithms of host identities (RFC 8005, section 5).
pub(super) const HIP_ALGORITHMS: Values = Values::Names(&[(0, "Reserved"), (1, "DSA"), (2, "RSA")]);

/// Kinds of certificates (RFC 4398, section 2.1).
pub(super) const CERTIFICATE_TYPES: Values = Values::Names(&[
    (1, "PKIX"),
    (2, "SPKI"),
    (3, "PGP"),
    (4, "IPKIX"),
    (5, "ISPKI"),
    (6, "IPGP"),
    (7, "ACPKIX"),
    (8, "IACPKIX"),
    (253, "Private, URI"),
    (254, "Private, OID"),
]);

/// Algorithms of IPsec keys (RFC 4025, section 2.4).
pub(super) const GATEWAY_ALGORITHMS: Values = Values::Names(&[(1, "DSA"), (2, "RSA")]);

/// How the gateway is named (RFC 4025, section 2.3).
pub(super) const GATEWAY_TYPES: Values =
    Values::Names(&[(0, "No Gateway"), (1, "IPv4 Gateway"), (2, "IPv6 Gateway"), (3, "DNS Gateway")]);

/// How a key is agreed upon (RFC 2930, section 2.5).
pub(super) const TKEY_MODES: Values = Values::Names(&[
    (1, "Server assigned"),
    (2, "Diffie Hellman"),
    (3, "GSSAPI"),
    (4, "Resolver assigned"),
    (5, "Delete"),
]);

/// Versions of IP (IANA).
pub(super) const IP_VERSIONS: Values = Values::Names(&[
    (0, "Reserved"),
    (4, "IPv4"),
    (5, "ST Datagram"),
    (6, "IPv6"),
    (7, "TP/IX"),
    (8, "PIP"),
    (9, "TUBA"),
]);

/// How a zone is collated for its digest (RFC 8976, section 2.2.2).
pub(super) const ZONEMD_SCHEMES: Values = Values::Ranges(&[
    (0, 0, "Reserved"),
    (1, 1, "SIMPLE"),
    (2, 239, "Unassigned"),
    (240, 254, "Private Use"),
    (255, 255, "Reserved"),
]);

/// Hashes of zones (RFC 8976, section 2.2.3).
pub(super) const ZONEMD_HASHES: Values = Values::Ranges(&[
    (0, 0, "Reserved"),
    (1, 1, "SHA-384"),
    (2, 2, "SHA-512"),
    (3, 239, "Unassigned"),
    (240, 254, "Private Use"),
    (255, 255, "Reserved"),
]);

/// Parts of stateful operations (RFC 8490, section 10.3; RFC 8765).
pub(super) const DSO_TYPES: Values = Values::Ranges(&[
    (0, 0, "Reserved"),
    (1, 1, "Keep Alive"),
    (2, 2, "Retry Delay"),
    (3, 3, "Encryption Padding"),
    (4, 63, "Unassigned, reserved for DSO session-management TLVs"),
    (64, 64, "Subscribe"),
    (65, 65, "Push"),
    (66, 66, "Unsubscribe"),
    (67, 67, "Reconfirm"),
    (68, 63487, "Unassigned"),
    (63488, 64511, "Reserved for Experimental/Local Use"),
    (64512, 65535, "Reserved for future expansion"),
]);

/// The QR bit.
pub(super) const RESPONSE: Values = Values::Flag("Message is a response", "Message is a query");

/// The AA bit.
pub(super) const AUTHORITATIVE: Values =
    Values::Flag("Server is an authority for domain", "Server is not an authority for domain");

/// The C bit of a response (RFC 4795, section 2.1.1).
pub(super) const CONFLICT: Values = Values::Flag("The name is not considered unique", "The name is considered unique");

/// The TC bit.
pub(super) const TRUNCATED: Values = Values::Flag("Message is truncated", "Message is not truncated");

/// The RD bit.
pub(super) const RECURSION_DESIRED: Values = Values::Flag("Do query recursively", "Don't do query recursively");

/// The T bit (RFC 4795, section 2.1.1).
pub(super) const TENTATIVE: Values = Values::Flag("Tentative", "Not tentative");

/// The RA bit.
pub(super) const RECURSION_AVAILABLE: Values =
    Values::Flag("Server can do recursive queries", "Server can't do recursive queries");

/// The bit between RA and AD.
pub(super) const RESERVED_BIT: Values = Values::Flag("reserved - incorrect!", "reserved (0)");

/// The AD bit of a response (RFC 4035, section 3.2.3).
pub(super) const AUTHENTICATED: Values = Values::Flag(
    "Answer/authority portion was authenticated by the server",
    "Answer/authority portion was not authenticated by the server",
);

/// The CD bit (RFC 4035, section 3.2.2).
pub(super) const CHECKING_DISABLED: Values = Values::Flag("Acceptable", "Unacceptable");

/// The DO bit (RFC 3225).
pub(super) const DNSSEC_OK: Values = Values::Flag("Accepts DNSSEC security RRs", "Cannot handle DNSSEC security RRs");

/// The zone key bit (RFC 4034, section 2.1.1).
pub(super) const ZONE_KEY: Values = Values::Flag("This is the zone key for specified zone", "This it not a zone key");

/// The bits of KEY that forbid (RFC 2535, section 3.1.2).
pub(super) const NOT_ALLOWED: Values = Values::Flag("Not Allowed", "Allowed");

/// The bit of KEY that makes security optional.
pub(super) const OPTIONAL: Values = Values::Flag("Experimental or optional", "Required");

/// The bits of KEY that name a use.
pub(super) const VALID: Values = Values::Flag("Valid", "Invalid");

/// The opt-out bit (RFC 5155, section 3.1.2.1).
pub(super) const OPT_OUT: Values =
    Values::Flag("Additional insecure delegations allowed", "Additional insecure delegations forbidden");

/// The N bit of an address prefix (RFC 3123, section 4).
pub(super) const NEGATION: Values = Values::Flag("Yes (!)", "No (0)");

/// The critical bit (RFC 8659, section 4.1).
pub(super) const CRITICAL: Values = Values::Flag("Critical", "Not critical");
