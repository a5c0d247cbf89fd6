//! What tests say of packets, and how they are joined to a sentence.

use super::list;

/// A phrase about packets.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Phrase {
    /// Every packet has this.
    Everything,
    /// They are of one of these protocols.
    Of(Vec<&'static str>),
    Worded(Wording),
    Not(Box<Phrase>),
    All(Vec<Phrase>),
    Any(Vec<Phrase>),
    /// An odd number of these hold.
    Odd(Vec<Phrase>),
}

/// What follows "packets", in pieces, so that tests of one thing become one.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Wording {
    /// `to or from `, `whose `.
    pub lead: String,
    /// The protocols whose field it is; none where that goes without saying.
    pub of: Vec<&'static str>,
    /// ` port `, ` Name is `.
    pub noun: String,
    /// The values, one of which it must be.
    pub values: Vec<String>,
    /// ` set`.
    pub end: &'static str,
    /// The protocol whose packets alone are meant, where the words do not say so.
    pub only: Option<&'static str>,
    /// Whether one more value means one more possibility.
    pub open: bool,
}

impl Wording {
    /// Words that stay as they are.
    pub(super) fn plain(words: String) -> Wording {
        Wording { lead: words, ..Wording::default() }
    }

    /// The words; `known` is a protocol that was named before.
    fn words(&self, known: Option<&str>) -> String {
        let is_known = matches!(self.of.as_slice(), [only] if Some(*only) == known);
        let of: Vec<String> = if is_known { Vec::new() } else { self.of.iter().map(|of| (*of).to_owned()).collect() };
        let noun = if of.is_empty() { self.noun.trim_start() } else { self.noun.as_str() };
        // Titles often begin with their protocol's name.
        let repeated = matches!(self.of.as_slice(), [only] if begins_with(noun.trim_start(), only));
        let (of, noun) = if repeated { (Vec::new(), noun.trim_start()) } else { (of, noun) };
        format!("{}{}{noun}{}{}", self.lead, list(&of, "or"), list(&self.values, "or"), self.end)
    }

    /// Whether it is a clause, which stands behind what is none.
    fn is_clause(&self) -> bool {
        ["whose ", "where ", "none of whose "].iter().any(|word| self.lead.starts_with(word))
    }

    /// Whether it says the same of the same field, but for the value.
    fn differs_in_value(&self, other: &Wording) -> bool {
        self.open
            && !self.values.is_empty()
            && !other.values.is_empty()
            && *self == Wording { values: self.values.clone(), ..other.clone() }
    }

    /// Whether it says the same of another protocol.
    fn differs_in_protocol(&self, other: &Wording) -> bool {
        self.only.is_none()
            && !self.of.is_empty()
            && !other.of.is_empty()
            && *self == Wording { of: self.of.clone(), ..other.clone() }
    }
}

fn begins_with(title: &str, word: &str) -> bool {
    title.strip_prefix(word).is_some_and(|rest| rest.starts_with(' '))
}

impl Phrase {
    /// Parts that must all hold.
    pub(super) fn all(parts: impl Iterator<Item = Phrase>) -> Phrase {
        let mut all = Vec::new();
        for part in parts {
            match part {
                Phrase::Everything => {}
                Phrase::All(inner) => all.extend(inner),
                part if all.contains(&part) => {}
                Phrase::Not(part) => match (*part, all.iter_mut().find_map(Phrase::excluded)) {
                    (Phrase::Of(more), Some(known)) => known.extend(more),
                    (part, _) => all.push(Phrase::Not(Box::new(part))),
                },
                part => all.push(part),
            }
        }
        match all.len() {
            0 => Phrase::Everything,
            1 => all.swap_remove(0),
            _ => Phrase::All(all),
        }
    }

    /// The protocols that it excludes, if it does nothing else.
    fn excluded(&mut self) -> Option<&mut Vec<&'static str>> {
        match self {
            Phrase::Not(part) => match &mut **part {
                Phrase::Of(names) => Some(names),
                _ => None,
            },
            _ => None,
        }
    }

    /// Parts of which one must hold; those that speak of one field become one.
    pub(super) fn any(parts: impl Iterator<Item = Phrase>) -> Phrase {
        let mut any: Vec<Phrase> = Vec::new();
        for part in parts {
            match (any.last_mut(), part) {
                (_, Phrase::Everything) => return Phrase::Everything,
                (Some(Phrase::Of(known)), Phrase::Of(more)) => known.extend(more),
                (Some(Phrase::Worded(known)), Phrase::Worded(more)) if known.differs_in_value(&more) => {
                    known.values.extend(more.values);
                }
                (Some(Phrase::Worded(known)), Phrase::Worded(more)) if known.differs_in_protocol(&more) => {
                    known.of.extend(more.of);
                }
                (_, Phrase::Any(inner)) => any.extend(inner),
                (_, part) => any.push(part),
            }
        }
        if any.len() == 1 { any.swap_remove(0) } else { Phrase::Any(any) }
    }

    /// The packets of which it holds.
    pub(super) fn packets(&self) -> String {
        if self.is_tangled() {
            return format!("packets for which this holds: {}", self.formula(true));
        }
        match self {
            Phrase::Everything => "all packets".into(),
            Phrase::Of(names) => format!("{} packets", adjectives(names, "or")),
            Phrase::Worded(_) => together(std::slice::from_ref(self)),
            Phrase::All(parts) => together(parts),
            Phrase::Not(part) => match &**part {
                Phrase::Everything => "no packets".into(),
                Phrase::Of(names) => format!("all but {} packets", adjectives(names, "and")),
                part => match part.packets() {
                    // What "all but" covers must not end at a comma.
                    long if long.contains([',', ';']) => format!("all but packets {}", part.behind(0)),
                    short => format!("all but {short}"),
                },
            },
            Phrase::Any(parts) => {
                let plain = parts.iter().all(|part| matches!(part, Phrase::Worded(wording) if wording.only.is_none()));
                if plain {
                    let words: Vec<String> = parts.iter().map(|part| part.behind(0)).collect();
                    return format!("packets {}", joined(&words, "or"));
                }
                let each: Vec<String> = parts
                    .iter()
                    .map(|part| match part {
                        Phrase::Not(_) => format!("packets {}", part.behind(1)),
                        part => part.packets(),
                    })
                    .collect();
                let join = if each.iter().any(|words| words.contains(", ")) { "; or " } else { ", or " };
                each.join(join)
            }
            Phrase::Odd(_) => format!("packets {}", self.behind(0)),
        }
    }

    /// Whether a sentence could be read in two ways: an exception from several things beside others, or protocols one of
    /// which is a choice.
    fn is_tangled(&self) -> bool {
        match self {
            Phrase::All(parts) => {
                let excepts = |part: &Phrase| matches!(part, Phrase::Not(inner) if matches!(**inner, Phrase::All(_) | Phrase::Odd(_)));
                let named = |part: &&Phrase| matches!(part, Phrase::Of(_));
                let several = |part: &Phrase| matches!(part, Phrase::Of(names) if names.len() > 1);
                parts.iter().any(excepts) || parts.iter().any(several) && parts.iter().filter(named).count() > 1
            }
            _ => false,
        }
    }

    /// The same with the words of filters, where sentences fail.
    fn formula(&self, outermost: bool) -> String {
        let join = |parts: &[Phrase], word: &str| {
            let inner: Vec<String> = parts.iter().map(|part| part.formula(false)).collect();
            let joined = inner.join(word);
            if outermost { joined } else { format!("({joined})") }
        };
        match self {
            Phrase::Everything => "any".into(),
            Phrase::Of(names) if names.len() > 1 && !outermost => format!("({})", adjectives(names, "or")),
            Phrase::Of(names) => adjectives(names, "or"),
            Phrase::Worded(wording) => wording.words(None),
            Phrase::Not(part) => format!("not {}", part.formula(false)),
            Phrase::All(parts) => join(parts, " and "),
            Phrase::Any(parts) => join(parts, " or "),
            Phrase::Odd(parts) => join(parts, " xor "),
        }
    }

    /// The words behind "packets"; `depth` counts the groups around them.
    fn behind(&self, depth: usize) -> String {
        let inner = |parts: &[Phrase]| parts.iter().map(|part| part.behind(depth + 1)).collect::<Vec<_>>();
        match self {
            Phrase::Everything => "of any kind".into(),
            Phrase::Of(names) => format!("that are {}", adjectives(names, "or")),
            Phrase::Worded(wording) => match wording.only {
                Some(of) => format!("that are {of} and {}", wording.words(Some(of))),
                None => wording.words(None),
            },
            Phrase::Not(part) => match &**part {
                Phrase::Of(names) => match names.as_slice() {
                    [one] => format!("that are not {one}"),
                    _ => format!("that are neither {}", adjectives(names, "nor")),
                },
                part => format!("other than those {}", part.behind(depth + 1)),
            },
            Phrase::All(parts) | Phrase::Any(parts) | Phrase::Odd(parts) if depth > 1 => {
                let word = match self {
                    Phrase::All(_) => " and ",
                    Phrase::Any(_) => " or ",
                    _ => " xor ",
                };
                format!("({})", inner(parts).join(word))
            }
            Phrase::All(parts) => grouped("both", &inner(parts), "and"),
            Phrase::Any(parts) => grouped("either", &inner(parts), "or"),
            Phrase::Odd(parts) if parts.len() == 2 => {
                format!("{}, but not both", grouped("either", &inner(parts), "or"))
            }
            Phrase::Odd(parts) => format!("of which an odd number of these holds: {}", inner(parts).join("; ")),
        }
    }
}

/// `either a or b`; more than two, or long ones, with commas.
fn grouped(first: &str, words: &[String], last: &str) -> String {
    let first = if words.len() > 2 && first == "both" { "at once" } else { first };
    format!("{first} {}", joined(words, last))
}

/// Words joined by `or` or `and`, with commas where these stand inside of them too.
fn joined(words: &[String], last: &str) -> String {
    let long = |words: &String| {
        let plain = words.replace("to or from ", "").replace("neither to nor from ", "");
        plain.contains(" or ") || plain.contains(" and ") || plain.contains(',')
    };
    let comma = words.iter().any(long) || words.len() > 2 || words.iter().any(|words| words.starts_with("to or from"));
    words.join(&if comma { format!(", {last} ") } else { format!(" {last} ") })
}

/// Names of protocols as they stand before "packets".
fn adjectives(names: &[&'static str], last: &str) -> String {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    list(&names, last)
}

/// Packets of which all of this holds: protocols before, tests behind, exceptions last.
fn together(parts: &[Phrase]) -> String {
    let mut of: Vec<String> = Vec::new();
    for part in parts {
        let names = match part {
            Phrase::Of(names) => adjectives(names, "or"),
            Phrase::Worded(Wording { only: Some(of), .. }) => (*of).to_owned(),
            _ => continue,
        };
        if !of.contains(&names) {
            of.push(names);
        }
    }
    if of.is_empty() {
        // Where all tests are of one protocol, it is named once.
        let mut named = parts.iter().filter_map(|part| match part {
            Phrase::Worded(wording) if wording.is_clause() || wording.lead.starts_with("with ") => {
                Some(wording.of.as_slice())
            }
            _ => None,
        });
        if let Some([one]) = named.next()
            && named.all(|other| other == [*one])
        {
            of.push((*one).to_owned());
        }
    }
    let known = match of.as_slice() {
        [one] => Some(one.as_str()),
        _ => None,
    };
    let mut out = match of.as_slice() {
        [] => "packets".to_owned(),
        [one] => format!("{one} packets"),
        _ => format!("packets that are {}{}", if of.len() == 2 { "both " } else { "" }, list(&of, "and")),
    };
    let (mut phrases, mut clauses, mut exceptions, mut groups) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let grouped = parts.iter().any(|part| matches!(part, Phrase::Any(_) | Phrase::Odd(_)));
    for part in parts {
        match part {
            Phrase::Of(_) | Phrase::Everything => {}
            Phrase::Worded(wording) if wording.is_clause() => clauses.push(wording.words(known)),
            Phrase::Worded(wording) => phrases.push(wording.words(known)),
            // An exception behind a group would seem to be one of its last part only.
            Phrase::Not(_) if grouped => phrases.push(part.behind(1)),
            Phrase::Not(inner) => match &**inner {
                Phrase::Of(names) => exceptions.push(format!("{} packets", adjectives(names, "and"))),
                inner => exceptions.push(format!("those {}", inner.behind(1))),
            },
            part => groups.push(part.behind(0)),
        }
    }
    if of.is_empty() && phrases.is_empty() && clauses.is_empty() && groups.is_empty() {
        return format!("all packets except {}", exceptions.join(" and "));
    }
    let first = if of.len() > 1 { ", " } else { " " };
    let head = out.len();
    for words in [joined(&phrases, "and"), joined(&clauses, "and"), groups.join(", and ")] {
        if words.is_empty() {
            continue;
        }
        let group = words.starts_with("either ") || words.starts_with("of which ");
        out.push_str(match out.len() == head {
            true => first,
            false if group || phrases.len() > 1 => ", and ",
            false => " ",
        });
        out.push_str(&words);
    }
    if !exceptions.is_empty() {
        out.push_str(", except ");
        out.push_str(&exceptions.join(" and "));
    }
    out
}
