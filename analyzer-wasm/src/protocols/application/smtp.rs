//! Simple Mail Transfer Protocol (RFC 5321; AUTH of RFC 4954, BDAT of RFC 3030, STARTTLS of RFC 3207).

mod commands;
mod names;
mod replies;
mod session;

use crate::dissect::{Key, Layer, Next, Protocol, Stop, as_summarized};
use crate::memory::{History, Measuring, Stream};
use crate::protocols::reassembly::{self, PartFields};
use crate::protocols::{lines, secured};
use crate::streams::Measure;
use crate::value::Value;
use commands::commands;
use replies::replies;
use session::{ClientSegment, SmtpSession};

/// Simple Mail Transfer Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "smtp",
    title: "Simple Mail Transfer Protocol",
    column: "SMTP",
    tables: &[("tcp.port", Key::Numbers(&[25, 587]))],
    fields: FIELDS,
    dissect,
    summary: as_summarized,
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

static SESSION: History<Stream, SmtpSession> = History::new(1 << 20);

/// The fields of a mail that came in parts.
const MAIL: PartFields = PartFields {
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
        ClientSegment::Commands => {
            l.keep(&SESSION, session);
            commands(l, before)?;
        }
        ClientSegment::Mail { in_chunks } => {
            session.has_parts |= !in_chunks;
            l.keep(&SESSION, session);
            l.summarize(|| Some(format!("C: {}", lines::fragment(bytes.len()))));
            if !in_chunks {
                l.within(bytes.len(), |l| {
                    reassembly::message_part(l, &MAIL, false);
                    Ok(())
                })?;
                l.seek(start)?;
            }
            l.call_below(Next::named("data-text-lines"));
        }
        ClientSegment::EndOfMail(length) => {
            session.has_parts = false;
            l.keep(&SESSION, session);
            l.note(EOM, start, start + 1, Value::None);
            l.label(|| "C: .".into());
            l.summarize(|| Some("C: .".into()));
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

#[cfg(test)]
mod tests;
