//! Messages put together by hand.

use crate::protocols::testing::{Read, bytes, read_datagram};

/// An element: its tag and what is in it.
fn element(tag: u8, content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    [&[tag, content.len() as u8][..], &content].concat()
}

fn message(version: u8, pdu: u8, bindings: &[&[u8]]) -> Read {
    let number = |number: u8| element(2, &[&[number]]);
    let pdu = element(pdu, &[&number(7), &number(0), &number(0), &element(0x30, bindings)]);
    read_datagram([40000, 161], &element(0x30, &[&number(version), &element(4, &[b"public"]), &pdu]))
}

fn binding(value: &[u8]) -> Vec<u8> {
    element(0x30, &[&bytes("06082b06010201010100"), value])
}

#[test]
fn names_of_variables_are_in_the_list() {
    let read = message(1, 0xa1, &[&binding(&[5, 0]), &element(0x30, &[&bytes("0603550403"), &[5, 0]])]);
    assert_eq!(read.row()[2..], ["SNMP", "get-next-request 1.3.6.1.2.1.1.1.0 id-at-commonName"]);
    assert_eq!(read.of("snmp.name"), ["1.3.6.1.2.1.1.1.0", "2.5.4.3"]);
    assert_eq!(read.of("snmp.variable_bindings"), ["2"]);
}

#[test]
fn values_are_distinguished_by_their_tags() {
    for (value, field, shown) in [
        (&b"\x02\x02\xff\xfe"[..], "snmp.value.int", "-2"),
        (b"\x04\x02ok", "snmp.value.octets", "6f6b"),
        (b"\x40\x04\x0a\0\0\x01", "snmp.value.ipv4", "10.0.0.1"),
        (b"\x46\x09\0\xff\xff\xff\xff\xff\xff\xff\xff", "snmp.value.counter", "18446744073709551615"),
        (b"\x06\x01\x2b", "snmp.value.oid", "1.3"),
        (b"\x81\0", "snmp.noSuchInstance", "1"),
    ] {
        assert_eq!(message(1, 0xa2, &[&binding(value)]).of(field), [shown]);
    }
}

#[test]
fn what_is_longer_than_its_datagram_is_not_snmp() {
    let read = read_datagram([40000, 161], &bytes("301a 020100 0406 7075626c6963 a00d 020101 020100 020100"));
    assert_eq!(read.row()[2], "UDP");
}

#[test]
fn security_parameters_are_read_where_they_are_elements() {
    let engine = element(4, &[&bytes("80001f88 04 74657874")]);
    let usm = |engine: &[u8]| element(0x30, &[engine, &[2, 1, 3], &[2, 1, 9], &[4, 1, b'u'], &[4, 0], &[4, 0]]);
    let read = |parameters: &[u8]| {
        let global = element(0x30, &[&[2, 1, 5], &[2, 1, 99], &[4, 1, 3], &[2, 1, 3]]);
        let data = element(4, &[&[9; 8]]);
        read_datagram([40000, 161], &element(0x30, &[&[2, 1, 3], &global, &element(4, &[parameters]), &data]))
    };
    let secure = read(&usm(&engine));
    assert_eq!(secure.row()[3], "encryptedPDU: privKey Unknown");
    assert_eq!(secure.of("snmp.msgUserName"), ["u"]);
    assert_eq!(secure.of("snmp.engineid.text"), ["text"]);
    assert_eq!(secure.of("snmp.v3.flags.crypt"), ["1"]);
    assert_eq!(read(b"opaque").of("snmp.msgSecurityParameters"), ["6f7061717565"]);
}

#[test]
fn lengths_need_not_be_said_before() {
    let pdu = "a080 020107 020100 020100 3080 3080 06082b06010201010100 0500 0000 0000 0000";
    let read = read_datagram([40000, 161], &bytes(&format!("3080 020101 04067075626c6963 {pdu} 0000")));
    assert_eq!(read.row()[3], "get-request 1.3.6.1.2.1.1.1.0");
    assert_eq!(read.of("snmp.variable_bindings"), ["1"]);
}

#[test]
fn elements_in_elements_without_end_are_reported_at_once() {
    for nested in [&[0x30, 0x80][..], &[0x3f, 0x01, 0x80]] {
        let read = read_datagram([40000, 161], &nested.repeat(20_000));
        assert!(read.row()[3].ends_with("[Malformed Packet]"), "{:?}", read.row());
    }
}
