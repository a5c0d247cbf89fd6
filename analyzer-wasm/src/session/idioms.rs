//! What people mean who type a port, an address or a name into the filter and no field.

mod names;

use crate::dissect::Protocols;
use crate::field::FieldId;
use crate::help::{CaptureWords, Idioms, Secured};

/// Former names of protocols, each with the present one.
pub(super) const FORMER: &[(&str, &str)] = &[("bootp", "dhcp"), ("ssl", "tls")];

/// The fields that the filter's advice offers.
pub(super) const IDIOMS: Idioms = Idioms {
    port: &["tcp.port", "udp.port"],
    ipv4: ["ip.addr", "ip.src", "ip.dst"],
    ipv6: ["ipv6.addr", "ipv6.src", "ipv6.dst"],
    ether: ["eth.addr", "eth.src", "eth.dst"],
    host: &["dns.qry.name", "http.host", "tls.handshake.extensions_server_name"],
    address_of: &[
        ("ip", "ip.addr"),
        ("ipv6", "ipv6.addr"),
        ("eth", "eth.addr"),
        ("tcp", "ip.addr"),
        ("udp", "ip.addr"),
    ],
    text_of: &[("dns", "dns.qry.name"), ("http", "http.host"), ("tls", "tls.handshake.extensions_server_name")],
    secured: &[Secured {
        name: "http",
        ports: &["80", "8080"],
        filters: &["tcp.port == 443", "tls", "quic", "udp.port == 443"],
        words: "Web traffic is here, encrypted: as HTTPS or QUIC.",
    }],
    meant: names::MEANT,
    unread: names::UNREAD,
    number: &["frame.number", "frame.len", "tcp.stream"],
    whole: "frame",
    services: &[
        ("ftp-data", 20),
        ("ftp", 21),
        ("ssh", 22),
        ("telnet", 23),
        ("smtp", 25),
        ("dns", 53),
        ("domain", 53),
        ("bootps", 67),
        ("bootpc", 68),
        ("dhcp", 67),
        ("tftp", 69),
        ("http", 80),
        ("www", 80),
        ("kerberos", 88),
        ("pop3", 110),
        ("ntp", 123),
        ("imap", 143),
        ("snmp", 161),
        ("ldap", 389),
        ("https", 443),
        ("tls", 443),
        ("ssl", 443),
        ("quic", 443),
        ("smb", 445),
        ("syslog", 514),
        ("imaps", 993),
        ("pop3s", 995),
        ("mysql", 3306),
        ("rdp", 3389),
        ("mdns", 5353),
        ("postgresql", 5432),
        ("http-alt", 8080),
    ],
    addresses: &[("localhost", "127.0.0.1"), ("loopback", "127.0.0.1"), ("broadcast", "255.255.255.255")],
    capitals: &[("http", METHODS), ("http.request.method", METHODS)],
    small: &["dns.qry.name", "dns.resp.name", "dns.cname", "http.host", "tls.handshake.extensions_server_name"],
    capture: CaptureWords {
        renamed: &[("ether", "eth"), ("ip6", "ipv6"), ("icmp6", "icmpv6"), ("rarp", "arp")],
        carried: &[("eth", "eth.type"), ("ip", "ip.proto"), ("ipv6", "ipv6.nxt")],
        length: "frame.len",
        numbered: &[("vlan", "vlan.id"), ("mpls", "mpls.label")],
        casts: &[("broadcast", "eth.dst == ff:ff:ff:ff:ff:ff"), ("multicast", "eth.dst.ig == 1")],
        places: &[
            ("ip", "2:2", "ip.len"),
            ("ip", "8", "ip.ttl"),
            ("ip", "9", "ip.proto"),
            ("icmp", "icmptype", "icmp.type"),
            ("icmp", "0", "icmp.type"),
            ("icmp", "icmpcode", "icmp.code"),
            ("icmp", "1", "icmp.code"),
            ("icmp6", "icmp6type", "icmpv6.type"),
            ("icmp6", "0", "icmpv6.type"),
            ("icmp6", "icmp6code", "icmpv6.code"),
            ("icmp6", "1", "icmpv6.code"),
            ("tcp", "0:2", "tcp.srcport"),
            ("tcp", "2:2", "tcp.dstport"),
            ("tcp", "14:2", "tcp.window_size_value"),
            ("udp", "0:2", "udp.srcport"),
            ("udp", "2:2", "udp.dstport"),
            ("udp", "4:2", "udp.length"),
            ("ether", "12:2", "eth.type"),
        ],
        flags: &[("tcp", "tcpflags", "tcp.flags"), ("tcp", "13", "tcp.flags"), ("tcp", "13:1", "tcp.flags")],
        bits: &[
            ("tcp-fin", 0x01, "tcp.flags.fin"),
            ("tcp-syn", 0x02, "tcp.flags.syn"),
            ("tcp-rst", 0x04, "tcp.flags.reset"),
            ("tcp-push", 0x08, "tcp.flags.push"),
            ("tcp-ack", 0x10, "tcp.flags.ack"),
            ("tcp-urg", 0x20, "tcp.flags.urg"),
            ("tcp-ece", 0x40, "tcp.flags.ece"),
            ("tcp-cwr", 0x80, "tcp.flags.cwr"),
        ],
        numbers: &[
            ("icmp-echoreply", 0),
            ("icmp-unreach", 3),
            ("icmp-redirect", 5),
            ("icmp-echo", 8),
            ("icmp-timxceed", 11),
            ("icmp6-echo", 128),
            ("icmp6-echoreply", 129),
            ("icmp6-neighborsolicit", 135),
            ("icmp6-neighboradvert", 136),
        ],
    },
};

/// Methods of HTTP (RFC 9110, section 9; RFC 5789).
const METHODS: &[&str] = &["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];

/// What people call protocols where the list's column says it otherwise; every packet is a frame.
const CALLED: &[(&str, &str)] = &[
    ("frame", ""),
    ("tls", "TLS"),
    ("mdns", "mDNS"),
    ("data", "data"),
    ("null", "loopback"),
    ("raw", "raw IP"),
    ("_ws.malformed", "malformed"),
    ("_ws.short", "cut-off"),
    ("sll", "Linux cooked"),
    ("ieee8021ad", "802.1ad"),
    ("urlencoded-form", "form data"),
    ("media", "media"),
];

/// What people call each protocol, by its own field: what the list shows as its name, or what is said above.
pub(super) fn called(protocols: &Protocols) -> impl Iterator<Item = (FieldId, &'static str)> + '_ {
    protocols.all().iter().filter_map(|protocol| {
        let known = CALLED.iter().find(|(name, _)| *name == protocol.name).map(|(_, called)| *called);
        let called = known.or(Some(protocol.column).filter(|column| !column.is_empty() && *column != "N/A"))?;
        Some((protocol.fields.first, called))
    })
}
