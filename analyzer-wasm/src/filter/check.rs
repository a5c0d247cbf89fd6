//! Turns a tree into a plan: names become fields, literals values, and every error is found.

use super::literal::{Target, spoken};
use super::parse::short;
use super::plan::{Aspect, FilterPlan, Instances, SetItem, Term};
use super::schema::Schema;
use super::search;
use super::terms::{Typed, compatible, is_bytes, is_integer, is_text, type_words};
use super::tree::{Among, Quantifier, Relation, Shape, TextRange, Tree};
use super::{Problem, Unknown};
use crate::field::{FieldId, Kind};
use crate::value::capital;

/// Checks one filter.
pub(crate) struct Checker<'s> {
    pub schema: &'s Schema,
    pub text: &'s str,
    /// What only we accept.
    pub liberties: Vec<Problem>,
    /// Fields whose nodes decide it.
    pub needs: Vec<FieldId>,
    /// Fields that are taken from the selected packet.
    pub refers: Vec<FieldId>,
}

pub(crate) fn fail<T>(span: &TextRange, message: impl Into<String>) -> Result<T, Problem> {
    Err(Problem::new(message, span.clone()))
}

impl<'s> Checker<'s> {
    pub(crate) fn new(schema: &'s Schema, text: &'s str) -> Checker<'s> {
        Checker { schema, text, liberties: Vec::new(), needs: Vec::new(), refers: Vec::new() }
    }

    /// The plan of a test, or of tests joined.
    pub(crate) fn plan(&mut self, tree: &Tree) -> Result<FilterPlan, Problem> {
        match &tree.shape {
            Shape::Logic(logic, parts) => {
                Ok(FilterPlan::Logic(*logic, parts.iter().map(|part| self.plan(part)).collect::<Result<_, _>>()?))
            }
            Shape::Not(inner) => Ok(FilterPlan::Not(Box::new(self.plan(inner)?))),
            Shape::Compare(quantifier, first, rest) => self.chain(tree, *quantifier, first, rest),
            Shape::Among(among) => self.among(among),
            Shape::Missing => fail(&tree.span, "Something is missing here."),
            _ => self.bare(tree),
        }
    }

    /// An operand that stands alone.
    fn bare(&mut self, tree: &Tree) -> Result<FilterPlan, Problem> {
        match &tree.shape {
            Shape::Name(_) | Shape::Layer(..) | Shape::Raw(_) => {}
            Shape::Reference(_) => {
                self.term(tree, None)?;
                return fail(&tree.span, "A value of the selected packet alone is no test: compare a field with it.");
            }
            Shape::Word(name) if self.is_field_name(name) => {}
            Shape::Word(name) if looks_like_name(name) => return self.unknown(tree, name),
            Shape::Word(_) | Shape::Number(_) | Shape::Text(..) | Shape::Char(_) => {
                let message = format!("{} alone is no test: compare a field with it.", capital(&spoken(&tree.shape)));
                return fail(&tree.span, message);
            }
            _ => {
                if self.is_constant(tree) {
                    self.find_unknown(tree)?;
                    return fail(&tree.span, "This is the same for every packet: a test needs a field.");
                }
                let typed = self.term(tree, None)?;
                return Ok(FilterPlan::Truth(typed.term));
            }
        }
        Ok(FilterPlan::Present(self.source(tree)?.0))
    }

    /// Comparisons in a row: every neighbouring pair is one.
    fn chain(
        &mut self,
        tree: &Tree,
        quantifier: Option<Quantifier>,
        first: &Tree,
        rest: &[(Relation, Tree)],
    ) -> Result<FilterPlan, Problem> {
        if let [(relation, right)] = rest {
            if self.is_constant(first) && self.is_constant(right) {
                self.find_unknown(first)?;
                return fail(&tree.span, "This is the same for every packet: a test needs a field.");
            }
            return self.pair(first, *relation, quantifier.unwrap_or(relation.quantifier()), right);
        }
        let mut left = first;
        let mut parts = Vec::new();
        for (relation, right) in rest {
            if self.is_constant(left) && self.is_constant(right) {
                self.find_unknown(left)?;
                return fail(&(left.span.start..right.span.end), "Here two fixed values are compared.");
            }
            // Quantifiers mean nothing in a chain, as in Wireshark.
            parts.push(self.pair(left, *relation, relation.quantifier(), right)?);
            left = right;
        }
        Ok(FilterPlan::Logic(super::tree::Logic::And, parts))
    }

    fn pair(
        &mut self,
        left: &Tree,
        relation: Relation,
        quantifier: Quantifier,
        right: &Tree,
    ) -> Result<FilterPlan, Problem> {
        match relation {
            Relation::Matches => self.matches(left, quantifier, right),
            Relation::Contains => self.contains(left, quantifier, right),
            _ if self.is_constant(right) => {
                let typed = self.term(left, None)?;
                self.comparable(&typed)?;
                let constant = self.constant(right, &typed.target)?;
                self.unordered(&constant, relation, right)?;
                Ok(FilterPlan::Compare { left: typed.term, relation, quantifier, right: constant })
            }
            _ if self.is_constant(left) => {
                let typed = self.term(right, None)?;
                self.find_unknown(left)?;
                self.comparable(&typed)?;
                let constant = self.constant(left, &typed.target)?;
                self.unordered(&constant, relation, left)?;
                Ok(FilterPlan::Compare { left: constant, relation, quantifier, right: typed.term })
            }
            _ => {
                let (a, b) = (self.term(left, None)?, self.term(right, None)?);
                self.comparable(&a)?;
                self.comparable(&b)?;
                let sliced = matches!(a.term, Term::Slice(..)) && is_bytes(a.kind());
                let term = if sliced && b.can_be_sliced() {
                    Term::AsBytes(Box::new(b.term))
                } else if a.target.kinds.iter().any(|a| b.target.kinds.iter().any(|b| compatible(*a, *b))) {
                    b.term
                } else {
                    return fail(&right.span, incomparable(&a, &b));
                };
                Ok(FilterPlan::Compare { left: a.term, relation, quantifier, right: term })
            }
        }
    }

    /// A label has no value.
    fn comparable(&self, typed: &Typed) -> Result<(), Problem> {
        if typed.target.kinds.iter().all(|kind| *kind == Kind::None) {
            return fail(&typed.span, format!("{} has no value: it is only there or not.", typed.target.name));
        }
        Ok(())
    }

    /// A name that stands for several numbers has no place among them.
    fn unordered(&self, constant: &Term, relation: Relation, tree: &Tree) -> Result<(), Problem> {
        let many = matches!(constant, Term::Constant(super::operand::Operand::Labelled(_)));
        if many && !matches!(relation, Relation::Equal(_) | Relation::Unequal(_)) {
            return fail(&tree.span, "This name stands for several numbers, which have no order: use == or !=.");
        }
        Ok(())
    }

    fn contains(&mut self, left: &Tree, quantifier: Quantifier, right: &Tree) -> Result<FilterPlan, Problem> {
        let relation = Relation::Contains;
        if self.is_constant(left) {
            let typed = self.term(right, None)?;
            if !is_text(typed.kind()) && !is_bytes(typed.kind()) {
                return fail(&right.span, format!("{} cannot be searched for.", typed.target.name));
            }
            let constant = self.constant(left, &typed.target)?;
            return Ok(FilterPlan::Compare { left: constant, relation, quantifier, right: typed.term });
        }
        let typed = self
            .searchable(left, "contains", |kind| is_text(kind) || is_bytes(kind) || matches!(kind, Kind::Protocol))?;
        let right = if self.is_constant(right) {
            let target = Target { part: true, ..typed.target.clone() };
            self.constant(right, &target)?
        } else {
            let other = self.term(right, None)?;
            if !compatible(typed.kind(), other.kind()) {
                return fail(&right.span, incomparable(&typed, &other));
            }
            other.term
        };
        Ok(FilterPlan::Compare { left: typed.term, relation, quantifier, right })
    }

    fn matches(&mut self, left: &Tree, quantifier: Quantifier, right: &Tree) -> Result<FilterPlan, Problem> {
        let Shape::Text(pattern, _) = &right.shape else {
            return fail(&right.span, "Behind matches stands a pattern in double quotes: matches \"^www\".");
        };
        if self.is_constant(left) {
            return fail(&left.span, "Before matches stands a field.");
        }
        let typed = self.searchable(left, "matches", |kind| {
            is_text(kind) || matches!(kind, Kind::Bytes | Kind::Ether | Kind::Eui64 | Kind::Protocol)
        })?;
        let pattern = search::compile(pattern, self.text, &right.span)?;
        Ok(FilterPlan::Matches { left: typed.term, quantifier, pattern: Box::new(pattern) })
    }

    /// What `contains` and `matches` search: text, bytes, or the names of a number's values.
    fn searchable(&mut self, tree: &Tree, operator: &str, fits: fn(Kind) -> bool) -> Result<Typed, Problem> {
        if matches!(tree.shape, Shape::Sum(..) | Shape::Sign(..) | Shape::Braces(_)) {
            return fail(&tree.span, format!("Before {operator} stands a field, no arithmetic."));
        }
        let mut typed = self.term(tree, None)?;
        if fits(typed.kind()) {
            return Ok(typed);
        }
        let named = matches!(typed.kind(), Kind::Bool(_)) || is_integer(typed.kind());
        if let Term::Instances(source) = &mut typed.term
            && named
            && typed.target.has_labels()
        {
            source.view = Aspect::Label;
            typed.target = Target::of(Kind::Text, typed.target.name);
            return Ok(typed);
        }
        fail(
            &tree.span,
            format!("{} is {}: {operator} searches text and bytes.", typed.target.name, type_words(typed.kind())),
        )
    }

    fn among(&mut self, among: &Among) -> Result<FilterPlan, Problem> {
        let is_source = match &among.value.shape {
            Shape::Word(name) if !self.is_field_name(name) => return self.unknown(&among.value, name),
            Shape::Word(_) | Shape::Name(_) | Shape::Layer(..) | Shape::Raw(_) => true,
            _ => false,
        };
        if !is_source {
            return fail(&among.value.span, "Only a field can be looked for in a set.");
        }
        let typed = self.term(&among.value, None)?;
        self.comparable(&typed)?;
        let mut items = Vec::new();
        for (first, last) in &among.items {
            let low = self.member(first, &typed)?;
            items.push(match last {
                None => SetItem::One(low),
                Some(last) => SetItem::Range(low, self.member(last, &typed)?),
            });
        }
        let Term::Instances(source) = typed.term else {
            return fail(&among.value.span, "Only a field can be looked for in a set.");
        };
        let quantifier = among.quantifier.unwrap_or(Quantifier::Any);
        Ok(FilterPlan::Among { source, negated: among.negated, quantifier, items })
    }

    fn member(&mut self, tree: &Tree, typed: &Typed) -> Result<Term, Problem> {
        if matches!(tree.shape, Shape::Slice(..)) {
            return fail(&tree.span, "A slice cannot be a member of a set.");
        }
        if self.is_constant(tree) {
            return self.constant(tree, &typed.target);
        }
        let other = self.term(tree, None)?;
        if !compatible(typed.kind(), other.kind()) {
            return fail(&tree.span, incomparable(typed, &other));
        }
        Ok(other.term)
    }

    /// The fields behind a name, with its layers, and what a literal beside it becomes.
    pub(crate) fn source(&mut self, tree: &Tree) -> Result<(Instances, Target), Problem> {
        match &tree.shape {
            Shape::Layer(inner, pieces) => {
                let (mut source, target) = self.source(inner)?;
                source.layers = Some(pieces.clone());
                Ok((source, target))
            }
            Shape::Raw(inner) => {
                let (mut source, target) = self.source(inner)?;
                source.view = Aspect::Raw;
                Ok((source, Target::of(Kind::Bytes, format!("@{}", target.name))))
            }
            Shape::Word(name) | Shape::Name(name) => {
                let known = self.schema.find(name).or_else(|| self.schema.find(&self.schema.renamed(name)?));
                let Some(known) = known else { return self.unknown(tree, name) };
                self.needs.extend(known.fields.iter().map(|member| member.id));
                let mut kinds = Vec::new();
                let mut labels = Vec::new();
                for member in &known.fields {
                    let kind = if member.as_text { Kind::Text } else { member.row.kind };
                    if !kinds.contains(&kind) {
                        kinds.push(kind);
                    }
                    labels.push(member.row.values);
                }
                if kinds.is_empty() {
                    kinds.push(known.row.kind);
                }
                let target = Target { kinds, labels, name: known.row.name.to_owned(), part: false };
                Ok((Instances { members: known.fields, layers: None, view: Aspect::Value }, target))
            }
            _ => fail(&tree.span, "A field is wanted here."),
        }
    }

    pub(crate) fn is_field_name(&self, name: &str) -> bool {
        self.schema.knows(name) || self.schema.renamed(name).is_some()
    }

    /// Says that a name is none.
    pub(crate) fn unknown<T>(&self, tree: &Tree, name: &str) -> Result<T, Problem> {
        let problem = Problem::new(format!("{} is no field or protocol.", short(name)), tree.span.clone());
        Err(Problem { unknown: Some(Unknown::Field(name.to_owned())), ..problem })
    }

    /// Where a side that should hold a field holds an unknown name, says so.
    fn find_unknown(&self, tree: &Tree) -> Result<(), Problem> {
        match &tree.shape {
            Shape::Word(name) | Shape::Name(name) if !self.is_field_name(name) && looks_like_name(name) => {
                self.unknown(tree, name)
            }
            Shape::Slice(inner, _) | Shape::Sign(_, inner) | Shape::Braces(inner) => self.find_unknown(inner),
            Shape::Sum(first, _) => self.find_unknown(first),
            _ => Ok(()),
        }
    }
}

/// Whether a word could have been meant as a field: it begins with a letter and holds nothing but a name's characters.
fn looks_like_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

pub(crate) fn incomparable(a: &Typed, b: &Typed) -> String {
    format!(
        "{} is {}, {} is {}: they cannot be compared.",
        a.target.name,
        type_words(a.kind()),
        b.target.name,
        type_words(b.kind())
    )
}
