//! The evidence for a line: what was seen, in sentences whose packets are links, and how Wireshark shows the same.

use super::answer::chosen_of;
use super::cells::packet;
use super::report::ReportButton;
use super::wish::Wish;
use super::{go, say};
use crate::menu;
use crate::page::PACKETS;
use analyzer::message::{Evidence, PairLine};
use leptos::prelude::*;

/// The pane below the table.
#[component]
pub(crate) fn EvidencePane(wish: Wish) -> impl IntoView {
    let page = wish.page;
    let chosen = Memo::new(move |_| wish.line.with(|line| line.as_deref().map(chosen_of)));
    Effect::new(move |_| {
        if let Some(chosen) = chosen.get() {
            wish.explain(chosen);
        }
    });
    view! {
        <div class="evidence" id="evidence" tabindex="-1" on:click=move |event| {
            go(page, &event);
        }>
            {move || {
                let line = wish.line.get()?;
                let chosen = chosen_of(&line);
                let evidence = wish.evidence.get().filter(|evidence| evidence.chosen == chosen);
                Some(
                    view! {
                        <section class="why" aria-live="polite">
                            <header>
                                <h2>{title(&line)}</h2>
                                <ReportButton wish=wish chosen=chosen />
                            </header>
                            {evidence.as_ref().map(|evidence| why(evidence))}
                            {traffic(&line)}
                        </section>
                        <section class="same">{evidence.as_ref().map(|evidence| same(wish, evidence))}</section>
                    },
                )
            }}
        </div>
    }
}

fn title(line: &PairLine) -> String {
    match (&line.lookup, &line.connection) {
        (Some(lookup), Some(_)) => format!("Why {}", lookup.name),
        (None, Some(connection)) => format!("Why no lookup for {}", connection.server),
        _ => say::name(line),
    }
}

fn why(evidence: &Evidence) -> impl IntoView + use<> {
    let paragraphs: Vec<_> = evidence
        .words
        .split('\n')
        .filter(|words| !words.trim().is_empty())
        .map(|words| view! { <p>{linked(words)}</p> })
        .collect();
    let others = (!evidence.others.is_empty()).then(|| {
        let items = evidence
            .others
            .iter()
            .map(|(name, kind, frame)| {
                let frame = (*frame != 0).then(|| (", answered in packet ", packet(*frame, true)));
                view! { <li><code>{name.clone()}</code> " " {kind.clone()} {frame}</li> }
            })
            .collect_view();
        view! {
            <p>"Other lookups that gave this address:"</p>
            <ul>{items}</ul>
        }
    });
    let rule = (!evidence.rule.is_empty()).then(|| view! { <p class="rule">{linked(&evidence.rule)}</p> });
    (paragraphs, others, rule)
}

fn traffic(line: &PairLine) -> impl IntoView + use<> {
    line.connection.as_ref().map(|connection| {
        let ends = format!(
            "{} {} → {}",
            connection.transport.to_uppercase(),
            say::end(&connection.client, connection.client_port),
            say::end(&connection.server, connection.port)
        );
        let (last, time) = connection.last;
        view! {
            <p class="traffic">
                <code>{ends}</code>
                " · "
                {say::traffic(connection)}
                ", until packet "
                {packet(last, true)}
                {format!(" at {time:.3} s")}
            </p>
        }
    })
}

/// Text in which `#12` is a link to packet 12.
fn linked(text: &str) -> impl IntoView + use<> {
    pieces(text)
        .into_iter()
        .map(|(words, frame)| {
            (words, frame.map(|frame| view! { <span class="ref">"packet " {packet(frame, true)}</span> }))
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

/// The filters that show the same, here and in Wireshark.
fn same(wish: Wish, evidence: &Evidence) -> impl IntoView + use<> {
    let items = evidence
        .filters
        .iter()
        .map(|(what, filter)| {
            let (applied, copied) = (filter.clone(), filter.clone());
            view! {
                <li>
                    <span>{what.clone()}</span>
                    <code>{filter.clone()}</code>
                    <div>
                        <button
                            class="link"
                            title="Apply this filter to the packets here"
                            on:click=move |_| {
                                wish.page.show(PACKETS);
                                wish.page.apply(&applied);
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
}
