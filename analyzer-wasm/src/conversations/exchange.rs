//! What a layer says of the conversation that its packet belongs to.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Declares the layers that have conversations: constant, filter name, title, whether its ends have ports.
macro_rules! conversing {
    ($($variant:ident $name:literal $title:literal $ports:literal;)*) => {
        /// A layer that has conversations.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum Conversing {
            $($variant,)*
        }

        impl Conversing {
            /// Every one; its place here is its number.
            pub const ALL: &'static [Conversing] = &[$(Conversing::$variant,)*];
            /// How many there are.
            pub const COUNT: usize = Conversing::ALL.len();

            /// The filter name of its protocol.
            pub fn name(self) -> &'static str {
                match self { $(Conversing::$variant => $name,)* }
            }

            /// What people call it.
            pub fn title(self) -> &'static str {
                match self { $(Conversing::$variant => $title,)* }
            }

            /// Whether its ends have ports, so that its conversations are streams.
            pub fn has_ports(self) -> bool {
                match self { $(Conversing::$variant => $ports,)* }
            }
        }
    };
}

conversing! {
    Ethernet "eth" "Ethernet" false;
    Ipv4 "ip" "IPv4" false;
    Ipv6 "ipv6" "IPv6" false;
    Tcp "tcp" "TCP" true;
    Udp "udp" "UDP" true;
}

/// Between whom a layer goes, the sender first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    /// Two stations of a link.
    Ether([[u8; 6]; 2]),
    /// Two hosts.
    Ipv4([Ipv4Addr; 2]),
    /// Two hosts.
    Ipv6([Ipv6Addr; 2]),
    /// Two ports, in the stream with this number: one pair of ports can have several streams, one after the other. See
    /// [`super::Conversations::number`].
    Stream {
        /// Number of the stream.
        number: u32,
        /// Number of the conversation.
        conversation: u32,
        /// Whether the sender comes second in it.
        turned: bool,
    },
}

/// One layer's part in a conversation. A quoted layer has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exchange {
    /// Which layer.
    pub layer: Conversing,
    /// Between whom.
    pub between: Between,
    /// Bytes that the layer carries, on the wire.
    pub payload: u32,
}
