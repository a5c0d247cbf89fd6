//! Packets with short headers (RFC 9000, section 17.3), as far as they can be read without their keys.

use super::*;

pub(super) fn dissect(l: &mut Layer<'_, '_>, named: Option<&QuicConnection>) -> Result<(), Stop> {
    let (start, end) = (l.at(), l.end());
    let receiver = named.map_or(&[][..], |named| named.receiver.bytes());
    l.note(SHORT, start, end, Value::None);
    l.label(|| {
        let mut text = "QUIC Short Header".to_owned();
        if !receiver.is_empty() {
            text.push_str(" DCID=");
            write_hex(&mut text, receiver, None);
        }
        text
    });
    l.below(|l| {
        l.bits(1, &[HEADER_FORM, FIXED_BIT, SPIN_BIT])?;
        if receiver.is_empty() { Ok(&[][..]) } else { l.bytes(DCID, receiver.len()) }
    })?;
    match named {
        Some(named) if !named.given_up => {
            if has_cipher(l) {
                undecrypted(l, NO_SECRETS);
                connection::give_up(l, named);
            } else {
                undecrypted(l, "Missing TLS handshake, unsupported ciphers or padding");
            }
        }
        _ => {}
    }
    Ok(())
}
