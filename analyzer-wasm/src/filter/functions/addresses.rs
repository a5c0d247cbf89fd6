//! Addresses with a special purpose (RFC 6890): what IANA's two registries call each block and allow it to do.

use crate::filter::operand::Operand;

/// Blocks of addresses with a purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    /// RFC 3927; RFC 4291, section 2.5.6.
    LinkLocal,
    /// RFC 5771; RFC 4291, section 2.7.
    Multicast,
    /// RFC 1918.
    Private,
    /// RFC 4193.
    UniqueLocal,
}

/// What a block's addresses are good for, as the bits of `ip_special_mask`.
const SOURCE: u8 = 16;
const DESTINATION: u8 = 8;
const FORWARDABLE: u8 = 4;
const GLOBAL: u8 = 2;
const RESERVED: u8 = 1;

/// Usable on both ends and forwarded, but not across the whole Internet.
const INSIDE: u8 = SOURCE | DESTINATION | FORWARDABLE;
/// Usable everywhere.
const EVERYWHERE: u8 = INSIDE | GLOBAL;
/// Usable on the own link only.
const LINK: u8 = SOURCE | DESTINATION | RESERVED;

/// A block of addresses of one family.
type AddressBlock<A> = (A, u8, &'static str, u8);

/// <https://www.iana.org/assignments/iana-ipv4-special-registry>.
const IPV4: &[AddressBlock<[u8; 4]>] = &[
    ([0, 0, 0, 0], 8, "This network", SOURCE | RESERVED),
    ([0, 0, 0, 0], 32, "This host on this network", SOURCE | RESERVED),
    ([10, 0, 0, 0], 8, "Private-Use", INSIDE),
    ([100, 64, 0, 0], 10, "Shared Address Space", INSIDE),
    ([127, 0, 0, 0], 8, "Loopback", RESERVED),
    ([169, 254, 0, 0], 16, "Link Local", LINK),
    ([172, 16, 0, 0], 12, "Private-Use", INSIDE),
    ([192, 0, 0, 0], 24, "IETF Protocol Assignments", 0),
    ([192, 0, 0, 0], 29, "IPv4 Service Continuity Prefix", INSIDE),
    ([192, 0, 0, 8], 32, "IPv4 dummy address", SOURCE),
    ([192, 0, 0, 9], 32, "Port Control Protocol Anycast", EVERYWHERE),
    ([192, 0, 0, 10], 32, "Traversal Using Relays around NAT Anycast", EVERYWHERE),
    ([192, 0, 0, 170], 32, "NAT64/DNS64 Discovery", RESERVED),
    ([192, 0, 0, 171], 32, "NAT64/DNS64 Discovery", RESERVED),
    ([192, 0, 2, 0], 24, "Documentation (TEST-NET-1)", 0),
    ([192, 31, 196, 0], 24, "AS112-v4", EVERYWHERE),
    ([192, 52, 193, 0], 24, "AMT", EVERYWHERE),
    ([192, 88, 99, 0], 24, "Deprecated (6to4 Relay Anycast)", 0),
    ([192, 168, 0, 0], 16, "Private-Use", INSIDE),
    ([192, 175, 48, 0], 24, "Direct Delegation AS112 Service", EVERYWHERE),
    ([198, 18, 0, 0], 15, "Benchmarking", INSIDE),
    ([198, 51, 100, 0], 24, "Documentation (TEST-NET-2)", 0),
    ([203, 0, 113, 0], 24, "Documentation (TEST-NET-3)", 0),
    ([240, 0, 0, 0], 4, "Reserved", RESERVED),
    ([255, 255, 255, 255], 32, "Limited Broadcast", DESTINATION | RESERVED),
];

/// <https://www.iana.org/assignments/iana-ipv6-special-registry>.
const IPV6: &[AddressBlock<[u16; 8]>] = &[
    ([0, 0, 0, 0, 0, 0, 0, 0], 128, "Unspecified Address", SOURCE | RESERVED),
    ([0, 0, 0, 0, 0, 0, 0, 1], 128, "Loopback Address", RESERVED),
    ([0, 0, 0, 0, 0, 0xffff, 0, 0], 96, "IPv4-mapped Address", RESERVED),
    ([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96, "IPv4-IPv6 Translat.", EVERYWHERE),
    ([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48, "IPv4-IPv6 Translat.", INSIDE),
    ([0x100, 0, 0, 0, 0, 0, 0, 0], 64, "Discard-Only Address Block", INSIDE),
    ([0x100, 0, 0, 1, 0, 0, 0, 0], 64, "Dummy IPv6 Prefix", SOURCE),
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, "IETF Protocol Assignments", 0),
    ([0x2001, 0, 0, 0, 0, 0, 0, 0], 32, "TEREDO", INSIDE),
    ([0x2001, 1, 0, 0, 0, 0, 0, 1], 128, "Port Control Protocol Anycast", EVERYWHERE),
    ([0x2001, 1, 0, 0, 0, 0, 0, 2], 128, "Traversal Using Relays around NAT Anycast", EVERYWHERE),
    ([0x2001, 1, 0, 0, 0, 0, 0, 3], 128, "DNS-SD Service Registration Protocol Anycast", EVERYWHERE),
    ([0x2001, 2, 0, 0, 0, 0, 0, 0], 48, "Benchmarking", INSIDE),
    ([0x2001, 3, 0, 0, 0, 0, 0, 0], 32, "AMT", EVERYWHERE),
    ([0x2001, 4, 0x112, 0, 0, 0, 0, 0], 48, "AS112-v6", EVERYWHERE),
    ([0x2001, 0x10, 0, 0, 0, 0, 0, 0], 28, "Deprecated (previously ORCHID)", 0),
    ([0x2001, 0x20, 0, 0, 0, 0, 0, 0], 28, "ORCHIDv2", EVERYWHERE),
    ([0x2001, 0x30, 0, 0, 0, 0, 0, 0], 28, "Drone Remote ID Protocol Entity Tags (DETs) Prefix", EVERYWHERE),
    ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, "Documentation", 0),
    ([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, "6to4", INSIDE),
    ([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48, "Direct Delegation AS112 Service", EVERYWHERE),
    ([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, "Documentation", 0),
    ([0x5f00, 0, 0, 0, 0, 0, 0, 0], 16, "Segment Routing (SRv6) SIDs", INSIDE),
    ([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, "Unique-Local", INSIDE),
    ([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, "Link-Local Unicast", LINK),
];

/// Name and use of the smallest block that an address lies in.
pub(super) fn special(address: &Operand<'_>) -> Option<(&'static str, u8)> {
    let blocks: Vec<AddressBlock<u128>> = match address {
        Operand::Ipv4(..) => {
            IPV4.iter().map(|(a, bits, name, mask)| (u32::from_be_bytes(*a).into(), *bits, *name, *mask)).collect()
        }
        Operand::Ipv6(..) => {
            let joined = |parts: &[u16; 8]| parts.iter().fold(0, |all, part| all << 16 | u128::from(*part));
            IPV6.iter().map(|(a, bits, name, mask)| (joined(a), *bits, *name, *mask)).collect()
        }
        _ => return None,
    };
    let (address, width) = match *address {
        Operand::Ipv4(address, _) => (u128::from(address), 32),
        Operand::Ipv6(address, _) => (address, 128),
        _ => return None,
    };
    let inside = |(block, bits, ..): &&AddressBlock<u128>| (address ^ block) >> (width - u32::from(*bits)) == 0;
    blocks.iter().filter(inside).max_by_key(|(_, bits, ..)| *bits).map(|(_, _, name, mask)| (*name, *mask))
}

/// Whether an address lies in a block; nothing for an address of the other family.
pub(super) fn within(block: Block, address: &Operand<'_>) -> Option<bool> {
    Some(match *address {
        Operand::Ipv4(address, _) => match block {
            Block::LinkLocal => address >> 16 == 0xa9fe,
            Block::Multicast => address >> 28 == 0xe,
            Block::Private => address >> 24 == 10 || address >> 20 == 0xac1 || address >> 16 == 0xc0a8,
            Block::UniqueLocal => return None,
        },
        Operand::Ipv6(address, _) => match block {
            Block::LinkLocal => address >> 118 == 0xfe80 >> 6,
            Block::Multicast => address >> 120 == 0xff,
            Block::UniqueLocal => address >> 121 == 0xfc >> 1,
            Block::Private => return None,
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    #[test]
    fn the_smallest_block_counts() {
        let v4 = |text: &str| special(&Operand::Ipv4(text.parse::<Ipv4Addr>().expect("an address").into(), 32));
        let v6 = |text: &str| special(&Operand::Ipv6(text.parse::<Ipv6Addr>().expect("an address").into(), 128));
        assert_eq!(v4("10.255.255.255"), Some(("Private-Use", 28)));
        assert_eq!(v4("172.32.0.0"), None);
        assert_eq!(v4("0.0.0.0"), Some(("This host on this network", 17)));
        assert_eq!(v4("0.0.0.1"), Some(("This network", 17)));
        assert_eq!(v4("255.255.255.255"), Some(("Limited Broadcast", 9)));
        assert_eq!(v4("8.8.8.8"), None);
        assert_eq!(v6("::1"), Some(("Loopback Address", 1)));
        assert_eq!(v6("fe80::1"), Some(("Link-Local Unicast", 25)));
        assert_eq!(v6("2001:0:1::"), Some(("TEREDO", 28)));
        assert_eq!(v6("2001:5::"), Some(("IETF Protocol Assignments", 0)));
        assert_eq!(v6("2606:4700::"), None);
    }

    #[test]
    fn every_block_begins_where_it_says() {
        for (address, bits, name, _) in IPV4 {
            assert_eq!(u64::from(u32::from_be_bytes(*address)) << bits & 0xffff_ffff, 0, "{name}");
        }
        for (address, bits, name, _) in IPV6 {
            let joined = address.iter().fold(0u128, |all, part| all << 16 | u128::from(*part));
            assert_eq!(joined.checked_shl((*bits).into()).unwrap_or(0), 0, "{name}");
        }
    }
}
