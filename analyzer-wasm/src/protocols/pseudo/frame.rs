//! The packet itself: when, where and how much of it was captured.

mod encapsulations;

use crate::capture::Custom;
use crate::dissect::{Columns, Layer, Next, Packet, Protocol, Stop, View};
use crate::field::{Look, Values};
use crate::protocols::expert;
use crate::protocols::tables;
use crate::value::Value;

/// The packet itself.
pub static PROTOCOL: Protocol = Protocol {
    name: "frame",
    title: "Frame",
    column: "Frame",
    declares: &[tables::WTAP_ENCAP],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { frame
    SECTION_NUMBER "frame.section_number" U32 "Section number";
    INTERFACE_ID "frame.interface_id" U32 "Interface id";
    INTERFACE_NAME "frame.interface_name" Text "Interface name";
    ENCAP_TYPE "frame.encap_type" I16 "Encapsulation type" values (encapsulations::NAMES);
    TIME "frame.time" Time "Arrival Time";
    OFFSET_SHIFT "frame.offset_shift" Duration "Time shift for this packet";
    TIME_EPOCH "frame.time_epoch" Time "Epoch Time" look (Look::Seconds);
    TIME_DELTA "frame.time_delta" Duration "Time delta from previous captured frame";
    TIME_DELTA_DISPLAYED "frame.time_delta_displayed" Duration "Time delta from previous displayed frame";
    TIME_RELATIVE "frame.time_relative" Duration "Time since reference or first frame";
    NUMBER "frame.number" U32 "Frame Number";
    LENGTH "frame.len" U32 "Frame length on the wire";
    CAPTURED_LENGTH "frame.cap_len" U32 "Frame length stored into the capture file";
    MARKED "frame.marked" Bool(0) "Frame is marked";
    IGNORED "frame.ignored" Bool(0) "Frame is ignored";
    PROTOCOLS "frame.protocols" Text "Protocols in frame";
    COMMENT "frame.comment" Text "Comment";
    CB_PEN "frame.cb_pen" U32 "Private Enterprise Number";
    CB_COPY "frame.cb_copy" Bool(1) "Copying" values (Values::Flag("Allowed", "Not Allowed"));
    LEN_LT_CAPLEN "frame.len_lt_caplen" None "Frame length is less than captured length" expert (Error, Malformed);
    _ "frame.file_off" I64 "File Offset" unread "Wireshark shows it only with a preference that is off by default";
    _ "frame.interface_description" Text "Interface description" unread "of what a pcapng file says of packets and interfaces, only comments and names are read";
    _ "frame.interface_queue" U32 "Interface queue" unread "of what a pcapng file says of packets and interfaces, only comments and names are read";
    _ "frame.packet_flags" X32 "Packet flags" unread "of what a pcapng file says of packets and interfaces, only comments and names are read";
    _ "frame.packet_id" U64 "Packet id" unread "of what a pcapng file says of packets and interfaces, only comments and names are read";
    _ "frame.drop_count" U64 "Drop Count" unread "of what a pcapng file says of packets and interfaces, only comments and names are read";
    _ "frame.comment.expert" None "Formatted comment" unread "Dropcap does not look for what it warns of";
    _ "frame.time_invalid" None "Arrival Time: Fractional second out of range (0-1000000000)" unread "Dropcap does not look for what it warns of";
    _ "frame.incomplete" None "Incomplete dissector" unread "Dropcap does not look for what it warns of";
}

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let packet = *l.packet();
    let (number, captured) = (packet.number, packet.bytes.len());
    l.title(|| {
        let mut title = format!(
            "Frame {number}: {} bytes on wire ({} bits), {captured} bytes captured ({} bits)",
            packet.length,
            u64::from(packet.length) * 8,
            captured * 8
        );
        if packet.pcapng {
            let name = interface_name(&packet);
            title.push_str(&format!(" on interface {name}, id {}", packet.interface));
        }
        title
    });
    if let Some(custom) = packet.custom {
        return Ok(custom_block(l, custom));
    }
    let at = l.at();
    let here = |l: &mut Layer<'_, '_>, field, value| l.note(field, at, at, value);
    for comment in packet.comments {
        l.note_text(COMMENT, at, at, comment.as_bytes());
    }
    if packet.pcapng {
        here(l, SECTION_NUMBER, Value::Uint(u64::from(packet.section) + 1));
        here(l, INTERFACE_ID, Value::Uint(u64::from(packet.interface)));
        let name = interface_name(&packet);
        l.label(|| format!("Interface id: {} ({name})", packet.interface));
        l.below(|l| l.note_text(INTERFACE_NAME, at, at, name.as_bytes()));
    }
    if l.wants(ENCAP_TYPE) {
        here(l, ENCAP_TYPE, Value::Int(encapsulations::number(packet.link)));
    }
    if let Some((seconds, nanoseconds)) = packet.time {
        let duration = |(seconds, nanoseconds)| Value::Time(seconds, nanoseconds);
        here(l, TIME, Value::Time(seconds, nanoseconds));
        here(l, OFFSET_SHIFT, Value::Time(0, 0));
        here(l, TIME_EPOCH, Value::Time(seconds, nanoseconds));
        here(l, TIME_DELTA, duration(packet.since_previous.unwrap_or_default()));
        here(l, TIME_DELTA_DISPLAYED, duration(packet.since_displayed));
        here(l, TIME_RELATIVE, duration(packet.since_first));
    }
    here(l, NUMBER, Value::Uint(u64::from(number)));
    here(l, LENGTH, Value::Uint(u64::from(packet.length)));
    l.label(|| format!("Frame Length: {} bytes ({} bits)", packet.length, u64::from(packet.length) * 8));
    here(l, CAPTURED_LENGTH, Value::Uint(captured as u64));
    l.label(|| format!("Capture Length: {captured} bytes ({} bits)", captured * 8));
    if (packet.length as usize) < captured {
        l.below(|l| l.generated(LEN_LT_CAPLEN, Value::None));
    }
    here(l, MARKED, Value::Uint(0));
    here(l, IGNORED, Value::Uint(0));
    l.call(Next::table(&tables::WTAP_ENCAP, packet.link));
    if l.wants(PROTOCOLS) {
        let names: Vec<&str> = l.stack().map(|protocol| protocol.name).filter(|name| !is_hidden(name)).collect();
        l.note_text_behind_payload(PROTOCOLS, at, at, names.join(":").as_bytes());
    }
    if (packet.length as usize) < captured {
        expert::malformed(l);
    }
    Ok(Next::End)
}

/// What a program keeps among the packets.
fn custom_block(l: &mut Layer<'_, '_>, custom: Custom) -> Next {
    let at = l.at();
    let (number, length) = (l.packet().number, u64::from(l.packet().length));
    let owner = owner(custom.owner);
    l.title(|| {
        let copying = if custom.copied { "allowed" } else { "not allowed" };
        format!(
            "PCAPNG Custom Block {number}: {length} bytes ({} bits) of custom data and options, PEN {owner}, copying {copying}",
            length * 8
        )
    });
    l.note(SECTION_NUMBER, at, at, Value::Uint(u64::from(l.packet().section) + 1));
    l.note(NUMBER, at, at, Value::Uint(number.into()));
    l.note(LENGTH, at, at, Value::Uint(length));
    l.label(|| format!("Frame Length: {length} bytes ({} bits)", length * 8));
    l.note(CAPTURED_LENGTH, at, at, Value::Uint(length));
    l.label(|| format!("Capture Length: {length} bytes ({} bits)", length * 8));
    l.note(MARKED, at, at, Value::Uint(0));
    l.note(IGNORED, at, at, Value::Uint(0));
    l.note(CB_PEN, at, at, Value::Uint(custom.owner.into()));
    l.label(|| format!("Private Enterprise Number: {owner}"));
    l.note(CB_COPY, at, at, Value::Uint(custom.copied.into()));
    l.call(Next::Data);
    if l.wants(PROTOCOLS) {
        l.note_text_behind_payload(PROTOCOLS, at, at, b"data");
    }
    Next::End
}

/// The owner of a Private Enterprise Number; only the one for documentation (RFC 5612) is known by name.
fn owner(number: u32) -> String {
    let name = if number == 32473 { "Example Enterprise Number for Documentation Use" } else { "Unknown" };
    format!("{name} ({number})")
}

/// The interface's name, or the word for one that has none.
fn interface_name<'p>(packet: &Packet<'p>) -> &'p str {
    if packet.interface_name.is_empty() { "unknown" } else { packet.interface_name }
}

/// Whether a layer is a note of the analyzer's own, which the list of protocols leaves out.
fn is_hidden(name: &str) -> bool {
    name == "frame" || name.starts_with("_ws.")
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    let packet = view.packet();
    if let Some(custom) = packet.custom {
        let copied = if custom.copied { "will be copied" } else { "will not be copied" };
        columns.protocol = "PCAPNG".into();
        columns.info = format!("Custom Block: PEN = {}, {copied}", owner(custom.owner));
        return;
    }
    columns.protocol = format!("LINKTYPE {}", packet.link);
}
