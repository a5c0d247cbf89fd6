//! What a filter says, before its names and values are looked up.

use std::ops::Range;

/// Where something stands in the filter's text, in bytes.
pub(crate) type TextRange = Range<usize>;

/// One part of a filter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tree {
    pub span: TextRange,
    pub shape: Shape,
}

/// The forms that a part can have. Chains of one operator are flat, so that no text makes a deep tree but by nesting.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// `a and b`, `a or b`, `a xor b`.
    Logic(Logic, Vec<Tree>),
    /// `not a`.
    Not(Box<Tree>),
    /// `a == b`, also chained: `a < b <= c`.
    Compare(Option<Quantifier>, Box<Tree>, Vec<(Relation, Tree)>),
    /// `a in {…}`.
    Among(Among),
    /// `a + b - c`: operators of one precedence.
    Sum(Box<Tree>, Vec<(Operator, Tree)>),
    /// `-a` (true) or `+a`.
    Sign(bool, Box<Tree>),
    /// `{a}`: arithmetic first.
    Braces(Box<Tree>),
    /// `a[0:4]`.
    Slice(Box<Tree>, Vec<SliceRange>),
    /// `a#2`.
    Layer(Box<Tree>, Vec<SliceRange>),
    /// `@a`: the bytes that stand in the packet.
    Raw(Box<Tree>),
    /// `${a}`: the values of a field in the selected packet.
    Reference(Box<Tree>),
    /// `len(a)`, with the place of the name.
    Call(String, TextRange, Vec<Tree>),
    /// `tcp.port`, or an unquoted value.
    Word(String),
    /// `.tcp.port`: a field and never a value.
    Name(String),
    /// `80`, `0x50`, `1.5`.
    Number(String),
    /// `"text"`; true for `r"text"`.
    Text(Vec<u8>, bool),
    /// `'c'`.
    Char(u32),
    /// Nothing stands here that can be understood.
    Missing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Logic {
    And,
    Xor,
    Or,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantifier {
    Any,
    All,
}

/// How two values are compared; which of several values must satisfy it is its quantifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relation {
    /// `==`, `===`.
    Equal(Quantifier),
    /// `!==`, `!=`.
    Unequal(Quantifier),
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    Contains,
    Matches,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    BitAnd,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// Membership in a set.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Among {
    pub quantifier: Option<Quantifier>,
    pub negated: bool,
    pub value: Box<Tree>,
    /// Each a value, or both ends of a range.
    pub items: Vec<(Tree, Option<Tree>)>,
}

/// One piece of a slice or of a choice of layers; negative numbers count from the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SliceRange {
    pub start: i64,
    pub reach: Reach,
}

/// How far a piece goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// So many elements.
    Length(i64),
    /// Up to this element, which belongs to it.
    Through(i64),
    /// Up to the end.
    Rest,
}

impl Tree {
    /// Whether no field occurs in it, so that it has one value for all packets.
    pub(crate) fn is_constant(&self, is_field: &dyn Fn(&str) -> bool) -> bool {
        match &self.shape {
            Shape::Word(name) => !is_field(name),
            Shape::Number(_) | Shape::Text(..) | Shape::Char(_) | Shape::Missing => true,
            Shape::Sum(first, rest) => {
                first.is_constant(is_field) && rest.iter().all(|(_, tree)| tree.is_constant(is_field))
            }
            Shape::Sign(_, inner) | Shape::Braces(inner) => inner.is_constant(is_field),
            Shape::Call(_, _, arguments) => arguments.iter().all(|argument| argument.is_constant(is_field)),
            _ => false,
        }
    }
}

impl Operator {
    /// The higher binds the tighter.
    pub(crate) fn precedence(self) -> u8 {
        match self {
            Operator::BitAnd => 1,
            Operator::Add | Operator::Subtract => 2,
            Operator::Multiply | Operator::Divide | Operator::Remainder => 3,
        }
    }
}

impl Relation {
    /// Which pairs of values must satisfy it where the filter does not say.
    pub(crate) fn quantifier(self) -> Quantifier {
        match self {
            Relation::Equal(quantifier) | Relation::Unequal(quantifier) => quantifier,
            _ => Quantifier::Any,
        }
    }
}

impl SliceRange {
    /// The half-open range of elements in a sequence of this length, or nothing where it reaches out of it.
    pub(crate) fn within(self, length: usize) -> Option<Range<usize>> {
        let length = i64::try_from(length).ok()?;
        let from_start = |index: i64| if index < 0 { index.checked_add(length) } else { Some(index) };
        let start = from_start(self.start)?;
        let end = match self.reach {
            Reach::Length(count) => start.checked_add(count)?,
            Reach::Through(last) => from_start(last)?.checked_add(1)?,
            Reach::Rest => length,
        };
        (0 <= start && start <= end && end <= length && (start < length || length == 0))
            .then_some(start as usize..end as usize)
    }
}
