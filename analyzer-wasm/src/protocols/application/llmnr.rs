//! Link-local Multicast Name Resolution (RFC 4795). Its fields are those of DNS.

use crate::dissect::{Key, Layer, Next, Protocol, Stop};
use crate::protocols::application::dns::{Family, read, summary};

/// Link-local Multicast Name Resolution.
pub static PROTOCOL: Protocol = Protocol {
    name: "llmnr",
    title: "Link-local Multicast Name Resolution",
    column: "LLMNR",
    tables: &[("udp.port", Key::Number(5355))],
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
