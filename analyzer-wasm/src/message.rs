//! Requests and replies: all that crosses between the page and the analyzer, in the page's words.
//!
//! Both ends are Rust, so a message is plain data encoded by `postcard`. Each request carries a serial number that every
//! reply to it repeats; a newer `Rows`, `Check`, `Complete`, `Filter` or `Pairs` makes the answer to an older
//! one worthless, and it may stay away.

mod envelope;
mod filter;
mod packets;
mod pairs;
mod views;

pub use envelope::{Envelope, FieldEntry, Progress, Ready, Reply, Request, decode, encode};
pub use filter::{Clause, Completion, Completions, FilterState, Fix, Macro, Nothing, Sort, Verdict};
pub use packets::{Bytes, Host, Nature, Opened, PacketDetails, PacketRow, Tint, TreeLine};
pub use pairs::{
    AnswerAddress, Chosen, Connection, Evidence, Handshake, Lookup, Moment, PairStatus, Race, ReportFile, ReportFormat,
    Usage,
};
pub use views::{Load, PairClient, PairGroup, PairLine, PairOrder, PairsShown, PairsWanted};
