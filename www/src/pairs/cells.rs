//! What stands in the cells of a line. Nothing here listens: clicks and keys are heard by the table, which finds a
//! packet in `data-go` and a value in `data-value`.

use super::say;
use super::value::Value;
use crate::words;
use analyzer::message::{Connection, Handshake, Lookup, PairLine, PairOrder};
use leptos::prelude::*;

/// A column of the table.
pub(crate) struct Column {
    /// The class that places it.
    pub(crate) class: &'static str,
    /// Its title.
    pub(crate) title: &'static str,
    /// What its title says when it is pointed at.
    pub(crate) says: &'static str,
    /// What it sorts by.
    pub(crate) order: Option<PairOrder>,
    /// The values in it, the main one first.
    pub(crate) values: &'static [Value],
}

/// The columns, without the picture.
pub(crate) const COLUMNS: [Column; 8] = [
    Column {
        class: "name",
        title: "Name",
        says: "The name that was looked up, and the types of record",
        order: Some(PairOrder::Name),
        values: &[Value::Name, Value::Kind],
    },
    Column {
        class: "asked",
        title: "Asked",
        says: "The packet with the question, and its time",
        order: Some(PairOrder::Time),
        values: &[Value::Asked],
    },
    Column {
        class: "answered",
        title: "Answered",
        says: "The packet with the answer, how long it took, the address, and for how many seconds it is good (TTL)",
        order: Some(PairOrder::Latency),
        values: &[Value::Latency, Value::Address],
    },
    Column {
        class: "connected",
        title: "Connected",
        says: "The first packet of the connection, its port, and how long after the answer it came",
        order: Some(PairOrder::Delay),
        values: &[Value::Port, Value::Delay],
    },
    Column {
        class: "handshake",
        title: "Handshake",
        says: "How the connection began, the packet with SYN and ACK, and the round trip",
        order: Some(PairOrder::Handshake),
        values: &[Value::Handshake],
    },
    Column {
        class: "server",
        title: "Server name",
        says: "Whether the name that the client sent to the server is the one that was looked up",
        order: None,
        values: &[Value::ServerName],
    },
    Column {
        class: "payload",
        title: "Bytes",
        says: "Payload, both ways together",
        order: Some(PairOrder::Bytes),
        values: &[Value::Bytes],
    },
    Column {
        class: "status",
        title: "Status",
        says: "What is known of the lookup that led to the connection",
        order: Some(PairOrder::Status),
        values: &[Value::Status],
    },
];

/// The id of a cell, or of a title where there is no line.
pub(crate) fn id(line: Option<u32>, column: usize) -> String {
    let class = COLUMNS.get(column).map_or("picture", |column| column.class);
    line.map_or_else(|| format!("pair-head-{class}"), |line| format!("pair-{line}-{class}"))
}

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

/// All cells of a line but the picture.
pub(crate) fn cells(line: &PairLine, at: u32) -> impl IntoView + use<> {
    let lookup = line.lookup.as_ref().filter(|_| !line.again);
    let connection = line.connection.as_ref();
    let cells = [
        name(line).into_any(),
        lookup.map(asked).into_any(),
        answered(line).into_any(),
        connection.map(connected).into_any(),
        connection.map(handshake).into_any(),
        connection.map(server_name).into_any(),
        connection.map(bytes).into_any(),
        status(line).into_any(),
    ];
    COLUMNS
        .iter()
        .zip(cells)
        .enumerate()
        .map(|(index, (column, cell))| {
            view! {
                <span class=column.class role="gridcell" id=id(Some(at), index)>
                    {cell}
                </span>
            }
        })
        .collect_view()
}

fn value(value: Value, text: String) -> impl IntoView {
    view! {
        <span class="value" data-value=value.name()>
            {text}
        </span>
    }
}

fn name(line: &PairLine) -> impl IntoView + use<> {
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

fn asked(lookup: &Lookup) -> impl IntoView + use<> {
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

fn answered(line: &PairLine) -> impl IntoView + use<> {
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
    let told = match shown {
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
                <span>{packet(frame, false)} " " <span class="plain">{waited} {told} {more}</span></span>
                {ttl}
            </span>
        }
        .into_any(),
    )
}

fn connected(connection: &Connection) -> impl IntoView + use<> {
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

fn handshake(connection: &Connection) -> impl IntoView + use<> {
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

fn server_name(connection: &Connection) -> impl IntoView + use<> {
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

fn bytes(connection: &Connection) -> impl IntoView + use<> {
    let all = connection.sent + connection.received;
    view! { <span title=say::traffic(connection)>{value(Value::Bytes, words::size(all))}</span> }
}

fn status(line: &PairLine) -> impl IntoView + use<> {
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
