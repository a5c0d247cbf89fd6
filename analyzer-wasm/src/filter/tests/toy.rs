//! A toy of two protocols: its table, one packet of it, and how little may be known of that.

use crate::field::{Base, Field, FieldId, Kind, SET, Values};
use crate::filter::{Decision, Instance, Know, Schema};
use crate::value::Datum;

const U8: Kind = Kind::Uint(8, Base::Dec);
const U16: Kind = Kind::Uint(16, Base::Dec);
const KINDS: Values = Values::Names(&[(1, "Apple"), (2, "Pear"), (3, "Plum"), (7, "Plum"), (9, "Quince (a fruit)")]);
const CLASSES: Values = Values::Ranges(&[(0, 9, "Low"), (10, 10, "Ten"), (11, 99, "High")]);

/// The toy table: two protocols, `box` around `toy`, and `gone`, which never occurs.
static ROWS: &[Field] = &[
    Field::new("", Kind::None, ""),
    Field::new("box", Kind::Protocol, "Box"),
    Field::new("box.src", Kind::Ether, "Source").group(&["box.addr"]),
    Field::new("box.dst", Kind::Ether, "Destination").group(&["box.addr"]),
    Field::new("box.addr", Kind::Ether, "Address"),
    Field::new("toy", Kind::Protocol, "Toy"),
    Field::new("toy.from", U16, "From").group(&["toy.port"]),
    Field::new("toy.to", U16, "To").group(&["toy.port"]),
    Field::new("toy.port", U16, "Port"),
    Field::new("toy.src", Kind::Ipv4, "Source").group(&["toy.addr", "toy.host"]),
    Field::new("toy.dst", Kind::Ipv4, "Destination").group(&["toy.addr", "toy.host"]),
    Field::new("toy.addr", Kind::Ipv4, "Address"),
    Field::new("toy.host", Kind::Text, "Host"),
    Field::new("toy.six", Kind::Ipv6, "Six"),
    Field::new("toy.kind", U8, "Kind").values(&KINDS),
    Field::new("toy.class", U8, "Class").values(&CLASSES),
    Field::new("toy.flags", Kind::Uint(16, Base::Hex), "Flags"),
    Field::new("toy.flags.red", Kind::Bool(8), "Red").values(&SET).mask(&0x01),
    Field::new("toy.flags.blue", Kind::Bool(8), "Blue").values(&SET).mask(&0x08),
    Field::new("toy.name", Kind::Text, "Name"),
    Field::new("toy.load", Kind::Bytes, "Load"),
    Field::new("toy.delta", Kind::Duration, "Delta"),
    Field::new("toy.time", Kind::Time, "Time"),
    Field::new("toy.ratio", Kind::Double, "Ratio"),
    Field::new("toy.shift", Kind::Int(8), "Shift"),
    Field::new("toy.note", Kind::None, "Note"),
    Field::new("gone", Kind::Protocol, "Gone"),
    Field::new("gone.port", U16, "Port"),
    Field::new("gone.name", Kind::Text, "Name"),
    Field::new("toy.note", Kind::Text, "Note"),
    Field::new("toy.id", Kind::Guid, "Id"),
    Field::new("toy.long", Kind::Eui64, "Long address"),
    // Under its own name it has values, and as a group those of another field.
    Field::new("toy.level", U8, "Level"),
    Field::new("toy.sublevel", U8, "Sublevel").group(&["toy.level"]),
];

/// A former name of one of them.
const FORMER: &[(&str, &str)] = &[("plaything", "toy")];

/// The toy's names.
pub(crate) fn schema() -> Schema {
    Schema::new(ROWS, owner, FORMER)
}

/// The own field of a field's protocol.
fn owner(field: FieldId) -> FieldId {
    match field.0 {
        // Of another protocol than the field with the group's name, which nodes have too.
        _ if field == id("toy.sublevel") => FieldId(1),
        0..=4 => FieldId(1),
        26..=28 => FieldId(26),
        _ => FieldId(5),
    }
}

/// The field of this name.
pub(crate) fn id(name: &str) -> FieldId {
    FieldId(ROWS.iter().position(|row| row.name == name).expect("a toy field") as u16)
}

/// The frame: a box of 12 bytes, a toy of 8, and its load.
const FRAME: &[u8] =
    b"\x00\x09\x6b\x88\xf5\xc9\xff\xff\xff\xff\xff\xff\x0c\xc3\x00\x50TOYSHEAD /x HTTP/1.1\r\nHost: a\r\n\r\n";

/// The toy packet, of which all is known.
pub(crate) struct Packet;

impl Know for Packet {
    fn occurs(&self, protocol: FieldId) -> Decision {
        (protocol != id("gone")).into()
    }

    fn values<'k>(&'k self, field: FieldId, each: &mut dyn FnMut(Instance<'k>)) -> bool {
        let mut put =
            |datum: Datum<'k>, bytes: &'k [u8], layer| each(Instance { datum, bytes: Some(bytes), layer, rest: &[] });
        match ROWS[usize::from(field.0)].name {
            "box" => each(Instance { datum: Datum::None, bytes: Some(&FRAME[..12]), layer: 1, rest: FRAME }),
            "toy" => each(Instance { datum: Datum::None, bytes: Some(&FRAME[12..20]), layer: 1, rest: &FRAME[12..] }),
            "box.dst" => put(Datum::Bytes(&FRAME[6..12]), &FRAME[6..12], 1),
            "box.src" => put(Datum::Bytes(&FRAME[..6]), &FRAME[..6], 1),
            "toy.from" => put(Datum::Uint(3267), &FRAME[12..14], 1),
            "toy.to" => put(Datum::Uint(80), &FRAME[14..16], 1),
            "toy.src" => {
                put(Datum::Uint(0x0a00_0005), &[10, 0, 0, 5], 1);
                put(Datum::Uint(0xc0a8_0001), &[192, 168, 0, 1], 2);
            }
            "toy.dst" => put(Datum::Uint(0x0a00_0006), &[10, 0, 0, 6], 1),
            "toy.six" => put(Datum::Bytes(&[0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]), &[], 1),
            "toy.kind" => put(Datum::Uint(2), &[2], 1),
            "toy.class" => put(Datum::Uint(5), &[5], 1),
            "toy.flags" => put(Datum::Uint(0x18), &[0, 0x18], 1),
            "toy.flags.red" => put(Datum::Uint(0), &[0x18], 1),
            "toy.flags.blue" => put(Datum::Uint(1), &[0x18], 1),
            "toy.name" => put(Datum::Text("www.exämple.com".as_bytes()), b"www.ex\xe4mple.com", 1),
            "toy.load" => put(Datum::Bytes(&FRAME[20..]), &FRAME[20..], 1),
            "toy.delta" => put(Datum::Time(-1, 500_000_000), &[], 1),
            // 2002-12-31 13:55:31.3 UTC.
            "toy.time" => put(Datum::Time(1_041_342_931, 300_000_000), &[], 1),
            "toy.ratio" => put(Datum::Float(492.5), &[], 1),
            "toy.level" => put(Datum::Uint(4), &[4], 1),
            "toy.sublevel" => put(Datum::Uint(6), &[6], 1),
            "toy.shift" => put(Datum::Int(-3), &[0xfd], 1),
            "toy.long" => put(Datum::Bytes(&[0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77]), &[], 1),
            "toy.id" => put(Datum::Bytes(b"\x12\x34\x56\x78\x12\x34\x12\x34\x12\x34\x12\x34\x56\x78\x9a\xbc"), &[], 1),
            _ => {}
        }
        true
    }
}

/// Of which only the protocols are known.
pub(crate) struct Stack;

impl Know for Stack {
    fn occurs(&self, protocol: FieldId) -> Decision {
        Packet.occurs(protocol)
    }

    fn values<'k>(&'k self, field: FieldId, _: &mut dyn FnMut(Instance<'k>)) -> bool {
        // Of a protocol that does not occur it is known that there are none.
        Packet.occurs(owner(field)) == Decision::No
    }
}
