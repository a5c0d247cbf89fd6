//! The names that a filter may use, and the fields that they stand for.

use crate::field::{Field, FieldId, Kind};
use rustc_hash::FxHashMap;

/// All names that filters know, made once from the rows of the table of fields.
pub struct Schema {
    rows: &'static [Field],
    owners: Vec<FieldId>,
    names: FxHashMap<&'static str, Vec<FieldId>>,
    called: FxHashMap<FieldId, &'static str>,
    idioms: Idioms,
}

/// Last parts of hosts' names that are no part of a field's, or seldom meant as one.
const COMMON: &[&str] = &["com", "org", "net", "edu", "gov", "de", "eu", "fr", "uk", "io"];

/// What people mean who name no field: the names that advice offers. The filter itself knows no protocol.
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
    /// Former names of protocols, each with the present one.
    pub former: &'static [(&'static str, &'static str)],
    /// Names that people use, each with ours: the name of a field or a protocol, or a test.
    pub meant: &'static [(&'static str, &'static [&'static str])],
    /// Protocols that Wireshark reads and this analyzer does not, each with the tests that find them, if there are any.
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
    pub capture: Capture,
}

/// What the words of capture filters mean (pcap-filter(7)).
#[derive(Debug, Clone, Copy, Default)]
pub struct Capture {
    /// Protocols that are called otherwise there.
    pub renamed: &'static [(&'static str, &'static str)],
    /// The field of a protocol that tells what it carries.
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

/// What a name in a filter stands for.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// The row that the name is written in.
    pub row: &'static Field,
    /// The fields whose nodes are its values.
    pub fields: Vec<Member>,
}

/// One field behind a name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub id: FieldId,
    pub row: &'static Field,
    /// Its protocol's own field.
    pub owner: FieldId,
    /// Whether its values are read as the text that the list shows, as its group is text and it is not.
    pub as_text: bool,
}

impl Capture {
    /// No words at all.
    pub const NONE: Capture = Capture {
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

impl Schema {
    /// `rows` is the table of all fields by [`FieldId`], `owner` says which protocol's own field a field belongs to.
    pub fn new(rows: &'static [Field], owner: impl Fn(FieldId) -> FieldId, idioms: Idioms) -> Schema {
        let ids = || (0..rows.len()).map(|index| FieldId(index as u16));
        let mut names: FxHashMap<&'static str, Vec<FieldId>> = FxHashMap::default();
        let owners: Vec<FieldId> = ids().map(owner).collect();
        for (id, row) in ids().zip(rows).filter(|(_, row)| !row.name.is_empty()) {
            names.entry(row.name).or_default().push(id);
        }
        for (id, row) in ids().zip(rows) {
            for group in row.groups {
                names.entry(group).or_default().push(id);
            }
        }
        Schema { rows, owners, names, called: FxHashMap::default(), idioms }
    }

    /// The schema with what people call protocols, by their own fields; empty for one that every packet has.
    pub fn calling(self, called: impl IntoIterator<Item = (FieldId, &'static str)>) -> Schema {
        Schema { called: called.into_iter().collect(), ..self }
    }

    /// What people call a protocol: its title where nothing else is known.
    pub(super) fn called(&self, protocol: FieldId) -> &'static str {
        let title = || self.rows.get(usize::from(protocol.0)).map_or("", |row| row.title);
        self.called.get(&protocol).copied().unwrap_or_else(title)
    }

    /// Whether a field or protocol has this name.
    pub fn knows(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    pub(super) fn idioms(&self) -> &Idioms {
        &self.idioms
    }

    /// The protocol that a test asks for in the clear, by its name or by its port.
    pub(crate) fn secured(&self, name: &str, value: Option<&str>) -> Option<&'static Secured> {
        let protocol = name.split('.').next().unwrap_or_default();
        let port = name.ends_with("port");
        let meant = |secured: &&Secured| {
            secured.name == protocol || port && value.is_some_and(|value| secured.ports.contains(&value))
        };
        self.idioms.secured.iter().find(meant)
    }

    /// Every name, in no order.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.names.keys().copied()
    }

    /// Every name with the row that it is written in, in no order.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'static str, &'static Field)> + '_ {
        self.names.iter().filter_map(|(name, ids)| Some((*name, self.row_of(name, ids)?)))
    }

    /// The row that a name is written in: its own, else the first that is found under it.
    fn row_of(&self, name: &str, ids: &[FieldId]) -> Option<&'static Field> {
        let mut rows = ids.iter().filter_map(|id| self.rows.get(usize::from(id.0)));
        let first = rows.clone().next()?;
        Some(rows.find(|row| row.name == name).unwrap_or(first))
    }

    /// The present spelling of a name that begins with a protocol's former name.
    pub(super) fn renamed(&self, name: &str) -> Option<String> {
        let (first, rest) = name.split_once('.').map_or((name, None), |(first, rest)| (first, Some(rest)));
        let (_, now) = self.idioms.former.iter().find(|(former, _)| *former == first)?;
        let name = rest.map_or_else(|| (*now).to_owned(), |rest| format!("{now}.{rest}"));
        self.knows(&name).then_some(name)
    }

    /// The protocol that this analyzer does not read to which a name belongs, with the tests that find it.
    pub(super) fn unread(&self, name: &str) -> Option<(&'static str, &'static [&'static str])> {
        let lower = name.to_ascii_lowercase();
        let protocol = lower.split('.').next().unwrap_or_default();
        let (protocol, tests) = self.idioms.unread.iter().find(|(known, _)| *known == protocol)?;
        (!self.knows(protocol) && (lower == *protocol || !self.is_host(&lower))).then_some((*protocol, *tests))
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
        if self.knows(&lower) || last.len() < 2 || !last.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return false;
        }
        let is_part = || self.names().any(|name| name.rsplit('.').next() == Some(*last));
        COMMON.contains(last) || !self.knows(first) && !is_part()
    }

    /// What a name stands for.
    pub(super) fn find(&self, name: &str) -> Option<Known> {
        let ids = self.names.get(name)?;
        let row_of = |id: &FieldId| self.rows.get(usize::from(id.0));
        let owner_of = |id: &FieldId| self.owners.get(usize::from(id.0)).copied();
        let row = self.row_of(name, ids)?;
        // Where a protocol groups fields of its own, the row with the group's name is only its name: no node has it.
        let grouped: Vec<Option<FieldId>> =
            ids.iter().filter(|id| row_of(id).is_some_and(|row| row.name != name)).map(owner_of).collect();
        let is_name = |id: &FieldId| row_of(id).is_some_and(|row| row.name == name) && grouped.contains(&owner_of(id));
        let text = matches!(row.kind, Kind::Text | Kind::TextZ);
        let fields = ids.iter().filter(|id| !is_name(id)).filter_map(|id| {
            let member = row_of(id)?;
            let as_text = text && !matches!(member.kind, Kind::Text | Kind::TextZ);
            Some(Member { id: *id, row: member, owner: owner_of(id)?, as_text })
        });
        Some(Known { row, fields: fields.collect() })
    }
}
