//! What is said of filters that can be read, and rarely mean what they seem to: quiet notes, no errors.

use super::check::Checker;
use super::complete::quote;
use super::operand::Operand;
use super::plan::{Item, Source, Term, View};
use super::terms::{Typed, is_integer, is_text};
use super::tree::{Logic, Operator, Place, Quantifier, Relation, Shape, Tree};
use super::{Problem, splice};
use crate::field::Kind;
use std::ops::RangeInclusive;

impl Checker<'_> {
    fn written(&self, place: &Place) -> &str {
        self.text.get(place.clone()).unwrap_or_default()
    }

    /// A place without the parentheses around what stands there.
    fn unwrapped(&self, place: &Place) -> Place {
        let mut place = place.clone();
        while let Some(inside) = self.written(&place).strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            let start = place.start + 1 + (inside.len() - inside.trim_start().len());
            place = start..start + inside.trim().len();
        }
        place
    }

    /// Whether something was noted already. Only the first note is told, and each holds texts as long as the filter.
    pub(super) fn is_noted(&self) -> bool {
        !self.traps.is_empty()
    }

    fn note(&mut self, place: &Place, message: impl Into<String>, fixes: impl IntoIterator<Item = (String, String)>) {
        let problem = Problem::new(message, place.clone());
        self.traps.push(fixes.into_iter().fold(problem, |problem, (label, text)| problem.fixed(label, text)));
    }

    /// A field of Wireshark's that nothing notes.
    pub(super) fn unread(&mut self, place: &Place, source: &Source) {
        if let Some(first) = source.members.first()
            && !self.is_noted()
            && source.members.iter().all(|member| !member.row.unread.is_empty())
        {
            let name = self.written(&self.unwrapped(place)).to_owned();
            let message = format!("{name} is a field of Wireshark that is not read here: {}.", first.row.unread);
            self.note(place, message, []);
        }
    }

    /// A flag that stands alone: it is there in every packet of its protocol.
    pub(super) fn flag_alone(&mut self, tree: &Tree, source: &Source, kinds: &[Kind]) {
        // What has no bits of its own is there only when it is true.
        let flag = source.members.iter().all(|member| member.row.mask != 0);
        if self.is_noted() || source.view != View::Value || !matches!(kinds, [Kind::Bool(_)]) || !flag {
            return;
        }
        let bare = self.unwrapped(&tree.place);
        let written = self.written(&bare).to_owned();
        let before = self.text.get(..bare.start).unwrap_or_default().trim_end();
        let denied = before.strip_suffix('!').or_else(|| before.strip_suffix("not")).map(|rest| rest.len()..bare.end);
        let place = denied.clone().unwrap_or(bare.clone());
        let (value, other) = if denied.is_some() { (0, format!("!({written} == 1)")) } else { (1, String::new()) };
        let test = format!("{written} == {value}");
        let mut fixes = vec![(format!("Use {test}"), splice(self.text, &place, &test))];
        if !other.is_empty() {
            fixes.push((format!("Use {other}"), splice(self.text, &place, &other)));
        }
        self.note(&bare, format!("This asks whether {written} occurs, be it set or not."), fixes);
    }

    /// A comparison of a field with a fixed value.
    pub(super) fn warn(&mut self, typed: &Typed, relation: Relation, left: &Tree, right: &Tree, constant: &Term) {
        let Term::Source(source) = &typed.term else { return };
        self.unread(&left.place, source);
        if self.is_noted() {
            return;
        }
        let name = typed.target.name.clone();
        if typed.kind() == Kind::Protocol {
            let message = format!("{name} is a protocol: this compares all its bytes. Compare one of its fields.");
            return self.note(&right.place, message, []);
        }
        let between = left.place.end..right.place.start;
        let operator = self.written(&between).trim();
        let start = between.start + self.written(&between).find(operator).unwrap_or(0);
        let place = start..start + operator.len();
        let test = left.place.start..right.place.end;
        let equal = format!("!({} == {})", self.written(&left.place), self.written(&right.place));
        let none = (format!("Use {equal}"), splice(self.text, &test, &equal));
        let several = source.members.len() > 1 && source.layers.is_none();
        match relation {
            Relation::Unequal(Quantifier::Any) if several && operator == "!==" => {
                let fixed = splice(self.text, &place, "!=");
                let message = format!(
                    "This is true as soon as one of several values of {name} differs, and so nearly always; \
                     != asks that none is equal."
                );
                return self.note(&place, message, [("Use !=".to_owned(), fixed), none]);
            }
            Relation::Unequal(Quantifier::All) if several && operator == "!=" => {
                let message = format!(
                    "This asks that no value of {name} is equal; before Wireshark 3.6 one that differs was enough. \
                     !(… == …) means the same in all versions, and displays packets without {name} too."
                );
                return self.note(&place, message, [none]);
            }
            _ => {}
        }
        self.letters(typed, relation, left, right);
        if let Term::Constant(Operand::Integer(value)) = constant
            && source.view == View::Value
        {
            self.bounds(typed, source, relation, *value, &test);
        }
    }

    /// Text in letters that the field does not have.
    pub(super) fn letters(&mut self, typed: &Typed, relation: Relation, left: &Tree, right: &Tree) {
        let Shape::Text(text, _) = &right.shape else { return };
        let (Ok(text), Term::Source(source)) = (std::str::from_utf8(text), &typed.term) else { return };
        if self.is_noted() || relation == Relation::Matches || source.view != View::Value {
            return;
        }
        let (name, idioms) = (typed.target.name.clone(), *self.schema.idioms());
        let capitals = text.trim().to_ascii_uppercase();
        let shouted = idioms.capitals.iter().find(|(field, _)| *field == name);
        if shouted.is_some_and(|(_, words)| words.contains(&capitals.as_str())) && text.trim() != capitals {
            let upper = splice(self.text, &right.place, &quote(&text.to_ascii_uppercase()));
            let mut fixes = vec![(format!("Use {}", quote(&text.to_ascii_uppercase())), upper)];
            if relation == Relation::Contains {
                let place = left.place.end..right.place.end;
                let pattern = quote(&regex::escape(text));
                let either = splice(self.text, &place, &format!(" matches {pattern}"));
                fixes.push(("Use matches, in any case".to_owned(), either));
            }
            let message = format!("Here the case of letters counts, and {name} has this word in capitals.");
            self.note(&right.place, message, fixes);
        } else if idioms.small.contains(&name.as_str()) && is_text(typed.kind()) && text != text.to_ascii_lowercase() {
            let place = left.place.start..right.place.end;
            let between = self.written(&(left.place.end..right.place.start)).trim().to_owned();
            let field = self.written(&left.place);
            let test = format!("lower({field}) {between} {}", quote(&text.to_ascii_lowercase()));
            let fix = (format!("Use {test}"), splice(self.text, &place, &test));
            let message = format!("Here the case of letters counts, and {name} has mostly small letters.");
            self.note(&right.place, message, [fix]);
        }
    }

    /// A comparison with the end of what the field can be, or beyond.
    fn bounds(&mut self, typed: &Typed, source: &Source, relation: Relation, value: i128, test: &Place) {
        let mut most: Option<i128> = None;
        for member in &source.members {
            let Kind::Uint(bits, _) = member.row.kind else { return };
            let bits = if member.row.mask == 0 { u32::from(bits) } else { member.row.mask.count_ones() };
            most = most.max(Some((1i128 << bits.min(64)) - 1));
        }
        let Some(most) = most else { return };
        let (never, always) = match relation {
            Relation::Less => (value <= 0, value > most),
            Relation::LessEqual => (value < 0, value >= most),
            Relation::Greater => (value >= most, value < 0),
            Relation::GreaterEqual => (value > most, value <= 0),
            Relation::Equal(_) => (value < 0 || value > most, false),
            _ => (false, value < 0 || value > most),
        };
        let name = &typed.target.name;
        if never {
            let message = format!("This never holds: {name} is 0 to {most}.");
            self.note(test, message, []);
        } else if always && self.written(test) == self.text.trim() {
            // Beside other tests it closes a range, which is a way to write one.
            let field = self.written(&typed.place).to_owned();
            let fixed = splice(self.text, test, &field);
            let message = format!("This always holds where {name} occurs: it is 0 to {most}.");
            self.note(test, message, [(format!("Use {field}"), fixed)]);
        }
    }

    /// `a == 1 & b == 2`: a single `&` is arithmetic, and binds tighter than `==`.
    pub(super) fn single_and(&mut self, rest: &[(Relation, Tree)]) {
        let Some((_, middle)) = rest.iter().rev().nth(1) else { return };
        let Shape::Sum(first, parts) = &middle.shape else { return };
        let [(Operator::BitAnd, last)] = parts.as_slice() else { return };
        if self.is_noted() || !self.is_constant(first) || self.is_constant(last) {
            return;
        }
        let between = first.place.end..last.place.start;
        let Some(at) = self.written(&between).find('&') else { return };
        let place = between.start + at..between.start + at + 1;
        let fixed = splice(self.text, &place, "&&");
        let message = "A single & computes with bits, before anything is compared; && joins tests.";
        self.note(&place, message, [("Use &&".to_owned(), fixed)]);
    }

    /// A range whose ends are the wrong way round.
    pub(super) fn empty_range(&mut self, item: &Item, low: &Tree, high: &Tree) {
        let Item::Range(Term::Constant(least), Term::Constant(most)) = item else { return };
        let wrong = match least.order(most) {
            Some(super::operand::Order::Known(order)) => order.is_gt(),
            _ => false,
        };
        if wrong && !self.is_noted() {
            let place = low.place.start..high.place.end;
            let turned = format!("{}..{}", self.written(&high.place), self.written(&low.place));
            let fixed = splice(self.text, &place, &turned);
            self.note(
                &place,
                "This range is empty: its first value is greater than its last.",
                [(format!("Use {turned}"), fixed)],
            );
        }
    }

    /// Tests joined by `and` of which no packet can fulfil all.
    pub(super) fn contradiction(&mut self, logic: Logic, parts: &[Tree]) {
        if self.is_noted() || logic != Logic::And || parts.len() > MOST_JOINED {
            return;
        }
        let tests: Vec<Bound> = parts.iter().filter_map(|part| self.bound(part)).collect();
        for (index, later) in tests.iter().enumerate() {
            let Some(earlier) = tests.iter().take(index).find(|earlier| earlier.excludes(later)) else { continue };
            let name = later.name.clone();
            let mut fixes = Vec::new();
            if let (Some(one), Some(other)) = (&earlier.equal, &later.equal)
                && parts.len() == 2
            {
                let (a, b) = (self.written(&earlier.place), self.written(&later.place));
                let (either, set) = (format!("{a} or {b}"), format!("{name} in {{{one}, {other}}}"));
                let place = earlier.place.start..later.place.end;
                fixes = [either, set].map(|test| (format!("Use {test}"), splice(self.text, &place, &test))).to_vec();
            }
            let place = later.place.clone();
            let message = format!(
                "No packet has both values of {name}, unless it has the field several times; or asks for either."
            );
            return self.note(&place, message, fixes);
        }
    }

    /// What a test says of a field that packets have once.
    fn bound(&self, tree: &Tree) -> Option<Bound> {
        let Shape::Compare(None, left, rest) = &tree.shape else { return None };
        let (Shape::Word(name), [(relation, right)]) = (&left.shape, rest.as_slice()) else { return None };
        let known = self.schema.find(name)?;
        if known.fields.len() > 1 {
            return None;
        }
        let written = self.written(&right.place).to_owned();
        let equal = matches!(relation, Relation::Equal(_));
        if let (true, Shape::Number(number)) = (is_integer(known.row.kind), &right.shape) {
            let value = i128::try_from(super::literal::whole(number)?).ok()?;
            let range = match relation {
                Relation::Equal(_) if self.is_once(name) => value..=value,
                Relation::Greater => value + 1..=i128::MAX,
                Relation::GreaterEqual => value..=i128::MAX,
                Relation::Less => i128::MIN..=value - 1,
                Relation::LessEqual => i128::MIN..=value,
                _ => return None,
            };
            let equal = equal.then_some(written);
            return Some(Bound { name: name.clone(), place: tree.place.clone(), range: Some(range), equal });
        }
        // Networks overlap; whole addresses do not.
        let whole = matches!(known.row.kind, Kind::Ipv4 | Kind::Ipv6 | Kind::Ether) && !written.contains('/');
        let constant = self.is_constant(right);
        (equal && whole && constant && self.is_once(name)).then(|| Bound {
            name: name.clone(),
            place: tree.place.clone(),
            range: None,
            equal: Some(written),
        })
    }

    /// Whether packets seldom have a field twice: one end of their way, or what is known of every packet.
    fn is_once(&self, name: &str) -> bool {
        let idioms = self.schema.idioms();
        let ends = [&idioms.ipv4, &idioms.ipv6, &idioms.ether]
            .into_iter()
            .any(|fields| fields.iter().skip(1).any(|end| *end == name));
        let ports =
            idioms.port.iter().any(|port| ["srcport", "dstport"].iter().any(|side| port.replace("port", side) == name));
        let whole = name.strip_prefix(idioms.whole).is_some_and(|rest| rest.starts_with('.'));
        ends || ports || whole
    }
}

/// Longer rows of tests are not held against each other.
const MOST_JOINED: usize = 50;

/// A test of a field: the numbers that fulfil it, or its one value.
struct Bound {
    name: String,
    place: Place,
    range: Option<RangeInclusive<i128>>,
    /// The value as it was written, if it must be equal.
    equal: Option<String>,
}

impl Bound {
    fn excludes(&self, other: &Bound) -> bool {
        self.name == other.name
            && match (&self.range, &other.range, &self.equal, &other.equal) {
                (Some(a), Some(b), ..) => a.start() > b.end() || b.start() > a.end(),
                (None, None, Some(a), Some(b)) => !a.eq_ignore_ascii_case(b),
                _ => false,
            }
    }
}
