//! Names of values (IANA, "TLS Parameters" and "TLS Extensions").

use crate::field::Values;

/// Content types of records (RFC 8446, section 5.1).
#[rustfmt::skip]
pub(super) const CONTENT_TYPES: Values = Values::Names(&[
    (20, "Change Cipher Spec"), (21, "Alert"), (22, "Handshake"), (23, "Application Data"), (24, "Heartbeat"),
    (25, "Connection ID"),
]);

/// Versions, drafts of TLS 1.3 and reserved ones (RFC 8701) included.
#[rustfmt::skip]
pub(super) const VERSIONS: Values = Values::Names(&[
    (0x0002, "SSL 2.0"), (0x0100, "DTLS 1.0 (OpenSSL pre 0.9.8f)"), (0x0101, "GMTLS"), (0x0300, "SSL 3.0"),
    (0x0301, "TLS 1.0"), (0x0302, "TLS 1.1"), (0x0303, "TLS 1.2"), (0x0304, "TLS 1.3"), (0x0a0a, "Reserved (GREASE)"),
    (0x1a1a, "Reserved (GREASE)"), (0x2a2a, "Reserved (GREASE)"), (0x3a3a, "Reserved (GREASE)"),
    (0x4a4a, "Reserved (GREASE)"), (0x5a5a, "Reserved (GREASE)"), (0x6a6a, "Reserved (GREASE)"),
    (0x7a7a, "Reserved (GREASE)"), (0x7f0e, "TLS 1.3 (draft 14)"), (0x7f0f, "TLS 1.3 (draft 15)"),
    (0x7f10, "TLS 1.3 (draft 16)"), (0x7f11, "TLS 1.3 (draft 17)"), (0x7f12, "TLS 1.3 (draft 18)"),
    (0x7f13, "TLS 1.3 (draft 19)"), (0x7f14, "TLS 1.3 (draft 20)"), (0x7f15, "TLS 1.3 (draft 21)"),
    (0x7f16, "TLS 1.3 (draft 22)"), (0x7f17, "TLS 1.3 (draft 23)"), (0x7f18, "TLS 1.3 (draft 24)"),
    (0x7f19, "TLS 1.3 (draft 25)"), (0x7f1a, "TLS 1.3 (draft 26)"), (0x7f1b, "TLS 1.3 (draft 27)"),
    (0x7f1c, "TLS 1.3 (draft 28)"), (0x8a8a, "Reserved (GREASE)"), (0x9a9a, "Reserved (GREASE)"),
    (0xaaaa, "Reserved (GREASE)"), (0xbaba, "Reserved (GREASE)"), (0xcaca, "Reserved (GREASE)"),
    (0xdada, "Reserved (GREASE)"), (0xeaea, "Reserved (GREASE)"), (0xfafa, "Reserved (GREASE)"),
    (0xfb17, "TLS 1.3 (Facebook draft 23)"), (0xfb1a, "TLS 1.3 (Facebook draft 26)"), (0xfefd, "DTLS 1.2"),
    (0xfeff, "DTLS 1.0"),
]);

/// Types of handshake messages.
#[rustfmt::skip]
pub(super) const HANDSHAKE_TYPES: Values = Values::Names(&[
    (0, "Hello Request"), (1, "Client Hello"), (2, "Server Hello"), (3, "Hello Verify Request"),
    (4, "New Session Ticket"), (5, "End of Early Data"), (6, "Hello Retry Request"), (8, "Encrypted Extensions"),
    (11, "Certificate"), (12, "Server Key Exchange"), (13, "Certificate Request"), (14, "Server Hello Done"),
    (15, "Certificate Verify"), (16, "Client Key Exchange"), (20, "Finished"), (21, "Client Certificate URL"),
    (22, "Certificate Status"), (23, "Supplemental Data"), (24, "Key Update"), (25, "Compressed Certificate"),
    (67, "Encrypted Extensions"),
]);

/// Levels of alerts.
#[rustfmt::skip]
pub(super) const ALERT_LEVELS: Values = Values::Names(&[
    (1, "Warning"), (2, "Fatal"),
]);

/// Types of extensions.
#[rustfmt::skip]
pub(super) const EXTENSIONS: Values = Values::Names(&[
    (0, "server_name"), (1, "max_fragment_length"), (2, "client_certificate_url"), (3, "trusted_ca_keys"),
    (4, "truncated_hmac"), (5, "status_request"), (6, "user_mapping"), (7, "client_authz"), (8, "server_authz"),
    (9, "cert_type"), (10, "supported_groups"), (11, "ec_point_formats"), (12, "srp"), (13, "signature_algorithms"),
    (14, "use_srtp"), (15, "heartbeat"), (16, "application_layer_protocol_negotiation"), (17, "status_request_v2"),
    (18, "signed_certificate_timestamp"), (19, "client_certificate_type"), (20, "server_certificate_type"),
    (21, "padding"), (22, "encrypt_then_mac"), (23, "extended_master_secret"), (24, "token_binding"),
    (25, "cached_info"), (27, "compress_certificate"), (28, "record_size_limit"), (34, "delegated_credentials"),
    (35, "session_ticket"), (40, "Reserved (key_share)"), (41, "pre_shared_key"), (42, "early_data"),
    (43, "supported_versions"), (44, "cookie"), (45, "psk_key_exchange_modes"),
    (46, "Reserved (ticket_early_data_info)"), (47, "certificate_authorities"), (48, "oid_filters"),
    (49, "post_handshake_auth"), (50, "signature_algorithms_cert"), (51, "key_share"), (52, "transparency_info"),
    (53, "connection_id (deprecated)"), (54, "connection_id"), (55, "external_id_hash"), (56, "external_session_id"),
    (57, "quic_transport_parameters"), (58, "ticket_request"), (59, "dnssec_chain"), (2570, "Reserved (GREASE)"),
    (6682, "Reserved (GREASE)"), (10794, "Reserved (GREASE)"), (13172, "next_protocol_negotiation"),
    (14906, "Reserved (GREASE)"), (17513, "application_settings"), (19018, "Reserved (GREASE)"),
    (23130, "Reserved (GREASE)"), (27242, "Reserved (GREASE)"), (30031, "channel_id_old"), (30032, "channel_id"),
    (31354, "Reserved (GREASE)"), (35466, "Reserved (GREASE)"), (39578, "Reserved (GREASE)"),
    (43690, "Reserved (GREASE)"), (47802, "Reserved (GREASE)"), (51914, "Reserved (GREASE)"),
    (56026, "Reserved (GREASE)"), (60138, "Reserved (GREASE)"), (64250, "Reserved (GREASE)"),
    (65281, "renegotiation_info"), (65445, "quic_transport_parameters (drafts version)"),
    (65486, "encrypted_server_name"),
]);

/// Groups for key exchange, once called elliptic curves.
#[rustfmt::skip]
pub(super) const GROUPS: Values = Values::Names(&[
    (0x0001, "sect163k1"), (0x0002, "sect163r1"), (0x0003, "sect163r2"), (0x0004, "sect193r1"), (0x0005, "sect193r2"),
    (0x0006, "sect233k1"), (0x0007, "sect233r1"), (0x0008, "sect239k1"), (0x0009, "sect283k1"), (0x000a, "sect283r1"),
    (0x000b, "sect409k1"), (0x000c, "sect409r1"), (0x000d, "sect571k1"), (0x000e, "sect571r1"), (0x000f, "secp160k1"),
    (0x0010, "secp160r1"), (0x0011, "secp160r2"), (0x0012, "secp192k1"), (0x0013, "secp192r1"), (0x0014, "secp224k1"),
    (0x0015, "secp224r1"), (0x0016, "secp256k1"), (0x0017, "secp256r1"), (0x0018, "secp384r1"), (0x0019, "secp521r1"),
    (0x001a, "brainpoolP256r1"), (0x001b, "brainpoolP384r1"), (0x001c, "brainpoolP512r1"), (0x001d, "x25519"),
    (0x001e, "x448"), (0x0029, "curveSM2"), (0x0100, "ffdhe2048"), (0x0101, "ffdhe3072"), (0x0102, "ffdhe4096"),
    (0x0103, "ffdhe6144"), (0x0104, "ffdhe8192"), (0x0200, "frodo640aes"), (0x0201, "frodo640shake"),
    (0x0202, "frodo976aes"), (0x0203, "frodo976shake"), (0x0204, "frodo1344aes"), (0x0205, "frodo1344shake"),
    (0x0214, "ntru_hps2048509"), (0x0215, "ntru_hps2048677"), (0x0216, "ntru_hps4096821"), (0x0217, "ntru_hrss701"),
    (0x0218, "lightsaber"), (0x0219, "saber"), (0x021a, "firesaber"), (0x021b, "sidhp434"), (0x021c, "sidhp503"),
    (0x021d, "sidhp610"), (0x021e, "sidhp751"), (0x021f, "sikep434"), (0x0220, "sikep503"), (0x0221, "sikep610"),
    (0x0222, "sikep751"), (0x022c, "hqc128"), (0x022d, "hqc192"), (0x022e, "hqc256"), (0x022f, "ntrulpr653"),
    (0x0230, "ntrulpr761"), (0x0231, "ntrulpr857"), (0x0232, "sntrup653"), (0x0233, "sntrup761"), (0x0234, "sntrup857"),
    (0x0238, "bikel1"), (0x023a, "kyber512"), (0x023b, "bikel3"), (0x023c, "kyber768"), (0x023d, "kyber1024"),
    (0x023e, "kyber90s512"), (0x023f, "kyber90s768"), (0x0240, "kyber90s1024"), (0x0241, "ntrulpr1277"),
    (0x0242, "sntrup1277"), (0x0245, "ntru_hps40961229"), (0x0246, "ntru_hrss1373"), (0x0a0a, "Reserved (GREASE)"),
    (0x1a1a, "Reserved (GREASE)"), (0x2a2a, "Reserved (GREASE)"), (0x2f00, "p256_frodo640aes"),
    (0x2f01, "p256_frodo640shake"), (0x2f02, "p384_frodo976aes"), (0x2f03, "p384_frodo976shake"),
    (0x2f04, "p521_frodo1344aes"), (0x2f05, "p521_frodo1344shake"), (0x2f14, "p256_ntru_hps2048509"),
    (0x2f15, "p384_ntru_hps2048677"), (0x2f16, "p521_ntru_hps4096821"), (0x2f17, "p384_ntru_hrss701"),
    (0x2f18, "p256_lightsaber"), (0x2f19, "p384_saber"), (0x2f1a, "p521_firesaber"), (0x2f1b, "p256_sidhp434"),
    (0x2f1c, "p256_sidhp503"), (0x2f1d, "p384_sidhp610"), (0x2f1e, "p521_sidhp751"), (0x2f1f, "p256_sikep434"),
    (0x2f20, "p256_sikep503"), (0x2f21, "p384_sikep610"), (0x2f22, "p521_sikep751"), (0x2f2c, "p256_hqc128"),
    (0x2f2d, "p384_hqc192"), (0x2f2e, "p521_hqc256"), (0x2f2f, "p256_ntrulpr653"), (0x2f31, "p384_ntrulpr857"),
    (0x2f32, "p256_sntrup653"), (0x2f34, "p384_sntrup857"), (0x2f38, "p256_bikel1"), (0x2f3a, "p256_kyber512"),
    (0x2f3b, "p384_bikel3"), (0x2f3c, "p384_kyber768"), (0x2f3d, "p521_kyber1024"), (0x2f3e, "p256_kyber90s512"),
    (0x2f3f, "p384_kyber90s768"), (0x2f40, "p521_kyber90s1024"), (0x2f41, "p521_ntrulpr1277"),
    (0x2f42, "p521_sntrup1277"), (0x2f43, "p256_ntrulpr761"), (0x2f44, "p256_sntrup761"),
    (0x2f45, "p521_ntru_hps40961229"), (0x2f46, "p521_ntru_hrss1373"), (0x3a3a, "Reserved (GREASE)"),
    (0x4a4a, "Reserved (GREASE)"), (0x5a5a, "Reserved (GREASE)"), (0x6a6a, "Reserved (GREASE)"),
    (0x7a7a, "Reserved (GREASE)"), (0x8a8a, "Reserved (GREASE)"), (0x9a9a, "Reserved (GREASE)"),
    (0xaaaa, "Reserved (GREASE)"), (0xbaba, "Reserved (GREASE)"), (0xcaca, "Reserved (GREASE)"),
    (0xdada, "Reserved (GREASE)"), (0xeaea, "Reserved (GREASE)"), (0xfafa, "Reserved (GREASE)"),
    (0xff01, "arbitrary_explicit_prime_curves"), (0xff02, "arbitrary_explicit_char2_curves"),
]);

/// Formats of points on elliptic curves.
#[rustfmt::skip]
pub(super) const POINT_FORMATS: Values = Values::Names(&[
    (0, "uncompressed"), (1, "ansiX962_compressed_prime"), (2, "ansiX962_compressed_char2"),
]);

/// Signature algorithms.
#[rustfmt::skip]
pub(super) const SIGNATURES: Values = Values::Names(&[
    (0x0201, "rsa_pkcs1_sha1"), (0x0202, "SHA1 DSA"), (0x0203, "ecdsa_sha1"), (0x0301, "SHA224 RSA"),
    (0x0302, "SHA224 DSA"), (0x0303, "SHA224 ECDSA"), (0x0402, "SHA256 DSA"), (0x0502, "SHA384 DSA"),
    (0x0602, "SHA512 DSA"), (0x0401, "rsa_pkcs1_sha256"),
    (0x0403, "ecdsa_secp256r1_sha256"), (0x0501, "rsa_pkcs1_sha384"), (0x0503, "ecdsa_secp384r1_sha384"),
    (0x0601, "rsa_pkcs1_sha512"), (0x0603, "ecdsa_secp521r1_sha512"), (0x0708, "sm2sig_sm3"),
    (0x0804, "rsa_pss_rsae_sha256"), (0x0805, "rsa_pss_rsae_sha384"), (0x0806, "rsa_pss_rsae_sha512"),
    (0x0807, "ed25519"), (0x0808, "ed448"), (0x0809, "rsa_pss_pss_sha256"), (0x080a, "rsa_pss_pss_sha384"),
    (0x080b, "rsa_pss_pss_sha512"), (0xfe0b, "falcon512"), (0xfe0c, "p256_falcon512"), (0xfe0d, "rsa3072_falcon512"),
    (0xfe0e, "falcon1024"), (0xfe0f, "p521_falcon1024"), (0xfe1b, "picnic3l1"), (0xfe1c, "p256_picnic3l1"),
    (0xfe1d, "rsa3072_picnic3l1"), (0xfe27, "rainbowIclassic"), (0xfe28, "p256_rainbowIclassic"),
    (0xfe29, "rsa3072_rainbowIclassic"), (0xfe3c, "rainbowVclassic"), (0xfe3d, "p521_rainbowVclassic"),
    (0xfe42, "sphincsharaka128frobust"), (0xfe43, "p256_sphincsharaka128frobust"),
    (0xfe44, "rsa3072_sphincsharaka128frobust"), (0xfe5e, "sphincssha256128frobust"),
    (0xfe5f, "p256_sphincssha256128frobust"), (0xfe60, "rsa3072_sphincssha256128frobust"),
    (0xfe7a, "sphincsshake256128frobust"), (0xfe7b, "p256_sphincsshake256128frobust"),
    (0xfe7c, "rsa3072_sphincsshake256128frobust"), (0xfe96, "picnicl1full"), (0xfe97, "p256_picnicl1full"),
    (0xfe98, "rsa3072_picnicl1full"), (0xfea0, "dilithium2"), (0xfea1, "p256_dilithium2"),
    (0xfea2, "rsa3072_dilithium2"), (0xfea3, "dilithium3"), (0xfea4, "p384_dilithium3"), (0xfea5, "dilithium5"),
    (0xfea6, "p521_dilithium5"), (0xfea7, "dilithium2_aes"), (0xfea8, "p256_dilithium2_aes"),
    (0xfea9, "rsa3072_dilithium2_aes"), (0xfeaa, "dilithium3_aes"), (0xfeab, "p384_dilithium3_aes"),
    (0xfeac, "dilithium5_aes"), (0xfead, "p521_dilithium5_aes"),
]);

/// Hashes of TLS 1.2 signature algorithms.
#[rustfmt::skip]
pub(super) const HASHES: Values = Values::Names(&[
    (0, "None"), (1, "MD5"), (2, "SHA1"), (3, "SHA224"), (4, "SHA256"), (5, "SHA384"), (6, "SHA512"), (7, "SM3"),
]);

/// Signatures of TLS 1.2 signature algorithms.
#[rustfmt::skip]
pub(super) const SIGNERS: Values = Values::Names(&[
    (0, "Anonymous"), (1, "RSA"), (2, "DSA"), (3, "ECDSA"), (4, "SM2"),
]);

/// Types of server names.
#[rustfmt::skip]
pub(super) const NAME_TYPES: Values = Values::Names(&[
    (0, "host_name"),
]);

/// Greatest lengths of fragments.
#[rustfmt::skip]
pub(super) const FRAGMENT_LENGTHS: Values = Values::Names(&[
    (1, "512"), (2, "1024"), (3, "2048"), (4, "4096"),
]);

/// Types of client certificates.
#[rustfmt::skip]
pub(super) const CERTIFICATE_TYPES: Values = Values::Names(&[
    (0, "N/A"), (1, "RSA Sign"), (2, "DSS Sign"), (3, "RSA Fixed DH"), (4, "DSS Fixed DH"), (21, "GOST R 34.10-94"),
    (22, "GOST R 34.10-2001"), (64, "ECDSA Sign"), (65, "RSA Fixed ECDH"), (66, "ECDSA Fixed ECDH"), (80, "IBC Params"),
]);

/// Formats of certificates.
#[rustfmt::skip]
pub(super) const CERTIFICATE_KINDS: Values = Values::Names(&[
    (0, "X.509"), (1, "OpenPGP"), (2, "Raw Public Key"),
]);

/// Types of certificate status.
#[rustfmt::skip]
pub(super) const STATUS_TYPES: Values = Values::Names(&[
    (1, "OCSP"), (2, "OCSP Multi"),
]);

/// Ways to name a curve.
#[rustfmt::skip]
pub(super) const CURVE_TYPES: Values = Values::Names(&[
    (1, "explicit_prime"), (2, "explicit_char2"), (3, "named_curve"),
]);

/// Modes of heartbeats.
#[rustfmt::skip]
pub(super) const HEARTBEAT_MODES: Values = Values::Names(&[
    (1, "Peer allowed to send requests"), (2, "Peer not allowed to send requests"),
]);

/// Types of heartbeats.
#[rustfmt::skip]
pub(super) const HEARTBEAT_TYPES: Values = Values::Names(&[
    (1, "Request"), (2, "Response"),
]);

/// Methods of compression.
#[rustfmt::skip]
pub(super) const COMPRESSION_METHODS: Values = Values::Names(&[
    (0, "null"), (1, "DEFLATE"), (64, "LZS"),
]);

/// Modes of key exchange with pre-shared keys.
#[rustfmt::skip]
pub(super) const PSK_MODES: Values = Values::Names(&[
    (0, "PSK-only key establishment (psk_ke)"), (1, "PSK with (EC)DHE key establishment (psk_dhe_ke)"),
]);

/// Requests for a key update.
#[rustfmt::skip]
pub(super) const KEY_UPDATES: Values = Values::Names(&[
    (0, "update_not_requested"), (1, "update_requested"),
]);

/// Compressions of certificates.
#[rustfmt::skip]
pub(super) const CERTIFICATE_COMPRESSIONS: Values = Values::Names(&[
    (1, "zlib"), (2, "brotli"), (3, "zstd"),
]);
