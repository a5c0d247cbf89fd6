//! DNS messages (RFC 1035, section 4), as hosts, mDNS and LLMNR send them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::short;

/// Types of records.
pub const A: u16 = 1;
/// An alias.
pub const CNAME: u16 = 5;
/// A pointer to another name.
pub const PTR: u16 = 12;
/// An IPv6 address.
pub const AAAA: u16 = 28;
/// How to reach a web server (RFC 9460).
pub const HTTPS: u16 = 65;

const RESPONSE: u16 = 0x8000;
const AUTHORITATIVE: u16 = 0x0400;
const TRUNCATED: u16 = 0x0200;
const RECURSION_DESIRED: u16 = 0x0100;
const RECURSION_AVAILABLE: u16 = 0x0080;
const INTERNET: u16 = 1;
/// In mDNS, the class of a record that replaces what others remember of the name (RFC 6762, section 10.2).
const FLUSH: u16 = 0x8001;

/// A message: a question, or its answer.
#[derive(Clone)]
pub struct Message {
    id: u16,
    flags: u16,
    class: u16,
    questions: Vec<(String, u16)>,
    answers: Vec<Record>,
    additional: Vec<Record>,
}

/// A record: owner, type, seconds to live, contents.
#[derive(Clone)]
pub struct Record(String, u16, u32, Vec<u8>);

/// The bytes of a question for an IPv4 address.
pub fn question(id: u16, name: &str) -> Vec<u8> {
    Message::asks(id, name, A).bytes()
}

impl Message {
    /// A question to a resolver.
    pub fn asks(id: u16, name: &str, kind: u16) -> Message {
        let questions = vec![(name.to_owned(), kind)];
        let (answers, additional) = (Vec::new(), Vec::new());
        Message { id, flags: RECURSION_DESIRED, class: INTERNET, questions, answers, additional }
    }

    /// A question to everyone on the link: without wishing that others be asked, and in mDNS without an id.
    pub fn asks_all(id: u16, name: &str, kind: u16) -> Message {
        Message { flags: 0, ..Message::asks(id, name, kind) }
    }

    /// What a host of mDNS tells everyone (RFC 6762, section 6).
    pub fn tells_all(answers: &[Record], additional: &[Record]) -> Message {
        let (answers, additional) = (answers.to_vec(), additional.to_vec());
        Message { id: 0, flags: RESPONSE | AUTHORITATIVE, class: FLUSH, questions: Vec::new(), answers, additional }
    }

    /// A second question in the same message.
    pub fn and(mut self, name: &str, kind: u16) -> Message {
        self.questions.push((name.to_owned(), kind));
        self
    }

    /// The answer to this question.
    pub fn answered(&self, answers: &[Record]) -> Message {
        let available = if self.flags & RECURSION_DESIRED == 0 { 0 } else { RECURSION_AVAILABLE };
        Message { flags: self.flags | RESPONSE | available, answers: answers.to_vec(), ..self.clone() }
    }

    /// The answer that says by its code why there is none (RFC 1035, section 4.1.1).
    pub fn failed(&self, code: u16) -> Message {
        let answer = self.answered(&[]);
        Message { flags: answer.flags | code, ..answer }
    }

    /// The answer that did not fit into a datagram.
    pub fn truncated(&self) -> Message {
        self.failed(TRUNCATED)
    }

    /// The same message with another id.
    pub fn with_id(self, id: u16) -> Message {
        Message { id, ..self }
    }

    /// Its bytes in a datagram.
    pub fn bytes(&self) -> Vec<u8> {
        let counts = [self.questions.len(), self.answers.len(), 0, self.additional.len()].map(short);
        let mut bytes = [self.id, self.flags].map(u16::to_be_bytes).concat();
        bytes.extend(counts.map(u16::to_be_bytes).concat());
        for (name, kind) in &self.questions {
            bytes.extend(written(name));
            bytes.extend([*kind, INTERNET].map(u16::to_be_bytes).concat());
        }
        for Record(owner, kind, ttl, contents) in self.answers.iter().chain(&self.additional) {
            bytes.extend(written(owner));
            bytes.extend([*kind, self.class].map(u16::to_be_bytes).concat());
            bytes.extend(ttl.to_be_bytes());
            bytes.extend(short(contents.len()).to_be_bytes());
            bytes.extend(contents);
        }
        bytes
    }

    /// Its bytes in TCP, with their number before them (RFC 1035, section 4.2.2).
    pub fn in_tcp(&self) -> Vec<u8> {
        let bytes = self.bytes();
        [&short(bytes.len()).to_be_bytes()[..], &bytes].concat()
    }
}

impl Record {
    /// An address, A or AAAA.
    pub fn address(owner: &str, ttl: u32, address: impl Into<IpAddr>) -> Record {
        match address.into() {
            IpAddr::V4(address) => Record(owner.to_owned(), A, ttl, address.octets().to_vec()),
            IpAddr::V6(address) => Record(owner.to_owned(), AAAA, ttl, address.octets().to_vec()),
        }
    }

    /// An alias.
    pub fn alias(owner: &str, ttl: u32, target: &str) -> Record {
        Record(owner.to_owned(), CNAME, ttl, written(target))
    }

    /// A pointer.
    pub fn pointer(owner: &str, ttl: u32, target: &str) -> Record {
        Record(owner.to_owned(), PTR, ttl, written(target))
    }

    /// How to reach a web server: itself, with HTTP/2 and 3, at these addresses (RFC 9460, section 7).
    pub fn https(owner: &str, ttl: u32, ipv4: Ipv4Addr, ipv6: Ipv6Addr) -> Record {
        let mut contents = vec![0, 1, 0];
        let parameters = [(1_u16, b"\x02h2\x02h3".to_vec()), (4, ipv4.octets().to_vec()), (6, ipv6.octets().to_vec())];
        for (key, value) in parameters {
            contents.extend([key, short(value.len())].map(u16::to_be_bytes).concat());
            contents.extend(value);
        }
        Record(owner.to_owned(), HTTPS, ttl, contents)
    }
}

/// A name's labels, each with its length before it.
fn written(name: &str) -> Vec<u8> {
    let labels = name.split('.').flat_map(|label| [&[label.len() as u8], label.as_bytes()].concat());
    labels.chain([0]).collect()
}
