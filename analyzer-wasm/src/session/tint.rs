//! The colour of a packet, after Wireshark's default rules: the first that applies.

use crate::dissect::{Found, Packet};
use crate::field::FieldId;
use crate::message::Tint;
use crate::protocols;
use crate::value::Value;
use std::sync::OnceLock;

/// The fields that the rules name.
struct TintFields {
    analysis: FieldId,
    update: FieldId,
    keep_alive: FieldId,
    keep_alive_ack: FieldId,
    tcp_flags: FieldId,
    tcp_ports: [FieldId; 2],
    icmp_type: FieldId,
    icmpv6_type: FieldId,
    destination: FieldId,
}

fn fields() -> &'static TintFields {
    static FIELDS: OnceLock<TintFields> = OnceLock::new();
    let named = |name| protocols::standard().fields_named(name).next().unwrap_or(protocols::TEXT);
    FIELDS.get_or_init(|| TintFields {
        analysis: named("tcp.analysis.flags"),
        update: named("tcp.analysis.window_update"),
        keep_alive: named("tcp.analysis.keep_alive"),
        keep_alive_ack: named("tcp.analysis.keep_alive_ack"),
        tcp_flags: named("tcp.flags"),
        tcp_ports: [named("tcp.srcport"), named("tcp.dstport")],
        icmp_type: named("icmp.type"),
        icmpv6_type: named("icmpv6.type"),
        destination: named("eth.dst"),
    })
}

/// The colour of a packet that was dissected with all fields.
pub(super) fn of(packet: &Packet<'_>, found: &Found) -> Tint {
    let f = fields();
    let has = |field: FieldId| field != protocols::TEXT && found.of(field).next().is_some();
    let uint = |field: FieldId| {
        found.of(field).next().and_then(|node| match node.value {
            Value::Uint(value) if field != protocols::TEXT => Some(value),
            _ => None,
        })
    };
    let layer = |name: &str| found.layers.iter().any(|span| found.protocols().get(span.protocol).name == name);
    let port = |port: u64| f.tcp_ports.iter().any(|field| uint(*field) == Some(port));
    let flags = uint(f.tcp_flags).unwrap_or(0);
    let harmless = has(f.update) || has(f.keep_alive) || has(f.keep_alive_ack);
    let icmp_error = uint(f.icmp_type).is_some_and(|kind| matches!(kind, 3..=5 | 11))
        || uint(f.icmpv6_type).is_some_and(|kind| (1..=4).contains(&kind));
    let group = found.of(f.destination).next().and_then(|node| found.bytes(packet, node).first());
    if layer("_ws.malformed") || (has(f.analysis) && !harmless) {
        Tint::Bad
    } else if icmp_error {
        Tint::IcmpError
    } else if layer("arp") {
        Tint::Arp
    } else if layer("icmp") || layer("icmpv6") {
        Tint::Icmp
    } else if flags & 4 != 0 {
        Tint::Reset
    } else if layer("http") || port(80) {
        Tint::Http
    } else if flags & 3 != 0 {
        Tint::SynFin
    } else if layer("tls") || port(443) {
        Tint::Tls
    } else if layer("tcp") {
        Tint::Tcp
    } else if layer("udp") {
        Tint::Udp
    } else if group.is_some_and(|first| first & 1 != 0) {
        Tint::Broadcast
    } else {
        Tint::Plain
    }
}
