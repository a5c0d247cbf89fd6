//! Value names of the messages that carry the time (RFC 5905), and of those in all messages.

use crate::field::Values;

pub(super) const LEAPS: Values = Values::Names(&[
    (0, "no warning"),
    (1, "last minute of the day has 61 seconds"),
    (2, "last minute of the day has 59 seconds"),
    (3, "unknown (clock unsynchronized)"),
]);

pub(super) const VERSIONS: Values = Values::Names(&[
    (0, "reserved"),
    (1, "NTP Version 1"),
    (2, "NTP Version 2"),
    (3, "NTP Version 3"),
    (4, "NTP Version 4"),
    (5, "reserved"),
    (6, "reserved"),
    (7, "reserved"),
]);

pub(super) const MODES: Values = Values::Names(&[
    (0, "reserved"),
    (1, "symmetric active"),
    (2, "symmetric passive"),
    (3, "client"),
    (4, "server"),
    (5, "broadcast"),
    (6, "reserved for NTP control message"),
    (7, "reserved for private use"),
]);

/// What a mode is called where there is room for a word or two.
pub(super) const SHORT_MODES: Values = Values::Names(&[
    (0, "reserved"),
    (1, "symmetric active"),
    (2, "symmetric passive"),
    (3, "client"),
    (4, "server"),
    (5, "broadcast"),
    (6, "control"),
    (7, "private"),
]);

pub(super) const STRATA: Values = Values::Ranges(&[
    (0, 0, "unspecified or invalid"),
    (1, 1, "primary reference"),
    (2, 15, "secondary reference"),
    (16, 16, "unsynchronized"),
    (17, 255, "reserved"),
]);

pub(super) const EXTENSIONS: Values = Values::Names(&[
    (0x2, "No-Operation Request"),
    (0x102, "Association Message Request"),
    (0x104, "Unique Identifier"),
    (0x202, "Certificate Message Request"),
    (0x204, "NTS Cookie"),
    (0x302, "Cookie Message Request"),
    (0x304, "NTS Cookie Placeholder"),
    (0x402, "Autokey Message Request"),
    (0x404, "NTS Authenticator and Encrypted Extension Fields"),
    (0x502, "Leapseconds Message Request"),
    (0x602, "Sign Message Request"),
    (0x702, "IFF Identity Message Request"),
    (0x802, "GQ Identity Message Request"),
    (0x902, "MV Identity Message Request"),
    (0x2005, "Checksum Complement"),
    (0x8002, "No-Operation Response"),
    (0x8102, "Association Message Response"),
    (0x8202, "Certificate Message Response"),
    (0x8302, "Cookie Message Response"),
    (0x8402, "Autokey Message Response"),
    (0x8502, "Leapseconds Message Response"),
    (0x8602, "Sign Message Response"),
    (0x8702, "IFF Identity Message Response"),
    (0x8802, "GQ Identity Message Response"),
    (0x8902, "MV Identity Message Response"),
    (0xc002, "No-Operation Error Response"),
    (0xc102, "Association Message Error Response"),
    (0xc202, "Certificate Message Error Response"),
    (0xc302, "Cookie Message Error Response"),
    (0xc402, "Autokey Message Error Response"),
    (0xc502, "Leapseconds Message Error Response"),
    (0xc602, "Sign Message Error Response"),
    (0xc702, "IFF Identity Message Error Response"),
    (0xc802, "GQ Identity Message Error Response"),
    (0xc902, "MV Identity Message Error Response"),
]);

pub(super) const DIRECTIONS: Values = Values::Names(&[(0, "Request"), (1, "Response")]);

/// What a clock of stratum 0 or 1 is called, by its four characters.
pub(super) const CLOCKS_BY_CODE: &[(&[u8; 4], &str)] = &[
    (b"LOCL", "uncalibrated local clock"),
    (b"CESM", "calibrated Cesium clock"),
    (b"RBDM", "calibrated Rubidium clock"),
    (b"PPS\0", "Generic pulse-per-second"),
    (b"IRIG", "Inter-Range Instrumentation Group"),
    (b"ACTS", "NIST telephone modem"),
    (b"NIST", "NIST telephone modem"),
    (b"USNO", "USNO telephone modem"),
    (b"PTB\0", "European telephone modem"),
    (b"TDF\0", "MF Radio Allouis, FR 162 kHz"),
    (b"DCF\0", "LF Radio DCF77 Mainflingen, DE 77.5 kHz"),
    (b"MSF\0", "LF Radio MSF Anthorn, UK 60 kHz"),
    (b"WWV\0", "HF Radio WWV Ft. Collins, CO"),
    (b"WWVB", "LF Radio WWVB Ft. Collins, CO 60 kHz"),
    (b"WWVH", "HF Radio WWVH Kauai, HI"),
    (b"CHU\0", "HF Radio CHU Ottawa, Ontario"),
    (b"LORC", "MF Radio LORAN C station, 100 kHz"),
    (b"OMEG", "OMEGA radionavigation system"),
    (b"GPS\0", "Global Position System"),
    (b"GAL\0", "Galileo Positioning System"),
    (b"HBG\0", "LF Radio HBG Prangins, HB 75 kHz"),
    (b"JJY\0", "LF Radio JJY Fukushima, JP 40 kHz, Saga, JP 60 kHz"),
    (b"GOES", "Geostationary Orbit Environment Satellite"),
    (b"ATOM", "Atomic clock (calibrated)"),
    (b"VLF\0", "VLF radio (OMEGA,, etc.)"),
    (b"1PPS", "External 1 PPS input"),
    (b"FREE", "(Internal clock)"),
    (b"INIT", "(Initialization)"),
    (b"TSP\0", "TSP time protocol"),
    (b"DTS\0", "Digital Time Service"),
];
