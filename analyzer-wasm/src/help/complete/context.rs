//! Where the cursor stands in a filter: which word it is at, and what can be written there.

use crate::field::{Base, Kind, Values};
use crate::filter::lex::{TokenKind, tokens};
use crate::filter::schema::Schema;
use crate::filter::terms::is_text;
use crate::filter::tree::{Operator, Quantifier, Relation, TextRange};

/// The place of the cursor.
#[derive(Debug)]
pub(super) struct Standing {
    /// The word that a choice replaces.
    pub word: TextRange,
    /// What of it stands before the cursor.
    pub typed: String,
    /// What can be written here.
    pub wish: Wish,
    /// Whether a group or a call waits for its `)`.
    pub open: bool,
}

/// What can be written somewhere.
#[derive(Debug, Clone)]
pub(super) enum Wish {
    /// A test.
    Test,
    /// What is compared or computed with.
    Operand,
    /// What goes on after something that can be compared.
    Operator(Option<Left>),
    /// What is compared with; without a relation, a member of a set.
    Value(Option<Left>, Option<Relation>),
    /// What follows a member of a set.
    Member,
    /// The set itself.
    Set(Option<Left>),
    /// What follows a test.
    Joint,
    /// A field of the selected packet, or a macro.
    Reference,
    /// Numbers in brackets, of which nothing is known.
    Nothing,
}

/// The left side of a test.
#[derive(Debug, Clone)]
pub(super) struct Left {
    /// The field, if its values stand there as they are.
    pub name: Option<&'static str>,
    pub kind: Kind,
    pub labels: Vec<Values>,
}

/// What was opened and not yet closed.
enum Bracket {
    Group,
    Call(Option<Left>),
    Set(Option<Left>),
    Braces,
    Reference,
}

/// Characters that operators are made of.
const SYMBOLS: &str = "=!<>&|~^";

/// Finds out where the cursor stands; `at` lies on the border of a character.
pub(super) fn standing(schema: &Schema, text: &str, at: usize) -> Standing {
    let before = text.get(..at).unwrap_or_default();
    if let Some(word) = in_quotes(text, at) {
        let walk = CursorWalk::over(schema, text.get(..word.start).unwrap_or_default());
        return walk.standing(text, word, at);
    }
    let start = before.len() - word_before(before);
    let end = at + word_after(text.get(at..).unwrap_or_default());
    let walk = CursorWalk::over(schema, text.get(..start).unwrap_or_default());
    let symbols = before.len() - before.trim_end_matches(|c| SYMBOLS.contains(c)).len();
    if start == at && symbols > 0 {
        let walk = CursorWalk::over(schema, before.get(..at - symbols).unwrap_or_default());
        // Behind a whole operator that nothing follows yet, its value is what is missing.
        let rest = text.get(at..).unwrap_or_default();
        let whole = ["==", "!=", ">=", "<="].contains(&before.get(at - symbols..).unwrap_or_default());
        if whole && rest.trim().is_empty() && matches!(walk.wish, Wish::Operator(Some(_))) {
            let walk = CursorWalk::over(schema, before);
            return walk.standing(text, at..at, at);
        }
        if matches!(walk.wish, Wish::Operator(_) | Wish::Joint) {
            let rest = text.get(at..).unwrap_or_default();
            let more = rest.len() - rest.trim_start_matches(|c| SYMBOLS.contains(c)).len();
            return walk.standing(text, at - symbols..at + more, at);
        }
    }
    // Words that are no name are looked for in titles, all of them together.
    if let (Wish::Operator(None), Some(loose), true) = (&walk.wish, walk.loose, end > start) {
        let open = !walk.frames.is_empty();
        let typed = text.get(loose..at).unwrap_or_default().to_owned();
        return Standing { word: loose..end, typed, wish: Wish::Test, open };
    }
    walk.standing(text, start..end, at)
}

/// The quoted text in which the cursor stands, or behind which.
fn in_quotes(text: &str, at: usize) -> Option<TextRange> {
    let cut = tokens(text.get(..at)?);
    let last = cut.iter().rfind(|token| token.kind != TokenKind::End)?;
    let written = text.get(last.span.start..at)?;
    let quoted = written.trim_start_matches(['r', 'R']).starts_with('"');
    match last.kind {
        TokenKind::Text(..) if last.span.end == at => Some(last.span.clone()),
        TokenKind::Broken(_) if quoted => {
            // Where the closing quote is missing, another text's opening quote must not be taken for it.
            let rest = text.get(at..)?;
            let length = rest.find(|c: char| c == '"' || c.is_whitespace()).unwrap_or(rest.len());
            let closed = rest.get(length..).is_some_and(|rest| rest.starts_with('"'));
            Some(last.span.start..at + length + usize::from(closed))
        }
        _ => None,
    }
}

fn belongs(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/')
}

/// Bytes of the word that ends here; two dots belong to no word.
fn word_before(before: &str) -> usize {
    let mut length = 0;
    for c in before.chars().rev().take_while(|c| belongs(*c)) {
        length += c.len_utf8();
        if c == '.' && before.get(..before.len() - length).is_some_and(|rest| rest.ends_with('.')) {
            return length - 1;
        }
    }
    length
}

/// Bytes of the word that goes on here.
fn word_after(after: &str) -> usize {
    let length = after.find(|c| !belongs(c)).unwrap_or(after.len());
    after.get(..length).and_then(|word| word.find("..")).unwrap_or(length)
}

/// A walk over the text before the word.
struct CursorWalk<'s> {
    schema: &'s Schema,
    frames: Vec<Bracket>,
    wish: Wish,
    /// The left side of the test that is being read.
    left: Option<Left>,
    /// Where words began that are no name.
    loose: Option<usize>,
    /// What could be written where a reference began.
    before_reference: Option<Wish>,
}

impl CursorWalk<'_> {
    fn over<'s>(schema: &'s Schema, text: &str) -> CursorWalk<'s> {
        let mut walk = CursorWalk {
            schema,
            frames: Vec::new(),
            wish: Wish::Test,
            left: None,
            loose: None,
            before_reference: None,
        };
        let mut previous = "";
        for token in tokens(text).iter().filter(|token| token.kind != TokenKind::End) {
            let written = text.get(token.span.clone()).unwrap_or_default();
            let word = matches!(token.kind, TokenKind::Word | TokenKind::Dotted);
            walk.step(&token.kind, written, previous);
            walk.loose = match (&walk.wish, walk.loose) {
                (Wish::Operator(None), known @ Some(_)) if word => known,
                (Wish::Operator(None), _) if word && !schema.knows(written) => Some(token.span.start),
                _ => None,
            };
            previous = if word { written } else { "" };
        }
        walk
    }

    fn standing(self, text: &str, word: TextRange, at: usize) -> Standing {
        let typed = text.get(word.start..at.min(word.end)).unwrap_or_default().to_owned();
        let open = self.frames.iter().any(|frame| matches!(frame, Bracket::Group | Bracket::Call(_)));
        Standing { word, typed, wish: self.wish, open }
    }

    fn step(&mut self, token: &TokenKind, written: &str, previous: &str) {
        self.wish = match token {
            TokenKind::And | TokenKind::Or | TokenKind::Xor => Wish::Test,
            // `not in` goes on with the left side.
            TokenKind::Not if matches!(self.wish, Wish::Operator(_)) => return,
            TokenKind::Not => Wish::Test,
            TokenKind::Quantifier(_) | TokenKind::At => Wish::Operand,
            TokenKind::In => Wish::Set(self.left.clone()),
            TokenKind::Open if !previous.is_empty() => {
                self.frames.push(Bracket::Call(self.result(previous)));
                Wish::Operand
            }
            TokenKind::Open => {
                self.frames.push(Bracket::Group);
                Wish::Test
            }
            TokenKind::OpenBrace => match &self.wish {
                Wish::Set(left) => {
                    let left = left.clone();
                    self.frames.push(Bracket::Set(left.clone()));
                    Wish::Value(left, None)
                }
                Wish::Reference => {
                    self.frames.push(Bracket::Reference);
                    Wish::Reference
                }
                _ => {
                    self.frames.push(Bracket::Braces);
                    Wish::Operand
                }
            },
            TokenKind::Close | TokenKind::CloseBrace => match self.frames.pop() {
                Some(Bracket::Call(left)) => self.compared(left),
                Some(Bracket::Braces) => self.compared(self.left.clone()),
                Some(Bracket::Reference) => self.referred(),
                _ => Wish::Joint,
            },
            TokenKind::Comma | TokenKind::DotDot => match self.frames.last() {
                Some(Bracket::Set(left)) => Wish::Value(left.clone(), None),
                _ => Wish::Operand,
            },
            TokenKind::Relation(relation) => Wish::Value(self.left.clone(), Some(*relation)),
            TokenKind::Assign | TokenKind::Retired => {
                Wish::Value(self.left.clone(), Some(Relation::Equal(Quantifier::Any)))
            }
            TokenKind::Operator(operator) => self.computed(*operator),
            TokenKind::Dollar => {
                self.before_reference = Some(self.wish.clone());
                Wish::Reference
            }
            TokenKind::Brackets(Ok(_)) => match &self.left {
                Some(left) if matches!(self.wish, Wish::Operator(_)) => {
                    let kind = if is_text(left.kind) { Kind::Text } else { Kind::Bytes };
                    self.compared(Some(Left { name: None, kind, labels: Vec::new() }))
                }
                _ => return,
            },
            TokenKind::Layer(Ok(_)) => return,
            TokenKind::Brackets(Err(_)) | TokenKind::Layer(Err(_)) => Wish::Nothing,
            TokenKind::Broken(_)
            | TokenKind::Word
            | TokenKind::Literal
            | TokenKind::Dotted
            | TokenKind::Number
            | TokenKind::Text(..)
            | TokenKind::Char(_) => self.operand(written),
            TokenKind::End => return,
        };
    }

    /// A name or a value.
    fn operand(&mut self, written: &str) -> Wish {
        match &self.wish {
            Wish::Test | Wish::Operand => {
                let left = self.left_of(written);
                // In a sum the field that stands first is what is compared.
                if left.is_none() && matches!(self.wish, Wish::Operand) && self.left.is_some() {
                    return Wish::Operator(self.left.clone());
                }
                self.compared(left)
            }
            Wish::Value(_, None) => Wish::Member,
            Wish::Operator(None) => Wish::Operator(None),
            Wish::Reference if matches!(self.frames.last(), Some(Bracket::Reference)) => Wish::Reference,
            Wish::Reference => self.referred(),
            _ => Wish::Joint,
        }
    }

    /// What follows a reference, which stands for a value.
    fn referred(&mut self) -> Wish {
        match self.before_reference.take() {
            Some(Wish::Value(_, None)) => Wish::Member,
            Some(Wish::Value(..)) => Wish::Joint,
            _ => Wish::Operator(None),
        }
    }

    fn compared(&mut self, left: Option<Left>) -> Wish {
        self.left.clone_from(&left);
        Wish::Operator(left)
    }

    /// What arithmetic makes of the left side.
    fn computed(&mut self, operator: Operator) -> Wish {
        if let Some(left) = &mut self.left {
            left.name = None;
            left.labels = Vec::new();
        }
        match &self.wish {
            // A sign.
            Wish::Value(..) if operator == Operator::Subtract => self.wish.clone(),
            _ => Wish::Operand,
        }
    }

    fn left_of(&self, written: &str) -> Option<Left> {
        let known = self.schema.find(written.trim_start_matches('.'))?;
        let labels = known.fields.iter().map(|member| member.row.values).collect();
        Some(Left { name: Some(known.row.name), kind: known.row.kind, labels })
    }

    /// What a function yields.
    fn result(&self, function: &str) -> Option<Left> {
        let kind = match function {
            "len" | "count" => Kind::Uint(32, Base::Dec),
            "string" | "lower" | "upper" | "vals" | "dec" | "hex" => Kind::Text,
            "float" | "double" => Kind::Double,
            "max" | "min" | "abs" => Kind::Uint(64, Base::Dec),
            _ if function.starts_with("ip_") => Kind::Bool(8),
            _ => return None,
        };
        Some(Left { name: None, kind, labels: Vec::new() })
    }
}
