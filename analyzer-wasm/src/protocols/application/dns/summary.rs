//! The Info line of a message: what is asked, and all that is answered.

use super::fields::*;
use super::names::{OPCODES, RCODES};
use super::types;
use crate::dissect::{Columns, Node, View};
use crate::field::FieldId;
use crate::protocols::TEXT;
use crate::value::{Value, write_datum};

/// The values that stand behind a record's type, in the order in which they stand in its data.
const SHOWN: &[FieldId] = &[
    A,
    AAAA,
    NS,
    CNAME,
    DNAME,
    PTR_DOMAIN_NAME,
    SOA_MNAME,
    MX_PREFERENCE,
    MX_MAIL_EXCHANGE,
    KX_PREFERENCE,
    KX_KEY_EXCHANGE,
    SRV_PRIORITY,
    SRV_WEIGHT,
    SRV_PORT,
    SRV_TARGET,
    NAPTR_ORDER,
    NAPTR_PREFERENCE,
    NAPTR_FLAGS,
    HINFO_CPU,
    HINFO_OS,
    WKS_ADDRESS,
    A6_PREFIX_LEN,
    A6_ADDRESS_SUFFIX,
    A6_PREFIX_NAME,
    NXT_NEXT_DOMAIN_NAME,
    NSEC_NEXT_DOMAIN_NAME,
    WINSR_NAME_RESULT_DOMAIN,
];

/// The types that show their owner's name instead.
const OWNED: &[u16] = &[
    types::MD,
    types::MF,
    types::MB,
    types::MG,
    types::MR,
    types::NULL,
    types::MINFO,
    types::RP,
    types::AFSDB,
    types::X25,
    types::ISDN,
    types::RT,
    types::NSAP,
    types::NSAP_PTR,
    types::PX,
    types::GPOS,
    types::APL,
    types::DHCID,
    types::NSEC3PARAM,
    types::TLSA,
    types::HIP,
];

/// Writes the columns of DNS, mDNS and LLMNR. Of several messages in a segment the last one is shown.
pub(in crate::protocols) fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = view.protocol().column.into();
    columns.info.clear();
    let (Some(id), Some(flags)) = (view.uint(ID), view.uint(FLAGS)) else { return };
    let info = &mut columns.info;
    let opcode = flags >> 11 & 15;
    match OPCODES.name(opcode) {
        Some(name) => info.push_str(name),
        None => info.push_str(&format!("Unknown operation ({opcode})")),
    }
    let response = flags & 0x8000 != 0;
    info.push_str(&format!("{} 0x{id:04x}", if response { " response" } else { "" }));
    if response && flags & 15 != 0 {
        match RCODES.name(flags & 15) {
            Some(name) => info.push_str(&format!(" {name}")),
            None => info.push_str(&format!(" Unknown error ({})", flags & 15)),
        }
    }
    questions_and_records(view, info);
}

fn questions_and_records(view: &View<'_>, info: &mut String) {
    let mut name: Option<&Node> = None;
    // The type of the record that is being read; a bitmap's types come after the record's own.
    let mut kind = None;
    let mut flush = "";
    for node in view.nodes() {
        match (node.field, node.value) {
            (TEXT, _) => (name, kind, flush) = (None, None, ""),
            (QRY_NAME | RESP_NAME, _) => name = Some(node),
            (QRY_TYPE | RESP_TYPE, Value::Uint(value)) if kind.is_none() => kind = Some(value as u16),
            (QRY_CLASS, _) => {
                info.push_str(&format!(" {}", types::short(kind.unwrap_or_default())));
                push(view, info, name);
            }
            (QRY_QU, Value::Uint(unicast)) => {
                info.push_str(if unicast == 1 { ", \"QU\" question" } else { ", \"QM\" question" });
            }
            (RESP_CACHE_FLUSH, Value::Uint(1)) => flush = ", cache flush",
            (RESP_LEN, Value::Uint(length)) => {
                info.push_str(&format!(" {}{flush}", types::short(kind.unwrap_or_default())));
                if length > 0 && kind.is_some_and(|kind| OWNED.contains(&kind)) {
                    push(view, info, name);
                }
            }
            (field, _) if SHOWN.contains(&field) => push(view, info, Some(node)),
            _ => {}
        }
    }
}

fn push(view: &View<'_>, info: &mut String, node: Option<&Node>) {
    if let Some(node) = node {
        info.push(' ');
        write_datum(info, view.protocols().field(node.field), view.datum(node));
    }
}
