//! gzip, zstd and lz4 around a capture.

use std::io::Write;

use flate2::{Compression, GzBuilder};
use lz4_flex::frame::{BlockMode, BlockSize, FrameEncoder, FrameInfo};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::build::{End, MICROSECONDS, large_pcapng, small_pcap};
use super::{Reader, Source, read, read_cut};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let head = GzBuilder::new().filename("capture.pcap").comment("a comment").extra(vec![1, 2, 3]);
    let mut encoder = head.write(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    let frame = FrameInfo::new()
        .block_checksums(true)
        .content_checksum(true)
        .block_mode(BlockMode::Linked)
        .block_size(BlockSize::Max64KB);
    let mut encoder = FrameEncoder::with_frame_info(frame, Vec::new());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The bytes, compressed in each way.
pub(super) fn packings(bytes: &[u8]) -> [Vec<u8>; 3] {
    [gzip(bytes), zstd(bytes), lz4(bytes)]
}

/// A pcap of several hundred KiB that hardly shrinks, and its number of packets.
fn long_pcap() -> (Vec<u8>, usize) {
    let end = End::Little;
    let mut file = end.head(MICROSECONDS, (2, 4), 262_144, 1);
    let mut state = 1u32;
    let count = 300;
    for number in 0..count {
        let packet: Vec<u8> = (0..1500)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                // Some of it repeats, so that all decoders have matches to copy.
                if state >> 30 == 0 { 7 } else { (state >> 24) as u8 }
            })
            .collect();
        file.extend(end.record((number, 0), 1500, &packet));
    }
    (file, count as usize)
}

#[test]
fn all_three_unpack_to_the_same_records() {
    let (long, _) = long_pcap();
    for plain in [small_pcap(End::Big), large_pcapng(), long] {
        let expected = read(&plain);
        for (packed, name) in packings(&plain).iter().zip(["gzip", "zstd", "lz4"]) {
            let outcome = read(packed);
            assert_eq!(outcome.refusal, None, "{name}");
            assert_eq!(outcome.records, expected.records, "{name}");
            assert_eq!(outcome.reader.notes(), expected.reader.notes(), "{name}");
            assert_eq!(outcome.reader.format(), format!("{}, {name}-compressed", expected.reader.format()));
            assert_eq!(outcome.reader.unpacked().unwrap().size(), plain.len() as u64);
            assert!(expected.reader.unpacked().is_none());
        }
    }
}

#[test]
fn several_members_and_frames_are_one_file() {
    let (plain, count) = long_pcap();
    let (first, second) = plain.split_at(plain.len() / 3);
    let skippable = [&[0x53, 0x2a, 0x4d, 0x18, 5, 0, 0, 0][..], b"extra"].concat();
    for (pack, between) in [(gzip as fn(&[u8]) -> Vec<u8>, vec![]), (zstd, skippable.clone()), (lz4, skippable)] {
        let file = [pack(first), between, pack(&[]), pack(second)].concat();
        let outcome = read(&file);
        assert_eq!((outcome.refusal, outcome.records.len()), (None, count));
        assert_eq!(outcome.reader.notes(), [""; 0]);
        assert!(!outcome.reader.cut_short());
    }
}

#[test]
fn a_cut_keeps_what_came_before() {
    let (plain, count) = long_pcap();
    for (packed, name) in packings(&plain).iter().zip(["gzip", "zstd", "lz4"]) {
        let outcome = read(&packed[..packed.len() / 2]);
        assert_eq!(outcome.refusal, None);
        assert!(outcome.reader.cut_short());
        let seen = outcome.records.len();
        assert!((count / 4..count * 3 / 4).contains(&seen), "{seen} of {count} packets of {name}");
        assert!(outcome.reader.notes()[0].contains("in the middle of its compressed bytes;"), "{name}");
        let refusal = read(&packed[..8]).refusal.unwrap();
        assert!(refusal.contains("ends before anything in it can be recognised"), "{refusal}");
    }
}

#[test]
fn damage_is_noticed() {
    let (plain, count) = long_pcap();
    for (mut packed, name) in packings(&plain).into_iter().zip(["gzip", "zstd", "lz4"]) {
        // The checksum of all stands in the last eight bytes.
        let place = packed.len() - 3;
        packed[if name == "gzip" { place - 3 } else { place }] ^= 1;
        let outcome = read(&packed);
        assert_eq!(outcome.records.len(), count, "{name}");
        let notes = outcome.reader.notes();
        assert!(
            notes.first().is_some_and(|note| note.starts_with("The capture is damaged: the ")),
            "{name}: {notes:?}"
        );
        assert!(outcome.reader.cut_short());
    }
    let mut file = gzip(&plain);
    file.truncate(60);
    file[40..].fill(0xff);
    let refusal = read(&file).refusal.unwrap();
    assert!(refusal.starts_with("This gzip-compressed file"), "{refusal}");
}

#[test]
fn bytes_after_gzip_data_are_ignored() {
    let outcome = read(&[gzip(&small_pcap(End::Little)), vec![0; 700]].concat());
    assert_eq!(outcome.records.len(), 3);
    assert!(!outcome.reader.cut_short());
    assert!(outcome.reader.notes().last().unwrap().contains("are no part of it"));
}

#[test]
fn what_is_inside_is_named() {
    let cases =
        [(gzip(b"PK\x03\x04"), "a ZIP archive"), (zstd(b"<html>"), "a web page"), (gzip(b""), "nothing at all")];
    for (file, name) in cases {
        let refusal = read(&file).refusal.unwrap();
        assert!(refusal.contains(&format!("-compressed file holds {name}")), "{refusal}");
    }
    let twice = read(&gzip(&lz4(&small_pcap(End::Little)))).refusal.unwrap();
    assert!(twice.starts_with("This gzip-compressed file holds an lz4-compressed file"), "{twice}");
}

#[test]
fn the_limit_gives_a_note_and_the_packets_before_it() {
    let (plain, count) = long_pcap();
    for packed in packings(&plain) {
        let limit = 1 << 18;
        let outcome = read_cut(Reader::keeping(limit), &packed, &[]);
        assert_eq!(outcome.refusal, None);
        assert_eq!(outcome.records.len(), (limit as usize - 24) / 1516);
        assert!(outcome.records.len() < count);
        assert_eq!(outcome.reader.unpacked().unwrap().size(), limit);
        assert!(outcome.reader.stopped() && outcome.reader.cut_short());
        assert!(outcome.reader.notes()[0].starts_with("Unpacked, the capture is larger than"));
    }
}
