//! The field reference, in the format of `tshark -G fields`.

use analyzer::field::{Base, Field, FieldId, Kind};
use analyzer::protocols;
use std::io::{self, Write};

/// One line a protocol or field.
pub(super) fn write(out: &mut impl Write) -> io::Result<()> {
    let protocols = protocols::standard();
    for (id, row) in protocols.fields().iter().enumerate().skip(1) {
        let protocol = protocols.get(protocols.owner(FieldId(id as u16)));
        if row.kind == Kind::Protocol {
            writeln!(out, "P\t{}\t{}", row.title, row.name)?;
        } else {
            let (kind, base, mask) = (row.kind.type_name(), base(row), mask(row));
            writeln!(out, "F\t{}\t{}\t{kind}\t{}\t{base}\t{mask}\t", row.title, row.name, protocol.name)?;
        }
    }
    Ok(())
}

fn base(row: &Field) -> String {
    match row.kind {
        Kind::Uint(_, base) => match base {
            Base::Dec | Base::Name => "BASE_DEC",
            Base::Hex => "BASE_HEX",
            Base::Oct => "BASE_OCT",
            Base::DecHex => "BASE_DEC_HEX",
            Base::HexDec => "BASE_HEX_DEC",
            Base::TcpPort => "BASE_PT_TCP",
            Base::UdpPort => "BASE_PT_UDP",
            Base::Oui => "BASE_OUI",
        }
        .into(),
        Kind::Int(_) => "BASE_DEC".into(),
        Kind::Char => "BASE_HEX".into(),
        Kind::Bool(bits) => bits.to_string(),
        _ => String::new(),
    }
}

fn mask(row: &Field) -> String {
    match row.mask {
        0 => "0x0".into(),
        mask => format!("0x{mask:x}"),
    }
}
