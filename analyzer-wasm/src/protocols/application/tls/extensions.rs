//! Extensions of hellos (RFC 6066, RFC 8446 section 4.2, and those that their arms name).

use super::handshake::{CLIENT_HELLO, bounded, plural, vector};
use super::session::TlsConnection;
use super::*;
use crate::field::FieldId;

const SERVER_NAME: u16 = 0;
const MAX_FRAGMENT: u16 = 1;
const STATUS_REQUEST: u16 = 5;
const SUPPORTED_GROUPS: u16 = 10;
const EC_POINT_FORMATS: u16 = 11;
const SRP: u16 = 12;
const SIGNATURE_ALGORITHMS: u16 = 13;
const HEARTBEAT: u16 = 15;
const ALPN: u16 = 16;
const STATUS_REQUEST_V2: u16 = 17;
const CERTIFICATE_TIMESTAMP: u16 = 18;
const CLIENT_CERTIFICATE_TYPE: u16 = 19;
const SERVER_CERTIFICATE_TYPE: u16 = 20;
const PADDING: u16 = 21;
const ENCRYPT_THEN_MAC: u16 = 22;
const EXTENDED_MASTER_SECRET: u16 = 23;
const COMPRESS_CERTIFICATE: u16 = 27;
const RECORD_SIZE: u16 = 28;
const DELEGATED_CREDENTIALS: u16 = 34;
const SESSION_TICKETS: u16 = 35;
const KEY_SHARE_DRAFT: u16 = 40;
const PRE_SHARED_KEY: u16 = 41;
const EARLY_DATA: u16 = 42;
const SUPPORTED_VERSIONS: u16 = 43;
const COOKIE: u16 = 44;
const PSK_MODES: u16 = 45;
const POST_HANDSHAKE_AUTH: u16 = 49;
const SIGNATURE_ALGORITHMS_CERT: u16 = 50;
const KEY_SHARE: u16 = 51;
const QUIC_PARAMETERS: u16 = 57;
const QUIC_PARAMETERS_DRAFT: u16 = 0xffa5;
const NEXT_PROTOCOL: u16 = 13172;
const APPLICATION_SETTINGS: u16 = 17513;
const RENEGOTIATION_INFO: u16 = 65281;

/// The extensions of a message of type `kind`, with their length.
pub(super) fn list(l: &mut Layer<'_, '_>, kind: u8, session: &TlsConnection) -> Result<(), Stop> {
    let length = usize::from(l.u16(EXTENSIONS_LENGTH)?);
    let length = length.min(l.left_on_wire());
    l.within(length, |l| {
        while l.left() > 0 {
            extension(l, kind, session)?;
        }
        Ok(())
    })
}

fn extension(l: &mut Layer<'_, '_>, message: u8, session: &TlsConnection) -> Result<(), Stop> {
    let start = l.at();
    let (kind, length) = (l.peek(0, 2)? as u16, l.peek(2, 2)? as usize);
    l.text(start, (start + 4 + length).min(l.end()), || format!("Extension: {} (len={length})", name(kind)));
    l.below(|l| {
        l.u16(EXTENSION_TYPE)?;
        l.u16(EXTENSION_LEN)?;
        bounded(l, length, |l| body(l, kind, message, session))
    })
}

fn name(kind: u16) -> String {
    names::EXTENSIONS.name(kind.into()).map_or_else(|| format!("Unknown type {kind}"), str::to_owned)
}

fn body(l: &mut Layer<'_, '_>, kind: u16, message: u8, session: &TlsConnection) -> Result<(), Stop> {
    let client = message == CLIENT_HELLO;
    match kind {
        SERVER_NAME => titled(l, "Server Name Indication extension", server_names),
        MAX_FRAGMENT => l.u8(MAX_FRAGMENT_LENGTH).map(|_| ()),
        STATUS_REQUEST if client => {
            if l.u8(EXT_STATUS_REQUEST_TYPE)? == 1 {
                status(l)?;
            }
            Ok(())
        }
        STATUS_REQUEST_V2 if client => status_list(l),
        STATUS_REQUEST | STATUS_REQUEST_V2 => Ok(()),
        SUPPORTED_GROUPS => {
            let length = usize::from(l.u16(EXT_SUPPORTED_GROUPS_LENGTH)?).min(l.left());
            let count = length / 2;
            let title = || format!("Supported Groups ({count} group{})", plural(count));
            each(l, EXT_SUPPORTED_GROUPS, length, title, |l| l.u16(EXT_SUPPORTED_GROUP).map(|_| ()))
        }
        EC_POINT_FORMATS => {
            let length = usize::from(l.u8(EXT_EC_POINT_FORMATS_LENGTH)?).min(l.left());
            let title = || format!("Elliptic curves point formats ({length})");
            each(l, EXT_EC_POINT_FORMATS, length, title, |l| l.u8(EXT_EC_POINT_FORMAT).map(|_| ()))
        }
        SRP => {
            titled(l, "Secure Remote Password extension", |l| vector(l, EXT_SRP_LEN, 1, EXT_SRP_USERNAME).map(|_| ()))
        }
        SIGNATURE_ALGORITHMS | SIGNATURE_ALGORITHMS_CERT => keys::algorithms(l),
        // RFC 9345, section 4.1.1.
        DELEGATED_CREDENTIALS if client => keys::algorithms(l),
        HEARTBEAT => l.u8(EXTENSION_HEARTBEAT_MODE).map(|_| ()),
        ALPN => {
            let length = usize::from(l.u16(EXT_ALPN_LEN)?).min(l.left());
            let title = || "ALPN Protocol".into();
            each(l, EXT_ALPN_LIST, length, title, |l| vector(l, EXT_ALPN_STR_LEN, 1, EXT_ALPN_STR).map(|_| ()))
        }
        APPLICATION_SETTINGS if client => {
            let length = usize::from(l.u16(EXT_ALPS_LEN)?).min(l.left());
            let title = || "Supported ALPN List".into();
            each(l, EXT_ALPS_ALPN_LIST, length, title, |l| {
                vector(l, EXT_ALPS_ALPN_STR_LEN, 1, EXT_ALPS_ALPN_STR).map(|_| ())
            })
        }
        NEXT_PROTOCOL => {
            let (start, end) = (l.at(), l.end());
            l.text(start, end, || "Next Protocol Negotiation".into());
            l.below(|l| {
                while l.left() > 0 {
                    vector(l, EXT_NPN_STR_LEN, 1, EXT_NPN)?;
                }
                Ok(())
            })
        }
        CERTIFICATE_TIMESTAMP if l.left() > 0 => timestamps(l),
        CLIENT_CERTIFICATE_TYPE | SERVER_CERTIFICATE_TYPE if client => {
            let length = usize::from(l.u8(CERT_TYPE_TYPES_LEN)?).min(l.left());
            let title = || format!("Certificate Type List ({length})");
            each(l, CERT_TYPE_TYPES, length, title, |l| l.u8(CERT_TYPE_TYPE).map(|_| ()))
        }
        CLIENT_CERTIFICATE_TYPE | SERVER_CERTIFICATE_TYPE => l.u8(CERT_TYPE_TYPE).map(|_| ()),
        PADDING => {
            l.bytes_left(EXT_PADDING_DATA);
            Ok(())
        }
        COMPRESS_CERTIFICATE => {
            l.u8(COMPRESSIONS_LENGTH)?;
            while l.left() > 0 {
                l.u16(COMPRESSION)?;
            }
            Ok(())
        }
        RECORD_SIZE => l.u16(RECORD_SIZE_LIMIT).map(|_| ()),
        SESSION_TICKETS => {
            let length = l.left();
            l.bytes_left(EXTENSION_DATA);
            l.label(|| format!("Data ({length} byte{})", plural(length)));
            Ok(())
        }
        KEY_SHARE | KEY_SHARE_DRAFT => titled(l, "Key Share extension", |l| key_share(l, client)),
        PRE_SHARED_KEY => titled(l, "Pre-Shared Key extension", |l| pre_shared_key(l, client)),
        QUIC_PARAMETERS | QUIC_PARAMETERS_DRAFT => parameters::list(l),
        EARLY_DATA if l.left() == 4 => l.u32(EARLY_DATA_MAX_EARLY_DATA_SIZE).map(|_| ()),
        SUPPORTED_VERSIONS => {
            if client {
                l.u8(EXT_SUPPORTED_VERSIONS_LEN)?;
            }
            while l.left() > 0 {
                l.u16(EXT_SUPPORTED_VERSION)?;
            }
            Ok(())
        }
        COOKIE => vector(l, EXT_COOKIE_LEN, 2, EXT_COOKIE).map(|_| ()),
        PSK_MODES => {
            l.u8(EXTENSION_PSK_KE_MODES_LENGTH)?;
            while l.left() > 0 {
                l.u8(EXTENSION_PSK_KE_MODE)?;
            }
            Ok(())
        }
        RENEGOTIATION_INFO => {
            titled(l, "Renegotiation Info extension", |l| vector(l, EXT_RENEG_INFO_LEN, 1, EXT_RENEG_INFO).map(|_| ()))
        }
        CERTIFICATE_TIMESTAMP | ENCRYPT_THEN_MAC | EXTENDED_MASTER_SECRET | POST_HANDSHAKE_AUTH | EARLY_DATA
            if l.left() == 0 =>
        {
            Ok(())
        }
        _ => {
            let _ = session;
            l.bytes_left(EXTENSION_DATA);
            Ok(())
        }
    }
}

/// A line of text around what `inside` reads; an empty body has none.
fn titled(
    l: &mut Layer<'_, '_>,
    title: &'static str,
    inside: impl FnOnce(&mut Layer<'_, '_>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    if l.left() == 0 {
        return Ok(());
    }
    let (start, end) = (l.at(), l.end());
    l.text(start, end, || title.to_owned());
    l.below(inside)
}

/// A list of `length` bytes below a node of `field`, one item after the other.
fn each(
    l: &mut Layer<'_, '_>,
    field: FieldId,
    length: usize,
    title: impl FnOnce() -> String,
    mut item: impl FnMut(&mut Layer<'_, '_>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mark = l.mark();
    l.nest(field, |l| {
        l.label_at(mark, title);
        l.within(length, |l| {
            while l.left() > 0 {
                item(l)?;
            }
            Ok(())
        })
    })
}

/// RFC 6066, section 3.
fn server_names(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    l.u16(EXT_SERVER_NAME_LIST_LEN)?;
    while l.left() > 0 {
        l.u8(EXT_SERVER_NAME_TYPE)?;
        vector(l, EXT_SERVER_NAME_LEN, 2, EXT_SERVER_NAME)?;
    }
    Ok(())
}

/// RFC 6066, section 8: lists whose items nobody sends.
fn status(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    for field in [EXT_STATUS_REQUEST_RESPONDER_IDS_LEN, EXT_STATUS_REQUEST_EXTS_LEN] {
        let length = l.u16(field)?;
        l.skip(length.into())?;
    }
    Ok(())
}

/// RFC 6961, section 2.2.
fn status_list(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    l.u16(EXT_STATUS_REQUEST_LIST_LEN)?;
    while l.left() > 0 {
        l.u8(EXT_STATUS_REQUEST_TYPE)?;
        let length = l.u16(EXT_STATUS_REQUEST_LEN)?;
        l.within(length.into(), |l| if l.left() > 0 { status(l) } else { Ok(()) })?;
    }
    Ok(())
}

/// RFC 6962, section 3.3.
fn timestamps(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    l.u16(SCT_SCTS_LENGTH)?;
    while l.left() > 0 {
        let (start, length) = (l.at(), l.peek(0, 2)? as usize);
        l.text(start, start + 2 + length, || "Signed Certificate Timestamp".into());
        l.below(|l| {
            l.u16(SCT_LENGTH)?;
            l.within(length, |l| {
                l.u8(SCT_VERSION)?;
                l.bytes(SCT_LOGID, 32)?;
                let (at, milliseconds) = (l.at(), l.peek(0, 8)?);
                let time = Value::Time((milliseconds / 1000) as i64, (milliseconds % 1000) as u32 * 1_000_000);
                l.note(SCT_TIMESTAMP, at, at + 8, time);
                l.skip(8)?;
                vector(l, SCT_EXTENSIONS_LENGTH, 2, SCT_EXTENSIONS)?;
                keys::algorithm(l)?;
                vector(l, SCT_SIGNATURE_LENGTH, 2, SCT_SIGNATURE).map(|_| ())
            })
        })?;
    }
    Ok(())
}

/// RFC 8446, section 4.2.8: a list from the client, one entry from the server, one group in a retry.
fn key_share(l: &mut Layer<'_, '_>, client: bool) -> Result<(), Stop> {
    if client {
        l.u16(EXT_KEY_SHARE_CLIENT_LENGTH)?;
    } else if l.left() == 2 {
        return l.u16(EXT_KEY_SHARE_SELECTED_GROUP).map(|_| ());
    }
    while l.left() > 0 {
        let (start, group, length) = (l.at(), l.peek(0, 2)?, l.peek(2, 2)? as usize);
        l.text(start, start + 4 + length, || {
            format!(
                "Key Share Entry: Group: {}, Key Exchange length: {length}",
                crate::dissect::name_or_number(&names::GROUPS, group)
            )
        });
        l.below(|l| {
            l.u16(EXT_KEY_SHARE_GROUP)?;
            vector(l, EXT_KEY_SHARE_KEY_LENGTH, 2, EXT_KEY_SHARE_KEY)
        })?;
    }
    Ok(())
}

/// RFC 8446, section 4.2.11.
fn pre_shared_key(l: &mut Layer<'_, '_>, client: bool) -> Result<(), Stop> {
    if !client {
        return l.u16(EXT_PSK_IDENTITY_SELECTED).map(|_| ());
    }
    let length = usize::from(l.u16(EXT_PSK_IDENTITIES_LENGTH)?);
    l.within(length, |l| {
        while l.left() > 0 {
            let (start, length) = (l.at(), l.peek(0, 2)? as usize);
            l.text(start, start + 6 + length, || format!("PSK Identity (length: {length})"));
            l.below(|l| {
                vector(l, EXT_PSK_IDENTITY_IDENTITY_LENGTH, 2, EXT_PSK_IDENTITY_IDENTITY)?;
                l.u32(EXT_PSK_IDENTITY_OBFUSCATED_TICKET_AGE)
            })?;
        }
        Ok(())
    })?;
    vector(l, EXT_PSK_BINDERS_LEN, 2, EXT_PSK_BINDERS).map(|_| ())
}
