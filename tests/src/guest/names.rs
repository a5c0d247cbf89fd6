//! The lab's name server: a short table, answered over UDP (RFC 1035).

use std::{
    io,
    net::{Ipv4Addr, UdpSocket},
};

/// What a name leads to.
#[derive(Debug, Clone, Copy)]
enum Leads {
    /// An address record.
    To(Ipv4Addr),
    /// An alias, and the address of the name that it stands for.
    Over(&'static str, Ipv4Addr),
}

/// The names that exist. All addresses are from ranges that are kept for documentation (RFC 5737).
const NAMES: [(&str, Leads); 6] = [
    ("www.example.com", Leads::To(Ipv4Addr::new(192, 0, 2, 34))),
    ("cdn.example.net", Leads::Over("edge.example.net", Ipv4Addr::new(203, 0, 113, 80))),
    ("edge.example.net", Leads::To(Ipv4Addr::new(203, 0, 113, 80))),
    ("blog.example.org", Leads::To(Ipv4Addr::new(198, 51, 100, 7))),
    ("shop.example.org", Leads::To(Ipv4Addr::new(198, 51, 100, 7))),
    ("closed.example.com", Leads::To(Ipv4Addr::new(192, 0, 2, 9))),
];

/// Every address that a name leads to.
pub(super) fn addresses() -> impl Iterator<Item = Ipv4Addr> {
    NAMES.iter().map(|(_, leads)| match leads {
        Leads::To(address) | Leads::Over(_, address) => *address,
    })
}

/// Answers for as long as the socket works.
///
/// # Errors
/// The socket's.
pub(super) fn serve(socket: &UdpSocket) -> io::Result<()> {
    let mut query = [0; 512];
    loop {
        let (length, from) = socket.recv_from(&mut query)?;
        if let Some(reply) = query.get(..length).and_then(reply) {
            socket.send_to(&reply, from)?;
        }
    }
}

/// The reply to a query with one question; nothing to what is no query.
fn reply(query: &[u8]) -> Option<Vec<u8>> {
    const ADDRESS: u16 = 1;
    const ALIAS: u16 = 5;
    let (name, question) = question(query.get(12..)?)?;
    let asked = u16::from_be_bytes([*question.get(question.len() - 4)?, *question.get(question.len() - 3)?]);
    let found = NAMES.iter().find(|(known, _)| *known == name).map(|(_, leads)| *leads);

    let mut answers = Vec::new();
    let mut count: u16 = 0;
    let mut add = |owner: &[u8], kind: u16, content: &[u8]| {
        answers.extend_from_slice(owner);
        for number in [kind, 1, 0, 300, content.len() as u16] {
            answers.extend(number.to_be_bytes());
        }
        answers.extend_from_slice(content);
        count += 1;
    };
    // A pointer to the question's name, which begins at byte 12 (RFC 1035, section 4.1.4).
    let owner = [0xc0, 12];
    match found {
        Some(Leads::To(address)) if asked == ADDRESS => add(&owner, ADDRESS, &address.octets()),
        Some(Leads::Over(alias, address)) => {
            add(&owner, ALIAS, &labels(alias));
            if asked == ADDRESS {
                add(&labels(alias), ADDRESS, &address.octets());
            }
        }
        _ => {}
    }

    // A response, recursion desired and available; code 3 says that there is no such name.
    let flags: u16 = if found.is_some() { 0x8180 } else { 0x8183 };
    let mut reply = query.get(..2)?.to_vec();
    for number in [flags, 1, count, 0, 0] {
        reply.extend(number.to_be_bytes());
    }
    reply.extend_from_slice(question);
    reply.extend(answers);
    Some(reply)
}

/// The first question's name with dots, and its bytes up to the class.
fn question(section: &[u8]) -> Option<(String, &[u8])> {
    let mut name = String::new();
    let mut at = 0;
    loop {
        let length = usize::from(*section.get(at)?);
        at += 1;
        if length == 0 {
            return Some((name.to_ascii_lowercase(), section.get(..at + 4)?));
        }
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(std::str::from_utf8(section.get(at..at + length)?).ok()?);
        at += length;
    }
}

/// A name as length-prefixed labels.
fn labels(name: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for label in name.split('.') {
        bytes.push(label.len() as u8);
        bytes.extend(label.bytes());
    }
    bytes.push(0);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(name: &str, kind: u8) -> Vec<u8> {
        let mut query = vec![0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        query.extend(labels(name));
        query.extend([0, kind, 0, 1]);
        reply(&query).unwrap()
    }

    #[test]
    fn a_name_an_alias_a_missing_kind_and_a_missing_name() {
        let address = ask("www.Example.com", 1);
        assert_eq!(address[..8], [0xab, 0xcd, 0x81, 0x80, 0, 1, 0, 1]);
        assert!(address.ends_with(&[0, 4, 192, 0, 2, 34]));
        let alias = ask("cdn.example.net", 1);
        assert_eq!(alias[7], 2);
        assert!(alias.ends_with(&[203, 0, 113, 80]));
        assert_eq!(ask("www.example.com", 28)[2..8], [0x81, 0x80, 0, 1, 0, 0]);
        assert_eq!(ask("nosuch.example.com", 1)[2..8], [0x81, 0x83, 0, 1, 0, 0]);
    }

    #[test]
    fn what_is_no_query_gets_no_reply() {
        assert!(reply(b"").is_none());
        assert!(reply(&[0; 12]).is_none());
        assert!(reply(&[0xff; 40]).is_none());
    }
}
