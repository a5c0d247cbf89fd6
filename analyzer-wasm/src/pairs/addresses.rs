//! Addresses that stand for others, need no lookup, or belong to resolvers that everybody may use.

use super::Gathered;
use super::names::NameId;
use super::observed::{NamedBy, ServerName};
use super::pairing::ConnectionFacts;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The prefix of IPv6 addresses behind which the whole IPv4 Internet is found (RFC 6052, section 2.1).
const WELL_KNOWN_NAT64: [u8; 12] = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];
/// The addresses of `ipv4only.arpa`, by which a host learns such a prefix (RFC 7050, section 2).
const IPV4_ONLY: [Ipv4Addr; 2] = [Ipv4Addr::new(192, 0, 0, 170), Ipv4Addr::new(192, 0, 0, 171)];

/// Prefixes behind which IPv4 addresses are found: of 96 bits, as all known translators use.
#[derive(Debug)]
pub(super) struct Translated {
    prefixes: Vec<[u8; 12]>,
}

impl Default for Translated {
    fn default() -> Translated {
        Translated { prefixes: vec![WELL_KNOWN_NAT64] }
    }
}

impl Translated {
    /// Takes an address that was given for `ipv4only.arpa`.
    pub(super) fn learn(&mut self, address: IpAddr) {
        let IpAddr::V6(address) = address else { return };
        let (prefix, host) = parts(address);
        if IPV4_ONLY.contains(&host) && !self.prefixes.contains(&prefix) {
            self.prefixes.push(prefix);
        }
    }

    /// The IPv4 address that a translator makes of an IPv6 one.
    pub(super) fn inside(&self, address: IpAddr) -> Option<IpAddr> {
        let IpAddr::V6(address) = address else { return None };
        let (prefix, host) = parts(address);
        self.prefixes.contains(&prefix).then_some(IpAddr::V4(host))
    }
}

fn parts(address: Ipv6Addr) -> ([u8; 12], Ipv4Addr) {
    let [prefix @ .., a, b, c, d] = address.octets();
    (prefix, Ipv4Addr::new(a, b, c, d))
}

/// Whether an address needs no lookup: private, link-local, loopback, multicast, broadcast (RFC 6890).
pub(super) fn is_local(address: IpAddr) -> bool {
    address.is_multicast()
        || address.is_loopback()
        || address.is_unspecified()
        || match address {
            IpAddr::V4(a) => a.is_private() || a.is_link_local() || a.is_broadcast() || is_shared(a),
            IpAddr::V6(a) => a.is_unique_local() || a.is_unicast_link_local(),
        }
}

/// Whether a provider's customers share it (RFC 6598).
fn is_shared(address: Ipv4Addr) -> bool {
    matches!(address.octets(), [100, 64..128, ..])
}

/// Port of DNS over TLS (RFC 7858) and over QUIC (RFC 9250).
const DOT: u16 = 853;
const HTTPS: u16 = 443;

/// Whether connections there carry encrypted lookups: to the port for them, or to a public resolver's HTTPS.
pub(super) fn is_encrypted_resolver(address: IpAddr, port: u16) -> bool {
    let known = || match address {
        IpAddr::V4(a) => RESOLVERS_4.contains(&a.octets()) || matches!(a.octets(), [45, 90, 28 | 30, _]),
        IpAddr::V6(a) => RESOLVERS_6.contains(&a.segments()),
    };
    port == DOT || port == HTTPS && known()
}

/// Whether a server of this name, in lower case, answers encrypted lookups.
pub(super) fn is_resolver_name(name: &[u8]) -> bool {
    RESOLVER_NAMES.iter().any(|known| {
        let known = known.as_bytes();
        name.strip_suffix(known).is_some_and(|before| before.is_empty() || before.ends_with(b"."))
    })
}

/// Public resolvers that speak DNS over HTTPS, from their operators' own pages: Cloudflare, Google, Quad9, OpenDNS,
/// AdGuard, CleanBrowsing, Control D, Mullvad, DNS.SB, AliDNS, DNSPod.
const RESOLVERS_4: &[[u8; 4]] = &[
    [1, 1, 1, 1],
    [1, 0, 0, 1],
    [1, 1, 1, 2],
    [1, 0, 0, 2],
    [1, 1, 1, 3],
    [1, 0, 0, 3],
    [8, 8, 8, 8],
    [8, 8, 4, 4],
    [9, 9, 9, 9],
    [149, 112, 112, 112],
    [9, 9, 9, 10],
    [149, 112, 112, 10],
    [9, 9, 9, 11],
    [149, 112, 112, 11],
    [208, 67, 222, 222],
    [208, 67, 220, 220],
    [146, 112, 41, 2],
    [94, 140, 14, 14],
    [94, 140, 15, 15],
    [94, 140, 14, 140],
    [94, 140, 14, 141],
    [185, 228, 168, 9],
    [185, 228, 169, 9],
    [185, 228, 168, 10],
    [185, 228, 168, 168],
    [76, 76, 2, 0],
    [76, 76, 10, 0],
    [76, 76, 2, 11],
    [194, 242, 2, 2],
    [194, 242, 2, 3],
    [185, 222, 222, 222],
    [45, 11, 45, 11],
    [223, 5, 5, 5],
    [223, 6, 6, 6],
    [1, 12, 12, 12],
    [120, 53, 53, 53],
];
const RESOLVERS_6: &[[u16; 8]] = &[
    [0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1111],
    [0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1001],
    [0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1112],
    [0x2606, 0x4700, 0x4700, 0, 0, 0, 0, 0x1002],
    [0x2001, 0x4860, 0x4860, 0, 0, 0, 0, 0x8888],
    [0x2001, 0x4860, 0x4860, 0, 0, 0, 0, 0x8844],
    [0x2620, 0xfe, 0, 0, 0, 0, 0, 0xfe],
    [0x2620, 0xfe, 0, 0, 0, 0, 0, 9],
    [0x2620, 0x119, 0x35, 0, 0, 0, 0, 0x35],
    [0x2620, 0x119, 0x53, 0, 0, 0, 0, 0x53],
    [0x2a10, 0x50c0, 0, 0, 0, 0, 0xad1, 0xff],
    [0x2a10, 0x50c0, 0, 0, 0, 0, 0xad2, 0xff],
];
/// Their names; what stands before them, behind a dot, is a customer's or a variant's.
const RESOLVER_NAMES: &[&str] = &[
    "dns.google",
    "dns.google.com",
    "dns64.dns.google",
    "cloudflare-dns.com",
    "one.one.one.one",
    "cloudflare-gateway.com",
    "dns.quad9.net",
    "dns9.quad9.net",
    "dns10.quad9.net",
    "dns11.quad9.net",
    "doh.opendns.com",
    "dns.opendns.com",
    "doh.familyshield.opendns.com",
    "doh.umbrella.com",
    "dns.adguard.com",
    "adguard-dns.com",
    "dns.adguard-dns.com",
    "dns.nextdns.io",
    "doh.cleanbrowsing.org",
    "freedns.controld.com",
    "dns.controld.com",
    "dns.mullvad.net",
    "doh.mullvad.net",
    "doh.dns.sb",
    "dot.sb",
    "dns.alidns.com",
    "doh.pub",
    "dot.pub",
    "doh.dns.apple.com",
    "doh.xfinity.com",
];

/// Whether the server of a connection is a resolver for encrypted lookups.
pub(super) fn answers_secretly(facts: &ConnectionFacts<'_>, gathered: &Gathered) -> bool {
    let name = facts.server_name.map_or(NameId::NONE, |server| gathered.names.folded(server.name));
    is_encrypted_resolver(facts.ends.destination, facts.ends.destination_port)
        || facts.server_name.is_some_and(|server| server.resolver)
        || is_resolver_name(gathered.names.bytes(name))
}

/// How a client calls a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Called {
    /// By a name.
    ByName,
    /// By its address.
    ByAddress,
}

/// How a client calls a server that has this address.
pub(super) fn called(gathered: &Gathered, named: ServerName, server: IpAddr) -> Option<Called> {
    let text = gathered.names.text(named.name);
    match text.parse::<IpAddr>() {
        Ok(address) if address == server => Some(Called::ByAddress),
        Ok(_) => None,
        // A host without a dot can be a name of the local network, or what a program says of itself.
        Err(_) if named.by == NamedBy::Host && !text.contains('.') => None,
        Err(_) => Some(Called::ByName),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_ipv4_address_is_found_inside_a_translated_one() {
        let mut translated = Translated::default();
        assert_eq!(translated.inside(address("64:ff9b::c000:221")), Some(address("192.0.2.33")));
        assert_eq!(translated.inside(address("2001:db8::c000:221")), None);
        translated.learn(address("2001:db8::c000:aa"));
        assert_eq!(translated.inside(address("2001:db8::c000:221")), Some(address("192.0.2.33")));
    }

    #[test]
    fn some_addresses_need_no_lookup() {
        for local in [
            "10.0.2.3",
            "192.168.1.1",
            "169.254.1.1",
            "224.0.0.251",
            "255.255.255.255",
            "100.64.0.1",
            "fe80::1",
            "ff02::fb",
            "fd00::1",
            "::1",
        ] {
            assert!(is_local(address(local)), "{local}");
        }
        for public in ["93.184.216.34", "100.128.0.1", "2001:4860:4860::8888", "172.32.0.1"] {
            assert!(!is_local(address(public)), "{public}");
        }
    }

    #[test]
    fn public_resolvers_are_known_by_port_address_and_name() {
        assert!(is_encrypted_resolver(address("192.0.2.1"), 853));
        assert!(is_encrypted_resolver(address("1.1.1.1"), 443));
        assert!(is_encrypted_resolver(address("2606:4700:4700::1111"), 443));
        assert!(!is_encrypted_resolver(address("1.1.1.1"), 80));
        assert!(is_resolver_name(b"dns.google") && is_resolver_name(b"mozilla.cloudflare-dns.com"));
        assert!(!is_resolver_name(b"evil-dns.google.example") && !is_resolver_name(b"notdns.google"));
    }
}
