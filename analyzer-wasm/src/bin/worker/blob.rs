//! A `Blob` of the browser as the analyzer's source, and as a sequence of chunks.

use analyzer::capture::{ReadError, Source};
use js_sys::{ArrayBuffer, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, FileReaderSync, ReadableStreamByobReader, ReadableStreamGetReaderOptions, ReadableStreamReaderMode,
};

/// Bytes that are asked for at once when a file is read from start to end.
const CHUNK: u32 = 1 << 20;

/// Random access to a file.
pub(crate) struct BlobSource {
    blob: Blob,
    reader: FileReaderSync,
}

impl BlobSource {
    /// A source over `blob`, or nothing where the browser has no synchronous reader (outside a worker).
    pub(crate) fn new(blob: Blob) -> Option<BlobSource> {
        Some(BlobSource { blob, reader: FileReaderSync::new().ok()? })
    }
}

impl Source for BlobSource {
    fn size(&self) -> u64 {
        self.blob.size() as u64
    }

    fn read(&self, at: u64, into: &mut [u8]) -> Result<(), ReadError> {
        let gone = |_| ReadError("The file cannot be read any more: it was moved, changed or locked.".to_owned());
        let end = at.saturating_add(into.len() as u64);
        if end > self.size() {
            return Err(ReadError(format!("The file ends before byte {end}.")));
        }
        // A file's size is far below 2^53, so `f64` holds every offset exactly.
        let part = self.blob.slice_with_f64_and_f64(at as f64, end as f64).map_err(gone)?;
        let buffer = self.reader.read_as_array_buffer(&part).map_err(gone)?;
        let bytes = Uint8Array::new(&buffer);
        if bytes.length() as usize != into.len() {
            return Err(ReadError("The file is shorter than it was: it was changed.".to_owned()));
        }
        bytes.copy_to(into);
        Ok(())
    }
}

/// A file from its first byte to its last, a chunk at a time.
pub(crate) enum Chunks {
    /// The browser fills a buffer that goes back and forth, so that no garbage piles up.
    Stream { reader: ReadableStreamByobReader, buffer: Option<ArrayBuffer> },
    /// Where streams lend no buffer: slices, the next one on its way while one is worked on.
    Slices { blob: Blob, at: f64, ahead: Option<Promise> },
}

impl Chunks {
    /// The chunks of `blob`.
    pub(crate) fn new(blob: &Blob) -> Chunks {
        let options = ReadableStreamGetReaderOptions::new();
        options.set_mode(ReadableStreamReaderMode::Byob);
        // A browser without `Blob.stream` throws here as well: a missing method is a `TypeError`.
        let stream = Reflect::get(blob, &"stream".into()).is_ok_and(|method| method.is_function());
        let reader = stream.then(|| {
            let stream = blob.stream();
            let method = Reflect::get(&stream, &"getReader".into()).ok()?.dyn_into::<js_sys::Function>().ok()?;
            method.call1(&stream, &options).ok()?.dyn_into::<ReadableStreamByobReader>().ok()
        });
        match reader.flatten() {
            Some(reader) => Chunks::Stream { reader, buffer: None },
            None => Chunks::Slices { blob: blob.clone(), at: 0.0, ahead: None },
        }
    }

    /// The next chunk in `into`, which is emptied first. It stays empty at the end of the file.
    pub(crate) async fn next(&mut self, into: &mut Vec<u8>) -> Result<(), JsValue> {
        into.clear();
        match self {
            Chunks::Stream { reader, buffer } => {
                let lent = buffer.take().unwrap_or_else(|| ArrayBuffer::new(CHUNK));
                let view = Uint8Array::new(&lent);
                let result = JsFuture::from(reader.read_with_array_buffer_view(&view)).await?;
                let value = Reflect::get(&result, &"value".into())?;
                if let Some(bytes) = value.dyn_ref::<Uint8Array>() {
                    append(bytes, into);
                    *buffer = Some(bytes.buffer());
                }
            }
            Chunks::Slices { blob, at, ahead } => {
                let Some(read) = ahead.take().or_else(|| slice(blob, at)) else { return Ok(()) };
                let bytes = JsFuture::from(read).await?;
                *ahead = slice(blob, at);
                append(&Uint8Array::new(&bytes), into);
            }
        }
        Ok(())
    }

    /// Lets the browser drop what it read ahead.
    pub(crate) fn stop(self) {
        if let Chunks::Stream { reader, .. } = self {
            // Nobody waits for the stream's answer, and a stream that failed has nothing to cancel.
            wasm_bindgen_futures::spawn_local(async move {
                let _ = JsFuture::from(reader.cancel()).await;
            });
        }
    }
}

/// Begins to read the slice at `at` and moves `at` behind it; nothing at the end.
fn slice(blob: &Blob, at: &mut f64) -> Option<Promise> {
    if *at >= blob.size() {
        return None;
    }
    let end = (*at + f64::from(CHUNK)).min(blob.size());
    let part = blob.slice_with_f64_and_f64(*at, end).ok()?;
    *at = end;
    Some(part.array_buffer())
}

fn append(bytes: &Uint8Array, into: &mut Vec<u8>) {
    into.resize(bytes.length() as usize, 0);
    bytes.copy_to(into);
}
