//! Name Resolution Blocks (draft-ietf-opsawg-pcapng, section 4.5).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::options::{ByteOrder, text};

/// Adds the block's addresses and names, up to its end record or to where it makes no sense.
///
/// Read here and not by pcap-parser, which drops the values' lengths and refuses a block without an end record.
pub(super) fn read(order: ByteOrder, block: &[u8], names: &mut Vec<(IpAddr, String)>) {
    let mut records = block.get(8..block.len().saturating_sub(4)).unwrap_or_default();
    while let (Some(kind), Some(length)) = (order.u16(records, 0), order.u16(records, 2)) {
        let length = usize::from(length);
        let (Some(value), true) = (records.get(4..4 + length), kind != 0) else { return };
        let address = match kind {
            1 => value.split_first_chunk::<4>().map(|(ip, rest)| (IpAddr::V4(Ipv4Addr::from(*ip)), rest)),
            2 => value.split_first_chunk::<16>().map(|(ip, rest)| (IpAddr::V6(Ipv6Addr::from(*ip)), rest)),
            _ => None,
        };
        if let Some((address, rest)) = address {
            // Several names may follow, each with a zero byte at its end.
            let several = rest.split(|&byte| byte == 0).filter(|name| !name.is_empty());
            names.extend(several.map(|name| (address, text(name))));
        }
        records = records.get(4 + length.next_multiple_of(4)..).unwrap_or_default();
    }
}
