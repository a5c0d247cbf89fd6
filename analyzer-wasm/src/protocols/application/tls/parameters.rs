//! Parameters of QUIC that hellos carry (RFC 9000, section 18).

use super::handshake::bounded;
use super::*;
use crate::dissect::variable_length;
use crate::field::FieldId;

/// What a parameter's value is.
enum Form {
    Nothing,
    Bytes(FieldId),
    /// With its unit.
    Number(FieldId, &'static str),
    /// A number that counts nothing.
    Choice(FieldId),
    /// RFC 9368, section 3.
    Versions,
    /// Google's: its version, and in answers those that it knows.
    GoogleVersions,
}

use Form::{Bytes, Choice, GoogleVersions, Nothing, Number, Versions};

/// Parameters by their types (IANA, "QUIC Transport Parameters"), with those that drafts and Google use.
#[rustfmt::skip]
const PARAMETERS: &[(u64, &str, Form)] = &[
    (0x00, "original_destination_connection_id", Bytes(QUIC_ORIGINAL_DESTINATION_CONNECTION_ID)),
    (0x01, "max_idle_timeout", Number(QUIC_MAX_IDLE_TIMEOUT, " ms")),
    (0x02, "stateless_reset_token", Bytes(QUIC_STATELESS_RESET_TOKEN)),
    (0x03, "max_udp_payload_size", Number(QUIC_MAX_UDP_PAYLOAD_SIZE, "")),
    (0x04, "initial_max_data", Number(QUIC_INITIAL_MAX_DATA, "")),
    (0x05, "initial_max_stream_data_bidi_local", Number(QUIC_INITIAL_MAX_STREAM_DATA_BIDI_LOCAL, "")),
    (0x06, "initial_max_stream_data_bidi_remote", Number(QUIC_INITIAL_MAX_STREAM_DATA_BIDI_REMOTE, "")),
    (0x07, "initial_max_stream_data_uni", Number(QUIC_INITIAL_MAX_STREAM_DATA_UNI, "")),
    (0x08, "initial_max_streams_bidi", Number(QUIC_INITIAL_MAX_STREAMS_BIDI, "")),
    (0x09, "initial_max_streams_uni", Number(QUIC_INITIAL_MAX_STREAMS_UNI, "")),
    (0x0a, "ack_delay_exponent", Number(QUIC_ACK_DELAY_EXPONENT, "")),
    (0x0b, "max_ack_delay", Number(QUIC_MAX_ACK_DELAY, "")),
    (0x0c, "disable_active_migration", Nothing),
    (0x0d, "preferred_address", Nothing),
    (0x0e, "active_connection_id_limit", Number(QUIC_ACTIVE_CONNECTION_ID_LIMIT, "")),
    (0x0f, "initial_source_connection_id", Bytes(QUIC_INITIAL_SOURCE_CONNECTION_ID)),
    (0x10, "retry_source_connection_id", Bytes(QUIC_RETRY_SOURCE_CONNECTION_ID)),
    (0x11, "version_information", Versions),
    (0x20, "max_datagram_frame_size", Number(QUIC_MAX_DATAGRAM_FRAME_SIZE, "")),
    (0x1057, "loss_bits", Choice(QUIC_LOSS_BITS)),
    (0x2ab2, "grease_quic_bit", Nothing),
    (0x3127, "google_initial_rtt", Number(QUIC_GOOGLE_INITIAL_RTT, " us")),
    (0x3129, "google_user_agent", Bytes(QUIC_GOOGLE_USER_AGENT)),
    (0x4752, "google_quic_version", GoogleVersions),
    (0x7158, "enable_time_stamp_v2", Choice(QUIC_ENABLE_TIME_STAMP_V2)),
    (0xde1a, "min_ack_delay", Number(QUIC_MIN_ACK_DELAY, "")),
    (0xff04_de1a, "min_ack_delay", Number(QUIC_MIN_ACK_DELAY, "")),
];

/// The parameters up to the layer's end.
pub(super) fn list(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    while l.left() > 0 {
        let start = l.at();
        let (kind, kind_width) = variable(l, 0)?;
        let (length, length_width) = variable(l, kind_width)?;
        let length = usize::try_from(length).unwrap_or(usize::MAX).min(l.left());
        let known = PARAMETERS.iter().find(|(known, ..)| *known == kind);
        let mark = l.mark();
        let end = (start + kind_width + length_width).saturating_add(length).min(l.end());
        l.text(start, end, String::new);
        l.below(|l| {
            l.note(QUIC_TYPE, start, start + kind_width, Value::Uint(kind));
            l.label(|| format!("Type: {} (0x{kind:02x})", known_name(kind).unwrap_or("Unknown")));
            l.note(QUIC_LENGTH, start + kind_width, start + kind_width + length_width, Value::Uint(length as u64));
            l.skip(kind_width + length_width)?;
            bounded(l, length.min(l.left()), |l| {
                let at = l.at();
                l.note(QUIC_VALUE, at, at + length, Value::Bytes);
                let words = value(l, known.map_or(&Nothing, |(.., form)| form), length)?;
                l.label_at(mark, || format!("Parameter: {} (len={length}){words}", name(kind)));
                Ok(())
            })
        })?;
    }
    Ok(())
}

fn name(kind: u64) -> String {
    known_name(kind).map_or_else(|| format!("Unknown 0x{kind:04x}"), str::to_owned)
}

fn known_name(kind: u64) -> Option<&'static str> {
    let known = PARAMETERS.iter().find(|(known, ..)| *known == kind).map(|(_, name, _)| *name);
    // RFC 9000, section 18.1.
    known.or((kind % 31 == 27).then_some("GREASE"))
}

/// Reads a value; returns what the parameter's line says of it.
fn value(l: &mut Layer<'_, '_>, form: &Form, length: usize) -> Result<String, Stop> {
    match form {
        Bytes(field) => l.bytes(*field, length).map(|_| String::new()),
        Number(field, unit) => {
            let number = number(l, *field)?;
            Ok(words(l, || format!(" {number}{unit}")))
        }
        Choice(field) => number(l, *field).map(|_| String::new()),
        Versions => {
            l.u32(QUIC_VI_CHOSEN_VERSION)?;
            while l.left() >= 4 {
                let version = l.u32(QUIC_VI_OTHER_VERSION)?;
                // Versions of this form are offered to nobody (RFC 9368, section 6).
                if version & 0x0f0f_0f0f == 0x0a0a_0a0a {
                    l.label(|| format!("Other Version: Unknown (0x{version:08x}) (GREASE)"));
                }
            }
            Ok(String::new())
        }
        GoogleVersions => {
            l.u32(QUIC_GOOGLE_QUIC_VERSION)?;
            if l.left() > 0 {
                l.u8(QUIC_GOOGLE_SUPPORTED_VERSIONS_LENGTH)?;
            }
            while l.left() >= 4 {
                l.u32(QUIC_GOOGLE_SUPPORTED_VERSION)?;
            }
            Ok(String::new())
        }
        Nothing => Ok(String::new()),
    }
}

fn number(l: &mut Layer<'_, '_>, field: FieldId) -> Result<u64, Stop> {
    let at = l.at();
    let (number, width) = variable(l, 0)?;
    l.note(field, at, at + width, Value::Uint(number));
    l.skip(width)?;
    Ok(number)
}

/// An integer that stands `offset` bytes behind the cursor, and how many bytes it has.
fn variable(l: &Layer<'_, '_>, offset: usize) -> Result<(u64, usize), Stop> {
    let rest = l.rest().get(offset..).unwrap_or_default();
    variable_length(rest).ok_or(Stop::Short { needed: 1, at: l.at() + offset })
}
