//! The streams of TCP that are followed while the capture is read.

use crate::pace::Pace;
use crate::streams::analysis::Analyst;
use crate::streams::direction::Direction;
use crate::streams::framed::Shared;
use std::collections::VecDeque;

/// What only the index pass needs.
#[derive(Debug, Default)]
pub(crate) struct TcpTracking {
    /// By the number of the stream; nothing of one that ended.
    pub(super) live: Vec<Option<Box<Live>>>,
    /// Streams that ended, in the order in which they did.
    pub(super) ended: VecDeque<(i64, u32)>,
    pub(super) shared: Shared,
}

/// Nanoseconds for which packets of a stream that ended are still expected: twice the longest time that a segment is under
/// way (RFC 9293, section 3.4.2).
const LINGER: i64 = 240_000_000_000;
/// Streams that ended and are still followed.
const MOST_LINGERING: usize = 1 << 14;

/// What freeing a stream costs, in units of [`Pace`].
const FREEING: u32 = 8;

/// A stream that is followed.
#[derive(Debug, Default)]
pub(super) struct Live {
    pub(super) analyst: Analyst,
    pub(super) directions: [Direction; 2],
    pub(super) previous: u32,
    pub(super) has_ended: bool,
}

impl TcpTracking {
    /// Gives the buffer of a PDU that was put together back.
    pub(crate) fn give_back(&mut self, bytes: Vec<u8>) {
        self.shared.spare = bytes;
    }

    /// What all byte sources share.
    pub(crate) fn shared(&mut self) -> &mut Shared {
        &mut self.shared
    }

    /// Lets those that ended long ago go.
    pub(super) fn forget(&mut self, now: i64) {
        while let Some((since, stream)) = self.ended.front().copied()
            && (self.ended.len() > MOST_LINGERING || now.saturating_sub(since) > LINGER)
        {
            self.ended.pop_front();
            self.end(stream);
        }
    }

    /// Frees it in steps.
    pub(crate) async fn free(self, pace: &Pace) {
        for live in self.live {
            let units = if live.is_some() { FREEING } else { 1 };
            drop(live);
            pace.spend(units).await;
        }
    }

    /// Drops what is known of a stream.
    pub(super) fn end(&mut self, stream: u32) {
        if let Some(mut live) = self.live.get_mut(stream as usize).and_then(Option::take) {
            live.directions.iter_mut().for_each(|direction| direction.clear(&mut self.shared));
        }
    }
}
