//! What a client says first to a web server, over TLS (RFC 8446, section 4.1.2) and over HTTP, and a short answer to each.

use super::short;

/// A server's refusal: a fatal alert, handshake failure (RFC 8446, section 6).
pub const ALERT: &[u8] = &[21, 3, 3, 0, 2, 2, 40];
/// A server's answer without contents.
pub const NO_CONTENT: &[u8] = b"HTTP/1.1 204 No Content\r\n\r\n";

/// A request that names its host.
pub fn get(host: &str) -> Vec<u8> {
    format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n").into_bytes()
}

/// A client's hello with a server name, and the protocol that is to follow; none where they are empty.
pub fn hello(server_name: &str, protocol: &str) -> Vec<u8> {
    let mut extensions = extension(43, &[2, 3, 4]); // TLS 1.3
    if !server_name.is_empty() {
        extensions.extend(extension(0, &long(&[&[0], &long(server_name.as_bytes())[..]].concat())));
    }
    if !protocol.is_empty() {
        extensions.extend(extension(16, &long(&[&[protocol.len() as u8], protocol.as_bytes()].concat())));
    }
    let mut hello = vec![3, 3];
    hello.extend([7; 32]); // what should be random
    hello.push(0);
    hello.extend(long(&[0x13, 0x01]));
    hello.extend([1, 0]);
    hello.extend(long(&extensions));
    let message = [&[1, 0][..], &long(&hello)].concat();
    [&[22, 3, 3][..], &long(&message)].concat()
}

fn extension(kind: u16, contents: &[u8]) -> Vec<u8> {
    [&kind.to_be_bytes()[..], &long(contents)].concat()
}

/// Bytes with their number before them, in two bytes.
fn long(bytes: &[u8]) -> Vec<u8> {
    [&short(bytes.len()).to_be_bytes()[..], bytes].concat()
}

/// A packet of QUIC's handshake, whose contents nobody can read: a long header of version 1 (RFC 9000, section 17.2.4).
pub fn quic_handshake() -> Vec<u8> {
    let identifiers = [8, 1, 2, 3, 4, 5, 6, 7, 8, 8, 9, 10, 11, 12, 13, 14, 15, 16];
    [&[0xe0, 0, 0, 0, 1][..], &identifiers, &[0x40, 64], &[0x5a; 64]].concat()
}

/// A packet of QUIC with a short header (RFC 9000, section 17.3).
pub fn quic_short() -> Vec<u8> {
    [&[0x43, 1, 2, 3, 4, 5, 6, 7, 8][..], &[0xa5; 40]].concat()
}
