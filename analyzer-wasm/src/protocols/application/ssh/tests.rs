//! Messages of SSH, put together by hand.

use crate::protocols::testing::{IndexPass, Read};

/// One direction after the other, each with the numbers of its bytes.
#[derive(Default)]
struct Wire {
    reader: IndexPass,
    sent: [u32; 2],
}

impl Wire {
    /// Reads a segment from the client or, `back`, from the server.
    fn send(&mut self, back: bool, payload: &[u8]) -> Read {
        let mut bytes = vec![0x45, 0, 0, 0, 0, 0, 0, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 1];
        bytes[2..4].copy_from_slice(&((40 + payload.len()) as u16).to_be_bytes());
        bytes.extend(if back { [0, 22, 0xc0, 0] } else { [0xc0, 0, 0, 22] });
        bytes.extend((1 + self.sent[usize::from(back)]).to_be_bytes());
        bytes.extend((1 + self.sent[usize::from(!back)]).to_be_bytes());
        bytes.extend([0x50, 0x18, 4, 0, 0, 0, 0, 0]);
        bytes.extend_from_slice(payload);
        self.sent[usize::from(back)] += payload.len() as u32;
        self.reader.read_bytes(101, &bytes)
    }
}

fn string(text: &[u8]) -> Vec<u8> {
    [&(text.len() as u32).to_be_bytes()[..], text].concat()
}

fn packet(payload: &[u8]) -> Vec<u8> {
    [&(payload.len() as u32 + 5).to_be_bytes()[..], &[4], payload, &[0; 4]].concat()
}

/// A KEXINIT for this method and cipher.
fn init(method: &str, cipher: &str) -> Vec<u8> {
    let mut payload = vec![20];
    payload.extend([7; 16]);
    for list in [method, "ssh-rsa", cipher, cipher, "hmac-sha1", "hmac-sha1", "none", "none", "", ""] {
        payload.extend(string(list.as_bytes()));
    }
    payload.extend([0; 5]);
    packet(&payload)
}

fn begun(method: &str, cipher: &str) -> Wire {
    let mut wire = Wire::default();
    assert_eq!(wire.send(false, b"SSH-2.0-one\r\n").row()[2..], ["SSH", "Client: Protocol (SSH-2.0-one)"]);
    assert_eq!(wire.send(true, b"SSH-2.0-two\r\n").row()[2..], ["SSHv2", "Server: Protocol (SSH-2.0-two)"]);
    wire.send(false, &init(method, cipher));
    wire.send(true, &init(method, cipher));
    wire
}

#[test]
fn what_a_side_proposes_has_a_fingerprint() {
    let mut wire = begun("curve25519-sha256", "aes128-ctr");
    let read = wire.send(true, &init("curve25519-sha256", "aes128-ctr"));
    let algorithms = "curve25519-sha256;aes128-ctr;hmac-sha1;none";
    assert_eq!(read.of("ssh.kex.hasshserver_algorithms"), [algorithms]);
    assert_eq!(read.of("ssh.kex.hasshserver")[0].len(), 32);
    assert!(read.of("ssh.kex.hassh").is_empty());
}

#[test]
fn behind_new_keys_nothing_is_read_but_the_cipher_is_known() {
    let mut wire = begun("curve25519-sha256", "aes128-ctr");
    let read = wire.send(false, &packet(&[&[30][..], &string(&[9; 32])].concat()));
    assert_eq!(read.row()[3], "Client: Elliptic Curve Diffie-Hellman Key Exchange Init");
    assert_eq!(read.of("ssh.ecdh.q_c_length"), ["32"]);
    let key = string(&[string(b"ssh-ed25519"), string(&[1; 32])].concat());
    let signature = string(&[string(b"ssh-ed25519"), string(&[2; 64])].concat());
    let reply = packet(&[vec![31], key, string(&[8; 32]), signature].concat());
    let read = wire.send(true, &[reply, packet(&[21]), vec![0xee; 40]].concat());
    assert_eq!(read.row()[3], "Server: Elliptic Curve Diffie-Hellman Key Exchange Reply, New Keys");
    assert_eq!(read.of("ssh.host_key.type"), ["ssh-ed25519"]);
    assert_eq!(read.of("ssh.packet_decode.error").len(), 1);
    assert!(read.labels.iter().any(|line| line == "SSH Version 2 (encryption:aes128-ctr compression:none)"));
    assert_eq!(wire.send(true, &[0xaa; 44]).row()[3], "Server: ");
    // The other side has not yet sent New Keys.
    assert_eq!(wire.send(false, &packet(&[21])).row()[3], "Client: New Keys");
}

#[test]
fn where_the_key_is_not_followed_the_bytes_are_an_encrypted_packet() {
    let mut wire = begun("diffie-hellman-group-exchange-sha256", "aes128-ctr");
    let read = wire.send(false, &packet(&[34, 0, 0, 8, 0, 0, 0, 16, 0, 0, 0, 32, 0]));
    assert_eq!(read.row()[3], "Client: Diffie-Hellman Group Exchange Request");
    assert_eq!(read.of("ssh.dh_gex.nbits"), ["4096"]);
    assert_eq!(read.of("ssh.seq_num"), ["2"]);
    let read = wire.send(false, &[packet(&[21]), vec![0xbb; 44]].concat());
    assert_eq!(read.row()[3], "Client: New Keys, Encrypted packet (len=44)");
    assert_eq!(read.of("ssh.packet_length_encrypted"), ["bbbbbbbb"]);
}

#[test]
fn a_packet_over_two_segments_is_put_together() {
    let mut wire = begun("curve25519-sha256", "aes128-ctr");
    let whole = packet(&[&[30][..], &string(&[9; 32])].concat());
    assert_eq!(wire.send(false, &whole[..20]).row()[2], "TCP");
    assert_eq!(wire.send(false, &whole[20..]).of("ssh.ecdh.q_c_length"), ["32"]);
}

#[test]
fn a_side_that_encrypts_leaves_the_other_one_readable() {
    let mut wire = Wire::default();
    wire.send(false, b"SSH-2.0-a\r\n");
    wire.send(true, b"SSH-2.0-b\r\n");
    wire.send(false, &packet(&[21]));
    let kex = init("m", "c");
    let (first, rest) = kex.split_at(20);
    assert_eq!(wire.send(true, first).row()[2], "TCP");
    assert_eq!(wire.send(true, rest).row()[2..], ["SSHv2", "Server: Key Exchange Init"]);
    assert_eq!(wire.send(false, &[9; 20]).row()[3], "Client: Encrypted packet (len=20)");
}
