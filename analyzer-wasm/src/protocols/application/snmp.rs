//! Simple Network Management Protocol: versions 1 (RFC 1157), 2c (RFC 1901), 2u (RFC 1910) and 3 (RFC 3412).

mod engine;
mod fields;
mod names;
mod types;
mod value;

pub use fields::*;
use names::*;

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::Kind;
use crate::memory::{Measuring, Transaction, key};
use crate::protocols::ber::{self, Element};
use crate::protocols::object_identifier;
use crate::streams::Measure;
use crate::value::{Datum, Value};

/// Simple Network Management Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "snmp",
    title: "Simple Network Management Protocol",
    column: "SNMP",
    tables: &[("udp.port", Key::Numbers(&[161, 162])), ("tcp.port", Key::Numbers(&[161, 162]))],
    fields: FIELDS,
    dissect,
    summary,
    pdu_length: Some(pdu_length),
    ..Protocol::PLAIN
};

/// PDUs by the numbers of their tags.
const GET_RESPONSE: u32 = 2;
const TRAP: u32 = 4;
const SNMP_V2_TRAP: u32 = 7;
const REPORT: u32 = 8;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let message = Element::read(l, l.at())?;
    let whole = message.next.saturating_sub(l.at()) <= l.left_on_wire();
    if message.tag != ber::SEQUENCE || !message.constructed || !whole {
        return Err(Stop::NotMine);
    }
    let version = Element::find(l, &[0])?;
    if version.tag != ber::INTEGER {
        return Err(Stop::NotMine);
    }
    // Where the PDU is, from the message on, and what a response has in common with its request.
    let (kind, pdu, id): (_, &[usize], &[usize]) = match version.bytes(l) {
        [0 | 1] => (&types::COMMUNITY_MESSAGE, &[2], &[2, 0]),
        [2] => (&types::PARTY_MESSAGE, &[2], &[2, 0]),
        [3] => (&types::SECURE_MESSAGE, &[3, 2], &[1, 0]),
        _ => {
            let at = l.at();
            l.generated_at(VERSION_UNKNOWN, at, Value::None);
            l.seek(message.next)?;
            return Ok(Next::End);
        }
    };
    let (pdu, id) = (Element::find(l, pdu), Element::find(l, id));
    kind.read(l)?;
    if let (Ok(pdu), Ok(id)) = (pdu, id)
        && pdu.tag.0 == ber::context(0).0
    {
        // Beside the PDU, which stands deeper where it could be encrypted.
        if version.bytes(l) == [3] { l.below(|l| l.below(|l| link(l, &pdu, &id))) } else { link(l, &pdu, &id) }
    }
    Ok(if l.left() > 0 { Next::Data } else { Next::End })
}

/// Notes the other side of the transaction.
fn link(l: &mut Layer<'_, '_>, pdu: &Element, id: &Element) {
    let number = pdu.tag.1;
    if l.quoted() || matches!(number, TRAP | SNMP_V2_TRAP) {
        return;
    }
    let Value::Uint(id) = ber::integer(Kind::None, id.bytes(l)) else { return };
    let response = matches!(number, GET_RESPONSE | REPORT);
    let key = key(&l.endpoints(), "snmp", id);
    let linked = l.memory().transaction(Transaction { key, response });
    // A report says why there is no response.
    if number != REPORT {
        l.note_linked([RESPONSE_IN, RESPONSE_TO, TIME], pdu.start, &linked, response);
    }
}

/// Over TCP, messages follow each other without anything between them (RFC 3430, section 2.1).
fn pdu_length(bytes: &[u8], _: &Measuring<'_>) -> Measure {
    ber::length(bytes)
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    if view.has(VERSION_UNKNOWN) {
        return;
    }
    let info = &mut columns.info;
    for node in view.nodes() {
        match (node.field, view.datum(node)) {
            (DATA | PLAINTEXT, Datum::Uint(number)) => *info = PDUS.name(number).unwrap_or_default().into(),
            (ENCRYPTED_PDU, _) => *info = "encryptedPDU: privKey Unknown".into(),
            (ENTERPRISE, Datum::Bytes(bytes)) => {
                info.push(' ');
                info.push_str(&object_identifier::named(&object_identifier::dotted(bytes)));
            }
            (NAME, Datum::Bytes(bytes)) => {
                info.push(' ');
                let dotted = object_identifier::dotted(bytes);
                info.push_str(&object_identifier::known(&dotted).unwrap_or(dotted));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
