//! Anything in Anything: IPv6 in UDP, signed by its sender (draft-massar-v6ops-ayiya-02).

use crate::dissect::{Key, Layer, Next, Protocol, Stop};
use crate::field::{Field, FieldId, Values};
use crate::protocols::numbers;
use crate::protocols::tables;
use crate::value::{Datum, Value, write_named};

/// Anything in Anything Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "ayiya",
    title: "Anything in Anything Protocol",
    column: "AYIYA",
    tables: &[("udp.port", Key::Number(5072))],
    fields: FIELDS,
    dissect,
    ..Protocol::PLAIN
};

crate::fields! { ayiya
    IDLEN "ayiya.idlen" X8 "Identity field length" mask 0xf0;
    IDTYPE "ayiya.idtype" X8 "Identity field type" mask 0x0f values IDENTITIES;
    SIGLEN "ayiya.siglen" X8 "Signature Length" mask 0xf0;
    HASHMETHOD "ayiya.hashmethod" X8 "Hash method" mask 0x0f values HASHES;
    AUTHMETHOD "ayiya.authmethod" X8 "Authentication method" mask 0xf0 values AUTHENTICATIONS;
    OPCODE "ayiya.opcode" X8 "Operation Code" mask 0x0f values OPERATIONS;
    NEXTHEADER "ayiya.nextheader" X8 "Next Header" values (numbers::IP_PROTOCOLS);
    EPOCH "ayiya.epoch" Time "Epoch";
    IDENTITY "ayiya.identity" Bytes "Identity";
    SIGNATURE "ayiya.signature" Bytes "Signature";
}

const IDENTITIES: Values = Values::Names(&[(0, "None"), (1, "Integer"), (2, "ASCII string")]);
const HASHES: Values = Values::Names(&[(0, "No hash"), (1, "MD5"), (2, "SHA1")]);
const AUTHENTICATIONS: Values = Values::Names(&[
    (0, "No authentication"),
    (1, "Hash using a Shared Secret"),
    (2, "Hash using a public/private key method"),
]);
const OPERATIONS: Values = Values::Names(&[
    (0, "No Operation / Heartbeat"),
    (1, "Forward"),
    (2, "Echo Request"),
    (3, "Echo Request and Forward"),
    (4, "Echo Response"),
    (5, "MOTD"),
    (6, "Query Request"),
    (7, "Query Response"),
]);

/// Operations that carry a packet.
const CARRYING: [u8; 2] = [1, 3];

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    l.title(|| PROTOCOL.column.into());
    let identity = 1usize << halves(l, [IDLEN, IDTYPE])?[0];
    let signature = usize::from(halves(l, [SIGLEN, HASHMETHOD])?[0]) * 4;
    let [_, operation] = halves(l, [AUTHMETHOD, OPCODE])?;
    let next = l.u8(NEXTHEADER)?;
    let (start, seconds) = (l.at(), l.peek(0, 4)?);
    l.skip(4)?;
    l.note(EPOCH, start, start + 4, Value::Time(seconds as i64, 0));
    l.bytes(IDENTITY, identity)?;
    if signature > 0 {
        l.bytes(SIGNATURE, signature)?;
    }
    Ok(if CARRYING.contains(&operation) { Next::table(&tables::IP_PROTO, next) } else { Next::Data })
}

/// Reads a byte of two fields, each of which is written as if it were a byte of its own.
fn halves(l: &mut Layer<'_, '_>, fields: [FieldId; 2]) -> Result<[u8; 2], Stop> {
    let (at, byte) = (l.at(), l.peek(0, 1)?);
    l.skip(1)?;
    for (field, mask) in fields.into_iter().zip([0xf0, 0x0f]) {
        l.note_uint(field, at, 1, byte);
        let row = l.protocols().field(field);
        l.label(|| {
            let mut text = numbers::with_bits(byte, mask, 8, row.title);
            text.push_str(": ");
            write_named(&mut text, &Field { mask: 0, ..*row }, Datum::Uint(row.masked(byte)));
            text
        });
    }
    Ok([byte >> 4, byte & 0x0f].map(|half| half as u8))
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    #[test]
    fn the_packet_stands_behind_identity_and_signature() {
        let (identity, signature) = ("20014978000f004c0000000000000002", "c02064e10cafbda6dad939017022f7264ffe64f4");
        let inner = "6000000000003b4020010db800000000000000000000000120010db8000000000000000000000002";
        let packet = read(
            101,
            &format!(
                "4500000000010000401100000a0000010a000002c00013d0005c0000415211294af64b86{identity}{signature}{inner}"
            ),
        );
        assert_eq!(packet.of("frame.protocols"), ["raw:ip:udp:ayiya:ipv6"]);
        assert_eq!((packet.of("ayiya.identity"), packet.of("ayiya.signature")), (vec![identity], vec![signature]));
    }
}
