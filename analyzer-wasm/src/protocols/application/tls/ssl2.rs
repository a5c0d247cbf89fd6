//! The records of SSL 2.0, whose hello old clients sent to servers of every version.

use super::*;
use crate::value::big_endian;

const CLIENT_HELLO: u64 = 1;
const CLIENT_MASTER_KEY: u64 = 2;
const SERVER_HELLO: u64 = 4;

/// The cipher specifications of SSL 2.0; others are cipher suites of later versions.
const CIPHER_SPECS: &[(u32, &str)] = &[
    (0x010080, "SSL2_RC4_128_WITH_MD5"),
    (0x020080, "SSL2_RC4_128_EXPORT40_WITH_MD5"),
    (0x030080, "SSL2_RC2_128_CBC_WITH_MD5"),
    (0x040080, "SSL2_RC2_128_CBC_EXPORT40_WITH_MD5"),
    (0x050080, "SSL2_IDEA_128_CBC_WITH_MD5"),
    (0x060040, "SSL2_DES_64_CBC_WITH_MD5"),
    (0x0700c0, "SSL2_DES_192_EDE3_CBC_WITH_MD5"),
    (0x080080, "SSL2_RC4_64_WITH_MD5"),
];

/// Whether bytes begin with a ClientHello in a record of SSL 2.0 (RFC 5246, appendix E.2).
pub(super) fn is_client_hello(bytes: &[u8]) -> bool {
    let Some(head) = bytes.first_chunk::<11>() else { return false };
    let [l1, l2, kind, v1, v2, c1, c2, s1, s2, n1, n2] = *head;
    let (version, length) = (big_endian(&[v1, v2]) as u16, big_endian(&[l1 & 0x7f, l2]));
    let (ciphers, session, challenge) = (big_endian(&[c1, c2]), big_endian(&[s1, s2]), big_endian(&[n1, n2]));
    l1 & 0x80 != 0
        && u64::from(kind) == CLIENT_HELLO
        && matches!(version, SSL_2 | SSL_3..=TLS_1_2)
        && ciphers > 0
        && ciphers % 3 == 0
        && matches!(session, 0 | 16)
        && (16..=32).contains(&challenge)
        && length == 9 + ciphers + session + challenge
}

/// The length of a record.
pub(super) fn length(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [l1, l2, ..] if l1 & 0x80 != 0 => Some(2 + big_endian(&[l1 & 0x7f, *l2]) as usize),
        [l1, l2, _, ..] => Some(3 + big_endian(&[l1 & 0x3f, *l2]) as usize),
        _ => None,
    }
}

pub(super) fn record(l: &mut Layer<'_, '_>, session: &mut TlsConnection) -> Result<(), Stop> {
    let mark = l.mark();
    let start = l.at();
    let header = if l.peek(0, 1)? & 0x80 != 0 { 2 } else { 3 };
    let length = length(l.rest()).ok_or(Stop::Short { needed: header, at: start })? - header;
    l.nest(RECORD, |l| {
        l.note(RECORD_VERSION, start, start, Value::Uint(SSL_2.into()));
        let kind = l.peek(header, 1).unwrap_or_default();
        let clear = !session.is_encrypted()
            && matches!(kind, CLIENT_HELLO | CLIENT_MASTER_KEY | SERVER_HELLO)
            && l.peek(header + 1, 2).is_ok();
        let name = match kind {
            CLIENT_HELLO if clear => "Client Hello",
            CLIENT_MASTER_KEY if clear => "Client Master Key",
            SERVER_HELLO if clear => "Server Hello",
            _ => "Encrypted Data",
        };
        l.label_at(mark, || format!("SSLv2 Record Layer: {name}"));
        l.note(RECORD_LENGTH, start, start + 2, Value::Uint(length as u64));
        if header == 3 {
            let first = l.peek(0, 1)?;
            l.note(RECORD_IS_ESCAPE, start, start + 1, Value::Uint(first >> 6 & 1));
            l.note_uint(RECORD_PADDING_LENGTH, start + 2, 1, l.peek(2, 1)?);
        }
        l.skip(header)?;
        l.within(length, |l| {
            if !clear {
                let end = l.end();
                return l.seek(end);
            }
            let mark = l.mark();
            l.u8(TYPE)?;
            l.label_at(mark, || format!("Handshake Message Type: {name} ({kind})"));
            match kind {
                CLIENT_HELLO => client_hello(l, session),
                SERVER_HELLO => server_hello(l, session),
                _ => client_master_key(l, session),
            }
        })
    })
}

fn client_hello(l: &mut Layer<'_, '_>, session: &mut TlsConnection) -> Result<(), Stop> {
    // A client that knows later versions leaves the choice to the server.
    if l.u16(VERSION)? == SSL_2 {
        session.choose(l, SSL_2, 0);
    }
    let ciphers = l.u16(CIPHER_SPEC_LEN)?;
    let session = l.u16(SESSION_ID_LENGTH)?;
    let challenge = l.u16(CHALLENGE_LENGTH)?;
    cipher_specs(l, ciphers.into())?;
    if session > 0 {
        l.bytes(SESSION_ID, session.into())?;
    }
    if challenge > 0 {
        l.bytes(CHALLENGE, challenge.into())?;
    }
    Ok(())
}

fn server_hello(l: &mut Layer<'_, '_>, session: &mut TlsConnection) -> Result<(), Stop> {
    l.u8(SESSION_ID_HIT)?;
    let kind = l.u8(CERT_TYPE)?;
    l.label(|| format!("Certificate Type: {} ({kind})", if kind == 1 { "X.509 Certificate" } else { "N/A" }));
    let version = l.u16(VERSION)?;
    session.choose(l, version, 0);
    let certificate = l.u16(CERTIFICATE_LENGTH)?;
    let ciphers = l.u16(CIPHER_SPEC_LEN)?;
    let connection = l.u16(CONNECTION_ID_LENGTH)?;
    if certificate > 0 {
        l.bytes(CERTIFICATE, certificate.into())?;
    }
    cipher_specs(l, ciphers.into())?;
    if connection > 0 {
        l.bytes(CONNECTION_ID, connection.into())?;
    }
    Ok(())
}

fn client_master_key(l: &mut Layer<'_, '_>, session: &mut TlsConnection) -> Result<(), Stop> {
    cipher_spec(l)?;
    let clear = l.u16(CLEAR_KEY_LENGTH)?;
    let encrypted = l.u16(ENCRYPTED_KEY_LENGTH)?;
    let argument = l.u16(KEY_ARG_LENGTH)?;
    for (field, length) in [(CLEAR_KEY_DATA, clear), (ENCRYPTED_KEY, encrypted), (KEY_ARG, argument)] {
        if length > 0 {
            l.bytes(field, length.into())?;
        }
    }
    session.change_cipher_spec(l);
    Ok(())
}

fn cipher_specs(l: &mut Layer<'_, '_>, length: usize) -> Result<(), Stop> {
    let count = length / 3;
    let mark = l.mark();
    l.nest(CIPHERSUITES, |l| {
        l.label_at(mark, || format!("Cipher Specs ({count} spec{})", handshake::plural(count)));
        (0..count).try_for_each(|_| cipher_spec(l))
    })
}

fn cipher_spec(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let spec = l.u24(CIPHERSPEC)?;
    l.label(|| {
        let own = CIPHER_SPECS.iter().find(|(known, _)| *known == spec).map(|(_, name)| *name);
        let name = own.or_else(|| ciphers::CIPHER_SUITES.name(spec.into())).unwrap_or("Unknown");
        format!("Cipher Spec: {name} (0x{spec:06x})")
    });
    Ok(())
}
