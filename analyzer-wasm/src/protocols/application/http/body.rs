//! The body of a message: its chunks, its encoding, and what it carries.

use super::head::StartLine;
use super::headers::HeaderSection;
use super::measure::{self, BodyChunk};
use super::*;
use crate::protocols::media_types;
use std::io::Read;

/// Bytes that a compressed body may grow to.
const MOST_UNPACKED: u64 = 16 << 20;

/// Reads the body from the cursor on, as far as the head says that it goes.
pub(super) fn read(l: &mut Layer<'_, '_>, message: &StartLine<'_>, head: &HeaderSection<'_>) -> Result<Next, Stop> {
    let bodiless = match message {
        StartLine::Response { code, .. } => matches!(code.value, 100..200 | 204 | 304),
        StartLine::Request { .. } => head.length.is_none() && !head.chunked,
    };
    if head.upgrade && matches!(message, StartLine::Response { code, .. } if code.value == tunnel::SWITCHING) {
        return Ok(Next::Data);
    }
    if bodiless || l.left() == 0 {
        return Ok(Next::End);
    }
    if head.chunked && measure::chunk(l.rest(), 0).is_some() {
        let what = if matches!(message, StartLine::Request { .. }) { "request" } else { "response" };
        return chunked(l, what, head);
    }
    let length = head.length.unwrap_or(usize::MAX).min(l.left());
    let (start, end) = (l.at(), l.at() + length);
    if length > 0 {
        let body = l.slice(start, end);
        if is_packed(head.encoding) && wants_body(l, head) {
            unpack(l, start, body, head);
        } else {
            let is_read = l.within(length, |l| {
                let is_read = content(l, head);
                let end = l.end();
                l.seek(end)?;
                Ok(is_read)
            })?;
            if is_read {
                l.end_line(start);
            }
        }
    }
    l.seek(end)?;
    Ok(Next::End)
}

/// A body in chunks (RFC 9112, section 7.1).
fn chunked(l: &mut Layer<'_, '_>, what: &str, head: &HeaderSection<'_>) -> Result<Next, Stop> {
    let (start, bytes) = (l.at(), l.rest());
    let mut end = 0;
    let mut last = None;
    while let Some(chunk) = measure::chunk(bytes, end) {
        end = chunk.next.min(bytes.len());
        last = Some(chunk);
        if chunk.size == 0 || chunk.next > bytes.len() {
            break;
        }
    }
    if let Some(chunk) = last.filter(|chunk| chunk.size == 0) {
        let mut trailer = super::head::Headers::new(bytes, chunk.data);
        trailer.by_ref().for_each(drop);
        end = trailer.end.unwrap_or(bytes.len());
    }
    l.text(start, start + end, || format!("HTTP chunked {what}"));
    let whole = wants_body(l, head);
    let mut body = Vec::new();
    l.below(|l| {
        let mut at = 0;
        while at < end
            && let Some(chunk) = measure::chunk(bytes, at)
        {
            note_chunk(l, start, at, chunk, bytes, end);
            if whole {
                body.extend_from_slice(
                    bytes.get(chunk.data..(chunk.data + chunk.size).min(bytes.len())).unwrap_or(&[]),
                );
            }
            if chunk.size == 0 {
                break;
            }
            at = chunk.next;
        }
    });
    if !whole && let Some(first) = measure::chunk(bytes, 0).filter(|first| first.size > 0) {
        // Nobody asks what the body says: its first chunk is enough to know which protocols read it.
        l.seek(start + first.data.min(bytes.len()))?;
        let size = first.size.min(l.left());
        l.within(size, |l| {
            content(l, head);
            let end = l.end();
            l.seek(end)
        })?;
    }
    if !body.is_empty() {
        if is_packed(head.encoding) {
            unpack(l, start, &body, head);
        } else {
            l.on_source("De-chunked entity body", &body, |l| {
                content(l, head);
            });
        }
    }
    l.seek(start + end)?;
    Ok(Next::End)
}

fn note_chunk(l: &mut Layer<'_, '_>, start: usize, at: usize, chunk: BodyChunk, bytes: &[u8], end: usize) {
    let data_end = (chunk.data + chunk.size).min(bytes.len());
    let next = chunk.next.min(bytes.len());
    let size = chunk.size;
    let shown = if size == 0 { end } else { next };
    let plural = if size == 1 { "" } else { "s" };
    l.text(start + at, start + shown, || match size {
        0 => "End of chunked encoding".into(),
        _ => format!("Data chunk ({size} octet{plural})"),
    });
    l.below(|l| {
        l.note(CHUNK_SIZE, start + at, start + chunk.data, Value::Uint(size as u64));
        l.label(|| format!("Chunk size: {size} octets"));
        if size == 0 {
            let (from, to) = (chunk.data, end);
            l.text(start + from, start + to, || {
                let mut text = String::new();
                crate::value::write_text(&mut text, bytes.get(from..to).unwrap_or_default());
                text
            });
            return;
        }
        l.note(CHUNK_DATA, start + chunk.data, start + data_end, Value::Bytes);
        if next > data_end {
            l.note(CHUNK_BOUNDARY, start + data_end, start + next, Value::Bytes);
        }
    });
}

/// Whether anything that the body says is asked for: else putting it together or unpacking it can be left out.
fn wants_body(l: &Layer<'_, '_>, head: &HeaderSection<'_>) -> bool {
    let content_type = std::str::from_utf8(head.content_type).unwrap_or_default();
    let protocols = l.protocols();
    let id = match content_type {
        "" => Some(protocols.special.data),
        _ => media_types::any_reader(protocols, media_types::named(content_type)),
    };
    l.wants(FILE_DATA) || id.is_some_and(|id| protocols.get(id).fields.iter().any(|field| l.wants(field)))
}

fn is_packed(encoding: &[u8]) -> bool {
    [&b"gzip"[..], b"x-gzip", b"deflate", b"x-deflate"].iter().any(|known| encoding.eq_ignore_ascii_case(known))
}

/// A body that was compressed (RFC 9110, section 8.4.1), unpacked into a data source of its own.
fn unpack(l: &mut Layer<'_, '_>, start: usize, packed: &[u8], head: &HeaderSection<'_>) {
    let mut body = Vec::new();
    let gzip = head.encoding.len() != 7 && head.encoding.len() != 9;
    let read = if gzip {
        flate2::read::MultiGzDecoder::new(packed).take(MOST_UNPACKED).read_to_end(&mut body)
    } else if packed.first().is_some_and(|first| first & 0x0f == 8) {
        flate2::read::ZlibDecoder::new(packed).take(MOST_UNPACKED).read_to_end(&mut body)
    } else {
        // Some servers leave the zlib header out.
        flate2::read::DeflateDecoder::new(packed).take(MOST_UNPACKED).read_to_end(&mut body)
    };
    let end = (start + packed.len()).min(l.end());
    let encoding = String::from_utf8_lossy(head.encoding);
    if read.is_err() && body.is_empty() {
        l.note(DECOMPRESSION_FAILED, start, end, Value::None);
        l.label(|| format!("Content-encoded entity body ({encoding}) cannot be unpacked: {} bytes", packed.len()));
        return;
    }
    l.text(start, end, || {
        format!("Content-encoded entity body ({encoding}): {} bytes -> {} bytes", packed.len(), body.len())
    });
    l.on_source("Uncompressed entity body", &body, |l| {
        content(l, head);
    });
}

/// Notes the body and calls what reads its media type. Whether there is such a protocol.
fn content(l: &mut Layer<'_, '_>, head: &HeaderSection<'_>) -> bool {
    let (start, end) = (l.at(), l.end());
    l.note(FILE_DATA, start, end, Value::Bytes);
    l.label(|| format!("File Data: {} bytes", end - start));
    let content_type = std::str::from_utf8(head.content_type).unwrap_or_default();
    if content_type.is_empty() {
        l.run_data();
        return false;
    }
    let protocols = l.protocols();
    let media = media_types::named(content_type);
    if let Some(id) = media_types::any_reader(protocols, media) {
        l.run_with_media_type(id, content_type);
    }
    media_types::reader(protocols, media).is_some_and(|id| id != protocols.special.data)
}
