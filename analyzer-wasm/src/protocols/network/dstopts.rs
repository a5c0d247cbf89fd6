//! IPv6 destination options (RFC 8200, section 4.6).

use super::ipv6;
use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::protocols::numbers;

/// IPv6 destination options.
pub static PROTOCOL: Protocol = Protocol {
    name: "ipv6.dstopts",
    title: "Destination Options for IPv6",
    column: "IPv6 Destination",
    tables: &[("ip.proto", Key::Number(60))],
    part: true,
    family: "ipv6",
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { dstopts
    NXT "ipv6.dstopts.nxt" U8 "Next Header" values (numbers::IP_PROTOCOLS);
    LEN "ipv6.dstopts.len" U8 "Length";
    LEN_OCT "ipv6.dstopts.len_oct" U16 "Length";
}

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let (next, home) = ipv6::options::header(l, [NXT, LEN, LEN_OCT])?;
    if let Some(home) = home {
        // A mobile host names the address under which it is known (RFC 6275, section 6.3).
        let destination = l.endpoints().destination;
        l.divert(home.into(), destination);
    }
    l.join();
    Ok(ipv6::following(next))
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    ipv6::extension_columns(view, columns, "IPv6 destination options", NXT);
    let home = view.written(ipv6::OPT_HOME_ADDRESS);
    if !home.is_empty() {
        columns.source = home;
    }
}
