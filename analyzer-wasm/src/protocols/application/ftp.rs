//! File Transfer Protocol: commands and replies (RFC 959, RFC 2428).

mod address;
mod names;
mod session;

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::field::FieldId;
use crate::protocols::lines::{self, Line};
use crate::protocols::secured;
use crate::value::{Datum, Value};
use address::Named;
use session::Method;
pub(super) use session::{command_of, setup_of};
use std::net::IpAddr;

/// File Transfer Protocol, the connection that carries commands.
pub static PROTOCOL: Protocol = Protocol {
    name: "ftp",
    title: "File Transfer Protocol (FTP)",
    column: "FTP",
    tables: &[("tcp.port", Key::Number(21))],
    fields: FIELDS,
    dissect,
    summary,
    pdu_length: Some(secured::as_it_comes),
    ..Protocol::PLAIN
};

crate::fields! { ftp
    REQUEST "ftp.request" Bool(0) "Request" hidden true;
    RESPONSE "ftp.response" Bool(0) "Response" hidden true;
    REQUEST_COMMAND "ftp.request.command" Text "Request command";
    REQUEST_ARG "ftp.request.arg" Text "Request arg";
    RESPONSE_CODE "ftp.response.code" U32 "Response code" values (names::REPLIES);
    RESPONSE_ARG "ftp.response.arg" Text "Response arg";
    PASSIVE_IP "ftp.passive.ip" Ipv4 "Passive IP address";
    PASSIVE_PORT "ftp.passive.port" U16 "Passive port";
    PASSIVE_NAT "ftp.passive.nat" Bool(0) "Passive IP NAT";
    ACTIVE_IP "ftp.active.cip" Ipv4 "Active IP address";
    ACTIVE_PORT "ftp.active.port" U16 "Active port";
    ACTIVE_NAT "ftp.active.nat" Bool(0) "Active IP NAT";
    EPRT_AF "ftp.eprt.af" U8 "Extended active address family" values (names::FAMILIES);
    EPRT_IP "ftp.eprt.ip" Ipv4 "Extended active IP address";
    EPRT_IPV6 "ftp.eprt.ipv6" Ipv6 "Extended active IPv6 address";
    EPRT_PORT "ftp.eprt.port" U16 "Extended active port";
    EPRT_INVALID "ftp.eprt.args_invalid" None "EPRT arguments must have the form: |<family>|<addr>|<port>|" expert (Warning, Malformed);
    EPSV_IP "ftp.epsv.ip" Ipv4 "Extended passive IPv4 address";
    EPSV_IPV6 "ftp.epsv.ipv6" Ipv6 "Extended passive IPv6 address";
    EPSV_PORT "ftp.epsv.port" U16 "Extended passive port";
    EPSV_INVALID "ftp.epsv.args_invalid" None "EPSV arguments must have the form (|||<port>|)" expert (Warning, Malformed);
    PWD_INVALID "ftp.response.pwd.invalid" None "Invalid PWD response" expert (Error, Malformed);
    DIRECTORY "ftp.current-working-directory" Text "Current working directory";
    COMMAND_FRAME "ftp.command-frame" Frame "Command frame";
    COMMAND "ftp.command" Text "Command";
    SETUP_FRAME "ftp.setup-frame" Frame "Setup frame";
    _ "ftp.command-response.first-frame-num" Frame "Command response first frame" unread "Dropcap does not count the bytes of a transfer for its command";
    _ "ftp.command-response.last-frame-num" Frame "Command response last frame" unread "Dropcap does not count the bytes of a transfer for its command";
    _ "ftp.command-response.frames" U32 "Command response frames" unread "Dropcap does not count the bytes of a transfer for its command";
    _ "ftp.command-response.bytes" U32 "Command response bytes" unread "Dropcap does not count the bytes of a transfer for its command";
    _ "ftp.command-response.duration" U32 "Response duration" unread "Dropcap does not count the bytes of a transfer for its command";
    _ "ftp.command-response.bitrate" U32 "Response bitrate" unread "Dropcap does not count the bytes of a transfer for its command";
}

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    if secured::is_secured(l) {
        return Err(Stop::NotMine);
    }
    let request = lines::is_request(l, &PROTOCOL);
    l.generated(REQUEST, Value::Uint(request.into()));
    l.generated(RESPONSE, Value::Uint((!request).into()));
    let start = l.at();
    let line = lines::first(l.rest());
    whole_line(l, line);
    let frame = l.packet().number;
    let setup = l.below(|l| if request { command(l, line) } else { reply(l, line) })?;
    l.seek(start + line.length)?;
    while l.left() > 0 {
        let line = lines::first(l.rest());
        whole_line(l, line);
        l.skip(line.length)?;
    }
    if setup {
        // What the connection was for is only known to those who know later packets.
        if let Some(command) = command_of(l, frame) {
            l.generated_text(COMMAND, command.line.as_bytes());
            l.generated(COMMAND_FRAME, Value::Uint(command.frame.into()));
        }
    } else if request && let Some(setup) = session::served(l) {
        l.generated(SETUP_FRAME, Value::Uint(setup.into()));
    }
    let directory = session::directory(l);
    l.beside(|l| l.generated_text(DIRECTORY, directory.as_bytes()));
    Ok(Next::End)
}

/// Notes a line of text with its end.
fn whole_line(l: &mut Layer<'_, '_>, line: Line<'_>) {
    let (start, end) = (l.at(), l.at() + line.length);
    let bytes = l.slice(start, end);
    l.text(start, end, || lines::shown(bytes));
}

/// Reads a command; tells whether it names an endpoint for the data.
fn command(l: &mut Layer<'_, '_>, line: Line<'_>) -> Result<bool, Stop> {
    let (command, argument) = lines::word(line.text);
    l.bytes(REQUEST_COMMAND, command.len())?;
    l.skip(argument - command.len())?;
    let start = l.at();
    let text = line.text.get(argument..).unwrap_or_default();
    if !text.is_empty() {
        l.bytes(REQUEST_ARG, text.len())?;
    }
    session::commanded(l, command, text);
    if command.eq_ignore_ascii_case(b"PORT") {
        return Ok(address::six_numbers(text).is_some_and(|named| {
            let source = l.endpoints().source;
            note_address(l, (ACTIVE_IP, ACTIVE_PORT), start, &named);
            if named.address != source {
                l.note(ACTIVE_NAT, start, start, Value::Uint(1));
            }
            session::set_up(l, Method::Port, named.address, named.port);
            true
        }));
    }
    if command.eq_ignore_ascii_case(b"EPRT") {
        extended(l, start, text);
    } else {
        session::asked(l, line.text);
    }
    Ok(false)
}

/// Reads a reply; tells whether it names an endpoint for the data.
fn reply(l: &mut Layer<'_, '_>, line: Line<'_>) -> Result<bool, Stop> {
    let code = match line.text {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', ..] => {
            [a, b, c].iter().fold(0, |code, digit| code * 10 + u64::from(**digit - b'0'))
        }
        // A line between the first and the last of a long reply.
        _ => {
            if !line.text.is_empty() {
                l.bytes(RESPONSE_ARG, line.text.len())?;
            }
            return Ok(false);
        }
    };
    let start = l.at();
    l.note(RESPONSE_CODE, start, start + 3, Value::Uint(code));
    l.skip(line.text.len().min(4))?;
    let (at, text) = (l.at(), line.text.get(4..).unwrap_or_default());
    if !text.is_empty() {
        l.bytes(RESPONSE_ARG, text.len())?;
    }
    if !session::replied(l, code, text) {
        l.generated_at(PWD_INVALID, at, Value::None);
    }
    match code {
        227 => {
            let Some(named) = address::six_numbers(text) else { return Ok(false) };
            let source = l.endpoints().source;
            note_address(l, (PASSIVE_IP, PASSIVE_PORT), at, &named);
            if named.address != source {
                l.note(PASSIVE_NAT, at, at, Value::Uint(1));
            }
            session::set_up(l, Method::Passive, named.address, named.port);
            Ok(true)
        }
        229 => {
            let Some((port, (from, to))) = address::extended_port(text) else {
                l.generated_at(EPSV_INVALID, at, Value::None);
                return Ok(false);
            };
            let server = l.endpoints().source;
            note_ip(l, (EPSV_IP, EPSV_IPV6), (start, start), server);
            l.note(EPSV_PORT, at + from, at + to, Value::Uint(port.into()));
            session::set_up(l, Method::ExtendedPassive, server, port);
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// Reads the endpoint of an `EPRT`: `|2|2001:db8::1|40000|`.
fn extended(l: &mut Layer<'_, '_>, start: usize, text: &[u8]) {
    let Some(named) = address::extended(text) else {
        l.generated_at(EPRT_INVALID, start, Value::None);
        return;
    };
    l.note(EPRT_AF, start + named.family.0, start + named.family.1, Value::Uint(named.number));
    let place = (start + named.address_at.0, start + named.address_at.1);
    note_ip(l, (EPRT_IP, EPRT_IPV6), place, named.address);
    l.note(EPRT_PORT, start + named.port_at.0, start + named.port_at.1, Value::Uint(named.port.into()));
    session::expect(l, named.address, named.port);
}

/// Notes the address and the port of six numbers, which begin at `start`.
fn note_address(l: &mut Layer<'_, '_>, (ip, port): (FieldId, FieldId), start: usize, named: &Named) {
    note_ip(l, (ip, ip), (start + named.address_at.0, start + named.address_at.1), named.address);
    l.note(port, start + named.port_at.0, start + named.port_at.1, Value::Uint(named.port.into()));
}

/// Notes an address, which is text in the packet.
fn note_ip(l: &mut Layer<'_, '_>, (v4, v6): (FieldId, FieldId), (start, end): (usize, usize), address: IpAddr) {
    match address {
        IpAddr::V4(address) => l.note(v4, start, end, Value::Uint(u32::from(address).into())),
        IpAddr::V6(address) => l.note_text(v6, start, end, &address.octets()),
    }
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    let request = view.uint(REQUEST) == Some(1);
    columns.protocol = PROTOCOL.column.into();
    let Some(Datum::Bytes(bytes)) = view.node(SELF).map(|node| view.datum(node)) else { return };
    let line = lines::shown(lines::first(bytes).text);
    columns.info = format!("{}: {line}", if request { "Request" } else { "Response" });
}

#[cfg(test)]
mod tests {
    use crate::protocols::testing::{Read, Reader, Talk, tcp};

    /// Reads a line that goes from or to port 21, in raw IPv4.
    fn read(reader: &mut Reader, ports: (u16, u16), payload: &[u8]) -> Read {
        reader.read_bytes(101, &tcp(ports, 1, payload))
    }

    #[test]
    fn a_passive_reply_makes_the_connection_to_its_port_one_of_data() {
        let mut reader = Reader::default();
        let before = read(&mut reader, (40001, 5001), b"data");
        assert_eq!(before.row()[2], "TCP");
        let reply = read(&mut reader, (21, 40000), b"227 Entering Passive Mode (198,51,100,1,19,137).\r\n");
        assert_eq!(reply.row()[3], "Response: 227 Entering Passive Mode (198,51,100,1,19,137).");
        assert_eq!(reply.of("ftp.passive.ip"), ["198.51.100.1"]);
        assert_eq!(reply.of("ftp.passive.port"), ["5001"]);
        let command = read(&mut reader, (40000, 21), b"RETR a.txt\r\n");
        assert_eq!(command.of("ftp.request.arg"), ["a.txt"]);
        let data = read(&mut reader, (40002, 5001), b"data");
        assert_eq!(data.row()[2..], ["FTP-DATA", "FTP Data: 4 bytes (PASV) (RETR a.txt)"]);
        assert_eq!(data.of("ftp-data.setup-frame"), ["2"]);
        assert_eq!(data.of("ftp-data.command-frame"), ["3"]);
    }

    #[test]
    fn extended_replies_and_commands_name_endpoints_too() {
        let mut reader = Reader::default();
        let command = read(&mut reader, (40000, 21), b"EPRT |1|192.0.2.1|5002|\r\n");
        assert_eq!(command.of("ftp.eprt.ip"), ["192.0.2.1"]);
        let data = read(&mut reader, (4000, 5002), b"\x00\x01");
        assert_eq!(data.row()[2..], ["FTP-DATA", "FTP Data: 2 bytes"]);
        let reply = read(&mut reader, (21, 40000), b"229 Extended (|||5003|)\r\n");
        assert_eq!(reply.of("ftp.epsv.port"), ["5003"]);
        let data = read(&mut reader, (40003, 5003), b"x");
        assert_eq!(data.row()[3], "FTP Data: 1 bytes (EPASV)");
    }

    #[test]
    fn the_directory_follows_the_commands() {
        let mut talk = Talk::to(21);
        let mut say = |to_server: bool, line: &str| {
            let read = if to_server { talk.client(line) } else { talk.server(line) };
            read.of("ftp.current-working-directory").join("|")
        };
        assert_eq!(say(true, "PWD\r\n"), "");
        assert_eq!(say(false, "257 \"/pub\" is current\r\n"), "/pub");
        assert_eq!(say(true, "CWD a/b\r\n"), "/pub");
        assert_eq!(say(false, "250 done\r\n"), "/pub/a/b");
        assert_eq!(say(true, "CWD ..\r\n"), "/pub/a/b");
        assert_eq!(say(false, "550 no\r\n"), "/pub/a/b");
        assert_eq!(say(true, "CDUP\r\n"), "/pub/a/b");
        assert_eq!(say(false, "250 done\r\n"), "/pub/a");
    }
}
