//! Which addresses are one host's: it may look up over IPv4 and connect over IPv6.

use crate::dissect::Packet;
use crate::pace::Pace;
use crate::sharded::Sharded;
use smallvec::SmallVec;
use std::net::IpAddr;

/// The hosts of the link, by the hardware address from which they send.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    known: Sharded<[u8; 6], LinkHost>,
    /// Addresses to which packets go that all hosts of the link take: the broadcast addresses of its networks.
    to_all: Sharded<IpAddr, ()>,
}

#[derive(Debug, Default)]
struct LinkHost {
    addresses: SmallVec<[IpAddr; 2]>,
    /// Whether it has more addresses than a host: then it sends for others, as routers do.
    forwards: bool,
}

/// Networks of IPv6 in which one host has addresses: of its provider, and of its own.
const MOST_NETWORKS: usize = 2;
/// Addresses of one host; those of IPv6 change for the sake of privacy (RFC 8981).
const MOST_ADDRESSES: usize = 32;

impl Hosts {
    /// Takes the sender of a packet, and to whom it goes.
    pub(super) fn observe(&mut self, packet: &Packet<'_>, source: IpAddr, destination: IpAddr) {
        // The first bit of an Ethernet address on the wire says that it is a group's.
        if packet.link == 1 && packet.bytes.first().is_some_and(|octet| octet & 1 == 1) {
            self.to_all.insert(destination, ());
        }
        let Some(sender) = sender(packet) else { return };
        let Some(host) = self.known.value(sender, LinkHost::default) else { return };
        let source = source.to_canonical();
        if !host.forwards && !source.is_unspecified() && !host.addresses.contains(&source) {
            host.addresses.push(source);
            host.forwards = !is_host(&host.addresses);
            if host.forwards {
                host.addresses = SmallVec::new();
            }
        }
    }

    /// Whether packets to it go to all hosts of the link.
    pub(super) fn is_for_all(&self, address: IpAddr) -> bool {
        self.to_all.contains(&address)
    }

    /// By address: the one that stands for all of its host, where it is another one.
    pub(super) async fn stand_ins(&self, pace: &Pace) -> Sharded<IpAddr, IpAddr> {
        let mut stand_ins = Sharded::default();
        for (_, host) in self.known.iter() {
            if let Some((first, others)) = host.addresses.split_first() {
                for other in others {
                    stand_ins.insert_in_steps(*other, *first, pace).await;
                }
            }
            pace.spend(1).await;
        }
        stand_ins
    }
}

fn is_host(addresses: &[IpAddr]) -> bool {
    let mut networks: SmallVec<[u64; MOST_NETWORKS]> = SmallVec::new();
    let mut ipv4 = 0;
    for address in addresses {
        match address {
            IpAddr::V4(_) => ipv4 += 1,
            IpAddr::V6(address) if address.is_unicast_link_local() => {}
            IpAddr::V6(address) => {
                let network = (u128::from(*address) >> 64) as u64;
                if !networks.contains(&network) {
                    networks.push(network);
                }
            }
        }
    }
    ipv4 <= 1 && networks.len() <= MOST_NETWORKS && addresses.len() <= MOST_ADDRESSES
}

/// The hardware address of a packet's sender, of Ethernet (LINKTYPE_ 1) and of Linux cooked captures (113).
fn sender(packet: &Packet<'_>) -> Option<[u8; 6]> {
    let sender = match packet.link {
        1 => packet.bytes.get(6..12)?,
        // Its length stands before it.
        113 if packet.bytes.get(4..6) == Some(&[0, 6]) => packet.bytes.get(6..12)?,
        _ => return None,
    };
    sender.try_into().ok().filter(|sender| *sender != [0; 6])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(texts: &[&str]) -> Vec<IpAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn a_host_has_an_address_of_each_version_and_a_router_has_many() {
        assert!(is_host(&addresses(&["10.0.2.15", "fec0::5054:ff:fe12:3456", "fe80::1"])));
        assert!(is_host(&addresses(&["10.0.2.15", "2001:db8::1", "2001:db8::2", "fd00::1"])));
        assert!(!is_host(&addresses(&["10.0.2.15", "10.0.2.16"])));
        assert!(!is_host(&addresses(&["2001:db8::1", "2001:db8:1::1", "2001:db8:2::1"])));
    }
}
