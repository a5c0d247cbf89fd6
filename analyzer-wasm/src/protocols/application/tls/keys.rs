//! Handshake messages that carry keys, certificates and tickets.

use super::handshake::{plural, vector};
use super::session::TlsConnection;
use super::*;

/// The method of the key exchange, which follows from the cipher suite and stands in no message.
#[derive(PartialEq)]
enum KeyExchange {
    Rsa,
    DiffieHellman,
    EllipticCurve,
    Other,
}

fn exchange(session: &TlsConnection) -> KeyExchange {
    // The suite's name begins with its key exchange: `TLS_ECDHE_RSA_WITH_…`.
    let name = ciphers::CIPHER_SUITES.name(session.cipher().into()).unwrap_or_default();
    let exchange = name.split("_WITH_").next().unwrap_or_default();
    match exchange.split('_').nth(1).unwrap_or_default() {
        _ if session.cipher() == 0 || exchange.contains("PSK") || exchange.contains("SRP") => KeyExchange::Other,
        "RSA" => KeyExchange::Rsa,
        "DH" | "DHE" => KeyExchange::DiffieHellman,
        "ECDH" | "ECDHE" => KeyExchange::EllipticCurve,
        _ => KeyExchange::Other,
    }
}

/// Signature with its algorithm, which TLS 1.2 began to name (RFC 5246, section 4.7).
fn signature(l: &mut Layer<'_, '_>, session: &TlsConnection) -> Result<(), Stop> {
    if l.left() == 0 {
        return Ok(());
    }
    if matches!(session.version(), Some(TLS_1_2 | TLS_1_3)) {
        algorithm(l)?;
    }
    vector(l, SIG_LEN, 2, SIG).map(|_| ())
}

/// A signature algorithm, and below it the hash and signature that TLS 1.2 reads in its bytes.
pub(super) fn algorithm(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let at = l.at();
    let value = u64::from(l.u16(SIG_HASH_ALG)?);
    l.below(|l| {
        l.note_uint(SIG_HASH_HASH, at, 1, value >> 8);
        l.note_uint(SIG_HASH_SIG, at + 1, 1, value & 0xff);
    });
    Ok(())
}

/// A list of signature algorithms with its length.
pub(super) fn algorithms(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let length = usize::from(l.u16(SIG_HASH_ALG_LEN)?).min(l.left());
    let mark = l.mark();
    l.nest(SIG_HASH_ALGS, |l| {
        let count = length / 2;
        l.label_at(mark, || format!("Signature Hash Algorithms ({count} algorithm{})", plural(count)));
        (0..count).try_for_each(|_| algorithm(l))
    })
}

/// RFC 8422, section 5.4; RFC 5246, section 7.4.3.
pub(super) fn server_key_exchange(l: &mut Layer<'_, '_>, session: &TlsConnection) -> Result<(), Stop> {
    let (start, end) = (l.at(), l.end());
    match exchange(session) {
        KeyExchange::EllipticCurve => {
            l.text(start, end, || "EC Diffie-Hellman Server Params".into());
            l.below(|l| {
                // Only named curves were ever used (RFC 8422, section 5.4).
                if l.u8(SERVER_CURVE_TYPE)? != 3 {
                    return Ok(());
                }
                l.u16(SERVER_NAMED_CURVE)?;
                vector(l, SERVER_POINT_LEN, 1, SERVER_POINT)?;
                signature(l, session)
            })
        }
        KeyExchange::DiffieHellman => {
            l.text(start, end, || "Diffie-Hellman Server Params".into());
            l.below(|l| {
                vector(l, P_LEN, 2, P)?;
                vector(l, G_LEN, 2, G)?;
                vector(l, YS_LEN, 2, YS)?;
                signature(l, session)
            })
        }
        KeyExchange::Rsa => {
            l.text(start, end, || "RSA-EXPORT Server Params".into());
            l.below(|l| {
                vector(l, MODULUS_LEN, 2, MODULUS)?;
                vector(l, EXPONENT_LEN, 2, EXPONENT)?;
                signature(l, session)
            })
        }
        KeyExchange::Other => Ok(()),
    }
}

/// RFC 8422, section 5.7; RFC 5246, section 7.4.7.
pub(super) fn client_key_exchange(l: &mut Layer<'_, '_>, session: &TlsConnection) -> Result<(), Stop> {
    let (start, end) = (l.at(), l.end());
    match exchange(session) {
        KeyExchange::EllipticCurve => {
            l.text(start, end, || "EC Diffie-Hellman Client Params".into());
            l.below(|l| vector(l, CLIENT_POINT_LEN, 1, CLIENT_POINT)).map(|_| ())
        }
        KeyExchange::DiffieHellman => {
            l.text(start, end, || "Diffie-Hellman Client Params".into());
            l.below(|l| vector(l, YC_LEN, 2, YC)).map(|_| ())
        }
        KeyExchange::Rsa => {
            l.text(start, end, || "RSA Encrypted PreMaster Secret".into());
            l.below(|l| {
                if session.version() == Some(SSL_3) {
                    l.bytes_left(EPMS);
                    return Ok(());
                }
                vector(l, EPMS_LEN, 2, EPMS).map(|_| ())
            })
        }
        KeyExchange::Other => Ok(()),
    }
}

/// The certificates of TLS 1.2 and before (RFC 5246, section 7.4.2); later ones are encrypted.
pub(super) fn certificate(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let length = l.u24(CERTIFICATES_LENGTH)? as usize;
    if length == 0 {
        return Ok(());
    }
    let mark = l.mark();
    l.nest(CERTIFICATES, |l| {
        l.label_at(mark, || format!("Certificates ({length} bytes)"));
        l.within(length, |l| {
            while l.left() > 0 {
                let length = l.u24(CERTIFICATE_LENGTH)? as usize;
                l.bytes(CERTIFICATE, length)?;
            }
            Ok(())
        })
    })
}

/// RFC 5246, section 7.4.4.
pub(super) fn certificate_request(l: &mut Layer<'_, '_>, session: &TlsConnection) -> Result<(), Stop> {
    let count = usize::from(l.u8(CERT_TYPES_COUNT)?);
    if count > 0 {
        let mark = l.mark();
        l.nest(CERT_TYPES, |l| {
            l.label_at(mark, || format!("Certificate types ({count} type{})", plural(count)));
            (0..count).try_for_each(|_| {
                let mark = l.mark();
                let kind = l.u8(CERT_TYPE)?;
                l.label_at(mark, || {
                    let name = names::CERTIFICATE_TYPES.name(kind.into()).unwrap_or("Unknown");
                    format!("Certificate type: {name} ({kind})")
                });
                Ok(())
            })
        })?;
    }
    if session.version() == Some(TLS_1_2) {
        algorithms(l)?;
    }
    let length = usize::from(l.u16(DNAMES_LEN)?);
    if length == 0 {
        return Ok(());
    }
    let mark = l.mark();
    l.nest(DNAMES, |l| {
        l.label_at(mark, || format!("Distinguished Names ({length} byte{})", plural(length)));
        l.within(length, |l| {
            while l.left() > 0 {
                vector(l, DNAME_LEN, 2, DNAME)?;
            }
            Ok(())
        })
    })
}

/// RFC 5246, section 7.4.8.
pub(super) fn certificate_verify(l: &mut Layer<'_, '_>, session: &TlsConnection) -> Result<(), Stop> {
    let (start, end) = (l.at(), l.end());
    l.text(start, end, || "Signature with client's private key".into());
    l.below(|l| {
        if matches!(session.version(), Some(TLS_1_2 | TLS_1_3)) {
            algorithm(l)?;
        }
        vector(l, CLIENT_CERT_VRFY_SIG_LEN, 2, CLIENT_CERT_VRFY_SIG).map(|_| ())
    })
}

/// RFC 6066, section 8.
pub(super) fn certificate_status(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    if l.u8(EXT_STATUS_REQUEST_TYPE)? == 1 {
        let length = l.u24(OCSP_RESPONSE_LEN)? as usize;
        l.skip(length)?;
    }
    Ok(())
}

/// RFC 5077, section 3.3.
pub(super) fn new_session_ticket(l: &mut Layer<'_, '_>, session: &TlsConnection) -> Result<(), Stop> {
    let (start, end) = (l.at(), l.end());
    l.text(start, end, || "TLS Session Ticket".into());
    l.below(|l| {
        let hint = l.u32(SESSION_TICKET_LIFETIME_HINT)?;
        l.label(|| {
            let spelled = if hint >= 60 { format!(" ({})", spelled(hint)) } else { String::new() };
            format!("Session Ticket Lifetime Hint: {hint} second{}{spelled}", plural(hint as usize))
        });
        if session.version() == Some(TLS_1_3) {
            l.u32(SESSION_TICKET_AGE_ADD)?;
            vector(l, SESSION_TICKET_NONCE_LENGTH, 1, SESSION_TICKET_NONCE)?;
        }
        vector(l, SESSION_TICKET_LENGTH, 2, SESSION_TICKET).map(|_| ())
    })
}

/// A length of time in its units: `1 day, 2 hours`.
fn spelled(seconds: u32) -> String {
    let units = [(86_400, u32::MAX, "day"), (3_600, 24, "hour"), (60, 60, "minute"), (1, 60, "second")];
    let parts = units.iter().map(|(size, most, name)| (seconds / size % most, name)).filter(|(count, _)| *count > 0);
    parts.map(|(count, name)| format!("{count} {name}{}", plural(count as usize))).collect::<Vec<_>>().join(", ")
}
