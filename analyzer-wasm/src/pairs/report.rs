//! The hand-in about one site: its lookup and its SYN, with what tells the capture from others.

use super::Pairs;
use super::evidence::span;
use crate::index::NO_TIME;
use crate::message::{Chosen, Connection, Evidence, Handshake, Lookup, Moment, ReportFile, ReportFormat};
use crate::value::write_date;
use std::fmt::Write;

/// What a hand-in says.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    title: String,
    /// Of the capture: what it is, and its value.
    capture: Vec<(&'static str, String)>,
    /// Of the lookup.
    lookup: Vec<(&'static str, String)>,
    /// Of the connection.
    connection: Vec<(&'static str, String)>,
    evidence: Evidence,
    /// What the file is called, without an ending.
    site: String,
    json: String,
}

/// What a capture is, besides its packets.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its name, without folders.
    pub name: &'a str,
    /// Bytes of the file.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub hash: [u8; 32],
}

impl Report {
    /// The hand-in about a pair of this capture.
    pub fn new(pairs: &Pairs<'_>, file: File<'_>, chosen: Chosen) -> Report {
        let connection = chosen.connection.and_then(|index| pairs.connection_message(index));
        let led = chosen.connection.and_then(|index| pairs.connection(index)).and_then(|paired| paired.lookup);
        let lookup = led.or(chosen.lookup).and_then(|index| pairs.lookup_message(index));
        let site = match (&lookup, &connection) {
            (Some(lookup), _) => lookup.name.clone(),
            (None, Some(connection)) if !connection.server_name.is_empty() => connection.server_name.clone(),
            (None, Some(connection)) => connection.server.clone(),
            (None, None) => String::new(),
        };
        let frames = pairs.index.rows.len();
        let date = |frame: u32| written(pairs.index.rows.get(frame).map_or(NO_TIME, |row| row.time));
        let hash = file.hash.iter().fold(String::new(), |mut hash, byte| {
            let _ = write!(hash, "{byte:02x}");
            hash
        });
        let capture = vec![
            ("File", file.name.to_owned()),
            ("Size", format!("{} bytes", file.size)),
            ("SHA-256", hash),
            ("Packets", frames.to_string()),
            ("First packet", date(1)),
            ("Last packet", date(frames)),
        ];
        let evidence = pairs.evidence(chosen);
        let at = |moment: Option<Moment>| match moment {
            Some((frame, time)) => format!("packet {frame}, {time:.6} s after the first ({})", date(frame)),
            None => "not in the capture".to_owned(),
        };
        Report {
            json: pairs.report_json(&capture, file.size, lookup.as_ref(), connection.as_ref(), &evidence),
            title: match (&lookup, &connection) {
                (Some(_), Some(_)) => format!("The lookup of {site} and the connection that followed"),
                (Some(_), None) => format!("The lookup of {site}"),
                (None, _) => format!("The connection to {site}"),
            },
            capture,
            lookup: lookup.as_ref().map(|lookup| of_lookup(lookup, &at)).unwrap_or_default(),
            connection: connection.as_ref().map(|connection| of_connection(connection, &at)).unwrap_or_default(),
            evidence,
            site,
        }
    }

    /// The hand-in as a file.
    pub fn written(&self, format: ReportFormat) -> ReportFile {
        let (ending, media, text) = match format {
            ReportFormat::Markdown => ("md", "text/markdown", self.markdown()),
            ReportFormat::Html => ("html", "text/html", self.html()),
            ReportFormat::Json => ("json", "application/json", self.json.clone()),
        };
        let safe: String =
            self.site.chars().map(|c| if c.is_ascii_alphanumeric() || ".-".contains(c) { c } else { '-' }).collect();
        ReportFile { name: format!("{}.{ending}", safe.trim_matches(['.', '-'])), media: media.to_owned(), text }
    }

    fn parts(&self) -> impl Iterator<Item = (&'static str, &[(&'static str, String)])> {
        let parts = [
            ("Capture", self.capture.as_slice()),
            ("DNS lookup", self.lookup.as_slice()),
            ("Connection", self.connection.as_slice()),
        ];
        parts.into_iter().filter(|(_, rows)| !rows.is_empty())
    }

    /// The evidence, in which packets are called packets.
    fn words(&self) -> String {
        self.evidence.words.replace('#', "packet ")
    }

    fn markdown(&self) -> String {
        let mut out = format!("# {}\n", plain(&self.title));
        for (title, rows) in self.parts() {
            let _ = write!(out, "\n## {title}\n\n| | |\n|---|---|\n");
            for (what, value) in rows {
                let _ = writeln!(out, "| {what} | {} |", plain(value));
            }
        }
        let _ = write!(out, "\n## Why\n\n{}\n\n{}\n", plain(&self.words()), plain(&self.evidence.rule));
        out.push_str("\n## The same in Wireshark\n\n");
        for (what, filter) in &self.evidence.filters {
            let _ = write!(out, "{what}:\n\n    {}\n\n", filter.replace(['\n', '\r'], " "));
        }
        out.push_str("Written by Dropcap.\n");
        out
    }

    fn html(&self) -> String {
        let title = markup(&self.title);
        let mut out = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"
        );
        for (title, rows) in self.parts() {
            let _ = writeln!(out, "<h2>{title}</h2>\n<table>");
            for (what, value) in rows {
                let _ = writeln!(out, "<tr><th scope=\"row\">{what}</th><td>{}</td></tr>", markup(value));
            }
            out.push_str("</table>\n");
        }
        let _ = writeln!(
            out,
            "<h2>Why</h2>\n<p>{}</p>\n<p>{}</p>\n<h2>The same in Wireshark</h2>\n<dl>",
            markup(&self.words()),
            markup(&self.evidence.rule)
        );
        for (what, filter) in &self.evidence.filters {
            let _ = writeln!(out, "<dt>{}</dt><dd><code>{}</code></dd>", markup(what), markup(filter));
        }
        out.push_str("</dl>\n<footer>Written by Dropcap.</footer>\n</body>\n</html>\n");
        out
    }
}

fn of_lookup(lookup: &Lookup, at: &dyn Fn(Option<Moment>) -> String) -> Vec<(&'static str, String)> {
    let address = |given: &crate::message::AnswerAddress| {
        format!("{}{} (good for {} s)", given.address, if given.hint { ", a hint" } else { "" }, given.ttl)
    };
    let mut rows = vec![
        ("Name", lookup.name.clone()),
        ("Type", lookup.kind.clone()),
        ("Over", lookup.way.clone()),
        ("Client", lookup.client.clone()),
        ("Name server", lookup.server.clone()),
        ("Query", at(lookup.query)),
        ("Response", at(lookup.response)),
        ("Response code", lookup.rcode.clone()),
        ("Other names", lookup.aliases.join(" → ")),
        ("Addresses", lookup.addresses.iter().map(address).collect::<Vec<_>>().join(", ")),
    ];
    if let (Some((_, asked)), Some((_, answered))) = (lookup.query, lookup.response) {
        rows.push(("Answered after", span(answered - asked)));
    }
    rows.retain(|(_, value)| !value.is_empty());
    rows
}

fn of_connection(connection: &Connection, at: &dyn Fn(Option<Moment>) -> String) -> Vec<(&'static str, String)> {
    let end = |address: &str, port: u16| {
        if address.contains(':') { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
    };
    let is_tcp = connection.transport == "tcp";
    let has_syn = connection.handshake != Handshake::NotSeen;
    let mut rows = vec![
        ("From", end(&connection.client, connection.client_port)),
        ("To", end(&connection.server, connection.port)),
        ("Over", connection.transport.to_uppercase()),
        (if is_tcp && has_syn { "SYN" } else { "First packet" }, at(Some(connection.begin))),
        ("SYN, ACK", if is_tcp && has_syn { at(connection.accepted) } else { String::new() }),
        ("After the answer", connection.delay.map(span).unwrap_or_default()),
        ("Handshake", if is_tcp { connection.handshake.name().to_owned() } else { String::new() }),
        ("Round trip", connection.round_trip.map(span).unwrap_or_default()),
        ("Server name sent", connection.server_name.clone()),
        ("Status", connection.status.name().to_owned()),
        ("Bytes", format!("{} sent, {} received", connection.sent, connection.received)),
    ];
    rows.retain(|(_, value)| !value.is_empty());
    rows
}

/// A moment in words.
fn written(time: i64) -> String {
    let mut out = String::new();
    if time != NO_TIME {
        write_date(&mut out, time.div_euclid(1_000_000_000), time.rem_euclid(1_000_000_000) as u32);
    }
    out
}

/// Text that Markdown takes as it is.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// Text that HTML takes as it is.
fn markup(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const STYLE: &str = "body{font:14px/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}\
h1{font:600 24px/1.3 ui-serif,Georgia,serif}h2{font-size:16px;margin:1.6rem 0 .4rem}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .5rem .25rem 0;border-bottom:1px solid #ddd}\
th{font-weight:400;color:#555;width:9rem;white-space:nowrap}td,code{font-family:ui-monospace,monospace;font-size:13px;overflow-wrap:anywhere}\
dt{color:#555}dd{margin:0 0 .6rem}footer{margin-top:2rem;color:#555;font-size:12px}@media print{body{margin:0}}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_capture_says_is_text_in_every_format() {
        assert_eq!(plain("<b>|x`_y"), "\\<b\\>\\|x\\`\\_y");
        assert_eq!(markup("<script>&\""), "&lt;script&gt;&amp;&quot;");
    }
}
