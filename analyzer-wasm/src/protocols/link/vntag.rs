//! VN-Tag: between which virtual interfaces a frame goes (IEEE 802.1Qbh, proposal of 2009).

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::{Values, YES_NO};
use crate::protocols::numbers;
use crate::protocols::tables;

/// VN-Tag.
pub static PROTOCOL: Protocol = Protocol {
    name: "vntag",
    title: "VN-Tag",
    column: "VNTAG",
    tables: &[("ethertype", Key::Number(0x8926))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { vntag
    DIR "vntag.dir" Bool(32) "Direction" mask 0x8000_0000 values (Values::Flag("From Bridge", "To Bridge"));
    PTR "vntag.ptr" Bool(32) "Pointer" mask 0x4000_0000 values (Values::Flag("vif_list_id", "vif_id"));
    DST "vntag.dst" U32 "Destination" mask 0x3fff_0000;
    LOOPED "vntag.looped" Bool(32) "Looped" mask 0x8000 values YES_NO;
    R "vntag.r" U32 "Reserved" mask 0x4000;
    VERSION "vntag.version" U32 "Version" mask 0x3000;
    SRC "vntag.src" U32 "Source" mask 0x0fff;
    ETYPE "vntag.etype" X16 "Type" values (numbers::ETHERTYPES);
}

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    l.bits(4, &[DIR, PTR, DST, LOOPED, R, VERSION, SRC])?;
    let header = l.at();
    let number = l.u16(ETYPE)?;
    l.call(Next::table(&tables::ETHERTYPE, number));
    // The type belongs to the frame, not to the tag.
    l.seek(header)?;
    Ok(Next::End)
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.info.clear();
    if let Some(number) = view.uint(ETYPE) {
        numbers::ethertype_columns(columns, number);
    }
}
