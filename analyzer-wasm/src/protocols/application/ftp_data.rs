//! File Transfer Protocol: the connections that carry files and listings (RFC 959, section 3.2).

use super::ftp;
use crate::dissect::{Columns, Key, Layer, Next, Protocol, Stop, View};
use crate::value::Value;

/// File Transfer Protocol, a connection that carries data.
pub static PROTOCOL: Protocol = Protocol {
    name: "ftp-data",
    title: "FTP Data",
    column: "FTP-DATA",
    tables: &[("tcp.port", Key::Number(20))],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

crate::fields! { ftp_data
    SETUP_FRAME "ftp-data.setup-frame" Frame "Setup frame";
    SETUP_METHOD "ftp-data.setup-method" Text "Setup method";
    COMMAND "ftp-data.command" Text "Command";
    COMMAND_FRAME "ftp-data.command-frame" Frame "Command frame";
    DIRECTORY "ftp-data.current-working-directory" Text "Current working directory";
}

/// Bytes at the beginning that distinguish text from anything else.
const TOLD_BY: usize = 10;

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let length = l.left();
    l.title(|| format!("FTP Data ({length} bytes data)"));
    l.beside(origin);
    let is_text = |byte: &u8| matches!(byte, b'\r' | b'\n' | b' '..=b'~');
    if l.rest().iter().take(TOLD_BY).all(is_text) {
        return Ok(Next::named("data-text-lines"));
    }
    let end = l.end();
    l.seek(end)?;
    Ok(Next::End)
}

/// What the connection was made for.
fn origin(l: &mut Layer<'_, '_>) {
    if let Some(setup) = ftp::setup_of(l) {
        l.generated(SETUP_FRAME, Value::Uint(setup.frame.into()));
        l.generated_text(SETUP_METHOD, setup.method.name().as_bytes());
        if let Some(command) = ftp::command_of(l, setup.frame) {
            l.generated_text(COMMAND, command.line.as_bytes());
            l.generated(COMMAND_FRAME, Value::Uint(command.frame.into()));
        }
        l.generated_text(DIRECTORY, setup.directory.as_bytes());
    } else if let Some(began) = l.memory().stream_began() {
        l.generated(SETUP_FRAME, Value::Uint(began.into()));
    }
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    let span = view.span();
    columns.protocol = PROTOCOL.column.into();
    columns.info = format!("FTP Data: {} bytes", span.end - span.start);
    for field in [SETUP_METHOD, COMMAND] {
        if view.has(field) {
            columns.info.push_str(&format!(" ({})", view.written(field)));
        }
    }
}
