//! Single tests in words.

use super::nouns::Noun;
use super::{Narrator, Phrase, Wording, list};
use crate::field::{Kind, Values};
use crate::filter::functions::Function;
use crate::filter::schema::FilterName;
use crate::filter::tree::{Among, Quantifier, Relation, Shape, Tree};

/// Which end of a packet's way a field is about.
#[derive(Debug, Clone, Copy)]
enum Whither {
    Either,
    Source,
    Destination,
}

impl Whither {
    fn of(index: usize) -> Whither {
        match index {
            0 => Whither::Either,
            1 => Whither::Source,
            _ => Whither::Destination,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Whither::Either => "to or from ",
            Whither::Source => "from ",
            Whither::Destination => "to ",
        }
    }

    fn denied(self) -> &'static str {
        match self {
            Whither::Either => "neither to nor from ",
            Whither::Source => "not from ",
            Whither::Destination => "not to ",
        }
    }
}

/// A field that says whence or whither packets go.
struct PacketEnd {
    side: Whither,
    /// The protocol whose packets have it.
    of: &'static str,
    /// Whether it is a port, which is called so, and not an address, which needs no name.
    port: bool,
}

impl Narrator<'_> {
    /// A field or a value that stands alone.
    pub(super) fn bare(&self, tree: &Tree) -> Phrase {
        let Some(known) = self.known(tree) else { return self.bare_words(tree) };
        let noun = self.noun(tree);
        let field = |end| Wording {
            lead: "with ".into(),
            of: of(&noun),
            noun: format!(" {}", noun.words),
            end,
            ..Wording::default()
        };
        match known.row.kind {
            Kind::Protocol if noun.of.is_empty() => Phrase::Everything,
            Kind::Protocol => Phrase::Of(vec![noun.of]),
            Kind::None => Phrase::Worded(Wording::plain(format!("marked \"{}\"", noun.words))),
            Kind::Bool(_) if known.row.mask != 0 => Phrase::Worded(field(", set or not")),
            _ => Phrase::Worded(Wording { lead: "with the field ".into(), ..field("") }),
        }
    }

    fn bare_words(&self, tree: &Tree) -> Phrase {
        let words = match &tree.shape {
            Shape::Layer(..) | Shape::Raw(_) => format!("with {}", self.noun(tree).full()),
            Shape::Slice(..) => format!("with {}", self.noun(tree).words),
            Shape::Call(name, _, arguments) => match holds(name) {
                Some(purpose) => {
                    let address = arguments.first().map(|argument| self.noun(argument).full());
                    format!("where {} is {purpose}", address.unwrap_or_default())
                }
                None => format!("where {} is not zero", self.noun(tree).words),
            },
            _ => format!("where {} is not zero", self.noun(tree).words),
        };
        Phrase::Worded(Wording::plain(words))
    }

    /// A comparison, or several in a row.
    pub(super) fn chain(&self, quantifier: Option<Quantifier>, first: &Tree, rest: &[(Relation, Tree)]) -> Phrase {
        if let [(relation, right)] = rest {
            return self.pair(first, *relation, quantifier.unwrap_or(relation.quantifier()), right);
        }
        let mut left = first;
        Phrase::all(rest.iter().map(|(relation, right)| {
            let part = self.pair(left, *relation, relation.quantifier(), right);
            left = right;
            part
        }))
    }

    fn pair(&self, left: &Tree, relation: Relation, quantifier: Quantifier, right: &Tree) -> Phrase {
        if self.is_constant(left) && !matches!(relation, Relation::Contains | Relation::Matches) {
            return self.pair(right, turned(relation), quantifier, left);
        }
        let noun = self.noun(left);
        if !self.is_constant(right) {
            let other = self.noun(right);
            let same = other.of == noun.of && other.simple;
            let words = if same { other.words.clone() } else { other.full() };
            let verb = verb_between(relation, noun.kind);
            return Phrase::Worded(clause(&noun, quantifier, &format!(" {verb} "), vec![words]));
        }
        let value = vec![self.value(right, Some(&noun))];
        if let (Kind::Bool(_), Relation::Equal(_) | Relation::Unequal(_)) = (noun.kind, relation)
            && let Some(truth) = truth(right, &noun)
        {
            let truth = truth == matches!(relation, Relation::Equal(_));
            // Of two values, the one that differs is the opposite one.
            let usual = matches!(relation, Relation::Unequal(_)) && quantifier == relation.quantifier();
            return Phrase::Worded(flag(&noun, if usual { Quantifier::Any } else { quantifier }, truth));
        }
        if let Shape::Call(name, _, arguments) = &left.shape
            && let (Some(purpose), Some(address), Shape::Number(number)) =
                (holds(name), arguments.first(), &right.shape)
        {
            let yes = (number != "0") == matches!(relation, Relation::Equal(_));
            let not = if yes { "" } else { "not " };
            return Phrase::Worded(Wording::plain(format!("where {} is {not}{purpose}", self.noun(address).full())));
        }
        if let Some(wording) = self.end_of(left).and_then(|end| end.wording(relation, quantifier, &value)) {
            return Phrase::Worded(wording);
        }
        Phrase::Worded(self.compared(&noun, relation, quantifier, value))
    }

    /// A field, or what is computed, compared with fixed values.
    fn compared(&self, noun: &Noun, relation: Relation, quantifier: Quantifier, values: Vec<String>) -> Wording {
        let time = noun.kind == Kind::Time;
        let be = if noun.plural { "are" } else { "is" };
        let verb = match relation {
            Relation::Equal(_) => format!(" {be} "),
            Relation::Unequal(_) => format!(" {be} not "),
            Relation::Greater if time => format!(" {be} after "),
            Relation::GreaterEqual if time => format!(" {be} at or after "),
            Relation::Less if time => format!(" {be} before "),
            Relation::LessEqual if time => format!(" {be} at or before "),
            Relation::Greater => format!(" {be} above "),
            Relation::GreaterEqual => format!(" {be} at least "),
            Relation::Less => format!(" {be} below "),
            Relation::LessEqual => format!(" {be} at most "),
            Relation::Contains if noun.plural => " contain ".into(),
            Relation::Contains => " contains ".into(),
            Relation::Matches if noun.plural => " match ".into(),
            Relation::Matches => " matches ".into(),
        };
        match (relation, quantifier) {
            (Relation::Unequal(_), Quantifier::All) if noun.several => Wording {
                lead: "none of whose ".into(),
                of: of(noun),
                noun: format!(" {} values is ", noun.words),
                values,
                ..Wording::default()
            },
            _ => clause(noun, quantifier, &verb, values),
        }
    }

    pub(super) fn among(&self, among: &Among) -> Phrase {
        let noun = self.noun(&among.value);
        let values = self.members(&among.items, &noun);
        let quantifier = among.quantifier.unwrap_or(Quantifier::Any);
        let relation = Relation::Equal(Quantifier::Any);
        let simple = among
            .items
            .iter()
            .all(|(low, high)| self.is_constant(low) && high.as_ref().is_none_or(|high| self.is_constant(high)));
        if among.negated {
            let be = if noun.plural { "are" } else { "is" };
            let none = match values.as_slice() {
                [one] => format!(" {be} not {one}"),
                [one, other] => format!(" {be} neither {one} nor {other}"),
                _ => format!(" {be} none of {}", list(&values, "and")),
            };
            return Phrase::Worded(clause(&noun, quantifier, &none, Vec::new()));
        }
        if let Some(wording) =
            self.end_of(&among.value).filter(|_| simple).and_then(|end| end.wording(relation, quantifier, &values))
        {
            return Phrase::Worded(wording);
        }
        Phrase::Worded(self.compared(&noun, relation, quantifier, values))
    }

    /// What a field says of where packets go.
    fn end_of(&self, tree: &Tree) -> Option<PacketEnd> {
        let FilterName { row, .. } = self.known(tree)?;
        let idioms = self.guide.idioms;
        let of = self.noun(tree).of;
        for fields in [&idioms.ipv4, &idioms.ipv6, &idioms.ether] {
            if let Some(side) = fields.iter().position(|field| *field == row.name) {
                return Some(PacketEnd { side: Whither::of(side), of, port: false });
            }
        }
        let port = idioms.port.iter().find_map(|field| {
            let sides = ["port", "srcport", "dstport"];
            sides.iter().position(|side| field.replace("port", side) == row.name)
        });
        port.map(|side| PacketEnd { side: Whither::of(side), of, port: true })
    }
}

impl PacketEnd {
    /// The test of it, where it has such words.
    fn wording(&self, relation: Relation, quantifier: Quantifier, values: &[String]) -> Option<Wording> {
        let values = values.to_vec();
        let (side, of) = (self.side, vec![self.of]);
        let wording = match (relation, quantifier, self.port) {
            (Relation::Equal(_), Quantifier::Any, false) => {
                Wording { lead: side.words().into(), values, open: true, ..Wording::default() }
            }
            (Relation::Unequal(_), Quantifier::All, false) => {
                Wording { lead: side.denied().into(), values, only: Some(self.of), ..Wording::default() }
            }
            (Relation::Equal(_), Quantifier::Any, true) => Wording {
                lead: side.words().into(),
                of,
                noun: " port ".into(),
                values,
                open: true,
                ..Wording::default()
            },
            (Relation::Unequal(_), Quantifier::All, true) => {
                let noun = " port ".into();
                Wording { lead: side.denied().into(), of, noun, values, only: Some(self.of), ..Wording::default() }
            }
            (
                Relation::Greater | Relation::GreaterEqual | Relation::Less | Relation::LessEqual,
                Quantifier::Any,
                true,
            ) => {
                let bound = match relation {
                    Relation::Greater => " port above ",
                    Relation::GreaterEqual => " port of at least ",
                    Relation::Less => " port below ",
                    _ => " port of at most ",
                };
                Wording { lead: format!("{}a ", side.words()), of, noun: bound.into(), values, ..Wording::default() }
            }
            _ => return None,
        };
        Some(wording)
    }
}

fn of(noun: &Noun) -> Vec<&'static str> {
    if noun.of.is_empty() { Vec::new() } else { vec![noun.of] }
}

/// `whose Name is`, `where the first 3 bytes of … are`; where every value must fit, the words say so.
fn clause(noun: &Noun, quantifier: Quantifier, verb: &str, values: Vec<String>) -> Wording {
    let usual = match verb.trim() {
        "is not" | "are not" | "differs from" => Quantifier::All,
        _ => Quantifier::Any,
    };
    let (lead, verb) = match (noun.simple, quantifier == usual, usual) {
        (true, true, _) => ("whose ", verb.to_owned()),
        (false, true, _) => ("where ", verb.to_owned()),
        (true, false, Quantifier::Any) => ("whose every ", verb.to_owned()),
        (false, false, Quantifier::Any) => ("where always ", verb.to_owned()),
        (true, false, Quantifier::All) => ("with some ", " other than ".to_owned()),
        (false, false, Quantifier::All) => ("where at least once ", verb.to_owned()),
    };
    let open = lead == "whose " && usual == Quantifier::Any;
    Wording {
        lead: lead.into(),
        of: of(noun),
        noun: format!(" {}{verb}", noun.words),
        values,
        open,
        ..Wording::default()
    }
}

/// A flag that is set or not.
fn flag(noun: &Noun, quantifier: Quantifier, truth: bool) -> Wording {
    let (yes, no) = match noun.labels.first() {
        Some(Values::Flag(yes, no)) => (*yes, *no),
        _ => ("True", "False"),
    };
    let word = if truth { yes } else { no };
    let usual = matches!((yes, no), ("Set", "Not set"));
    let lead = match quantifier {
        Quantifier::Any if usual => "with ",
        Quantifier::Any => "whose ",
        Quantifier::All if usual => "with every ",
        Quantifier::All => "whose every ",
    };
    let end = match (usual, truth) {
        (true, true) => " set",
        (true, false) => " not set",
        _ => "",
    };
    let verb = match (usual, word) {
        (true, _) => String::new(),
        (false, "True" | "False" | "Yes" | "No") => format!(" is {}", word.to_ascii_lowercase()),
        (false, _) => format!(" is \"{word}\""),
    };
    Wording { lead: lead.into(), of: of(noun), noun: format!(" {}{verb}", noun.words), end, ..Wording::default() }
}

/// Whether a value is true.
fn truth(tree: &Tree, noun: &Noun) -> Option<bool> {
    let word = match &tree.shape {
        Shape::Number(number) => return crate::filter::literal::whole(number).map(|value| value != 0),
        Shape::Word(word) => word.clone(),
        Shape::Text(text, _) => String::from_utf8_lossy(text).into_owned(),
        _ => return None,
    };
    let (yes, no) = match noun.labels.first() {
        Some(Values::Flag(yes, no)) => (*yes, *no),
        _ => ("True", "False"),
    };
    let is = |name: &str| word.eq_ignore_ascii_case(name);
    match (is(yes) || is("true"), is(no) || is("false")) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// The words for the argument of a function where its result is true.
fn holds(function: &str) -> Option<&'static str> {
    Function::named(function)?.words.holds
}

/// The relation with its sides exchanged.
fn turned(relation: Relation) -> Relation {
    match relation {
        Relation::Greater => Relation::Less,
        Relation::GreaterEqual => Relation::LessEqual,
        Relation::Less => Relation::Greater,
        Relation::LessEqual => Relation::GreaterEqual,
        other => other,
    }
}

/// How one field stands to another.
fn verb_between(relation: Relation, kind: Kind) -> &'static str {
    match relation {
        Relation::Equal(_) => "equals",
        Relation::Unequal(_) => "differs from",
        Relation::Greater if kind == Kind::Time => "is after",
        Relation::Less if kind == Kind::Time => "is before",
        Relation::Greater => "is above",
        Relation::GreaterEqual => "is at least",
        Relation::Less => "is below",
        Relation::LessEqual => "is at most",
        Relation::Contains => "contains",
        Relation::Matches => "matches",
    }
}
