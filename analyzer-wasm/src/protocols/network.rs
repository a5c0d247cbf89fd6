//! Network layers, their extension headers and control messages, and tunnels of the network layer.

pub mod ah;
pub mod arp;
pub mod dstopts;
pub mod erspan;
pub mod fraghdr;
pub mod gre;
pub mod hopopts;
pub mod icmp;
pub mod icmpv6;
pub mod igmp;
pub mod ip;
pub mod ipcomp;
pub mod ipv6;
pub mod nsh;
pub mod pim;
pub mod routing;
