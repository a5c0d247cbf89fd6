//! IPv4 headers against what tshark says of them, against an independent writer, and under any bytes.

use crate::protocols::testing::{IndexPass, read};
use etherparse::{IpNumber, Ipv4Header};
use proptest::prelude::*;

const ETHERNET: &str = "02112233445500aabbccddee0800";

#[test]
fn lengths_and_versions_that_cannot_be_are_reported() {
    for (header, info) in [
        ("440000140007000040fd00000a0000010a000002", "Bogus IP header length (16, must be at least 20)"),
        ("350000140007000040fd00000a0000010a000002", "Bogus IPv4 version (3, must be 4)"),
        ("4500000a0007000040fd00000a0000010a000002", "Bogus IP length (10, less than header length 20)"),
    ] {
        let packet = read(1, &format!("{ETHERNET}{header}"));
        assert_eq!(packet.row(), ["00:aa:bb:cc:dd:ee", "02:11:22:33:44:55", "IPv4", info]);
    }
}

#[test]
fn a_fragment_says_which_part_it_is() {
    let packet = read(1, "02112233445500aabbccddee08004500001c123400b9401153e20a0000010a0000026162636465666768");
    let info = "Fragmented IP protocol (proto=UDP 17, off=1480, ID=1234)";
    assert_eq!(packet.row(), ["10.0.0.1", "10.0.0.2", "IPv4", info]);
    assert_eq!(packet.of("ip.frag_offset"), ["185"]);
}

#[test]
fn a_source_route_leads_to_its_last_address() {
    let packet = read(
        1,
        "02112233445500aabbccddee08004800002c00070000401100000a0000010a000002830b040a0000050a000006002b6756ce\
         000c000061626364",
    );
    assert_eq!(
        (packet.of("ip.cur_rt"), packet.of("ip.src_rt"), packet.of("ip.dst")),
        (vec!["10.0.0.2"], vec!["10.0.0.5"], vec!["10.0.0.6"])
    );
    assert_eq!(packet.columns.destination, "10.0.0.6");
    assert!(packet.labels.iter().any(|line| line.ends_with("Dst: 10.0.0.6, Via: 10.0.0.2")));
}

#[test]
fn an_option_that_is_longer_than_the_options_ends_them() {
    let packet =
        read(1, "02112233445500aabbccddee08004600002400070000401100000a0000010a000002072004002b6756ce000c000061626364");
    assert_eq!(packet.columns.protocol, "UDP");
    assert!(packet.labels.iter().any(|line| line.contains("32 bytes cannot be")));
}

proptest! {
    /// What an independent writer put into a header is what is read.
    #[test]
    fn headers_are_read_as_they_were_written(
        source: [u8; 4], destination: [u8; 4], ttl: u8, identification: u16, dont_fragment: bool, length in 0u16..64
    ) {
        let mut header = Ipv4Header::new(length, ttl, IpNumber(253), source, destination).map_err(|e| TestCaseError::fail(e.to_string()))?;
        header.identification = identification;
        header.dont_fragment = dont_fragment;
        let mut packet = header.to_bytes().to_vec();
        packet.extend(std::iter::repeat_n(7, usize::from(length)));
        let read = IndexPass::default().read_bytes(228, &packet);
        prop_assert_eq!(read.of("ip.src"), [std::net::Ipv4Addr::from(source).to_string()]);
        prop_assert_eq!(read.of("ip.dst"), [std::net::Ipv4Addr::from(destination).to_string()]);
        prop_assert_eq!(read.of("ip.ttl"), [ttl.to_string()]);
        prop_assert_eq!(read.of("ip.id"), [format!("0x{identification:04x}")]);
        prop_assert_eq!(read.of("ip.flags.df"), [u8::from(dont_fragment).to_string()]);
        prop_assert_eq!(read.of("ip.len"), [(length + 20).to_string()]);
    }

    /// Whatever the bytes are, reading them ends, and nothing lies outside of them.
    #[test]
    fn any_bytes_can_be_read(link in prop::sample::select(vec![0, 1, 101, 108, 113, 228, 229, 276]), bytes: Vec<u8>) {
        IndexPass::default().read_bytes(link, &bytes);
    }
}
