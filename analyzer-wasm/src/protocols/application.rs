//! Application protocols, and tunnels over UDP.

pub mod ayiya;
pub mod dhcp;
pub mod dns;
pub mod ftp;
pub mod ftp_data;
pub mod geneve;
pub mod gtp;
pub mod http;
pub mod llmnr;
pub mod mdns;
pub mod nbns;
pub mod ntp;
pub mod quic;
pub mod snmp;
pub mod ssdp;
pub mod ssh;
pub mod tftp;
pub mod tls;
pub mod vxlan;
