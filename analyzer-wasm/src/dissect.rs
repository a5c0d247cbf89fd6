//! Walks one packet, layer after layer, and notes the fields that are wanted.
//!
//! A protocol's `dissect` reads its header with the [`Layer`] cursor and says in [`Next`] what follows; the walker looks
//! that up among the protocols and goes on. A packet never makes an error: what was read stays, and one last node says
//! what was wrong.

mod decode_as;
mod expert;
mod found;
mod layer;
mod line;
mod note;
mod packet;
mod protocol;
mod stream;
mod tables;
mod walk;

pub use found::{DataSource, Ends, Found, Node, Span, View};
pub use layer::Layer;
pub use line::Line;
pub use note::Mark;
pub use packet::{Columns, Packet, columns};
pub use protocol::{Beginning, Next, Protocol, Stop};
pub use stream::note_afterwards;
pub use tables::{ExpertFields, Heuristic, Key, KeyKind, Name, Protocols, Special, Table, Tables};

use crate::endpoints::Endpoints;
use crate::field::{FieldSet, Values};
use crate::memory::Memory;
use crate::value::big_endian;

/// Walks a packet and notes the wanted fields in `found`, which is emptied first. `tables` say which protocol follows.
pub fn dissect<'m>(
    tables: &'m Tables,
    packet: &'m Packet<'m>,
    memory: &'m mut Memory<'m>,
    wanted: &'m FieldSet,
    found: &'m mut Found,
) {
    found.clear(tables.protocols());
    walk::walk(tables, packet, memory, wanted, found);
}

/// A `summary` that only names the protocol.
pub fn name_only(view: &View<'_>, columns: &mut Columns) {
    columns.protocol.clear();
    columns.protocol.push_str(view.protocol().column);
}

/// A `summary` that names the protocol, and gives what the layer left with [`Layer::summarize`].
pub fn as_summarized(view: &View<'_>, columns: &mut Columns) {
    name_only(view, columns);
    view.summarized().unwrap_or_default().clone_into(&mut columns.info);
}

/// A `summary` that leaves the columns as they are.
pub fn silent(_: &View<'_>, _: &mut Columns) {}

/// The integer of one to eight bytes that these begin with, and how many it has (RFC 9000, section 16).
pub fn variable_length(bytes: &[u8]) -> Option<(u64, usize)> {
    let width = 1 << (bytes.first()? >> 6);
    let value = big_endian(bytes.get(..width)?);
    // The first two bits are the width.
    Some((value & (u64::MAX >> (66 - 8 * width as u32)), width))
}

/// The name of an integer in a table of names, or its number.
pub fn name_or_number(values: &Values, value: u64) -> String {
    values.name(value).map_or_else(|| format!("Unknown ({value})"), str::to_owned)
}
