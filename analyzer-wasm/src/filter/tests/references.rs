//! References to the selected packet, and macros.

use super::toy::{Packet, Stack, id, schema};
use crate::filter::{Decision, Filter, LONGEST, Language};

pub(crate) fn macros() -> Vec<(String, String)> {
    [
        ("web", "toy.port == 80"),
        ("port", "toy.port == $1"),
        ("both", "$port($1) and $port($2)"),
        ("twice", "$1 or $1"),
        ("again", "${again}"),
        ("bomb", "$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1$1"),
        ("broken", "toy.port == "),
        ("quoted", r#"toy.name contains "$1""#),
        ("field", "toy.$1"),
        ("toy", "gone"),
    ]
    .map(|(name, text)| (name.to_owned(), text.to_owned()))
    .to_vec()
}

fn parse(text: &str, strict: bool) -> Result<Filter, crate::filter::Problem> {
    let (schema, macros) = (schema(), macros());
    Filter::parse(Language { macros: &macros, ..Language::of(&schema) }, text, strict)
}

fn answer(text: &str) -> Decision {
    match parse(text, true) {
        Ok(mut filter) => {
            filter.refer(&Packet);
            filter.answer(&Packet)
        }
        Err(problem) => panic!("{text}: {}", problem.message),
    }
}

#[test]
fn references_stand_for_the_values_of_the_selected_packet() {
    for text in [
        "toy.port == ${toy.from}",
        "toy.port == $toy.from",
        "${toy.from} == toy.port",
        "toy.port != ${toy.kind}",
        "toy.to in {${toy.to}}",
        "toy.to in {1..${toy.from}}",
        "toy.to < ${toy.from} - 1",
        "toy.src == ${toy.src#2}",
        "not toy.dst == ${toy.src#2}",
        "@toy.to == ${@toy.to}",
        "toy.load[0] == ${@toy.to}[0] or toy",
        "toy.name contains ${toy.name}",
        "box.src[0:2] == ${box.src}[0:2]",
        "max(${toy.port}, 1) == toy.from",
        "toy.port == ${plaything.to}",
    ] {
        assert_eq!(answer(text), Decision::Yes, "{text}");
    }
    for text in ["toy.port == ${gone.port}", "toy.port != ${gone.port}", "toy.port != ${toy.from}"] {
        assert_eq!(answer(text), Decision::No, "{text}");
    }
}

#[test]
fn a_reference_without_a_selected_packet_is_absent() {
    let filter = parse("toy.port == ${toy.from}", true).expect("valid");
    assert_eq!(filter.answer(&Packet), Decision::No);
    let refers = filter.refers().expect("a reference");
    assert!(refers.contains(id("toy.from")) && !refers.contains(id("toy.to")));
    assert!(!parse("toy.to == ${toy.from}", true).expect("valid").needs().contains(id("toy.from")));
    assert!(parse("toy.port == 80", true).expect("valid").refers().is_none());
    // Packets of a stack without the field need not be looked at.
    assert_eq!(parse("gone.port == ${toy.from}", true).expect("valid").answer(&Stack), Decision::No);
}

#[test]
fn references_that_make_no_sense_are_refused() {
    for text in [
        "${toy.port}",
        "${toy.from}[0]",
        "toy.port == ${box}",
        "toy.port == ${toy.name}",
        "toy.port == ${foo}",
        "toy.port == ${foo.bar}",
        "toy.port == $foo",
        "toy.port == $",
        "toy.port == ${",
        "toy.port == ${toy.port",
        "toy.port == $80",
        "${toy.port} in {80}",
        "len(${toy.name}) > 5",
        "count(${toy.name}) > 5",
    ] {
        let problem = parse(text, true).expect_err(text);
        assert!(text.get(problem.span.clone()).is_some(), "{text}: {:?}", problem.span);
    }
}

#[test]
fn macros_are_replaced_in_every_form_of_call() {
    for text in [
        "${web}",
        "${web:}",
        "$web()",
        "$web{}",
        "not ${web} or toy",
        "${port:80}",
        "${port;80}",
        "$port(80)",
        "$port{80}",
        "$port( 80 )",
        "$both(80,3267)",
        "${both:80;3267}",
        "$both(80;3267) and box",
        "$twice(${web})",
        "${quoted:www}",
        r"$quoted(\w\w\w)",
        "toy.to == ${toy.to}",
        "$field(port) == 80",
        "${private_ethernet:box.src} or ${private_ipv4:toy.src}",
    ] {
        assert_eq!(answer(text), Decision::Yes, "{text}");
    }
    // A protocol's name in braces is a macro's.
    assert_eq!(answer("${toy}"), Decision::No);
}

#[test]
fn what_is_wrong_with_macros_is_marked_in_the_typed_text() {
    for (text, marked, words) in [
        ("toy and ${nothing}", "${nothing}", "no macro"),
        ("toy and $nothing(1)", "$nothing(1)", "no macro"),
        ("${port}", "${port}", "takes 1 argument, not 0"),
        ("${both:1}", "${both:1}", "takes 2 arguments, not 1"),
        ("toy or ${port:80;}", "${port:80;}", "empty"),
        ("toy or ${port:;80}", "${port:;", "empty"),
        ("toy or ${port:80", "${port", "missing"),
        ("${we b}", "we b", "no field and no macro"),
        ("${box.scr}", "box.scr", "no field and no macro"),
        ("box and ${again}", "${again}", "more than 32"),
        ("${port:foo} and toy", "${port:foo}", "In what this macro stands for"),
        ("${broken} and toy", "and", "not expected"),
        ("${web} and toy.prot == 80", "toy.prot", "no field"),
        ("${web} and toy.port = 80", "=", "single ="),
    ] {
        let problem = parse(text, true).expect_err(text);
        assert_eq!(text.get(problem.span.clone()), Some(marked), "{text}: {}", problem.message);
        assert!(problem.message.contains(words), "{text}: {}", problem.message);
    }
}

#[test]
fn macros_cannot_make_a_filter_too_long() {
    let mut text = "toy ".to_owned();
    for _ in 0..6 {
        text = format!("$bomb({text})");
    }
    assert!(parse(&text, false).is_err());
    let long = format!("$twice({})", "a".repeat(LONGEST - 40));
    assert!(parse(&long, false).is_err());
    let many = "${web} or ".repeat(LONGEST / 12) + "toy";
    assert!(parse(&many, false).is_err());
    let many = "${again} or ".repeat(2_000) + "toy";
    assert!(parse(&many, false).is_err());
}
