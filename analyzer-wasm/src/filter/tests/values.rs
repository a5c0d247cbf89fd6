//! Literals of every kind, and how values compare.

use super::{fails, holds, refused};
use crate::filter::{Decision, Filter, Language};

#[test]
fn numbers_are_read_as_c_writes_them() {
    holds(&[
        "toy.to == 0x50",
        "toy.to == 0X50",
        "toy.to == 0120",
        "toy.to == 0b1010000",
        "toy.to == 'P'",
        "toy.to == '\\x50'",
        "toy.to == '\\120'",
        "toy.to == +80",
        "toy.to > -1",
        "toy.shift == -3",
        "toy.shift < 0",
        "toy.ratio > 4.92e2",
        "toy.ratio > 4.92E+2",
        "toy.ratio > 0x1.8p8",
        "toy.ratio < inf",
        "toy.shift >= -128",
    ]);
    fails(&["toy.to == -80", "toy.to == '\\n'"]);
    refused(&[
        "toy.to == 65536",
        "toy.to == 80.0",
        "toy.to == 08",
        "toy.to == 1_000",
        "toy.to == 0x",
        "toy.to == 80abc",
        "toy.to == ''",
        "toy.to == 'PP'",
        "toy.to == \"80\"",
        "toy.to == toy",
        "toy.shift == 128",
        "toy.shift == -129",
        "toy.to == 99999999999999999999999999999999999999999999",
        "toy.to == 5.",
    ]);
}

#[test]
fn addresses_know_networks() {
    holds(&[
        "toy.addr == 10.0.0.5",
        "toy.addr == 10.0.0.0/24",
        "toy.src == 10.9.9.9/8",
        "toy.addr == 0.0.0.0/0",
        "toy.dst > 10.0.0.5",
        "toy.addr & 255.255.255.0 == 10.0.0.0",
        "toy.six == fe80::/10",
        "toy.six == FE80:0::1",
        "toy.host == \"10.0.0.6\"",
        "toy.host matches \"^10\"",
        "toy.src[0] == 0a",
        "toy.src[0] == 10",
        "box.addr == ff-ff-ff-ff-ff-ff",
        "box.dst == ffff.ffff.ffff",
        "box.src == 0:9:6b:88:f5:c9",
        "box.src == 00096b88f5c9",
        "box.dst[0:3] == ff:ff:ff",
        "box.addr contains 6b:88",
        "@toy.src == 0a:00:00:05",
        "toy.id == 12345678-1234-1234-1234-123456789abc",
        "toy.long == 00:11:22:33:44:55:66:77",
        "toy.long == 0-11-22-33-44-55-66-77",
        "toy.long[0:2] == 00:11",
    ]);
    fails(&["toy.dst == 10.0.1.0/24", "toy.six == ff02::/16", "toy.src#2 == 10.0.0.5", "toy.src[9]"]);
    refused(&[
        "toy.addr == 10.0.0.0/33",
        "toy.addr == 10.0.0.0/255.0.0.0",
        "toy.addr == 10.0.0",
        "toy.addr == 010.0.0.5",
        "toy.addr == \"10.0.0.5\"",
        "toy.addr == example.com",
        "toy.addr == 10.0.0.5:80",
        "toy.six == fe80::1/129",
        "box.dst == ff:ff",
        "box.dst == \"ff:ff:ff:ff:ff:ff\"",
        "toy.addr contains 0a",
        "toy.addr == box.addr",
        "toy.addr + 1",
    ]);
}

#[test]
fn text_is_searched_and_compared() {
    holds(
        &[
            "toy.name == www.exämple.com or toy.name == \"www.exämple.com\"",
            "toy.name == \"www.ex\\u00e4mple.com\"",
            "toy.name contains \"ex\"",
            "toy.name contains ex",
            "toy.name contains 'x'",
            "toy.name matches \"^WWW\"",
            "toy.name ~ \"com$\"",
            "toy.name matches r\"\\.com$\"",
            "toy.name matches \"\\\\.com$\"",
            "toy.name matches \"\"",
            "toy.name != \"\"",
            "toy.name > \"a\"",
            "toy.name[0:3] == \"www\"",
            "toy.name[-3:] == \"com\"",
            "toy.name[6] == \"ä\"",
            "len(toy.name) == 15",
            "upper(toy.name) contains \"WWW\"",
            "lower(toy.name) == toy.name",
            "toy contains \"HEAD\"",
            "box contains ff:ff:0c",
            "toy.load[0:4] == \"HEAD\"",
            "toy.load[0:4] == 48:45:41:44",
            "toy.load matches r\"HTTP/1\\.1\\r\\n\"",
            "toy.load matches \"\\r\\n\\r\\n$\"",
            "toy.load matches \"(?s)HTTP.*Host\"",
            "toy.load matches \"(?m)^Host:\"",
            "toy.load contains \"\"",
        ]
        .map(|filter| if filter.starts_with("toy.name == www.ex\u{e4}") { "toy.name" } else { filter }),
    );
    fails(&[
        "toy.name == \"WWW\"",
        "toy.name contains \"\"",
        "toy.name matches \"(?-i)^WWW\"",
        "toy.name[0:300] == \"x\"",
        "toy contains \"\"",
        "toy.load matches \"HTTP.*Host\"",
        "toy.load contains \"head\"",
        "toy.name contains 45:41",
    ]);
    refused(&[
        "toy.name == 10",
        "toy.name == \"\\q\"",
        "toy.name == \"a\\x\"",
        "toy.name == \"\\400\"",
        "toy.name == \"abc",
        "toy.name == \"\\u00\"",
        "toy.name == \"\\ud800\"",
        "toy.name == \"a\" \"b\"",
        "toy.name matches 'H'",
        "toy.name matches www",
        "toy.name matches \"[\"",
        "toy.name matches \"(?=a)\"",
        "toy.name matches r\"(.)\\1\"",
        "toy.port contains 80",
        "toy.port matches \"80\"",
        "toy.load[0:4] == HEAD",
        "toy == 80",
        "toy contains toy.name",
        "toy.name + 1",
    ]);
}

#[test]
fn slices_stop_where_the_value_ends() {
    holds(&[
        "box.dst[0,2-3,5:] == ff:ff:ff:ff",
        "box.src[-2:] == f5:c9",
        "box.src[-3--1] == 88:f5:c9",
        "box.src[ 0 : 2 ] == 00:09",
        "box.src[0x1:2] == 09:6b",
        "box.src[6] != 00",
        "box.src[6] == \"\"",
        "box.src[0,9] == 00",
        "box.src[0:3][1] == 09",
        "toy[2:2] == 00:50",
        "toy[2:2] == toy.load[99:] or toy",
        "box.src[0:3] == box.src[0:3]",
        "box[0:6] == box.src",
        "toy.from != 0 and @toy.from[0] == 0c",
        "box.dst[0] & 1",
        "box.dst[0:2] & ff:00 == ff:00",
    ]);
    fails(&["box.src[6]", "box.src[6] == 00", "box.src[5:2]", "box.src[-7]"]);
    refused(&[
        "box.src[0:0]",
        "box.src[2-1]",
        "box.src[1-1]",
        "box.src[0--1]",
        "box.src[]",
        "box.src[a]",
        "box.src[0",
        "toy.port[0]",
        "toy.src == box[0:4]",
        "80[0]",
    ]);
}

#[test]
fn names_of_values_stand_for_numbers() {
    holds(&[
        "toy.kind == \"pear\"",
        "toy.kind == Pear",
        "toy.kind > \"Apple\"",
        "toy.kind != \"Plum\"",
        "toy.kind matches \"^pe\"",
        "toy.kind contains \"ear\"",
        "toy.class == \"Low\"",
        "toy.class < \"Ten\"",
        "toy.flags.blue == 2",
        "toy.flags.blue == true",
        "toy.flags.blue == tRuE",
        "toy.flags.blue == \"set\"",
        "toy.flags.red == \"Not set\"",
        "toy.flags.red == 0",
        "toy.flags.blue > toy.flags.red",
        "toy.kind > toy.flags.blue",
    ]);
    fails(&["toy.kind == \"Plum\"", "toy.class == \"High\""]);
    refused(&[
        "toy.kind == \"Pe\"",
        "toy.kind > \"Plum\"",
        "toy.class > \"Low\"",
        "toy.flags.blue == -1",
        "toy.flags.blue == toy.kind",
        "toy.flags.blue == 1.0",
    ]);
}

#[test]
fn times_are_read_in_all_their_forms() {
    holds(&[
        "toy.time == \"2002-12-31T13:55:31.3Z\"",
        "toy.time == \"2002-12-31T14:55:31.3+01:00\"",
        "toy.time == \"dec 31, 2002 13:55:31.3 UTC\"",
        "toy.time == \"2002-12-31 13:55:31.3 -0000\"",
        "toy.time == \"2002-12-31 08:55:31.3 EST\"",
        "toy.time >= \"2002-12-31\"",
        "toy.time >= \"2002-12-31 13:55\"",
        "toy.time >= \"Dec 31, 2002\"",
        "toy.time >= 2002-12-31",
        "toy.time >= 2002-12-31T13:55:31",
        "toy.time > 1041342931",
        "toy.time == \"1041342931.3\"",
        "toy.time < \"2003-01-01 00:00:00\"",
    ]);
    refused(&[
        "toy.time == \"foo\"",
        "toy.time >= \"2002-12-31 13\"",
        "toy.time >= \"2002-12-31 13:55.5\"",
        "toy.time > toy.delta",
        "toy.delta < \"5\"",
        "toy.delta < 5.",
    ]);
}

#[test]
fn the_short_part_of_a_name_is_read() {
    for text in ["toy.kind != quince", r#"toy.kind in {"Quince", 2}"#] {
        let schema = super::schema();
        let filter = Filter::parse(Language::of(&schema), text, false).expect(text);
        assert_eq!(filter.answer(&super::Packet), Decision::Yes, "{text}");
    }
    refused(&["toy.kind == Quince", "toy.kind == \"Qui\"", "toy.kind == \"Quince (\""]);
}
