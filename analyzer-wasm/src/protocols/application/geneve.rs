//! Generic Network Virtualization Encapsulation (RFC 8926).

use crate::dissect::{Key, Layer, Next, Protocol, Stop};
use crate::field::Values;
use crate::protocols::numbers;
use crate::protocols::tables;
use crate::value::Value;

/// Generic Network Virtualization Encapsulation.
pub static PROTOCOL: Protocol = Protocol {
    name: "geneve",
    title: "Generic Network Virtualization Encapsulation",
    column: "Geneve",
    tables: &[("udp.port", Key::Number(6081))],
    fields: FIELDS,
    dissect,
    ..Protocol::PLAIN
};

crate::fields! { geneve
    VERSION "geneve.version" U8 "Version";
    FLAGS "geneve.flags" X8 "Flags";
    FLAGS_OAM "geneve.flags.oam" Bool(8) "Operations, Administration and Management Frame" mask 0x80;
    FLAGS_CRITICAL "geneve.flags.critical" Bool(8) "Critical Options Present" mask 0x40;
    FLAGS_RESERVED "geneve.flags.reserved" Bool(8) "Reserved" mask 0x3f;
    PROTO_TYPE "geneve.proto_type" X16 "Protocol Type" values (numbers::ETHERTYPES);
    VNI "geneve.vni" X24 "Virtual Network Identifier (VNI)";
    RESERVED "geneve.reserved" X8 "Reserved" hidden true;
    OPTIONS "geneve.options" Bytes "Geneve Options";
    OPTION "geneve.option" Bytes "Option";
    OPTION_CLASS "geneve.option.class" X16 "Class" values CLASSES;
    OPTION_TYPE "geneve.option.type" X8 "Type";
    OPTION_TYPE_CRITICAL "geneve.option.type.critical" Bool(8) "Critical Option" mask 0x80 hidden true;
    OPTION_FLAGS "geneve.option.flags" X8 "Flags" hidden true;
    OPTION_FLAGS_RESERVED "geneve.option.flags.reserved" Bool(8) "Reserved" mask 0xe0;
    OPTION_LENGTH "geneve.option.length" U8 "Length";
    OPTION_UNKNOWN_DATA "geneve.option.unknown.data" Bytes "Unknown Option Data";
    VERSION_UNKNOWN "geneve.version.unknown" None "Unknown version" expert (Warning, Protocol);
    OPTION_LENGTH_INVALID "geneve.option.length.invalid" None "Invalid length for option" expert (Warning, Protocol);
}

/// Who gives meaning to an option's type (IANA, Geneve Option Class).
const CLASSES: Values = Values::Ranges(&[
    (0x0000, 0x00ff, "Standard"),
    (0x0100, 0x0100, "Linux"),
    (0x0101, 0x0101, "Open vSwitch"),
    (0x0102, 0x0102, "Open Virtual Networking (OVN)"),
    (0x0103, 0x0103, "In-band Network Telemetry (INT)"),
    (0x0104, 0x0104, "VMware"),
    (0x0105, 0x0105, "Amazon.com, Inc."),
    (0x0106, 0x0106, "Cisco"),
    (0x0107, 0x0107, "Oracle Corporation"),
    (0xff00, 0xffff, "Experimental"),
]);

/// Length of an option's header, in bytes.
const OPTION_HEADER: usize = 4;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let start = l.at();
    let first = l.peek(0, 1)?;
    let (version, options) = (first >> 6, (first & 0x3f) as usize * 4);
    l.note(VERSION, start, start + 1, Value::Uint(version));
    if version != 0 {
        l.remark(VERSION_UNKNOWN, start, || format!("Unknown version {version}"));
    }
    l.note(OPTION_LENGTH, start, start + 1, Value::Uint(options as u64));
    l.label(|| format!("Length: {options} bytes"));
    l.skip(1)?;
    let mark = l.mark();
    let flags = l.flags(FLAGS, 1, &[FLAGS_OAM, FLAGS_CRITICAL, FLAGS_RESERVED])?;
    l.label_at(mark, || {
        let oam = if flags & 0x80 != 0 { ", OAM" } else { "" };
        let critical = if flags & 0x40 != 0 { ", Critical Options Present" } else { "" };
        format!("Flags: 0x{flags:02x}{oam}{critical}")
    });
    let payload = l.u16(PROTO_TYPE)?;
    let network = l.u24(VNI)?;
    l.label(|| format!("Virtual Network Identifier (VNI): 0x{network:06x} ({network})"));
    l.title(|| format!("{}, VNI: 0x{network:06x}", PROTOCOL.title));
    l.u8(RESERVED)?;
    if options > 0 {
        let start = l.at();
        l.note(OPTIONS, start, start + options, Value::Bytes);
        l.label(|| format!("Options: ({options} bytes)"));
        l.below(|l| {
            l.within(options, |l| {
                while l.left() > 0 {
                    option(l)?;
                }
                Ok(())
            })
        })?;
    }
    // Not by way of an Ethertype: there is no such layer of its own here.
    Ok(Next::table(&tables::GRE_PROTO, payload))
}

fn option(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    let start = l.at();
    let (class, kind) = (l.peek(0, 2)?, l.peek(2, 1)?);
    let length = OPTION_HEADER + (l.peek(3, 1)? & 0x1f) as usize * 4;
    let critical = if kind & 0x80 != 0 { " (Critical)" } else { "" };
    l.note(OPTION, start, (start + length).min(l.end()), Value::Bytes);
    l.label(|| {
        let name = CLASSES.name(class).unwrap_or("Unknown");
        format!("Unknown, Class: {name} (0x{class:04x}) Type: 0x{kind:02x}{critical}")
    });
    l.below(|l| {
        l.u16(OPTION_CLASS)?;
        l.u8(OPTION_TYPE)?;
        l.label(|| format!("Type: 0x{kind:02x}{critical}"));
        l.note_uint(OPTION_TYPE_CRITICAL, start + 2, 1, kind);
        let flags = l.peek(0, 1)?;
        l.skip(1)?;
        l.note(OPTION_FLAGS, start + 3, start + 4, Value::Uint(flags & 0xe0));
        l.below(|l| l.note_uint(OPTION_FLAGS_RESERVED, start + 3, 1, flags));
        l.note(OPTION_LENGTH, start + 3, start + 4, Value::Uint(length as u64));
        l.label(|| format!("Length: {length} bytes"));
        if (flags & 0x1f) as usize * 4 > l.left() {
            l.remark(OPTION_LENGTH_INVALID, start, || "The option is longer than what is left for options".into());
            return Err(Stop::Malformed("an option is longer than what is left for options"));
        }
        if length > OPTION_HEADER {
            l.bytes(OPTION_UNKNOWN_DATA, length - OPTION_HEADER)?;
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::read;

    #[test]
    fn options_stand_before_what_is_carried() {
        let outer = "4500004a0001000040110000 0a0000010a000002 c00017c1 00360000";
        let inner = "4500001e12340000401154990a0000010a0000022b6756ce000a08406162";
        let packet = read(101, &format!("{outer} 02400800 00000a00 0101800101020304 {inner}").replace(' ', ""));
        assert_eq!(packet.of("frame.protocols"), ["raw:ip:udp:geneve:ip:udp:data"]);
        assert_eq!(packet.of("geneve.option.length"), ["8", "8"]);
        assert_eq!(packet.of("geneve.option.unknown.data"), ["01020304"]);
        let packet = read(101, &format!("{outer} 01400800 00000a00 0101800101020304 {inner}").replace(' ', ""));
        assert_eq!(packet.of("_ws.malformed").len(), 1, "the option does not fit");
    }
}
