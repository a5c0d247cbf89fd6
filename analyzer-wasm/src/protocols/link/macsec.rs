//! MAC Security: the tag of IEEE 802.1AE, and what follows it where that is not encrypted.

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::SET;
use crate::protocols::numbers;
use crate::protocols::tables;
use crate::value::Value;

/// MAC Security.
pub static PROTOCOL: Protocol = Protocol {
    name: "macsec",
    title: "802.1AE Security tag",
    column: "MACSEC",
    tables: &[("ethertype", Key::Number(0x88e5))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { macsec
    TCI "macsec.TCI" X8 "TCI" mask 0xfc;
    TCI_V "macsec.TCI.V" X8 "VER" mask 0x80;
    TCI_ES "macsec.TCI.ES" Bool(8) "ES" mask 0x40 values SET;
    TCI_SC "macsec.TCI.SC" Bool(8) "SC" mask 0x20 values SET;
    TCI_SCB "macsec.TCI.SCB" Bool(8) "SCB" mask 0x10 values SET;
    TCI_E "macsec.TCI.E" Bool(8) "E" mask 0x08 values SET;
    TCI_C "macsec.TCI.C" Bool(8) "C" mask 0x04 values SET;
    AN "macsec.AN" X8 "AN" mask 0x03;
    SL "macsec.SL" U8 "Short length";
    PN "macsec.PN" U32 "Packet number";
    SYSTEM_IDENTIFIER "macsec.SCI.system_identifier" Ether "System Identifier";
    PORT_IDENTIFIER "macsec.SCI.port_identifier" U16 "Port Identifier";
    ETYPE "macsec.etype" X16 "Ethertype";
    ICV "macsec.ICV" Bytes "ICV";
}

/// Of the tag's first byte: whether the channel is named, and whether the rest is encrypted or changed.
const NAMES_CHANNEL: u64 = 0x20;
const ENCRYPTED: u64 = 0x08;
const CHANGED: u64 = 0x04;
/// Length of the integrity check value with the usual cipher suites, in bytes.
const CHECK: usize = 16;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let start = l.at();
    let mark = l.mark();
    let first = l.flags(TCI, 1, &[TCI_V, TCI_ES, TCI_SC, TCI_SCB, TCI_E, TCI_C])?;
    l.label_at(mark, || {
        let mut text = format!("TCI: 0x{:02x}, VER: 0x{:x}", first >> 2, first >> 7);
        for (bit, name) in [(0x40, "ES"), (0x20, "SC"), (0x10, "SCB"), (0x08, "E"), (0x04, "C")] {
            if first & bit != 0 {
                text.push_str(", ");
                text.push_str(name);
            }
        }
        numbers::with_bits(first, 0xfc, 8, &text)
    });
    l.note_uint(AN, start, 1, first);
    let short = usize::from(l.u8(SL)?);
    l.u32(PN)?;
    if first & NAMES_CHANNEL != 0 {
        l.ether(SYSTEM_IDENTIFIER)?;
        l.u16(PORT_IDENTIFIER)?;
    }
    if first & (ENCRYPTED | CHANGED) != 0 {
        return Ok(Next::Data);
    }
    // The length is given where it is shorter than the shortest frame's (IEEE 802.1AE, section 9.7).
    let secured = if short > 0 { short } else { l.left().saturating_sub(CHECK) };
    let check = l.at() + secured.min(l.left());
    let number = l.u16(ETYPE)?;
    let header = l.at();
    l.within(check.saturating_sub(header), |l| {
        l.call(Next::table(&tables::ETHERTYPE, number));
        Ok(())
    })?;
    let end = l.end().min(check + CHECK);
    if check < end {
        l.note_behind_payload(ICV, check, end, Value::Bytes);
    }
    l.seek(header)?;
    Ok(Next::End)
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.info = "MACsec frame".into();
    if let Some(number) = view.uint(ETYPE) {
        numbers::ethertype_columns(columns, number);
    }
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    #[test]
    fn only_what_is_not_encrypted_is_read() {
        let inner = "08004500001e12340000401154990a0000010a0000022b6756ce000a08406162";
        let check = "000102030405060708090a0b0c0d0e0f";
        for (tag, stack) in [
            ("20000000 0045 caf9df4f509a 0064", "eth:ethertype:macsec:ethertype:ip:udp:data"),
            ("00200000 0045", "eth:ethertype:macsec:ethertype:ip:udp:data"),
            ("2c000000 0045 caf9df4f509a 0064", "eth:ethertype:macsec:data"),
        ] {
            let packet = read(1, &format!("02112233445502112233446688e5{tag}{inner}{check}").replace(' ', ""));
            assert_eq!(packet.of("frame.protocols"), [stack]);
            assert_eq!(packet.of("macsec.ICV").len(), usize::from(!stack.ends_with("macsec:data")));
        }
    }
}
