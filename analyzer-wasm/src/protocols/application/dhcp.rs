//! Dynamic Host Configuration Protocol (RFC 2131), and BOOTP, which it grew out of (RFC 951).

mod fields;
mod names;
mod options;
mod parts;
mod special;
mod table;

pub use fields::*;

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::FieldId;
use crate::protocols;
use crate::value::{Value, write_hex};
use names::MESSAGES;

/// Dynamic Host Configuration Protocol.
pub static PROTOCOL: Protocol = Protocol {
    name: "dhcp",
    title: "Dynamic Host Configuration Protocol",
    column: "DHCP",
    tables: &[("udp.port", Key::Numbers(&[67, 68, 4011]))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

/// Stands before the options (RFC 2131, section 3).
const MAGIC_COOKIE: u64 = 0x6382_5363;
const SERVER_LENGTH: usize = 64;
const FILE_LENGTH: usize = 128;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    l.u8(TYPE)?;
    let hardware = l.u8(HW_TYPE)?;
    let length = l.u8(HW_LEN)?;
    l.u8(HOPS)?;
    l.u32(ID)?;
    l.u16(SECS)?;
    let mark = l.mark();
    let flags = l.flags(FLAGS, 2, &[FLAGS_BC, FLAGS_RESERVED])?;
    l.label_at(mark, || {
        let broadcast = flags & 0x8000 != 0;
        let (flag, way) = if broadcast { (", Broadcast flag", "Broadcast") } else { ("", "Unicast") };
        format!("Bootp flags: 0x{flags:04x}{flag} ({way})")
    });
    for field in [IP_CLIENT, IP_YOUR, IP_SERVER, IP_RELAY] {
        l.ipv4(field)?;
    }
    client_address(l, hardware, usize::from(length).min(16))?;
    let names = l.at();
    let known = options::scan(l.slice(names + SERVER_LENGTH + FILE_LENGTH, l.end()));
    if known.server_overloaded {
        overloaded(l, SERVER_LENGTH, SERVER_NAME_OVERLOADED_BY_DHCP)?;
    } else {
        name(l, SERVER, SERVER_LENGTH, "Server host name")?;
    }
    if known.file_overloaded {
        overloaded(l, FILE_LENGTH, BOOT_FILENAME_OVERLOADED_BY_DHCP)?;
    } else {
        name(l, FILE, FILE_LENGTH, "Boot file name")?;
    }
    if known.message.is_none() {
        l.generated(BOOTP, Value::Uint(1));
    }
    if l.peek(0, 4)? == MAGIC_COOKIE {
        l.ipv4(COOKIE)?;
        l.label(|| "Magic cookie: DHCP".into());
        options::options(l, names)?;
    } else {
        l.bytes_left(VENDOR_SPECIFIC_OPTIONS);
    }
    Ok(Next::End)
}

/// The client's hardware address, in a place of sixteen bytes.
fn client_address(l: &mut Layer<'_, '_>, hardware: u8, length: usize) -> Result<(), Stop> {
    let start = l.at();
    if length == 0 {
        l.skip(16)?;
        l.text(start, start + 16, || "Client address not given".into());
        l.below(|l| l.note(CLIENT_ADDRESS_NOT_GIVEN, start, start + 16, Value::None));
        return Ok(());
    }
    if length == 6 && matches!(hardware, 1 | 6) {
        l.ether(HW_MAC_ADDR)?;
    } else {
        let address = l.bytes(HW_ADDR, 16)?.get(..length).unwrap_or_default();
        l.label(|| {
            let mut text = String::from("Client hardware address: ");
            write_hex(&mut text, address, None);
            text
        });
    }
    l.seek(start + length)?;
    if length < 16 {
        l.bytes(HW_ADDR_PADDING, 16 - length)?;
    }
    Ok(())
}

/// A name that a zero byte ends, in a place of fixed length.
fn name(l: &mut Layer<'_, '_>, field: FieldId, length: usize, title: &str) -> Result<(), Stop> {
    let text = l.bytes(field, length)?;
    if text.first() == Some(&0) {
        l.label(|| format!("{title} not given"));
    }
    Ok(())
}

/// A place for a name in which options stand instead; they are read where an option says so.
fn overloaded(l: &mut Layer<'_, '_>, length: usize, field: FieldId) -> Result<(), Stop> {
    let start = l.at();
    l.skip(length)?;
    l.text(start, start + length, || protocols::field(field).title.into());
    l.below(|l| l.note(field, start, start + length, Value::None));
    Ok(())
}

/// What a message is called; of DHCP only.
fn message_name(number: u64) -> String {
    MESSAGES.name(number).map_or_else(|| format!("Unknown Message Type (0x{number:02x})"), str::to_owned)
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.info.clear();
    if let Some(number) = view.uint(DHCP) {
        columns.protocol = PROTOCOL.column.into();
        let id = view.uint(ID).unwrap_or_default();
        columns.info = format!("DHCP {:<8} - Transaction ID 0x{id:x}", message_name(number));
        return;
    }
    columns.protocol = "BOOTP".into();
    columns.info = match view.uint(TYPE) {
        None => return,
        Some(1) => {
            let address = if view.has(HW_MAC_ADDR) { view.written(HW_MAC_ADDR) } else { view.written(HW_ADDR) };
            if address.is_empty() {
                return;
            }
            format!("Boot Request from {address} ({address})")
        }
        Some(2) => "Boot Reply".into(),
        Some(other) => format!("Unknown BOOTP message type ({other})"),
    };
}

#[cfg(test)]
mod tests;
