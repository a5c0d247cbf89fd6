//! IP Payload Compression (RFC 3173) with DEFLATE (RFC 2394).

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::Values;
use crate::protocols::numbers;
use crate::protocols::tables;
use std::io::Read;

/// IP Payload Compression.
pub static PROTOCOL: Protocol = Protocol {
    name: "ipcomp",
    title: "IP Payload Compression",
    column: "IPComp",
    tables: &[("ip.proto", Key::Number(108))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { ipcomp
    NEXT_HEADER "ipcomp.next_header" X8 "Next Header" values (numbers::IP_PROTOCOLS);
    FLAGS "ipcomp.flags" X8 "IPComp Flags";
    CPI "ipcomp.cpi" X16 "IPComp CPI" values ALGORITHMS;
}

/// Well-known indices; others are agreed on beforehand, and DEFLATE is what they mostly stand for.
const ALGORITHMS: Values = Values::Names(&[(OUI, "OUI"), (DEFLATE, "DEFLATE"), (LZS, "LZS")]);
const OUI: u64 = 1;
const DEFLATE: u64 = 2;
const LZS: u64 = 3;

/// The longest packet there is.
const MOST_UNPACKED: u64 = 1 << 16;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let next = l.u8(NEXT_HEADER)?;
    l.u8(FLAGS)?;
    let index = u64::from(l.u16(CPI)?);
    let packed = l.rest();
    l.call_below(Next::Data);
    if !matches!(index, OUI | LZS) {
        let mut body = Vec::new();
        let unpacked = flate2::read::DeflateDecoder::new(packed).take(MOST_UNPACKED).read_to_end(&mut body);
        if unpacked.is_ok() && !body.is_empty() {
            l.on_source("IPcomp Uncompressed Data", &body, |l| l.call(Next::table(&tables::IP_PROTO, next)));
        }
    }
    Ok(Next::End)
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    let index = view.uint(CPI).unwrap_or_default();
    columns.info = match ALGORITHMS.name(index) {
        Some(name) => format!("IPComp (CPI={name})"),
        None => format!("IPComp (CPI=0x{index:04x})"),
    };
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::IndexPass;
    use std::io::Write;

    #[test]
    fn what_was_compressed_is_read() {
        let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(&[0x2b, 0x67, 0x56, 0xce, 0, 10, 0, 0, 0x61, 0x62]).unwrap();
        let packed = packer.finish().unwrap();
        for (index, stack) in
            [(2, "raw:ip:ipcomp:data:udp:data"), (0x635c, "raw:ip:ipcomp:data:udp:data"), (3, "raw:ip:ipcomp:data")]
        {
            let mut bytes = vec![0x45, 0, 0, 0, 0, 1, 0, 0, 64, 108, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, 17, 0];
            bytes.extend_from_slice(&u16::to_be_bytes(index));
            bytes.extend_from_slice(&packed);
            let packet = IndexPass::default().read_bytes(101, &bytes);
            assert_eq!(packet.of("frame.protocols"), [stack]);
        }
    }
}
