//! Ethernet over MPLS: the control word before the frame (RFC 4448, section 4.6).

use crate::dissect::{Layer, Next, Protocol, Stop, silent};

/// The control word of Ethernet over MPLS.
pub static PROTOCOL: Protocol = Protocol {
    name: "pwethcw",
    title: "PW Ethernet Control Word",
    column: "PW",
    fields: FIELDS,
    dissect,
    summary: silent,
    ..Protocol::PLAIN
};

crate::fields! { pwethcw
    SEQUENCE_NUMBER "pweth.cw.sequence_number" U16 "PW sequence number (ethernet)";
}

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    // Four bits of zero, which no version of IP begins with, and twelve that are reserved.
    l.skip(2)?;
    let number = l.u16(SEQUENCE_NUMBER)?;
    l.label(|| format!("Sequence Number: {number}"));
    Ok(Next::named("eth"))
}
