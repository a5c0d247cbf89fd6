//! What people mean who type a port, an address or a name into the filter and no field.

use crate::dissect::ProtocolId;
use crate::field::FieldId;
use crate::filter::{Idioms, Secured};
use crate::protocols;

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
pub(super) fn called() -> impl Iterator<Item = (FieldId, &'static str)> {
    protocols::all().iter().enumerate().filter_map(|(index, protocol)| {
        let known = CALLED.iter().find(|(name, _)| *name == protocol.name).map(|(_, called)| *called);
        let called = known.or(Some(protocol.column).filter(|column| !column.is_empty() && *column != "N/A"))?;
        Some((protocols::own_field(ProtocolId(index as u8)), called))
    })
}
