//! Between whom a packet goes: addresses and ports.

use std::hash::{Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr};

/// Addresses and ports of the innermost layers that have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoints {
    /// Network address of the sender.
    pub source: IpAddr,
    /// Network address of the receiver.
    pub destination: IpAddr,
    /// Transport port of the sender; 0 without one.
    pub source_port: u16,
    /// Transport port of the receiver; 0 without one.
    pub destination_port: u16,
}

// Several tables are asked for every packet: an address is hashed as one number, not byte by byte.
impl Hash for Endpoints {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        for address in [self.source, self.destination] {
            match address {
                IpAddr::V4(address) => hasher.write_u32(address.to_bits()),
                IpAddr::V6(address) => hasher.write_u128(address.to_bits()),
            }
        }
        hasher.write_u32(u32::from(self.source_port) << 16 | u32::from(self.destination_port));
    }
}

impl Default for Endpoints {
    fn default() -> Endpoints {
        Endpoints::NONE
    }
}

impl Endpoints {
    /// No addresses known.
    pub const NONE: Endpoints = Endpoints {
        source: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        destination: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        source_port: 0,
        destination_port: 0,
    };

    /// The same in the other direction.
    pub fn reversed(&self) -> Endpoints {
        Endpoints {
            source: self.destination,
            destination: self.source,
            source_port: self.destination_port,
            destination_port: self.source_port,
        }
    }

    /// Whether the addresses are known.
    pub fn known(&self) -> bool {
        !(self.source.is_unspecified() && self.destination.is_unspecified())
    }

    /// In the order that both directions share, and whether they were turned round for it.
    pub fn canonical(&self) -> (Endpoints, bool) {
        if self.is_turned() { (self.reversed(), true) } else { (*self, false) }
    }

    /// Whether the sender comes second in the order that both directions share.
    pub fn is_turned(&self) -> bool {
        let ports = self.source_port > self.destination_port;
        match (self.source, self.destination) {
            // Asked several times a packet: most addresses are compared as one number.
            (IpAddr::V4(one), IpAddr::V4(other)) if one == other => ports,
            (IpAddr::V4(one), IpAddr::V4(other)) => one.to_bits() > other.to_bits(),
            (one, other) => one > other || one == other && ports,
        }
    }
}
