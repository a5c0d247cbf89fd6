//! The lab's web server: one short page a connection (RFC 9112).

use super::lab::FLOOD;
use std::{
    io::{self, BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    time::Duration,
};

/// Answers for as long as the listener works.
///
/// # Errors
/// The listener's; a visitor who leaves early is none.
pub(super) fn serve(listener: &TcpListener) -> io::Result<()> {
    loop {
        let (visitor, _) = listener.accept()?;
        let _ = answer(visitor);
    }
}

fn answer(visitor: TcpStream) -> io::Result<()> {
    visitor.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut lines = BufReader::new(&visitor).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    let mut host = String::new();
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("host:") {
            host = value.trim().to_owned();
        }
    }
    let path = request.split(' ').nth(1).unwrap_or("/");
    let text = format!("<!doctype html>\n<title>{host}</title>\n<p>This is {path} of {host}.\n");
    let body = if path == "/flood" { "flood.\r\n\r\n".repeat(FLOOD / 10) } else { text };
    let kind = "Content-Type: text/html; charset=utf-8";
    let length = body.len();
    let head =
        format!("HTTP/1.1 200 OK\r\nServer: lab\r\n{kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    (&visitor).write_all((head + &body).as_bytes())
}
