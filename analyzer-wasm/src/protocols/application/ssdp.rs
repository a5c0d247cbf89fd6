//! Simple Service Discovery Protocol (UPnP Device Architecture 2.0, section 1): heads of HTTP in datagrams.

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::protocols::application::http;

/// Simple Service Discovery Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "ssdp",
    title: "Simple Service Discovery Protocol",
    column: "SSDP",
    tables: &[("udp.port", Key::Number(1900))],
    family: "http",
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { ssdp }

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    http::message(l, false)
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    http::summary(view, columns);
    columns.protocol = PROTOCOL.column.into();
}
