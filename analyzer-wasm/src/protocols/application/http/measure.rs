//! Where messages end (RFC 9112, section 6), and what begins like one.

use super::exchange::{ExchangeState, STATE};
use super::head::{self, Headers, StartLine};
use super::tunnel;
use crate::memory::Measuring;
use crate::streams::Measure;

/// Whether bytes on any port are HTTP: a first line that begins or ends with a version.
pub(super) fn looks(bytes: &[u8]) -> bool {
    let Some(line) = head::line_length(bytes).and_then(|(_, end)| bytes.get(..end)) else { return false };
    let is_version = |text: &[u8]| text.get(..7).is_some_and(|text| text.eq_ignore_ascii_case(b"HTTP/1."));
    is_version(line) || line.len().checked_sub(8).and_then(|at| line.get(at..)).is_some_and(is_version)
}

/// How long a message is, or what a tunnel carries.
pub(super) fn pdu_length(bytes: &[u8], measuring: &Measuring<'_>) -> Measure {
    let state = measuring.before(&STATE).copied().unwrap_or_default();
    match state {
        ExchangeState::Tunnel(port) => in_tunnel(bytes, measuring, port),
        ExchangeState::Upgraded => Measure::Unframed,
        _ => message_length(bytes, state, measuring.resumed),
    }
}

fn message_length(bytes: &[u8], state: ExchangeState, resumed: bool) -> Measure {
    // What is looked for again is the next chunk.
    if resumed {
        return chunks(bytes, 0);
    }
    let Some(message) = head::first_line(bytes) else { return unknown(bytes) };
    let (length, framing) = match head::line_length(bytes) {
        Some(_) => framing(bytes, &message, state),
        None => return Measure::More,
    };
    let Some(length) = length else { return Measure::More };
    match framing {
        BodyFraming::None => Measure::Whole(length),
        BodyFraming::Unframed => Measure::Whole(bytes.len()),
        BodyFraming::Length(body) => Measure::Whole(length.saturating_add(body)),
        BodyFraming::Chunked => chunks(bytes, length),
        BodyFraming::UntilClose => Measure::UntilClose,
    }
}

/// How the end of a body is found (RFC 9112, section 6.3).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum BodyFraming {
    None,
    Length(usize),
    Chunked,
    UntilClose,
    Unframed,
}

/// Text may become a first line with the next segment; anything else is no message.
fn unknown(bytes: &[u8]) -> Measure {
    let is_text = matches!(bytes.first(), Some(b' '..=b'~'));
    if is_text && head::line_length(bytes).is_none() { Measure::More } else { Measure::Unframed }
}

/// The length of the head, where its end is here, and how the end of the body is found.
pub(super) fn framing(bytes: &[u8], message: &StartLine<'_>, state: ExchangeState) -> (Option<usize>, BodyFraming) {
    let mut headers = Headers::new(bytes, message.length());
    let (mut length, mut chunked, mut upgrade) = (None, false, false);
    for header in &mut headers {
        if header.is(b"Content-Length") {
            length = std::str::from_utf8(header.value()).ok().and_then(|text| text.parse::<usize>().ok());
        } else if header.is(b"Transfer-Encoding") {
            chunked = is_chunked(header.value());
        } else if header.is(b"Upgrade") {
            upgrade = true;
        }
    }
    let framing = match message {
        StartLine::Response { code, .. } => match code.value {
            tunnel::SWITCHING if upgrade => BodyFraming::Unframed,
            100..200 | 204 | 304 => BodyFraming::None,
            200..300 if matches!(state, ExchangeState::Connect(_)) => BodyFraming::None,
            _ if state == ExchangeState::Head => BodyFraming::None,
            _ if chunked => BodyFraming::Chunked,
            _ => match length {
                Some(length) => BodyFraming::Length(length),
                None => BodyFraming::UntilClose,
            },
        },
        StartLine::Request { .. } if chunked => BodyFraming::Chunked,
        StartLine::Request { .. } => length.map_or(BodyFraming::None, BodyFraming::Length),
    };
    (headers.end, framing)
}

/// Whether the last coding is the one that frames the body.
pub(super) fn is_chunked(codings: &[u8]) -> bool {
    codings.rsplit(|byte| *byte == b',').next().unwrap_or_default().trim_ascii().eq_ignore_ascii_case(b"chunked")
}

/// One chunk: where its data begin, how many they are, and where the next chunk begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct BodyChunk {
    pub(super) data: usize,
    pub(super) size: usize,
    pub(super) next: usize,
}

/// The chunk at `at`; nothing where its first line is not here or is none.
pub(super) fn chunk(bytes: &[u8], at: usize) -> Option<BodyChunk> {
    let rest = bytes.get(at..)?;
    let (line, end) = head::line_length(rest)?;
    let text = rest.get(..end)?.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    // Some senders write blanks or more behind the digits.
    let digits = text.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let size = usize::from_str_radix(std::str::from_utf8(text.get(..digits)?).ok()?, 16).ok()?;
    let data = at + line;
    let after = data.checked_add(size)?;
    let end = match bytes.get(after..) {
        Some([b'\r', b'\n', ..]) => 2,
        Some([b'\n', ..]) => 1,
        _ => 2,
    };
    Some(BodyChunk { data, size, next: after.checked_add(if size == 0 { 0 } else { end })? })
}

/// Where a chunked body with its trailer ends, or the first chunk that is not here in full.
fn chunks(bytes: &[u8], start: usize) -> Measure {
    let mut at = start;
    loop {
        let Some(next) = chunk(bytes, at) else {
            // A whole line that gives no size: what is here is taken as it is.
            let bad = bytes.get(at..).and_then(head::line_length).is_some();
            return if bad { Measure::Whole(bytes.len()) } else { Measure::Beyond(at) };
        };
        if next.size == 0 {
            let mut trailer = Headers::new(bytes, next.data);
            trailer.by_ref().for_each(drop);
            return trailer.end.map_or(Measure::Beyond(at), Measure::Whole);
        }
        at = next.next;
    }
}

/// Where the message ends that another protocol sends through a tunnel.
fn in_tunnel(bytes: &[u8], measuring: &Measuring<'_>, port: u16) -> Measure {
    let carried = measuring.carried(port, bytes).filter(|(name, _)| *name != super::PROTOCOL.name);
    match carried.and_then(|(_, length)| length) {
        Some(length) => length(bytes, measuring),
        None => Measure::Unframed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length_of(message: &str, state: ExchangeState) -> Measure {
        message_length(message.as_bytes(), state, false)
    }

    #[test]
    fn a_body_has_its_length_its_chunks_or_its_connection() {
        let length = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        assert_eq!(length_of(length, ExchangeState::Open), Measure::Whole(length.len()));
        assert_eq!(length_of(&length[..30], ExchangeState::Open), Measure::More);
        assert_eq!(length_of(length, ExchangeState::Head), Measure::Whole(length.len() - 5));
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nT: 1\r\n\r\n";
        assert_eq!(length_of(&format!("{chunked}HTTP/1.1"), ExchangeState::Open), Measure::Whole(chunked.len()));
        for end in 51..chunked.len() {
            assert!(matches!(length_of(&chunked[..end], ExchangeState::Open), Measure::Beyond(_)), "{end}");
        }
        assert_eq!(length_of("HTTP/1.0 200 OK\r\n\r\nhello", ExchangeState::Open), Measure::UntilClose);
        assert_eq!(
            length_of("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", ExchangeState::Open),
            Measure::Whole(48)
        );
        assert_eq!(length_of("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET", ExchangeState::Open), Measure::Whole(27));
        assert_eq!(length_of("what is this\n", ExchangeState::Open), Measure::Unframed);
        assert_eq!(length_of("what is this", ExchangeState::Open), Measure::More, "it may become a first line");
        assert_eq!(length_of("\u{7f}ELF", ExchangeState::Open), Measure::Unframed);
    }

    #[test]
    fn a_length_beyond_all_memory_is_no_trouble() {
        let huge = format!("POST / HTTP/1.1\r\nContent-Length: {}\r\n\r\nx", usize::MAX);
        assert_eq!(length_of(&huge, ExchangeState::Open), Measure::Whole(usize::MAX));
        assert_eq!(chunk(format!("{:x}\r\n", usize::MAX).as_bytes(), 0), None);
    }

    #[test]
    fn a_version_at_either_end_of_the_first_line_is_http() {
        assert!(looks(b"GET / HTTP/1.1\r\n") && looks(b"http/1.0 200 OK\r\n"));
        assert!(!looks(b"SSH-2.0-x\r\n") && !looks(b"GET / HTTP/1.1") && !looks(b"\r\n"));
    }
}
