//! What is said of mistakes, and how they are mended.

use super::answer;
use super::toy::schema;
use crate::filter::{Answer, Filter};
use crate::message::FilterState;

#[test]
fn what_only_we_accept_is_said() {
    let schema = schema();
    for (typed, fixed) in [
        ("toy.port = 80", "toy.port == 80"),
        ("toy.src = 10.0.0.5 and toy.port = 80", "toy.src == 10.0.0.5 and toy.port == 80"),
        ("(toy.flags & 8) == 8", "{toy.flags & 8} == 8"),
        ("toy.src == \"10.0.0.5\"", "toy.src == 10.0.0.5"),
        ("toy.flags.red", "toy.flags.red == 1"),
        ("plaything.port == 80", "toy.port == 80"),
    ] {
        let verdict = Filter::verdict(&schema, typed);
        assert_eq!(verdict.state, FilterState::Caution, "{typed}");
        assert_eq!(verdict.fix.map(|fix| fix.text).as_deref(), Some(fixed), "{typed}");
        assert_eq!(answer(typed), answer(fixed).max_present(typed), "{typed}");
    }
}

impl Answer {
    /// A bare truth value asks for presence, which its mended form does not.
    fn max_present(self, typed: &str) -> Answer {
        if typed == "toy.flags.red" { Answer::Yes } else { self }
    }
}

#[test]
fn mistakes_are_mended() {
    let schema = schema();
    for (typed, span, fixed) in [
        ("TOY", "TOY", "toy"),
        ("TOY.port == 80", "TOY.port", "toy.port == 80"),
        ("toy AND box", "AND", "toy and box"),
        ("TOY.PORT = 80 OR NOT box", "OR", "toy.port == 80 or not box"),
        ("toy.prot == 80", "toy.prot", "toy.port == 80"),
        ("toy.scr == 10.0.0.5", "toy.scr", "toy.src == 10.0.0.5"),
        ("port == 80", "port", "toy.port == 80 or gone.port == 80"),
        ("toy.name == “www”", "“", "toy.name == \"www\""),
        ("toy.port\u{a0}== 80", "\u{a0}", "toy.port == 80"),
        ("toy.port in {80 443}", "443", "toy.port in {80, 443}"),
        ("toy.port in (80, 443)", "(", "toy.port in {80, 443}"),
        ("toy.port in [80, 443]", "[80, 443]", "toy.port in {80, 443}"),
        ("toy.port == {80, 443}", ",", "toy.port in {80, 443}"),
        ("toy.port == {80..90}", "..", "toy.port in {80..90}"),
        ("toy.port == 80..90", "..", "toy.port in {80..90}"),
        ("toy.port == 80, 443", ",", "toy.port in {80, 443}"),
        ("toy.port == 80 or 443", "443", "toy.port == 80 or toy.port == 443"),
        ("toy.name == \"a\" or \"b\"", "\"b\"", "toy.name == \"a\" or toy.name == \"b\""),
        ("toy == 80", "80", "toy.port == 80"),
        ("toy == \"x.com\"", "\"x.com\"", "toy.name == \"x.com\""),
        ("10.0.2.15", "10.0.2.15", "toy.addr == 10.0.2.15"),
        ("80", "80", "toy.port == 80 or gone.port == 80"),
        ("example.com", "example.com", "toy.name contains \"example.com\""),
        ("port 80", "port", "toy.port == 80 or gone.port == 80"),
        ("toy port 80", "port", "toy.port == 80"),
        ("host 10.0.0.5", "host", "toy.addr == 10.0.0.5"),
        ("src host 10.0.0.5", "src", "toy.src == 10.0.0.5"),
        ("net 10.0.0.0/8", "net", "toy.addr == 10.0.0.0/8"),
        ("toy.addr == 10.0.0.*", "*", "toy.addr == 10.0.0.0/24"),
        ("toy.name == *.example.com", "*", "toy.name contains \".example.com\""),
        ("toy.name == 10", "10", "toy.name == \"10\""),
        ("toy.name matches www", "www", "toy.name matches \"www\""),
        ("toy.port <> 80", "", "toy.port != 80"),
        ("toy | box", "|", "toy || box"),
        ("toy & box", "toy", "toy && box"),
        ("(toy or box", "(", "(toy or box)"),
        ("toy.name == \"abc", "\"abc", "toy.name == \"abc\""),
    ] {
        let problem = Filter::parse(&schema, typed, true).expect_err(typed);
        let marked = &typed[problem.span.clone()];
        if !span.is_empty() {
            assert!(marked == span || problem.span.start == typed.find(span).unwrap_or(0), "{typed}: {marked}");
        }
        assert_eq!(problem.fix.map(|(_, text)| text).as_deref(), Some(fixed), "{typed}: {}", problem.message);
        assert!(problem.message.ends_with(['.', '?']), "{}", problem.message);
    }
}
