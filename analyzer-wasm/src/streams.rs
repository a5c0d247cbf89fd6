//! Bytes that packets carry one behind the other: put in order, cut into PDUs, and analyzed.

mod analysis;
mod course;
mod direction;
mod framed;
mod ordered;
mod piece;
mod segment;
mod tcp;
mod udp;

pub use course::Course;
pub(crate) use direction::Direction;
pub use framed::{Measure, Plan};
pub(crate) use framed::{MeasureBy, Shared, Step};
pub use piece::{Assembled, Piece};
pub(crate) use segment::before;
pub use segment::{Analysis, Segment, SegmentFacts};
pub(crate) use tcp::{Carried, Tcp, TcpTracking};
pub(crate) use udp::Udp;
pub use udp::{Datagram, DatagramFacts};
