//! What is said of mistakes, and how they are mended.

use super::answer;
use super::toy::schema;
use crate::filter::{Filter, Language};
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
        ("toy == \"x.com\"", "toy.name == \"x.com\""),
        ("toy == 10.0.2.15", "toy.addr == 10.0.2.15"),
        ("toy.port !== 80", "toy.port != 80"),
    ] {
        let verdict = Filter::verdict(Language::of(&schema), typed);
        assert_eq!(verdict.state, FilterState::Caution, "{typed}");
        assert_eq!(verdict.fixes.first().map(|fix| fix.text.as_str()), Some(fixed), "{typed}");
    }
}

#[test]
fn what_only_we_accept_means_what_its_mended_form_does() {
    for (typed, fixed) in [
        ("toy.port = 81", "toy.port == 81"),
        ("toy.port = 80", "toy.port == 80"),
        ("(toy.flags & 8) == 8", "{toy.flags & 8} == 8"),
        ("toy.src == \"10.0.0.5\"", "toy.src == 10.0.0.5"),
        ("box.dst == \"ff:ff:ff:ff:ff:ff\"", "box.dst == ff:ff:ff:ff:ff:ff"),
        ("plaything.port == 80", "toy.port == 80"),
    ] {
        assert_eq!(answer(typed), answer(fixed), "{typed}");
        let strict = Filter::parse(Language::of(&schema()), typed, true);
        assert!(strict.is_err() || typed.starts_with("plaything"), "{typed}");
    }
}

#[test]
fn mistakes_are_mended() {
    let schema = schema();
    let mut wrong = Vec::new();
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
        ("10.0.2.15", "10.0.2.15", "toy.addr == 10.0.2.15"),
        ("80", "80", "toy.port == 80 or gone.port == 80"),
        ("example.com", "example.com", "toy.name contains \"example.com\""),
        ("port 80", "80", "toy.port == 80 or gone.port == 80"),
        ("toy port 80", "port", "toy.port == 80"),
        ("host 10.0.0.5", "10.0.0.5", "toy.addr == 10.0.0.5"),
        ("src host 10.0.0.5", "host", "toy.src == 10.0.0.5"),
        ("toy and port 80", "80", "toy.port == 80"),
        ("toy.name matches \"*.com\"", "\"*.com\"", "toy.name contains \".com\""),
        ("toy.port ~= 80", "~=", "toy.port !== 80"),
        ("net 10.0.0.0/8", "10.0.0.0/8", "toy.addr == 10.0.0.0/8"),
        ("toy.addr == 10.0.0.*", ".", "toy.addr == 10.0.0.0/24"),
        ("toy.name == *.example.com", "*", "toy.name contains \".example.com\""),
        ("toy.name == 10", "10", "toy.name == \"10\""),
        ("toy.name matches www", "www", "toy.name matches \"www\""),
        ("toy.port <> 80", ">", "toy.port != 80"),
        ("toy | box", "|", "toy || box"),
        ("toy & box", "&", "toy && box"),
        ("(toy or box", "(", "(toy or box)"),
        ("toy.name == \"abc", "\"abc", "toy.name == \"abc\""),
    ] {
        let problem = Filter::parse(Language::of(&schema), typed, true).expect_err(typed);
        let marked = typed.get(problem.span.clone());
        let mended = problem.fixes.first().map(|fix| fix.text.clone());
        if marked != Some(span) || mended.as_deref() != Some(fixed) || !problem.message.ends_with(['.', '?']) {
            wrong.push(format!("{typed}: {marked:?} {mended:?} {}", problem.message));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
