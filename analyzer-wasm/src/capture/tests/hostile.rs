//! Any file, cut anywhere and fed in any pieces: no panic, and the same answer.

use proptest::prelude::*;

use super::build::{End, MODIFIED, large_pcapng, small_pcap};
use super::{Kept, Outcome, Reader, read, read_cut};

/// Small captures of all formats.
fn samples() -> Vec<Vec<u8>> {
    let end = End::Little;
    let patched = [&end.u32(2)[..], &end.u16(0x0800), &[4, 0]].concat();
    let modified = [
        end.head(MODIFIED, (2, 4), 65_535, 1),
        end.record_with((1, 5), 20, &patched, &[1; 20]),
        end.record_with((2, 5), 20, &patched, &[2; 20]),
    ];
    let mut samples = vec![small_pcap(End::Little), small_pcap(End::Big), modified.concat(), large_pcapng()];
    samples.extend(super::compressed::packings(&samples[0]));
    samples
}

fn answer(outcome: Outcome) -> (Vec<Kept>, String, Vec<String>, bool, Option<String>) {
    let reader = &outcome.reader;
    (outcome.records, reader.format(), reader.notes(), reader.cut_short(), outcome.refusal)
}

#[test]
fn every_prefix_gives_the_records_that_are_whole() {
    // Cut in its first records, a patched pcap can look like one of the other patch, as it does to libwiretap.
    let patched = End::Little.u32(MODIFIED);
    for whole in samples().iter().filter(|sample| !sample.starts_with(&patched)) {
        let expected = read(whole).records;
        let mut most = 0;
        for length in 0..whole.len() {
            let outcome = read(&whole[..length]);
            assert!(expected.starts_with(&outcome.records), "the first {length} bytes");
            let count = outcome.records.len();
            assert!(count >= most, "{length} bytes give {count} records, but fewer gave {most}");
            most = count;
        }
    }
}

#[test]
fn every_changed_byte_is_survived() {
    for mut file in samples() {
        for place in 0..file.len() {
            let right = file[place];
            for wrong in [0, 1, 0x7f, 0x80, 0xff, !right] {
                file[place] = wrong;
                // `read` also checks that every offset lies within the file.
                let whole = read(&file);
                let halves = read_cut(Reader::new(), &file, &[place, place + 1]);
                assert_eq!(answer(whole), answer(halves), "byte {place} is {wrong}");
            }
            file[place] = right;
        }
    }
}

#[test]
fn single_bytes_are_chunks_too() {
    for whole in samples() {
        let cuts: Vec<usize> = (0..whole.len()).collect();
        assert_eq!(answer(read(&whole)), answer(read_cut(Reader::new(), &whole, &cuts)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn chunks_do_not_matter(which in 0usize..7, cuts in prop::collection::vec(any::<usize>(), 0..12)) {
        let samples = samples();
        let whole = &samples[which % samples.len()];
        prop_assert_eq!(answer(read(whole)), answer(read_cut(Reader::new(), whole, &cuts)));
    }

    #[test]
    fn nonsense_after_a_head_is_survived(
        which in 0usize..7,
        kept in 0usize..200,
        nonsense in prop::collection::vec(any::<u8>(), 0..600),
        cut in any::<usize>(),
    ) {
        let samples = samples();
        let whole = &samples[which % samples.len()];
        let file = [&whole[..kept.min(whole.len())], &nonsense].concat();
        prop_assert_eq!(answer(read(&file)), answer(read_cut(Reader::new(), &file, &[cut])));
    }
}
