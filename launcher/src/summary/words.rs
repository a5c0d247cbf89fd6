//! A capture's numbers, in words and as a script reads them.

use super::Summary;
use crate::{
    content::size,
    host,
    report::{clock, duration},
    shell,
};
use analyzer::{
    capture::{Timestamp, grouped},
    count::{Count, HOST, SSH_PORT},
};
use serde::Serialize;
use std::{env, net::Ipv4Addr, path::Path, time::Duration};

/// The lines at the end: what is in a capture, and what to do with it. Why it is not whole is for the caller to say.
pub fn lines(found: &Summary, path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let word = shell::word(path.as_os_str());
    let mut lines = vec![format!("  capture   {word}")];
    if !found.is_capture {
        return lines.concat();
    }
    let state = match (&found.writer, &found.problem) {
        (Some(vm), _) => format!("so far (the VM {vm} is writing it)"),
        (None, Some(_)) => "incomplete".to_owned(),
        (None, None) => "complete".to_owned(),
    };
    let count = &found.count;
    let span = count.span.map_or_else(String::new, |span| format!(", {}", moments(span)));
    lines.push(format!("            {state}: {}, {}{span}", packets(count.packets), size(found.length)));
    lines.extend(counts(count).map(|counts| format!("            {counts}")));
    if count.ssh > 0 {
        lines.push(format!(
            "            {} without your own ssh session: not (ip.addr == {HOST} && tcp.port == {SSH_PORT})",
            packets(count.packets - count.ssh)
        ));
    }
    if found.problem.is_some() && !found.is_compressed {
        lines.push(format!("  mend it   {} summary {word} --fix", host::program()));
    }
    lines.push(format!("  open it   drop it on the course's page, or: wireshark {word}"));
    // Who came by ssh has Wireshark elsewhere.
    if env::var_os("SSH_CONNECTION").is_some_and(|connection| !connection.is_empty()) {
        let from = format!("{}@{}:{}", host::user(), host::name(), path.display());
        lines.push(format!("  copy it   scp {} .", shell::word(from.as_ref())));
    }
    lines.join("\n")
}

/// Lookups and connections; nothing where there are none.
pub fn counts(count: &Count) -> Option<String> {
    let queries = (count.queries > 0).then(|| {
        let names = plural(count.names.count, count.names.more, "name", "names");
        format!("{} for {} {names}", counted(count.queries, "DNS query", "DNS queries"), count.names)
    });
    let connections = (count.connections.count > 0).then(|| {
        let noun = plural(count.connections.count, count.connections.more, "TCP connection", "TCP connections");
        format!("{} {noun}", count.connections)
    });
    let both: Vec<String> = [queries, connections].into_iter().flatten().collect();
    (!both.is_empty()).then(|| both.join(", "))
}

/// What can still be had of a capture that ends badly.
pub(super) fn saved(packets: u64) -> String {
    match packets {
        0 => "there is no packet before that".to_owned(),
        1 => "the packet before it is readable as it is".to_owned(),
        many => format!("the {} packets before it are readable as they are", grouped(many)),
    }
}

/// `no packets`, `1 packet`, `4,812 packets`.
pub fn packets(count: u64) -> String {
    if count == 0 { "no packets".to_owned() } else { counted(count, "packet", "packets") }
}

fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), plural(count, false, one, many))
}

fn plural<'a>(count: u64, more: bool, one: &'a str, many: &'a str) -> &'a str {
    if count == 1 && !more { one } else { many }
}

/// `14:03:11 to 14:24:40 (21 minutes)`, with the day where that is not today.
fn moments((first, last): (Timestamp, Timestamp)) -> String {
    let seconds = |time: Timestamp| u64::try_from(time.seconds).unwrap_or_default();
    let (begin, end) = (clock(seconds(first)), clock(seconds(last)));
    let day = begin.rsplit_once(' ').map_or("", |(day, _)| day);
    let end = end.strip_prefix(day).unwrap_or(&end).trim_start();
    if begin.ends_with(end) {
        return begin;
    }
    let span = Duration::from_secs(last.since(first).0.unsigned_abs());
    format!("{begin} to {end} ({})", duration(span))
}

/// The time in UTC, as RFC 3339 writes it.
fn rfc3339(time: Timestamp) -> Option<String> {
    let nanoseconds = i32::try_from(time.nanoseconds).ok()?;
    jiff::Timestamp::new(time.seconds, nanoseconds).ok().map(|time| time.to_string())
}

/// A summary as a script reads it.
#[derive(Debug, Serialize)]
pub(super) struct Numbers<'a> {
    complete: bool,
    problem: Option<&'a str>,
    format: &'a str,
    length: u64,
    whole: u64,
    written_by: Option<&'a str>,
    packets: u64,
    captured_bytes: u64,
    first: Option<String>,
    last: Option<String>,
    dns_queries: u64,
    dns_names: u64,
    /// There are more names, or may be.
    more_dns_names: bool,
    /// The first of the names.
    names: &'a [String],
    tcp_connections: u64,
    /// There are more connections, or may be.
    more_tcp_connections: bool,
    own_ssh_packets: u64,
    address: Option<Ipv4Addr>,
}

impl<'a> Numbers<'a> {
    pub(super) fn of(found: &'a Summary) -> Self {
        let count = &found.count;
        Self {
            complete: found.problem.is_none() && found.writer.is_none(),
            problem: found.problem.as_deref(),
            format: &found.format,
            length: found.length,
            whole: found.whole,
            written_by: found.writer.as_deref(),
            packets: count.packets,
            captured_bytes: count.bytes,
            first: count.span.and_then(|(first, _)| rfc3339(first)),
            last: count.span.and_then(|(_, last)| rfc3339(last)),
            dns_queries: count.queries,
            dns_names: count.names.count,
            more_dns_names: count.names.more,
            names: &count.first_names,
            tcp_connections: count.connections.count,
            more_tcp_connections: count.connections.more,
            own_ssh_packets: count.ssh,
            address: count.address,
        }
    }
}
