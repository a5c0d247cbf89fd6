//! Bytes of no known protocol.

use crate::dissect::{Key, Layer, Next, Protocol, Stop, silent};
use crate::value::Value;

/// Bytes of no known protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "data",
    title: "Data",
    column: "DATA",
    tables: &[("media_type", Key::Text("application/octet-stream"))],
    fields: FIELDS,
    dissect,
    summary: silent,
    as_body: |_, _| String::new(),
    ..Protocol::PLAIN
};

crate::fields! { data
    DATA "data.data" Bytes "Data";
    LENGTH "data.len" I32 "Length";
}

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let length = l.left();
    l.title(|| format!("Data ({length} byte{})", if length == 1 { "" } else { "s" }));
    l.bytes_left(DATA);
    l.generated(LENGTH, Value::Int(length as i64));
    Ok(Next::End)
}
