//! Internet Message Access Protocol, version 4 (RFC 3501).

mod measure;

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::memory::{self, History, Stream, Transaction};
use crate::protocols::lines::{self, TextLine};
use crate::protocols::secured;
use crate::value::Value;

/// Internet Message Access Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "imap",
    title: "Internet Message Access Protocol",
    column: "IMAP",
    tables: &[("tcp.port", Key::Number(143))],
    fields: FIELDS,
    dissect,
    summary,
    pdu_length: Some(|bytes, measuring| {
        secured::pdu_length(bytes, measuring).unwrap_or_else(|| measure::lines(bytes, measuring.resumed))
    }),
    named_early: Some(measure::is_known),
    ..Protocol::PLAIN
};

crate::fields! { imap
    IS_REQUEST "imap.isrequest" Bool(0) "Request" hidden true;
    LINE "imap.line" TextZ "Line";
    REQUEST "imap.request" TextZ "Request";
    REQUEST_TAG "imap.request_tag" TextZ "Request Tag";
    RESPONSE "imap.response" TextZ "Response";
    RESPONSE_TAG "imap.response_tag" TextZ "Response Tag";
    REQUEST_COMMAND "imap.request.command" TextZ "Request Command";
    RESPONSE_COMMAND "imap.response.command" TextZ "Response Command";
    RESPONSE_STATUS "imap.response.status" TextZ "Response Status";
    TAG "imap.tag" TextZ "Tag" hidden true;
    COMMAND "imap.command" TextZ "Command" hidden true;
    REQUEST_FOLDER "imap.request.folder" TextZ "Request Folder";
    REQUEST_UID "imap.request.command.uid" Bool(0) "Request isUID";
    REQUEST_USERNAME "imap.request.username" TextZ "Request Username";
    REQUEST_PASSWORD "imap.request.password" TextZ "Request Password";
    RESPONSE_IN "imap.response_in" Frame "Response In";
    RESPONSE_TO "imap.response_to" Frame "Request In";
    TIME "imap.time" Duration "Response Time";
}

/// Whether a client asked for TLS and waits for the response.
static TLS_ASKED: History<Stream, bool> = History::new(1 << 18);

/// The commands whose argument is a mailbox; the first arguments of the last are the messages.
const FOLDER_FIRST: &[&[u8]] =
    &[b"SELECT", b"EXAMINE", b"CREATE", b"DELETE", b"RENAME", b"SUBSCRIBE", b"UNSUBSCRIBE", b"STATUS", b"APPEND"];
const FOLDER_SECOND: &[u8] = b"COPY";

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    if secured::is_secured(l) {
        return Err(Stop::NotMine);
    }
    let is_request = lines::is_request(l, &PROTOCOL);
    l.generated(IS_REQUEST, Value::Uint(is_request.into()));
    let (bytes, name) = (l.rest(), if is_request { "Request" } else { "Response" });
    l.summarize(|| listed(bytes).map(|line| format!("{name}: {}", lines::shown(line))));
    let mut mails = Vec::new();
    while l.left() > 0 {
        let (start, line) = (l.at(), lines::first(l.rest()));
        l.skip(line.length)?;
        l.note_ascii(LINE, start, l.at());
        if is_request {
            request(l, start, line)?;
        } else if line.text.first() != Some(&b'*') {
            response(l, start, line);
        } else if let Some(size) = measure::literal(line.text) {
            let mail = (l.at(), size.min(l.left()));
            mails.push(mail);
            l.skip(mail.1)?;
        }
    }
    let end = l.end();
    for (start, length) in mails {
        l.seek(start)?;
        l.within(length, |l| {
            l.call(Next::named("imf"));
            Ok(())
        })?;
    }
    l.seek(end)?;
    Ok(Next::End)
}

/// The line that the packet list shows: the first one that answers a command, else the first.
fn listed(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes;
    while !rest.is_empty() {
        let line = lines::first(rest);
        if line.text.first() != Some(&b'*') {
            return Some(line.text);
        }
        rest = rest.get(line.length + measure::literal(line.text).unwrap_or(0)..).unwrap_or_default();
    }
    (!bytes.is_empty()).then(|| lines::first(bytes).text)
}

/// The words of a line, each with its place in it.
fn words(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let (word, behind) = lines::word(rest);
        let place = at;
        at += behind;
        Some((place, word))
    })
}

/// The argument that begins at `at`: a word, or what stands between quotation marks, with them.
fn argument(line: &[u8], at: usize) -> &[u8] {
    let rest = line.get(at..).unwrap_or_default();
    match rest.strip_prefix(b"\"").and_then(|inside| memchr::memchr(b'"', inside)) {
        Some(end) => rest.get(..end + 2).unwrap_or_default(),
        None => lines::word(rest).0,
    }
}

/// A command of a client.
fn request(l: &mut Layer<'_, '_>, start: usize, line: TextLine<'_>) -> Result<(), Stop> {
    if line.text.is_empty() {
        return Ok(());
    }
    let note = |l: &mut Layer<'_, '_>, field, (at, word): (usize, &[u8])| {
        l.note_ascii(field, start + at, start + at + word.len());
    };
    l.below(|l| {
        note(l, REQUEST, (0, line.text));
        let mut words = words(line.text);
        let Some(tag) = words.next().filter(|(_, word)| !word.is_empty()) else { return Ok(()) };
        note(l, REQUEST_TAG, tag);
        note(l, TAG, tag);
        let Some(first) = words.next() else { return Ok(()) };
        let is_uid = first.1.eq_ignore_ascii_case(b"UID");
        if is_uid {
            l.note(REQUEST_UID, start + first.0, start + first.0 + first.1.len(), Value::Uint(1));
        }
        let Some(command) = (if is_uid { words.next() } else { Some(first) }) else { return Ok(()) };
        note(l, REQUEST_COMMAND, command);
        note(l, COMMAND, first);
        let is = |name: &[u8]| command.1.eq_ignore_ascii_case(name);
        if is(b"LOGIN") {
            const LACKS: Stop = Stop::Malformed("LOGIN lacks a name or a password");
            let (at, _) = words.next().ok_or(LACKS)?;
            let name = argument(line.text, at);
            note(l, REQUEST_USERNAME, (at, name));
            let at = at + name.len() + 1;
            let password = Some(argument(line.text, at)).filter(|password| !password.is_empty()).ok_or(LACKS)?;
            let quoted = password.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
            note(l, REQUEST_PASSWORD, quoted.map_or((at, password), |text| (at + 1, text)));
        } else if is(b"STARTTLS") {
            l.keep(&TLS_ASKED, true);
        } else if FOLDER_FIRST.iter().any(|name| is(name)) {
            words.next().into_iter().for_each(|folder| note(l, REQUEST_FOLDER, folder));
        } else if is(FOLDER_SECOND) {
            words.nth(1).into_iter().for_each(|folder| note(l, REQUEST_FOLDER, folder));
        }
        link(l, start, tag.1, false);
        Ok(())
    })
}

/// A response with a tag, or one that asks for more.
fn response(l: &mut Layer<'_, '_>, start: usize, line: TextLine<'_>) {
    if line.text.is_empty() {
        return;
    }
    let note = |l: &mut Layer<'_, '_>, field, (at, word): (usize, &[u8])| {
        l.note_ascii(field, start + at, start + at + word.len());
    };
    l.below(|l| {
        note(l, RESPONSE, (0, line.text));
        let mut words = words(line.text);
        let Some(tag) = words.next().filter(|(_, word)| !word.is_empty()) else { return };
        note(l, RESPONSE_TAG, tag);
        note(l, TAG, tag);
        let status = words.next();
        if let Some(status) = status {
            note(l, RESPONSE_STATUS, status);
        }
        if let Some(command) = words.next() {
            note(l, RESPONSE_COMMAND, command);
            note(l, COMMAND, command);
        }
        link(l, start, tag.1, true);
        if tag.1 != b"+" && l.recall(&TLS_ASKED) {
            l.keep(&TLS_ASKED, false);
            if status.is_some_and(|(_, word)| word.eq_ignore_ascii_case(b"OK")) {
                secured::secure(l);
            }
        }
    });
}

/// Links a command and the response with its tag, whose line begins at `start`.
fn link(l: &mut Layer<'_, '_>, start: usize, tag: &[u8], response: bool) {
    if l.quoted() || tag == b"+" {
        return;
    }
    let id = tag.iter().fold(0u64, |id, byte| id.rotate_left(8) ^ u64::from(*byte));
    let key = memory::key(&l.endpoints(), PROTOCOL.name, id);
    let linked = l.memory().transaction(Transaction { key, response });
    l.note_linked([RESPONSE_IN, RESPONSE_TO, TIME], start, &linked, response);
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    // Where a message only begins or goes on, TCP's words stand.
    if let Some(line) = view.summarized() {
        columns.protocol = PROTOCOL.column.into();
        line.clone_into(&mut columns.info);
    }
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::Talk;

    #[test]
    fn commands_have_tags_names_and_arguments() {
        let mut talk = Talk::to(143);
        let login = talk.client("a1 LOGIN me \"se cret\"\r\na2 UID copy 1:2 Trash\r\n");
        assert_eq!(login.row()[2..], ["IMAP", "Request: a1 LOGIN me \"se cret\""]);
        assert_eq!(login.of("imap.request_tag"), ["a1", "a2"]);
        assert_eq!(login.of("imap.request.command"), ["LOGIN", "copy"]);
        assert_eq!(login.of("imap.request.username"), ["me"]);
        assert_eq!(login.of("imap.request.password"), ["se cret"]);
        assert_eq!(login.of("imap.request.folder"), ["Trash"]);
        let response = talk.server("* 1 EXISTS\r\na2 OK done\r\na1 NO\r\n");
        assert_eq!(response.row()[3], "Response: a2 OK done");
        assert_eq!(response.of("imap.response.status"), ["OK", "NO"]);
        assert_eq!(response.of("imap.response_to"), ["1", "1"]);
    }

    #[test]
    fn a_literal_of_several_segments_is_a_mail() {
        let mut talk = Talk::to(143);
        let begins = talk.server("* 1 FETCH (BODY[] {17}\r\nSubject: x\r\n");
        assert_eq!((begins.row()[2], begins.of("imap.isrequest")), ("TCP", vec!["0"]));
        assert_eq!(talk.server("\r\nbo").row()[2], "TCP");
        let ends = talk.server("y)\r\nb OK\r\n");
        assert_eq!(ends.row()[2..], ["IMAP/IMF", "subject: x, , boy"]);
        assert_eq!(ends.of("imap.line").len(), 3);
    }

    #[test]
    fn lines_go_over_segments() {
        let mut talk = Talk::to(143);
        assert_eq!(talk.client("a1 NOOP\r\na2 NO").row()[3], "Request: a1 NOOP");
        assert_eq!(talk.client("OP\r\n").row()[3], "Request: a2 NOOP");
        assert!(talk.client("lo").of("imap.isrequest").is_empty());
    }
}
