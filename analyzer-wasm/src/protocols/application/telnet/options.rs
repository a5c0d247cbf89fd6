//! Suboptions: the parameters of an option on which both sides agreed.

use super::fields::*;
use crate::dissect::{Layer, Stop};
use crate::field::FieldId;

const HORIZONTAL_TAB_STOPS: u8 = 11;
const TERMINAL_TYPE: u8 = 24;
const WINDOW_SIZE: u8 = 31;
const REMOTE_FLOW_CONTROL: u8 = 33;
const X_DISPLAY_LOCATION: u8 = 35;
const AUTHENTICATION: u8 = 37;
const ENCRYPTION: u8 = 38;
const START_TLS: u8 = 46;

/// Reads the parameters of an option, which are all that is left. An option without parameters is only named.
pub(super) fn read(l: &mut Layer<'_, '_>, option: u8, name: &str) -> Result<(), Stop> {
    if l.left() == 0 {
        return Ok(());
    }
    match option {
        TERMINAL_TYPE | X_DISPLAY_LOCATION => {
            if value_follows(l, name)? {
                rest(l, STRING_SUBOPT_VALUE);
            }
        }
        HORIZONTAL_TAB_STOPS => {
            if value_follows(l, name)? {
                while l.left() > 0 {
                    tab_stop(l)?;
                }
            }
        }
        WINDOW_SIZE if l.left() == 4 => {
            l.u16(NAWS_SUBOPT_WIDTH)?;
            l.u16(NAWS_SUBOPT_HEIGHT)?;
        }
        WINDOW_SIZE => {
            let (at, length) = (l.at(), l.left());
            l.beside(|l| {
                l.remark(SUBOPTION_LENGTH_INVALID, at, || {
                    format!("Suboption parameter length is {length}, should be 4")
                });
            });
        }
        REMOTE_FLOW_CONTROL => {
            l.u8(RFC_SUBOPT_CMD)?;
        }
        START_TLS => {
            l.u8(STARTTLS)?;
        }
        AUTHENTICATION => authentication(l)?,
        ENCRYPTION => encryption(l)?,
        _ => {
            l.bytes_left(OPTION_DATA);
        }
    }
    l.seek(l.end())
}

/// Reads the command of a suboption: whether the option's value follows, or is asked for.
fn value_follows(l: &mut Layer<'_, '_>, name: &str) -> Result<bool, Stop> {
    let kind = l.u8(SUBCMD)?;
    match kind {
        0 => l.label(|| format!("Here's my {name}")),
        1 => l.label(|| format!("Send your {name}")),
        _ => {
            l.label(|| format!("Invalid {name} subcommand"));
            let at = l.at();
            l.remark(INVALID_SUBCOMMAND, at, || format!("Invalid {name} subcommand {kind}"));
            if l.left() > 0 {
                l.bytes_left(SUBCOMMAND_DATA);
            }
        }
    }
    Ok(kind == 0)
}

/// Reads a place on the line (RFC 653).
fn tab_stop(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let stop = l.u8(TABSTOP)?;
    l.label(|| match stop {
        0 => "Sender wants to handle tab stops".into(),
        1..=250 => format!("Sender wants receiver to handle tab stop at {stop}"),
        251..=254 => format!("Invalid value: {stop}"),
        255 => "Sender wants receiver to handle tab stops".into(),
    });
    Ok(())
}

/// Notes the rest as text.
fn rest(l: &mut Layer<'_, '_>, field: FieldId) {
    l.note_ascii(field, l.at(), l.end());
}

/// RFC 2941, section 2.
fn authentication(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    const IS: u8 = 0;
    const SEND: u8 = 1;
    const REPLY: u8 = 2;
    const NAME: u8 = 3;
    match l.u8(AUTH_CMD)? {
        IS | REPLY => {
            way(l)?;
            if l.left() > 0 {
                l.u8(AUTH_KRB5_CMD)?;
            }
        }
        SEND => {
            while l.left() > 0 {
                way(l)?;
            }
        }
        NAME => rest(l, AUTH_NAME),
        _ => {}
    }
    Ok(())
}

/// Reads a type of authentication, and what it is to do besides.
fn way(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    l.u8(AUTH_TYPE)?;
    l.bits(1, &[AUTH_MOD_ENC, AUTH_MOD_CRED_FWD, AUTH_MOD_HOW, AUTH_MOD_WHO])?;
    Ok(())
}

/// RFC 2946, section 2.
fn encryption(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    match l.u8(ENC_CMD)? {
        // IS and REPLY.
        0 | 2 => {
            l.u8(ENC_TYPE)?;
            l.bytes_left(ENC_TYPE_DATA);
        }
        // SUPPORT.
        1 => {
            while l.left() > 0 {
                l.u8(ENC_TYPE)?;
            }
        }
        // Those that name a key.
        3 | 7 | 8 => {
            l.bytes_left(ENC_KEY_ID);
        }
        4..=6 => {}
        _ => {
            let at = l.at();
            l.beside(|l| l.remark(ENC_CMD_UNKNOWN, at, || "Unknown encryption command".into()));
        }
    }
    Ok(())
}
