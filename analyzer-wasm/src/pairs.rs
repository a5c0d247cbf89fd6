//! DNS → connection: which lookup led to which connection, with the evidence.
//!
//! The index pass gathers lookups, and the names of servers; connections are its TCP streams and UDP conversations. The rule
//! in [`choose`] joins them once the capture was read.

mod addresses;
mod beginning;
mod choose;
mod description;
mod evidence;
mod hosts;
mod json;
mod known;
mod lines;
mod loads;
mod lookup;
mod names;
mod observed;
mod order;
mod pairing;
mod reasons;
mod report;
mod search;
mod visits;
mod whole;

use crate::conversations::Conversations;
use crate::dissect::{Found, Packet, Protocols};
use crate::field::FieldId;
use crate::index::{Index, Observer, Row};
use crate::numbered::Numbered;
use crate::pace::Pace;
use crate::sharded::Sharded;
use beginning::{Layers, Refusal};
pub(crate) use evidence::address_filter;
use hosts::Hosts;
pub use lines::OrderedPairs;
pub use lookup::PendingQueries;
use lookup::{Given, Lookups, MessageOrigin};
pub(crate) use names::{NameId, Names};
use observed::{Observed, Roles, Server, ServerName, Unreachable};
pub use pairing::Pairing;
pub use report::{File, Report};
use std::net::IpAddr;

/// Gathers lookups, and the names of servers, while packets go by.
#[derive(Debug)]
pub struct Gathered {
    roles: Roles,
    names: Names,
    lookups: Lookups,
    /// The names of servers that clients sent.
    servers: Numbered<Owner, ServerName>,
    hosts: Hosts,
    /// Connections that reach nobody, as ICMP reports.
    refusals: Sharded<Owner, Refusal>,
    /// Conversations of UDP that go on with a connection of QUIC.
    going_on: Sharded<u32, ()>,
    conversations: usize,
    layers: Layers,
}

/// Whose a packet is: a TCP stream, or a conversation of UDP, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Owner {
    Tcp(u32),
    Udp(u32),
}

/// The pairs of a capture, with all that they are made of.
#[derive(Clone, Copy)]
pub struct Pairs<'a> {
    pairing: &'a Pairing,
    gathered: &'a Gathered,
    index: &'a Index,
}

impl Gathered {
    /// Of packets that are made of these protocols.
    pub fn new(protocols: &Protocols) -> Gathered {
        Gathered {
            roles: Roles::of(protocols),
            names: Names::default(),
            lookups: Lookups::default(),
            servers: Numbered::default(),
            hosts: Hosts::default(),
            refusals: Sharded::default(),
            going_on: Sharded::default(),
            conversations: 0,
            layers: Layers::of(protocols),
        }
    }
}

impl Observer for Gathered {
    fn wanted(&self) -> Vec<FieldId> {
        Roles::wanted()
    }

    fn observe(&mut self, packet: &Packet<'_>, row: &Row, found: &Found, conversations: &Conversations) {
        // Who sends first in a conversation is a host of the link, or a router that sends for one.
        if conversations.len() != self.conversations {
            self.conversations = conversations.len();
            self.hosts.observe(packet, found.endpoints.source, found.endpoints.destination);
            if self.layers.goes_on(packet, found)
                && let Some(Owner::Udp(number)) = self.owner(row, found, conversations)
            {
                self.going_on.insert(number, ());
            }
        }
        if found.nodes.is_empty() {
            return;
        }
        let Gathered { roles, names, lookups, .. } = self;
        let origin =
            MessageOrigin { frame: packet.number, time: row.time, ends: &found.endpoints, conversation: row.flow / 2 };
        let Observed { server, unreachable } = roles.read(packet, found, &mut |message| {
            lookups.add(&message, origin, names);
        });
        if (!server.name.is_empty() || server.resolver)
            && let Some(owner) = self.owner(row, found, conversations)
        {
            self.note_server(owner, server, packet.number);
        }
        if let Some(why) = unreachable {
            self.note_refusal(why, packet, found, conversations);
        }
    }
}

impl Gathered {
    fn note_server(&mut self, owner: Owner, server: Server<'_>, frame: u32) {
        let Server { name, by, resolver } = server;
        let name = self.names.number(name);
        self.servers.number(owner, || ServerName { name, frame, by, resolver });
    }

    /// Notes what ICMP reports of a packet that it quotes.
    fn note_refusal(
        &mut self,
        why: Unreachable,
        packet: &Packet<'_>,
        found: &Found,
        conversations: &Conversations,
    ) -> Option<()> {
        let (ends, is_tcp) = self.layers.quoted(packet, found)?;
        let conversation = conversations.between(&ends)?;
        let owner = match is_tcp {
            true => Owner::Tcp(conversation.stream?),
            false => Owner::Udp(conversation.datagrams?.0),
        };
        self.refusals.value(owner, || Refusal { frame: packet.number, why });
        Some(())
    }

    /// Whose packet it is, by its innermost layers.
    fn owner(&self, row: &Row, found: &Found, conversations: &Conversations) -> Option<Owner> {
        let (_, conversation) = conversations.get(row.flow / 2)?;
        let transport = found
            .layers
            .iter()
            .rev()
            .find(|span| span.protocol == self.layers.tcp || span.protocol == self.layers.udp)?;
        if transport.protocol == self.layers.tcp {
            conversation.stream.map(Owner::Tcp)
        } else {
            conversation.datagrams.map(|(number, _)| Owner::Udp(number))
        }
    }

    /// Frees it in steps.
    pub async fn free(mut self, pace: &Pace) {
        self.lookups.finish().free(pace).await;
        self.lookups.free(pace).await;
        self.names.free(pace).await;
        self.servers.free(pace).await;
        self.refusals.free(pace).await;
        self.going_on.free(pace).await;
    }

    /// Says that all packets were read, and hands over what only the reading needed.
    pub fn finish(&mut self) -> PendingQueries {
        self.lookups.finish()
    }

    /// Number of lookups so far.
    pub fn lookups(&self) -> u32 {
        self.lookups.all.len() as u32
    }
}

/// The names of one lookup.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named<'g> {
    /// The name that was asked for.
    pub(crate) name: NameId,
    /// Number of the type of record that was asked for.
    pub(crate) kind: u16,
    /// Packets that hold the question.
    pub(crate) packets: u32,
    /// Names that the answer leads through.
    pub(crate) aliases: &'g [NameId],
    given: &'g [Given],
}

impl<'g> Named<'g> {
    /// Addresses in the answer.
    pub(crate) fn addresses(self) -> impl Iterator<Item = IpAddr> + 'g {
        self.given.iter().filter(|given| !given.hint).map(|given| given.address)
    }
}

impl Gathered {
    /// The names of a lookup, by its place in order of time.
    pub(crate) fn named(&self, lookup: u32) -> Option<Named<'_>> {
        self.lookups.all.get(lookup as usize).map(|lookup| Named {
            name: lookup.name,
            kind: lookup.kind,
            packets: u32::from(lookup.query != 0)
                + lookup.repeats
                + u32::from(lookup.response != 0)
                + lookup.duplicates,
            aliases: self.lookups.aliases(lookup),
            given: self.lookups.addresses(lookup),
        })
    }

    /// The name of the server that a client sent, with the packet in which it stands, by its place among such clients.
    pub(crate) fn server_name(&self, place: u32) -> Option<(u32, NameId)> {
        self.servers.get(place).map(|(_, server)| (server.frame, server.name))
    }

    /// All names.
    pub(crate) fn all_names(&self) -> &Names {
        &self.names
    }
}

impl<'a> Pairs<'a> {
    /// Number of lookups and of connections.
    pub fn counts(&self) -> (u32, u32) {
        (self.gathered.lookups(), self.pairing.connections.len() as u32)
    }

    /// Number of packets in which a part of a pair stands.
    pub fn packets(&self) -> u32 {
        self.pairing.packets()
    }

    /// The name that led to a connection, by its place in order of beginnings.
    pub(crate) fn name_at(&self, connection: u32) -> Option<NameId> {
        Some(self.lookup(self.connection(connection)?.lookup?)?.name)
    }

    /// The pairs of a capture that was read.
    pub fn new(pairing: &'a Pairing, gathered: &'a Gathered, index: &'a Index) -> Pairs<'a> {
        Pairs { pairing, gathered, index }
    }
}
