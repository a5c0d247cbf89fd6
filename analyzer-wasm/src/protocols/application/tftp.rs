//! Trivial File Transfer Protocol (RFC 1350), with options (RFC 2347), the size of blocks (RFC 2348), the size of the file
//! (RFC 2349) and windows (RFC 7440, MS-TFTP as Microsoft's servers have them).

use std::net::IpAddr;

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::{FieldId, TEXT, Values};
use crate::memory::History;
use crate::value::Value;

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
/// Bytes in a block where nothing else was agreed on.
const USUAL_BLOCK: u16 = 512;
/// The sizes of blocks that can be agreed on (RFC 2348).
const BLOCK_SIZES: std::ops::RangeInclusive<i64> = 8..=65_464;
/// The sizes of windows that can be agreed on (RFC 7440).
const WINDOW_SIZES: std::ops::RangeInclusive<i64> = 1..=65_535;
/// By what a client asks for Microsoft's windows, and by what a server grants them.
const WINDOW_ASKED: &[u8] = b"31416";
const WINDOW_GRANTED: &[u8] = b"27182";
/// How far block numbers may go on before the number is kept from which the next are counted.
const STRIDE: u32 = 1 << 12;

/// The client with its port, and the server.
type Ends = (IpAddr, u16, IpAddr);

/// A request, which what follows belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Request {
    writes: bool,
    file: Vec<u8>,
    frame: u32,
    /// Whether it makes the answer known, which can come from any port: what is no name of a file makes no request.
    credible: bool,
    asks_size: bool,
}

/// What both sides agreed on by options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Terms {
    block: u16,
    window: u16,
    microsoft: bool,
    /// Whether the client asked for nothing so far but the file's size, and was told.
    told_size: bool,
}

const USUAL: Terms = Terms { block: USUAL_BLOCK, window: 0, microsoft: false, told_size: false };

static REQUESTS: History<Ends, Request> = History::new(1 << 18);
static TERMS: History<Ends, Terms> = History::new(1 << 18);
/// About the highest number of a block of data so far, counted on where the 16 bits on the wire began anew.
static HIGHEST: History<Ends, u32> = History::new(1 << 20);

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
            l.take_conversation();
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
        crate::value::write_datum(info, view.protocols().field(node.field), view.datum(node));
    }
    if let Some(block) = view.uint(FULL_BLOCK) {
        info.push_str(&format!(", Block: {block}{}", view.said().unwrap_or_default()));
    }
    if let Some(code) = view.uint(ERROR_CODE) {
        info.push_str(", Code: ");
        info.push_str(&view.name(ERROR_CODE).map_or_else(|| format!("Unknown ({code})"), str::to_owned));
    }
    if view.has(ERROR_MESSAGE) {
        info.push_str(&format!(", Message: {}", view.written(ERROR_MESSAGE)));
    }
}

/// Between whom the packet goes, and the request that it belongs to.
fn transfer(l: &mut Layer<'_, '_>) -> (Ends, Option<Request>) {
    let between = l.endpoints();
    let sent = (between.source, between.source_port, between.destination);
    let answered = (between.destination, between.destination_port, between.source);
    for ends in [sent, answered] {
        if let Some(request) = l.memory().before(&REQUESTS, &ends) {
            return (ends, Some(request.clone()));
        }
    }
    (if between.source_port == PORT { answered } else { sent }, None)
}

/// A request to read or to write a file; `known` is whether an earlier one between the same ends was credible.
fn asked(l: &mut Layer<'_, '_>, ends: Ends, writes: bool, known: bool) -> Result<Next, Stop> {
    let file = text(l, if writes { DESTINATION_FILE } else { SOURCE_FILE })?;
    text(l, TYPE)?;
    let mut request = Request {
        writes,
        file: file.to_vec(),
        frame: l.packet().number,
        credible: !file.is_empty() && file.iter().all(|byte| matches!(byte, b' '..=b'~')),
        asks_size: false,
    };
    let read = options(l, |l, name, value| {
        if name.eq_ignore_ascii_case(b"tsize") {
            request.asks_size = !writes && number(value) == 0;
        } else if name.eq_ignore_ascii_case(b"msftwindow") && value != WINDOW_ASKED {
            odd(l, MSFTWINDOW_UNRECOGNIZED, "Unrecognized msftwindow option");
        }
    });
    request.credible = known || request.credible && read.is_ok();
    if !l.quoted() {
        let memory = l.memory();
        memory.append(&REQUESTS, ends, request);
        memory.append(&TERMS, ends, USUAL);
        memory.append(&HIGHEST, ends, 0);
    }
    read.map(|()| Next::End)
}

/// The options that the server agrees to.
fn granted(l: &mut Layer<'_, '_>, ends: Ends, request: Option<&Request>) -> Result<(), Stop> {
    let mut terms = terms(l, ends);
    let read = options(l, |l, name, value| {
        let size = number(value);
        if name.eq_ignore_ascii_case(b"blksize") {
            if BLOCK_SIZES.contains(&size) {
                terms.block = size as u16;
            } else {
                odd(l, BLOCKSIZE_RANGE, "TFTP blocksize out of range");
            }
        } else if name.eq_ignore_ascii_case(b"windowsize") && WINDOW_SIZES.contains(&size) {
            terms.window = size as u16;
        } else if name.eq_ignore_ascii_case(b"msftwindow") {
            if value == WINDOW_GRANTED {
                terms.microsoft = true;
            } else {
                odd(l, MSFTWINDOW_UNRECOGNIZED, "Unrecognized msftwindow option");
            }
        } else if name.eq_ignore_ascii_case(b"tsize") {
            terms.told_size = request.is_some_and(|request| request.asks_size);
        }
    });
    agree(l, ends, terms);
    read
}

fn data(l: &mut Layer<'_, '_>, ends: Ends) -> Result<Next, Stop> {
    let at = l.at();
    let block = l.u16(BLOCK)?;
    let last = l.left_on_wire() < usize::from(terms(l, ends).block);
    if block == u16::MAX && !last {
        l.remark(BLOCK_WRAP, at, || "TFTP block number is about to wrap".into());
    }
    let highest = highest(l, ends);
    let full = full(block, highest);
    if !l.quoted() && full >= highest.saturating_add(STRIDE) {
        l.memory().append(&HIGHEST, ends, full);
    }
    l.generated(FULL_BLOCK, Value::Uint(u64::from(full)));
    l.say(|| last.then(|| " (last)".to_owned()));
    Ok(Next::Data)
}

fn acknowledgement(l: &mut Layer<'_, '_>, ends: Ends) -> Result<(), Stop> {
    let block = l.u16(BLOCK)?;
    let full = full(block, highest(l, ends));
    l.generated(FULL_BLOCK, Value::Uint(u64::from(full)));
    let mut terms = terms(l, ends);
    if terms.microsoft && l.left() > 0 {
        let at = l.at();
        let window = l.uint(NEXT_WINDOW_SIZE, 1)? as u16;
        if window != terms.window {
            l.remark(WINDOWSIZE_CHANGE, at, || "TFTP window size is changing".into());
            terms.window = window;
            agree(l, ends, terms);
        }
    }
    Ok(())
}

fn failure(l: &mut Layer<'_, '_>, ends: Ends) -> Result<(), Stop> {
    let code = u64::from(l.u16(ERROR_CODE)?);
    if ERRORS.name(code).is_none() {
        l.label(|| format!("Error code: Unknown ({code})"));
    }
    text(l, ERROR_MESSAGE)?;
    // Who only asks for the size of a file goes on by refusing the answer.
    if terms(l, ends).told_size && matches!(code, 0 | REFUSED_OPTIONS) {
        odd(l, LIKELY_TSIZE_PROBE, "Likely transfer size (tsize) probe");
    } else {
        odd(l, ERROR, "TFTP ERROR packet");
    }
    Ok(())
}

/// Reads options to the layer's end: names and values in turns. `each` looks at one, while its line is the innermost.
fn options(l: &mut Layer<'_, '_>, mut each: impl FnMut(&mut Layer<'_, '_>, &[u8], &[u8])) -> Result<(), Stop> {
    while l.left() > 0 {
        let name = length(l, 0)?;
        length(l, name)?;
        l.branch(TEXT, |l, line| {
            let name = text(l, OPTION_NAME)?;
            let value = text(l, OPTION_VALUE)?;
            line.say(|| {
                let mut words = "Option: ".to_owned();
                crate::value::write_text(&mut words, name);
                words.push_str(" = ");
                crate::value::write_text(&mut words, value);
                words
            });
            if name.eq_ignore_ascii_case(b"windowsize") && !WINDOW_SIZES.contains(&number(value)) {
                odd(l, WINDOWSIZE_RANGE, "TFTP windowsize out of range");
            }
            each(l, name, value);
            Ok(())
        })?;
    }
    Ok(())
}

/// Reads a text that a zero byte ends, and returns it without that byte.
fn text<'p>(l: &mut Layer<'p, '_>, field: FieldId) -> Result<&'p [u8], Stop> {
    let length = length(l, 0)?;
    let bytes = l.bytes(field, length)?;
    Ok(bytes.split_last().map_or(bytes, |(_, text)| text))
}

/// Bytes of the text that begins so many bytes behind the cursor, with the zero byte that ends it.
fn length(l: &Layer<'_, '_>, offset: usize) -> Result<usize, Stop> {
    let rest = l.rest().get(offset..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == 0);
    end.map(|end| end + 1).ok_or(Stop::Short { needed: rest.len() + 1, at: l.at() + offset })
}

/// The number with which a text begins; 0 without one.
fn number(text: &[u8]) -> i64 {
    let text = text.trim_ascii_start();
    let (sign, digits) = match text.split_first() {
        Some((b'-', digits)) => (-1, digits),
        Some((b'+', digits)) => (1, digits),
        _ => (1, text),
    };
    let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
    sign * digits.fold(0_i64, |number, digit| number.saturating_mul(10).saturating_add(i64::from(digit - b'0')))
}

/// The number of a block with the bits that the 16 on the wire lack: the one next to the highest so far.
fn full(block: u16, highest: u32) -> u32 {
    let near = (highest & !0xffff) | u32::from(block);
    let around = [near.checked_sub(0x1_0000), Some(near), near.checked_add(0x1_0000)];
    around.into_iter().flatten().min_by_key(|full| full.abs_diff(highest)).unwrap_or(near)
}

fn highest(l: &mut Layer<'_, '_>, ends: Ends) -> u32 {
    l.memory().before(&HIGHEST, &ends).copied().unwrap_or_default()
}

fn terms(l: &mut Layer<'_, '_>, ends: Ends) -> Terms {
    l.memory().before(&TERMS, &ends).copied().unwrap_or(USUAL)
}

fn agree(l: &mut Layer<'_, '_>, ends: Ends, terms: Terms) {
    if !l.quoted() {
        l.memory().append(&TERMS, ends, terms);
    }
}

/// Notes in words what is odd about what was read last.
fn odd(l: &mut Layer<'_, '_>, field: FieldId, words: &str) {
    if l.wants(field) {
        l.generated(field, Value::None);
        l.label(|| words.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::{Read, Reader, datagram};

    /// Reads messages of a client and of a server, which has the port 6000 beside that of requests.
    fn read(messages: &[(u16, u16, &[u8])]) -> Vec<Read> {
        let mut reader = Reader::default();
        let packets = messages.iter().map(|(source, destination, message)| {
            let mut packet = datagram([*source, *destination], message);
            if matches!(source, 69 | 6000) {
                packet[12..20].copy_from_slice(&[10, 0, 0, 2, 10, 0, 0, 1]);
            }
            reader.read_bytes(101, &packet)
        });
        packets.collect()
    }

    fn infos(packets: &[Read]) -> Vec<&str> {
        packets.iter().map(|packet| packet.row()[3]).collect()
    }

    #[test]
    fn the_answer_is_found_from_any_port_but_only_behind_a_request() {
        let block = (6000, 5000, &b"\0\x03\0\x01abc"[..]);
        let packets = read(&[block, (5000, 69, b"\0\x01file\0octet\0"), block, (6000, 5001, b"\0\x03\0\x01abc")]);
        let names: Vec<&str> = packets.iter().map(|packet| packet.row()[2]).collect();
        assert_eq!(names, ["UDP", "TFTP", "TFTP", "UDP"]);
        assert_eq!(packets[2].of("tftp.destination_file"), ["file"]);
        assert_eq!(packets[2].of("tftp.request_frame"), ["2"]);
        assert_eq!(packets[2].row()[3], "Data Packet, Block: 1 (last)");
    }

    #[test]
    fn a_block_is_the_last_that_is_shorter_than_what_was_agreed_on() {
        let packets = read(&[
            (5000, 69, b"\0\x02file\0octet\0blksize\x008\0"),
            (5000, 6000, b"\0\x03\0\x0112345678"),
            (6000, 5000, b"\0\x06BLKSIZE\x008\0"),
            (5000, 6000, b"\0\x03\xff\xff12345678"),
            (5000, 6000, b"\0\x03\0\x00123"),
            (6000, 5000, b"\0\x04\0\0"),
            (5000, 6000, b"\0\x03\xff\xff12345678"),
        ]);
        assert_eq!(
            infos(&packets),
            [
                "Write Request, File: file, Transfer type: octet, blksize=8",
                "Data Packet, Block: 1 (last)",
                "Option Acknowledgement, BLKSIZE=8",
                "Data Packet, Block: 65535",
                "Data Packet, Block: 65536 (last)",
                "Acknowledgement, Block: 65536",
                "Data Packet, Block: 65535",
            ]
        );
        assert_eq!(packets[3].of("tftp.block.wrap").len(), 1);
    }

    #[test]
    fn numbers_that_no_option_can_have_are_told() {
        let packets = read(&[
            (5000, 69, b"\0\x01file\0octet\0windowsize\x000\0msftwindow\x001\0"),
            (6000, 5000, b"\0\x06blksize\x007\0windowsize\x0070000\0"),
            (6000, 5000, b"\0\x05\0\x2awhat\0"),
        ]);
        assert_eq!(packets[0].of("tftp.windowsize_range").len(), 1);
        assert_eq!(packets[0].of("tftp.msftwindow.unrecognized").len(), 1);
        assert_eq!(packets[1].of("tftp.blocksize_range").len(), 1);
        assert_eq!(packets[1].of("tftp.windowsize_range").len(), 1);
        assert_eq!(packets[2].row()[3], "Error Code, Code: Unknown (42), Message: what");
    }

    #[test]
    fn what_ends_too_early_keeps_what_was_read() {
        let packets = read(&[
            (5000, 69, b"\0"),
            (5000, 69, b"\0\x01file"),
            (5000, 69, b"\0\x01file\0octet\0blksize"),
            (5000, 69, b"\0\x09"),
        ]);
        assert_eq!(
            infos(&packets),
            [
                "5000 → 69 Len=1[Malformed Packet]",
                "Read Request[Malformed Packet]",
                "Read Request, File: file, Transfer type: octet[Malformed Packet]",
                "Unknown (0x0009)[Malformed Packet]",
            ]
        );
    }
}
