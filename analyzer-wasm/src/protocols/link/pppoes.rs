//! The sessions of PPP over Ethernet (RFC 2516).

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::Values;

/// A session of PPP over Ethernet.
pub static PROTOCOL: Protocol = Protocol {
    name: "pppoes",
    title: "PPP-over-Ethernet Session",
    column: "PPPoES",
    tables: &[("ethertype", Key::Number(0x8864))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { pppoes
    VERSION "pppoe.version" U8 "Version" mask 0xf0;
    TYPE "pppoe.type" U8 "Type" mask 0x0f;
    CODE "pppoe.code" X8 "Code" values CODES;
    SESSION_ID "pppoe.session_id" X16 "Session ID";
    PAYLOAD_LENGTH "pppoe.payload_length" U16 "Payload Length";
}

const CODES: Values = Values::Names(&[
    (0x00, "Session Data"),
    (0x07, "Active Discovery Offer (PADO)"),
    (0x09, "Active Discovery Initiation (PADI)"),
    (0x0a, "Active Discovery Session-Grant (PADG)"),
    (0x0b, "Active Discovery Session-Credit Resp.(PADC)"),
    (0x0c, "Active Discovery Quality (PADQ)"),
    (0x19, "Active Discovery Request (PADR)"),
    (0x65, "Active Discovery Session-confirmation (PADS)"),
    (0xa7, "Active Discovery Terminate (PADT)"),
]);

/// Length of the header, in bytes.
const HEADER: usize = 6;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    l.bits(1, &[VERSION, TYPE])?;
    l.u8(CODE)?;
    l.u16(SESSION_ID)?;
    let length = usize::from(l.u16(PAYLOAD_LENGTH)?);
    l.limit(HEADER + length);
    Ok(Next::named("ppp"))
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.info = view.name(CODE).unwrap_or("Unknown").into();
}
