//! Why no lookup led to a connection, in words; and the rule behind each status.

use super::Pairs;
use super::addresses::answers_secretly;
use super::lookup::DnsLookup;
use super::pairing::{Paired, Told};
use super::tell::transport;
use crate::message::PairStatus;
use std::fmt::Write;
use std::net::IpAddr;

impl Pairs<'_> {
    /// What is known of a connection without a lookup; of one to an address that was hinted at, with that.
    pub(super) fn unpaired(&self, paired: &Paired, told: &Told<'_>, hint: Option<&DnsLookup>) -> String {
        let ends = told.ends;
        let named = told.named();
        let (known, address) = (&self.pairing.known, self.inside(paired).unwrap_or(ends.destination.to_canonical()));
        let mut words = format!(
            "{} connected to {}, {} port {}, in #{}.",
            ends.source,
            ends.destination,
            transport(paired).to_uppercase(),
            ends.destination_port,
            paired.begin
        );
        let why = match paired.status {
            PairStatus::OtherClient => {
                let first = known.first_given(None, address);
                format!(" No answer had given this client that address; the one in #{first} gave it to another client.")
            }
            PairStatus::AnsweredLater => {
                let first = known.first_given(Some(ends.source), address);
                format!(" This client was given that address only afterwards, in #{first}.")
            }
            PairStatus::LocalAddress => {
                format!(" That is {}, and no answer gave it: it needs no lookup.", self.kind_of_local(address))
            }
            PairStatus::Resolver if known.answers(ends.destination) => {
                " That host answers lookups itself, and its address was known without one.".into()
            }
            PairStatus::Resolver => " Its port is that of name servers, whose addresses are known without a lookup.".into(),
            PairStatus::EncryptedDns if answers_secretly(told, self.gathered) => {
                " That server answers encrypted lookups: what is asked there cannot be read.".into()
            }
            PairStatus::EncryptedDns => format!(
                " The client had begun to ask a resolver for encrypted lookups in #{}: what it asked there cannot be read.",
                self.pairing.asked_secretly(known.host(ends.source))
            ),
            PairStatus::HttpsHint => {
                let (name, frame) = hint.map_or((String::new(), 0), |hint| (self.text(hint.name), hint.response));
                format!(" The HTTPS record of {name} in #{frame} hinted at that address, so that no further lookup was needed.")
            }
            PairStatus::CaptureBeganLater if paired.begun_before => {
                " It began before the capture: what led to it cannot be seen.".into()
            }
            PairStatus::CaptureBeganLater if named.is_some() => {
                " The client called the server by a name for which no lookup with this address is in the capture: it was asked before, or where it is not seen.".into()
            }
            PairStatus::CaptureBeganLater => {
                " Nothing that this client asked was answered before: it may have asked before the capture began, or have used the address directly.".into()
            }
            _ if named.is_some() => " The client called the server by its address: nothing had to be looked up.".into(),
            _ => " Lookups of this client were answered before, and none gave that address: it was used directly, or asked for where it is not seen.".to_owned(),
        };
        words.push_str(&why);
        if let Some(server) = named {
            let _ =
                write!(words, " The server's name that it sent in #{} is {}.", server.frame, self.text(server.name));
        }
        words
    }

    /// What the address is that needs no lookup.
    fn kind_of_local(&self, address: IpAddr) -> &'static str {
        match address {
            _ if address.is_multicast() => "a multicast address",
            _ if address.is_loopback() => "a loopback address",
            _ if self.gathered.hosts.is_for_all(address) => "a broadcast address",
            IpAddr::V4(address) if address.is_broadcast() => "a broadcast address",
            IpAddr::V4(address) if address.is_link_local() => "a link-local address",
            IpAddr::V6(address) if address.is_unicast_link_local() => "a link-local address",
            _ => "a private address",
        }
    }
}

/// The rule that gives a status, in one sentence.
pub(super) fn rule(status: PairStatus) -> &'static str {
    match status {
        PairStatus::Paired => {
            "Of the answers to the same client that hold the address and came before, the latest that was still good."
        }
        PairStatus::PairedByName => {
            "Where good answers for several names hold the address, the server's name that the client sent decides."
        }
        PairStatus::Ambiguous { .. } => {
            "Where good answers for several names hold the address, and no server's name decides, the latest is taken and called ambiguous."
        }
        PairStatus::Expired { .. } => {
            "Where no answer was still good, the latest for the server's name that the client sent is taken, or else the latest of all; by how long it was over is told."
        }
        PairStatus::OtherClient => "An answer counts only for the client that it was sent to.",
        PairStatus::AnsweredLater => "An answer counts only for what began after it.",
        PairStatus::CaptureBeganLater => "What was asked before the capture began is not known.",
        PairStatus::LocalAddress => "Private, link-local, loopback, multicast and broadcast addresses need no lookup.",
        PairStatus::Resolver => "The addresses of name servers are configured, and need no lookup.",
        PairStatus::EncryptedDns => {
            "Behind a connection to a resolver for encrypted lookups, what was asked is not known."
        }
        PairStatus::HttpsHint => "Addresses that an HTTPS record hints at spare the lookups for A and AAAA (RFC 9460).",
        PairStatus::UsedDirectly => "Without any of the reasons before, the address was used directly.",
    }
}
