//! Types of resource records (RFC 6895, section 3.1, and IANA's registry).

use crate::field::Values;
use std::borrow::Cow;

/// What a type is called in full.
pub(super) const TYPES: Values = Values::Names(&[
    (0, "Unused"),
    (1, "A (Host Address)"),
    (2, "NS (authoritative Name Server)"),
    (3, "MD (Mail Destination)"),
    (4, "MF (Mail Forwarder)"),
    (5, "CNAME (Canonical NAME for an alias)"),
    (6, "SOA (Start Of a zone of Authority)"),
    (7, "MB (MailBox domain name)"),
    (8, "MG (Mail Group member)"),
    (9, "MR (Mail Rename domain)"),
    (10, "NULL RR"),
    (11, "WKS (Well Known Service)"),
    (12, "PTR (domain name PoinTeR)"),
    (13, "HINFO (host information)"),
    (14, "MINFO (Mailbox or mail list information)"),
    (15, "MX (Mail eXchange)"),
    (16, "TXT (Text strings)"),
    (17, "RP (Responsible Person)"),
    (18, "AFSDB (AFS Data Base location)"),
    (19, "X25 (XX.25 PSDN address)"),
    (20, "ISDN (ISDN address)"),
    (21, "RT (Route Through)"),
    (22, "NSAP (NSAP address)"),
    (23, "NSAP-PTR (NSAP domain name pointer)"),
    (24, "SIG (security signature)"),
    (25, "KEY (security key)"),
    (26, "PX (X.400 mail mapping information)"),
    (27, "GPOS (Geographical Position)"),
    (28, "AAAA (IPv6 Address)"),
    (29, "LOC (Location Information)"),
    (30, "NXT (Next Domain)"),
    (31, "EID (Endpoint Identifier)"),
    (32, "NIMLOC (Nimrod Locator)"),
    (33, "SRV (Server Selection)"),
    (34, "ATMA (ATM Address)"),
    (35, "NAPTR (Naming Authority Pointer)"),
    (36, "KX (Key Exchanger)"),
    (37, "CERT"),
    (38, "A6 (OBSOLETE - use AAAA)"),
    (39, "DNAME"),
    (40, "SINK"),
    (41, "OPT"),
    (42, "APL"),
    (43, "DS (Delegation Signer)"),
    (44, "SSHFP (SSH Key Fingerprint)"),
    (45, "IPSECKEY"),
    (46, "RRSIG (Resource Record Signature)"),
    (47, "NSEC (Next Secure)"),
    (48, "DNSKEY (DNS Public Key)"),
    (49, "DHCID"),
    (50, "NSEC3"),
    (51, "NSEC3PARAM"),
    (52, "TLSA"),
    (55, "HIP (Host Identity Protocol)"),
    (57, "RKEY"),
    (58, "TALINK (Trust Anchor LINK)"),
    (59, "CDS (Child DS)"),
    (60, "CDNSKEY (DNSKEY(s) the Child wants reflected in DS)"),
    (61, "OPENPGPKEY (OpenPGP Key)"),
    (62, "CSYNC (Child-to-Parent Synchronization)"),
    (63, "ZONEMD"),
    (64, "SVCB (General Purpose Service Endpoints)"),
    (65, "HTTPS (HTTPS Specific Service Endpoints)"),
    (99, "SPF"),
    (100, "UINFO"),
    (101, "UID"),
    (102, "GID"),
    (103, "UNSPEC"),
    (104, "NID (NodeID)"),
    (105, "L32 (Locator32)"),
    (106, "L64 (Locator64)"),
    (107, "LP (Locator FQDN)"),
    (108, "EUI48"),
    (109, "EUI64"),
    (249, "TKEY (Transaction Key)"),
    (250, "TSIG (Transaction Signature)"),
    (251, "IXFR (incremental transfer)"),
    (252, "AXFR (transfer of an entire zone)"),
    (253, "MAILB (mailbox-related RRs)"),
    (254, "MAILA (mail agent RRs)"),
    (255, "* (A request for all records the server/cache has available)"),
    (256, "URI"),
    (257, "CAA (Certification Authority Restriction)"),
    (32768, "TA (DNSSEC Trust Authorities)"),
    (32769, "DLV (DNSSEC Lookaside Validation)"),
    (65281, "WINS"),
    (65282, "WINS-R"),
    (65422, "XPF"),
]);

/// What a type is called for short: `A`, `ANY`, `Unknown (53)`.
pub(super) fn short(number: u16) -> Cow<'static, str> {
    match TYPES.name(u64::from(number)).and_then(|name| name.split(' ').next()) {
        Some("*") => "ANY".into(),
        Some(name) => name.into(),
        None => format!("Unknown ({number})").into(),
    }
}

pub(super) const A: u16 = 1;
pub(super) const NS: u16 = 2;
pub(super) const MD: u16 = 3;
pub(super) const MF: u16 = 4;
pub(super) const CNAME: u16 = 5;
pub(super) const SOA: u16 = 6;
pub(super) const MB: u16 = 7;
pub(super) const MG: u16 = 8;
pub(super) const MR: u16 = 9;
pub(super) const NULL: u16 = 10;
pub(super) const WKS: u16 = 11;
pub(super) const PTR: u16 = 12;
pub(super) const HINFO: u16 = 13;
pub(super) const MINFO: u16 = 14;
pub(super) const MX: u16 = 15;
pub(super) const TXT: u16 = 16;
pub(super) const RP: u16 = 17;
pub(super) const AFSDB: u16 = 18;
pub(super) const X25: u16 = 19;
pub(super) const ISDN: u16 = 20;
pub(super) const RT: u16 = 21;
pub(super) const NSAP: u16 = 22;
pub(super) const NSAP_PTR: u16 = 23;
pub(super) const SIG: u16 = 24;
pub(super) const KEY: u16 = 25;
pub(super) const PX: u16 = 26;
pub(super) const GPOS: u16 = 27;
pub(super) const AAAA: u16 = 28;
pub(super) const LOC: u16 = 29;
pub(super) const NXT: u16 = 30;
pub(super) const SRV: u16 = 33;
pub(super) const NAPTR: u16 = 35;
pub(super) const KX: u16 = 36;
pub(super) const CERT: u16 = 37;
pub(super) const A6: u16 = 38;
pub(super) const DNAME: u16 = 39;
pub(super) const OPT: u16 = 41;
pub(super) const APL: u16 = 42;
pub(super) const DS: u16 = 43;
pub(super) const SSHFP: u16 = 44;
pub(super) const IPSECKEY: u16 = 45;
pub(super) const RRSIG: u16 = 46;
pub(super) const NSEC: u16 = 47;
pub(super) const DNSKEY: u16 = 48;
pub(super) const DHCID: u16 = 49;
pub(super) const NSEC3: u16 = 50;
pub(super) const NSEC3PARAM: u16 = 51;
pub(super) const TLSA: u16 = 52;
pub(super) const HIP: u16 = 55;
pub(super) const CDS: u16 = 59;
pub(super) const CDNSKEY: u16 = 60;
pub(super) const OPENPGPKEY: u16 = 61;
pub(super) const CSYNC: u16 = 62;
pub(super) const ZONEMD: u16 = 63;
pub(super) const SVCB: u16 = 64;
pub(super) const HTTPS: u16 = 65;
pub(super) const SPF: u16 = 99;
pub(super) const NID: u16 = 104;
pub(super) const L32: u16 = 105;
pub(super) const L64: u16 = 106;
pub(super) const LP: u16 = 107;
pub(super) const EUI48: u16 = 108;
pub(super) const EUI64: u16 = 109;
pub(super) const TKEY: u16 = 249;
pub(super) const TSIG: u16 = 250;
pub(super) const CAA: u16 = 257;
pub(super) const DLV: u16 = 32769;
pub(super) const WINS: u16 = 65281;
pub(super) const WINS_R: u16 = 65282;
pub(super) const XPF: u16 = 65422;
