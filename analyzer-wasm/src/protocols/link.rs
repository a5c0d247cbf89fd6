//! Link layers, and what stands between them and the network layer.

pub mod arcnet;
pub mod avsp;
pub mod chdlc;
pub mod cmd;
pub mod erf;
pub mod eth;
pub mod ethertype;
pub mod fddi;
pub mod fr;
pub mod ieee8021ad;
pub mod llc;
pub mod macsec;
pub mod mpls;
pub mod nflog;
pub mod null;
pub mod ppi;
pub mod ppp;
pub mod pppoes;
pub mod pwethcw;
pub mod radiotap;
pub mod raw;
pub mod sll;
pub mod tr;
pub mod vlan;
pub mod vntag;
pub mod wlan;
