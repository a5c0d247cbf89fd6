//! Help on the toy's filters.

mod advice;
mod robust;

use super::{CaptureWords, Guide, Idioms, Unseen};
use crate::filter::{Language, Schema};

const IDIOMS: Idioms = Idioms {
    secured: &[],
    port: &["toy.port", "gone.port"],
    ipv4: ["toy.addr", "toy.src", "toy.dst"],
    ipv6: ["toy.six"; 3],
    ether: ["box.addr", "box.src", "box.dst"],
    host: &["toy.name"],
    address_of: &[("toy", "toy.addr")],
    text_of: &[("toy", "toy.name")],
    meant: &[],
    unread: &[],
    number: &["toy.level"],
    whole: "box",
    services: &[],
    addresses: &[],
    capitals: &[],
    small: &[],
    capture: CaptureWords::NONE,
};

/// What help on the toy's filters is given from.
fn guide<'l>(schema: &'l Schema, macros: &'l [(String, String)]) -> Guide<'l> {
    Guide { language: Language { schema, macros }, idioms: &IDIOMS, seen: &Unseen }
}
