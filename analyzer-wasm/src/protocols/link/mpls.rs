//! Multiprotocol Label Switching (RFC 3032).

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::Values;
use crate::protocols::numbers;

/// Multiprotocol Label Switching; each label of a stack is a layer.
pub static PROTOCOL: Protocol = Protocol {
    name: "mpls",
    title: "MultiProtocol Label Switching Header",
    column: "MPLS",
    tables: &[
        ("ethertype", Key::Numbers(&[0x8847, 0x8848])),
        ("gre.proto", Key::Number(0x8847)),
        ("ppp.protocol", Key::Numbers(&[0x0281, 0x0283])),
    ],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { mpls
    LABEL "mpls.label" DX32 "MPLS Label" mask 0xffff_f000 values LABELS;
    EXP "mpls.exp" U32 "MPLS Experimental Bits" mask 0x0e00;
    BOTTOM "mpls.bottom" U32 "MPLS Bottom Of Label Stack" mask 0x0100;
    TTL "mpls.ttl" U32 "MPLS TTL" mask 0x00ff;
}

/// Labels with a meaning of their own (IANA, Special-Purpose MPLS Label Values).
const LABELS: Values = Values::Names(&[
    (0, "IPv4 Explicit-Null"),
    (1, "Router Alert"),
    (2, "IPv6 Explicit-Null"),
    (3, "Implicit-Null"),
    (7, "Entropy Label Indicator (ELI)"),
    (13, "Generic Associated Channel Label (GAL)"),
    (14, "OAM Alert"),
]);

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let mark = l.mark();
    let word = l.bits(4, &[LABEL, EXP, BOTTOM, TTL])?;
    let (label, bottom) = (word >> 12, word >> 8 & 1);
    if LABELS.name(label).is_none() {
        let text = || numbers::with_bits(word, 0xffff_f000, 32, &format!("MPLS Label: {label} (0x{label:05x})"));
        l.label_at(mark, text);
    }
    l.title(|| {
        let name = LABELS.name(label).map(|name| format!(" ({name})")).unwrap_or_default();
        let (class, hops) = (word >> 9 & 7, word & 255);
        format!("{}, Label: {label}{name}, Exp: {class}, S: {bottom}, TTL: {hops}", PROTOCOL.title)
    });
    if bottom == 0 {
        return Ok(Next::named(PROTOCOL.name));
    }
    // Nothing says what follows: of IP, the version is the first digit, of a pseudowire's control word, zero (RFC 4928,
    // section 3).
    Ok(match l.peek(0, 1).map(|first| first >> 4) {
        Ok(4) => Next::named("ip"),
        Ok(6) => Next::named("ipv6"),
        Ok(0) => Next::named("pwethcw"),
        _ => Next::Data,
    })
}

fn summary(_: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.info = "MPLS Label Switched Packet".into();
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    #[test]
    fn labels_lead_to_the_packet_below_them() {
        let packet = read(
            1,
            "02112233445500aabbccddee8847000120fe000131fd4500001e12340000401154990a0000010a0000022b6756ce000a08406162",
        );
        assert_eq!((packet.of("mpls.label"), packet.of("mpls.ttl")), (vec!["18", "19"], vec!["254", "253"]));
        assert_eq!(packet.row(), ["10.0.0.1", "10.0.0.2", "UDP", "11111 → 22222 Len=2"]);
    }
}
