//! The picture of a page load: which names led to which connections, in time.

use super::answer::chosen_of;
use super::chart::{self, Chart, Form, Shape};
use super::wish::{Mode, Wish};
use super::{go, picture, say};
use crate::filter::icon;
use crate::{dom, words};
use analyzer::message::{Load, PairLine};
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// Width of a saved picture: as wide as a page of a report can show well.
const SAVED: f64 = 1_000.0;

/// Where the keyboard or the pointer is: a line, and one of its shapes that lead to packets.
type At = (usize, Option<usize>);

/// The picture with its bar.
#[component]
pub(crate) fn LoadPicture(wish: Wish) -> impl IntoView {
    let host = NodeRef::<Div>::new();
    let width = RwSignal::new(0.0);
    let at = RwSignal::<At>::new((0, None));
    let hovered = RwSignal::new(None::<usize>);
    host.on_load(move |host| {
        dom::watch_size(&host, move |now, _| {
            // While the picture is not shown it has no width.
            if now > 0 && width.get_untracked() != f64::from(now) {
                width.set(f64::from(now));
            }
        });
    });
    let shown = move || wish.mode.get() == Mode::Load;
    let load = Memo::new(move |_| wish.load().and_then(|index| wish.loads()?.get(index).cloned()));
    let lines = Memo::new(move |_| {
        let answer = wish.answer().filter(|answer| shown() && answer.wanted.within.is_some())?;
        Some(Lines(chart::in_order(&answer.lines)))
    });
    let chart = Memo::new(move |_| {
        let (lines, load) = (lines.get()?, load.get()?);
        (width.get() > 0.0).then(|| Chart::new(&lines.0, load.start, width.get(), None))
    });
    // The line that was chosen in the table is chosen here.
    Effect::new(move |_| {
        let Some(lines) = lines.get() else { return };
        let chosen = wish.line.with_untracked(|line| line.as_deref().map(chosen_of));
        let kept = lines.0.iter().position(|line| Some(chosen_of(line)) == chosen);
        choose(wish, at, &lines.0, (kept.unwrap_or(0), None));
    });
    let active = move || {
        let (line, part) = at.get();
        part.map_or_else(|| format!("load-{line}"), |part| format!("load-{line}-{part}"))
    };
    outline(active);
    let description = move || {
        let lines = lines.get()?;
        let (line, part) = at.get();
        let part = part.filter(|_| hovered.get().is_none()).and_then(|part| {
            chart.with(|chart| {
                chart.as_ref().and_then(|chart| Some(leading(chart.lines.get(line)?).nth(part)?.says.clone()))
            })
        });
        let line = lines.0.get(hovered.get().unwrap_or(line))?;
        Some(match part {
            Some(part) => format!("{}: {part}", say::name(line)),
            None => say::line(line).replace('#', "packet "),
        })
    };
    let key = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let Some(all) = lines.get_untracked().map(|lines| lines.0) else { return };
        let (line, part) = at.get_untracked();
        let last = all.len().saturating_sub(1);
        let parts = chart
            .with_untracked(|chart| chart.as_ref().and_then(|chart| Some(leading(chart.lines.get(line)?).count())))
            .unwrap_or(0);
        let to = match event.key().as_str() {
            "ArrowDown" => ((line + 1).min(last), None),
            "ArrowUp" => (line.saturating_sub(1), None),
            "PageDown" => ((line + 10).min(last), None),
            "PageUp" => (line.saturating_sub(10), None),
            "Home" => (0, None),
            "End" => (last, None),
            "ArrowRight" => (line, Some(part.map_or(0, |part| part + 1).min(parts.saturating_sub(1)))),
            "ArrowLeft" => (line, part.and_then(|part| part.checked_sub(1))),
            "Enter" | " " => {
                event.prevent_default();
                let id = format!("load-{line}-{}", part.unwrap_or_default());
                let frame = dom::by_svg_id(&id).and_then(|part| part.get_attribute("data-go")?.parse().ok());
                match frame.filter(|_| part.is_some()) {
                    Some(frame) => {
                        wish.page.go(frame);
                        dom::focus("packets");
                    }
                    None => dom::focus("evidence"),
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        choose(wish, at, &all, to);
        if let Some(line) = dom::by_svg_id(&format!("load-{}", to.0)) {
            dom::nearest(&line);
        }
    };
    let line_of = |target: Option<web_sys::EventTarget>| -> Option<usize> {
        let target = target?.dyn_into::<Element>().ok()?;
        target.closest("[data-line]").ok()??.get_attribute("data-line")?.parse().ok()
    };
    let drawn = move || {
        let chart = chart.get()?;
        let lines = (0..).zip(&chart.lines).map(|(index, shapes)| visit(at, index, shapes)).collect_view();
        let (ticks, rules): (Vec<&Shape>, Vec<&Shape>) = chart.frame.iter().partition(|shape| shape.class == "tick");
        Some(view! {
            <svg class="chart ticks" width=chart.width.to_string() height=chart::AXIS.to_string() role="presentation">
                {ticks.into_iter().map(|shape| drawing(shape, None)).collect_view()}
            </svg>
            <svg class="chart" width=chart.width.to_string() height=chart.height.to_string() role="presentation">
                {rules.into_iter().map(|shape| drawing(shape, None)).collect_view()}
                {lines}
            </svg>
        })
    };
    let none = move || {
        let loads = wish.loads()?;
        let empty = loads.is_empty() || lines.get().is_some_and(|lines| lines.0.is_empty());
        empty.then(|| view! { <p class="none">"Nothing was looked up or connected here. Choose another client, or search for less."</p> })
    };
    let surplus = move || {
        let answer = wish.answer().filter(|_| shown())?;
        let (shown, all) = (answer.lines.len() as u64, u64::from(answer.count()));
        (shown < all).then(|| format!("The first {} of {} lines are shown.", words::count(shown), words::count(all)))
    };
    view! {
        <div class="load" hidden=move || !shown()>
            <LoadBar wish=wish load=load save=move || {
                if let (Some(lines), Some(load)) = (lines.get_untracked(), load.get_untracked()) {
                    save(wish, &lines.0, &load);
                }
            } />
            <div
                id="load"
                class="scene"
                role="grid"
                tabindex="0"
                aria-label="Page load, in time"
                aria-activedescendant=active
                node_ref=host
                on:keydown=key
                on:click=move |event| {
                    if let (Some(line), Some(lines)) = (line_of(event.target()), lines.get_untracked()) {
                        choose(wish, at, &lines.0, (line, None));
                    }
                    go(wish.page, &event);
                }
                on:mousemove=move |event| {
                    let line = line_of(event.target());
                    if hovered.get_untracked() != line {
                        hovered.set(line);
                    }
                }
                on:mouseleave=move |_| hovered.set(None)
            >
                {drawn}
                {none}
            </div>
            <p class="description" aria-live="polite">
                {description}
            </p>
            <p class="surplus">{surplus}</p>
        </div>
    }
}

/// Lines that are compared by what they are.
#[derive(Debug, Clone)]
struct Lines(Vec<Arc<PairLine>>);

impl PartialEq for Lines {
    fn eq(&self, other: &Lines) -> bool {
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(|(one, other)| Arc::ptr_eq(one, other))
    }
}

/// Which page load is shown, and what can be done with it.
#[component]
fn LoadBar(wish: Wish, load: Memo<Option<Load>>, save: impl Fn() + 'static) -> impl IntoView {
    let loads = Memo::new(move |_| wish.loads().unwrap_or_default());
    let index = Memo::new(move |_| wish.load());
    let count = move || loads.with(Vec::len);
    let is_last = move || index.get().unwrap_or(0) + 1 >= count();
    let step = move |by: isize| {
        let at = index.get_untracked().unwrap_or(0).saturating_add_signed(by);
        wish.chosen_load.set(Some(at.min(loads.with_untracked(Vec::len).saturating_sub(1))));
    };
    let options = move || {
        let line = |(at, load): (usize, &Load)| {
            let name = if load.name.is_empty() { "no name".to_owned() } else { load.name.clone() };
            let words = format!("{name} · {} · {}", words::span(load.start), facts(load));
            view! { <option value=at.to_string() selected=move || index.get() == Some(at)>{words}</option> }
        };
        loads.with(|loads| loads.iter().enumerate().map(line).collect_view())
    };
    view! {
        <div class="load-bar">
            <button
                class="icon"
                aria-label="The page load before"
                title="The page load before"
                disabled=move || index.get().unwrap_or(0) == 0
                on:click=move |_| step(-1)
            >
                "‹"
            </button>
            <select
                aria-label="Page load"
                disabled=move || count() == 0
                on:change=move |event| wish.chosen_load.set(event_target_value(&event).parse().ok())
            >
                {options}
            </select>
            <button
                class="icon"
                aria-label="The next page load"
                title="The next page load"
                disabled=is_last
                on:click=move |_| step(1)
            >
                "›"
            </button>
            <span class="whose">{move || load.get().map(|_| format!("of {}", wish.loader()))}</span>
            <button
                id="save-picture"
                class="link"
                title="Save this picture as SVG, for a report"
                disabled=move || load.get().is_none()
                on:click=move |_| save()
            >
                {icon("drop")}
                " Save as SVG"
            </button>
        </div>
    }
}

fn facts(load: &Load) -> String {
    let names = words::counted(u64::from(load.names), "name", "names");
    format!("{names}, {}", words::counted(u64::from(load.connections), "connection", "connections"))
}

fn choose(wish: Wish, at: RwSignal<At>, lines: &[Arc<PairLine>], to: At) {
    at.set(to);
    let Some(line) = lines.get(to.0) else { return };
    wish.choose(chosen_of(line));
}

/// Draws the outline around the shape that the keyboard stands on.
fn outline(active: impl Fn() -> String + Send + Sync + 'static) {
    Effect::new(move |before: Option<String>| {
        let now = active();
        let mark = |id: &str, on: bool| {
            if let Some(element) = dom::by_svg_id(id) {
                let _ = element.class_list().toggle_with_force("active", on);
            }
        };
        if let Some(before) = before {
            mark(&before, false);
        }
        mark(&now, true);
        now
    });
}

/// The shapes of a line that lead to packets.
fn leading(shapes: &[Shape]) -> impl Iterator<Item = &Shape> {
    shapes.iter().filter(|shape| shape.go > 0)
}

fn visit(at: RwSignal<At>, index: usize, shapes: &[Shape]) -> impl IntoView + use<> {
    let mut parts = 0..;
    let shapes = shapes
        .iter()
        .map(|shape| {
            let part =
                (shape.go > 0).then(|| parts.next().unwrap_or_default()).map(|part| format!("load-{index}-{part}"));
            drawing(shape, part)
        })
        .collect_view();
    let chosen = Memo::new(move |_| at.with(|(line, _)| *line == index));
    view! {
        <g class="visit" role="row" id=format!("load-{index}") data-line=index.to_string() aria-selected=move || chosen.get().to_string()>
            {shapes}
        </g>
    }
}

fn drawing(shape: &Shape, id: Option<String>) -> AnyView {
    let class = shape.class;
    let go = (shape.go > 0).then(|| shape.go.to_string());
    let role = id.as_ref().map(|_| "gridcell");
    let title = (!shape.says.is_empty()).then(|| view! { <title>{shape.says.replace('#', "packet ")}</title> });
    match &shape.form {
        Form::Box { x, y, width, height } => {
            let (x, y, width, height) = (x.to_string(), y.to_string(), width.to_string(), height.to_string());
            view! { <rect class=class id=id role=role x=x y=y width=width height=height data-go=go>{title}</rect> }
                .into_any()
        }
        Form::Mark { x, y, path } => {
            let place = format!("translate({x} {y})");
            view! { <path class=class id=id role=role transform=place d=*path data-go=go>{title}</path> }.into_any()
        }
        Form::Words { x, y, ends, text } => {
            let anchor = ends.then_some("end");
            view! { <text class=class x=x.to_string() y=y.to_string() text-anchor=anchor>{title} {text.clone()}</text> }
                .into_any()
        }
    }
}

/// Saves the picture as a file that needs nothing else.
fn save(wish: Wish, lines: &[Arc<PairLine>], load: &Load) {
    let capture = wish.page.name.get_untracked();
    let name = if load.name.is_empty() { "no name".to_owned() } else { load.name.clone() };
    let title = format!("Page load of {name}");
    let facts = format!(
        "{capture} · {} · begun {} after the first packet · {}",
        untrack(|| wish.loader()),
        words::span(load.start),
        facts(load)
    );
    let chart = Chart::new(lines, load.start, SAVED, Some((&title, &facts)));
    let safe = |text: &str| {
        text.chars().map(|c| if c.is_alphanumeric() || "-._".contains(c) { c } else { '_' }).collect::<String>()
    };
    let file = format!("{}-{}.svg", safe(&capture), safe(&name));
    dom::save(&file, "image/svg+xml", &picture::svg(&chart, &title));
    wish.page.announced.set(format!("{file} was saved."));
}
