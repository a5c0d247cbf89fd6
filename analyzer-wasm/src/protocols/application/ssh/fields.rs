//! The fields of SSH, and the names of its messages.

use crate::field::Values;

crate::fields! { ssh
    PROTOCOL_LINE "ssh.protocol" Text "Protocol";
    PACKET_LENGTH "ssh.packet_length" U32 "Packet Length";
    PACKET_LENGTH_ENCRYPTED "ssh.packet_length_encrypted" Bytes "Packet Length (encrypted)";
    PADDING_LENGTH "ssh.padding_length" U8 "Padding Length";
    PAYLOAD "ssh.payload" Bytes "Payload";
    ENCRYPTED_PACKET "ssh.encrypted_packet" Bytes "Encrypted Packet";
    PADDING_STRING "ssh.padding_string" Bytes "Padding String";
    SEQ_NUM "ssh.seq_num" U32 "Sequence number";
    MAC "ssh.mac" Bytes "MAC";
    DIRECTION "ssh.direction" Bool(0) "Direction" values (Values::Flag("server-to-client", "client-to-server"));
    MESSAGE_CODE "ssh.message_code" U8 "Message Code" values MESSAGES;
    COOKIE "ssh.cookie" Bytes "Cookie";
    KEX_ALGORITHMS "ssh.kex_algorithms" Text "kex_algorithms string";
    KEX_ALGORITHMS_LENGTH "ssh.kex_algorithms_length" U32 "kex_algorithms length";
    HOST_KEY_ALGORITHMS "ssh.server_host_key_algorithms" Text "server_host_key_algorithms string";
    HOST_KEY_ALGORITHMS_LENGTH "ssh.server_host_key_algorithms_length" U32 "server_host_key_algorithms length";
    ENCRYPTION_TO_SERVER "ssh.encryption_algorithms_client_to_server" Text "encryption_algorithms_client_to_server string";
    ENCRYPTION_TO_SERVER_LENGTH "ssh.encryption_algorithms_client_to_server_length" U32 "encryption_algorithms_client_to_server length";
    ENCRYPTION_TO_CLIENT "ssh.encryption_algorithms_server_to_client" Text "encryption_algorithms_server_to_client string";
    ENCRYPTION_TO_CLIENT_LENGTH "ssh.encryption_algorithms_server_to_client_length" U32 "encryption_algorithms_server_to_client length";
    MAC_TO_SERVER "ssh.mac_algorithms_client_to_server" Text "mac_algorithms_client_to_server string";
    MAC_TO_SERVER_LENGTH "ssh.mac_algorithms_client_to_server_length" U32 "mac_algorithms_client_to_server length";
    MAC_TO_CLIENT "ssh.mac_algorithms_server_to_client" Text "mac_algorithms_server_to_client string";
    MAC_TO_CLIENT_LENGTH "ssh.mac_algorithms_server_to_client_length" U32 "mac_algorithms_server_to_client length";
    COMPRESSION_TO_SERVER "ssh.compression_algorithms_client_to_server" Text "compression_algorithms_client_to_server string";
    COMPRESSION_TO_SERVER_LENGTH "ssh.compression_algorithms_client_to_server_length" U32 "compression_algorithms_client_to_server length";
    COMPRESSION_TO_CLIENT "ssh.compression_algorithms_server_to_client" Text "compression_algorithms_server_to_client string";
    COMPRESSION_TO_CLIENT_LENGTH "ssh.compression_algorithms_server_to_client_length" U32 "compression_algorithms_server_to_client length";
    LANGUAGES_TO_SERVER "ssh.languages_client_to_server" Text "languages_client_to_server string";
    LANGUAGES_TO_SERVER_LENGTH "ssh.languages_client_to_server_length" U32 "languages_client_to_server length";
    LANGUAGES_TO_CLIENT "ssh.languages_server_to_client" Text "languages_server_to_client string";
    LANGUAGES_TO_CLIENT_LENGTH "ssh.languages_server_to_client_length" U32 "languages_server_to_client length";
    FIRST_KEX_PACKET_FOLLOWS "ssh.first_kex_packet_follows" U8 "First KEX Packet Follows";
    RESERVED "ssh.kex.reserved" Bytes "Reserved";
    HASSH_ALGORITHMS "ssh.kex.hassh_algorithms" Text "hasshAlgorithms";
    HASSH "ssh.kex.hassh" Text "hassh";
    HASSH_SERVER_ALGORITHMS "ssh.kex.hasshserver_algorithms" Text "hasshServerAlgorithms";
    HASSH_SERVER "ssh.kex.hasshserver" Text "hasshServer";
    HOST_KEY_LENGTH "ssh.host_key.length" U32 "Host key length";
    HOST_KEY_TYPE_LENGTH "ssh.host_key.type_length" U32 "Host key type length";
    HOST_KEY_TYPE "ssh.host_key.type" Text "Host key type";
    HOST_KEY_DATA "ssh.host_key.data" Bytes "Host key data";
    RSA_N "ssh.host_key.rsa.n" Bytes "RSA modulus (N)";
    RSA_E "ssh.host_key.rsa.e" Bytes "RSA public exponent (e)";
    DSA_P "ssh.host_key.dsa.p" Bytes "DSA prime modulus (p)";
    DSA_Q "ssh.host_key.dsa.q" Bytes "DSA prime divisor (q)";
    DSA_G "ssh.host_key.dsa.g" Bytes "DSA subgroup generator (g)";
    DSA_Y "ssh.host_key.dsa.y" Bytes "DSA public key (y)";
    ECDSA_ID "ssh.host_key.ecdsa.id" Text "ECDSA elliptic curve identifier";
    ECDSA_ID_LENGTH "ssh.host_key.ecdsa.id_length" U32 "ECDSA elliptic curve identifier length";
    ECDSA_Q "ssh.host_key.ecdsa.q" Bytes "ECDSA public key (Q)";
    ECDSA_Q_LENGTH "ssh.host_key.ecdsa.q_length" U32 "ECDSA public key length";
    EDDSA_KEY "ssh.host_key.eddsa.key" Bytes "EdDSA public key";
    EDDSA_KEY_LENGTH "ssh.host_key.eddsa.key_length" U32 "EdDSA public key length";
    HOST_SIG_LENGTH "ssh.host_sig.length" U32 "Host signature length";
    HOST_SIG_TYPE_LENGTH "ssh.host_sig.type_length" U32 "Host signature type length";
    HOST_SIG_TYPE "ssh.host_sig.type" Text "Host signature type";
    HOST_SIG_DATA "ssh.host_sig.data" Bytes "Host signature data";
    HOST_SIG_RSA "ssh.host_sig.rsa" Bytes "RSA signature";
    HOST_SIG_DSA "ssh.host_sig.dsa" Bytes "DSA signature";
    DH_E "ssh.dh.e" Bytes "DH client e";
    DH_F "ssh.dh.f" Bytes "DH server f";
    DH_GEX_MIN "ssh.dh_gex.min" U32 "DH GEX Min";
    DH_GEX_NBITS "ssh.dh_gex.nbits" U32 "DH GEX Number of Bits";
    DH_GEX_MAX "ssh.dh_gex.max" U32 "DH GEX Max";
    DH_GEX_P "ssh.dh_gex.p" Bytes "DH GEX modulus (P)";
    DH_GEX_G "ssh.dh_gex.g" Bytes "DH GEX base (G)";
    ECDH_Q_C "ssh.ecdh.q_c" Bytes "ECDH client's ephemeral public key (Q_C)";
    ECDH_Q_C_LENGTH "ssh.ecdh.q_c_length" U32 "ECDH client's ephemeral public key length";
    ECDH_Q_S "ssh.ecdh.q_s" Bytes "ECDH server's ephemeral public key (Q_S)";
    ECDH_Q_S_LENGTH "ssh.ecdh.q_s_length" U32 "ECDH server's ephemeral public key length";
    MPINT_LENGTH "ssh.mpint_length" U32 "Multi Precision Integer Length";
    PACKET_DECODE_ERROR "ssh.packet_decode.error" None "Packet decoded length not equal to packet length" expert (Warning, Protocol);
    KEY_LENGTH_ERROR "ssh.key_length.error" None "Invalid key length" expert (Error, Protocol);
    _ "ssh.service_name" Text "Service Name" unread "SSH encrypts it";
    _ "ssh.disconnect_reason" X32 "Disconnect reason" unread "Wireshark reads it in decrypted packets only";
    _ "ssh.disconnect_description" Text "Disconnect description" unread "Wireshark reads it in decrypted packets only";
    _ "ssh.userauth_user_name" Text "User Name" unread "SSH encrypts it";
    _ "ssh.userauth_method_name" Text "Method Name" unread "SSH encrypts it";
    _ "ssh.userauth_password" Text "Password" unread "SSH encrypts it";
}

/// The messages of version 2 (RFC 4250, section 4.1.2), but those that depend on the key exchange.
pub(super) const MESSAGES: Values = Values::Names(&[
    (1, "Disconnect"),
    (2, "Ignore"),
    (3, "Unimplemented"),
    (4, "Debug"),
    (5, "Service Request"),
    (6, "Service Accept"),
    (20, "Key Exchange Init"),
    (21, "New Keys"),
    (50, "User Authentication Request"),
    (51, "User Authentication Failure"),
    (52, "User Authentication Success"),
    (53, "User Authentication Banner"),
    (60, "Public Key algorithm accepted"),
    (80, "Global Request"),
    (81, "Request Success"),
    (82, "Request Failure"),
    (90, "Channel Open"),
    (91, "Channel Open Confirmation"),
    (92, "Channel Open Failure"),
    (93, "Window Adjust"),
    (94, "Channel Data"),
    (95, "Channel Extended Data"),
    (96, "Channel EOF"),
    (97, "Channel Close"),
    (98, "Channel Request"),
    (99, "Channel Success"),
    (100, "Channel Failure"),
]);

/// The messages of version 1.
pub(super) const MESSAGES_1: Values =
    Values::Names(&[(0, "No Message"), (1, "Disconnect"), (2, "Public Key"), (3, "Session Key"), (4, "User")]);

/// The messages of a key exchange with Diffie-Hellman (RFC 4253, section 8).
pub(super) const DH_MESSAGES: Values =
    Values::Names(&[(30, "Diffie-Hellman Key Exchange Init"), (31, "Diffie-Hellman Key Exchange Reply")]);

/// The messages of a key exchange in a group that the server chooses (RFC 4419).
pub(super) const GROUP_MESSAGES: Values = Values::Names(&[
    (30, "Diffie-Hellman Group Exchange Request (Old)"),
    (31, "Diffie-Hellman Group Exchange Group"),
    (32, "Diffie-Hellman Group Exchange Init"),
    (33, "Diffie-Hellman Group Exchange Reply"),
    (34, "Diffie-Hellman Group Exchange Request"),
]);

/// The messages of a key exchange on elliptic curves (RFC 5656, section 4).
pub(super) const CURVE_MESSAGES: Values = Values::Names(&[
    (30, "Elliptic Curve Diffie-Hellman Key Exchange Init"),
    (31, "Elliptic Curve Diffie-Hellman Key Exchange Reply"),
]);
