//! User Datagram Protocol (RFC 768).

use crate::dissect::{Columns, Layer, Next, On, Protocol, Stop, View};
use crate::field::Values;
use crate::value::Value;

/// User Datagram Protocol.
pub const PROTOCOL: Protocol = Protocol {
    name: "udp",
    title: "User Datagram Protocol",
    column: "UDP",
    on: &[On::IpProtocol(17)],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { udp
    SRC_PORT "udp.srcport" UDP_PORT "Source Port" group ["udp.port"];
    DST_PORT "udp.dstport" UDP_PORT "Destination Port" group ["udp.port"];
    PORT "udp.port" UDP_PORT "Source or Destination Port";
    LENGTH "udp.length" U16 "Length";
    CHECKSUM "udp.checksum" X16 "Checksum";
    CHECKSUM_STATUS "udp.checksum.status" U8 "Checksum Status" values (CHECKSUM_STATES);
    STREAM "udp.stream" U32 "Stream index";
    TIME_RELATIVE "udp.time_relative" Duration "Time since first frame";
    TIME_DELTA "udp.time_delta" Duration "Time since previous frame";
    PAYLOAD "udp.payload" Bytes "Payload";
}

const CHECKSUM_STATES: Values = Values::Names(&[(0, "Bad"), (1, "Good"), (2, "Unverified"), (3, "Not present")]);

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let source = l.u16(SRC_PORT)?;
    let destination = l.u16(DST_PORT)?;
    l.title(|| format!("User Datagram Protocol, Src Port: {source}, Dst Port: {destination}"));
    let length = l.u16(LENGTH)?;
    if length != 0 && length < 8 {
        return Err(Stop::Malformed("the length is shorter than the header"));
    }
    let checksum = l.u16(CHECKSUM)?;
    l.generated(CHECKSUM_STATUS, Value::Uint(if checksum == 0 { 3 } else { 2 }));
    l.set_ports(source, destination);
    if !l.quoted() {
        let endpoints = l.endpoints();
        let facts = l.memory().conversation(&endpoints);
        l.generated(STREAM, Value::Uint(u64::from(facts.stream)));
        l.generated(TIME_RELATIVE, Value::Time(facts.since_first.0, facts.since_first.1));
        l.generated(TIME_DELTA, Value::Time(facts.since_previous.0, facts.since_previous.1));
    }
    if length != 0 {
        l.limit(usize::from(length));
    }
    if l.left() > 0 {
        let (start, end) = (l.at(), l.end());
        l.note(PAYLOAD, start, end, Value::Bytes);
    }
    Ok(Next::Udp(source, destination))
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    let port = |field| view.uint(field).unwrap_or_default();
    let length = view.uint(LENGTH).unwrap_or_default().saturating_sub(8);
    columns.protocol = PROTOCOL.column.into();
    columns.info = format!("{} → {} Len={length}", port(SRC_PORT), port(DST_PORT));
}
