//! The bottom line: what is selected, what it stands on, and the state that tests and readers can rely on.

use crate::page::{Page, View};
use crate::words;
use analyzer::message::Line;
use leptos::prelude::*;

/// The line.
#[component]
pub(crate) fn Status(page: Page) -> impl IntoView {
    let line = move || -> Option<Line> {
        let at = page.hovered.get().or(page.line.get())?;
        page.packet.with(|packet| packet.as_ref()?.lines.get(at).cloned())
    };
    let chosen =
        move || page.line.get().and_then(|at| page.packet.with(|packet| packet.as_ref()?.lines.get(at).cloned()));
    let filter = move || chosen().map(|line| line.filter).filter(|filter| !filter.is_empty());
    let left = move || match page.view.get() {
        View::Packets => line().map(|line| place(&line)).unwrap_or_default(),
        View::Pairs => page.pairs.with(|pairs| {
            pairs.as_ref().map_or_else(String::new, |told| {
                format!(
                    "{} · {} · {} paired",
                    words::counted(u64::from(told.shown.lookups), "lookup", "lookups"),
                    words::counted(u64::from(told.shown.connections), "connection", "connections"),
                    words::count(u64::from(told.shown.paired))
                )
            })
        }),
    };
    view! {
        <footer
            id="status"
            data-state=move || page.phase.get().name()
            data-packets=move || page.packets.get().to_string()
            data-displayed=move || page.displayed.get().to_string()
        >
            <span class="place">{left}</span>
            {move || {
                filter()
                    .filter(|_| page.view.get() == View::Packets)
                    .map(|filter| {
                        let text = filter.clone();
                        view! {
                            <button class="link" title=filter.clone() on:click=move |_| page.apply(&filter)>
                                {format!("filter as {text}")}
                            </button>
                        }
                    })
            }}
            <span class="trust">"read in this tab, sent nowhere"</span>
        </footer>
        <div class="unseen" role="status" aria-live="polite">
            {move || page.announced.get()}
        </div>
    }
}

/// A line's field and bytes: `ip.dst · 4 bytes, 30–33`.
fn place(line: &Line) -> String {
    let bytes = line.end.saturating_sub(line.start);
    let stands = match bytes {
        0 => "not in the bytes".to_owned(),
        1 => format!("1 byte, {}", line.start),
        _ => format!("{} bytes, {}–{}", words::count(u64::from(bytes)), line.start, line.end - 1),
    };
    [line.field.as_str(), stands.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
