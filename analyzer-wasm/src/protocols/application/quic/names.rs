//! Names for values in QUIC (RFC 9000, sections 17, 19 and 20).

use crate::field::Values;

/// Forms of headers.
#[rustfmt::skip]
pub(super) const HEADER_FORMS: Values = Values::Names(&[
    (0, "Short Header"), (1, "Long Header"),
]);

/// Types of packets with long headers.
#[rustfmt::skip]
pub(super) const PACKET_TYPES: Values = Values::Names(&[
    (0, "Initial"), (1, "0-RTT"), (2, "Handshake"), (3, "Retry"),
]);

/// The same in version 2 (RFC 9369, section 3.2).
#[rustfmt::skip]
pub(super) const PACKET_TYPES_V2: Values = Values::Names(&[
    (0, "Retry"), (1, "Initial"), (2, "0-RTT"), (3, "Handshake"),
]);

/// Lengths of packet numbers.
#[rustfmt::skip]
pub(super) const NUMBER_LENGTHS: Values = Values::Names(&[
    (0, "1 bytes"), (1, "2 bytes"), (2, "3 bytes"), (3, "4 bytes"),
]);

/// Types of frames.
#[rustfmt::skip]
pub(super) const FRAME_TYPES: Values = Values::Ranges(&[
    (0x0, 0x0, "PADDING"), (0x1, 0x1, "PING"), (0x2, 0x3, "ACK"), (0x4, 0x4, "RESET_STREAM"),
    (0x5, 0x5, "STOP_SENDING"), (0x6, 0x6, "CRYPTO"), (0x7, 0x7, "NEW_TOKEN"), (0x8, 0xf, "STREAM"),
    (0x10, 0x10, "MAX_DATA"), (0x11, 0x11, "MAX_STREAM_DATA"), (0x12, 0x12, "MAX_STREAMS (BIDI)"),
    (0x13, 0x13, "MAX_STREAMS (UNI)"), (0x14, 0x14, "DATA_BLOCKED"), (0x15, 0x15, "STREAM_DATA_BLOCKED"),
    (0x16, 0x16, "STREAMS_BLOCKED (BIDI)"), (0x16, 0x17, "STREAMS_BLOCKED (UNI)"), (0x18, 0x18, "NEW_CONNECTION_ID"),
    (0x19, 0x19, "RETIRE_CONNECTION_ID"), (0x1a, 0x1a, "PATH_CHALLENGE"), (0x1b, 0x1b, "PATH_RESPONSE"),
    (0x1c, 0x1c, "CONNECTION_CLOSE (Transport)"), (0x1d, 0x1d, "CONNECTION_CLOSE (Application)"),
    (0x1e, 0x1e, "HANDSHAKE_DONE"), (0x30, 0x31, "DATAGRAM"), (0x40, 0x40, "MP_NEW_CONNECTION_ID"),
    (0x41, 0x41, "MP_RETIRE_CONNECTION_ID"), (0x42, 0x43, "MP_ACK"), (0x44, 0x44, "ADD_ADDRESS"),
    (0x45, 0x45, "REMOVE_ADDRESS"), (0x46, 0x46, "UNIFLOWS"), (0xac, 0xac, "IMMEDIATE_ACK"),
    (0xaf, 0xaf, "ACK_FREQUENCY"), (0x2f5, 0x2f5, "TIME_STAMP"),
]);

/// Transport errors.
#[rustfmt::skip]
pub(super) const ERRORS: Values = Values::Ranges(&[
    (0x0, 0x0, "NO_ERROR"), (0x1, 0x1, "INTERNAL_ERROR"), (0x2, 0x2, "CONNECTION_REFUSED"),
    (0x3, 0x3, "FLOW_CONTROL_ERROR"), (0x4, 0x4, "STREAM_ID_ERROR"), (0x5, 0x5, "STREAM_STATE_ERROR"),
    (0x6, 0x6, "FINAL_SIZE_ERROR"), (0x7, 0x7, "FRAME_ENCODING_ERROR"), (0x8, 0x8, "TRANSPORT_PARAMETER_ERROR"),
    (0x9, 0x9, "CONNECTION_ID_LIMIT_ERROR"), (0xa, 0xa, "PROTOCOL_VIOLATION"), (0xb, 0xb, "INVALID_TOKEN"),
    (0xc, 0xc, "APPLICATION_ERROR"), (0xd, 0xd, "CRYPTO_BUFFER_EXCEEDED"), (0xe, 0xe, "KEY_UPDATE_ERROR"),
    (0xf, 0xf, "AEAD_LIMIT_REACHED"), (0x10, 0x10, "NO_VIABLE_PATH"), (0x11, 0x11, "VERSION_NEGOTIATION_ERROR"),
    (0x100, 0x1ff, "CRYPTO_ERROR"),
]);

/// Who began a stream.
pub(super) const INITIATORS: Values = Values::Names(&[(0, "Client-initiated"), (1, "Server-initiated")]);

/// Who writes into a stream.
pub(super) const DIRECTIONS: Values = Values::Names(&[(0, "Bidirectional"), (1, "Unidirectional")]);
