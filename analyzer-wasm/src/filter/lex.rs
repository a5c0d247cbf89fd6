//! Cuts a filter's text into tokens; what cannot be one is a token too, with the reason.

mod range;
mod scan;

use super::tree::{Operator, Quantifier, Reach, Relation, SliceRange, TextRange};
use range::slice_range;
use scan::{closing, number, run};

/// One token and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token {
    pub kind: TokenKind,
    pub span: TextRange,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenKind {
    Open,
    Close,
    OpenBrace,
    CloseBrace,
    Comma,
    DotDot,
    /// `[ranges]`, read whole.
    Brackets(Result<Vec<SliceRange>, String>),
    /// `#2` or `#[ranges]`.
    Layer(Result<Vec<SliceRange>, String>),
    At,
    Dollar,
    And,
    Or,
    Xor,
    Not,
    In,
    Quantifier(Quantifier),
    Relation(Relation),
    /// A single `=`.
    Assign,
    /// `~=`, which Wireshark knew until 4.0.
    Retired,
    Operator(Operator),
    /// A name or an unquoted value.
    Word,
    /// An unquoted value that no name can be, as it holds `:` or `/`.
    Literal,
    /// `.name`.
    Dotted,
    Number,
    Text(Vec<u8>, bool),
    Char(u32),
    /// No token: the reason.
    Broken(String),
    End,
}

/// The tokens of a text; the last one is [`TokenKind::End`].
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        let blanks = lexer.rest().find(|c| !matches!(c, ' ' | '\t' | '\n' | '\r')).unwrap_or(lexer.rest().len());
        lexer.at += blanks;
        let start = lexer.at;
        let kind = lexer.next();
        let end = kind == TokenKind::End;
        tokens.push(Token { kind, span: start..lexer.at });
        if end {
            return tokens;
        }
    }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

/// Operators that are no words, each before those that it begins with.
const SYMBOLS: &[(&str, TokenKind)] = &[
    ("===", TokenKind::Relation(Relation::Equal(Quantifier::All))),
    ("!==", TokenKind::Relation(Relation::Unequal(Quantifier::Any))),
    ("==", TokenKind::Relation(Relation::Equal(Quantifier::Any))),
    ("!=", TokenKind::Relation(Relation::Unequal(Quantifier::All))),
    ("~=", TokenKind::Retired),
    (">=", TokenKind::Relation(Relation::GreaterEqual)),
    ("<=", TokenKind::Relation(Relation::LessEqual)),
    ("&&", TokenKind::And),
    ("||", TokenKind::Or),
    ("^^", TokenKind::Xor),
    ("..", TokenKind::DotDot),
    (">", TokenKind::Relation(Relation::Greater)),
    ("<", TokenKind::Relation(Relation::Less)),
    ("~", TokenKind::Relation(Relation::Matches)),
    ("!", TokenKind::Not),
    ("=", TokenKind::Assign),
    ("&", TokenKind::Operator(Operator::BitAnd)),
    ("+", TokenKind::Operator(Operator::Add)),
    ("-", TokenKind::Operator(Operator::Subtract)),
    ("*", TokenKind::Operator(Operator::Multiply)),
    ("/", TokenKind::Operator(Operator::Divide)),
    ("%", TokenKind::Operator(Operator::Remainder)),
    ("(", TokenKind::Open),
    (")", TokenKind::Close),
    ("{", TokenKind::OpenBrace),
    ("}", TokenKind::CloseBrace),
    (",", TokenKind::Comma),
    ("@", TokenKind::At),
    ("$", TokenKind::Dollar),
];

/// The token that a word is where it is no name.
pub(crate) fn keyword(word: &str) -> Option<TokenKind> {
    Some(match word {
        "and" => TokenKind::And,
        "or" => TokenKind::Or,
        "xor" => TokenKind::Xor,
        "not" => TokenKind::Not,
        "in" => TokenKind::In,
        "any" => TokenKind::Quantifier(Quantifier::Any),
        "all" => TokenKind::Quantifier(Quantifier::All),
        "eq" | "any_eq" => TokenKind::Relation(Relation::Equal(Quantifier::Any)),
        "all_eq" => TokenKind::Relation(Relation::Equal(Quantifier::All)),
        "ne" | "all_ne" => TokenKind::Relation(Relation::Unequal(Quantifier::All)),
        "any_ne" => TokenKind::Relation(Relation::Unequal(Quantifier::Any)),
        "gt" => TokenKind::Relation(Relation::Greater),
        "ge" => TokenKind::Relation(Relation::GreaterEqual),
        "lt" => TokenKind::Relation(Relation::Less),
        "le" => TokenKind::Relation(Relation::LessEqual),
        "contains" => TokenKind::Relation(Relation::Contains),
        "matches" => TokenKind::Relation(Relation::Matches),
        "bitand" | "bitwise_and" => TokenKind::Operator(Operator::BitAnd),
        _ => return None,
    })
}

impl<'t> Lexer<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn next(&mut self) -> TokenKind {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return TokenKind::End };
        if matches!(first, 'r' | 'R') && rest[1..].starts_with('"') {
            self.at += 2;
            return self.string(true);
        }
        match first {
            '"' => {
                self.at += 1;
                self.string(false)
            }
            '\'' => {
                self.at += 1;
                self.character()
            }
            '[' => {
                self.at += 1;
                TokenKind::Brackets(self.ranges())
            }
            '#' => {
                self.at += 1;
                self.layer()
            }
            _ => self.plain(first),
        }
    }

    /// The longest of a name, a number and a value; where none begins, an operator.
    fn plain(&mut self, first: char) -> TokenKind {
        let rest = self.rest();
        let number = number(rest);
        let word = if first == '-' { 0 } else { run(rest, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) };
        let literal = if matches!(first, '-' | '/') {
            0
        } else {
            run(rest, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':' | '/'))
        };
        let longest = number.max(word).max(literal);
        if longest > 0 {
            let kind = if number == longest {
                TokenKind::Number
            } else if word == longest {
                keyword(&rest[..longest]).unwrap_or(TokenKind::Word)
            } else {
                TokenKind::Literal
            };
            self.at += longest;
            return kind;
        }
        if first == '.' {
            let name = run(&rest[1..], |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
            if name > 0 {
                self.at += 1 + name;
                return TokenKind::Dotted;
            }
        }
        if let Some((symbol, kind)) = SYMBOLS.iter().find(|(symbol, _)| rest.starts_with(symbol)) {
            self.at += symbol.len();
            return kind.clone();
        }
        self.at += first.len_utf8();
        TokenKind::Broken(match first {
            '|' => "A single | is no operator here: write || or \"or\".".into(),
            '^' => "A single ^ is no operator here: write ^^ or \"xor\".".into(),
            '“' | '”' | '„' | '«' | '»' => format!("\"{first}\" is a typographic quote: write \" instead."),
            '‘' | '’' => format!("\"{first}\" is a typographic quote: write ' or \" instead."),
            '–' | '—' | '−' => format!("\"{first}\" is a typographic dash: write - instead."),
            c if c.is_whitespace() => "This is a blank of another kind: write an ordinary space.".into(),
            c if c.is_control() => {
                format!("A control character (U+{:04X}) may only stand inside double quotes.", u32::from(c))
            }
            c => format!("\"{c}\" is not expected here; text belongs inside double quotes."),
        })
    }

    /// The rest of a string, after its opening quote.
    fn string(&mut self, raw: bool) -> TokenKind {
        let mut bytes = Vec::new();
        let mut broken = None;
        loop {
            let mut chars = self.rest().chars();
            let Some(c) = chars.next() else {
                return TokenKind::Broken("The closing quote of this text is missing.".into());
            };
            let next = chars.next();
            self.at += c.len_utf8();
            match (c, next) {
                ('"', _) => return broken.map_or(TokenKind::Text(bytes, raw), TokenKind::Broken),
                ('\\', Some(next)) if raw => {
                    // In raw text a backslash only keeps a quote from closing it, and stays.
                    bytes.push(b'\\');
                    bytes.extend_from_slice(next.encode_utf8(&mut [0; 4]).as_bytes());
                    self.at += next.len_utf8();
                }
                ('\\', Some(_)) => match self.escape() {
                    Ok(Escaped::Byte(byte)) => bytes.push(byte),
                    Ok(Escaped::Char(c)) => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                    Err(reason) => broken = broken.or(Some(reason)),
                },
                _ => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
    }

    /// A character constant, after its opening quote.
    fn character(&mut self) -> TokenKind {
        let Some(length) = closing(self.rest()) else {
            self.at = self.text.len();
            return TokenKind::Broken("The closing ' of this character is missing.".into());
        };
        let end = self.at + length;
        let content = &self.text[self.at..end];
        let mut chars = content.chars();
        let value = match (chars.next(), chars.next()) {
            (None, _) => Err("Between '' a character is missing.".to_owned()),
            (Some('\\'), Some(_)) => {
                self.at += 1;
                self.escape().map(|escaped| match escaped {
                    Escaped::Byte(byte) => u32::from(byte),
                    Escaped::Char(c) => u32::from(c),
                })
            }
            (Some(c), None) => {
                self.at += c.len_utf8();
                Ok(u32::from(c))
            }
            _ => Err(format!("'{content}' is more than one character; text stands in double quotes.")),
        };
        let whole = self.at == end;
        self.at = end + 1;
        match value {
            Ok(value) if whole => TokenKind::Char(value),
            Ok(_) => TokenKind::Broken("This is more than one character; text stands in double quotes.".into()),
            Err(reason) => TokenKind::Broken(reason),
        }
    }

    /// What a backslash begins.
    fn escape(&mut self) -> Result<Escaped, String> {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return Err("Something is missing behind this \\.".into()) };
        let digits = |radix: u32, from: usize, most: usize| {
            rest[from..].chars().take(most).take_while(|c| c.is_digit(radix)).count()
        };
        let (escaped, length) = match first {
            '\'' | '"' | '\\' => (Escaped::Byte(first as u8), 1),
            'a' => (Escaped::Byte(7), 1),
            'b' => (Escaped::Byte(8), 1),
            'f' => (Escaped::Byte(12), 1),
            'n' => (Escaped::Byte(b'\n'), 1),
            'r' => (Escaped::Byte(b'\r'), 1),
            't' => (Escaped::Byte(b'\t'), 1),
            'v' => (Escaped::Byte(11), 1),
            '0'..='7' => {
                let length = digits(8, 0, 3);
                let value = u8::from_str_radix(&rest[..length], 8);
                (Escaped::Byte(value.map_err(|_| format!("\\{} is larger than 255.", &rest[..length]))?), length)
            }
            'x' => {
                let length = digits(16, 1, 2);
                let value = u8::from_str_radix(&rest[1..1 + length], 16);
                (Escaped::Byte(value.map_err(|_| "\\x wants one or two hexadecimal digits.")?), 1 + length)
            }
            'u' | 'U' => {
                let wanted = if first == 'u' { 4 } else { 8 };
                if digits(16, 1, wanted) < wanted {
                    return Err(format!("\\{first} wants {wanted} hexadecimal digits."));
                }
                let value = u32::from_str_radix(&rest[1..1 + wanted], 16).unwrap_or_default();
                // C forbids to name basic characters this way, and Wireshark with it.
                let basic = value < 0xa0 && !matches!(value, 0x24 | 0x40 | 0x60);
                let c = char::from_u32(value).filter(|_| !basic);
                (Escaped::Char(c.ok_or_else(|| format!("\\{first}{value:04x} names no character."))?), 1 + wanted)
            }
            other => {
                self.at += other.len_utf8();
                return Err(format!("\\{other} means nothing: write \\\\{other}, or put r before the opening quote."));
            }
        };
        self.at += length;
        Ok(escaped)
    }

    /// The ranges of a slice, after `[`, with the closing bracket.
    fn ranges(&mut self) -> Result<Vec<SliceRange>, String> {
        let Some(length) = self.rest().find(']') else {
            self.at = self.text.len();
            return Err("The closing ] is missing.".into());
        };
        let inside = &self.text[self.at..self.at + length];
        self.at += length + 1;
        inside.split(',').map(slice_range).collect()
    }

    fn layer(&mut self) -> TokenKind {
        let rest = self.rest();
        if rest.starts_with('[') {
            self.at += 1;
            return TokenKind::Layer(self.ranges());
        }
        let length = rest.chars().take_while(char::is_ascii_digit).count();
        self.at += length;
        TokenKind::Layer(match rest[..length].parse() {
            Ok(start) => Ok(vec![SliceRange { start, reach: Reach::Length(1) }]),
            Err(_) => Err("Behind # stands the number of a layer, without a blank: ip.src#2.".into()),
        })
    }
}

enum Escaped {
    Byte(u8),
    Char(char),
}
