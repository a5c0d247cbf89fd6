//! User Datagram Protocol (RFC 768).

use crate::conversations::{Between, Conversing};
use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, Table, View};
use crate::field::FieldId;
use crate::protocols::{expert, numbers};
use crate::streams::Datagram;
use crate::value::Value;

/// User Datagram Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "udp",
    title: "User Datagram Protocol",
    column: "UDP",
    tables: &[("ip.proto", Key::Number(17))],
    declares: &[UDP_PORT],
    fields: FIELDS,
    ends: &[SRC_PORT, DST_PORT],
    dissect,
    summary,
    ..Protocol::PLAIN
};

/// By UDP port, of either side.
const UDP_PORT: Table = Table::numbers("udp.port").heuristics("udp");

crate::fields! { udp
    SRC_PORT "udp.srcport" UDP_PORT "Source Port" group ["udp.port"];
    DST_PORT "udp.dstport" UDP_PORT "Destination Port" group ["udp.port"];
    LENGTH "udp.length" U16 "Length";
    CHECKSUM "udp.checksum" X16 "Checksum";
    CHECKSUM_STATUS "udp.checksum.status" N8 "Checksum Status" values (numbers::CHECKSUM_STATES);
    STREAM "udp.stream" U32 "Stream index";
    TIME_RELATIVE "udp.time_relative" Duration "Time since first frame";
    TIME_DELTA "udp.time_delta" Duration "Time since previous frame";
    PAYLOAD "udp.payload" Bytes "Payload";
    POSSIBLE_TRACEROUTE "udp.possible_traceroute" None "Possible traceroute" expert (Chat, Sequence);
    LENGTH_BAD "udp.length.bad" None "Bad length value" expert (Error, Malformed);
    _ "udp.port" UDP_PORT "Source or Destination Port";
    _ "udp.checksum_calculated" X16 "Calculated Checksum" unread "checksums are not verified, as in Wireshark by default";
    _ "udp.checksum.zero" None "Illegal checksum value (0)" unread "checksums are not verified, as in Wireshark by default";
    _ "udp.checksum.bad" None "Bad checksum" unread "checksums are not verified, as in Wireshark by default";
    _ "udp.length.bad_zero" None "Length is zero but payload < 65536" unread "Dropcap does not look for what it warns of";
}

/// Length of the header, in bytes.
const HEADER: usize = 8;

/// Ports to which `traceroute` sends: three for each hop.
const TRACEROUTE: std::ops::RangeInclusive<u16> = 33_435..=33_464;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let start = l.at();
    let source = port(l, SRC_PORT)?;
    let destination = port(l, DST_PORT)?;
    l.title(|| format!("User Datagram Protocol, Src Port: {source}, Dst Port: {destination}"));
    l.set_ports(source, destination);
    let on_wire = l.left_on_wire() + 4;
    let length = usize::from(l.u16(LENGTH)?);
    // A jumbogram's length does not fit (RFC 2675, section 4).
    let jumbo = length == 0 && on_wire > usize::from(u16::MAX);
    if length < HEADER && !jumbo {
        l.label(|| format!("Length: {length} (bogus, must be >= {HEADER})"));
        l.remark(LENGTH_BAD, start + 4, || format!("Bad length value {length} < {HEADER}"));
        expert::malformed(l);
        return Ok(Next::End);
    }
    // A quotation is cut on purpose.
    if length > on_wire && !l.quoted() {
        l.label(|| format!("Length: {length} (bogus, payload length {on_wire})"));
        l.remark(LENGTH_BAD, start + 4, || format!("Bad length value {length} > IP payload length"));
    }
    let checksum = l.u16(CHECKSUM)?;
    if checksum == 0 {
        l.label(|| "Checksum: 0x0000 [zero-value ignored]".into());
        l.below(|l| l.note(CHECKSUM_STATUS, start + 6, start + HEADER, Value::Uint(3)));
    } else {
        l.label(|| format!("Checksum: 0x{checksum:04x} [unverified]"));
        l.generated_at(CHECKSUM_STATUS, start + 6, Value::Uint(2));
    }
    let (endpoints, quoted) = (l.endpoints(), l.quoted());
    let datagram = Datagram { endpoints, length: length.saturating_sub(HEADER) as u32, quoted };
    let facts = l.memory().datagram(&datagram);
    l.generated_at(STREAM, start + HEADER, Value::Uint(u64::from(facts.stream)));
    let between =
        Between::Stream { number: facts.stream, conversation: facts.conversation, turned: endpoints.is_turned() };
    l.converse(Conversing::Udp, between, length.saturating_sub(HEADER));
    if !quoted && length != HEADER {
        let at = l.at();
        l.text(at, at, || "Timestamps".into());
        l.below(|l| {
            l.generated_since(TIME_RELATIVE, facts.first);
            l.generated_since(TIME_DELTA, facts.previous);
        });
    }
    if !jumbo {
        l.limit(length);
    }
    if l.left() > 0 {
        let (start, end) = (l.at(), l.end());
        l.note(PAYLOAD, start, end, Value::Bytes);
        l.label(|| format!("UDP payload ({} byte{})", end - start, if end - start == 1 { "" } else { "s" }));
    }
    if length > on_wire && !quoted {
        expert::malformed(l);
    }
    Ok(Next::ports(&UDP_PORT, source, destination))
}

/// Reads a port, and notes where `traceroute` may have sent to it.
fn port(l: &mut Layer<'_, '_>, field: FieldId) -> Result<u16, Stop> {
    let at = l.at();
    let port = l.u16(field)?;
    if TRACEROUTE.contains(&port) {
        let sent = port - TRACEROUTE.start();
        l.remark(POSSIBLE_TRACEROUTE, at, || {
            format!("Possible traceroute: hop #{}, attempt #{}", sent / 3 + 1, sent % 3 + 1)
        });
    }
    Ok(port)
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.info.clear();
    let (Some(source), Some(destination)) = (view.uint(SRC_PORT), view.uint(DST_PORT)) else { return };
    columns.protocol = PROTOCOL.column.into();
    columns.info = format!("{source} → {destination}");
    let Some(length) = view.uint(LENGTH) else { return };
    if !view.has(CHECKSUM) {
        if length < HEADER as u64 {
            columns.info.push_str(&format!(" [BAD UDP LENGTH {length} < {HEADER}]"));
        }
        return;
    }
    if view.has(LENGTH_BAD) {
        columns.info.push_str(&format!(" [BAD UDP LENGTH {length} > IP PAYLOAD LENGTH]"));
    }
    columns.info.push_str(&format!(" Len={}", length.saturating_sub(HEADER as u64)));
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    #[test]
    fn lengths_that_cannot_be_are_reported() {
        for (hex, info) in [
            (
                "02112233445500aabbccddee08004500001c00070000401100000a0000010a0000020001000200040000",
                "1 → 2 [BAD UDP LENGTH 4 < 8]",
            ),
            (
                "02112233445500aabbccddee08004500001f00070000401100000a0000010a0000020001000200200000616263",
                "1 → 2 [BAD UDP LENGTH 32 > IP PAYLOAD LENGTH] Len=24",
            ),
            (
                "02112233445500aabbccddee08004500001f00070000401100000a0000010a0000020001000200091234616263",
                "1 → 2 Len=1",
            ),
        ] {
            assert_eq!(read(1, hex).row(), ["10.0.0.1", "10.0.0.2", "UDP", info]);
        }
    }
}
