//! The key exchange: what both sides propose, and the messages of each method.

use super::session::{Proposal, SshConnection};
use super::*;
use crate::value::write_hex;
use md5::{Digest, Md5};

/// The key exchange method, by which the messages from 30 to 39 are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum KexMethod {
    /// In a known group (RFC 4253, section 8); of methods that are not known, too.
    Group,
    /// In a group that the server chooses (RFC 4419).
    ChosenGroup,
    /// On an elliptic curve (RFC 5656, RFC 8731).
    Curve,
}

/// The longest key of an exchange in a known group that Wireshark takes: 8192 bits, and a byte for the sign.
const LONGEST_KEY: u32 = 1025;

impl KexMethod {
    pub(super) fn of(session: &SshConnection) -> KexMethod {
        match session.method() {
            Some(name) if name.starts_with("diffie-hellman-group-exchange-") => KexMethod::ChosenGroup,
            Some(name)
                if ["ecdh-sha2-", "curve25519-sha256", "curve448-sha512"].iter().any(|c| name.starts_with(c)) =>
            {
                KexMethod::Curve
            }
            _ => KexMethod::Group,
        }
    }

    pub(super) fn messages(self) -> &'static Values {
        match self {
            KexMethod::Group => &DH_MESSAGES,
            KexMethod::ChosenGroup => &GROUP_MESSAGES,
            KexMethod::Curve => &CURVE_MESSAGES,
        }
    }
}

/// KEXINIT (RFC 4253, section 7.1).
pub(super) fn init(l: &mut Layer<'_, '_>, session: &mut SshConnection) -> Result<(), Stop> {
    let mut proposal = Proposal::default();
    l.branch(TEXT, |l, line| {
        line.add(|| "Algorithms".into());
        l.bytes(COOKIE, 16)?;
        proposal.kex = list(l, KEX_ALGORITHMS_LENGTH, KEX_ALGORITHMS)?;
        list(l, HOST_KEY_ALGORITHMS_LENGTH, HOST_KEY_ALGORITHMS)?;
        proposal.encryption = [
            list(l, ENCRYPTION_TO_SERVER_LENGTH, ENCRYPTION_TO_SERVER)?,
            list(l, ENCRYPTION_TO_CLIENT_LENGTH, ENCRYPTION_TO_CLIENT)?,
        ];
        proposal.mac = [list(l, MAC_TO_SERVER_LENGTH, MAC_TO_SERVER)?, list(l, MAC_TO_CLIENT_LENGTH, MAC_TO_CLIENT)?];
        proposal.compression = [
            list(l, COMPRESSION_TO_SERVER_LENGTH, COMPRESSION_TO_SERVER)?,
            list(l, COMPRESSION_TO_CLIENT_LENGTH, COMPRESSION_TO_CLIENT)?,
        ];
        list(l, LANGUAGES_TO_SERVER_LENGTH, LANGUAGES_TO_SERVER)?;
        list(l, LANGUAGES_TO_CLIENT_LENGTH, LANGUAGES_TO_CLIENT)?;
        l.u8(FIRST_KEX_PACKET_FOLLOWS)?;
        l.bytes(RESERVED, 4)?;
        hassh(l, session, &proposal);
        Ok(())
    })?;
    session.propose(l, proposal);
    Ok(())
}

/// The fingerprint of what a side proposes, as its authors at Salesforce describe it.
fn hassh(l: &mut Layer<'_, '_>, session: &SshConnection, proposal: &Proposal) {
    let (algorithms, hash) =
        if session.is_response { (HASSH_SERVER_ALGORITHMS, HASSH_SERVER) } else { (HASSH_ALGORITHMS, HASSH) };
    if !l.wants(algorithms) && !l.wants(hash) {
        return;
    }
    let side = |lists: &[String; 2]| {
        let [to_server, to_client] = lists;
        if session.is_response { to_client.clone() } else { to_server.clone() }
    };
    let lists = [side(&proposal.encryption), side(&proposal.mac), side(&proposal.compression)];
    let text = format!("{};{}", proposal.kex, lists.join(";"));
    let mut hex = String::new();
    write_hex(&mut hex, &Md5::digest(text.as_bytes()), None);
    let at = l.at();
    l.generated_text_at(algorithms, at, text.as_bytes());
    l.generated_text_at(hash, at, hex.as_bytes());
}

/// A list of names, behind its length.
fn list(l: &mut Layer<'_, '_>, length: FieldId, field: FieldId) -> Result<String, Stop> {
    string(l, length, field).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}

/// Bytes behind their length (RFC 4251, section 5).
fn string<'p>(l: &mut Layer<'p, '_>, length: FieldId, field: FieldId) -> Result<&'p [u8], Stop> {
    let length = l.u32(length)? as usize;
    l.bytes(field, length)
}

/// A message of the method that both sides agreed to.
pub(super) fn message(l: &mut Layer<'_, '_>, session: &mut SshConnection, code: u8) -> Result<u32, Stop> {
    let method = KexMethod::of(session);
    if method.messages().name(code.into()).is_none() {
        return Ok(0);
    }
    match (method, code) {
        (KexMethod::Curve, 30) => string(l, ECDH_Q_C_LENGTH, ECDH_Q_C).map(|_| ())?,
        (KexMethod::Curve, _) => {
            host_key(l)?;
            string(l, ECDH_Q_S_LENGTH, ECDH_Q_S)?;
            host_signature(l)?;
            session.exchanged(l);
        }
        (KexMethod::Group, 30) => key(l, DH_E)?,
        (KexMethod::Group, _) => {
            host_key(l)?;
            key(l, DH_F)?;
            host_signature(l)?;
            session.exchanged(l);
        }
        (KexMethod::ChosenGroup, 30) => l.u32(DH_GEX_NBITS).map(|_| ())?,
        (KexMethod::ChosenGroup, 31) => {
            string(l, MPINT_LENGTH, DH_GEX_P)?;
            string(l, MPINT_LENGTH, DH_GEX_G)?;
        }
        (KexMethod::ChosenGroup, 32) => string(l, MPINT_LENGTH, DH_E).map(|_| ())?,
        (KexMethod::ChosenGroup, 33) => {
            host_key(l)?;
            string(l, MPINT_LENGTH, DH_F)?;
            host_signature(l)?;
        }
        (KexMethod::ChosenGroup, _) => {
            l.u32(DH_GEX_MIN)?;
            l.u32(DH_GEX_NBITS)?;
            l.u32(DH_GEX_MAX)?;
        }
    }
    let before = session.number();
    session.count(l);
    // Wireshark shows the number before it counts in one case, and behind it in the others.
    Ok(if method == KexMethod::Curve { before } else { session.number() })
}

/// One side's part of the key in a known group.
fn key(l: &mut Layer<'_, '_>, field: FieldId) -> Result<(), Stop> {
    let (at, length) = (l.at(), l.peek(0, 4)? as u32);
    if length > LONGEST_KEY {
        l.text(at, at + 2, || format!("Invalid key length: {length}"));
        l.remark(KEY_LENGTH_ERROR, at, || format!("Invalid key length: {length}"));
    }
    string(l, MPINT_LENGTH, field).map(|_| ())
}

/// The server's key (RFC 4253, section 6.6).
fn host_key(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    l.branch(TEXT, |l, line| {
        let length = l.u32(HOST_KEY_LENGTH)? as usize;
        l.within(length, |l| {
            let kind = string(l, HOST_KEY_TYPE_LENGTH, HOST_KEY_TYPE)?;
            line.add(|| format!("KEX host key (type: {})", String::from_utf8_lossy(kind)));
            match kind {
                b"ssh-rsa" => {
                    string(l, MPINT_LENGTH, RSA_E)?;
                    string(l, MPINT_LENGTH, RSA_N)?;
                }
                b"ssh-dss" => {
                    for field in [DSA_P, DSA_Q, DSA_G, DSA_Y] {
                        string(l, MPINT_LENGTH, field)?;
                    }
                }
                _ if kind.starts_with(b"ecdsa-sha2-") => {
                    string(l, ECDSA_ID_LENGTH, ECDSA_ID)?;
                    string(l, ECDSA_Q_LENGTH, ECDSA_Q)?;
                }
                _ if kind.starts_with(b"ssh-ed25519") => string(l, EDDSA_KEY_LENGTH, EDDSA_KEY).map(|_| ())?,
                _ => l.bytes(HOST_KEY_DATA, l.left()).map(|_| ())?,
            }
            Ok(())
        })
    })
}

/// The server's signature.
fn host_signature(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    l.branch(TEXT, |l, line| {
        let start = l.at();
        let length = l.u32(HOST_SIG_LENGTH)? as usize;
        // What Wireshark reads of a signature: of most kinds, no more than its kind.
        let size = l.peek(0, 4).unwrap_or_default() as usize;
        let kind = l.slice(start + 8, start.saturating_add(8).saturating_add(size));
        let read = if matches!(kind, b"ssh-rsa" | b"ssh-dss") { length + 4 } else { size + 8 };
        if read != length + 4 {
            l.remark(PACKET_DECODE_ERROR, start, || {
                format!("Decoded {read} bytes, but packet legnth is {length} bytes")
            });
        }
        l.within(length, |l| {
            let kind = string(l, HOST_SIG_TYPE_LENGTH, HOST_SIG_TYPE)?;
            line.add(|| format!("KEX host signature (type: {})", String::from_utf8_lossy(kind)));
            match kind {
                b"ssh-rsa" => string(l, MPINT_LENGTH, HOST_SIG_RSA).map(|_| ()),
                b"ssh-dss" => string(l, MPINT_LENGTH, HOST_SIG_DSA).map(|_| ()),
                _ if kind.starts_with(b"ecdsa-sha2-") || kind.starts_with(b"ssh-ed25519") => Ok(()),
                _ => l.bytes(HOST_SIG_DATA, l.left()).map(|_| ()),
            }
        })
    })
}
