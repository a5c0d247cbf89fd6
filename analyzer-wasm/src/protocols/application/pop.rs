//! Post Office Protocol, version 3 (RFC 1939; STLS of RFC 2595).

use crate::dissect::{Key, Layer, Next, Protocol, Stop, as_summarized};
use crate::field::FieldId;
use crate::memory::{History, Stream};
use crate::protocols::lines::{self, TextLine};
use crate::protocols::reassembly::{self, PartFields};
use crate::protocols::{expert, secured};
use crate::value::Value;

/// Post Office Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "pop",
    title: "Post Office Protocol",
    column: "POP",
    tables: &[("tcp.port", Key::Number(110))],
    fields: FIELDS,
    dissect,
    summary: as_summarized,
    pdu_length: Some(secured::as_it_comes),
    ..Protocol::PLAIN
};

crate::fields! { pop
    RESPONSE "pop.response" Text "Response";
    RESPONSE_INDICATOR "pop.response.indicator" Text "Response indicator";
    RESPONSE_DESCRIPTION "pop.response.description" Text "Response description";
    RESPONSE_DATA "pop.response.data" Text "Data";
    REQUEST "pop.request" Text "Request";
    REQUEST_COMMAND "pop.request.command" Text "Request command";
    REQUEST_PARAMETER "pop.request.parameter" Text "Request parameter";
    REQUEST_DATA "pop.request.data" Text "Data";
    FRAGMENTS "pop.data.fragments" None "DATA fragments";
    FRAGMENT "pop.data.fragment" Frame "DATA fragment";
    FRAGMENT_COUNT "pop.data.fragment.count" U32 "DATA fragment count";
    REASSEMBLED_IN "pop.data.reassembled.in" Frame "Reassembled DATA in frame";
    REASSEMBLED_LENGTH "pop.data.reassembled.length" U32 "Reassembled DATA length";
    LENGTH_INVALID "pop.response.tot_len.invalid" None "Length must be a string containing an integer" expert (Error, Malformed);
}

/// A session behind some of its lines, which decides how the next bytes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct PopSession {
    /// A message was asked for, and the response is to come.
    message_asked: bool,
    /// TLS was asked for, and the response is to come.
    tls_asked: bool,
    /// Bytes of the message that the response announced, and how many of them came.
    announced: u32,
    came: u32,
}

static STATE: History<Stream, PopSession> = History::new(1 << 20);

/// The fields of a message that came in parts.
const MESSAGE: PartFields = PartFields {
    all: FRAGMENTS,
    each: FRAGMENT,
    count: FRAGMENT_COUNT,
    length: REASSEMBLED_LENGTH,
    completed_in: REASSEMBLED_IN,
    name: "DATA fragments",
    source: "Reassembled DATA",
    lists_one: false,
    next: Next::named("imf"),
};

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    if secured::is_secured(l) {
        return Err(Stop::NotMine);
    }
    let mut state = l.recall(&STATE);
    let line = lines::first(l.rest());
    if lines::is_request(l, &PROTOCOL) {
        l.summarize(|| Some(format!("C: {}", lines::shown(line.text))));
        requested(line.text, &mut state);
        l.keep(&STATE, state);
        first_line(l, line, (REQUEST, REQUEST_COMMAND, REQUEST_PARAMETER), false)?;
        more_lines(l, REQUEST_DATA)?;
        return Ok(Next::End);
    }
    if !line.text.starts_with(b"+OK") && !line.text.starts_with(b"-ERR") {
        part(l, state);
        return Ok(Next::End);
    }
    l.summarize(|| Some(format!("S: {}", lines::shown(line.text))));
    let is_invalid = responded(l, line.text, &mut state);
    l.keep(&STATE, state);
    first_line(l, line, (RESPONSE, RESPONSE_INDICATOR, RESPONSE_DESCRIPTION), is_invalid)?;
    more_lines(l, RESPONSE_DATA)?;
    if is_invalid {
        expert::malformed(l);
    }
    Ok(Next::End)
}

/// What a request makes of the response.
fn requested(line: &[u8], state: &mut PopSession) {
    let is = |name: &[u8]| line.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name));
    state.message_asked |= is(b"RETR") || is(b"TOP");
    state.tls_asked |= is(b"STLS");
}

/// Reads a response, which decides how the next bytes are read; returns whether it should hold a length and does not.
fn responded(l: &mut Layer<'_, '_>, line: &[u8], state: &mut PopSession) -> bool {
    let agrees = line.starts_with(b"+OK ");
    if state.tls_asked && agrees {
        secured::secure(l);
    }
    let mut is_invalid = false;
    if state.message_asked && agrees {
        let text = line.get(4..).unwrap_or_default().trim_ascii_start();
        let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = std::str::from_utf8(text.get(..digits).unwrap_or_default()).unwrap_or_default();
        let announced = number.parse();
        is_invalid = !text.is_empty() && announced.is_err();
        (state.announced, state.came) = (announced.unwrap_or(0), 0);
    }
    (state.message_asked, state.tls_asked) = (false, false);
    is_invalid
}

/// A part of a message, which a mail is; one of unknown length is a mail of its own.
fn part(l: &mut Layer<'_, '_>, mut state: PopSession) {
    state.message_asked = false;
    state.came = state.came.saturating_add(l.left() as u32);
    let is_last = state.announced <= state.came;
    if is_last {
        (state.announced, state.came) = (0, 0);
    }
    l.keep(&STATE, state);
    let length = l.left();
    l.summarize(|| Some(format!("S: {}", lines::fragment(length))));
    reassembly::message_part(l, &MESSAGE, is_last);
}

/// Notes the first line with its two parts.
fn first_line(
    l: &mut Layer<'_, '_>,
    line: TextLine<'_>,
    fields: (FieldId, FieldId, FieldId),
    is_invalid: bool,
) -> Result<(), Stop> {
    let start = l.at();
    lines::note_whole(l, fields.0, line)?;
    let (word, behind) = lines::word(line.text);
    let behind = if word.is_empty() { 0 } else { behind };
    l.below(|l| {
        if !word.is_empty() {
            l.note_ascii(fields.1, start, start + word.len());
        }
        if is_invalid {
            l.generated_at(LENGTH_INVALID, start, Value::None);
        }
        if behind < line.text.len() {
            l.note_ascii(fields.2, start + behind, start + line.text.len());
        }
    });
    Ok(())
}

/// Notes the lines behind the first one.
fn more_lines(l: &mut Layer<'_, '_>, field: FieldId) -> Result<(), Stop> {
    while l.left() > 0 {
        lines::note_whole(l, field, lines::first(l.rest()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::Talk;

    #[test]
    fn commands_and_responses_have_a_word_and_the_rest() {
        let mut talk = Talk::to(110);
        let request = talk.client("USER me\r\nPASS x\r\n");
        assert_eq!(request.row()[2..], ["POP", "C: USER me"]);
        assert_eq!(request.of("pop.request.command"), ["USER"]);
        assert_eq!(request.of("pop.request.parameter"), ["me"]);
        assert_eq!(request.of("pop.request.data"), [""]);
        let response = talk.server("-ERR  no such \r\n");
        assert_eq!(response.of("pop.response.indicator"), ["-ERR"]);
        assert_eq!(response.of("pop.response.description"), ["no such "]);
    }

    #[test]
    fn a_message_of_known_length_is_put_together() {
        let mut talk = Talk::to(110);
        talk.client("RETR 1\r\n");
        talk.server("+OK 30 octets\r\n");
        assert_eq!(talk.server("Subject: a\r\n").row()[2..], ["POP", "S: DATA fragment, 12 bytes"]);
        let last = talk.server("\r\nthe end of it\r\n.\r\n");
        assert_eq!(last.row()[2..], ["POP/IMF", "subject: a, , the end of it  , .  "]);
        assert_eq!(last.of("pop.data.fragment"), ["3", "4"]);
        assert_eq!(last.of("pop.data.reassembled.length"), ["32"]);
        assert_eq!(talk.server("x").row()[2..], ["POP/IMF", "x"]);
    }

    #[test]
    fn a_length_that_is_none_is_reported() {
        let mut talk = Talk::to(110);
        talk.client("RETR 1\r\n");
        assert_eq!(talk.server("+OK follows\r\n").of("pop.response.tot_len.invalid").len(), 1);
        assert_eq!(talk.server("+OK follows\r\n").of("pop.response.tot_len.invalid").len(), 0);
    }
}
