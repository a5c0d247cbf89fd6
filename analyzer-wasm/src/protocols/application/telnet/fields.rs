//! What Telnet contains.

use super::names::*;

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
