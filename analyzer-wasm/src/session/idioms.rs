//! What people mean who type a port, an address or a name into the filter and no field.

use crate::filter::{Idioms, Secured};

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
    former: &[("bootp", "dhcp"), ("ssl", "tls")],
};
