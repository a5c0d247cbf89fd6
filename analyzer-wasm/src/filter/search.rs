//! Compiles the pattern of `matches` to a regular expression over bytes, as PCRE2 would read it.
//!
//! Patterns are matched in linear time, so that no pattern makes a filter hang. What that excludes, looking around and
//! referring back, is refused with its place; Wireshark accepts it.

use super::Problem;
use super::tree::TextRange;
use regex_automata::Input;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use std::cell::RefCell;

/// Bytes that a compiled pattern may take, and its tables.
const LARGEST: usize = 4 << 20;
/// Brackets within each other.
const DEEPEST: u32 = 100;

/// A compiled pattern: caseless, over bytes, found anywhere.
#[derive(Debug)]
pub(crate) struct Pattern {
    automaton: DFA,
    /// The states that were needed so far; when they take too much, they are made anew.
    states: RefCell<Cache>,
}

impl Pattern {
    /// Whether it is found in these bytes.
    pub(super) fn is_in(&self, bytes: &[u8]) -> bool {
        let input = Input::new(bytes).earliest(true);
        let found = self.automaton.try_search_fwd(&mut self.states.borrow_mut(), &input);
        // It gives up for no input: it has no look at Unicode's words, and may make its states anew as often as it must.
        found.is_ok_and(|end| end.is_some())
    }
}

/// Compiles the pattern at `span` of a filter's text.
pub(super) fn compile(pattern: &[u8], text: &str, span: &TextRange) -> Result<Pattern, Problem> {
    let refuse = |message: String| Problem::new(message, span.clone());
    let pattern = translate(pattern).map_err(|unsupported| {
        // The construct is marked where the filter spells it as the pattern does.
        let inside = text.get(span.clone()).and_then(|written| written.find(&unsupported));
        let start = inside.map_or(span.start, |at| span.start + at);
        let end = inside.map_or(span.end, |at| span.start + at + unsupported.len());
        let message =
            format!("{unsupported} looks around or back: patterns here are matched in one pass and cannot do that.");
        Problem::new(message, start..end)
    })?;
    let mut syntax = regex_syntax::ParserBuilder::new();
    syntax.unicode(false).utf8(false).case_insensitive(true).nest_limit(DEEPEST);
    let expression = syntax.build().parse(&pattern).map_err(|error| {
        // The library's last line says what is wrong, the ones before draw it.
        let full = error.to_string();
        let reason = full.lines().last().unwrap_or_default();
        refuse(format!("This is no pattern: {}.", reason.strip_prefix("error: ").unwrap_or(reason)))
    })?;
    let config = thompson::Config::new().utf8(false).which_captures(WhichCaptures::None).nfa_size_limit(Some(LARGEST));
    let states = thompson::Compiler::new().configure(config).build_from_hir(&expression);
    let automaton = states.ok().and_then(|states| {
        let config = DFA::config().cache_capacity(LARGEST).skip_cache_capacity_check(true);
        DFA::builder().configure(config).build_from_nfa(states).ok()
    });
    let Some(automaton) = automaton else { return Err(refuse("This pattern is too large.".into())) };
    let states = RefCell::new(automaton.create_cache());
    Ok(Pattern { automaton, states })
}

/// The pattern in the library's syntax, or the construct that it lacks.
fn translate(pattern: &[u8]) -> Result<String, String> {
    let mut out = String::with_capacity(pattern.len());
    let mut class = 0usize;
    let mut at = 0;
    let rest_of = |at: usize| pattern.get(at..).unwrap_or_default();
    while let Some(&byte) = pattern.get(at) {
        let rest = rest_of(at);
        if byte == b'\\' {
            let next = rest.get(1).copied().unwrap_or(0);
            if class == 0 && (next.is_ascii_digit() && next != b'0' || matches!(next, b'k' | b'g')) {
                return Err(format!("\\{}", char::from(next)));
            }
            match next {
                b'K' if class == 0 => at += 2, // Whether it matches does not depend on where the match begins.
                b'e' => {
                    out.push_str("\\x1b");
                    at += 2;
                }
                b'h' => {
                    out.push_str(if class == 0 { "[ \\t\\xa0]" } else { " \\t\\xa0" });
                    at += 2;
                }
                b'Z' if class == 0 => {
                    out.push_str("(?:\\n?\\z)");
                    at += 2;
                }
                b'R' if class == 0 => {
                    out.push_str("(?:\\r\\n|[\\n-\\r\\x85])");
                    at += 2;
                }
                b'0' => {
                    let digits = rest.iter().skip(1).take(3).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
                    let value =
                        rest.iter().skip(1).take(digits).fold(0u32, |value, byte| value * 8 + u32::from(byte - b'0'));
                    out.push_str(&format!("\\x{:02x}", value & 0xff));
                    at += 1 + digits;
                }
                b'p' | b'P' if rest.starts_with(b"\\p{L}") || rest.starts_with(b"\\P{L}") => {
                    // As bytes are Latin-1 characters to PCRE2 here.
                    let negated = if next == b'P' { "^" } else { "" };
                    out.push_str(&format!("[{negated}A-Za-z\\xaa\\xb5\\xba\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\xff]"));
                    at += 5;
                }
                0 if rest.len() == 1 => return Ok(out + "\\"),
                next => {
                    out.push('\\');
                    push(&mut out, next);
                    at += 2;
                }
            }
            continue;
        }
        if class == 0 && byte == b'(' {
            for construct in ["(?=", "(?!", "(?<=", "(?<!", "(?>", "(?|", "(?(", "(?P>", "(?P=", "(?R", "(?&", "(*"] {
                if rest.starts_with(construct.as_bytes()) {
                    return Err(construct.to_owned());
                }
            }
        }
        match byte {
            b'[' if class > 0 && rest.starts_with(b"[:") => {
                // A class of POSIX inside a class, such as [:alpha:].
                let end = rest.windows(2).position(|pair| pair == b":]").map_or(rest.len(), |end| end + 2);
                rest.iter().take(end).for_each(|byte| push(&mut out, *byte));
                at += end;
                continue;
            }
            // Inside a class the library would read these as nesting and set operations.
            b'[' if class > 0 => out.push_str("\\["),
            b'&' | b'~' if class > 0 => {
                out.push('\\');
                out.push(char::from(byte));
            }
            b'[' => {
                class = 1;
                out.push('[');
                if rest.get(1) == Some(&b'^') {
                    out.push('^');
                    at += 1;
                }
                // A bracket that comes first closes nothing.
                if pattern.get(at + 1) == Some(&b']') {
                    out.push_str("\\]");
                    at += 1;
                }
            }
            b']' if class > 0 => {
                class = 0;
                out.push(']');
            }
            // PCRE2's end is also before a last line feed.
            b'$' if class == 0 => out.push_str("(?:$|\\n\\z)"),
            byte => push(&mut out, byte),
        }
        at += 1;
    }
    Ok(out)
}

fn push(out: &mut String, byte: u8) {
    if byte.is_ascii() {
        out.push(char::from(byte));
    } else {
        out.push_str(&format!("\\x{byte:02x}"));
    }
}
