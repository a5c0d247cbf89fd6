//! IPv6 hop-by-hop options (RFC 8200, section 4.3).

use super::ipv6;
use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::protocols::numbers;

/// IPv6 hop-by-hop options.
pub static PROTOCOL: Protocol = Protocol {
    name: "ipv6.hopopts",
    title: "IPv6 Hop-by-Hop Option",
    column: "IPv6 Hop-by-Hop",
    tables: &[("ip.proto", Key::Number(0))],
    part: true,
    family: "ipv6",
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { hopopts
    NXT "ipv6.hopopts.nxt" U8 "Next Header" values (numbers::IP_PROTOCOLS);
    LEN "ipv6.hopopts.len" U8 "Length";
    LEN_OCT "ipv6.hopopts.len_oct" U16 "Length";
}

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let (next, _) = ipv6::options::header(l, [NXT, LEN, LEN_OCT])?;
    l.join();
    Ok(ipv6::following(next))
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    ipv6::extension_columns(view, columns, "IPv6 hop-by-hop options", NXT);
}
