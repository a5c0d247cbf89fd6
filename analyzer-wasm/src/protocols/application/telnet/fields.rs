//! What Telnet contains, and what its numbers are called.

use crate::field::Values;

crate::fields! { telnet
    CMD "telnet.cmd" U8 "Command" values COMMANDS;
    SUBCMD "telnet.subcmd" U8 "Subcommand";
    AUTH_NAME "telnet.auth.name" Text "Name";
    AUTH_CMD "telnet.auth.cmd" U8 "Auth Cmd" values AUTH_COMMANDS;
    AUTH_TYPE "telnet.auth.type" U8 "Auth Type" values AUTH_TYPES;
    AUTH_MOD_CRED_FWD "telnet.auth.mod.cred_fwd" Bool(8) "Cred Fwd" mask 0x8 values FORWARDING;
    AUTH_MOD_WHO "telnet.auth.mod.who" Bool(8) "Who" mask 0x1 values WHO;
    AUTH_MOD_HOW "telnet.auth.mod.how" Bool(8) "How" mask 0x2 values HOW;
    AUTH_MOD_ENC "telnet.auth.mod.enc" U8 "Encrypt" mask 0x14 values AUTH_ENCRYPTION;
    AUTH_KRB5_CMD "telnet.auth.krb5.cmd" U8 "Command" values KERBEROS_COMMANDS;
    STRING_SUBOPT_VALUE "telnet.string_subopt.value" Text "Value";
    NAWS_SUBOPT_WIDTH "telnet.naws_subopt.width" U16 "Width";
    NAWS_SUBOPT_HEIGHT "telnet.naws_subopt.height" U16 "Height";
    RFC_SUBOPT_CMD "telnet.rfc_subopt.cmd" U8 "Command" values FLOW;
    TABSTOP "telnet.tabstop" U8 "Tabstop value";
    ENC_CMD "telnet.enc.cmd" U8 "Enc Cmd" values ENC_COMMANDS;
    ENC_TYPE "telnet.enc.type" U8 "Enc Type" values ENC_TYPES;
    ENC_TYPE_DATA "telnet.enc.type_data" Bytes "Type-specific data";
    ENC_KEY_ID "telnet.enc.key_id" Bytes "Key ID";
    DATA "telnet.data" Text "Data";
    OPTION_DATA "telnet.option_data" Bytes "Option data";
    SUBCOMMAND_DATA "telnet.subcommand_data" Bytes "Subcommand data";
    STARTTLS "telnet.starttls" U8 "Follows";
    INVALID_SUBCOMMAND "telnet.invalid_subcommand" None "Invalid subcommand" expert (Warning, Protocol);
    ENC_CMD_UNKNOWN "telnet.enc.cmd.unknown" None "Unknown encryption command" expert (Warning, Protocol);
    SUBOPTION_LENGTH_INVALID "telnet.suboption_length.invalid" None "Bogus suboption data" expert (Warning, Protocol);
}

pub(super) const COMMANDS: Values = Values::Names(&[
    (236, "End of File"),
    (237, "Suspend Current Process"),
    (238, "Abort Process"),
    (239, "End of Record"),
    (240, "Suboption End"),
    (241, "No Operation"),
    (242, "Data Mark"),
    (243, "Break"),
    (244, "Interrupt Process"),
    (245, "Abort Output"),
    (246, "Are You There?"),
    (247, "Escape Character"),
    (248, "Erase Line"),
    (249, "Go Ahead"),
    (250, "Suboption"),
    (251, "Will"),
    (252, "Won't"),
    (253, "Do"),
    (254, "Don't"),
]);
/// Options (IANA, "Telnet Options").
pub(super) const OPTIONS: Values = Values::Names(&[
    (0, "Binary Transmission"),
    (1, "Echo"),
    (2, "Reconnection"),
    (3, "Suppress Go Ahead"),
    (4, "Approx Message Size Negotiation"),
    (5, "Status"),
    (6, "Timing Mark"),
    (7, "Remote Controlled Trans and Echo"),
    (8, "Output Line Width"),
    (9, "Output Page Size"),
    (10, "Output Carriage-Return Disposition"),
    (11, "Output Horizontal Tab Stops"),
    (12, "Output Horizontal Tab Disposition"),
    (13, "Output Formfeed Disposition"),
    (14, "Output Vertical Tabstops"),
    (15, "Output Vertical Tab Disposition"),
    (16, "Output Linefeed Disposition"),
    (17, "Extended ASCII"),
    (18, "Logout"),
    (19, "Byte Macro"),
    (20, "Data Entry Terminal"),
    (21, "SUPDUP"),
    (22, "SUPDUP Output"),
    (23, "Send Location"),
    (24, "Terminal Type"),
    (25, "End of Record"),
    (26, "TACACS User Identification"),
    (27, "Output Marking"),
    (28, "Terminal Location Number"),
    (29, "Telnet 3270 Regime"),
    (30, "X.3 PAD"),
    (31, "Negotiate About Window Size"),
    (32, "Terminal Speed"),
    (33, "Remote Flow Control"),
    (34, "Linemode"),
    (35, "X Display Location"),
    (36, "Environment Option"),
    (37, "Authentication Option"),
    (38, "Encryption Option"),
    (39, "New Environment Option"),
    (40, "TN3270E"),
    (41, "XAUTH"),
    (42, "CHARSET"),
    (43, "Remote Serial Port"),
    (44, "COM Port Control"),
    (45, "Suppress Local Echo"),
    (46, "Start TLS"),
    (47, "KERMIT"),
    (48, "SEND-URL"),
    (49, "FORWARD_X"),
]);
const AUTH_COMMANDS: Values = Values::Names(&[(0, "IS"), (1, "SEND"), (2, "REPLY"), (3, "NAME")]);
const AUTH_TYPES: Values = Values::Names(&[
    (0, "NULL"),
    (1, "Kerberos v4"),
    (2, "Kerberos v5"),
    (3, "SPX"),
    (4, "MINK"),
    (5, "SRP"),
    (6, "RSA"),
    (7, "SSL"),
    (10, "LOKI"),
    (11, "SSA"),
    (12, "KEA_SJ"),
    (13, "KEA_SJ_INTEG"),
    (14, "DSS"),
    (15, "NTLM"),
]);
const FORWARDING: Values = Values::Flag("Client WILL forward auth creds", "Client will NOT forward auth creds");
const WHO: Values = Values::Flag("Mask server to client", "Mask client to server");
const HOW: Values = Values::Flag("MUTUAL authentication", "One Way authentication");
const AUTH_ENCRYPTION: Values = Values::Names(&[(0, "Off"), (1, "Telnet Options"), (4, "Reserved")]);
const KERBEROS_COMMANDS: Values = Values::Names(&[
    (0, "Auth"),
    (1, "Reject"),
    (2, "Accept"),
    (3, "Response"),
    (4, "Forward"),
    (5, "Forward Accept"),
    (6, "Forward Reject"),
]);
const FLOW: Values = Values::Names(&[(0, "OFF"), (1, "ON"), (2, "RESTART-ANY"), (3, "RESTART-XON")]);
const ENC_COMMANDS: Values = Values::Names(&[
    (0, "IS"),
    (1, "SUPPORT"),
    (2, "REPLY"),
    (3, "START"),
    (4, "END"),
    (5, "REQUEST-START"),
    (6, "REQUEST-END"),
    (7, "ENC_KEYID"),
    (8, "DEC_KEYID"),
]);
const ENC_TYPES: Values = Values::Names(&[
    (0, "NULL"),
    (1, "DES_CFB64"),
    (2, "DES_OFB64"),
    (3, "DES3_CFB64"),
    (4, "DES3_OFB64"),
    (8, "CAST5_40_CFB64"),
    (9, "CAST5_40_OFB64"),
    (10, "CAST128_CFB64"),
    (11, "CAST128_OFB64"),
]);
