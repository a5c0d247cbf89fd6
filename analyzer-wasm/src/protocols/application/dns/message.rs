//! A message: its header, its sections, and what other packets show about it.

use super::fields::*;
use super::names::{OPCODES, RCODES};
use super::{record, stateful, types};
use crate::dissect::{Layer, Line, Next, Stop};
use crate::field::FieldId;
use crate::memory::{Linked, Transaction, key};
use crate::protocols::domain_name::{self, CLASSES, DomainName};
use crate::protocols::{self, TEXT};
use crate::value::{Value, write_bits, write_named};

/// Which of the protocols that share the format it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::protocols) enum Family {
    /// DNS itself.
    Dns,
    /// Multicast DNS: the top bit of a class means something else (RFC 6762, section 18).
    Mdns,
    /// LLMNR: two flags mean something else (RFC 4795, section 2.1.1).
    Llmnr,
}

/// The whole message, into which the pointers in names lead.
pub(super) struct DnsMessage<'p> {
    bytes: &'p [u8],
    start: usize,
    pub(super) family: Family,
}

const OPCODE_UPDATE: u64 = 5;
const OPCODE_DSO: u64 = 6;
const RESPONSE: u64 = 0x8000;

/// Reads one message.
pub(in crate::protocols) fn read(l: &mut Layer<'_, '_>, family: Family) -> Result<Next, Stop> {
    if l.in_stream() {
        let length = l.u16(LENGTH)?;
        l.limit(2 + usize::from(length));
    }
    let start = l.at();
    let message = DnsMessage { bytes: l.slice(start, l.end()), start, family };
    let id = l.u16(ID)?;
    let flags = l.peek(0, 2)?;
    let response = flags & RESPONSE != 0;
    let name = l.stack().next_back().map_or("", |protocol| protocol.title);
    l.title(|| format!("{name} ({})", if response { "response" } else { "query" }));
    let linked = link(l, id, response);
    repetition(l, &linked, response);
    read_flags(l, family)?;
    let opcode = flags >> 11 & 15;
    let update = opcode == OPCODE_UPDATE;
    let counts = [
        l.u16(if update { COUNT_ZONES } else { COUNT_QUERIES })?,
        l.u16(if update { COUNT_PREREQUISITES } else { COUNT_ANSWERS })?,
        l.u16(if update { COUNT_UPDATES } else { COUNT_AUTH_RR })?,
        l.u16(COUNT_ADD_RR)?,
    ];
    if opcode == OPCODE_DSO && counts == [0; 4] {
        stateful::operation(l)?;
    } else {
        let [zones, prerequisites, updates, additional] = counts;
        let title = |plain, of_update| if update { of_update } else { plain };
        section(l, &message, zones, title("Queries", "Zone"), question)?;
        section(l, &message, prerequisites, title("Answers", "Prerequisites"), record::record)?;
        section(l, &message, updates, title("Authoritative nameservers", "Updates"), record::record)?;
        section(l, &message, additional, "Additional records", record::record)?;
    }
    extraneous(l);
    if let Some(linked) = linked {
        note_links(l, &linked, response);
    }
    Ok(Next::End)
}

impl<'p> DnsMessage<'p> {
    /// Reads the name at the cursor and moves behind it.
    pub(super) fn name(&self, l: &mut Layer<'_, '_>) -> Result<DomainName, Stop> {
        let name = domain_name::decode(self.bytes, self.start, l.at() - self.start)?;
        l.skip(name.wire)?;
        Ok(name)
    }

    /// Reads the name at the cursor, notes it, and moves behind it.
    pub(super) fn named(&self, l: &mut Layer<'_, '_>, field: FieldId) -> Result<DomainName, Stop> {
        let start = l.at();
        let name = self.name(l)?;
        l.note_text(field, start, l.at(), name.text());
        Ok(name)
    }

    /// Reads the class at the cursor; in mDNS its top bit is a flag of its own.
    pub(super) fn class(&self, l: &mut Layer<'_, '_>, field: FieldId, flag: FieldId) -> Result<u64, Stop> {
        if self.family != Family::Mdns {
            return l.uint(field, 2);
        }
        let start = l.at();
        let raw = l.peek(0, 2)?;
        l.skip(2)?;
        l.note_uint(field, start, 2, raw & 0x7fff);
        l.label(|| {
            let mut text = bits(raw, 0x7fff);
            let row = protocols::field(field);
            text.push_str(row.title);
            text.push_str(": ");
            write_named(&mut text, row, crate::value::Datum::Uint(raw & 0x7fff));
            text
        });
        l.note_uint(flag, start, 2, raw);
        Ok(raw)
    }

    /// The name of a class that was read.
    pub(super) fn class_name(&self, raw: u64) -> &'static str {
        CLASSES.name(if self.family == Family::Mdns { raw & 0x7fff } else { raw }).unwrap_or("Unknown")
    }
}

fn bits(raw: u64, mask: u64) -> String {
    let mut text = String::new();
    write_bits(&mut text, raw, mask, 16);
    text
}

fn read_flags(l: &mut Layer<'_, '_>, family: Family) -> Result<(), Stop> {
    let start = l.at();
    let raw = l.uint(FLAGS, 2)?;
    let response = raw & RESPONSE != 0;
    l.label(|| {
        let opcode = OPCODES.name(raw >> 11 & 15).unwrap_or("Unknown operation");
        let rcode = RCODES.name(raw & 15).unwrap_or("Unknown error");
        let end = if response { format!(" response, {rcode}") } else { String::new() };
        format!("Flags: 0x{raw:04x} {opcode}{end}")
    });
    let bit = |l: &mut Layer<'_, '_>, field| l.note_uint(field, start, 2, raw);
    l.below(|l| {
        bit(l, FLAGS_RESPONSE);
        bit(l, FLAGS_OPCODE);
        if family == Family::Llmnr {
            bit(l, FLAGS_CONFLICT);
            if !response {
                let heard = if raw & 0x400 != 0 { "The sender received multiple responses" } else { "None" };
                l.label(|| format!("{}Conflict: {heard}", bits(raw, 0x400)));
            }
            bit(l, FLAGS_TRUNCATED);
            bit(l, FLAGS_TENTATIVE);
        } else {
            if response {
                bit(l, FLAGS_AUTHORITATIVE);
            }
            bit(l, FLAGS_TRUNCATED);
            bit(l, FLAGS_RECDESIRED);
            if response {
                bit(l, FLAGS_RECAVAIL);
            }
            bit(l, FLAGS_Z);
            if response {
                bit(l, FLAGS_AUTHENTICATED);
            } else if raw & 0x20 != 0 {
                bit(l, FLAGS_AUTHENTICATED);
                l.label(|| format!("{}AD bit: Set", bits(raw, 0x20)));
            }
            bit(l, FLAGS_CHECKDISABLE);
        }
        if response {
            bit(l, FLAGS_RCODE);
        }
    });
    Ok(())
}

/// Reads so many of the same one after the other.
fn section(
    l: &mut Layer<'_, '_>,
    message: &DnsMessage<'_>,
    count: u16,
    title: &str,
    one: fn(&mut Layer<'_, '_>, &DnsMessage<'_>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    if count == 0 {
        return Ok(());
    }
    l.branch(TEXT, |l, line| {
        line.add(|| title.to_owned());
        (0..count).try_for_each(|_| one(l, message))
    })
}

fn question(l: &mut Layer<'_, '_>, message: &DnsMessage<'_>) -> Result<(), Stop> {
    l.branch(TEXT, |l, line: &mut Line| {
        let start = l.at();
        let name = message.named(l, QRY_NAME)?;
        l.note(QRY_NAME_LEN, start, l.at(), Value::Uint(name.text().len() as u64));
        l.note(COUNT_LABELS, start, l.at(), Value::Uint(name.labels() as u64));
        let kind = l.u16(QRY_TYPE)?;
        let class = message.class(l, QRY_CLASS, QRY_QU)?;
        line.add(|| format!("{name}: type {}, class {}", types::short(kind), message.class_name(class)));
        if message.family == Family::Mdns {
            line.add(|| format!(", \"{}\" question", if class & 0x8000 != 0 { "QU" } else { "QM" }));
        }
        Ok(())
    })
}

/// Notes what follows the last record.
fn extraneous(l: &mut Layer<'_, '_>) {
    let length = l.left();
    if length == 0 {
        return;
    }
    let start = l.at();
    l.text(start, l.end(), || format!("Extraneous Data ({length} bytes)"));
    l.below(|l| {
        l.bytes_left(EXTRANEOUS_DATA);
        l.generated(EXTRANEOUS_LENGTH, Value::Int(length as i64));
        l.below(|l| l.note(EXTRANEOUS, start, start + length, Value::None));
    });
}

/// Looks for the other side of the transaction. A quoted packet is part of none.
fn link(l: &mut Layer<'_, '_>, id: u16, response: bool) -> Option<Linked> {
    if l.quoted() {
        return None;
    }
    let transaction = Transaction { key: key(&l.endpoints(), "dns", u64::from(id)), response };
    Some(l.memory().transaction(transaction))
}

fn repetition(l: &mut Layer<'_, '_>, linked: &Option<Linked>, response: bool) {
    if let Some(first) = linked.and_then(|linked| linked.repeats) {
        let (field, what) = if response { (RETRANSMIT_RESPONSE, "response") } else { (RETRANSMIT_REQUEST, "query") };
        let (start, end) = (l.start(), l.at());
        l.below(|l| {
            l.note(field, start, end, Value::None);
            let original = if response { "response" } else { "request" };
            l.label(|| format!("DNS {what} retransmission. Original {original} in frame {first}"));
        });
    }
}

fn note_links(l: &mut Layer<'_, '_>, linked: &Linked, response: bool) {
    let frame = |number: u32| Value::Uint(u64::from(number));
    if let Some(first) = linked.repeats {
        l.generated(if response { RETRANSMIT_RESPONSE_IN } else { RETRANSMIT_REQUEST_IN }, frame(first));
        l.generated(RETRANSMISSION, Value::Uint(1));
    }
    if !response || linked.repeats.is_none() {
        let at = l.start();
        l.note_linked([RESPONSE_IN, RESPONSE_TO, TIME], at, linked, response);
    }
    if response && linked.request.is_none() && linked.repeats.is_none() {
        l.generated(UNSOLICITED, Value::Uint(1));
    }
}
