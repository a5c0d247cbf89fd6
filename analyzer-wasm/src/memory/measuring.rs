//! How long PDUs are, by their bytes and by what came before them in their stream.

use super::expected;
use super::{Histories, History, Kept, Place, Stream};
use crate::conversations::Conversing;
use crate::field::ProtocolId;
use crate::streams::{Carried, Measure, Plan, Segment, SegmentFacts};

/// How long the PDU of a protocol is that begins with these bytes.
pub type PduLength = fn(&[u8], &Measuring<'_>) -> Measure;

/// What the length of a PDU can depend on besides its bytes.
#[derive(Clone, Copy)]
pub struct Measuring<'a> {
    /// Whether the bytes do not begin with the PDU, but where [`Measure::Beyond`] said.
    pub resumed: bool,
    /// The stream that carries the PDU.
    pub stream: Stream,
    /// The port that it is sent to; 0 where it is sent to none.
    pub port: u16,
    pub(super) histories: Option<&'a Histories>,
    pub(super) carriers: Option<&'a dyn Carriers>,
    pub(super) place: Place,
}

/// What is known of protocols where a stream is read.
pub trait Carriers {
    /// The protocol that a stream of TCP carries, judged by its first bytes.
    fn carried(&self, segment: &Segment<'_>) -> Option<ProtocolId>;
    /// The protocol that is sent to a port, judged by the port, else by the bytes: its name, and how it measures its PDUs.
    fn carried_to(&self, port: u16, bytes: &[u8]) -> Option<(&'static str, Option<PduLength>)>;
    /// The protocol of a name.
    fn named(&self, name: &str) -> Option<ProtocolId>;
    /// How a protocol measures its PDUs; nothing where it does not.
    fn pdu_length(&self, protocol: ProtocolId) -> Option<PduLength>;
}

impl<'a> Measuring<'a> {
    /// Knows nothing but the bytes.
    pub fn alone() -> Measuring<'a> {
        let place = Place { frame: 0, step: 0 };
        Measuring { resumed: false, stream: Stream::None, port: 0, histories: None, carriers: None, place }
    }

    /// The protocol that is sent to a port of the far end of a tunnel, judged by the port, else by the bytes: its name,
    /// and how it measures its PDUs.
    pub fn carried(&self, port: u16, bytes: &[u8]) -> Option<(&'static str, Option<PduLength>)> {
        self.carriers?.carried_to(port, bytes)
    }

    /// What a protocol, by name, measures the bytes to be, which its own PDUs begin.
    pub fn as_of(&self, name: &str, bytes: &[u8]) -> Measure {
        let length = self.carriers.and_then(|carriers| carriers.pdu_length(carriers.named(name)?));
        length.map_or(Measure::Unframed, |length| length(bytes, self))
    }

    /// The last value of this stream that was appended before the bytes.
    pub fn before<V: Kept>(&self, history: &'static History<Stream, V>) -> Option<&'a V> {
        self.histories?.before(history, &self.stream, self.place).map(|(_, value)| value)
    }
}

/// Carriers that measure with what the histories hold.
pub(super) struct InHistory<'a> {
    pub(super) carriers: &'a dyn Carriers,
    pub(super) histories: &'a Histories,
    pub(super) place: Place,
}

impl Carried for InHistory<'_> {
    fn protocol(&self, segment: &Segment<'_>) -> Option<ProtocolId> {
        let expected = expected::between(self.histories, Conversing::Tcp, &segment.endpoints, self.place);
        expected.or_else(|| self.carriers.carried(segment))
    }

    fn has_pdus(&self, protocol: ProtocolId) -> bool {
        self.carriers.pdu_length(protocol).is_some()
    }

    fn measure(&self, protocol: ProtocolId, (stream, port): (u32, u16), bytes: &[u8], resumed: bool) -> Measure {
        let stream = Stream::Tcp(stream);
        let (histories, carriers) = (Some(self.histories), Some(self.carriers));
        let measuring = Measuring { resumed, stream, port, histories, carriers, place: self.place };
        self.carriers.pdu_length(protocol).map_or(Measure::Unframed, |length| length(bytes, &measuring))
    }
}

/// Where the whole PDUs end that bytes begin with.
pub(super) fn whole(bytes: &[u8], measure: &dyn Fn(&[u8]) -> Measure) -> u32 {
    let mut end = 0;
    while let Some(rest) = bytes.get(end..).filter(|rest| !rest.is_empty())
        && let Measure::Whole(length @ 1..) = measure(rest)
        && length <= rest.len()
    {
        end += length;
    }
    end as u32
}

/// The facts of a segment of which nothing but the segment is known.
pub(super) fn whole_pdus(
    segment: &Segment<'_>,
    carriers: &dyn Carriers,
    reads: fn(&Segment<'_>) -> bool,
) -> SegmentFacts {
    if segment.payload.is_empty() || !reads(segment) {
        return SegmentFacts::default();
    }
    let protocol = carriers.carried(segment);
    let plan = match protocol.and_then(|protocol| carriers.pdu_length(protocol)) {
        Some(length) => {
            let end = whole(segment.payload, &|bytes| length(bytes, &Measuring::alone()));
            Plan { end, ..Plan::default() }
        }
        None => Plan::default(),
    };
    SegmentFacts { protocol, plan, ..SegmentFacts::default() }
}
