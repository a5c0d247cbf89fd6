//! Datagrams of UDP: to which conversation each belongs, and which was the one before it.

use super::Course;
use crate::blocks::Blocks;
use crate::conversations::Conversations;
use crate::endpoints::Endpoints;
use crate::pace::Pace;

/// What is known of a datagram from the others of its conversation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DatagramFacts {
    /// Number of the stream, counted from 0 in order of appearance.
    pub stream: u32,
    /// Number of the conversation.
    pub conversation: u32,
    /// Its first packet; 0 for none.
    pub first: u32,
    /// Its packet before this; 0 for none.
    pub previous: u32,
}

/// A datagram of UDP, as its header tells.
#[derive(Debug, Clone, Copy)]
pub struct Datagram {
    /// Addresses and ports.
    pub endpoints: Endpoints,
    /// Bytes of payload on the wire.
    pub length: u32,
    /// Whether it is only quoted. A quoted datagram was sent earlier: to those that follow, it is none before them.
    pub quoted: bool,
}

/// One datagram.
#[derive(Debug, Clone, Copy)]
struct DatagramFact {
    frame: u32,
    conversation: u32,
    previous: u32,
}

/// A conversation as a whole.
#[derive(Debug, Clone, Copy)]
struct ConversationFact {
    first: u32,
    course: Course,
}

/// All datagrams and conversations of UDP.
#[derive(Debug, Default)]
pub(crate) struct Udp {
    datagrams: Blocks<DatagramFact>,
    /// In order of appearance.
    conversations: Blocks<ConversationFact>,
}

impl Udp {
    /// Frees it in steps.
    pub(crate) async fn free(self, pace: &Pace) {
        self.datagrams.free(pace).await;
        self.conversations.free(pace).await;
    }

    /// Takes note of the next datagram; returns what is known of it.
    pub(crate) fn learn(
        &mut self,
        datagram: &Datagram,
        conversations: &mut Conversations,
        frame: u32,
    ) -> DatagramFacts {
        let Datagram { endpoints, length, quoted } = datagram;
        let (number, turned) = conversations.number(endpoints);
        let count = self.conversations.len() as u32;
        let mut known = conversations.get_mut(number).map(|conversation| &mut conversation.datagrams);
        let (conversation, previous) = known.as_deref().copied().flatten().unwrap_or((count, frame));
        if conversation == count {
            let course = Course { conversation: number, ..Course::NOTHING };
            self.conversations.push(ConversationFact { first: frame, course });
        }
        if let Some(known) = self.conversations.get_mut(conversation as usize).filter(|_| !quoted) {
            known.course.datagram(endpoints, *length, usize::from(turned), frame);
        }
        if let Some(known) = &mut known {
            **known = Some((conversation, if *quoted { previous } else { frame }));
        }
        let fact = DatagramFact { frame, conversation, previous };
        self.datagrams.push(fact);
        self.facts(&fact)
    }

    /// What is known of the n-th datagram of a packet.
    pub(crate) fn recall(&self, frame: u32, nth: usize) -> Option<DatagramFacts> {
        let index = self.datagrams.partition_point(|fact| fact.frame < frame) + nth;
        let fact = self.datagrams.get(index).filter(|fact| fact.frame == frame)?;
        Some(self.facts(fact))
    }

    fn facts(&self, fact: &DatagramFact) -> DatagramFacts {
        let known = self.conversations.get(fact.conversation as usize);
        let (first, conversation) = known.map_or((fact.frame, 0), |known| (known.first, known.course.conversation));
        DatagramFacts { stream: fact.conversation, conversation, first, previous: fact.previous }
    }

    /// Number of the conversation of a packet's last datagram.
    pub(crate) fn stream_of(&self, frame: u32) -> Option<u32> {
        let end = self.datagrams.partition_point(|fact| fact.frame <= frame);
        let fact = self.datagrams.get(end.checked_sub(1)?)?;
        (fact.frame == frame).then_some(fact.conversation)
    }

    /// How a conversation went.
    pub(crate) fn course(&self, number: u32) -> Option<&Course> {
        self.conversations.get(number as usize).map(|fact| &fact.course)
    }

    /// How each conversation went, in order of their numbers; one that is only quoted has no packets.
    pub(crate) fn courses(&self) -> impl Iterator<Item = &Course> {
        self.conversations.iter().map(|fact| &fact.course)
    }
}
