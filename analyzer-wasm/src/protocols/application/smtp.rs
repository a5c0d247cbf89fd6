//! Simple Mail Transfer Protocol (RFC 5321; AUTH of RFC 4954, BDAT of RFC 3030, STARTTLS of RFC 3207).

mod names;
mod session;

use crate::dissect::{Key, Layer, Next, Protocol, Stop, as_said};
use crate::memory::{History, Measuring, Stream};
use crate::protocols::reassembly::{self, Parts};
use crate::protocols::{lines, secured};
use crate::streams::Measure;
use crate::value::Value;
use session::{Kind, Role, Session};

/// Simple Mail Transfer Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "smtp",
    title: "Simple Mail Transfer Protocol",
    column: "SMTP",
    tables: &[("tcp.port", Key::Numbers(&[25, 587]))],
    fields: FIELDS,
    dissect,
    summary: as_said,
    pdu_length: Some(pdu_length),
    ..Protocol::PLAIN
};

crate::fields! { smtp
    REQ "smtp.req" Bool(0) "Request" hidden true;
    RSP "smtp.rsp" Bool(0) "Response" hidden true;
    COMMAND_LINE "smtp.command_line" Text "Command Line";
    REQ_COMMAND "smtp.req.command" Text "Command";
    REQ_PARAMETER "smtp.req.parameter" Text "Request parameter";
    RESPONSE "smtp.response" Text "Response";
    RESPONSE_CODE "smtp.response.code" U32 "Response code" values (names::REPLIES);
    RSP_PARAMETER "smtp.rsp.parameter" Text "Response parameter";
    CODE_UNEXPECTED "smtp.response.code.unexpected" None "Unexpected response code in multiline response" expert (Warning, Protocol);
    USERNAME "smtp.auth.username" Text "Username";
    PASSWORD "smtp.auth.password" Text "Password";
    USERNAME_PASSWORD "smtp.auth.username_password" Text "Username/Password";
    BASE64_DECODE "smtp.base64_decode" None "base64 decode failed or is not enabled (check SMTP preferences)" expert (Warning, Protocol);
    EOM "smtp.eom" None "EOM";
    FRAGMENTS "smtp.data.fragments" None "DATA fragments";
    FRAGMENT "smtp.data.fragment" Frame "DATA fragment";
    FRAGMENT_COUNT "smtp.data.fragment.count" U32 "DATA fragment count";
    REASSEMBLED_IN "smtp.data.reassembled.in" Frame "Reassembled DATA in frame";
    REASSEMBLED_LENGTH "smtp.data.reassembled.length" U32 "Reassembled DATA length";
    _ "smtp.message" Text "Message" unread "the parts of a mail are shown line by line";
}

static SESSION: History<Stream, Session> = History::new(1 << 20);

/// How the parts of a mail are told.
const MAIL: Parts = Parts {
    all: FRAGMENTS,
    each: FRAGMENT,
    count: FRAGMENT_COUNT,
    length: REASSEMBLED_LENGTH,
    completed_in: REASSEMBLED_IN,
    name: "DATA fragments",
    source: "Reassembled DATA",
    lists_one: true,
    next: Next::named("imf"),
};

/// Where the first line is whole, everything that came with it is read.
fn pdu_length(bytes: &[u8], measuring: &Measuring<'_>) -> Measure {
    secured::pdu_length(bytes, measuring).unwrap_or_else(|| {
        let first = lines::first(bytes);
        if first.length > first.text.len() { Measure::Whole(bytes.len()) } else { Measure::More }
    })
}

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    if secured::is_secured(l) {
        return Err(Stop::NotMine);
    }
    let before = l.recall(&SESSION);
    let mut session = before;
    if !lines::is_request(l, &PROTOCOL) {
        replies(l, &mut session)?;
        l.keep(&SESSION, session);
        return Ok(Next::End);
    }
    let (start, bytes) = (l.at(), l.rest());
    match session.client(bytes) {
        Kind::Commands => {
            l.keep(&SESSION, session);
            commands(l, before)?;
        }
        Kind::Mail { in_chunks } => {
            session.has_parts |= !in_chunks;
            l.keep(&SESSION, session);
            l.say(|| Some(format!("C: {}", lines::fragment(bytes.len()))));
            if !in_chunks {
                l.within(bytes.len(), |l| {
                    reassembly::message_part(l, &MAIL, false);
                    Ok(())
                })?;
                l.seek(start)?;
            }
            l.call_below(Next::named("data-text-lines"));
        }
        Kind::EndOfMail(length) => {
            session.has_parts = false;
            l.keep(&SESSION, session);
            l.note(EOM, start, start + 1, Value::None);
            l.label(|| "C: .".into());
            l.say(|| Some("C: .".into()));
            if length > 0 || before.has_parts {
                l.within(length, |l| {
                    reassembly::message_part(l, &MAIL, true);
                    Ok(())
                })?;
            }
            let end = l.end();
            l.seek(end)?;
        }
    }
    Ok(Next::End)
}

/// Reads the lines of a client, in a session that stands before them.
fn commands(l: &mut Layer<'_, '_>, mut session: Session) -> Result<(), Stop> {
    let mut said = Vec::new();
    while l.left() > 0 {
        let (start, line) = (l.at(), lines::first(l.rest()));
        let end = start + line.text.len();
        l.generated_at(REQ, start, Value::Uint(1));
        let shown = lines::shown(line.text);
        said.push(match session.line(line.text) {
            Role::Username => {
                l.note(USERNAME, start, end, Value::Bytes);
                format!("User: {shown}")
            }
            Role::Password => {
                l.note(PASSWORD, start, end, Value::Bytes);
                format!("Pass: {shown}")
            }
            Role::Both => {
                name_and_password(l, start, end);
                shown
            }
            _ => {
                l.note(COMMAND_LINE, start, start + line.length, Value::Bytes);
                l.below(|l| command(l, start, line.text)).unwrap_or(shown)
            }
        });
        l.skip(line.length)?;
    }
    l.say(|| Some(format!("C: {}", said.join(" | "))));
    Ok(())
}

/// Notes a command and its parameter; returns what the packet list says of it, where that is not the line.
fn command(l: &mut Layer<'_, '_>, start: usize, line: &[u8]) -> Option<String> {
    // Commands have four letters, with one exception.
    let length = if line.eq_ignore_ascii_case(b"STARTTLS") { line.len() } else { line.len().min(4) };
    l.note(REQ_COMMAND, start, start + length, Value::Bytes);
    let parameter = line.get(length + 1..).filter(|parameter| !parameter.is_empty())?;
    let end = start + line.len();
    l.note(REQ_PARAMETER, start + length + 1, end, Value::Bytes);
    let (method, at) = lines::word(parameter);
    let argument = parameter.get(at..).filter(|argument| !argument.is_empty())?;
    if !line.get(..4).is_some_and(|word| word.eq_ignore_ascii_case(b"AUTH")) {
        return None;
    }
    if method.eq_ignore_ascii_case(b"PLAIN") {
        name_and_password(l, end - argument.len(), end);
    } else if method.eq_ignore_ascii_case(b"LOGIN") {
        l.note(USERNAME, end - argument.len(), end, Value::Bytes);
        let before = line.get(..length + 1 + method.len()).unwrap_or_default();
        return Some(format!("{} User: {}", lines::shown(before), lines::shown(argument)));
    }
    None
}

/// Notes a name and a password, which are one text of base 64.
fn name_and_password(l: &mut Layer<'_, '_>, start: usize, end: usize) {
    l.note(USERNAME_PASSWORD, start, end, Value::Bytes);
    l.remark(BASE64_DECODE, start, || "The text of base 64 is not decoded".into());
}

/// The number that a line of a server begins with.
fn code(line: &[u8]) -> Option<u64> {
    let digits = line.get(..3).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
    Some(digits.iter().fold(0, |code, digit| code * 10 + u64::from(digit - b'0')))
}

/// Reads the lines of a server.
fn replies(l: &mut Layer<'_, '_>, session: &mut Session) -> Result<(), Stop> {
    l.generated(RSP, Value::Uint(1));
    let mut said = Vec::new();
    // The code of a reply of several lines, the last of which is to come.
    let mut expected = None;
    while l.left() > 0 {
        let (start, line) = (l.at(), lines::first(l.rest()));
        let (text, end) = (line.text, start + line.text.len());
        let code = code(text);
        if let Some(code) = code {
            let first = expected.is_none();
            if first {
                l.note(RESPONSE, start, start + line.length, Value::Bytes);
            }
            l.below(|l| {
                if first {
                    l.note(RESPONSE_CODE, start, start + 3, Value::Uint(code));
                } else if expected != Some(code) {
                    let first = expected.unwrap_or(0);
                    l.remark(CODE_UNEXPECTED, start, || format!("{code} stands in the reply {first}"));
                }
                if text.len() >= 4 {
                    l.note(RSP_PARAMETER, start + 4, end, Value::Bytes);
                }
            });
            said.push(lines::shown(if first { text } else { text.get(4..).unwrap_or_default() }));
            expected = (text.get(3) == Some(&b'-')).then_some(expected.unwrap_or(code));
            if expected.is_none() && session.reply(code) {
                secured::secure(l);
            }
        } else {
            said.push(String::new());
        }
        l.skip(line.length)?;
    }
    l.say(|| Some(format!("S: {}", said.join(" | "))));
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::Talk;

    #[test]
    fn commands_and_replies_are_told_line_by_line() {
        let mut talk = Talk::to(25);
        let client = talk.client("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n");
        assert_eq!(client.row()[2..], ["SMTP", "C: MAIL FROM:<a@b> | RCPT TO:<c@d>"]);
        assert_eq!(client.of("smtp.req.parameter"), ["FROM:<a@b>", "TO:<c@d>"]);
        let server = talk.server("250-a\r\n251 b\r\n250 c\r\n");
        assert_eq!(server.row()[3], "S: 250-a | b | 250 c");
        assert_eq!(server.of("smtp.response.code"), ["250", "250"]);
        assert_eq!(server.of("smtp.response.code.unexpected").len(), 1);
    }

    #[test]
    fn names_and_passwords_are_known_by_what_was_asked() {
        let mut talk = Talk::to(587);
        talk.client("AUTH LOGIN\r\n");
        assert_eq!(talk.client("dXNlcg==\r\n").row()[3], "C: dXNlcg==");
        talk.client("AUTH LOGIN\r\n");
        talk.server("334 VXNlcm5hbWU6\r\n");
        assert_eq!(talk.client("dXNlcg==\r\n").of("smtp.auth.username"), ["dXNlcg=="]);
        talk.server("334 UGFzc3dvcmQ6\r\n");
        assert_eq!(talk.client("c2VjcmV0\r\n").row()[3], "C: Pass: c2VjcmV0");
        assert_eq!(talk.client("AUTH LOGIN dXNlcg==\r\n").row()[3], "C: AUTH LOGIN User: dXNlcg==");
    }

    #[test]
    fn a_mail_ends_with_a_dot_however_it_is_cut() {
        let mut talk = Talk::to(25);
        talk.client("DATA\r\n");
        assert_eq!(talk.client("Subject: x\r\n\r\nbody\r\n").row()[3], "C: DATA fragment, 20 bytes");
        let end = talk.client(".\r\n");
        assert_eq!(end.row()[2..], ["SMTP/IMF", "subject: x, , body  "]);
        assert_eq!(end.of("smtp.data.fragment"), ["2"]);
        talk.client("DATA\r\n");
        let whole = talk.client("Subject: y\r\n\r\n.\r\n");
        assert_eq!((whole.row()[2], whole.of("smtp.data.fragment")), ("SMTP/IMF", vec!["5"]));
        assert_eq!(talk.client("QUIT\r\n").row()[3], "C: QUIT");
    }

    #[test]
    fn what_is_not_tls_behind_starttls_is_read_on() {
        let mut talk = Talk::to(25);
        talk.client("STARTTLS\r\n");
        talk.server("220 go\r\n");
        assert_eq!(talk.client("EHLO me\r\n").row()[2..], ["SMTP", "C: EHLO me"]);
        assert_eq!(talk.client("\x15\x03\x03\0\x02\x01\0").row()[2], "TLSv1.2");
    }
}
