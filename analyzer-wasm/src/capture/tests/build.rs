//! Writes captures. Numbers are in either byte order.

/// A byte order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Little,
    Big,
}

impl End {
    pub(super) fn u16(self, number: u16) -> [u8; 2] {
        if self == End::Big { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    pub(super) fn u32(self, number: u32) -> [u8; 4] {
        if self == End::Big { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    pub(super) fn u64(self, number: u64) -> [u8; 8] {
        if self == End::Big { number.to_be_bytes() } else { number.to_le_bytes() }
    }

    pub(super) fn words(self, numbers: &[u32]) -> Vec<u8> {
        numbers.iter().flat_map(|&number| self.u32(number)).collect()
    }

    /// A pcap's head.
    pub(super) fn head(self, magic: u32, version: (u16, u16), snap_length: u32, link: u32) -> Vec<u8> {
        let mut head = self.u32(magic).to_vec();
        head.extend(self.u16(version.0));
        head.extend(self.u16(version.1));
        head.extend(self.words(&[0, 0, snap_length, link]));
        head
    }

    /// A pcap's record.
    pub(super) fn record(self, time: (u32, u32), length: u32, packet: &[u8]) -> Vec<u8> {
        self.record_with(time, length, &[], packet)
    }

    /// A pcap's record with more numbers before the packet.
    pub(super) fn record_with(self, time: (u32, u32), length: u32, more: &[u8], packet: &[u8]) -> Vec<u8> {
        [&self.words(&[time.0, time.1, packet.len() as u32, length]), more, packet].concat()
    }

    /// A pcapng's block.
    pub(super) fn block(self, kind: u32, body: &[u8]) -> Vec<u8> {
        let mut body = body.to_vec();
        body.resize(body.len().next_multiple_of(4), 0);
        let length = body.len() as u32 + 12;
        [self.words(&[kind, length]), body, self.words(&[length])].concat()
    }

    pub(super) fn section(self) -> Vec<u8> {
        self.section_of((1, 0))
    }

    pub(super) fn section_of(self, version: (u16, u16)) -> Vec<u8> {
        let parts =
            [&self.u32(0x1a2b_3c4d)[..], &self.u16(version.0), &self.u16(version.1), &self.u64(u64::MAX)].concat();
        self.block(0x0a0d_0d0a, &parts)
    }

    pub(super) fn option(self, code: u16, value: &[u8]) -> Vec<u8> {
        let mut option = [&self.u16(code)[..], &self.u16(value.len() as u16), value].concat();
        option.resize(option.len().next_multiple_of(4), 0);
        option
    }

    pub(super) fn interface(self, link: u16, snap_length: u32, options: &[Vec<u8>]) -> Vec<u8> {
        let fixed = [&self.u16(link)[..], &self.u16(0), &self.u32(snap_length)].concat();
        self.block(1, &[fixed, options.concat()].concat())
    }

    /// An Enhanced Packet Block.
    pub(super) fn packet(self, interface: u32, ticks: u64, length: u32, packet: &[u8], options: &[Vec<u8>]) -> Vec<u8> {
        let (high, low) = ((ticks >> 32) as u32, ticks as u32);
        let mut body = self.words(&[interface, high, low, packet.len() as u32, length]);
        body.extend(packet);
        body.resize(body.len().next_multiple_of(4), 0);
        body.extend(options.concat());
        self.block(6, &body)
    }
}

pub(super) const MICROSECONDS: u32 = 0xa1b2_c3d4;
pub(super) const NANOSECONDS: u32 = 0xa1b2_3c4d;
pub(super) const MODIFIED: u32 = 0xa1b2_cd34;

/// A pcap with three packets, one of them cut and one empty.
pub(super) fn small_pcap(end: End) -> Vec<u8> {
    [
        end.head(MICROSECONDS, (2, 4), 262_144, 1),
        end.record((1_700_000_000, 5), 60, &[0xaa; 60]),
        end.record((1_700_000_001, 999_999), 1514, &[0xbb; 33]),
        end.record((1_700_000_002, 0), 0, &[]),
    ]
    .concat()
}

/// A pcapng with two sections of different byte order, three interfaces, and a block of every kind.
pub(super) fn large_pcapng() -> Vec<u8> {
    let (little, big) = (End::Little, End::Big);
    let address = [10, 0, 2, 15, b'v', b'm', 0];
    let names = [little.option(1, &address), little.u32(0).to_vec()].concat();
    [
        little.section(),
        little.interface(1, 0, &[little.option(2, b"eth0"), little.option(9, &[9]), little.option(0, b"")]),
        little.packet(0, 1_700_000_000_000_000_007, 60, &[1; 60], &[]),
        little.interface(113, 96, &[]),
        little.block(4, &names),
        little.packet(1, 1_700_000_000_000_000, 1514, &[2; 61], &[little.option(1, b"look"), little.option(0, b"")]),
        little.block(5, &[0; 12]),
        little.block(9, b"__REALTIME_TIMESTAMP=1\n"),
        little.block(0xbad, &[0, 0, 0x7e, 0xd9, 1]),
        big.section(),
        big.interface(101, 0, &[]),
        big.block(10, &[0; 8]),
        big.packet(0, 1_700_000_001_000_000, 20, &[3; 20], &[]),
        big.block(0x7777, &[9; 300]),
        big.block(3, &[&[0, 0, 0, 5][..], &[4; 5]].concat()),
    ]
    .concat()
}
