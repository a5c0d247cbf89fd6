//! Notes on filters that can be read, and rarely mean what they seem to: quiet, and no errors.

mod contradiction;

use super::complete::quote;
use super::{Advice, Guide};
use crate::field::Kind;
use crate::filter::check::Checker;
use crate::filter::operand::{Operand, ValueOrder};
use crate::filter::plan::{Aspect, Instances, Term};
use crate::filter::terms::{Typed, is_bytes, is_text};
use crate::filter::tree::{Among, Operator, Quantifier, Relation, Shape, TextRange, Tree};
use crate::filter::{Filter, splice};

/// What is worth knowing of a filter that can be read, the first of it.
pub(super) fn trap(guide: Guide<'_>, typed: &str, filter: &Filter) -> Option<Advice> {
    let (expanded, tree) = filter.tree();
    let traps = Traps { guide, text: &expanded.text };
    traps.test(tree?).map(|advice| advice.typed(expanded, typed))
}

/// Looks for traps in one filter.
struct Traps<'t> {
    guide: Guide<'t>,
    /// Without macros.
    text: &'t str,
}

impl<'t> Traps<'t> {
    fn checker(&self) -> Checker<'t> {
        Checker::new(self.guide.language.schema, self.text)
    }

    fn written(&self, span: &TextRange) -> &'t str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    fn is_constant(&self, tree: &Tree) -> bool {
        self.checker().is_constant(tree)
    }

    /// A test, or tests joined.
    fn test(&self, tree: &Tree) -> Option<Advice> {
        match &tree.shape {
            Shape::Logic(logic, parts) => {
                parts.iter().find_map(|part| self.test(part)).or_else(|| self.contradiction(*logic, parts))
            }
            Shape::Not(inner) => self.test(inner),
            Shape::Compare(quantifier, first, rest) => self.chain(*quantifier, first, rest),
            Shape::Among(among) => self.among(among),
            _ => self.renamed(tree).or_else(|| self.flag_alone(tree)),
        }
    }

    fn chain(&self, quantifier: Option<Quantifier>, first: &Tree, rest: &[(Relation, Tree)]) -> Option<Advice> {
        if let [(relation, right)] = rest {
            return self.pair(first, *relation, quantifier, right);
        }
        let mut left = first;
        let mut pairs =
            rest.iter().map(|(relation, right)| self.pair(std::mem::replace(&mut left, right), *relation, None, right));
        self.single_and(rest).or_else(|| pairs.find_map(|advice| advice))
    }

    fn pair(&self, left: &Tree, relation: Relation, quantifier: Option<Quantifier>, right: &Tree) -> Option<Advice> {
        let of_left = self.renamed(left);
        if of_left.is_some() || self.is_constant(left) || relation == Relation::Matches {
            return of_left.or_else(|| self.renamed(right));
        }
        let typed = self.checker().term(left, None).ok()?;
        if relation == Relation::Contains {
            let searched = is_text(typed.kind()) || is_bytes(typed.kind()) || typed.kind() == Kind::Protocol;
            let of_letters = if searched { self.letters(&typed, relation, left, right) } else { None };
            return of_letters.or_else(|| self.renamed(right));
        }
        if !self.is_constant(right) {
            return self.renamed(right);
        }
        // Who writes any or all has thought of it.
        let usual = quantifier.is_none_or(|quantifier| quantifier == relation.quantifier());
        let of_byte = self.decimal_byte(&typed, right);
        of_byte.or_else(|| if usual { self.compared(&typed, relation, left, right) } else { None })
    }

    fn among(&self, among: &Among) -> Option<Advice> {
        let mut items = among.items.iter();
        self.renamed(&among.value).or_else(|| {
            items.find_map(|(low, high)| {
                let high = high.as_ref();
                self.renamed(low).or_else(|| self.renamed(high?)).or_else(|| self.empty_range(&among.value, low, high?))
            })
        })
    }

    /// A name that begins with a protocol's former name, or a field that nothing notes.
    fn renamed(&self, tree: &Tree) -> Option<Advice> {
        match &tree.shape {
            Shape::Word(name) | Shape::Name(name) if !self.guide.language.schema.knows(name) => {
                let now = self.guide.language.schema.renamed(name)?;
                let fixed = splice(self.text, &tree.span, &now);
                let message = format!("{name} is now called {now}.");
                Some(Advice::new(message, tree.span.clone()).fixed(format!("Use {now}"), fixed))
            }
            Shape::Word(name) | Shape::Name(name) => self.unread(tree, name),
            Shape::Layer(inner, _) | Shape::Slice(inner, _) | Shape::Sign(_, inner) => self.renamed(inner),
            Shape::Raw(inner) | Shape::Reference(inner) | Shape::Braces(inner) => self.renamed(inner),
            Shape::Sum(first, rest) => {
                self.renamed(first).or_else(|| rest.iter().find_map(|(_, operand)| self.renamed(operand)))
            }
            Shape::Call(_, _, arguments) => arguments.iter().find_map(|argument| self.renamed(argument)),
            _ => None,
        }
    }

    /// A field of Wireshark's that nothing notes.
    fn unread(&self, tree: &Tree, name: &str) -> Option<Advice> {
        let (source, _) = self.checker().source(tree).ok()?;
        let why = source.members.first()?.row.unread;
        let unread = source.members.iter().all(|member| !member.row.unread.is_empty());
        let message = format!("{name} is a field of Wireshark that is not read here: {why}.");
        unread.then(|| Advice::new(message, tree.span.clone()))
    }

    /// A span without the parentheses around what stands there.
    fn unwrapped(&self, span: &TextRange) -> TextRange {
        let mut span = span.clone();
        while let Some(inside) = self.written(&span).strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            let start = span.start + 1 + (inside.len() - inside.trim_start().len());
            span = start..start + inside.trim().len();
        }
        span
    }

    /// A flag that stands alone: it is there in every packet of its protocol.
    fn flag_alone(&self, tree: &Tree) -> Option<Advice> {
        let (source, target) = self.checker().source(tree).ok()?;
        // What has no bits of its own is there only when it is true.
        let flag = source.members.iter().all(|member| member.row.mask != 0);
        if source.view != Aspect::Value || !matches!(target.kinds.as_slice(), [Kind::Bool(_)]) || !flag {
            return None;
        }
        let bare = self.unwrapped(&tree.span);
        let written = self.written(&bare).to_owned();
        let before = self.text.get(..bare.start).unwrap_or_default().trim_end();
        let denied = before.strip_suffix('!').or_else(|| before.strip_suffix("not")).map(|rest| rest.len()..bare.end);
        let span = denied.clone().unwrap_or(bare.clone());
        let (value, other) = if denied.is_some() { (0, format!("!({written} == 1)")) } else { (1, String::new()) };
        let test = format!("{written} == {value}");
        let mut fixes = vec![(format!("Use {test}"), splice(self.text, &span, &test))];
        if !other.is_empty() {
            fixes.push((format!("Use {other}"), splice(self.text, &span, &other)));
        }
        note(&bare, format!("This asks whether {written} occurs, be it set or not."), fixes)
    }

    /// A comparison of a field with a fixed value.
    fn compared(&self, typed: &Typed, relation: Relation, left: &Tree, right: &Tree) -> Option<Advice> {
        let Term::Instances(source) = &typed.term else { return None };
        let name = typed.target.name.clone();
        if typed.kind() == Kind::Protocol {
            let message = format!("{name} is a protocol: this compares all its bytes. Compare one of its fields.");
            return note(&right.span, message, []);
        }
        let between = left.span.end..right.span.start;
        let operator = self.written(&between).trim();
        let start = between.start + self.written(&between).find(operator).unwrap_or(0);
        let span = start..start + operator.len();
        let test = left.span.start..right.span.end;
        let equal = format!("!({} == {})", self.written(&left.span), self.written(&right.span));
        let none = || (format!("Use {equal}"), splice(self.text, &test, &equal));
        let several = source.members.len() > 1 && source.layers.is_none();
        match relation {
            Relation::Unequal(Quantifier::Any) if several && operator == "!==" => {
                let fixed = splice(self.text, &span, "!=");
                let message = format!(
                    "This is true as soon as one of several values of {name} differs, and so nearly always; \
                     != asks that none is equal."
                );
                return note(&span, message, [("Use !=".to_owned(), fixed), none()]);
            }
            Relation::Unequal(Quantifier::All) if several && operator == "!=" => {
                let message = format!(
                    "This asks that no value of {name} is equal; before Wireshark 3.6 one that differs was enough. \
                     !(… == …) means the same in all versions, and displays packets without {name} too."
                );
                return note(&span, message, [none()]);
            }
            _ => {}
        }
        self.letters(typed, relation, left, right).or_else(|| {
            let constant = self.checker().constant(right, &typed.target);
            match constant {
                Ok(Term::Constant(Operand::Integer(value))) if source.view == Aspect::Value => {
                    self.bounds(typed, source, relation, value, &test)
                }
                _ => None,
            }
        })
    }

    /// Text in letters that the field does not have.
    fn letters(&self, typed: &Typed, relation: Relation, left: &Tree, right: &Tree) -> Option<Advice> {
        let Shape::Text(text, _) = &right.shape else { return None };
        let (Ok(text), Term::Instances(source)) = (std::str::from_utf8(text), &typed.term) else { return None };
        if source.view != Aspect::Value {
            return None;
        }
        let (name, idioms) = (&typed.target.name, self.guide.idioms);
        let capitals = text.trim().to_ascii_uppercase();
        let shouted = idioms.capitals.iter().find(|(field, _)| field == name);
        if shouted.is_some_and(|(_, words)| words.contains(&capitals.as_str())) && text.trim() != capitals {
            let upper = splice(self.text, &right.span, &quote(&text.to_ascii_uppercase()));
            let mut fixes = vec![(format!("Use {}", quote(&text.to_ascii_uppercase())), upper)];
            if relation == Relation::Contains {
                let span = left.span.end..right.span.end;
                let pattern = quote(&regex_syntax::escape(text));
                let either = splice(self.text, &span, &format!(" matches {pattern}"));
                fixes.push(("Use matches, in any case".to_owned(), either));
            }
            let message = format!("Here the case of letters counts, and {name} has this word in capitals.");
            note(&right.span, message, fixes)
        } else if idioms.small.contains(&name.as_str()) && is_text(typed.kind()) && text != text.to_ascii_lowercase() {
            let span = left.span.start..right.span.end;
            let between = self.written(&(left.span.end..right.span.start)).trim().to_owned();
            let field = self.written(&left.span);
            let test = format!("lower({field}) {between} {}", quote(&text.to_ascii_lowercase()));
            let fix = (format!("Use {test}"), splice(self.text, &span, &test));
            let message = format!("Here the case of letters counts, and {name} has mostly small letters.");
            note(&right.span, message, [fix])
        } else {
            None
        }
    }

    /// A comparison with the end of what the field can be, or beyond.
    fn bounds(
        &self,
        typed: &Typed,
        source: &Instances,
        relation: Relation,
        value: i128,
        test: &TextRange,
    ) -> Option<Advice> {
        let mut most: Option<i128> = None;
        for member in &source.members {
            let Kind::Uint(bits, _) = member.row.kind else { return None };
            let bits = if member.row.mask == 0 { u32::from(bits) } else { member.row.mask.count_ones() };
            most = most.max(Some((1i128 << bits.min(64)) - 1));
        }
        let most = most?;
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
            note(test, message, [])
        } else if always && self.written(test) == self.text.trim() {
            // Beside other tests it closes a range, which is a way to write one.
            let field = self.written(&typed.span).to_owned();
            let fixed = splice(self.text, test, &field);
            let message = format!("This always holds where {name} occurs: it is 0 to {most}.");
            note(test, message, [(format!("Use {field}"), fixed)])
        } else {
            None
        }
    }

    /// `a == 1 & b == 2`: a single `&` is arithmetic, and binds tighter than `==`.
    fn single_and(&self, rest: &[(Relation, Tree)]) -> Option<Advice> {
        let (_, middle) = rest.iter().rev().nth(1)?;
        let Shape::Sum(first, parts) = &middle.shape else { return None };
        let [(Operator::BitAnd, last)] = parts.as_slice() else { return None };
        if !self.is_constant(first) || self.is_constant(last) {
            return None;
        }
        let between = first.span.end..last.span.start;
        let at = self.written(&between).find('&')?;
        let span = between.start + at..between.start + at + 1;
        let fixed = splice(self.text, &span, "&&");
        let message = "A single & computes with bits, before anything is compared; && joins tests.";
        note(&span, message, [("Use &&".to_owned(), fixed)])
    }

    /// A range whose ends are the wrong way round.
    fn empty_range(&self, value: &Tree, low: &Tree, high: &Tree) -> Option<Advice> {
        if !self.is_constant(low) || !self.is_constant(high) {
            return None;
        }
        let target = self.checker().term(value, None).ok()?.target;
        let end = |tree: &Tree| self.checker().constant(tree, &target).ok();
        let (Term::Constant(least), Term::Constant(most)) = (end(low)?, end(high)?) else { return None };
        if !matches!(least.order(&most), Some(ValueOrder::Known(order)) if order.is_gt()) {
            return None;
        }
        let span = low.span.start..high.span.end;
        let turned = format!("{}..{}", self.written(&high.span), self.written(&low.span));
        let fixed = splice(self.text, &span, &turned);
        let message = "This range is empty: its first value is greater than its last.";
        note(&span, message, [(format!("Use {turned}"), fixed)])
    }

    /// A byte that is written as a plain number: until Wireshark 4.2 its digits were hexadecimal.
    fn decimal_byte(&self, typed: &Typed, right: &Tree) -> Option<Advice> {
        let Shape::Number(written) = &right.shape else { return None };
        if !is_bytes(typed.kind())
            || written.len() != 2
            || written.starts_with('0')
            || !written.bytes().all(|byte| byte.is_ascii_digit())
        {
            return None;
        }
        let message = format!("{written} is read as a decimal number here; before Wireshark 4.4 it meant 0x{written}.");
        // First what it means now, then what it meant.
        let bytes = [format!("0x{:02x}", written.parse::<u8>().unwrap_or_default()), format!("0x{written}")];
        let fixes = bytes.map(|byte| (format!("Use {byte}"), splice(self.text, &right.span, &byte)));
        note(&right.span, message, fixes)
    }
}

fn note(
    span: &TextRange,
    message: impl Into<String>,
    fixes: impl IntoIterator<Item = (String, String)>,
) -> Option<Advice> {
    let advice = Advice::new(message, span.clone());
    Some(fixes.into_iter().fold(advice, |advice, (label, text)| advice.fixed(label, text)))
}
