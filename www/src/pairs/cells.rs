//! What stands in the cells of a line. Nothing here listens: clicks and keys are heard by the table and its list, which
//! find a packet in `data-go` and a value in `data-value`.

use super::say;
use super::value::Value;
use crate::words;
use analyzer::message::{Connection, Handshake, Lookup, PairLine};
use leptos::prelude::*;

/// A packet's number that is a link to it; a stop of the Tab key only where that is wanted.
pub(crate) fn packet(frame: u32, stop: bool) -> impl IntoView + use<> {
    view! {
        <a
            class="packet"
            href=format!("#packet-{frame}")
            tabindex=if stop { "0" } else { "-1" }
            data-go=frame.to_string()
        >
            {words::count(u64::from(frame))}
        </a>
    }
}

fn value(value: Value, text: String) -> impl IntoView {
    view! {
        <span class="value" data-value=value.name()>
            {text}
        </span>
    }
}

/// The name that was looked up, or what stands for it.
pub(super) fn name(line: &PairLine) -> impl IntoView + use<> {
    let title = say::line(line);
    match (&line.lookup, &line.connection) {
        (Some(_), Some(connection)) if line.again => view! {
            <span class="site" title=title>
                <span class="turn" aria-hidden="true">"└"</span>
                {value(Value::Address, connection.server.clone())}
            </span>
        }
        .into_any(),
        (Some(lookup), _) => {
            let way = (lookup.way != "DNS").then(|| view! { <small>{lookup.way.clone()}</small> });
            view! {
                <span class="site" title=title>{value(Value::Name, lookup.name.clone())}</span>
                <small>{value(Value::Kind, say::kinds(line))}</small>
                {way}
            }
            .into_any()
        }
        (None, Some(connection)) => {
            let name = say::name(line);
            let beside = (name != connection.server)
                .then(|| view! { <small>{value(Value::Address, connection.server.clone())}</small> });
            view! {
                <span class="site" title=title>{value(Value::Name, name)}</span>
                {beside}
            }
            .into_any()
        }
        (None, None) => ().into_any(),
    }
}

/// The packet with the question, and its time.
pub(super) fn asked(lookup: &Lookup) -> impl IntoView + use<> {
    let often = (lookup.repeats > 0).then(|| format!(" ×{}", lookup.repeats + 1));
    let title = (lookup.repeats > 0).then(|| format!("Sent {} times", lookup.repeats + 1));
    match lookup.query {
        Some((frame, time)) => view! {
            {packet(frame, false)}
            " "
            <span class="plain" title=title>
                {value(Value::Asked, format!("{time:.3}"))} {often}
            </span>
        }
        .into_any(),
        None => view! { <span class="quiet">"not captured"</span> }.into_any(),
    }
}

/// The packet with the answer, and what it says.
pub(super) fn answered(line: &PairLine) -> impl IntoView + use<> {
    let lookup = line.lookup.as_ref().filter(|_| !line.again)?;
    let Some((frame, time)) = lookup.response else {
        return Some(view! { <span class="quiet">"no answer"</span> }.into_any());
    };
    let waited = lookup.query.map(|(_, asked)| (value(Value::Latency, words::span(time - asked)), " "));
    let led = line.connection.as_ref().map(|connection| connection.server.as_str());
    let addresses = &lookup.addresses;
    let shown = addresses.iter().find(|address| Some(address.address.as_str()) == led).or(addresses.first());
    let others = addresses.len().saturating_sub(1);
    let all = addresses.iter().map(|address| {
        let hint = if address.hint { " (a hint)" } else { "" };
        format!("{}{hint}, good for {} s", address.address, words::count(u64::from(address.ttl)))
    });
    let all = all.collect::<Vec<_>>().join("\n");
    let outcome = match shown {
        Some(shown) => value(Value::Address, shown.address.clone()).into_any(),
        None => {
            let rcode = lookup.rcode.to_lowercase();
            let words = if rcode == "no error" || rcode.is_empty() { "no address".to_owned() } else { rcode };
            view! { <span class="quiet">{words}</span> }.into_any()
        }
    };
    let more = (others > 0).then(|| view! { <small>{format!(" +{others}")}</small> });
    let ttl = shown.map(|shown| {
        view! { <small class="ttl">{format!(" TTL {}", words::count(u64::from(shown.ttl)))}</small> }
    });
    Some(
        view! {
            <span class="answer" title=all>
                <span>{packet(frame, false)} " " <span class="plain">{waited} {outcome} {more}</span></span>
                {ttl}
            </span>
        }
        .into_any(),
    )
}

/// The first packet of the connection, and where it went.
pub(super) fn connected(connection: &Connection) -> impl IntoView + use<> {
    let transport = match connection.transport.as_str() {
        "tcp" => None,
        "quic" => Some("QUIC"),
        _ => Some("UDP"),
    };
    let transport = transport.map(|transport| view! { <small>" " {transport}</small> });
    let delay = connection.delay.map(|delay| {
        view! { <span class="after">" " {value(Value::Delay, format!("+{}", words::span(delay)))}</span> }
    });
    view! {
        {packet(connection.begin.0, false)}
        " "
        <span class="plain">
            {value(Value::Port, format!(":{}", connection.port))} {transport} {delay}
        </span>
    }
}

/// How the connection began.
pub(super) fn handshake(connection: &Connection) -> impl IntoView + use<> {
    let outcome = say::outcome(connection)?;
    let bad = matches!(
        connection.handshake,
        Handshake::Refused | Handshake::Reset | Handshake::Unreachable | Handshake::Unanswered
    );
    let moment = match connection.handshake {
        Handshake::Accepted | Handshake::Reset => connection.accepted,
        Handshake::Refused => connection.reset,
        Handshake::Unreachable => connection.unreachable.as_ref().map(|(moment, _)| *moment),
        Handshake::Unanswered | Handshake::NotSeen | Handshake::None => None,
    };
    let link = moment.map(|(frame, _)| (packet(frame, false), " "));
    let trip = connection.round_trip.or(moment.map(|(_, time)| time - connection.begin.1));
    let trip = trip.map(|trip| view! { <span class="plain">{words::span(trip)} " "</span> });
    let why = connection.unreachable.as_ref().map(|(_, why)| why.clone());
    Some(view! {
        {link}
        {trip}
        <span class="word" title=why class:bad=bad class:usual=connection.handshake == Handshake::Accepted>
            {value(Value::Handshake, outcome.to_owned())}
        </span>
    })
}

/// The name that the client sent to the server.
pub(super) fn server_name(connection: &Connection) -> impl IntoView + use<> {
    if connection.server_name.is_empty() {
        return None;
    }
    let way = if connection.is_host { "HTTP Host" } else { "TLS server name" };
    let title = format!("{way}: {}", connection.server_name);
    let link = (connection.server_name_frame != 0).then(|| (packet(connection.server_name_frame, false), " "));
    let (word, class) = match connection.agrees {
        Some(true) => ("✓ agrees".to_owned(), "good"),
        Some(false) => (format!("differs: {}", connection.server_name), "odd"),
        None => (connection.server_name.clone(), ""),
    };
    Some(view! {
        {link}
        <span class=format!("word {class}") title=title>
            {value(Value::ServerName, word)}
        </span>
    })
}

/// Payload, both ways together.
pub(super) fn bytes(connection: &Connection) -> impl IntoView + use<> {
    let all = connection.sent + connection.received;
    view! { <span title=say::traffic(connection)>{value(Value::Bytes, words::size(all))}</span> }
}

/// What is known of the lookup that led to the connection.
pub(super) fn status(line: &PairLine) -> impl IntoView + use<> {
    let (words, marks) = match (&line.connection, &line.lookup) {
        (Some(connection), _) => (say::status(connection.status), say::marks(connection)),
        (None, Some(lookup)) => (say::usage(lookup), Vec::new()),
        (None, None) => (String::new(), Vec::new()),
    };
    let title = [vec![words.clone()], marks.clone()].concat().join(" · ");
    let marks = marks.into_iter().map(|mark| view! { <em>{mark}</em> }).collect_view();
    view! {
        <span class="dot" aria-hidden="true"></span>
        <span title=title>{value(Value::Status, words)} {marks}</span>
    }
}
