//! The keys of Initial packets, which follow from what their client calls the server by (RFC 9001, section 5; RFC 9369).

use aes_gcm::aead::AeadInPlace;
use aes_gcm::aes::Aes128;
use aes_gcm::aes::cipher::BlockEncrypt;
use aes_gcm::{Aes128Gcm, KeyInit};
use hkdf::Hkdf;
use sha2::Sha256;

/// Bytes that prove that a packet is whole.
pub(super) const TAG: usize = 16;
/// Where the sample that a header is protected with begins behind the packet number's first byte, and its length.
const SAMPLE_AT: usize = 4;
const SAMPLE: usize = 16;

/// What a version's keys are made with.
struct Recipe {
    salt: [u8; 20],
    /// Names of a key, of an initialization vector, and of a header's key.
    labels: [&'static str; 3],
    retry_key: [u8; 16],
    retry_nonce: [u8; 12],
}

const LABELS: [&str; 3] = ["quic key", "quic iv", "quic hp"];

/// RFC 9001, sections 5.2 and 5.8.
#[rustfmt::skip]
static VERSION_1: Recipe = Recipe {
    salt: [0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17, 0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a],
    labels: LABELS,
    retry_key: [0xbe, 0x0c, 0x69, 0x0b, 0x9f, 0x66, 0x57, 0x5a, 0x1d, 0x76, 0x6b, 0x54, 0xe3, 0x68, 0xc8, 0x4e],
    retry_nonce: [0x46, 0x15, 0x99, 0xd3, 0x5d, 0x63, 0x2b, 0xf2, 0x23, 0x98, 0x25, 0xbb],
};

/// RFC 9369, section 3.3.
#[rustfmt::skip]
static VERSION_2: Recipe = Recipe {
    salt: [0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93, 0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9],
    labels: ["quicv2 key", "quicv2 iv", "quicv2 hp"],
    retry_key: [0x8f, 0xb4, 0xb0, 0x1b, 0x56, 0xac, 0x48, 0xe2, 0x60, 0xfb, 0xcb, 0xce, 0xad, 0x7c, 0xcc, 0x92],
    retry_nonce: [0xd8, 0x69, 0x69, 0xbc, 0x2d, 0x7c, 0x6d, 0x99, 0x90, 0xef, 0xb0, 0x4a],
};

/// draft-ietf-quic-tls-29 to -32.
#[rustfmt::skip]
static DRAFT_29: Recipe = Recipe {
    salt: [0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2, 0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61, 0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99],
    labels: LABELS,
    retry_key: [0xcc, 0xce, 0x18, 0x7e, 0xd0, 0x9a, 0x09, 0xd0, 0x57, 0x28, 0x15, 0x5a, 0x6c, 0xb9, 0x6b, 0xe1],
    retry_nonce: [0xe5, 0x49, 0x30, 0xf9, 0x7f, 0x21, 0x36, 0xf0, 0x53, 0x0a, 0x8c, 0x1c],
};

/// draft-ietf-quic-tls-23 to -28.
#[rustfmt::skip]
const DRAFT_23: Recipe = Recipe {
    salt: [0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb, 0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4, 0x63, 0x65, 0xbe, 0xf9, 0xf5, 0x02],
    labels: LABELS,
    retry_key: [0x4d, 0x32, 0xec, 0xdb, 0x2a, 0x21, 0x33, 0xc8, 0x41, 0xe4, 0x04, 0x3d, 0xf2, 0x7d, 0x44, 0x30],
    retry_nonce: [0x4d, 0x16, 0x11, 0xd0, 0x55, 0x13, 0xa5, 0x52, 0xc5, 0x87, 0xd5, 0x75],
};

/// draft-ietf-quic-tls-21 and -22, with which Facebook began.
#[rustfmt::skip]
static DRAFT_22: Recipe = Recipe {
    salt: [0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb, 0xe9, 0x19, 0x3a, 0x96, 0xcd, 0x21, 0x51, 0x9e, 0xbd, 0x7a, 0x02, 0x64, 0x4a],
    ..DRAFT_23
};

/// Google's Q050, whose Retry nobody checks.
#[rustfmt::skip]
static GOOGLE_50: Recipe = Recipe {
    salt: [0x50, 0x45, 0x74, 0xef, 0xd0, 0x66, 0xfe, 0x2f, 0x9d, 0x94, 0x5c, 0xfc, 0xdb, 0xd3, 0xa7, 0xf0, 0xd3, 0xb5, 0x6b, 0x45],
    ..DRAFT_23
};

/// Google's T050.
#[rustfmt::skip]
static GOOGLE_T50: Recipe = Recipe {
    salt: [0x7f, 0xf5, 0x79, 0xe5, 0xac, 0xd0, 0x72, 0x91, 0x55, 0x80, 0x30, 0x4c, 0x43, 0xa2, 0x36, 0x7c, 0x60, 0x48, 0x83, 0x10],
    ..DRAFT_23
};

/// Google's T051.
#[rustfmt::skip]
static GOOGLE_T51: Recipe = Recipe {
    salt: [0x7a, 0x4e, 0xde, 0xf4, 0xe7, 0xcc, 0xee, 0x5f, 0xa4, 0x50, 0x6c, 0x19, 0x12, 0x4f, 0xc8, 0xcc, 0xda, 0x6e, 0x03, 0x3d],
    ..DRAFT_23
};

/// The packet protection keys of one side (RFC 9001, section 5.1).
pub(super) struct PacketKeys {
    packets: Aes128Gcm,
    vector: [u8; 12],
    headers: Aes128,
}

/// A packet whose header is no longer protected.
pub(super) struct Unmasked {
    /// Its first byte.
    pub(super) first: u8,
    /// Its number.
    pub(super) number: u64,
    /// How many bytes that has in the packet.
    pub(super) length: usize,
}

impl PacketKeys {
    /// Those with which a client or its server protects Initial packets.
    pub(super) fn of(version: u32, original: &[u8], server: bool) -> Option<PacketKeys> {
        let recipe = recipe(version);
        let (_, initial) = Hkdf::<Sha256>::extract(Some(&recipe.salt), original);
        let mut secret = [0; 32];
        expand(&initial, if server { "server in" } else { "client in" }, &mut secret)?;
        let secret = Hkdf::<Sha256>::from_prk(&secret).ok()?;
        let [key_label, vector_label, header_label] = recipe.labels;
        let (mut key, mut vector, mut header) = ([0; 16], [0; 12], [0; 16]);
        expand(&secret, key_label, &mut key)?;
        expand(&secret, vector_label, &mut vector)?;
        expand(&secret, header_label, &mut header)?;
        Some(PacketKeys { packets: Aes128Gcm::new(&key.into()), vector, headers: Aes128::new(&header.into()) })
    }

    /// Takes the protection off the header of a packet whose number begins at `at` (RFC 9001, section 5.4). `greatest` is
    /// the greatest number of its sender before.
    pub(super) fn unmask(&self, packet: &[u8], at: usize, greatest: Option<u64>) -> Option<Unmasked> {
        let sample = packet.get(at + SAMPLE_AT..at + SAMPLE_AT + SAMPLE)?;
        let mut mask: [u8; SAMPLE] = sample.try_into().ok()?;
        self.headers.encrypt_block((&mut mask).into());
        let [first_mask, number_mask @ ..] = mask;
        let first = packet.first()? ^ (first_mask & 0x0f);
        let length = usize::from(first & 0x03) + 1;
        let masked = packet.get(at..at + length)?.iter().zip(number_mask);
        let truncated = masked.fold(0, |number, (byte, mask)| number << 8 | u64::from(byte ^ mask));
        Some(Unmasked { first, number: whole_number(truncated, length, greatest), length })
    }

    /// Decrypts a packet whose number begins at `at`; nothing where it is not whole or not of these keys.
    pub(super) fn decrypt(&self, packet: &[u8], at: usize, unmasked: &Unmasked) -> Option<Vec<u8>> {
        let (header, payload) = packet.split_at_checked(at + unmasked.length)?;
        let (payload, tag) = payload.split_at_checked(payload.len().checked_sub(TAG)?)?;
        let mut header = header.to_vec();
        *header.first_mut()? = unmasked.first;
        let number = unmasked.number.to_be_bytes();
        let bytes = number.get(number.len() - unmasked.length..)?;
        header.get_mut(at..)?.copy_from_slice(bytes);
        let mut nonce = self.vector;
        nonce.iter_mut().rev().zip(number.iter().rev()).for_each(|(byte, number)| *byte ^= number);
        let mut payload = payload.to_vec();
        self.packets.decrypt_in_place_detached(&nonce.into(), &header, &mut payload, tag.into()).ok()?;
        Some(payload)
    }
}

/// Whether the tag of a Retry is what follows from what the client called the server by (RFC 9001, section 5.8).
pub(super) fn retry_is_whole(version: u32, original: &[u8], packet: &[u8]) -> bool {
    let parts = packet.len().checked_sub(TAG).and_then(|length| packet.split_at_checked(length));
    let Some((rest, tag)) = parts else { return false };
    let recipe = recipe(version);
    let pseudo = [&[original.len() as u8], original, rest].concat();
    let cipher = Aes128Gcm::new(&recipe.retry_key.into());
    cipher.decrypt_in_place_detached(&recipe.retry_nonce.into(), &pseudo, &mut [], tag.into()).is_ok()
}

/// The whole of a packet number, of which a packet has the last bytes (RFC 9000, appendix A.3).
fn whole_number(truncated: u64, length: usize, greatest: Option<u64>) -> u64 {
    let Some(expected) = greatest.map(|greatest| greatest + 1) else { return truncated };
    let window = 1_u64 << (8 * length);
    let candidate = expected & !(window - 1) | truncated;
    if candidate + window / 2 <= expected && candidate < (1 << 62) - window {
        candidate + window
    } else if candidate > expected + window / 2 && candidate >= window {
        candidate - window
    } else {
        candidate
    }
}

/// `HKDF-Expand-Label` without a context (RFC 8446, section 7.1).
fn expand(secret: &Hkdf<Sha256>, label: &str, out: &mut [u8]) -> Option<()> {
    let length = (out.len() as u16).to_be_bytes();
    let label_length = [b"tls13 ".len() as u8 + label.len() as u8];
    let info: [&[u8]; 5] = [&length, &label_length, b"tls13 ", label.as_bytes(), &[0]];
    secret.expand_multi_info(&info, out).ok()
}

fn recipe(version: u32) -> &'static Recipe {
    match super::version::draft(version) {
        _ if version == super::version::TWO => &VERSION_2,
        _ if version == super::version::GOOGLE_Q050 => &GOOGLE_50,
        _ if version == super::version::GOOGLE_T050 => &GOOGLE_T50,
        _ if version == super::version::GOOGLE_T051 => &GOOGLE_T51,
        1..=22 => &DRAFT_22,
        23..=28 => &DRAFT_23,
        29..=32 => &DRAFT_29,
        0 | 33.. => &VERSION_1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocols::testing::bytes;

    /// What RFC 9001 and RFC 9369 call the server by in their examples.
    const ORIGINAL: [u8; 8] = [0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08];

    #[test]
    fn the_servers_initial_packet_of_the_standard_is_decrypted() {
        // RFC 9001, appendix A.3.
        let packet = bytes(
            "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f5ede4c\
             f73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7a\
             af2f58891850abbdca3d20398c276456cbc42158407dd074ee",
        );
        let keys = PacketKeys::of(1, &ORIGINAL, true).unwrap();
        let unmasked = keys.unmask(&packet, 18, None).unwrap();
        assert_eq!((unmasked.first, unmasked.number, unmasked.length), (0xc1, 1, 2));
        let plain = keys.decrypt(&packet, 18, &unmasked).unwrap();
        assert_eq!(plain.get(..10), Some(&bytes("02000000000600405a02")[..]));
        let mut changed = packet.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(keys.decrypt(&changed, 18, &unmasked), None);
        assert_eq!(keys.decrypt(packet.get(..19).unwrap(), 18, &unmasked), None);
    }

    #[test]
    fn retries_of_the_standards_are_whole() {
        // RFC 9001, appendix A.4; RFC 9369, appendix A.4.
        for (version, packet) in [
            (1, "ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba"),
            (0x6b33_43cf, "cf6b3343cf0008f067a5502a4262b5746f6b656ec8646ce8bfe33952d955543665dcc7b6"),
        ] {
            assert!(retry_is_whole(version, &ORIGINAL, &bytes(packet)));
            assert!(!retry_is_whole(version, &[], &bytes(packet)));
        }
    }

    #[test]
    fn numbers_are_completed_by_those_before() {
        // The example of RFC 9000, appendix A.3, then both ends of a window.
        assert_eq!(whole_number(0x9b32, 2, Some(0xa82f_30ea)), 0xa82f_9b32);
        assert_eq!(whole_number(0x01, 1, Some(0xff)), 0x101);
        assert_eq!(whole_number(0xff, 1, Some(0x100)), 0xff);
        assert_eq!(whole_number(0x07, 1, None), 7);
    }
}
