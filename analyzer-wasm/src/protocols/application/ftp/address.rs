//! The endpoints that commands and replies name in text.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The start and the end of a part of a text.
pub(super) type TextSpan = (usize, usize);

/// The argument of PORT and the endpoint in a reply to PASV (RFC 959, section 4.1.2), with the spans of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HostPort {
    pub(super) address: IpAddr,
    pub(super) address_at: TextSpan,
    pub(super) port: u16,
    pub(super) port_at: TextSpan,
}

/// An endpoint with the number of its family before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Extended {
    pub(super) number: u64,
    pub(super) family: TextSpan,
    pub(super) address: IpAddr,
    pub(super) address_at: TextSpan,
    pub(super) port: u16,
    pub(super) port_at: TextSpan,
}

/// The first six numbers with commas between them: four of an address, two of a port (RFC 959, section 4.1.2).
pub(super) fn six_numbers(text: &[u8]) -> Option<HostPort> {
    let mut from = 0;
    while let Some(digit) = text.get(from..)?.iter().position(u8::is_ascii_digit) {
        let start = from + digit;
        if let Some(named) = six_at(text, start) {
            return Some(named);
        }
        from = start + text.get(start..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    }
    None
}

fn six_at(text: &[u8], start: usize) -> Option<HostPort> {
    let (mut numbers, mut ends) = ([0u8; 6], [0; 6]);
    let mut at = start;
    for (index, (number, end)) in numbers.iter_mut().zip(&mut ends).enumerate() {
        if index > 0 {
            text.get(at).filter(|byte| **byte == b',')?;
            at += 1;
        }
        let digits = text.get(at..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
        *number = std::str::from_utf8(text.get(at..at + digits)?).ok()?.parse().ok()?;
        at += digits;
        *end = at;
    }
    let ([a, b, c, d, high, low], [.., address_end, _, port_end]) = (numbers, ends);
    Some(HostPort {
        address: Ipv4Addr::new(a, b, c, d).into(),
        address_at: (start, address_end),
        port: u16::from_be_bytes([high, low]),
        port_at: (address_end + 1, port_end),
    })
}

/// The port of `(|||40000|)` and where it stands, whichever sign takes the place of the bars (RFC 2428, section 3).
pub(super) fn extended_port(text: &[u8]) -> Option<(u16, TextSpan)> {
    let open = text.iter().position(|byte| *byte == b'(')? + 1;
    let bar = *text.get(open)?;
    let from = open + 3;
    text.get(open..from).filter(|bars| bars.iter().all(|byte| *byte == bar))?;
    let digits = text.get(from..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let to = from + digits;
    text.get(to).filter(|byte| **byte == bar)?;
    Some((std::str::from_utf8(text.get(from..to)?).ok()?.parse().ok()?, (from, to)))
}

/// The endpoint of `|2|2001:db8::1|40000|`, whichever sign takes the place of the bars (RFC 2428, section 2).
pub(super) fn extended(text: &[u8]) -> Option<Extended> {
    let bar = *text.first()?;
    let mut places = [(0, 0); 3];
    let mut at = 1;
    for place in &mut places {
        let length = text.get(at..)?.iter().position(|byte| *byte == bar)?;
        *place = (at, at + length);
        at += length + 1;
    }
    let [family, address_at, port_at] = places;
    let part = |(from, to): TextSpan| std::str::from_utf8(text.get(from..to)?).ok();
    let number = part(family)?.parse().ok()?;
    let address = match number {
        1 => part(address_at)?.parse::<Ipv4Addr>().ok()?.into(),
        2 => part(address_at)?.parse::<Ipv6Addr>().ok()?.into(),
        _ => return None,
    };
    Some(Extended { number, family, address, address_at, port: part(port_at)?.parse().ok()?, port_at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_numbers_stand_anywhere_in_the_text() {
        let named = six_numbers(b"4 ways (192,0,2,1,1,2).").unwrap();
        assert_eq!((named.address, named.port), ("192.0.2.1".parse().unwrap(), 258));
        assert_eq!((named.address_at, named.port_at), ((8, 17), (18, 21)));
        assert_eq!(six_numbers(b"192,0,2,1,256,2"), None);
        assert_eq!(six_numbers(b"1,2,3,4,5"), None);
        assert_eq!(six_numbers(b"none"), None);
    }

    #[test]
    fn any_sign_can_part_an_extended_endpoint() {
        assert_eq!(extended_port(b"so (|||40000|)"), Some((40000, (7, 12))));
        assert_eq!(extended_port(b"so (!!!1!)"), Some((1, (7, 8))));
        assert_eq!(extended_port(b"so (|||70000|)"), None);
        assert_eq!(extended_port(b"so (|||"), None);
        let named = extended(b"|2|2001:db8::1|5000|").unwrap();
        assert_eq!((named.address, named.port), ("2001:db8::1".parse().unwrap(), 5000));
        assert_eq!(extended(b"|2|192.0.2.1|5000|"), None);
        assert_eq!(extended(b"|1|192.0.2.1|5000"), None);
    }
}
