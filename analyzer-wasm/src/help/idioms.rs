//! What people mean who name no field: data of whoever knows the protocols.

use super::Guide;

/// Last parts of hosts' names that are no part of a field's, or seldom meant as one.
const COMMON: &[&str] = &["com", "org", "net", "edu", "gov", "de", "eu", "fr", "uk", "io"];

/// What people mean who name no field: the names that advice offers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Idioms {
    /// Fields for a bare port number.
    pub port: &'static [&'static str],
    /// Fields for a bare IPv4 address: either side, source, destination.
    pub ipv4: [&'static str; 3],
    /// Fields for a bare IPv6 address: either side, source, destination.
    pub ipv6: [&'static str; 3],
    /// Fields for a bare MAC address: either side, source, destination.
    pub ether: [&'static str; 3],
    /// Fields for a bare host name.
    pub host: &'static [&'static str],
    /// For a protocol that is compared with an address: the field that holds it.
    pub address_of: &'static [(&'static str, &'static str)],
    /// For a protocol that is compared with text: the field that holds it.
    pub text_of: &'static [(&'static str, &'static str)],
    /// Protocols that travel encrypted nowadays.
    pub secured: &'static [Secured],
    /// Names that people use, each with ours: the name of a field or a protocol, or a test.
    pub meant: &'static [(&'static str, &'static [&'static str])],
    /// Protocols that Wireshark reads, each with the tests that find them, if there are any: those that the schema does not
    /// know are not read yet.
    pub unread: &'static [(&'static str, &'static [&'static str])],
    /// Fields for a bare number that may be no port.
    pub number: &'static [&'static str],
    /// The protocol that every packet has, in whose bytes text is looked for.
    pub whole: &'static str,
    /// Names of services with their ports.
    pub services: &'static [(&'static str, u16)],
    /// Names of addresses.
    pub addresses: &'static [(&'static str, &'static str)],
    /// Fields and protocols with the words that they have in capitals.
    pub capitals: &'static [(&'static str, &'static [&'static str])],
    /// Fields whose text is mostly in small letters, and means the same in capitals.
    pub small: &'static [&'static str],
    /// The words of capture filters.
    pub capture: CaptureWords,
}

/// What the words of capture filters mean (pcap-filter(7)).
#[derive(Debug, Clone, Copy, Default)]
pub struct CaptureWords {
    /// Protocols that are called otherwise there.
    pub renamed: &'static [(&'static str, &'static str)],
    /// The field of a protocol that names what it carries.
    pub carried: &'static [(&'static str, &'static str)],
    /// The field of the packet's length.
    pub length: &'static str,
    /// Words with a number that may be left out, and the field that it is.
    pub numbered: &'static [(&'static str, &'static str)],
    /// Words for packets to many, and the test that they are.
    pub casts: &'static [(&'static str, &'static str)],
    /// A protocol and a place in it, and the field that stands there.
    pub places: &'static [(&'static str, &'static str, &'static str)],
    /// A protocol and a place in it, and the field with the flags below that stands there.
    pub flags: &'static [(&'static str, &'static str, &'static str)],
    /// Flags with their bits and fields.
    pub bits: &'static [(&'static str, u64, &'static str)],
    /// Names of numbers.
    pub numbers: &'static [(&'static str, u64)],
}

/// A protocol that travels encrypted nowadays.
#[derive(Debug, Clone, Copy)]
pub struct Secured {
    /// Its name.
    pub name: &'static str,
    /// The ports on which it is found in the clear.
    pub ports: &'static [&'static str],
    /// The filters that find it encrypted, the likeliest first.
    pub filters: &'static [&'static str],
    /// What to say where they do, a sentence.
    pub words: &'static str,
}

impl CaptureWords {
    /// No words at all.
    pub const NONE: CaptureWords = CaptureWords {
        renamed: &[],
        carried: &[],
        length: "",
        numbered: &[],
        casts: &[],
        places: &[],
        flags: &[],
        bits: &[],
        numbers: &[],
    };
}

impl Idioms {
    /// The protocol that a test asks for in the clear, by its name or by its port.
    pub(super) fn secured(&self, name: &str, value: Option<&str>) -> Option<&'static Secured> {
        let protocol = name.split('.').next().unwrap_or_default();
        let port = name.ends_with("port");
        let meant = |secured: &&Secured| {
            secured.name == protocol || port && value.is_some_and(|value| secured.ports.contains(&value))
        };
        self.secured.iter().find(meant)
    }
}

impl Guide<'_> {
    /// The protocol that this analyzer does not read to which a name belongs, with the tests that find it.
    pub(super) fn unread(&self, name: &str) -> Option<(&'static str, &'static [&'static str])> {
        let lower = name.to_ascii_lowercase();
        let protocol = lower.split('.').next().unwrap_or_default();
        let (protocol, tests) = self.idioms.unread.iter().find(|(known, _)| *known == protocol)?;
        (!self.schema().knows(protocol) && (lower == *protocol || !self.is_host(&lower))).then_some((*protocol, *tests))
    }

    /// Whether a word looks like a host's name rather than a field's.
    pub(super) fn is_host(&self, word: &str) -> bool {
        let lower = word.to_ascii_lowercase();
        let labels: Vec<&str> = lower.split('.').collect();
        let fits = |label: &&str| {
            let letters = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
            !label.is_empty() && letters && !label.starts_with('-')
        };
        let ([first, .., last], true) = (labels.as_slice(), labels.iter().all(fits)) else { return false };
        if self.schema().knows(&lower) || last.len() < 2 || !last.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return false;
        }
        let is_part = || self.schema().names().any(|name| name.rsplit('.').next() == Some(*last));
        COMMON.contains(last) || !self.schema().knows(first) && !is_part()
    }
}
