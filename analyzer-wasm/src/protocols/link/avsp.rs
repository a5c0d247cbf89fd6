//! Arista's header with the time at which a switch took a frame (Arista EOS, TAP aggregation).

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::Values;
use crate::protocols::numbers;
use crate::protocols::tables;

/// Arista Vendor Specific Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "avsp",
    title: "Arista Vendor Specific Protocol",
    column: "AVSP",
    tables: &[("ethertype", Key::Number(0xd28b))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { avsp
    SUB_TYPE "avsp.sub_type" U16 "Sub Type" values (Values::Names(&[(1, "timestamp")]));
    VER "avsp.ver" X16 "Version" values VERSIONS;
    TS64 "avsp.64ts" None "Timestamp (TAI)";
    SEC64 "avsp.64sec" U32 "Seconds";
    NS64 "avsp.64ns" U32 "Nanoseconds";
    TS48 "avsp.48ts" None "Timestamp (TAI)";
    SEC48 "avsp.48sec" U16 "Seconds";
    NS48 "avsp.48ns" U32 "Nanoseconds";
    ETYPE "avsp.etype" X16 "Type" values (numbers::ETHERTYPES);
    TS_UNKNOWN_VERSION "avsp.ts.unknown_version" None "Unknown timestamp version" expert (Warning, Sequence);
}

const VERSIONS: Values =
    Values::Names(&[(0x0010, "Version 1"), (0x0020, "Version 2"), (0x0110, "Version 11"), (0x0120, "Version 12")]);

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let at = l.at();
    l.u16(SUB_TYPE)?;
    // The low byte is the length of the time, the high one its scale: TAI or UTC.
    let version = l.u16(VER)?;
    let scale = if version < 0x0100 { "TAI" } else { "UTC" };
    match version {
        0x0010 | 0x0110 => l.branch(TS64, |l, line| {
            line.add(|| format!("Timestamp ({scale})"));
            l.u32(SEC64)?;
            l.u32(NS64)
        })?,
        0x0020 | 0x0120 => l.branch(TS48, |l, line| {
            line.add(|| format!("Timestamp ({scale})"));
            l.u16(SEC48)?;
            l.u32(NS48)
        })?,
        version => {
            l.generated_at(TS_UNKNOWN_VERSION, at, crate::value::Value::None);
            l.label(|| format!("Unknown timestamp version: 0x{version:x}"));
            return Ok(Next::End);
        }
    };
    let number = l.u16(ETYPE)?;
    Ok(Next::table(&tables::ETHERTYPE, number))
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.info.clear();
    if let Some(number) = view.uint(ETYPE) {
        numbers::ethertype_columns(columns, number);
    }
}
