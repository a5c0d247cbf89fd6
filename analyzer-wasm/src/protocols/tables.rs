//! Dissector tables in which several protocols look things up.

use crate::dissect::Table;

/// By the link type of an interface (LINKTYPE_ values).
pub const WTAP_ENCAP: Table = Table::numbers("wtap_encap").announced();
/// By Ethertype (IEEE 802), which the stack holds too.
pub const ETHERTYPE: Table = Table::numbers("ethertype").announced().shown_as("ethertype");
/// By the protocol number of IPv4, the next header of IPv6 (IANA).
pub const IP_PROTO: Table = Table::numbers("ip.proto");
/// By the protocol type of GRE, which is an Ethertype or a number of its own.
pub const GRE_PROTO: Table = Table::numbers("gre.proto");
/// By TCP port, of either side.
pub const TCP_PORT: Table = Table::numbers("tcp.port").heuristics("tcp");
/// By media type: a whole one, `text/` for all of a kind, `+xml` for all with a suffix (RFC 6838, section 4.2.8).
pub const MEDIA_TYPE: Table = Table::texts("media_type");
