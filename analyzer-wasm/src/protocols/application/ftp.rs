//! File Transfer Protocol: commands and replies (RFC 959, RFC 2428).

mod address;
mod endpoints;
mod names;
mod session;

use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::protocols::lines::{self, TextLine};
use crate::protocols::secured;
use crate::value::{Datum, Value};
use endpoints::{command, reply};
pub(super) use session::{command_of, setup_of};

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
fn whole_line(l: &mut Layer<'_, '_>, line: TextLine<'_>) {
    let (start, end) = (l.at(), l.at() + line.length);
    let bytes = l.slice(start, end);
    l.text(start, end, || lines::shown(bytes));
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    let request = view.uint(REQUEST) == Some(1);
    columns.protocol = PROTOCOL.column.into();
    let Some(Datum::Bytes(bytes)) = view.node(SELF).map(|node| view.datum(node)) else { return };
    let line = lines::shown(lines::first(bytes).text);
    columns.info = format!("{}: {line}", if request { "Request" } else { "Response" });
}

#[cfg(test)]
mod tests;
