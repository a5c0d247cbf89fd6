//! IP Authentication Header (RFC 4302).

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::protocols::numbers;
use crate::protocols::tables;

/// IP Authentication Header.
pub static PROTOCOL: Protocol = Protocol {
    name: "ah",
    title: "Authentication Header",
    column: "AH",
    tables: &[("ip.proto", Key::Number(51))],
    joins: true,
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { ah
    NEXT_HEADER "ah.next_header" U8 "Next header" values (numbers::IP_PROTOCOLS);
    LENGTH "ah.length" U8 "Length";
    RESERVED "ah.reserved" Bytes "Reserved";
    SPI "ah.spi" X32 "AH SPI";
    SEQUENCE "ah.sequence" U32 "AH Sequence";
    ICV "ah.icv" Bytes "AH ICV";
}

/// Bytes before the integrity check value.
const FIXED: usize = 12;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let next = l.u8(NEXT_HEADER)?;
    let units = l.u8(LENGTH)?;
    // The length counts words of four bytes, less two.
    let size = (usize::from(units) + 2) * 4;
    l.label(|| format!("Length: {units} ({size} bytes)"));
    l.bytes(RESERVED, 2)?;
    l.u32(SPI)?;
    l.u32(SEQUENCE)?;
    if size > FIXED {
        l.bytes(ICV, size - FIXED)?;
    }
    if l.is_part() {
        l.join();
    }
    Ok(Next::table(&tables::IP_PROTO, next))
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.info = format!("AH (SPI=0x{:08x})", view.uint(SPI).unwrap_or_default());
}
