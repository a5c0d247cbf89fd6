//! The language over a toy schema: what is understood, what it selects, what is said of what is not.

use super::*;
use crate::field::{Field, Kind, SET, Values, kinds};

const KINDS: Values = Values::Names(&[(1, "A"), (28, "AAAA (IPv6 Address)"), (15, "MX")]);

/// Two protocols: `net` with addresses, `app` with a number, a flag, text and bytes.
fn schema() -> Schema {
    let rows = [
        Field::new("", Kind::None, ""),
        Field::new("net", Kind::Protocol, "Net"),
        Field::new("net.src", Kind::Ipv4, "Source").group(&["net.addr"]),
        Field::new("net.dst", Kind::Ipv4, "Destination").group(&["net.addr"]),
        Field::new("net.addr", Kind::Ipv4, "Address"),
        Field::new("app", Kind::Protocol, "App"),
        Field::new("app.port", kinds::U16, "Port").values(&KINDS),
        Field::new("app.flag", Kind::Bool(8), "Flag").values(&SET),
        Field::new("app.name", Kind::Text, "Name"),
        Field::new("app.data", Kind::Bytes, "Data"),
        Field::new("app.mac", Kind::Ether, "MAC"),
        Field::new("app.time", Kind::Duration, "Time"),
    ];
    let protocol = |index: usize| FieldId(if index < 5 { 1 } else { 5 });
    Schema::new(rows.into_iter().enumerate().map(|(index, row)| (row, protocol(index))))
}

/// A packet from 10.0.0.5 to 192.0.2.7 with two ports, 80 and 3267.
struct Toy;

const BYTES: &[u8] = b"\x00\x50\x0c\xc3GET /";

impl Know for Toy {
    fn occurs(&self, _: FieldId) -> Answer {
        Answer::Yes
    }
    fn carries(&self, _: FieldId) -> Answer {
        Answer::Ask
    }
    fn values(&self, field: FieldId, each: &mut dyn FnMut(Instance<'_>)) -> bool {
        let data: &[Datum<'_>] = match field.0 {
            1 | 5 => &[Datum::None],
            2 => &[Datum::Uint(0x0a00_0005)],
            3 => &[Datum::Uint(0xc000_0207)],
            6 => &[Datum::Uint(80), Datum::Uint(3267)],
            7 => &[Datum::Uint(0)],
            8 => &[Datum::Text(b"www.Example.com")],
            9 => &[Datum::Bytes(b"\x01\x02\x03")],
            10 => &[Datum::Bytes(b"\x52\x54\x00\x12\x34\x56")],
            11 => &[Datum::Time(0, 500_000_000)],
            _ => &[],
        };
        for (index, datum) in data.iter().enumerate() {
            each(Instance { datum: *datum, bytes: &BYTES[index * 2..index * 2 + 2], rest: BYTES, layer: 1 });
        }
        true
    }
}

#[test]
fn filters_select_what_they_say() {
    let schema = schema();
    for (text, selects) in [
        ("", true),
        ("app", true),
        ("net.addr == 10.0.0.5", true),
        ("net.addr == 10.0.0.6", false),
        ("net.addr == 192.0.2.0/24", true),
        ("net.addr != 10.0.0.5", false),
        ("!(net.addr == 10.0.0.6)", true),
        ("net.addr !== 10.0.0.5", true),
        ("net.src == net.dst", false),
        ("app.port == 80", true),
        ("app.port == 80 && app.port == 3267", true),
        ("app.port === 80", false),
        ("any app.port != 80", true),
        ("all app.port > 79", true),
        ("app.port in {1..79, 81..65535}", true),
        ("app.port in {1..79, 81..3266}", false),
        ("app.port not in {80}", false),
        ("app.port & 1", true),
        ("app.port & 4 == 4", false),
        ("app.port + 1 == 81", true),
        ("80 < app.port < 4000", true),
        ("app.flag", true),
        ("app.flag == 1", false),
        ("app.flag == \"Not set\"", true),
        ("app.flag == false", true),
        ("app.name contains \"Example\"", true),
        ("app.name contains \"example\"", false),
        ("app.name matches \"example\\\\.COM$\"", true),
        ("app.name matches r\"^www\\.\"", true),
        ("lower(app.name) == \"www.example.com\"", true),
        ("len(app.name) == 15", true),
        ("app.name[0:3] == \"www\"", true),
        ("app.name[-3:] == \"com\"", true),
        ("app.data == 01:02:03", true),
        ("app.data[1-2] == 02:03", true),
        ("app.data[5] == 00", false),
        ("app.mac[0:3] == 52:54:00", true),
        ("app.mac == 52-54-00-12-34-56", true),
        ("app contains \"GET\"", true),
        ("app contains 50:0c", true),
        ("@app.port == 00:50", true),
        ("app.time < 1 and app.time > 0.4", true),
        ("count(app.port) == 2", true),
        ("max(app.port) == 3267", true),
        ("app.port == 1 or app.port == 2 and net", false),
        ("app.port == 80 xor net", false),
        ("not app.port == 81 and net", true),
        ("app.port#1 == 80", true),
        ("app.port#2 == 80", false),
        ("app.port > -1", true),
        ("{app.port} == 80", true),
    ] {
        let filter = Filter::parse(&schema, text, true).unwrap_or_else(|why| panic!("{text}: {}", why.message));
        assert_eq!(filter.answer(&Toy), Answer::from(selects), "{text}");
    }
}

#[test]
fn mistakes_are_told_with_their_place_and_mended() {
    let schema = schema();
    for (text, place, mended) in [
        ("APP", "APP", Some("app")),
        ("app.prot == 80", "app.prot", Some("app.port == 80")),
        ("net AND app", "AND", Some("net and app")),
        ("net.src == “10.0.0.5”", "“", Some("net.src == 10.0.0.5")),
        ("app.port in {80 443}", "443", Some("app.port in {80, 443}")),
        ("10.0.2.15", "10.0.2.15", Some("ip.addr == 10.0.2.15")),
        ("tcp port 80", "port", Some("tcp.port == 80")),
        ("udp and port 53", "53", Some("udp.port == 53")),
        ("src host 1.2.3.4", "host", Some("ip.src == 1.2.3.4")),
        ("net 10/8", "10/8", Some("ip.addr == 10.0.0.0/8")),
        ("app.port == 70000", "70000", None),
        ("net.addr == 300.1.1.1", "300.1.1.1", None),
        ("(app.port == 80", "(", None),
        ("app.name == \"x", "\"x", None),
        ("app.name matches \"(?=x)\"", "\"(?=x)\"", None),
        ("app.port == net.addr", "net.addr", None),
        ("app.port[0] == 1", "app.port[0]", None),
    ] {
        let problem = Filter::parse(&schema, text, true).expect_err(text);
        assert_eq!(&text[problem.span.clone()], place, "{text}: {}", problem.message);
        assert_eq!(problem.mended(text).map(|fix| fix.text).as_deref(), mended, "{text}: {}", problem.message);
    }
}

#[test]
fn a_single_equals_sign_is_read_with_advice_and_refused_where_that_is_asked() {
    let schema = schema();
    let verdict = Filter::verdict(&schema, "net.src = 10.0.0.5");
    assert_eq!(verdict.state, FilterState::Caution);
    assert_eq!(verdict.span, Some((8, 9)));
    assert_eq!(verdict.fix.map(|fix| fix.text).as_deref(), Some("net.src == 10.0.0.5"));
    assert!(Filter::parse(&schema, "net.src = 10.0.0.5", true).is_err());
}

proptest::proptest! {
    #[test]
    fn any_text_gives_a_filter_or_a_place_in_it(text in "[a-z.= &|!()\\[\\]{}\"'0-9:@#$~,-]{0,80}") {
        if let Err(problem) = Filter::parse(&schema(), &text, false) {
            proptest::prop_assert!(text.get(problem.span.clone()).is_some(), "{:?}", problem);
            proptest::prop_assert!(!problem.message.is_empty());
        }
    }
}

#[test]
fn deep_nesting_is_refused_and_no_stack_overflows() {
    for text in ["(".repeat(60_000), "!".repeat(60_000), "-".repeat(60_000), "{".repeat(60_000), "@".repeat(60_000)] {
        assert!(Filter::parse(&schema(), &text, false).is_err());
    }
}
