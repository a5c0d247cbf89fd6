//! The index: one row a packet, made once, in file order; it holds numbers only, no bytes of packets.

use crate::blocks::Blocks;
use crate::capture::{Extra, Record, Timestamp};
use crate::conversations::{Conversations, Counted, Counts};
use crate::dissect::{Ends, Found, Packet, Span, Tables, dissect};
use crate::endpoints::Endpoints;
use crate::field::ProtocolId;
use crate::field::{FieldId, FieldSet};
use crate::memory::{Facts, Memory, Tracking};
use crate::numbered::Numbered;
use crate::pace::Pace;
use crate::sharded::Sharded;
use crate::times::Times;

/// What is kept of a packet.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Where its bytes begin in the capture.
    pub offset: u64,
    /// When it was captured, in nanoseconds since 1970; [`NO_TIME`] where the capture does not have it.
    pub time: i64,
    /// Bytes that were captured.
    pub captured: u32,
    /// Bytes on the wire.
    pub length: u32,
    /// Its conversation, doubled, and 1 more in the direction that is turned round; see [`Index::flow_of`].
    pub flow: u32,
    /// Its protocols, see [`Index::stacks`].
    pub stack: u16,
    /// Its interface, counted over the whole capture.
    pub interface: u16,
}

/// One layer of a packet, as far as many packets have the same.
///
/// One number, as the layers of every packet are looked up: the protocol in 16 bits, flags, and the key from bit 32 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StackLayer(u64);

/// The time of a packet that has none.
pub const NO_TIME: i64 = i64::MIN;

/// The rows of all packets.
#[derive(Debug, Default)]
pub struct Rows {
    rows: Blocks<Row>,
}

/// The index of a capture.
#[derive(Debug)]
pub struct Index {
    /// Which protocol follows where; they stay as they are while a capture is open.
    pub tables: Tables,
    /// One a packet.
    pub rows: Rows,
    /// The distinct sequences of layers, outermost first.
    pub stacks: Numbered<Vec<StackLayer>>,
    /// Between whom packets go.
    pub conversations: Conversations,
    /// What was exchanged between them.
    pub counts: Counts,
    /// What packets must know of each other.
    pub facts: Facts,
    /// Remarks and numbers that pcapng blocks carry beside packets, by packet number.
    pub extras: Sharded<u32, Box<Extra>>,
    /// The earliest and the latest time.
    pub span: Option<(i64, i64)>,
    tracking: Tracking,
    stack: Vec<StackLayer>,
    found: Found,
}

/// What consumers of the index pass see of each packet, after its row was made.
pub trait Observer {
    /// The fields whose nodes it wants to see.
    fn wanted(&self) -> Vec<FieldId>;
    /// A packet, with the wanted nodes, and between whom packets went so far.
    fn observe(&mut self, packet: &Packet<'_>, row: &Row, found: &Found, conversations: &Conversations);
}

impl Rows {
    /// Number of packets.
    pub fn len(&self) -> u32 {
        self.rows.len() as u32
    }

    /// Whether there are no packets.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row of a packet, by its number from 1.
    pub fn get(&self, frame: u32) -> Option<&Row> {
        self.rows.get((frame as usize).checked_sub(1)?)
    }

    /// All rows in order.
    pub fn iter(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter()
    }
}

impl StackLayer {
    fn of(span: &Span) -> StackLayer {
        let flag = |set: bool, bit: u32| u64::from(set) << bit;
        let known = flag(span.quoted, 16)
            | flag(span.ends.addresses, 17)
            | flag(span.ends.ports, 18)
            | flag(span.ends.diverted, 19)
            | flag(span.key.is_some(), 20);
        StackLayer(u64::from(span.protocol.0) | known | u64::from(span.key.unwrap_or(0)) << 32)
    }

    /// Its protocol.
    pub fn protocol(self) -> ProtocolId {
        ProtocolId(self.0 as u16)
    }

    /// Whether it stands inside a quotation.
    pub fn quoted(self) -> bool {
        self.0 >> 16 & 1 == 1
    }

    /// What it says of the packet's endpoints.
    pub fn ends(self) -> Ends {
        Ends { addresses: self.0 >> 17 & 1 == 1, ports: self.0 >> 18 & 1 == 1, diverted: self.0 >> 19 & 1 == 1 }
    }

    /// The number from which its protocol's `keyed` fields follow.
    pub fn key(self) -> Option<u16> {
        (self.0 >> 20 & 1 == 1).then_some((self.0 >> 32) as u16)
    }
}

impl Times for Rows {
    fn time(&self, frame: u32) -> i64 {
        self.get(frame).map_or(0, |row| if row.time == NO_TIME { 0 } else { row.time })
    }
}

/// The time between two moments in nanoseconds, as seconds and nanoseconds that count upwards from them.
pub fn between(earlier: i64, later: i64) -> (i64, u32) {
    if earlier == NO_TIME || later == NO_TIME {
        return (0, 0);
    }
    let difference = later.saturating_sub(earlier);
    (difference.div_euclid(1_000_000_000), difference.rem_euclid(1_000_000_000) as u32)
}

impl Index {
    /// The index of a capture of which nothing was read yet.
    pub fn new(tables: Tables) -> Index {
        Index {
            tables,
            rows: Rows::default(),
            stacks: Numbered::default(),
            conversations: Conversations::default(),
            counts: Counts::default(),
            facts: Facts::default(),
            extras: Sharded::default(),
            span: None,
            tracking: Tracking::default(),
            stack: Vec::new(),
            found: Found::default(),
        }
    }

    /// Adds the next packet of the capture.
    pub fn add(&mut self, record: Record<'_>, wanted: &FieldSet, observer: &mut dyn Observer) {
        let frame = self.rows.len() + 1;
        let time = record.time.map_or(NO_TIME, Timestamp::to_nanoseconds);
        let row = Row {
            offset: record.offset,
            time,
            captured: record.bytes.len() as u32,
            length: record.length,
            flow: 0,
            stack: 0,
            interface: record.interface as u16,
        };
        if time != NO_TIME {
            let (first, last) = self.span.unwrap_or((time, time));
            self.span = Some((first.min(time), last.max(time)));
        }
        self.rows.rows.push(row);
        let packet = Packet::alone(&record, frame);
        let mut memory = Memory::learn(&mut self.facts, &mut self.tracking, &mut self.conversations, &self.rows, frame);
        dissect(&self.tables, &packet, &mut memory, wanted, &mut self.found);
        let stack = self.stack_id();
        let flow = self.flow_id();
        let counted = Counted { frame, length: record.length, time: if time == NO_TIME { 0 } else { time } };
        self.counts.count(&self.found.exchanges, &counted, |frame| self.rows.time(frame));
        if let Some(last) = self.rows.rows.last_mut() {
            last.stack = stack;
            last.flow = flow;
        }
        if let Some(extra) = record.extra {
            self.extras.insert(frame, extra);
        }
        observer.observe(&packet, &Row { stack, flow, ..row }, &self.found, &self.conversations);
    }

    /// Frees it in steps.
    pub async fn free(self, pace: &Pace) {
        self.rows.rows.free(pace).await;
        self.conversations.free(pace).await;
        self.counts.free(pace).await;
        self.extras.free(pace).await;
        self.facts.free(pace).await;
        self.tracking.free(pace).await;
    }

    /// Says that all packets were read, and hands over what only the reading needed.
    pub fn finish(&mut self) -> Tracking {
        self.found = Found::default();
        self.facts.finish(&mut self.tracking)
    }

    /// The layers of a packet, outermost first; nothing where the capture has more stacks than are numbered.
    pub fn stack_of(&self, row: &Row) -> Option<&[StackLayer]> {
        self.stacks.get(row.stack.into()).map(|(stack, ())| stack.as_slice())
    }

    /// Between whom a packet goes, and in which direction.
    pub fn flow_of(&self, row: &Row) -> Option<Endpoints> {
        let (endpoints, _) = self.conversations.get(row.flow / 2)?;
        Some(if row.flow.is_multiple_of(2) { *endpoints } else { endpoints.reversed() })
    }

    fn stack_id(&mut self) -> u16 {
        self.stack.clear();
        self.stack.extend(self.found.layers.iter().map(StackLayer::of));
        // A capture with more distinct stacks than fit is hostile; of the rest nothing is known without their bytes.
        let number = self.stacks.find(self.stack.as_slice()).unwrap_or_else(|| match self.stacks.len() {
            len if len < usize::from(u16::MAX) => self.stacks.number(self.stack.clone(), || ()),
            _ => u32::from(u16::MAX),
        });
        number as u16
    }

    fn flow_id(&mut self) -> u32 {
        let (number, turned) = self.conversations.number(&self.found.endpoints);
        let direction = usize::from(turned);
        let conversation = self.conversations.get_mut(number);
        if let Some(packets) = conversation.and_then(|conversation| conversation.packets.get_mut(direction)) {
            *packets += 1;
        }
        number * 2 + u32::from(turned)
    }
}
