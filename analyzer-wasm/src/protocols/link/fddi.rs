//! Fiber Distributed Data Interface (ISO 9314-2; tcpdump.org/linktypes, LINKTYPE_FDDI).

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::Values;

/// Fiber Distributed Data Interface.
pub static PROTOCOL: Protocol = Protocol {
    name: "fddi",
    title: "Fiber Distributed Data Interface",
    column: "FDDI",
    tables: &[("wtap_encap", Key::Number(10))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { fddi
    FC "fddi.fc" X8 "Frame Control";
    FC_CLF "fddi.fc.clf" X8 "Class/Length/Format" mask 0xf0 values FORMATS;
    FC_PRIO "fddi.fc.prio" U8 "Priority" mask 0x07;
    FC_SMT_SUBTYPE "fddi.fc.smt_subtype" U8 "SMT Subtype" mask 0x0f values (Values::Names(&[(1, "Info"), (15, "Next Station Address")]));
    FC_MAC_SUBTYPE "fddi.fc.mac_subtype" U8 "MAC Subtype" mask 0x0f values (Values::Names(&[(2, "Beacon"), (3, "Claim")]));
    DST "fddi.dst" Ether "Destination" group ["fddi.addr"];
    SRC "fddi.src" Ether "Source" group ["fddi.addr"];
    _ "fddi.addr" Ether "Source or Destination Address";
}

const FORMATS: Values = Values::Names(&[
    (0x0, "Void"),
    (0x4, "SMT"),
    (0x5, "Async LLC"),
    (0x6, "Implementor Async"),
    (0x8, "Nonrestricted Token"),
    (0xc, "MAC"),
    (0xd, "Sync LLC"),
    (0xe, "Implementor Sync"),
]);

const ASYNCHRONOUS: u64 = 0x5;
const SYNCHRONOUS: u64 = 0xd;
const MANAGEMENT: u64 = 0x4;
const MAC: u64 = 0xc;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let control = l.peek(0, 1)?;
    let format = control >> 4;
    let what = kind(control);
    l.title(|| format!("{}, {what}", PROTOCOL.title));
    let mark = l.mark();
    match format {
        ASYNCHRONOUS => l.flags(FC, 1, &[FC_CLF, FC_PRIO])?,
        MANAGEMENT => l.flags(FC, 1, &[FC_CLF, FC_SMT_SUBTYPE])?,
        MAC => l.flags(FC, 1, &[FC_CLF, FC_MAC_SUBTYPE])?,
        _ => l.flags(FC, 1, &[FC_CLF])?,
    };
    l.label_at(mark, || format!("Frame Control: 0x{control:02x} ({})", kind(control)));
    l.ether(DST)?;
    l.ether(SRC)?;
    Ok(if matches!(format, ASYNCHRONOUS | SYNCHRONOUS) { Next::named("llc") } else { Next::Data })
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.destination = view.written(DST);
    columns.source = view.written(SRC);
    columns.info = view.uint(FC).map(kind).unwrap_or_default();
}

/// What a frame is, in words.
fn kind(control: u64) -> String {
    match control >> 4 {
        ASYNCHRONOUS => format!("Async LLC frame, priority {}", control & 7),
        SYNCHRONOUS => "Sync LLC frame".into(),
        format => FORMATS
            .name(format)
            .map_or_else(|| format!("Unknown frame type 0x{control:02x}"), |name| format!("{name} frame")),
    }
}
