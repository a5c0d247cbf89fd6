//! The evidence for a pair: what was seen, in sentences whose packets are links, and how Wireshark shows the same.

use super::entries::Entry;
use super::packet;
use crate::menu;
use crate::page::{Page, View};
use crate::words;
use analyzer::message::{Connection, Lookup, Pairs};
use leptos::prelude::*;

/// The pane below the table.
#[component]
pub(crate) fn Evidence(page: Page, chosen: RwSignal<Option<Entry>>) -> impl IntoView {
    Effect::new(move |_| {
        page.pairs.track();
        if let Some(connection) = chosen.get().and_then(|entry| entry.connection) {
            page.explain(connection);
        }
    });
    view! {
        <div class="evidence" id="evidence" tabindex="-1" aria-live="polite">
            {move || {
                let pairs = page.pairs.get()?;
                let entry = chosen.get()?;
                let words = page.evidence.get().filter(|(connection, _)| entry.connection == Some(*connection));
                let words = words.map(|(_, words)| words).unwrap_or_default();
                Some(view! {
                    <section class="why">{why(page, &pairs, entry, &words)}</section>
                    <section class="same">{same(page, &pairs, entry)}</section>
                })
            }}
        </div>
    }
}

fn why(page: Page, pairs: &Pairs, entry: Entry, words: &str) -> impl IntoView + use<> {
    let lookup = entry.lookup.and_then(|index| pairs.lookups.get(index));
    let connection = entry.connection.and_then(|index| pairs.connections.get(index));
    let title = match (lookup, connection) {
        (Some(lookup), Some(_)) => format!("Why {}", lookup.name),
        (None, Some(connection)) => format!("Why no name for {}", connection.server),
        (Some(lookup), None) => lookup.name.clone(),
        (None, None) => String::new(),
    };
    let evidence = match (lookup, connection) {
        (_, Some(_)) => words.to_owned(),
        (Some(lookup), None) => unused(lookup),
        (None, None) => String::new(),
    };
    let others = connection.map(|connection| others(page, pairs, connection));
    let traffic = connection.map(|connection| traffic(page, connection, words));
    let aliases = lookup.filter(|lookup| !lookup.aliases.is_empty()).map(|lookup| {
        let path = lookup.aliases.join(" → ");
        view! { <p>"The answer leads through other names: " <code>{lookup.name.clone()} " → " {path}</code></p> }
    });
    view! {
        <h2>{title}</h2>
        <p>{linked(page, &evidence)}</p>
        {aliases}
        {others}
        {traffic}
    }
}

/// The other lookups that could have led here.
fn others(page: Page, pairs: &Pairs, connection: &Connection) -> impl IntoView + use<> {
    let others: Vec<_> = connection
        .candidates
        .iter()
        .filter(|index| Some(**index) != connection.lookup)
        .filter_map(|index| pairs.lookups.get(*index as usize))
        .map(|lookup| {
            let frame = lookup.response.or(lookup.query).map(|(frame, _)| frame);
            (lookup.name.clone(), lookup.kind.clone(), frame)
        })
        .collect();
    (!others.is_empty()).then(|| {
        let items = others
            .into_iter()
            .map(|(name, kind, frame)| {
                view! { <li><code>{name}</code> " " {kind} {frame.map(|frame| (", packet ", packet(page, frame)))}</li> }
            })
            .collect_view();
        view! {
            <p>"Other lookups that gave this address:"</p>
            <ul>{items}</ul>
        }
    })
}

fn traffic(page: Page, connection: &Connection, words: &str) -> impl IntoView + use<> {
    let told = words.contains(&format!("#{}", connection.server_name_frame));
    let name = (!connection.server_name.is_empty() && !told).then(|| {
        let frame =
            (connection.server_name_frame != 0).then(|| (" in packet ", packet(page, connection.server_name_frame)));
        view! { <p>"The client named the server " <code>{connection.server_name.clone()}</code> {frame} "."</p> }
    });
    let bytes = format!("{} sent, {} received.", words::size(connection.sent), words::size(connection.received));
    let ends = format!(
        "{} {} → {}",
        connection.transport.to_uppercase(),
        end(&connection.client, connection.client_port),
        end(&connection.server, connection.port)
    );
    view! {
        {name}
        <p class="traffic">
            <code>{ends}</code>
            " · "
            {bytes}
        </p>
    }
}

/// An address with its port, the address of version 6 in brackets.
fn end(address: &str, port: u16) -> String {
    if address.contains(':') { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
}

/// What was seen of a lookup that led to no connection; `#12` names packet 12.
fn unused(lookup: &Lookup) -> String {
    let mut said = match lookup.query {
        Some((frame, _)) => format!(
            "{} asked {} for the {} record of {} in #{frame}.",
            lookup.client, lookup.server, lookup.kind, lookup.name
        ),
        None => format!("The question for the {} record of {} is not in the capture.", lookup.kind, lookup.name),
    };
    let addresses: Vec<String> = lookup.addresses.iter().map(|address| address.address.clone()).collect();
    match lookup.response {
        None => said.push_str(" No answer is in the capture."),
        Some((frame, _)) if addresses.is_empty() && lookup.rcode != "No error" && !lookup.rcode.is_empty() => {
            said.push_str(&format!(" The answer in #{frame} is “{}”.", lookup.rcode));
        }
        Some((frame, _)) if addresses.is_empty() => {
            said.push_str(&format!(" The answer in #{frame} holds no address."));
        }
        Some((frame, _)) => {
            said.push_str(&format!(" The answer in #{frame} gave {}.", addresses.join(", ")));
            said.push_str(" No connection that began in the capture was led there by this lookup.");
        }
    }
    said
}

/// Text in which `#12` is a link to packet 12.
fn linked(page: Page, text: &str) -> impl IntoView + use<> {
    pieces(text)
        .into_iter()
        .map(|(words, frame)| {
            (words, frame.map(|frame| view! { <span class="ref">"packet " {packet(page, frame)}</span> }))
        })
        .collect_view()
}

/// The words before each `#12`, and its number.
fn pieces(text: &str) -> Vec<(String, Option<u32>)> {
    let mut pieces = Vec::new();
    let mut words = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('#') {
        words.push_str(before);
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, tail) = after.split_at(digits);
        match number.parse() {
            Ok(frame) => pieces.push((std::mem::take(&mut words), Some(frame))),
            Err(_) => {
                words.push('#');
                words.push_str(number);
            }
        }
        rest = tail;
    }
    words.push_str(rest);
    pieces.push((words, None));
    pieces
}

fn same(page: Page, pairs: &Pairs, entry: Entry) -> impl IntoView + use<> {
    let filters = filters(
        entry.lookup.and_then(|index| pairs.lookups.get(index)),
        entry.connection.and_then(|index| pairs.connections.get(index)),
    );
    let items = filters
        .into_iter()
        .map(|(what, filter)| {
            let (applied, copied) = (filter.clone(), filter.clone());
            view! {
                <li>
                    <span>{what}</span>
                    <code>{filter}</code>
                    <div>
                        <button
                            class="link"
                            title="Apply this filter to the packets here"
                            on:click=move |_| {
                                page.show(View::Packets);
                                page.apply(&applied);
                            }
                        >
                            "Apply"
                        </button>
                        <button class="link" on:click=move |_| menu::copy(&copied)>
                            "Copy"
                        </button>
                    </div>
                </li>
            }
        })
        .collect_view();
    view! {
        <h2>"Show the same in Wireshark"</h2>
        <ul class="filters">{items}</ul>
    }
}

/// Filters that select the lookup, the connection, and both.
fn filters(lookup: Option<&Lookup>, connection: Option<&Connection>) -> Vec<(&'static str, String)> {
    let asked = lookup.map(|lookup| format!("dns.qry.name == {}", quoted(&lookup.name)));
    let led = connection.map(|connection| connection.filter.clone()).filter(|filter| !filter.is_empty());
    let both = asked.as_ref().zip(led.as_ref()).map(|(asked, led)| format!("{asked} || ({led})"));
    [("Both", both), ("The lookup", asked), ("The connection", led)]
        .into_iter()
        .filter_map(|(what, filter)| Some((what, filter?)))
        .collect()
}

/// A string of the filter language.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_after_a_hash_name_packets() {
        let expected =
            [("Asked in ".to_owned(), Some(15)), (", answered in ".to_owned(), Some(16)), (".".to_owned(), None)];
        assert_eq!(pieces("Asked in #15, answered in #16."), expected);
        assert_eq!(pieces("a # b #"), [("a # b #".to_owned(), None)]);
        assert_eq!(pieces("#99999999999 x"), [("#99999999999 x".to_owned(), None)]);
    }

    #[test]
    fn a_name_cannot_end_the_string_that_it_stands_in() {
        assert_eq!(quoted(r#"a"b\c"#), r#""a\"b\\c""#);
    }

    #[test]
    fn addresses_of_version_six_stand_in_brackets() {
        assert_eq!(end("10.0.2.15", 80), "10.0.2.15:80");
        assert_eq!(end("2001:db8::1", 80), "[2001:db8::1]:80");
    }
}
