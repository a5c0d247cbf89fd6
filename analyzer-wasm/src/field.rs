//! The shape of the one table: what a field is called, what its values are, and how they are written.
//!
//! A protocol file describes its fields once, with `fields!`; filters, trees, cells, completion and the field reference
//! are all derived from these rows.

mod expert;

pub use expert::{Expert, Group, Severity};

/// Index of a field in the table of all fields; `0` is the plain text line, which has no filter name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldId(pub u16);

/// Index of a protocol in the list of protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProtocolId(pub u16);

/// The line of text that has no filter name.
pub const TEXT: FieldId = FieldId(0);

/// What a protocol contains: its own entry in the table of all fields, behind which the rows stand.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// The protocol's own entry.
    pub first: FieldId,
    /// The rows behind it.
    pub rows: &'static [Field],
}

impl Fields {
    /// No entry at all.
    pub const NONE: Fields = Fields { first: TEXT, rows: &[] };

    /// The entry behind the last row.
    pub const fn end(&self) -> FieldId {
        FieldId(self.first.0 + 1 + self.rows.len() as u16)
    }

    /// The protocol's own entry and its rows, as entries in the table.
    pub fn iter(&self) -> impl Iterator<Item = FieldId> + use<> {
        (self.first.0..self.end().0).map(FieldId)
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Filter name, Wireshark's: `udp.srcport`.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// Title in the tree, Wireshark's: `Source Port`.
    pub title: &'static str,
    /// Either-direction names under which its values are found too: `udp.port`.
    pub groups: &'static [&'static str],
    /// The bits of the integer that are the value; 0 means all of them.
    pub mask: u64,
    /// Names for values.
    pub values: Values,
    /// How `tshark -T fields` writes bytes and points in time.
    pub look: Look,
    /// Whether filters and columns find it but the tree does not show it, as it only says again what stands beside it;
    /// where a protocol gives it words of its own, the tree shows it all the same.
    pub hidden: bool,
    /// How grave the expert info is that it stands for, and of which kind; nothing where it stands for none.
    pub expert: Option<Expert>,
    /// Whether it describes each expert info, whichever field that one has.
    pub of_experts: bool,
    /// Why nothing notes it, as the rest of a sentence: Wireshark has it, and it is not read here. Empty otherwise.
    pub unread: &'static str,
}

/// What the values of a field are. Integers carry their width in bits, as filters check literals against it and
/// hexadecimal is written with all its digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A line that is only present or absent.
    None,
    /// A protocol: its value is its bytes.
    Protocol,
    /// Unsigned integer.
    Uint(u8, Base),
    /// Signed integer.
    Int(u8),
    /// True or false, one bit of an integer so many bits wide.
    Bool(u8),
    /// One character.
    Char,
    /// IEEE 754, single precision.
    Float,
    /// IEEE 754, double precision.
    Double,
    /// IPv4 address.
    Ipv4,
    /// IPv6 address.
    Ipv6,
    /// MAC address.
    Ether,
    /// 64-bit extended unique identifier (IEEE).
    Eui64,
    /// Bytes, written as hexadecimal.
    Bytes,
    /// Text.
    Text,
    /// Text that a zero byte ends on the wire.
    TextZ,
    /// A point in time.
    Time,
    /// A length of time.
    Duration,
    /// The number of a packet of the same capture.
    Frame,
    /// A globally unique identifier.
    Guid,
    /// An object identifier.
    Oid,
}

/// How an integer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// `80`.
    Dec,
    /// `0x0050`.
    Hex,
    /// `0120`.
    Oct,
    /// `80 (0x0050)` in the tree.
    DecHex,
    /// `0x0050 (80)` in the tree.
    HexDec,
    /// A TCP port.
    TcpPort,
    /// A UDP port.
    UdpPort,
    /// A vendor's 24-bit identifier.
    Oui,
    /// Only by its name; as `Dec` where it has none.
    Name,
}

/// The kinds as the rows of `fields!` name them: `U16` is decimal, `X16` hexadecimal, `XD16` both,
/// `N8` only a name.
#[allow(missing_docs)]
pub mod kinds {
    pub use super::Group::{
        Assumption, Checksum, Debug, Decryption, Deprecated, Malformed, Protocol, Reassemble, Request, Response,
        Security, Sequence, Undecoded,
    };
    pub use super::Kind::{
        self, Bool, Bytes, Char, Double, Duration, Ether, Eui64, Float, Frame, Guid, Ipv4, Ipv6, None, Oid, Text,
        TextZ, Time,
    };
    pub use super::Severity::{Chat, Comment, Error, Note, Warning};
    use super::{Base, Kind::Int, Kind::Uint};
    pub const U8: Kind = Uint(8, Base::Dec);
    pub const U16: Kind = Uint(16, Base::Dec);
    pub const U24: Kind = Uint(24, Base::Dec);
    pub const U32: Kind = Uint(32, Base::Dec);
    pub const U40: Kind = Uint(40, Base::Dec);
    pub const U48: Kind = Uint(48, Base::Dec);
    pub const U64: Kind = Uint(64, Base::Dec);
    pub const X8: Kind = Uint(8, Base::Hex);
    pub const X16: Kind = Uint(16, Base::Hex);
    pub const X24: Kind = Uint(24, Base::Hex);
    pub const X32: Kind = Uint(32, Base::Hex);
    pub const X64: Kind = Uint(64, Base::Hex);
    pub const DX8: Kind = Uint(8, Base::DecHex);
    pub const DX16: Kind = Uint(16, Base::DecHex);
    pub const DX32: Kind = Uint(32, Base::DecHex);
    pub const XD8: Kind = Uint(8, Base::HexDec);
    pub const XD16: Kind = Uint(16, Base::HexDec);
    pub const XD32: Kind = Uint(32, Base::HexDec);
    pub const O8: Kind = Uint(8, Base::Oct);
    pub const I8: Kind = Int(8);
    pub const I16: Kind = Int(16);
    pub const I32: Kind = Int(32);
    pub const I64: Kind = Int(64);
    pub const TCP_PORT: Kind = Uint(16, Base::TcpPort);
    pub const UDP_PORT: Kind = Uint(16, Base::UdpPort);
    pub const OUI: Kind = Uint(24, Base::Oui);
    pub const N8: Kind = Uint(8, Base::Name);
    pub const N32: Kind = Uint(32, Base::Name);
}

/// Names for the values of a field.
#[derive(Debug, Clone, Copy)]
pub enum Values {
    /// No names.
    None,
    /// A name a value, in ascending order of values where possible; the first match counts.
    Names(&'static [(u64, &'static str)]),
    /// A name a range of values, both ends included.
    Ranges(&'static [(u64, u64, &'static str)]),
    /// The names of true and of false.
    Flag(&'static str, &'static str),
    /// The unit that is written after the value, with its leading blank.
    Unit(&'static str),
}

/// How bytes and points in time are written where nothing but the value is: in columns and by `tshark -T fields`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// `0a1b`, and `<MISSING>` for none.
    Plain,
    /// `0a:1b`: an address of any link layer.
    Colons,
    /// `0a1b`, and `<none>` for none, where there need not be any.
    Optional,
    /// A point in time as seconds since 1970.
    Seconds,
    /// A point in time, and `NULL` for the one that stands for none.
    Nullable,
}

/// The usual names of a flag.
pub const SET: Values = Values::Flag("Set", "Not set");
/// The names of a flag that answers a question.
pub const YES_NO: Values = Values::Flag("Yes", "No");

impl Values {
    /// The name of a value.
    pub fn name(&self, value: u64) -> Option<&'static str> {
        match self {
            Values::Names(names) => names.iter().find(|(v, _)| *v == value).map(|(_, name)| *name),
            Values::Ranges(ranges) => {
                ranges.iter().find(|(low, high, _)| *low <= value && value <= *high).map(|(_, _, name)| *name)
            }
            Values::Flag(yes, no) => Some(if value != 0 { yes } else { no }),
            Values::None | Values::Unit(_) => None,
        }
    }
}

impl Field {
    /// A row with neither groups nor mask nor names.
    pub const fn new(name: &'static str, kind: Kind, title: &'static str) -> Field {
        Field {
            name,
            kind,
            title,
            groups: &[],
            mask: 0,
            values: Values::None,
            look: Look::Plain,
            hidden: false,
            expert: None,
            of_experts: false,
            unread: "",
        }
    }

    /// The row, found under either-direction names too.
    pub const fn group(mut self, groups: &'static [&'static str]) -> Field {
        self.groups = groups;
        self
    }

    /// The row, with the bits of the integer that are its value.
    pub const fn mask(mut self, mask: &u64) -> Field {
        self.mask = *mask;
        self
    }

    /// The row, with names for its values.
    pub const fn values(mut self, values: &Values) -> Field {
        self.values = *values;
        self
    }

    /// The row, whose bytes or points in time are written in this way.
    pub const fn look(mut self, look: &Look) -> Field {
        self.look = *look;
        self
    }

    /// The row, shown in the tree or not.
    pub const fn hidden(mut self, hidden: &bool) -> Field {
        self.hidden = *hidden;
        self
    }

    /// The row, which stands for an expert info.
    pub const fn expert(mut self, (severity, group): &(Severity, Group)) -> Field {
        self.expert = Some(Expert { severity: *severity, group: *group });
        self
    }

    /// The row, which describes each expert info or not.
    pub const fn of_experts(mut self, of_experts: &bool) -> Field {
        self.of_experts = *of_experts;
        self
    }

    /// The row, which nothing notes for this reason.
    pub const fn unread(mut self, why: &&'static str) -> Field {
        self.unread = *why;
        self
    }

    /// The masked and shifted value of an integer that was read from the wire.
    pub const fn masked(&self, raw: u64) -> u64 {
        if self.mask == 0 { raw } else { (raw & self.mask) >> self.mask.trailing_zeros() }
    }
}

impl Kind {
    /// Bits of the integer on the wire; 0 for kinds that are no integers.
    pub const fn bits(self) -> u8 {
        match self {
            Kind::Uint(bits, _) | Kind::Int(bits) | Kind::Bool(bits) => bits,
            Kind::Char => 8,
            Kind::Frame => 32,
            _ => 0,
        }
    }

    /// The name of the type in `tshark -G fields`.
    pub fn type_name(self) -> &'static str {
        match self {
            Kind::None => "FT_NONE",
            Kind::Protocol => "FT_PROTOCOL",
            Kind::Uint(bits, _) => match bits {
                8 => "FT_UINT8",
                16 => "FT_UINT16",
                24 => "FT_UINT24",
                32 => "FT_UINT32",
                40 => "FT_UINT40",
                48 => "FT_UINT48",
                56 => "FT_UINT56",
                _ => "FT_UINT64",
            },
            Kind::Int(bits) => match bits {
                8 => "FT_INT8",
                16 => "FT_INT16",
                24 => "FT_INT24",
                32 => "FT_INT32",
                _ => "FT_INT64",
            },
            Kind::Bool(_) => "FT_BOOLEAN",
            Kind::Char => "FT_CHAR",
            Kind::Float => "FT_FLOAT",
            Kind::Double => "FT_DOUBLE",
            Kind::Ipv4 => "FT_IPv4",
            Kind::Ipv6 => "FT_IPv6",
            Kind::Ether => "FT_ETHER",
            Kind::Eui64 => "FT_EUI64",
            Kind::Bytes => "FT_BYTES",
            Kind::Text => "FT_STRING",
            Kind::TextZ => "FT_STRINGZ",
            Kind::Time => "FT_ABSOLUTE_TIME",
            Kind::Duration => "FT_RELATIVE_TIME",
            Kind::Frame => "FT_FRAMENUM",
            Kind::Guid => "FT_GUID",
            Kind::Oid => "FT_OID",
        }
    }

    /// What a value is, in words for people.
    pub fn words(self) -> String {
        match self {
            Kind::None => "label".into(),
            Kind::Protocol => "protocol".into(),
            Kind::Uint(bits, _) => format!("unsigned integer ({bits} bits)"),
            Kind::Int(bits) => format!("signed integer ({bits} bits)"),
            Kind::Bool(_) => "true or false".into(),
            Kind::Char => "character".into(),
            Kind::Float | Kind::Double => "floating point number".into(),
            Kind::Ipv4 => "IPv4 address".into(),
            Kind::Ipv6 => "IPv6 address".into(),
            Kind::Ether => "MAC address".into(),
            Kind::Eui64 => "EUI-64 address".into(),
            Kind::Bytes => "bytes".into(),
            Kind::Text | Kind::TextZ => "text".into(),
            Kind::Time => "date and time".into(),
            Kind::Duration => "time in seconds".into(),
            Kind::Frame => "packet number".into(),
            Kind::Guid => "GUID".into(),
            Kind::Oid => "object identifier".into(),
        }
    }
}

/// A set of fields, one bit each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSet {
    all: bool,
    labels: bool,
    words: Vec<u64>,
    /// Which of the words have a bit set, where not every field is in it; the last bit stands for all words from there on.
    /// Most questions end here.
    used: u64,
}

impl FieldSet {
    /// Every field, and the texts of the tree.
    pub fn all() -> FieldSet {
        FieldSet { all: true, labels: true, words: Vec::new(), used: u64::MAX }
    }

    /// Every field: enough for the packet list.
    pub fn values() -> FieldSet {
        FieldSet { all: true, labels: false, words: Vec::new(), used: u64::MAX }
    }

    /// The given fields only.
    pub fn of(fields: impl IntoIterator<Item = FieldId>) -> FieldSet {
        let mut set = FieldSet { all: false, labels: false, words: Vec::new(), used: 0 };
        for field in fields {
            set.insert(field);
        }
        set
    }

    /// The same set as the names of those that are looked at, where every field is noted, with the texts of the tree.
    pub fn everything(self) -> FieldSet {
        FieldSet { all: true, labels: true, used: u64::MAX, ..self }
    }

    /// Adds a field.
    pub fn insert(&mut self, field: FieldId) {
        let word = usize::from(field.0) / 64;
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        if let Some(w) = self.words.get_mut(word) {
            *w |= 1 << (field.0 % 64);
            self.used |= 1 << word.min(63);
        }
    }

    /// The fields that were named, also where every other is in it, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = FieldId> + '_ {
        let bits = |(index, word): (usize, &u64)| {
            let word = *word;
            (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| FieldId((index * 64 + bit) as u16))
        };
        self.words.iter().enumerate().flat_map(bits)
    }

    /// Whether it is every field.
    pub fn is_all(&self) -> bool {
        self.all
    }

    /// Whether the texts of the tree are in it.
    pub fn has_labels(&self) -> bool {
        self.labels
    }

    /// Whether the field is in it.
    #[inline]
    pub fn contains(&self, field: FieldId) -> bool {
        let index = usize::from(field.0) / 64;
        let word = || self.words.get(index).is_some_and(|word| word >> (field.0 % 64) & 1 == 1);
        self.used >> index.min(63) & 1 == 1 && (self.all || word())
    }
}
