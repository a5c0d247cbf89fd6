//! The filter against a toy schema: what it answers, and what it refuses.

pub(crate) mod references;
pub(crate) mod robust;
pub(crate) mod toy;
mod values;

use super::{Decision, Filter, Language};
use toy::{Packet, Stack, id, schema};

pub(crate) fn answer(text: &str) -> Decision {
    match Filter::parse(Language::of(&schema()), text, false) {
        Ok(filter) => filter.answer(&Packet),
        Err(problem) => panic!("{text}: {}", problem.message),
    }
}

fn holds(filters: &[&str]) {
    for filter in filters {
        assert_eq!(answer(filter), Decision::Yes, "{filter}");
    }
}

fn fails(filters: &[&str]) {
    for filter in filters {
        assert_eq!(answer(filter), Decision::No, "{filter}");
    }
}

fn refused(filters: &[&str]) {
    for filter in filters {
        assert!(Filter::parse(Language::of(&schema()), filter, true).is_err(), "{filter}");
    }
}

#[test]
fn a_blank_filter_displays_everything() {
    holds(&["", " \t\r\n"]);
    assert!(Filter::parse(Language::of(&schema()), " ", true).expect("blank").is_empty());
}

#[test]
fn presence_does_not_look_at_the_value() {
    holds(&[
        "toy",
        "box",
        "toy.port",
        "toy.flags.red",
        ".toy.port",
        "!gone",
        "not gone.port",
        "toy.src#2",
        "@toy.port",
    ]);
    fails(&["gone", "gone.port", "toy.src#3", "toy.src#0", "!toy", "toy.note"]);
}

#[test]
fn several_values_mean_any_or_all() {
    holds(&[
        "toy.port == 80",
        "toy.level == 4 and toy.level == 6 and toy.sublevel == 6",
        "toy.port eq 3267",
        "toy.port any_eq 80",
        "toy.port !== 80",
        "toy.port any_ne 80",
        "any toy.port != 80",
        "toy.port != 81",
        "toy.port all_ne 81",
        "all toy.port >= 80",
        "toy.port == toy.to",
        "toy.from != toy.to",
        "toy.port > 80 and toy.port < 3267",
        "not gone.port == 80",
        "100 < toy.port < 5000",
        "80 == toy.port",
    ]);
    fails(&[
        "toy.port != 80",
        "toy.port ne 80",
        "toy.port === 80",
        "toy.port all_eq 80",
        "all toy.port > 80",
        "gone.port != 80",
        "all gone.port == 80",
        "gone.port !== 80",
        "toy.port == gone.port",
        "toy.port != gone.port",
        "toy.port === toy.port",
    ]);
}

#[test]
fn logic_binds_as_in_wireshark_4() {
    holds(&[
        "toy or gone and gone",
        "not gone and toy",
        "gone or toy",
        "toy xor gone",
        "toy ^^ gone",
        "!gone && toy || gone",
        "toy xor gone and gone",
        "toy.port==80&&box||gone",
        "((toy))",
    ]);
    fails(&["not (toy or gone)", "toy and gone", "toy xor box", "not toy or gone", "gone xor gone or gone"]);
}

#[test]
fn sets_hold_values_ranges_and_fields() {
    holds(&[
        "toy.port in {80, 443}",
        "toy.port in{80}",
        "toy.to in {79..81}",
        "toy.to in {0x4f .. 0x51}",
        "toy.to in {79+1}",
        "toy.to in {toy.port}",
        "toy.to in {gone.port, 80}",
        "toy.port not in {1..79}",
        "toy.addr in {10.0.0.0/24}",
        "toy.name in {\"a\", \"www.exämple.com\"}",
        "toy.kind in {\"Pear\", 9}",
        "all toy.port in {80, 3267}",
        "toy.shift in {-5 .. 100}",
    ]);
    fails(&[
        "toy.port in {81..79}",
        "toy.port in {81..3266, 5}",
        "toy.port not in {80}",
        "gone.port not in {80}",
        "gone.port in {80}",
        "all toy.port in {80}",
    ]);
    refused(&["toy.port in {}", "toy.port in {80,}", "toy.port in 80", "toy.load[0] in {1}", "len(toy.name) in {3}"]);
}

#[test]
fn arithmetic_maps_over_all_values() {
    holds(&[
        "toy.from == toy.to + 3187",
        "toy.to * 2 == 160",
        "toy.to / 3 == 26",
        "toy.to % 7 == 3",
        "toy.to - 79",
        "toy.to == 81 - 1",
        "toy.to == {81 - 1}",
        "{toy.to} == 80",
        "toy.to * {1 + 1} == 160",
        "toy.to + 1 * 2 == 82",
        "toy.to - 100 == -20",
        "-toy.to == -80",
        "--toy.to == 80",
        "toy.port + toy.port == 160",
        "toy.flags & 0x18 == 0x18",
        "toy.flags & 8",
        "toy.flags&8",
        "not toy.flags & 2",
        "0x10 & toy.flags",
        "toy.to / {toy.to - 80} != 1",
        "toy.delta == -0.5",
        "toy.delta * 2 == -1",
        "abs(toy.delta) < 1",
        "toy.time - 1 == \"2002-12-31 13:55:30.3\"",
        "toy.ratio + 1 > 493",
        "toy.to - 10 - 10 == 60",
    ]);
    fails(&["toy.flags & 2", "toy.to - 80", "toy.to / 0 == 1", "toy.to / 0", "toy.port + 0 != 80", "gone.port + 1"]);
    refused(&[
        "toy.kind + 255 == 259",
        "toy.to == 81-1",
        "toy.to == 80 / 0",
        "(toy.to) == 80",
        "(toy.flags & 8) == 8",
        "80 + 0",
        "80",
        "\"a\"",
        "toy.flags.red + 1 == 1",
        "toy.flags.red & 1",
        "6 == 7",
        "toy.to + 1 in {81}",
        "~toy.to",
        "toy.to | 1",
        "toy.to << 1",
    ]);
}

#[test]
fn functions_compute_of_values() {
    holds(&[
        "count(toy.port) == 2",
        "count(gone.port) == 0",
        "count(toy.port)",
        "len(toy) == 8",
        "len(toy.load[1:]) > 3",
        "len(@toy.flags) == 2",
        "len (toy.src) == 4",
        "string(toy.to) == \"80\"",
        "string(toy.flags) == \"24\"",
        "string(toy.addr) contains \"10.0\"",
        "string(box.src) contains \":\"",
        "max(toy.port) == 3267",
        "min(toy.port, 5) == 5",
        "max(toy.port, gone.port) == 3267",
        "abs(toy.to - 100) == 20",
        "abs(-80) == toy.to",
        "vals(toy.kind) == \"Pear\"",
        "dec(toy.to) == \"80\"",
        "hex(toy.to) == \"0x0050\"",
        "hex(toy.kind) == \"0x02\"",
        "double(toy.to) / 160 == 0.5",
        "float(toy.to) == 80.0",
        "not max(gone.port) > 0",
        "toy.to == len(toy.name) + 65",
        "ip_rfc1918(toy.src)",
        "ip_rfc1918(toy.src) == true",
        "ip_linklocal(toy.six)",
        "!ip_multicast(toy.six)",
        "!ip_ula(toy.six)",
        "ip_special_name(toy.src) == \"Private-Use\"",
        "ip_special_name(toy.six)",
        "ip_special_mask(toy.six) == 25",
        "ip_special_mask(toy.src) & 16",
    ]);
    fails(&["max(gone.port) > 0", "lower(\"ABC\") == toy.name", "max(1, 2) == toy.kind and gone"]);
    refused(&[
        "len(toy.port)",
        "len(\"abc\") == 3",
        "len()",
        "len(toy.name, toy.name)",
        "foo(toy)",
        "LEN(toy.name) == 3",
        "upper(toy.port) == \"80\"",
        "string(toy.name) == \"a\"",
        "vals(toy.to) == \"http\"",
        "max(toy.port, toy.name) == 1",
        "abs(toy.name) == 1",
        "ip_rfc1918(toy.six)",
        "ip_ula(toy.src)",
        "toy.addr == 10.0.0.0 - 10.0.0.9",
    ]);
}

#[test]
fn grammar_errors_are_found() {
    refused(&[
        "toy.port 80",
        "toy toy",
        "and toy",
        "toy and",
        "()",
        "(toy",
        "toy)",
        "foo",
        ".foo",
        "toy..port",
        "TOY",
        "toy?",
        "toy;box",
        "toy\\",
        "toy.port = 80",
        "toy.port ~= 80",
        "toy.port <> 80",
        "toy AND box",
        "\"toy\nand\tbox\"",
        "toy.port == 80and box",
        "any not toy",
        "toy.port any == 80",
        "toy.src#-1 == 1.1.1.1",
        "toy.src # 2",
        "toy.src#",
        "1#1",
        "foo#1",
        "@foo == 1",
        "${toy.port}",
        "toy.port == {80..90}",
        "toy.port == 80..90",
        "any toy",
        "toy.port == (80)",
        "all",
        "in {80}",
        "toy.port == ",
    ]);
}

#[test]
fn a_stack_decides_what_it_can() {
    let schema = schema();
    for (text, expected) in [
        ("toy", Decision::Yes),
        ("gone", Decision::No),
        ("gone.port == 80", Decision::No),
        ("gone.port != 80", Decision::No),
        ("not gone.port == 80", Decision::Yes),
        ("toy.port == 80", Decision::Ask),
        ("toy.port", Decision::Ask),
        ("gone and toy.port == 80", Decision::No),
        ("toy.port == 80 and gone", Decision::No),
        ("toy.port == 80 or toy", Decision::Yes),
        ("toy.port == 80 or gone", Decision::Ask),
        ("not toy.port == 80", Decision::Ask),
        ("toy xor toy.port == 80", Decision::Ask),
        ("count(gone.port) == 0", Decision::Yes),
        ("gone.port == toy.port", Decision::No),
        ("gone.port in {80}", Decision::No),
        ("toy#1", Decision::Ask),
    ] {
        let filter = Filter::parse(Language::of(&schema), text, true).expect(text);
        assert_eq!(filter.answer(&Stack), expected, "{text}");
    }
}

#[test]
fn needs_are_the_members_of_groups() {
    let filter = Filter::parse(Language::of(&schema()), "toy.port == 80 and box", true).expect("valid");
    let named = |name: &str| filter.needs().contains(id(name));
    assert!(named("toy.from") && named("toy.to") && named("box"));
    assert!(!named("gone.port") && !named("toy.name") && !named("toy"));
}
