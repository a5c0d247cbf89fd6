//! Messages put together by hand, shown as tshark shows them, and cut and changed in every place.

use super::*;
use crate::protocols::testing::{bytes, read_datagram};

/// A message with the given direction and vendor area, from 02:00:00:00:00:09.
fn message(operation: u8, area: &str) -> Vec<u8> {
    let mut message = vec![operation, 1, 6, 0, 0x12, 0x34, 0x56, 0x78, 0, 0, 0x80, 0];
    message.extend([0; 16]);
    message.extend([2, 0, 0, 0, 0, 9]);
    message.resize(236, 0);
    message.extend(bytes(area));
    message
}

/// The values of a field in a message.
fn values(message: &[u8], field: FieldId) -> Vec<String> {
    let read = read_datagram([68, 67], message);
    read.of(protocols::field(field).name).into_iter().map(str::to_owned).collect()
}

const COOKIE: &str = "63825363";

#[test]
fn the_list_says_what_tshark_says() {
    for (operation, area, info) in [
        (1, "63825363 350101 ff", "DHCP Discover - Transaction ID 0x12345678"),
        (2, "63825363 350105 ff", "DHCP ACK      - Transaction ID 0x12345678"),
        (2, "63825363 35010d ff", "DHCP Lease Active - Transaction ID 0x12345678"),
        (1, "63825363 350163 ff", "DHCP Unknown Message Type (0x63) - Transaction ID 0x12345678"),
        (1, "00000000", "Boot Request from 02:00:00:00:00:09 (02:00:00:00:00:09)"),
        (2, "00000000", "Boot Reply"),
        (7, "63825363 ff", "Unknown BOOTP message type (7)"),
        (1, "63825363 350101 0c20616263", "DHCP Discover - Transaction ID 0x12345678[Malformed Packet]"),
    ] {
        assert_eq!(read_datagram([68, 67], &message(operation, area)).columns.info, info);
    }
}

#[test]
fn options_are_looked_through_before_what_stands_in_front_of_them() {
    let known = |area: &str| options::scan(&bytes(&format!("{COOKIE}{area}")));
    assert_eq!(known("0000 350105 340103 ff").message, Some(5));
    assert!(known("340101 ff").file_overloaded && !known("340101 ff").server_overloaded);
    assert!(known("340102 ff").server_overloaded && !known("340102 ff").file_overloaded);
    assert_eq!(known("ff 350105"), options::ScannedOptions::default());
    assert_eq!(known("35"), options::ScannedOptions::default());
    assert_eq!(known("3505 01"), options::ScannedOptions::default());
    assert_eq!(options::scan(&[0x63, 0x82]), options::ScannedOptions::default());
}

#[test]
fn values_have_their_own_forms() {
    let value = |area: &str, field| values(&message(1, &format!("{COOKIE}350101{area}ff")), field);
    assert_eq!(value("0304c0a80101", ROUTER), ["192.168.1.1"]);
    assert_eq!(value("060808080808 08080404", DOMAIN_NAME_SERVER), ["8.8.8.8", "8.8.4.4"]);
    assert_eq!(value("330400000e10", IP_ADDRESS_LEASE_TIME), ["3600"]);
    assert_eq!(value("0204ffffffff", TIME_OFFSET), ["-1"]);
    assert_eq!(value("3d07 0102000000000a", HW_MAC_ADDR), ["02:00:00:00:00:09", "02:00:00:00:00:0a"]);
    assert_eq!(
        value("611100000102030405060708090a0b0c0d0e0f", CLIENT_ID_UUID),
        ["03020100-0504-0706-0809-0a0b0c0d0e0f"]
    );
    assert_eq!(value("770b 016103636f6d00 0162c002", DHCP_DNS_DOMAIN_SEARCH_LIST_FQDN), ["a.com", "b.com"]);
    assert_eq!(value("510a 05ffff 016803636f6d00", FQDN_NAME), ["h.com"]);
    assert_eq!(value("5206 0104 63697263", AGENT_INFORMATION_OPTION_AGENT_CIRCUIT_ID), ["63697263"]);
    assert_eq!(value("79 0d 180a00010a000001 000a000002", CLASSLESS_STATIC_ROUTE).len(), 2);
    // A length that the option cannot have leaves its bytes.
    assert!(value("0303c0a801", ROUTER).is_empty());
    assert_eq!(value("0303c0a801", OPTION_VALUE), ["01", "c0a801"]);
}

#[test]
fn options_stand_in_the_places_of_names_too() {
    let mut overloaded = message(1, "63825363 350101 340103 ff");
    overloaded.splice(44..48, bytes("0c0178ff"));
    overloaded.splice(108..112, bytes("430166ff"));
    assert_eq!(values(&overloaded, HOSTNAME), ["x"]);
    assert_eq!(values(&overloaded, BOOTFILE_NAME), ["f"]);
    assert!(values(&overloaded, SERVER).is_empty());
}

#[test]
fn every_cut_and_every_changed_byte_is_survived() {
    let area = "63825363 350101 340103 3d07ff000000010003 0c0468 6f7374 510b05ffff016803636f6d00 520601046369 7263 \
                770d016103636f6d000162c002 790d180a00010a000001000a000002 7d0c00000de9 0504034f5549 4d0403616263 \
                5a0b0101000101010101010101 9e050401020304 ff0000";
    let whole = message(1, area);
    for cut in 0..whole.len() {
        read_datagram([68, 67], whole.get(..cut).unwrap_or_default());
    }
    for place in 0..whole.len() {
        for byte in [0, 1, 2, 52, 53, 61, 82, 119, 125, 127, 128, 254, 255] {
            let mut changed = whole.clone();
            changed.splice(place..=place, [byte]);
            read_datagram([68, 67], &changed);
        }
    }
}
