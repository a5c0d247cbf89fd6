//! Conversations: between whom packets go, whatever the direction, numbered in order of appearance.

mod address_pairs;
mod counts;
mod exchange;
mod rows;

pub use counts::Counts;
pub use exchange::{Between, Conversing, Exchange};
pub use rows::{Address, Counted, End, Exchanged};

use crate::endpoints::Endpoints;
use crate::numbered::Numbered;
use crate::pace::Pace;

/// All conversations of a capture.
#[derive(Debug, Default)]
pub struct Conversations {
    known: Numbered<Endpoints, Conversation>,
    // One packet is asked about several times, and often the next one is of the same conversation.
    last: Option<LastAsked>,
}

/// The conversation that was asked for last.
#[derive(Debug)]
struct LastAsked {
    /// As they were asked for.
    endpoints: Endpoints,
    key: Endpoints,
    number: u32,
    turned: bool,
}

/// What is known of a conversation.
#[derive(Debug, Clone, Copy, Default)]
pub struct Conversation {
    /// Packets in each direction: as [`Endpoints::canonical`] has it, and the other way.
    pub packets: [u32; 2],
    /// Its latest TCP stream; ports can be used again.
    pub stream: Option<u32>,
    /// Its number among those of UDP, and its latest datagram's packet.
    pub datagrams: Option<(u32, u32)>,
}

impl Conversations {
    /// Frees them in steps.
    pub async fn free(self, pace: &Pace) {
        self.known.free(pace).await;
    }

    /// Number of the conversation, and whether these endpoints are turned round in it.
    #[inline]
    pub fn number(&mut self, endpoints: &Endpoints) -> (u32, bool) {
        match &self.last {
            Some(last) if last.endpoints == *endpoints => (last.number, last.turned),
            _ => self.number_anew(endpoints),
        }
    }

    fn number_anew(&mut self, endpoints: &Endpoints) -> (u32, bool) {
        let (key, turned) = endpoints.canonical();
        let number = match &self.last {
            Some(last) if last.key == key => last.number,
            _ => self.known.number(key, Conversation::default),
        };
        self.last = Some(LastAsked { endpoints: *endpoints, key, number, turned });
        (number, turned)
    }

    /// A conversation by its number, with its canonical endpoints.
    pub fn get(&self, number: u32) -> Option<(&Endpoints, &Conversation)> {
        self.known.get(number)
    }

    /// The conversation between these endpoints, if packets went between them.
    pub fn between(&self, endpoints: &Endpoints) -> Option<&Conversation> {
        self.known.get(self.known.find(&endpoints.canonical().0)?).map(|(_, conversation)| conversation)
    }

    /// A conversation by its number, to change it.
    pub fn get_mut(&mut self, number: u32) -> Option<&mut Conversation> {
        self.known.get_mut(number)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// All of them, in order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (&Endpoints, &Conversation)> {
        self.known.iter()
    }
}
