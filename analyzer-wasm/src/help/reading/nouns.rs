//! What tests compare, in words: fields, values, and what is computed of them.

use super::{Narrator, list};
use crate::field::{Kind, Values};
use crate::filter::functions::{Function, ResultKind};
use crate::filter::schema::FilterName;
use crate::filter::terms::{is_integer, is_text};
use crate::filter::tree::{Operator, Reach, Shape, SliceRange, Tree};

/// Values of a set that are named; of longer sets, how many more there are.
const MOST_NAMED: usize = 6;
/// Characters of a text that are quoted.
const MOST_QUOTED: usize = 40;

/// Something that a test is about.
#[derive(Debug, Clone)]
pub(super) struct Noun {
    /// Its protocol, as it is called; empty where it has none, or where the words name it.
    pub of: &'static str,
    /// The words.
    pub words: String,
    /// Whether it is a field's value as it stands.
    pub simple: bool,
    /// Whether several fields have this name.
    pub several: bool,
    /// Whether the words are a plural.
    pub plural: bool,
    pub kind: Kind,
    pub labels: Vec<Values>,
}

impl Noun {
    fn computed(words: String, kind: Kind) -> Noun {
        Noun { of: "", words, simple: false, several: false, plural: false, kind, labels: Vec::new() }
    }

    /// The words with the protocol's name.
    pub(super) fn full(&self) -> String {
        if self.kind == Kind::Protocol && self.simple {
            return if self.of.is_empty() { "the frame".into() } else { self.of.into() };
        }
        let repeated = self.words.strip_prefix(self.of).is_some_and(|rest| rest.starts_with(' '));
        if self.of.is_empty() || repeated { self.words.clone() } else { format!("{} {}", self.of, self.words) }
    }
}

impl Narrator<'_> {
    /// The field of a name.
    pub(super) fn known(&self, tree: &Tree) -> Option<FilterName> {
        match &tree.shape {
            Shape::Word(name) | Shape::Name(name) => {
                let now = self.guide.schema().renamed(name);
                self.guide.schema().find(name).or_else(|| self.guide.schema().find(now.as_deref()?))
            }
            _ => None,
        }
    }

    /// Whether it has one value for all packets.
    pub(super) fn is_constant(&self, tree: &Tree) -> bool {
        tree.is_constant(&|name| self.guide.schema().knows(name) || self.guide.schema().renamed(name).is_some())
    }

    /// What yields values.
    pub(super) fn noun(&self, tree: &Tree) -> Noun {
        match &tree.shape {
            Shape::Word(_) | Shape::Name(_) => match self.known(tree) {
                Some(known) => self.field(&known),
                None => Noun::computed(self.value(tree, None), Kind::None),
            },
            Shape::Layer(inner, pieces) => {
                let noun = self.noun(inner);
                match noun.kind {
                    Kind::Protocol => Noun {
                        plural: true,
                        ..Noun::computed(format!("{} in {}", noun.full(), layers(pieces)), noun.kind)
                    },
                    _ => Noun { words: format!("{} in {}", noun.words, layers(pieces)), ..noun },
                }
            }
            Shape::Reference(inner) => {
                let noun = self.noun(inner);
                Noun {
                    plural: noun.plural,
                    ..Noun::computed(format!("the selected packet's {}", noun.full()), noun.kind)
                }
            }
            Shape::Raw(inner) => {
                let noun = self.noun(inner);
                Noun { plural: true, ..Noun::computed(format!("the bytes of {}", noun.full()), Kind::Bytes) }
            }
            Shape::Slice(inner, pieces) => {
                let noun = self.noun(inner);
                let (unit, kind) = if is_text(noun.kind) { ("character", Kind::Text) } else { ("byte", Kind::Bytes) };
                let parts: Vec<String> = pieces.iter().map(|piece| slice(*piece, unit)).collect();
                let plural = !matches!(pieces.as_slice(), [SliceRange { reach: Reach::Length(1), .. }]);
                let of = match noun.full().as_str() {
                    "the frame" => String::new(),
                    whole => format!(" of {whole}"),
                };
                let words = format!("{}{of}", list(&parts, "and"));
                Noun { plural, ..Noun::computed(words, kind) }
            }
            Shape::Call(name, _, arguments) => self.call(name, arguments),
            Shape::Sum(first, rest) => {
                let noun = self.noun(first);
                let mut words = self.spoken(first, None);
                for (operator, operand) in rest {
                    words.push_str(match operator {
                        Operator::BitAnd => " masked with ",
                        Operator::Add => " plus ",
                        Operator::Subtract => " minus ",
                        Operator::Multiply => " times ",
                        Operator::Divide => " divided by ",
                        Operator::Remainder => " modulo ",
                    });
                    words.push_str(&self.spoken(operand, None));
                }
                Noun::computed(words, noun.kind)
            }
            Shape::Sign(minus, inner) => {
                let noun = self.noun(inner);
                let sign = if *minus { "minus " } else { "" };
                Noun::computed(format!("{sign}{}", noun.full()), noun.kind)
            }
            Shape::Braces(inner) => {
                let noun = self.noun(inner);
                match inner.shape {
                    Shape::Sum(..) => Noun { words: format!("({})", noun.words), ..noun },
                    _ => noun,
                }
            }
            _ => Noun::computed(self.value(tree, None), Kind::None),
        }
    }

    fn field(&self, known: &FilterName) -> Noun {
        let own = known.fields.iter().find(|member| member.row.name == known.row.name).or(known.fields.first());
        let of = own.map_or("", |member| self.guide.schema().called(member.owner));
        let several = known.fields.iter().filter(|member| member.row.name != known.row.name).count() > 1;
        let labels = known.fields.iter().map(|member| member.row.values).collect();
        let words = match known.row.kind {
            Kind::Protocol => "bytes".to_owned(),
            // A title that is a sentence is no noun.
            kind if kind != Kind::None && is_sentence(known.row.title) => known.row.name.to_owned(),
            _ => known.row.title.to_owned(),
        };
        let plural = known.row.kind == Kind::Protocol;
        Noun { of, words, simple: true, several, plural, kind: known.row.kind, labels }
    }

    fn call(&self, name: &str, arguments: &[Tree]) -> Noun {
        let all: Vec<String> = arguments.iter().map(|argument| self.spoken(argument, None)).collect();
        let of = list(&all, "and");
        let Some(Function { words, result, .. }) = Function::named(name) else {
            return Noun::computed(format!("{name} of {of}"), Kind::None);
        };
        let known = arguments.first().and_then(|argument| self.known(argument));
        let protocol = known.filter(|known| known.row.kind == Kind::Protocol).map(|known| self.field(&known).of);
        let wording = match (words.of_protocol, protocol) {
            (Some(noun), Some(protocol)) => noun.replace("{}", protocol),
            _ if arguments.len() > 1 => words.of_several.replace("{}", &of),
            _ => words.noun.replace("{}", &of),
        };
        let kind = match result {
            // What holds or not is said of the argument, and is no flag.
            ResultKind::Kind(_) if words.holds.is_some() => Kind::None,
            ResultKind::Kind(kind) => *kind,
            ResultKind::Same => arguments.first().map_or(Kind::None, |argument| self.noun(argument).kind),
        };
        Noun::computed(wording, kind)
    }

    /// A field in full, or a value beside this one.
    pub(super) fn spoken(&self, tree: &Tree, beside: Option<&Noun>) -> String {
        if self.is_constant(tree) { self.value(tree, beside) } else { self.noun(tree).full() }
    }

    /// A fixed value, compared with this.
    pub(super) fn value(&self, tree: &Tree, beside: Option<&Noun>) -> String {
        let kind = beside.map_or(Kind::None, |noun| noun.kind);
        let unit = |text: String| match kind {
            Kind::Duration => format!("{text} s"),
            _ => match beside.and_then(|noun| noun.labels.first()) {
                Some(Values::Unit(unit)) => format!("{text}{unit}"),
                _ => text,
            },
        };
        match &tree.shape {
            Shape::Number(number) if is_integer(kind) => {
                let value = crate::filter::literal::whole(number).and_then(|value| u64::try_from(value).ok());
                let labels = beside.map(|noun| noun.labels.as_slice()).unwrap_or_default();
                let label = value.and_then(|value| labels.iter().find_map(|values| values.name(value)));
                match label {
                    Some(label) => format!("{} ({number})", brief(label)),
                    None => unit(number.clone()),
                }
            }
            Shape::Number(number) => unit(number.clone()),
            Shape::Word(word) | Shape::Name(word) if is_text(kind) => quoted(word),
            Shape::Word(word) | Shape::Name(word) => unit(cut(word)),
            Shape::Text(text, _) if is_text(kind) || matches!(kind, Kind::Bytes | Kind::Protocol | Kind::None) => {
                quoted(&String::from_utf8_lossy(text))
            }
            Shape::Text(text, _) => cut(&String::from_utf8_lossy(text)),
            Shape::Char(value) => char::from_u32(*value)
                .filter(|c| !c.is_control())
                .map_or_else(|| format!("character {value}"), |c| format!("'{c}'")),
            Shape::Sign(minus, inner) => {
                format!("{}{}", if *minus { "-" } else { "" }, self.value(inner, beside))
            }
            Shape::Braces(inner) => self.value(inner, beside),
            Shape::Sum(..) | Shape::Call(..) => self.noun(tree).words,
            _ => "…".to_owned(),
        }
    }

    /// The members of a set, of which long ones are cut.
    pub(super) fn members(&self, items: &[(Tree, Option<Tree>)], noun: &Noun) -> Vec<String> {
        let named = if items.len() > MOST_NAMED { MOST_NAMED - 1 } else { items.len() };
        let mut members: Vec<String> = items
            .iter()
            .take(named)
            .map(|(low, high)| match high {
                None => self.spoken(low, Some(noun)),
                Some(high) => format!("{} to {}", self.spoken(low, Some(noun)), self.spoken(high, Some(noun))),
            })
            .collect();
        if named < items.len() {
            members.push(format!("{} others", items.len() - named));
        }
        members
    }
}

/// A name of a value without the explanation in parentheses.
fn brief(label: &str) -> String {
    cut(label.split(" (").next().unwrap_or(label))
}

fn quoted(text: &str) -> String {
    let shown: String = text.chars().map(|c| if c.is_control() { '�' } else { c }).collect();
    format!("\"{}\"", cut(&shown))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_QUOTED) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// `layer 2`, `layers 1 to 2`.
fn layers(pieces: &[SliceRange]) -> String {
    let one = |piece: &SliceRange| match piece.reach {
        Reach::Length(1) => from_end(piece.start),
        Reach::Length(count) => format!("{} to {}", from_end(piece.start), from_end(piece.start + count - 1)),
        Reach::Through(last) => format!("{} to {}", from_end(piece.start), from_end(last)),
        Reach::Rest => format!("{} and deeper", from_end(piece.start)),
    };
    let words: Vec<String> = pieces.iter().map(one).collect();
    match pieces {
        [SliceRange { start: -1, reach: Reach::Length(1) }] => "the innermost layer".into(),
        [SliceRange { reach: Reach::Length(1), .. }] => format!("layer {}", list(&words, "or")),
        _ => format!("layers {}", list(&words, "or")),
    }
}

fn from_end(index: i64) -> String {
    if index < 0 { format!("{} from the end", index.unsigned_abs()) } else { index.to_string() }
}

/// One piece of a slice, counted from 1 as people do.
fn slice(piece: SliceRange, unit: &str) -> String {
    let SliceRange { start, reach } = piece;
    let first = start.saturating_add(1);
    match reach {
        Reach::Length(1) if start == -1 => format!("the last {unit}"),
        Reach::Length(1) if start == 0 => format!("the first {unit}"),
        Reach::Length(1) if start < 0 => format!("{unit} {} from the end", start.unsigned_abs()),
        Reach::Length(1) => format!("{unit} {first}"),
        Reach::Length(count) if start == 0 => format!("the first {count} {unit}s"),
        Reach::Through(last) if start == 0 => format!("the first {} {unit}s", last.saturating_add(1)),
        Reach::Rest if start == 0 => format!("all {unit}s"),
        Reach::Rest if start == -1 => format!("the last {unit}"),
        Reach::Rest if start < 0 => format!("the last {} {unit}s", start.unsigned_abs()),
        Reach::Rest => format!("the {unit}s from {first} on"),
        Reach::Length(count) if start < 0 && start.saturating_add(count) == 0 => format!("the last {count} {unit}s"),
        Reach::Length(count) if start < 0 => format!("{count} {unit}s, {} from the end on,", start.unsigned_abs()),
        Reach::Length(count) => format!("{unit}s {first} to {}", start.saturating_add(count)),
        Reach::Through(-1) => format!("the last {} {unit}s", start.unsigned_abs()),
        Reach::Through(last) if start < 0 => {
            format!("{unit}s {} to {} from the end", start.unsigned_abs(), last.unsigned_abs())
        }
        Reach::Through(last) => format!("{unit}s {first} to {}", last.saturating_add(1)),
    }
}

/// Whether a title says something in place of naming it.
fn is_sentence(title: &str) -> bool {
    let begins = ["The ", "This ", "It "].iter().any(|word| title.starts_with(word));
    begins && [" is ", " was ", " was", " in "].iter().any(|word| title.contains(word))
}
