//! What is to be known of a capture once all its packets were read: its pairs, and its busiest hosts.

use crate::index::Index;
use crate::message::Host;
use crate::open::Open;
use crate::pace::{Foremost, Pace, Sliced};
use crate::pairs::{Pairing, address_filter};
use crate::sharded::Sharded;
use std::cmp::Reverse;
use std::net::IpAddr;
use std::rc::Rc;

/// Addresses that the page gets to know.
const MOST_HOSTS: usize = 20;

/// The work between the last byte and the words that the capture is open.
pub(super) struct Settle {
    work: Sliced<(Pairing, Vec<Host>)>,
    /// Requests to stop that are answered when it is done.
    pub(super) cancelled: Vec<u32>,
}

impl Settle {
    /// For a capture of which all was read.
    pub(super) fn new(open: &Rc<Open>) -> Settle {
        let open = Rc::clone(open);
        let work = Sliced::new(async move |pace| {
            let pairing = Pairing::made(&open.gathered, &open.index, &pace).await;
            (pairing, hosts(&open.index, &pace).await)
        });
        Settle { work, cancelled: Vec::new() }
    }

    /// Goes on; pairs and hosts once all is done.
    pub(super) fn step(&mut self, units: u32) -> Option<(Pairing, Vec<Host>)> {
        self.work.step(units)
    }
}

/// The addresses with the most packets, the busiest first.
async fn hosts(index: &Index, pace: &Pace) -> Vec<Host> {
    let mut packets: Sharded<IpAddr, u32> = Sharded::default();
    for (endpoints, conversation) in index.conversations.iter().filter(|(ends, _)| ends.known()) {
        let ends = [endpoints.source, endpoints.destination];
        let distinct = if ends[0] == ends[1] { &ends[..1] } else { &ends[..] };
        // Nobody is behind an address that stands for many, or for none.
        for address in distinct.iter().filter(|address| is_host(**address)) {
            if let Some(own) = packets.value_in_steps(*address, pace, || 0).await {
                *own += conversation.packets.iter().sum::<u32>();
            }
        }
        pace.spend(4).await;
    }
    let mut hosts = Foremost::new(MOST_HOSTS);
    for (address, packets) in packets.iter() {
        hosts.push((Reverse(*packets), *address));
        pace.spend(1).await;
    }
    let host = |(Reverse(packets), address): (Reverse<u32>, IpAddr)| Host {
        address: address.to_string(),
        packets,
        filter: address_filter(address),
    };
    hosts.sorted().into_iter().map(host).collect()
}

fn is_host(address: IpAddr) -> bool {
    let broadcast = matches!(address, IpAddr::V4(address) if address.is_broadcast());
    !(address.is_unspecified() || address.is_multicast() || broadcast)
}
