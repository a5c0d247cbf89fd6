//! Trivial File Transfer Protocol (RFC 1350), with options (RFC 2347).

mod blocks;
mod options;
mod transfer;

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::{FieldId, Values};
use crate::value::{Value, write_datum};
use blocks::{acknowledgement, data};
use options::{asked, granted, text};
use transfer::{TransferEnds, terms, transfer};

/// Trivial File Transfer Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "tftp",
    title: "Trivial File Transfer Protocol",
    column: "TFTP",
    tables: &[("udp.port", Key::Number(PORT as u32))],
    heuristics: &[("udp", looks)],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { tftp
    OPCODE "tftp.opcode" U16 "Opcode" values OPCODES;
    SOURCE_FILE "tftp.source_file" TextZ "Source File";
    DESTINATION_FILE "tftp.destination_file" TextZ "Destination File";
    REQUEST_FRAME "tftp.request_frame" Frame "Request frame";
    TYPE "tftp.type" TextZ "Type";
    BLOCK "tftp.block" U16 "Block";
    FULL_BLOCK "tftp.block.full" U32 "Full Block Number";
    NEXT_WINDOW_SIZE "tftp.nextwindowsize" U16 "Next Window Size";
    ERROR_CODE "tftp.error.code" U16 "Error code" values ERRORS;
    ERROR_MESSAGE "tftp.error.message" TextZ "Error message";
    OPTION_NAME "tftp.option.name" TextZ "Option name";
    OPTION_VALUE "tftp.option.value" TextZ "Option value";
    DATA "tftp.data" Bytes "Data";
    ERROR "tftp.error" None "TFTP ERROR packet" expert (Warning, Response);
    LIKELY_TSIZE_PROBE "tftp.likely_tsize_probe" None "Likely transfer size (tsize) probe" expert (Chat, Request);
    BLOCKSIZE_RANGE "tftp.blocksize_range" None "TFTP blocksize out of range" expert (Warning, Response);
    BLOCK_WRAP "tftp.block.wrap" None "TFTP block number is about to wrap" expert (Note, Sequence);
    WINDOWSIZE_RANGE "tftp.windowsize_range" None "TFTP windowsize out of range" expert (Warning, Response);
    MSFTWINDOW_UNRECOGNIZED "tftp.msftwindow.unrecognized" None "Unrecognized msftwindow option" expert (Warning, Response);
    WINDOWSIZE_CHANGE "tftp.windowsize.change" None "TFTP window size is changing" expert (Chat, Sequence);
}

const READ: u16 = 1;
const WRITE: u16 = 2;
const BLOCK_OF_DATA: u16 = 3;
const ACKNOWLEDGEMENT: u16 = 4;
const FAILURE: u16 = 5;
const OPTIONS: u16 = 6;

const OPCODES: Values = Values::Names(&[
    (READ as u64, "Read Request"),
    (WRITE as u64, "Write Request"),
    (BLOCK_OF_DATA as u64, "Data Packet"),
    (ACKNOWLEDGEMENT as u64, "Acknowledgement"),
    (FAILURE as u64, "Error Code"),
    (OPTIONS as u64, "Option Acknowledgement"),
]);
const ERRORS: Values = Values::Names(&[
    (0, "Not defined"),
    (1, "File not found"),
    (2, "Access violation"),
    (3, "Disk full or allocation exceeded"),
    (4, "Illegal TFTP Operation"),
    (5, "Unknown transfer ID"),
    (6, "File already exists"),
    (7, "No such user"),
    (REFUSED_OPTIONS, "Option negotiation failed"),
]);

/// The error by which a client turns down what the server made of its options (RFC 2347).
const REFUSED_OPTIONS: u64 = 8;
/// The port to which requests are sent; the answer comes from any other.
const PORT: u16 = 69;

/// Whether the bytes begin with an opcode; whether a request came before is for [`dissect`] to say.
fn looks(bytes: &[u8]) -> bool {
    matches!(bytes, [0, 1..=6, _, ..])
}

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let (source, destination) = (l.endpoints().source_port, l.endpoints().destination_port);
    let (ends, request) = transfer(l);
    if source != PORT && destination != PORT {
        if !request.as_ref().is_some_and(|request| request.credible) {
            return Err(Stop::NotMine);
        }
        if !l.quoted() {
            l.set_conversation_dissector();
        }
    }
    let opcode = l.u16(OPCODE)?;
    if !matches!(opcode, READ | WRITE)
        && let Some(request) = &request
    {
        l.generated_text(DESTINATION_FILE, &request.file);
        l.generated(REQUEST_FRAME, Value::Uint(u64::from(request.frame)));
        l.label(|| format!("{} Request in frame {}", if request.writes { "Write" } else { "Read" }, request.frame));
    }
    match opcode {
        READ | WRITE => return asked(l, ends, opcode == WRITE, request.is_some_and(|request| request.credible)),
        BLOCK_OF_DATA => return data(l, ends),
        ACKNOWLEDGEMENT => acknowledgement(l, ends)?,
        FAILURE => failure(l, ends)?,
        OPTIONS => granted(l, ends, request.as_ref())?,
        _ => {
            l.peek(0, 1)?;
            l.bytes_left(DATA);
        }
    }
    Ok(Next::End)
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    let Some(opcode) = view.uint(OPCODE) else { return };
    let info = &mut columns.info;
    *info = view.name(OPCODE).map_or_else(|| format!("Unknown (0x{opcode:04x})"), str::to_owned);
    if opcode == u64::from(READ) && view.has(SOURCE_FILE) {
        info.push_str(&format!(", File: {}", view.written(SOURCE_FILE)));
    }
    if opcode == u64::from(WRITE) && view.has(DESTINATION_FILE) {
        info.push_str(&format!(", File: {}", view.written(DESTINATION_FILE)));
    }
    if view.has(TYPE) {
        info.push_str(&format!(", Transfer type: {}", view.written(TYPE)));
    }
    for node in view.nodes() {
        let before = match node.field {
            OPTION_NAME => ", ",
            OPTION_VALUE => "=",
            _ => continue,
        };
        info.push_str(before);
        write_datum(info, view.protocols().field(node.field), view.datum(node));
    }
    if let Some(block) = view.uint(FULL_BLOCK) {
        info.push_str(&format!(", Block: {block}{}", view.summarized().unwrap_or_default()));
    }
    if let Some(code) = view.uint(ERROR_CODE) {
        info.push_str(", Code: ");
        info.push_str(&view.name(ERROR_CODE).map_or_else(|| format!("Unknown ({code})"), str::to_owned));
    }
    if view.has(ERROR_MESSAGE) {
        info.push_str(&format!(", Message: {}", view.written(ERROR_MESSAGE)));
    }
}

fn failure(l: &mut Layer<'_, '_>, ends: TransferEnds) -> Result<(), Stop> {
    let code = u64::from(l.u16(ERROR_CODE)?);
    if ERRORS.name(code).is_none() {
        l.label(|| format!("Error code: Unknown ({code})"));
    }
    text(l, ERROR_MESSAGE)?;
    // Who only asks for the size of a file goes on by refusing the answer.
    if terms(l, ends).size_known && matches!(code, 0 | REFUSED_OPTIONS) {
        odd(l, LIKELY_TSIZE_PROBE, "Likely transfer size (tsize) probe");
    } else {
        odd(l, ERROR, "TFTP ERROR packet");
    }
    Ok(())
}

/// Notes in words what is odd about what was read last.
fn odd(l: &mut Layer<'_, '_>, field: FieldId, words: &str) {
    if l.wants(field) {
        l.generated(field, Value::None);
        l.label(|| words.to_owned());
    }
}

#[cfg(test)]
mod tests;
