//! No text makes the filter fall over.

use super::answer;
use super::toy::{Packet, Stack, schema};
use crate::filter::{Decision, Filter, LONGEST, Language};
use proptest::prelude::*;

pub(crate) fn macros() -> Vec<(String, String)> {
    let texts = [("one", "toy.port == $1"), ("two", "$one($1) or $2"), ("loop", "$loop($1)"), ("odd", "$2\\$1 (")];
    texts.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec()
}

#[test]
fn long_and_deep_texts_end_in_an_answer() {
    let schema = schema();
    for (open, close) in [
        ("(", ")"),
        ("not ", ""),
        ("{", "}"),
        ("-", ""),
        ("abs(", ")"),
        ("toy.port in {", "}"),
        ("(toy or not (", "))"),
    ] {
        for levels in [10, 90, 101, 5_000] {
            let text = format!("{}toy.port{}", open.repeat(levels), close.repeat(levels));
            if text.len() <= LONGEST {
                let _ = Filter::parse(Language::of(&schema), &text, false).map(|filter| filter.answer(&Packet));
            }
        }
    }
    let macros = macros();
    let language = Language { macros: &macros, ..Language::of(&schema) };
    for part in REPEATED {
        for strict in [false, true] {
            let text = format!("{}toy", part.repeat((LONGEST - 3) / part.len()));
            // What grows faster than the text would keep this test from ending.
            let _ = Filter::parse(language, &text, strict).map(|filter| filter.answer(&Packet));
        }
    }
    let slices = format!("box.src{}", "[0]".repeat(50));
    assert_eq!(answer(&slices), Decision::Yes);
    assert!(Filter::parse(Language::of(&schema), &"a".repeat(LONGEST + 1), false).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(text in "\\PC{0,40}") {
        try_text(&text);
    }

    #[test]
    fn any_row_of_tokens_is_answered(parts in prop::collection::vec(prop::sample::select(PARTS.to_vec()), 0..12)) {
        try_text(&parts.join(" "));
        try_text(&parts.concat());
    }
}

/// What grows long by being repeated.
pub(crate) const REPEATED: &[&str] = &[
    "toy.port == 80 or ",
    "toy.port + ",
    "toy.port < ",
    "[0]",
    "toy and not toy or ",
    "80.",
    "\"",
    "'",
    "((",
    "#1",
    "${toy.port} + ",
    "toy.port in {80} and toy.port in {",
    "80, ",
    "${",
    "$one(",
    "$one(80) or ",
    "${two:80;toy} or ",
    "$two(80,${one:80}) or ",
    "$",
    "$loop(1)",
    "\\",
    "\u{e9}",
    "toy.name matches \"a\" or ",
    "max(1,",
    "foo ",
    "toy.port = 80 and ",
    "[0:",
    "a.",
    "a:",
    "toy ",
];

pub(crate) const PARTS: &[&str] = &[
    "toy",
    "toy.port",
    "toy.name",
    "toy.addr",
    "gone.port",
    "box.src",
    "toy.flags.red",
    "toy.kind",
    "toy.delta",
    "==",
    "!=",
    "=",
    "<",
    ">=",
    "~",
    "contains",
    "matches",
    "in",
    "not",
    "and",
    "or",
    "xor",
    "any",
    "all",
    "(",
    ")",
    "{",
    "}",
    "[0:2]",
    "[",
    "]",
    "#1",
    "#[-1]",
    "@",
    "$",
    "${",
    "${toy.to}",
    "$toy.name",
    "${@toy.flags}",
    "$one(",
    "${one:80}",
    "${two:80;toy}",
    "$loop(1)",
    "$odd(",
    ";",
    "80",
    "0x50",
    "1.5",
    "-1",
    "\"a\"",
    "r\"\\.\"",
    "'c'",
    "10.0.0.5/8",
    "fe80::1",
    "ff:ff",
    "..",
    ",",
    "+",
    "-",
    "*",
    "/",
    "%",
    "&",
    "len(",
    "count(",
    "max(",
    "string(",
    "AND",
    "port",
    "host",
    "é",
    "“",
    "\\",
    "|",
    "^",
    "Pear",
    "2002-12-31",
    "\0",
];

/// A text must be read or refused, and its problem must stand inside it.
fn try_text(text: &str) {
    let schema = schema();
    let macros = macros();
    let language = Language { macros: &macros, ..Language::of(&schema) };
    for strict in [false, true] {
        match Filter::parse(language, text, strict) {
            Ok(mut filter) => {
                let _ = (filter.answer(&Packet), filter.answer(&Stack));
                assert!(filter.refers().is_none() || text.contains('$'), "{text:?}");
                filter.refer(&Packet);
                let _ = filter.answer(&Packet);
            }
            Err(problem) => {
                assert!(text.get(problem.span.clone()).is_some(), "{text:?}: {:?}", problem.span);
                assert!(!problem.message.is_empty());
            }
        }
    }
}
