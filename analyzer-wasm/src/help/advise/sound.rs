//! Refuses changed texts that can be read and say nothing that anybody meant.

use crate::field::Kind;
use crate::filter::lex::{TokenKind, tokens};
use crate::filter::schema::Schema;
use crate::filter::terms::is_text;
use crate::filter::tree::{Relation, Shape, Tree};

/// What the text that was typed says of the changes that may be made to it.
pub(super) struct Sound<'s> {
    schema: &'s Schema,
    /// The words that were typed as values.
    values: Vec<String>,
    /// The words of which the messages say that they are no names.
    unknown: Vec<String>,
}

impl<'s> Sound<'s> {
    pub(super) fn of(schema: &'s Schema, typed: &str) -> Sound<'s> {
        let tokens = tokens(typed);
        let follows_relation = |pair: &&[super::Token]| {
            matches!(
                pair.first().map(|token| &token.kind),
                Some(
                    TokenKind::Relation(_)
                        | TokenKind::Assign
                        | TokenKind::Comma
                        | TokenKind::OpenBrace
                        | TokenKind::DotDot
                )
            )
        };
        let written = |pair: &[super::Token]| typed.get(pair.get(1)?.span.clone()).map(str::to_owned);
        let values = tokens.windows(2).filter(follows_relation).filter_map(written).collect();
        Sound { schema, values, unknown: Vec::new() }
    }

    /// Notes a word of which a message says that it is no name.
    pub(super) fn unknown(&mut self, word: &str) {
        self.unknown.push(word.to_owned());
    }

    /// Whether a text names nothing, outside quotes, that a message calls unknown.
    pub(super) fn names(&self, text: &str) -> bool {
        let strange = |token: &super::Token| {
            matches!(token.kind, TokenKind::Word | TokenKind::Literal | TokenKind::Number)
                && text.get(token.span.clone()).is_some_and(|word| self.unknown.iter().any(|known| known == word))
        };
        self.unknown.is_empty() || !tokens(text).iter().any(strange)
    }

    /// Whether a filter compares nothing with a word that nobody typed as a value, and no protocol's bytes.
    pub(super) fn tests(&self, tree: &Tree) -> bool {
        match &tree.shape {
            Shape::Logic(_, parts) => parts.iter().all(|part| self.tests(part)),
            Shape::Not(inner) => self.tests(inner),
            Shape::Compare(_, first, rest) => {
                let mut left = &**first;
                rest.iter().all(|(relation, right)| {
                    let sound = self.pair(left, Some(*relation), right);
                    left = right;
                    sound
                })
            }
            Shape::Among(among) => among.items.iter().all(|(item, _)| self.pair(&among.value, None, item)),
            _ => true,
        }
    }

    fn pair(&self, left: &Tree, relation: Option<Relation>, right: &Tree) -> bool {
        let searched = matches!(relation, Some(Relation::Contains | Relation::Matches));
        [(left, right), (right, left)].iter().all(|(field, value)| {
            let Shape::Word(name) = &field.shape else { return true };
            let Some(kind) = self.schema.find(name).map(|known| known.row.kind) else { return true };
            if matches!(kind, Kind::Protocol) && !searched {
                return false;
            }
            match &value.shape {
                Shape::Word(word) if is_text(kind) || matches!(kind, Kind::Protocol | Kind::Bytes) => {
                    self.schema.knows(word) || self.values.contains(word)
                }
                _ => true,
            }
        })
    }
}
