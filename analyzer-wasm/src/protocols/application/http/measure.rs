//! Where messages end (RFC 9112, section 6), and what begins like one.

use super::head::{self, Headers, Message};
use super::{CONNECT, HEAD, TUNNEL, UPGRADED, tunnel};
use crate::dissect::{Measure, Measuring};
use crate::memory::Slot;
use crate::protocols::tables::TCP_PORT;

/// Whether bytes on any port are HTTP: a first line that begins or ends with a version.
pub(super) fn looks(bytes: &[u8]) -> bool {
    let Some(line) = head::line_length(bytes).and_then(|(_, end)| bytes.get(..end)) else { return false };
    let is_version = |text: &[u8]| text.get(..7).is_some_and(|text| text.eq_ignore_ascii_case(b"HTTP/1."));
    is_version(line) || line.len().checked_sub(8).and_then(|at| line.get(at..)).is_some_and(is_version)
}

pub(super) fn measure(bytes: &[u8], measuring: &Measuring<'_>) -> Measure {
    let method = measuring.remembered.get(Slot::HttpMethod as usize).copied().unwrap_or_default();
    if method & 0xff == TUNNEL {
        return in_tunnel(bytes, measuring, (method >> 8) as u16);
    }
    if method & 0xff == UPGRADED {
        return Measure::Unframed;
    }
    // What is looked for again is the next chunk.
    if measuring.resumed {
        return chunks(bytes, 0);
    }
    let Some(message) = head::first_line(bytes) else { return unknown(bytes) };
    let (length, framing) = match head::line_length(bytes) {
        Some(_) => framing(bytes, &message, method & 0xff),
        None => return Measure::More,
    };
    let Some(length) = length else { return Measure::More };
    match framing {
        Framing::None => Measure::Whole(length),
        Framing::Unframed => Measure::Whole(bytes.len()),
        Framing::Length(body) => Measure::Whole(length.saturating_add(body)),
        Framing::Chunked => chunks(bytes, length),
        Framing::UntilClose => Measure::UntilClose,
    }
}

/// What tells the end of a body.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Framing {
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

/// The length of the head, where its end is here, and what tells the end of the body.
pub(super) fn framing(bytes: &[u8], message: &Message<'_>, method: u64) -> (Option<usize>, Framing) {
    let mut headers = Headers::new(bytes, message.length());
    let (mut length, mut chunked, mut upgrade) = (None, false, false);
    for header in &mut headers {
        let is = |name: &[u8]| header.name.eq_ignore_ascii_case(name);
        if is(b"Content-Length") {
            length = std::str::from_utf8(header.value.text).ok().and_then(|text| text.parse::<usize>().ok());
        } else if is(b"Transfer-Encoding") {
            chunked = is_chunked(header.value.text);
        } else if is(b"Upgrade") {
            upgrade = true;
        }
    }
    let framing = match message {
        Message::Response { code, .. } => match code.value {
            tunnel::SWITCHING if upgrade => Framing::Unframed,
            100..200 | 204 | 304 => Framing::None,
            200..300 if method == CONNECT => Framing::None,
            _ if method == HEAD => Framing::None,
            _ if chunked => Framing::Chunked,
            _ => match length {
                Some(length) => Framing::Length(length),
                None => Framing::UntilClose,
            },
        },
        Message::Request { .. } if chunked => Framing::Chunked,
        Message::Request { .. } => length.map_or(Framing::None, Framing::Length),
    };
    (headers.end, framing)
}

/// Whether the last coding is the one that frames the body.
pub(super) fn is_chunked(codings: &[u8]) -> bool {
    codings.rsplit(|byte| *byte == b',').next().unwrap_or_default().trim_ascii().eq_ignore_ascii_case(b"chunked")
}

/// One chunk: where its data begin, how many they are, and where the next chunk begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Chunk {
    pub(super) data: usize,
    pub(super) size: usize,
    pub(super) next: usize,
}

/// The chunk at `at`; nothing where its first line is not here or is none.
pub(super) fn chunk(bytes: &[u8], at: usize) -> Option<Chunk> {
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
    Some(Chunk { data, size, next: after.checked_add(if size == 0 { 0 } else { end })? })
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
    let tables = measuring.tables;
    let by_looks = || tables.recognise(&TCP_PORT, bytes).next();
    let carried = tables.find(&TCP_PORT, port).or_else(by_looks).map(|id| tables.protocols().get(id));
    match carried.filter(|carried| carried.name != super::PROTOCOL.name).and_then(|carried| carried.measure) {
        Some(measure) => measure(bytes, measuring),
        None => Measure::Unframed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dissect::Tables;
    use crate::protocols;

    fn length_of(message: &str, method: u64) -> Measure {
        let mut remembered = [0; Slot::COUNT];
        remembered[Slot::HttpMethod as usize] = method;
        measure(
            message.as_bytes(),
            &Measuring { tables: &Tables::of(protocols::standard()), remembered, resumed: false },
        )
    }

    #[test]
    fn a_body_has_its_length_its_chunks_or_its_connection() {
        let length = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        assert_eq!(length_of(length, super::super::OTHER), Measure::Whole(length.len()));
        assert_eq!(length_of(&length[..30], super::super::OTHER), Measure::More);
        assert_eq!(length_of(length, HEAD), Measure::Whole(length.len() - 5));
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nT: 1\r\n\r\n";
        assert_eq!(length_of(&format!("{chunked}HTTP/1.1"), 0), Measure::Whole(chunked.len()));
        for end in 51..chunked.len() {
            assert!(matches!(length_of(&chunked[..end], 0), Measure::Beyond(_)), "{end}");
        }
        assert_eq!(length_of("HTTP/1.0 200 OK\r\n\r\nhello", 0), Measure::UntilClose);
        assert_eq!(length_of("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 0), Measure::Whole(48));
        assert_eq!(length_of("GET / HTTP/1.1\r\nHost: x\r\n\r\nGET", 0), Measure::Whole(27));
        assert_eq!(length_of("what is this\n", 0), Measure::Unframed);
        assert_eq!(length_of("what is this", 0), Measure::More, "it may become a first line");
        assert_eq!(length_of("\u{7f}ELF", 0), Measure::Unframed);
    }

    #[test]
    fn a_length_beyond_all_memory_is_no_trouble() {
        let huge = format!("POST / HTTP/1.1\r\nContent-Length: {}\r\n\r\nx", usize::MAX);
        assert_eq!(length_of(&huge, 0), Measure::Whole(usize::MAX));
        assert_eq!(chunk(format!("{:x}\r\n", usize::MAX).as_bytes(), 0), None);
    }

    #[test]
    fn a_version_at_either_end_of_the_first_line_is_http() {
        assert!(looks(b"GET / HTTP/1.1\r\n") && looks(b"http/1.0 200 OK\r\n"));
        assert!(!looks(b"SSH-2.0-x\r\n") && !looks(b"GET / HTTP/1.1") && !looks(b"\r\n"));
    }
}
