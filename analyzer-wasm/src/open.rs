//! The open capture: its source, its index, and any packet of it in full.

use crate::capture::{LinkType, ReadError, Reader, Source, Unreadable};
use crate::dissect::{Found, Packet, Protocols, Tables, dissect, note_afterwards};
use crate::field::FieldSet;
use crate::index::{Index, NO_TIME, Observer, Row, between};
use crate::memory::{Memory, Tracking};
use crate::pace::Pace;
use crate::pairs::{Gathered, Pairing, Pairs, PendingQueries};
use crate::protocols::pseudo::pair;
use crate::streams::Piece;
use crate::times::Times;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

/// Bytes of the smallest window, which a first read or a read somewhere else takes in.
const WINDOW: usize = 64 << 10;
/// Bytes of the largest window, to which it grows while reads go on where the last window ended.
const WIDEST: usize = 4 << 20;

/// A capture that is being read, or was.
pub struct Open {
    /// The file's name, for people.
    pub name: String,
    /// Bytes of the file.
    pub size: u64,
    /// What delimits the records.
    pub reader: Reader,
    /// What is known of each packet.
    pub index: Index,
    /// Lookups, and names of servers.
    pub gathered: Gathered,
    /// The fields that those are gathered from.
    wanted: FieldSet,
    /// Whether all packets are known, and pairs are made when they are asked for.
    is_read: bool,
    pairing: OnceCell<Pairing>,
    source: Box<dyn Source>,
    window: RefCell<ReadWindow>,
    scratch: RefCell<(Vec<u8>, Found)>,
    /// How many packets are being dissected for the sake of another.
    gathering: Cell<u8>,
    /// By packet and by how many others are being dissected: what that gave.
    own_sources: RefCell<FxHashMap<(u32, u8), OwnSources>>,
}

/// What only the reading of a capture needed.
pub(crate) struct Leftovers {
    tracking: Tracking,
    queries: PendingQueries,
}

impl Leftovers {
    /// Frees them in steps.
    pub(crate) async fn free(self, pace: &Pace) {
        self.tracking.free(pace).await;
        self.queries.free(pace).await;
    }
}

/// The data sources that a packet makes of its own bytes.
type OwnSources = Rc<Vec<Vec<u8>>>;

/// How many packets are dissected for the sake of another at most, one for the other.
const DEEPEST: u8 = 3;
/// Packets whose data sources are kept.
const MOST_KNOWN: usize = 256;

/// A stretch of the capture in memory.
///
/// A read costs a browser a tenth of a millisecond however short it is. Neighbouring packets are therefore read together:
/// those on screen with one read, and those that a filter walks through with ever larger ones.
#[derive(Debug, Default)]
struct ReadWindow {
    start: u64,
    bytes: Vec<u8>,
    /// Bytes that the last miss read.
    wide: usize,
}

impl ReadWindow {
    /// Where a stretch lies in the window, if the whole of it does.
    fn holds(&self, at: u64, length: usize) -> Option<&[u8]> {
        let start = usize::try_from(at.checked_sub(self.start)?).ok()?;
        self.bytes.get(start..start.checked_add(length)?)
    }

    /// Empties the window and begins it at `at`, wider than before where it only goes on.
    fn move_to(&mut self, at: u64, length: usize, available: usize) {
        let end = self.start.saturating_add(self.bytes.len() as u64);
        let goes_on = !self.bytes.is_empty() && at >= self.start && at <= end.saturating_add(WINDOW as u64);
        self.wide = if goes_on { (self.wide * 2).min(WIDEST) } else { WINDOW };
        self.start = at;
        self.bytes.clear();
        self.bytes.resize(self.wide.max(length).min(available), 0);
    }
}

impl Open {
    /// A capture of which nothing is read yet; `tables` say which protocol follows where.
    pub fn new(name: &str, source: Box<dyn Source>, tables: Tables) -> Open {
        let gathered = Gathered::new(tables.protocols());
        Open {
            name: name.to_owned(),
            size: source.size(),
            reader: Reader::new(),
            index: Index::new(tables),
            wanted: FieldSet::of(gathered.wanted()),
            gathered,
            is_read: false,
            pairing: OnceCell::new(),
            source,
            window: RefCell::default(),
            scratch: RefCell::default(),
            gathering: Cell::new(0),
            own_sources: RefCell::default(),
        }
    }

    /// Takes the next bytes of the file.
    pub fn feed(&mut self, chunk: &[u8]) -> Result<(), Unreadable> {
        let Open { reader, index, gathered, wanted, .. } = self;
        reader.feed(chunk, &mut |record| index.take(record, wanted, gathered))
    }

    /// Says that no more bytes come, and that pairs are made when they are asked for.
    pub fn end(&mut self) -> Result<(), Unreadable> {
        drop(self.close()?);
        self.is_read = true;
        Ok(())
    }

    /// Says that no more bytes come, and hands over what only the reading needed. There are no pairs before
    /// [`Open::settle`].
    pub(crate) fn close(&mut self) -> Result<Leftovers, Unreadable> {
        let Open { reader, index, gathered, wanted, .. } = self;
        reader.finish(&mut |record| index.take(record, wanted, gathered))?;
        Ok(Leftovers { tracking: self.index.finish(), queries: self.gathered.finish() })
    }

    /// Frees it in steps.
    pub(crate) async fn free(self, pace: &Pace) {
        if let Some(pairing) = self.pairing.into_inner() {
            pairing.free(pace).await;
        }
        self.index.free(pace).await;
        self.gathered.free(pace).await;
    }

    /// Takes the pairs, which were made in steps.
    pub(crate) fn settle(&self, pairing: Pairing) {
        // They are made once.
        let _ = self.pairing.set(pairing);
    }

    /// Lookups and the connections that they led to; nothing before all packets are known.
    pub fn pairs(&self) -> Option<Pairs<'_>> {
        let pairing = match self.pairing.get() {
            None if self.is_read => Some(self.pairing.get_or_init(|| Pairing::new(&self.gathered, &self.index))),
            known => known,
        };
        pairing.map(|pairing| Pairs::new(pairing, &self.gathered, &self.index))
    }

    /// What is odd about the capture, in sentences.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = self.reader.notes();
        if self.index.facts.is_cut() {
            notes.push(
                "Some messages are too long to be put together, or too many at once: their packets stay apart.".into(),
            );
        }
        notes
    }

    /// The protocols of which its packets can be made.
    pub fn protocols(&self) -> &'static Protocols {
        self.index.tables.protocols()
    }

    /// Number of packets so far.
    pub fn packets(&self) -> u32 {
        self.index.rows.len()
    }

    /// Seconds since the first packet.
    pub fn since_first(&self, frame: u32) -> (i64, u32) {
        let first = self.index.rows.get(1).map_or(NO_TIME, |row| row.time);
        between(first, self.index.rows.get(frame).map_or(NO_TIME, |row| row.time))
    }

    /// Digits after the point in the time of a packet.
    pub fn digits(&self, row: &Row) -> usize {
        self.reader.interfaces().get(usize::from(row.interface)).map_or(6, |interface| usize::from(interface.digits))
    }

    /// Dissects a packet, for `look` to see. `previous` is the displayed packet before it, 0 for none.
    pub fn look<T>(
        &self,
        frame: u32,
        previous: u32,
        wanted: &FieldSet,
        hindsight: bool,
        look: impl FnOnce(&Packet<'_>, &Found) -> T,
    ) -> Result<T, ReadError> {
        let rows = &self.index.rows;
        let row = *rows.get(frame).ok_or_else(|| ReadError(format!("There is no packet {frame}.")))?;
        let (mut bytes, mut found) = self.scratch.take();
        self.read(row.offset, row.captured as usize, &mut bytes)?;
        let interface = self.reader.interfaces().get(usize::from(row.interface));
        let time = |frame: u32| rows.get(frame).map_or(NO_TIME, |row| row.time);
        let packet = Packet {
            bytes: &bytes,
            number: frame,
            length: row.length,
            link: interface.map_or(LinkType::NONE, |interface| interface.link).0,
            time: (row.time != NO_TIME)
                .then(|| (row.time.div_euclid(1_000_000_000), row.time.rem_euclid(1_000_000_000) as u32)),
            since_first: self.since_first(frame),
            since_previous: (frame > 1).then(|| between(time(frame - 1), row.time)),
            since_displayed: if previous == 0 { (0, 0) } else { between(time(previous), row.time) },
            interface: interface.map_or(0, |interface| interface.number),
            interface_name: interface.map_or("", |interface| {
                if interface.name.is_empty() { interface.description.as_str() } else { interface.name.as_str() }
            }),
            section: interface.map_or(0, |interface| interface.section),
            pcapng: self.reader.format().starts_with("pcapng"),
            custom: self.index.extras.get(&frame).and_then(|extra| extra.custom),
            comments: self.index.extras.get(&frame).map(|extra| extra.comments.as_slice()).unwrap_or_default(),
        };
        let gather = |pieces: &[Piece]| self.gather(pieces);
        let mut memory = Memory::know(&self.index.facts, rows, &gather, frame, hindsight);
        dissect(&self.index.tables, &packet, &mut memory, wanted, &mut found);
        if pair::all().any(|field| wanted.contains(field)) {
            let pairs = self.pairs().map_or_else(SmallVec::new, |pairs| pairs.of_packet(frame));
            if !pairs.is_empty() {
                note_afterwards(&self.index.tables, &packet, wanted, &mut found, pair::SELF, &mut |l| {
                    pair::note(l, &pairs);
                });
            }
        }
        let seen = look(&packet, &found);
        self.scratch.replace((bytes, found));
        Ok(seen)
    }

    /// The time of a packet in nanoseconds since 1970.
    pub fn time(&self, frame: u32) -> i64 {
        self.index.rows.time(frame)
    }

    /// Reads bytes of the file as it is, packed or not.
    pub fn read_file(&self, at: u64, into: &mut [u8]) -> Result<(), ReadError> {
        self.source.read(at, into)
    }

    /// The data sources that a packet makes of its own bytes. The packets of one message are asked for again and again.
    fn own_sources(&self, frame: u32, depth: u8) -> OwnSources {
        if let Some(known) = self.own_sources.borrow().get(&(frame, depth)) {
            return Rc::clone(known);
        }
        let wanted = FieldSet::of([]);
        let sources = self.look(frame, 0, &wanted, false, |_, found| {
            found.sources.iter().filter(|source| source.is_own).map(|source| source.bytes.clone()).collect()
        });
        // What cannot be read any more is missing.
        let sources: OwnSources = Rc::new(sources.unwrap_or_default());
        let mut known = self.own_sources.borrow_mut();
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert((frame, depth), Rc::clone(&sources));
        sources
    }

    /// The bytes of pieces, one behind the other. Those in a data source of their own are had by dissecting their packet.
    fn gather(&self, pieces: &[Piece]) -> Vec<u8> {
        let mut whole = Vec::new();
        let mut part = Vec::new();
        for piece in pieces {
            let Some(row) = self.index.rows.get(piece.frame) else { continue };
            let (offset, length) = (piece.offset(), piece.length() as usize);
            let Some(source) = piece.source().checked_sub(1) else {
                if self.read(row.offset + u64::from(offset), length, &mut part).is_ok() {
                    whole.extend_from_slice(&part);
                }
                continue;
            };
            // A packet needs earlier ones at most, so that this ends; hostile ones can nest deeply all the same.
            let depth = self.gathering.get();
            if depth >= DEEPEST {
                continue;
            }
            self.gathering.set(depth + 1);
            let sources = self.own_sources(piece.frame, depth);
            self.gathering.set(depth);
            let range = offset as usize..offset as usize + length;
            let bytes = sources.get(usize::from(source)).and_then(|bytes| bytes.get(range));
            whole.extend_from_slice(bytes.unwrap_or_default());
        }
        whole
    }

    /// Reads bytes of the (unpacked) capture, through the window.
    fn read(&self, at: u64, length: usize, into: &mut Vec<u8>) -> Result<(), ReadError> {
        into.clear();
        let mut window = self.window.borrow_mut();
        if window.holds(at, length).is_none() {
            // Compressed bytes cannot be read at a place; their unpacked copy can.
            let unpacked = self.reader.unpacked();
            let source: &dyn Source = unpacked.as_ref().map_or(&*self.source, |unpacked| unpacked);
            let available = usize::try_from(source.size().saturating_sub(at)).unwrap_or(usize::MAX);
            window.move_to(at, length, available);
            let result = source.read(at, &mut window.bytes);
            if result.is_err() {
                window.bytes.clear();
            }
            result?;
        }
        match window.holds(at, length) {
            Some(bytes) => {
                into.extend_from_slice(bytes);
                Ok(())
            }
            None => Err(ReadError("The capture is shorter than when it was opened. Open it again.".into())),
        }
    }
}
