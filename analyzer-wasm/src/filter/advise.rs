//! Advice: what people type by habit, and the filter that they mean.

use super::schema::Schema;
use super::{About, Problem};

/// Keywords that Wireshark knows in lower case only.
const KEYWORDS: [&str; 17] = [
    "and", "or", "not", "xor", "in", "contains", "matches", "eq", "ne", "gt", "ge", "lt", "le", "any", "all", "true",
    "false",
];

/// Adds to a problem how to mend it, where that can be told.
pub(super) fn improve(schema: &Schema, text: &str, problem: Problem) -> Problem {
    if problem.fix.is_some() {
        return problem;
    }
    let whole = 0..text.len();
    if let Some(plain) = plain(text) {
        return problem.replacing_at("Use plain characters", whole, &plain);
    }
    if let Some(filter) = from_capture_filter(text) {
        let message = "This looks like a capture filter, as tcpdump takes it; a display filter is written otherwise.";
        let mut problem = problem;
        problem.message = message.to_owned();
        return problem.replacing_at(&format!("Use {filter}"), whole, &filter);
    }
    if let Some(lower) = lower_keywords(text) {
        let mut problem = problem;
        problem.message = "Operators are written in lower case.".to_owned();
        return problem.replacing_at("Write them in lower case", whole, &lower);
    }
    match problem.about.clone() {
        About::Unknown(name) => match meant(schema, &name) {
            Some(Meant::Filter(filter)) => problem.replacing(&format!("Use {filter}"), &filter),
            Some(Meant::Name(field)) => {
                let mut problem = problem;
                problem.message = format!("{} Is `{field}` meant?", problem.message);
                problem.replacing(&format!("Use {field}"), &field)
            }
            None => problem,
        },
        About::Bare(value) => match of_value(&value) {
            Some(filter) => problem.replacing(&format!("Use {filter}"), &filter),
            None => problem,
        },
        About::Protocol(name) => {
            let field = match name.as_str() {
                "tcp" | "udp" => format!("{name}.port"),
                "ip" | "ipv6" | "eth" => format!("{name}.addr"),
                "dns" | "mdns" | "llmnr" => "dns.qry.name".to_owned(),
                "http" => "http.host".to_owned(),
                _ => return problem,
            };
            match text.find(&name) {
                Some(at) if at < problem.span.start => {
                    problem.replacing_at(&format!("Use {field}"), at..at + name.len(), &field)
                }
                _ => problem,
            }
        }
        About::Syntax => problem,
    }
}

/// The text with ordinary quotation marks, dashes and blanks; nothing where it has only those.
fn plain(text: &str) -> Option<String> {
    let replaced: String = text
        .chars()
        .map(|c| match c {
            '“' | '”' | '„' | '«' | '»' => '"',
            '‘' | '’' => '\'',
            '–' | '—' | '−' => '-',
            '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
            c => c,
        })
        .collect();
    (replaced != text).then(|| unquote_addresses(&replaced))
}

/// Addresses stand without quotation marks.
fn unquote_addresses(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split('"').enumerate() {
        let quoted = index % 2 == 1;
        let address = part.parse::<std::net::IpAddr>().is_ok();
        let mark = if quoted && !address { "\"" } else { "" };
        out.push_str(mark);
        out.push_str(part);
        out.push_str(mark);
    }
    out
}

/// The text with its keywords in lower case, outside quotation marks; nothing where they are already.
fn lower_keywords(text: &str) -> Option<String> {
    let mut out = String::new();
    for (index, part) in text.split('"').enumerate() {
        if index > 0 {
            out.push('"');
        }
        let words = part.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.');
        for word in words {
            let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let lower = bare.to_ascii_lowercase();
            if index % 2 == 0 && bare != lower && KEYWORDS.contains(&lower.as_str()) {
                out.push_str(&lower);
                out.push_str(word.get(bare.len()..).unwrap_or_default());
            } else {
                out.push_str(word);
            }
        }
    }
    (out != text).then_some(out)
}

/// A display filter for what tcpdump takes: `tcp port 80`, `src host 1.2.3.4`, `net 10.0.0.0/8`, joined by `and`, `or`.
fn from_capture_filter(text: &str) -> Option<String> {
    let mut out: Vec<String> = Vec::new();
    let mut found = false;
    let mut words = text.split_whitespace().peekable();
    while let Some(word) = words.next() {
        if matches!(word, "and" | "or" | "not" | "&&" | "||" | "!") {
            out.push(word.to_owned());
            continue;
        }
        let (mut transport, mut direction) = ("", "");
        let mut word = word;
        loop {
            match word {
                "tcp" | "udp" | "ip" => transport = word,
                "src" | "dst" => direction = word,
                _ => break,
            }
            match words.peek() {
                Some(next) if matches!(*next, "src" | "dst" | "host" | "net" | "port" | "tcp" | "udp") => {
                    word = words.next()?;
                }
                _ => break,
            }
        }
        match word {
            "port" => {
                let port: u16 = words.next()?.parse().ok()?;
                let field = match direction {
                    "src" => "srcport",
                    "dst" => "dstport",
                    _ => "port",
                };
                // `udp and port 53` means UDP.
                let earlier = out.iter().rev().skip(1).find(|word| matches!(word.as_str(), "tcp" | "udp")).cloned();
                let joined = out.last().is_some_and(|word| matches!(word.as_str(), "and" | "&&"));
                if transport.is_empty()
                    && joined
                    && let Some(earlier) = earlier
                {
                    out.truncate(out.len() - 2);
                    out.push(format!("{earlier}.{field} == {port}"));
                } else if transport.is_empty() || transport == "ip" {
                    out.push(format!("tcp.{field} == {port} or udp.{field} == {port}"));
                } else {
                    out.push(format!("{transport}.{field} == {port}"));
                }
                found = true;
            }
            "host" | "net" => {
                let address = words.next()?;
                let bare = address.split('/').next()?;
                let version = match bare.parse::<std::net::IpAddr>() {
                    Ok(std::net::IpAddr::V6(_)) => "ipv6",
                    _ => "ip",
                };
                let filled = if version == "ip" { full_network(address)? } else { address.to_owned() };
                let field = if direction.is_empty() { "addr" } else { direction };
                out.push(format!("{version}.{field} == {filled}"));
                found = true;
            }
            "src" | "dst" => {
                let address = words.next().filter(|address| address.parse::<std::net::Ipv4Addr>().is_ok())?;
                out.push(format!("ip.{word} == {address}"));
                found = true;
            }
            word if matches!(word, "tcp" | "udp" | "ip" | "ip6" | "arp" | "icmp") => {
                out.push(if word == "ip6" { "ipv6".to_owned() } else { word.to_owned() });
            }
            _ => return None,
        }
    }
    found.then(|| out.join(" "))
}

/// `10/8` as `10.0.0.0/8`.
fn full_network(address: &str) -> Option<String> {
    let (quad, prefix) = address.split_once('/').map_or((address, None), |(quad, prefix)| (quad, Some(prefix)));
    let mut parts: Vec<&str> = quad.split('.').collect();
    if parts.len() > 4 || parts.iter().any(|part| part.parse::<u8>().is_err()) {
        return None;
    }
    let given = parts.len() * 8;
    parts.resize(4, "0");
    let quad = parts.join(".");
    Some(match prefix {
        Some(prefix) => format!("{quad}/{prefix}"),
        None if given < 32 => format!("{quad}/{given}"),
        None => quad,
    })
}

/// What an unknown name stands for.
enum Meant {
    Name(String),
    Filter(String),
}

fn meant(schema: &Schema, name: &str) -> Option<Meant> {
    let lower = name.to_ascii_lowercase();
    if schema.named(&lower).is_some() {
        return Some(Meant::Name(lower));
    }
    if lower == "port" {
        return Some(Meant::Name("tcp.port".to_owned()));
    }
    let nearest = schema.names().map(|known| (distance(&lower, known), known.len(), known)).min();
    if let Some((distance, _, known)) = nearest
        && distance <= 2
        && distance * 3 <= lower.len()
    {
        return Some(Meant::Name(known.to_owned()));
    }
    let ends: Vec<&str> = schema.names().filter(|known| known.ends_with(&format!(".{lower}"))).collect();
    if let [only] = ends.as_slice() {
        return Some(Meant::Name((*only).to_owned()));
    }
    of_value(name).map(Meant::Filter)
}

/// The filters that a lone value could mean.
fn of_value(value: &str) -> Option<String> {
    let bare = value.split('/').next().unwrap_or(value);
    match bare.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(_)) => return Some(format!("ip.addr == {value}")),
        Ok(std::net::IpAddr::V6(_)) => return Some(format!("ipv6.addr == {value}")),
        Err(_) => {}
    }
    if value.parse::<u16>().is_ok() {
        return Some(format!("tcp.port == {value} or udp.port == {value}"));
    }
    let parts: Vec<&str> = value.split('.').collect();
    let is_name = parts.len() > 1 && parts.iter().all(|part| !part.is_empty() && part.len() < 64);
    let ends_in_letters =
        parts.last().is_some_and(|last| last.len() > 1 && last.bytes().all(|c| c.is_ascii_alphabetic()));
    (is_name && ends_in_letters).then(|| format!("dns.qry.name contains \"{value}\""))
}

/// How many letters must be changed, added, left out or swapped with their neighbour; more than three count as many.
fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > 3 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&above, j) + usize::from(x != y)).min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(usize::MAX)
}
