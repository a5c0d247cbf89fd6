//! Link-local Multicast Name Resolution (RFC 4795). Its fields are those of DNS.

use crate::dissect::{Layer, Next, On, Protocol, Stop};
use crate::protocols::application::dns::{Family, read, summary};

/// Link-local Multicast Name Resolution.
pub const PROTOCOL: Protocol = Protocol {
    name: "llmnr",
    title: "Link-local Multicast Name Resolution",
    column: "LLMNR",
    on: &[On::UdpPort(5355)],
    family: "dns",
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { llmnr }

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    read(l, Family::Llmnr)
}
