//! Multicast DNS (RFC 6762). Its fields are those of DNS.

use crate::dissect::{Key, Layer, Next, Protocol, Stop};
use crate::protocols::application::dns::{Family, read, summary};

/// Multicast Domain Name System.
pub static PROTOCOL: Protocol = Protocol {
    name: "mdns",
    title: "Multicast Domain Name System",
    column: "MDNS",
    tables: &[("udp.port", Key::Number(5353))],
    family: "dns",
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { mdns }

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    read(l, Family::Mdns)
}
