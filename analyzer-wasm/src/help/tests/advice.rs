//! What is said of mistakes, and how they are mended.

use super::guide;
use crate::filter::tests::answer;
use crate::filter::tests::references::macros;
use crate::filter::tests::toy::schema;
use crate::filter::{Filter, Language};
use crate::help::{Advice, advise, check};
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
        let verdict = check(guide(&schema, &[]), typed);
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
        assert!(Filter::parse(Language::of(&schema), typed, true).is_err(), "{typed}");
        let problem = advise(guide(&schema, &[]), typed).expect(typed);
        let marked = typed.get(problem.span.clone());
        let mended = problem.fixes.first().map(|fix| fix.text.clone());
        if marked != Some(span) || mended.as_deref() != Some(fixed) || !problem.message.ends_with(['.', '?']) {
            wrong.push(format!("{typed}: {marked:?} {mended:?} {}", problem.message));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_short_part_of_a_name_is_mended() {
    for (text, wanted) in [
        ("toy.kind != quince", r#"toy.kind != "Quince (a fruit)""#),
        (r#"toy.kind in {"Quince", 2}"#, r#"toy.kind in {"Quince (a fruit)", 2}"#),
    ] {
        assert_eq!(first_fix(text).as_deref(), Some(wanted));
    }
}

#[test]
fn two_plain_digits_beside_bytes_are_pointed_out() {
    assert_eq!(first_fix("box.src[0] == 45").as_deref(), Some("box.src[0] == 0x2d"));
    assert_eq!(first_fix("toy.load[0] != 10 and toy").as_deref(), Some("toy.load[0] != 0x0a and toy"));
    for text in
        ["box.src[0] == 0x45", "box.src[0] == 00", "box.src[0] == 255", "toy.port == 45", "box.src[0:2] == 45:46"]
    {
        assert_eq!(first_fix(text), None, "{text}");
    }
}

/// What is put first in place of a filter that can be read.
fn first_fix(text: &str) -> Option<String> {
    let schema = schema();
    assert!(Filter::parse(Language::of(&schema), text, false).is_ok(), "{text}");
    advise(guide(&schema, &[]), text)?.fixes.into_iter().next().map(|fix| fix.text)
}

#[test]
fn what_is_wrong_with_macros_is_said_of_the_typed_text() {
    for (text, marked, words) in [
        ("${box.scr}", "box.scr", "Did you mean"),
        ("${port:foo} and toy", "${port:foo}", "In what this macro stands for"),
        ("${web} and toy.prot == 80", "toy.prot", "no field"),
        ("${web} and toy.port = 80", "=", "single ="),
    ] {
        let advice = of_macros(text);
        assert_eq!(text.get(advice.span.clone()), Some(marked), "{text}: {}", advice.message);
        assert!(advice.message.contains(words), "{text}: {}", advice.message);
    }
}

#[test]
fn fixes_keep_macros_as_they_were_typed() {
    for (text, wanted) in [
        ("${web} and toy.port = 80", Some("${web} and toy.port == 80")),
        ("toy.port = 80 and $port(80)", Some("toy.port == 80 and $port(80)")),
        ("$web() AND toy", Some("$web() and toy")),
        ("${port:foo}", None),
    ] {
        let problem = of_macros(text);
        assert_eq!(problem.fixes.first().map(|fix| fix.text.as_str()), wanted, "{text}");
    }
}

fn of_macros(text: &str) -> Advice {
    let (schema, macros) = (schema(), macros());
    advise(guide(&schema, &macros), text).expect(text)
}
