//! Captures written byte by byte, and what must come out of them.

mod build;
mod compressed;
mod hostile;
mod pcap;
mod pcapng;

use super::{Extra, Reader, Source, Timestamp};

/// A record with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Kept {
    offset: u64,
    bytes: Vec<u8>,
    length: u32,
    time: Option<Timestamp>,
    link: u16,
    interface: u32,
    section: u32,
    extra: Option<Box<Extra>>,
}

/// What a reader made of a file: its records, itself, and its refusal if it refused.
struct Outcome {
    records: Vec<Kept>,
    reader: Reader,
    refusal: Option<String>,
}

/// Reads a file in chunks that end at `cuts` (and at its end).
fn read_cut(mut reader: Reader, file: &[u8], cuts: &[usize]) -> Outcome {
    let mut records = Vec::new();
    let mut each = |record: super::Record<'_>| {
        records.push(Kept {
            offset: record.offset,
            bytes: record.bytes.to_vec(),
            length: record.length,
            time: record.time,
            link: record.link.0,
            interface: record.interface,
            section: record.section,
            extra: record.extra,
        });
    };
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (file.len() + 1)).collect();
    cuts.extend([0, file.len()]);
    cuts.sort_unstable();
    let fed = cuts.windows(2).try_for_each(|pair| reader.feed(&file[pair[0]..pair[1]], &mut each));
    let refusal = fed.and_then(|()| reader.finish(&mut each)).err().map(|why| why.0);
    Outcome { records, reader, refusal }
}

/// Reads a file in one chunk, and checks that each record can be read again at its offset.
fn read(file: &[u8]) -> Outcome {
    let outcome = read_cut(Reader::new(), file, &[]);
    for record in &outcome.records {
        let mut again = vec![0; record.bytes.len()];
        match outcome.reader.unpacked() {
            Some(unpacked) => unpacked.read(record.offset, &mut again).unwrap(),
            None => again.copy_from_slice(&file[record.offset as usize..][..record.bytes.len()]),
        }
        assert_eq!(again, record.bytes, "at {}", record.offset);
    }
    outcome
}

fn at(seconds: i64, nanoseconds: u32) -> Option<Timestamp> {
    Some(Timestamp { seconds, nanoseconds })
}
