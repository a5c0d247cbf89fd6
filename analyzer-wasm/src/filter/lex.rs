//! Text to tokens, each with its place.

use std::ops::Range;

/// A token and the bytes of the text that it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// A name, a keyword, or a literal without quotes.
    Word(String),
    /// A string, its escapes resolved.
    Text(Vec<u8>),
    /// A character, as its code.
    Char(u32),
    /// An operator or punctuation, as it is written.
    Sign(&'static str),
    /// What stands between `[` and `]`.
    Range(String),
    /// What is no token, and why.
    Wrong(String),
}

/// Longest first, so that the first match is the longest.
const SIGNS: [&str; 29] = [
    "===", "!==", "==", "!=", ">=", "<=", "&&", "||", "^^", "..", "${", "(", ")", "{", "}", ",", "#", "@", "$", ">",
    "<", "!", "~", "&", "+", "*", "/", "%", "=",
];

/// All tokens of a text.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or(' ');
        if matches!(first, ' ' | '\t' | '\n' | '\r') {
            at += 1;
            continue;
        }
        let (kind, length) = token(rest, first);
        tokens.push(Token { kind, span: at..at + length });
        at += length.max(1);
    }
    tokens
}

fn token(rest: &str, first: char) -> (Kind, usize) {
    if first == '"' {
        return quoted(rest, 1);
    }
    if let Some(raw) = rest.strip_prefix("r\"").or_else(|| rest.strip_prefix("R\"")) {
        return raw_text(raw);
    }
    if first == '\'' {
        return character(rest);
    }
    if first == '[' {
        return match rest.find(']') {
            Some(end) => (Kind::Range(rest.get(1..end).unwrap_or_default().to_owned()), end + 1),
            None => (Kind::Wrong("The closing bracket `]` is missing.".into()), rest.len()),
        };
    }
    if let Some(length) = word(rest) {
        return (Kind::Word(rest.get(..length).unwrap_or_default().to_owned()), length);
    }
    if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        return (Kind::Sign(sign), sign.len());
    }
    if first == '-' {
        return (Kind::Sign("-"), 1);
    }
    let why = match first {
        '“' | '”' | '„' | '«' | '»' | '‘' | '’' => {
            format!("`{first}` is a typographic quotation mark. Write `\"`.")
        }
        '–' | '—' | '−' => format!("`{first}` is a typographic dash. Write `-`."),
        '\u{a0}' => "This blank is a no-break space. Write an ordinary blank.".to_owned(),
        '|' => "A single `|` means nothing here. Write `||`.".to_owned(),
        _ if first.is_control() => "There is a character here that cannot be seen. Remove it.".to_owned(),
        _ => format!("`{first}` can only stand between quotation marks."),
    };
    (Kind::Wrong(why), first.len_utf8())
}

/// Length of the word that the text begins with: letters, digits and `_ - : / .`, with single dots inside.
fn word(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':');
    let first = *bytes.first()?;
    let leading = matches!(first, b'.' | b':') && bytes.get(1).is_some_and(|next| is_word(*next));
    if !(first.is_ascii_alphanumeric() || first == b'_' || leading) {
        return None;
    }
    let mut length = 1;
    while let Some(byte) = bytes.get(length) {
        let next = bytes.get(length + 1).copied().unwrap_or(b' ');
        let goes_on = match byte {
            b'.' => next != b'.' && is_word(next),
            b'-' | b'/' => is_word(next),
            byte => is_word(*byte),
        };
        if !goes_on {
            break;
        }
        length += 1;
    }
    Some(length)
}

fn raw_text(raw: &str) -> (Kind, usize) {
    let mut escaped = false;
    for (at, byte) in raw.bytes().enumerate() {
        match byte {
            b'"' if !escaped => {
                return (Kind::Text(raw.as_bytes().get(..at).unwrap_or_default().to_vec()), at + 3);
            }
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    (Kind::Wrong("The closing quotation mark is missing.".into()), raw.len() + 2)
}

fn quoted(rest: &str, start: usize) -> (Kind, usize) {
    let bytes = rest.as_bytes();
    let (mut at, mut out) = (start, Vec::new());
    loop {
        match bytes.get(at) {
            None => return (Kind::Wrong("The closing quotation mark is missing.".into()), rest.len()),
            Some(b'"') => return (Kind::Text(out), at + 1),
            Some(b'\\') => match escape(rest, at + 1) {
                Ok((code, length, is_byte)) => {
                    match char::from_u32(code) {
                        Some(c) if !is_byte => out.extend_from_slice(c.to_string().as_bytes()),
                        _ => out.push(code as u8),
                    }
                    at += 1 + length;
                }
                Err(why) => {
                    let end = rest.get(at + 1..).and_then(|rest| rest.find('"')).map_or(rest.len(), |end| at + end + 2);
                    return (Kind::Wrong(why), end);
                }
            },
            Some(byte) => {
                out.push(*byte);
                at += 1;
            }
        }
    }
}

/// The escape whose letter stands at `at`: its code, its length, and whether it is a byte rather than a code point.
fn escape(text: &str, at: usize) -> Result<(u32, usize, bool), String> {
    let rest = text.get(at..).unwrap_or_default();
    let letter = rest.chars().next().ok_or("The text ends after a backslash.")?;
    let simple = match letter {
        'a' => Some(7),
        'b' => Some(8),
        'f' => Some(12),
        'n' => Some(10),
        'r' => Some(13),
        't' => Some(9),
        'v' => Some(11),
        '\\' | '\'' | '"' => Some(letter as u32),
        _ => None,
    };
    if let Some(code) = simple {
        return Ok((code, 1, true));
    }
    let digits = |from: usize, most: usize, base: u32| {
        let digits: String = rest.chars().skip(from).take(most).take_while(|c| c.is_digit(base)).collect();
        u32::from_str_radix(&digits, base).map(|code| (code, digits.len()))
    };
    match letter {
        '0'..='7' => match digits(0, 3, 8) {
            Ok((code, length)) if code < 256 => Ok((code, length, true)),
            _ => Err("An octal escape is larger than `\\377`, the largest byte.".into()),
        },
        'x' => digits(1, 2, 16)
            .map(|(code, length)| (code, length + 1, true))
            .map_err(|_| "`\\x` needs one or two hexadecimal digits.".into()),
        'u' | 'U' => {
            let wanted = if letter == 'u' { 4 } else { 8 };
            match digits(1, wanted, 16) {
                Ok((code, length)) if length == wanted && char::from_u32(code).is_some() => {
                    Ok((code, length + 1, false))
                }
                _ => Err(format!("`\\{letter}` needs {wanted} hexadecimal digits that name a character.")),
            }
        }
        other => Err(format!(
            "`\\{other}` is no escape. Write `\\\\{other}` for a backslash, or put `r` before the quotation mark."
        )),
    }
}

fn character(rest: &str) -> (Kind, usize) {
    let inner = rest.get(1..).unwrap_or_default();
    let wrong = |why: &str| {
        let end = inner.find('\'').map_or(rest.len(), |end| end + 2);
        (Kind::Wrong(why.to_owned()), end)
    };
    match inner.chars().next() {
        None | Some('\'') => wrong("There is no character between these quotation marks."),
        Some('\\') => match escape(rest, 2) {
            Ok((code, length, _)) if rest.get(2 + length..).is_some_and(|rest| rest.starts_with('\'')) => {
                (Kind::Char(code), length + 3)
            }
            Ok(_) => wrong("There is more than one character between these quotation marks. Write text as `\"…\"`."),
            Err(why) => wrong(&why),
        },
        Some(c) => {
            let length = c.len_utf8();
            if inner.get(length..).is_some_and(|rest| rest.starts_with('\'')) {
                (Kind::Char(c as u32), length + 2)
            } else {
                wrong("There is more than one character between these quotation marks. Write text as `\"…\"`.")
            }
        }
    }
}
