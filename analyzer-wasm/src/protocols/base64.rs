//! Bytes as text (RFC 4648, section 4).

/// What a text stands for, up to its first bad character; nothing where that is no byte.
pub(super) fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let (mut bits, mut count) = (0u32, 0);
    for digit in text.trim_ascii() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => break,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    (!bytes.is_empty()).then_some(bytes)
}

/// What the body of a mail stands for: line breaks and other bad characters in it say nothing (RFC 2045, section 6.8).
pub(super) fn of_mail(text: &[u8]) -> Option<Vec<u8>> {
    let is_good = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    decoded(&text.iter().copied().filter(is_good).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_decoded_up_to_its_end() {
        assert_eq!(decoded(b"SGVsbG8=").as_deref(), Some(&b"Hello"[..]));
        assert_eq!(decoded(b"SGVs!bG8=").as_deref(), Some(&b"Hel"[..]));
        assert_eq!(of_mail(b"SGVs!\r\nbG8=\r\n.").as_deref(), Some(&b"Hello"[..]));
        assert_eq!(of_mail(b"\r\n"), None);
    }
}
