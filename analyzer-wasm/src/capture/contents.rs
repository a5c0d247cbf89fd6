//! A capture's bytes on their way to records: which format they have, and the cutting of them.

use std::net::IpAddr;

use super::compressed::{Fault, Unpacker};
use super::framing::Framing;
use super::pcap::Pcap;
use super::pcapng::Pcapng;
use super::recognise::{FileKind, HEAD, Packing, recognise, refuse};
use super::tally::{Ending, RecordTally};
use super::unpacked::{LIMIT, Unpacked};
use super::{Interface, Record, Unreadable};

/// What a file holds, or what a compressed file in turn holds.
#[derive(Debug)]
pub(super) struct Contents {
    /// The compression that these bytes were in.
    within: Option<Packing>,
    /// First bytes, while the format is not known yet.
    head: Vec<u8>,
    format: Format,
    framing: Framing,
    tally: RecordTally,
    /// The most unpacked bytes to keep; nothing where each record is looked at as it comes, and never again.
    limit: Option<u64>,
}

#[derive(Debug, Default)]
enum Format {
    #[default]
    Unknown,
    Pcap(Box<Pcap>),
    Pcapng(Box<Pcapng>),
    Packed(Box<Packed>),
}

/// A compressed file: what unpacks it, what it unpacks to, and what is in there.
#[derive(Debug)]
struct Packed {
    packing: Packing,
    unpacker: Unpacker,
    unpacked: Unpacked,
    contents: Contents,
}

/// Why no more unpacked bytes are wanted.
enum Enough {
    TooLarge,
    Unreadable(Unreadable),
}

impl Default for Contents {
    fn default() -> Contents {
        Contents::keeping(Some(LIMIT))
    }
}

impl Contents {
    /// Of a file, of which at most so many unpacked bytes are to be kept; or none, and all records shown.
    pub(super) fn keeping(limit: Option<u64>) -> Contents {
        Contents {
            within: None,
            head: Vec::new(),
            format: Format::Unknown,
            framing: Framing::default(),
            tally: RecordTally::default(),
            limit,
        }
    }

    /// Takes the next bytes.
    pub(super) fn feed(&mut self, chunk: &[u8], each: &mut dyn FnMut(Record<'_>)) -> Result<(), Unreadable> {
        if !matches!(self.format, Format::Unknown) {
            return self.cut(chunk, each);
        }
        // A first chunk of usual size is enough to recognise the format, and is then cut where it lies.
        if self.head.is_empty() && self.recognise(chunk, false)? {
            return self.cut(chunk, each);
        }
        let (more, rest) = chunk.split_at_checked(HEAD.saturating_sub(self.head.len())).unwrap_or((chunk, &[]));
        self.head.extend_from_slice(more);
        let head = std::mem::take(&mut self.head);
        if self.recognise(&head, false)? {
            self.cut(&head, each)?;
            self.cut(rest, each)
        } else {
            self.head = head;
            Ok(())
        }
    }

    /// No more bytes come.
    pub(super) fn finish(&mut self, each: &mut dyn FnMut(Record<'_>)) -> Result<(), Unreadable> {
        if matches!(self.format, Format::Unknown) {
            let head = std::mem::take(&mut self.head);
            self.recognise(&head, true)?;
            self.cut(&head, each)?;
        }
        let tally = &mut self.tally;
        let cut = match &mut self.format {
            Format::Unknown => return Ok(()),
            Format::Packed(packed) => return packed.finish(self.limit, each),
            Format::Pcap(pcap) => {
                let whole = self.framing.finish(|at, bytes| pcap.next(at, bytes, true, tally, each))?;
                (!whole).then(|| pcap.cut())
            }
            Format::Pcapng(pcapng) => {
                let whole = self.framing.finish(|at, bytes| pcapng.next(at, bytes, tally, each))?;
                (!whole).then(|| pcapng.cut())
            }
        };
        if let Some(cut) = cut
            && tally.ending.is_none()
        {
            tally.ending = Some(cut?);
        }
        Ok(())
    }

    pub(super) fn interfaces(&self) -> &[Interface] {
        match &self.format {
            Format::Unknown => &[],
            Format::Pcap(pcap) => pcap.interfaces(),
            Format::Pcapng(pcapng) => pcapng.interfaces(),
            Format::Packed(packed) => packed.contents.interfaces(),
        }
    }

    pub(super) fn names(&self) -> &[(IpAddr, String)] {
        match &self.format {
            Format::Unknown | Format::Pcap(_) => &[],
            Format::Pcapng(pcapng) => pcapng.names(),
            Format::Packed(packed) => packed.contents.names(),
        }
    }

    pub(super) fn format(&self) -> String {
        match &self.format {
            Format::Unknown => String::new(),
            Format::Pcap(pcap) => pcap.format(),
            Format::Pcapng(pcapng) => pcapng.format(),
            Format::Packed(packed) => format!("{}, {}-compressed", packed.contents.format(), packed.packing.name()),
        }
    }

    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        self.tally.notes(&mut notes);
        match &self.format {
            Format::Unknown => {}
            Format::Pcap(pcap) => pcap.notes(&mut notes),
            Format::Pcapng(pcapng) => pcapng.notes(&mut notes),
            Format::Packed(packed) => {
                notes.extend(packed.contents.notes());
                notes.extend(packed.unpacker.note().map(str::to_owned));
            }
        }
        notes
    }

    pub(super) fn cut_short(&self) -> bool {
        match &self.format {
            Format::Packed(packed) => packed.contents.cut_short(),
            _ => self.tally.ending.is_some(),
        }
    }

    pub(super) fn bad_end(&self) -> Option<String> {
        match &self.format {
            Format::Packed(packed) => packed.contents.bad_end(),
            _ => self.tally.bad_end(),
        }
    }

    pub(super) fn whole(&self) -> Option<u64> {
        match &self.format {
            Format::Packed(_) => None,
            _ => Some(self.framing.whole()),
        }
    }

    pub(super) fn stopped(&self) -> bool {
        match &self.format {
            Format::Packed(packed) => packed.contents.stopped(),
            _ => self.framing.stopped() || self.tally.ending.is_some(),
        }
    }

    pub(super) fn unpacked(&self) -> Option<Unpacked> {
        match &self.format {
            Format::Packed(packed) => Some(packed.unpacked.clone()),
            _ => None,
        }
    }

    /// Settles the format if these first bytes are enough.
    fn recognise(&mut self, head: &[u8], whole: bool) -> Result<bool, Unreadable> {
        // As many bytes as a file has that comes in the smallest chunks, so that the answer does not depend on them.
        let head = head.get(..HEAD).unwrap_or(head);
        match recognise(head, whole) {
            FileKind::Open => return Ok(false),
            FileKind::Pcap if self.limit.is_none() => self.format = Format::Pcap(Box::new(Pcap::hasty())),
            FileKind::Pcap => self.format = Format::Pcap(Box::default()),
            FileKind::Pcapng => self.format = Format::Pcapng(Box::default()),
            // Once is usual; more often is a mistake, or an attack.
            FileKind::Packed(packing) if self.within.is_none() => {
                let contents = Contents { within: Some(packing), ..Contents::keeping(self.limit) };
                let (unpacker, unpacked) = (Unpacker::new(packing), Unpacked::default());
                self.format = Format::Packed(Box::new(Packed { packing, unpacker, unpacked, contents }));
            }
            FileKind::Packed(_) | FileKind::Other => return Err(refuse(head, self.within)),
        }
        Ok(true)
    }

    fn cut(&mut self, chunk: &[u8], each: &mut dyn FnMut(Record<'_>)) -> Result<(), Unreadable> {
        let tally = &mut self.tally;
        match &mut self.format {
            Format::Unknown => Ok(()),
            Format::Pcap(pcap) => self.framing.feed(chunk, |at, bytes| pcap.next(at, bytes, false, tally, each)),
            Format::Pcapng(pcapng) => self.framing.feed(chunk, |at, bytes| pcapng.next(at, bytes, tally, each)),
            Format::Packed(packed) => packed.feed(chunk, self.limit, each),
        }
    }
}

impl Packed {
    fn feed(&mut self, chunk: &[u8], limit: Option<u64>, each: &mut dyn FnMut(Record<'_>)) -> Result<(), Unreadable> {
        let Packed { unpacker, unpacked, contents, .. } = self;
        if contents.stopped() {
            return Ok(());
        }
        match unpacker.feed(chunk, &mut |piece| keep(piece, unpacked, contents, limit, each)) {
            Ok(()) => Ok(()),
            Err(Fault::Taker(enough)) => self.stop(enough, limit),
            Err(Fault::Damaged(why)) => self.abandon(Ending::Damaged(why), limit, each),
        }
    }

    fn finish(&mut self, limit: Option<u64>, each: &mut dyn FnMut(Record<'_>)) -> Result<(), Unreadable> {
        if !self.contents.stopped() && !self.unpacker.whole() {
            self.abandon(Ending::In("its compressed bytes"), limit, each)?;
        }
        self.contents.finish(each)
    }

    /// Takes what can still be had of a file that ends badly.
    fn abandon(
        &mut self,
        ending: Ending,
        limit: Option<u64>,
        each: &mut dyn FnMut(Record<'_>),
    ) -> Result<(), Unreadable> {
        let Packed { unpacker, unpacked, contents, packing } = self;
        if let Err(enough) = unpacker.abandon(&mut |piece| keep(piece, unpacked, contents, limit, each)) {
            self.stop(enough, limit)
        } else if matches!(contents.format, Format::Unknown) {
            let what = match ending {
                Ending::Damaged(why) => format!("is damaged before anything in it can be recognised: {why}"),
                _ => "ends before anything in it can be recognised".to_owned(),
            };
            Err(Unreadable(format!("This {}-compressed file {what}. Copy or download it again.", packing.name())))
        } else {
            contents.tally.ending.get_or_insert(ending);
            Ok(())
        }
    }

    fn stop(&mut self, enough: Enough, limit: Option<u64>) -> Result<(), Unreadable> {
        match enough {
            Enough::Unreadable(why) => Err(why),
            Enough::TooLarge => {
                self.contents.tally.ending.get_or_insert(Ending::TooLarge(limit.unwrap_or(LIMIT)));
                Ok(())
            }
        }
    }
}

/// Keeps a piece of unpacked bytes, as far as there is room for it, and cuts what was kept.
fn keep(
    piece: &[u8],
    unpacked: &Unpacked,
    contents: &mut Contents,
    limit: Option<u64>,
    each: &mut dyn FnMut(Record<'_>),
) -> Result<(), Enough> {
    let kept = limit.map_or(piece.len(), |limit| unpacked.push(piece, limit));
    contents.feed(piece.get(..kept).unwrap_or(piece), each).map_err(Enough::Unreadable)?;
    if kept < piece.len() { Err(Enough::TooLarge) } else { Ok(()) }
}
