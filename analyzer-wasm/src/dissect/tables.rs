//! Dissector tables: under which key of which table a protocol stands, and what is found there.
//!
//! A table is a name, Wireshark's where it has one, and a kind of key. The protocol that looks things up in it declares it;
//! a protocol that stands in it names it. Everything here is made once of the list of protocols that is handed in.

use super::Protocol;
use super::decode_as::DecodeAs;
use crate::field::ProtocolId;
use crate::field::{Field, FieldId, Kind, TEXT};
use rustc_hash::{FxBuildHasher, FxHashMap};

/// A dissector table, declared by the protocol that looks things up in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its name: `tcp.port`.
    pub name: &'static str,
    /// What its keys are.
    pub keys: KeyKind,
    /// The list of heuristics that is asked where no key decides: `tcp`; empty for none.
    pub heuristics: &'static str,
    /// Whether a key announces a header, so that the protocol is called, and its absence noted, where no byte is left.
    pub announced: bool,
    /// The protocol that stands in the stack for the key itself, before the one that is found; empty for none.
    pub shown_as: &'static str,
    id: u32,
    list: u32,
    shown: Name,
}

/// What the keys of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// Numbers of up to 32 bits.
    Number,
    /// Texts, without regard to the case of ASCII letters.
    Text,
}

/// The keys under which a protocol stands in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A number: a port, an Ethertype.
    Number(u32),
    /// Several numbers.
    Numbers(&'static [u32]),
    /// A text: a media type, a name of ALPN.
    Text(&'static str),
    /// Several texts.
    Texts(&'static [&'static str]),
}

/// Whether bytes look like a protocol.
pub type Heuristic = fn(&[u8]) -> bool;

/// The name of a protocol, by which another one calls it without a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name(u64);

/// The protocols, and all that is made of their list.
pub struct Protocols {
    list: Vec<&'static Protocol>,
    /// Row of each field, the protocols' own entries included.
    rows: Vec<Field>,
    /// Protocol of each field.
    owners: Vec<ProtocolId>,
    names: FxHashMap<u64, ProtocolId>,
    tables: Vec<Table>,
    numbers: FxHashMap<u64, ProtocolId>,
    texts: FxHashMap<u64, (&'static str, ProtocolId)>,
    heuristics: FxHashMap<u32, Vec<(Heuristic, ProtocolId)>>,
    /// The protocols that the walk itself runs.
    pub special: Special,
}

/// The dissector tables as they are asked: those of the protocols, with what is laid over them.
#[derive(Debug, Clone)]
pub struct Tables {
    protocols: &'static Protocols,
    /// What a user laid over them, the last line first.
    pub(super) laid_over: Vec<DecodeAs>,
}

/// The protocols that the walk itself runs, found by their names; the first of the list where there is no such.
#[derive(Debug, Clone, Copy)]
pub struct Special {
    /// The packet itself.
    pub frame: ProtocolId,
    /// Bytes of no known protocol.
    pub data: ProtocolId,
    /// A packet that is wrong.
    pub malformed: ProtocolId,
    /// What says of a packet that it is wrong, as an expert info.
    pub malformed_expert: FieldId,
    /// A packet that the snap length cut.
    pub short: ProtocolId,
    /// What expert infos say; nothing where no protocol of the list has that.
    pub expert: Option<ExpertFields>,
}

/// The fields that describe each expert info, whichever field that one has.
#[derive(Debug, Clone, Copy)]
pub struct ExpertFields {
    /// Of which protocol they are; it is no layer.
    pub protocol: ProtocolId,
    /// The line that sums it up.
    pub line: FieldId,
    /// What it says.
    pub message: FieldId,
    /// How grave it is.
    pub severity: FieldId,
    /// Of which kind it is.
    pub group: FieldId,
}

static TEXT_ROW: Field = Field::new("", Kind::None, "");

impl Table {
    /// A table whose keys are numbers.
    pub const fn numbers(name: &'static str) -> Table {
        let none = Name::new("");
        let id = hash(name) as u32;
        let keys = KeyKind::Number;
        Table { name, keys, heuristics: "", announced: false, shown_as: "", id, list: 0, shown: none }
    }

    /// A table whose keys are texts.
    pub const fn texts(name: &'static str) -> Table {
        Table { keys: KeyKind::Text, ..Table::numbers(name) }
    }

    /// The table with the list of heuristics that is asked where no key decides.
    pub const fn heuristics(self, list: &'static str) -> Table {
        Table { heuristics: list, list: hash(list) as u32, ..self }
    }

    /// The table, a key of which announces a header, see [`Table::announced`].
    pub const fn announced(self) -> Table {
        Table { announced: true, ..self }
    }

    /// The table, a key of which stands in the stack as a protocol of its own, see [`Table::shown_as`].
    pub const fn shown_as(self, protocol: &'static str) -> Table {
        Table { shown_as: protocol, shown: Name::new(protocol), ..self }
    }

    /// Whether it is the same table, whoever asks in it.
    pub(super) fn is(&self, other: &Table) -> bool {
        self.id == other.id
    }

    const fn number(&self, key: u32) -> u64 {
        (self.id as u64) << 32 | key as u64
    }

    fn text(&self, key: &str) -> u64 {
        hash_on(u64::from(self.id), key.as_bytes())
    }
}

impl std::fmt::Debug for Protocols {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_list().entries(self.list.iter().map(|protocol| protocol.name)).finish()
    }
}

impl Key {
    fn numbers(&self) -> &[u32] {
        match self {
            Key::Number(number) => std::slice::from_ref(number),
            Key::Numbers(numbers) => numbers,
            Key::Text(_) | Key::Texts(_) => &[],
        }
    }

    fn texts(&self) -> &[&'static str] {
        match self {
            Key::Text(text) => std::slice::from_ref(text),
            Key::Texts(texts) => texts,
            Key::Number(_) | Key::Numbers(_) => &[],
        }
    }
}

impl Name {
    /// The protocol of this name.
    pub const fn new(name: &str) -> Name {
        Name(hash(name))
    }
}

/// FNV-1a of a text in small letters, so that keys that stand in the source are numbers before the program runs.
const fn hash(text: &str) -> u64 {
    hash_on(0xcbf2_9ce4_8422_2325, text.as_bytes())
}

const fn hash_on(mut hash: u64, mut bytes: &[u8]) -> u64 {
    while let [first, rest @ ..] = bytes {
        hash = (hash ^ first.to_ascii_lowercase() as u64).wrapping_mul(0x0100_0000_01b3);
        bytes = rest;
    }
    hash
}

impl Protocols {
    /// No protocols at all.
    pub(super) const NONE: Protocols = Protocols {
        list: Vec::new(),
        rows: Vec::new(),
        owners: Vec::new(),
        names: FxHashMap::with_hasher(FxBuildHasher),
        tables: Vec::new(),
        numbers: FxHashMap::with_hasher(FxBuildHasher),
        texts: FxHashMap::with_hasher(FxBuildHasher),
        heuristics: FxHashMap::with_hasher(FxBuildHasher),
        special: Special::NONE,
    };

    /// The tables of these protocols. Where several stand under one key, the first of the list counts.
    pub fn new(list: &[&'static Protocol]) -> Protocols {
        let mut made =
            Protocols { list: list.to_vec(), rows: vec![TEXT_ROW], owners: vec![ProtocolId(0)], ..Protocols::NONE };
        for (id, protocol) in made.ids().zip(list) {
            made.describe(id, protocol);
            made.names.entry(hash(protocol.name)).or_insert(id);
            for table in protocol.declares {
                if !made.tables.contains(table) {
                    made.tables.push(*table);
                }
            }
        }
        for (id, protocol) in made.ids().zip(list) {
            for (name, keys) in protocol.tables {
                let table = Table::numbers(name);
                for number in keys.numbers() {
                    made.numbers.entry(table.number(*number)).or_insert(id);
                }
                for text in keys.texts() {
                    made.texts.entry(table.text(text)).or_insert((text, id));
                }
            }
            for (list, looks) in protocol.heuristics {
                made.heuristics.entry(hash(list) as u32).or_default().push((*looks, id));
            }
        }
        made.special = Special::of(&made);
        made
    }

    fn ids(&self) -> impl Iterator<Item = ProtocolId> + use<> {
        (0..self.list.len()).map(|index| ProtocolId(index as u16))
    }

    /// Puts the rows of a protocol where its constants say.
    fn describe(&mut self, id: ProtocolId, protocol: &Protocol) {
        let first = usize::from(protocol.fields.first.0);
        if first == 0 {
            return;
        }
        let end = usize::from(protocol.fields.end().0);
        if self.rows.len() < end {
            self.rows.resize(end, TEXT_ROW);
            self.owners.resize(end, ProtocolId(0));
        }
        let of_experts = protocol.fields.rows.iter().any(|row| row.of_experts);
        let own = Field::new(protocol.name, Kind::Protocol, protocol.title).of_experts(&of_experts);
        let rows = std::iter::once(&own).chain(protocol.fields.rows);
        for ((place, owner), row) in self.rows.iter_mut().zip(&mut self.owners).skip(first).zip(rows) {
            *place = *row;
            *owner = id;
        }
    }

    /// Every protocol, in the order of the list.
    pub fn all(&self) -> &[&'static Protocol] {
        &self.list
    }

    /// A protocol of the list.
    pub fn get(&self, id: ProtocolId) -> &'static Protocol {
        static NONE: Protocol = Protocol::PLAIN;
        self.list.get(usize::from(id.0)).copied().unwrap_or(&NONE)
    }

    /// The protocol of this name.
    pub fn named(&self, name: &str) -> Option<ProtocolId> {
        self.by_name(Name::new(name))
    }

    /// The protocol of this name.
    pub fn by_name(&self, name: Name) -> Option<ProtocolId> {
        self.names.get(&name.0).copied()
    }

    /// The protocol that stands in the stack for a key of this table.
    #[inline]
    pub(super) fn shown(&self, table: &Table) -> Option<ProtocolId> {
        if table.shown_as.is_empty() { None } else { self.by_name(table.shown) }
    }

    /// Every table that a protocol declares.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The names of the protocols that stand in the table of this name.
    pub fn in_table(&self, table: &str) -> impl Iterator<Item = &'static str> {
        let stands = move |protocol: &&&'static Protocol| protocol.tables.iter().any(|(name, _)| *name == table);
        self.list.iter().filter(stands).map(|protocol| protocol.name)
    }

    /// The protocol that stands in a table under this number.
    #[inline]
    pub fn find(&self, table: &Table, number: impl Into<u32>) -> Option<ProtocolId> {
        self.numbers.get(&table.number(number.into())).copied()
    }

    /// The protocol that stands in a table under this text.
    pub fn find_text(&self, table: &Table, text: &str) -> Option<ProtocolId> {
        let (known, id) = self.texts.get(&table.text(text))?;
        known.eq_ignore_ascii_case(text).then_some(*id)
    }

    /// The protocols whose heuristics in the table's list take these bytes for theirs, in the order of the list.
    pub fn recognise<'b>(&'static self, table: &Table, bytes: &'b [u8]) -> impl Iterator<Item = ProtocolId> + use<'b> {
        let list = self.heuristics.get(&table.list).map_or(&[][..], Vec::as_slice);
        list.iter().filter(|(looks, _)| looks(bytes)).map(|(_, id)| *id)
    }

    /// Every row of the table of fields, by [`FieldId`]: the text line, then each protocol and its fields.
    pub fn fields(&self) -> &[Field] {
        &self.rows
    }

    /// The row of a field.
    #[inline]
    pub fn field(&self, id: FieldId) -> &Field {
        self.rows.get(usize::from(id.0)).unwrap_or(&TEXT_ROW)
    }

    /// The fields with this filter name: several where a name has several types.
    pub fn fields_named(&self, name: &str) -> impl Iterator<Item = FieldId> {
        let rows = self.rows.iter().enumerate().skip(1);
        rows.filter(move |(_, row)| row.name == name).map(|(id, _)| FieldId(id as u16))
    }

    /// The protocol that a field belongs to.
    pub fn owner(&self, id: FieldId) -> ProtocolId {
        self.owners.get(usize::from(id.0)).copied().unwrap_or(self.special.data)
    }

    /// The field that stands for a protocol as a whole.
    #[inline]
    pub fn own_field(&self, id: ProtocolId) -> FieldId {
        self.list.get(usize::from(id.0)).map_or(TEXT, |protocol| protocol.fields.first)
    }
}

impl Tables {
    /// The tables of these protocols, with nothing laid over them.
    pub fn of(protocols: &'static Protocols) -> Tables {
        Tables { protocols, laid_over: Vec::new() }
    }

    /// The protocols that stand in them.
    #[inline]
    pub fn protocols(&self) -> &'static Protocols {
        self.protocols
    }

    /// The protocol that stands in a table under this number.
    #[inline]
    pub fn find(&self, table: &Table, number: impl Into<u32>) -> Option<ProtocolId> {
        let number = number.into();
        self.laid_over(table, number).or_else(|| self.protocols.find(table, number))
    }

    /// The protocols that stand in a table under one of two ports, the lower one first; before both, what is laid over.
    #[inline]
    pub fn find_ports(&self, table: &Table, one: u16, other: u16) -> impl Iterator<Item = ProtocolId> + use<> {
        let [low, high] = [one.min(other), one.max(other)].map(u32::from);
        let found = [low, high].map(|port| self.find(table, port));
        let turned = self.laid_over(table, high).is_some() && self.laid_over(table, low).is_none();
        let [low, high] = found;
        if turned { [high, low] } else { found }.into_iter().flatten()
    }

    #[inline]
    fn laid_over(&self, table: &Table, number: u32) -> Option<ProtocolId> {
        self.laid_over.iter().find_map(|line| line.for_number(table, number))
    }

    /// The protocol that stands in a table under this text.
    pub fn find_text(&self, table: &Table, text: &str) -> Option<ProtocolId> {
        let laid_over = self.laid_over.iter().find_map(|line| line.for_text(table, text));
        laid_over.or_else(|| self.protocols.find_text(table, text))
    }

    /// The protocols whose heuristics in the table's list take these bytes for theirs, in the order of the list.
    pub fn recognise<'b>(&self, table: &Table, bytes: &'b [u8]) -> impl Iterator<Item = ProtocolId> + use<'b> {
        self.protocols.recognise(table, bytes)
    }
}

impl Special {
    const NONE: Special = Special {
        frame: ProtocolId(0),
        data: ProtocolId(0),
        malformed: ProtocolId(0),
        malformed_expert: TEXT,
        short: ProtocolId(0),
        expert: None,
    };

    fn of(protocols: &Protocols) -> Special {
        let named = |name| protocols.named(name).unwrap_or(ProtocolId(0));
        let field = |name| protocols.fields_named(name).next();
        Special {
            frame: named("frame"),
            data: named("data"),
            malformed: named("_ws.malformed"),
            malformed_expert: field("_ws.malformed.expert").unwrap_or(TEXT),
            short: named("_ws.short"),
            expert: protocols.named("_ws.expert").and_then(|protocol| {
                Some(ExpertFields {
                    protocol,
                    line: protocols.own_field(protocol),
                    message: field("_ws.expert.message")?,
                    severity: field("_ws.expert.severity")?,
                    group: field("_ws.expert.group")?,
                })
            }),
        }
    }
}
