//! The detail tree: a packet's layers and fields, folded as the user left them.

use crate::dom;
use crate::menu::{self, Act, Item, Menu};
use crate::page::Page;
use analyzer::message::{Nature, PacketDetails, TreeLine};
use leptos::html::Div;
use leptos::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, MouseEvent};

/// Lines below the innermost layer that are still shown unfolded without being asked.
const UNFOLDED: usize = 120;

/// Which lines are unfolded: by the name of the field, so that the next packet looks the same.
type Folds = HashMap<String, bool>;

/// The pane.
#[component]
pub(crate) fn Tree(page: Page, menu: Menu) -> impl IntoView {
    let tree = NodeRef::<Div>::new();
    let folds = RwSignal::new(Folds::new());
    let shape = Memo::new(move |_| {
        page.packet
            .with(|packet| packet.as_ref().map(|packet| folds.with(|folds| shape(packet, folds))))
            .unwrap_or_default()
    });
    let fold = move |index: usize, open: bool| {
        if let Some(key) = page.packet.with_untracked(|packet| packet.as_ref()?.lines.get(index).map(key)) {
            folds.update(|folds| {
                folds.insert(key, open);
            });
        }
    };
    let pressed = move |event: KeyboardEvent| press(page, menu, shape, fold, &event);
    Effect::new(move |_| {
        let Some(line) = page.line.get() else { return };
        dom::before_paint(move || {
            if let Some(line) = dom::by_id(&format!("line-{line}")) {
                dom::nearest(&line);
            }
        });
    });
    // A field chosen in the bytes is unfolded down to where it stands.
    Effect::new(move |_| {
        let Some(line) = page.line.get() else { return };
        let above = page.packet.with_untracked(|packet| packet.as_ref().map(|packet| ancestors(&packet.lines, line)));
        for index in above.into_iter().flatten() {
            if shape.with_untracked(|shape| shape.get(index).is_some_and(|line| line.open == Some(false))) {
                fold(index, true);
            }
        }
    });
    let lines = move || {
        if let Some(tree) = tree.get_untracked() {
            tree.set_scroll_top(0);
        }
        page.packet.get().map(|packet| {
            (0..packet.lines.len())
                .map(|index| view! { <TreeLine page=page menu=menu packet=Arc::clone(&packet) index=index shape=shape fold=fold /> })
                .collect_view()
        })
    };
    view! {
        <div
            id="tree"
            class="tree"
            role="tree"
            tabindex="0"
            aria-label="Fields of the packet"
            aria-activedescendant=move || page.line.get().map(|line| format!("line-{line}"))
            node_ref=tree
            on:keydown=pressed
            on:mouseleave=move |_| page.hovered.set(None)
        >
            {lines}
        </div>
    }
}

/// What the folds make of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shown {
    /// Whether all that is above it is unfolded.
    visible: bool,
    /// Whether it is unfolded; nothing for a line with none below it.
    open: Option<bool>,
}

#[component]
fn TreeLine(
    page: Page,
    menu: Menu,
    packet: Arc<PacketDetails>,
    index: usize,
    shape: Memo<Vec<Shown>>,
    fold: impl Fn(usize, bool) + Copy + Send + 'static,
) -> impl IntoView {
    let Some(line) = packet.lines.get(index).cloned() else { return ().into_any() };
    let shown = move || shape.with(|shape| shape.get(index).copied()).unwrap_or(Shown { visible: true, open: None });
    let visible = Memo::new(move |_| shown().visible);
    let open = Memo::new(move |_| shown().open);
    let chosen = Memo::new(move |_| page.line.get() == Some(index));
    let hovered = Memo::new(move |_| page.hovered.get() == Some(index));
    let menu_line = line.clone();
    let context = move |event: MouseEvent| {
        event.prevent_default();
        page.point(Some(index));
        let place = (f64::from(event.client_x()), f64::from(event.client_y()));
        menu.at(place.0, place.1, "tree", deeds(&menu_line, &page.applied.get_untracked()));
    };
    let nature = match line.nature {
        Nature::Protocol => "protocol",
        Nature::Field => "field",
        Nature::Generated => "generated",
        Nature::Trouble => "trouble",
    };
    let (before, link, after) = linked(&line);
    let frame = line.link;
    view! {
        <div
            id=format!("line-{index}")
            role="treeitem"
            class=format!("line {nature} depth-{}", line.depth.min(12))
            data-field=(!line.field.is_empty()).then(|| line.field.clone())
            attr:aria-level=(u32::from(line.depth) + 1).to_string()
            aria-expanded=move || open.get().map(|open| open.to_string())
            aria-selected=move || chosen.get().to_string()
            class:hovered=move || hovered.get()
            hidden=move || !visible.get()
            on:click=move |event: MouseEvent| {
                page.point(Some(index));
                let twisty = event
                    .target()
                    .and_then(|target| target.dyn_into::<Element>().ok())
                    .is_some_and(|target| target.class_list().contains("twisty"));
                if let Some(open) = open.get_untracked().filter(|_| twisty) {
                    fold(index, !open);
                }
            }
            on:dblclick=move |_| {
                if let Some(open) = open.get_untracked() {
                    fold(index, !open);
                }
            }
            on:contextmenu=context
            on:mouseenter=move |_| page.hovered.set(Some(index))
        >
            <span class="twisty" aria-hidden="true"></span>
            <span class="text">
                {before}
                {link
                    .map(|number| {
                        view! {
                            <a
                                href=format!("#packet-{frame}")
                                tabindex="-1"
                                on:click=move |event: MouseEvent| {
                                    event.prevent_default();
                                    page.go(frame);
                                }
                            >
                                {number}
                            </a>
                        }
                    })} {after}
            </span>
        </div>
    }
    .into_any()
}

fn press(page: Page, menu: Menu, shape: Memo<Vec<Shown>>, fold: impl Fn(usize, bool), event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let Some(packet) = page.packet.get_untracked() else { return };
    let shape = shape.get_untracked();
    let visible = |index: &usize| shape.get(*index).is_some_and(|line| line.visible);
    let count = packet.lines.len();
    let at = page.line.get_untracked();
    let open = at.and_then(|at| shape.get(at)).and_then(|line| line.open);
    let next = |from: usize| (from..count).find(visible);
    let last = |to: usize| (0..to).rev().find(visible);
    let to = match (event.key().as_str(), at) {
        ("ArrowDown", Some(at)) => next(at + 1),
        ("ArrowUp", Some(at)) => last(at),
        ("ArrowDown" | "ArrowUp" | "Home", _) => next(0),
        ("End", _) => last(count),
        ("PageDown", Some(at)) => (at + 1..count).filter(visible).take(10).last(),
        ("PageUp", Some(at)) => (0..at).rev().filter(visible).take(10).last(),
        ("ArrowRight", Some(at)) if open == Some(false) => {
            fold(at, true);
            None
        }
        ("ArrowRight", Some(at)) if open == Some(true) => next(at + 1),
        ("ArrowLeft", Some(at)) if open == Some(true) => {
            fold(at, false);
            None
        }
        ("ArrowLeft", Some(at)) => ancestors(&packet.lines, at).first().copied(),
        ("Enter", Some(at)) => {
            let link = packet.lines.get(at).map_or(0, |line| line.link);
            if link != 0 {
                page.go(link);
            } else if let Some(open) = open {
                fold(at, !open);
            }
            None
        }
        ("ContextMenu" | "F10", Some(at)) => {
            let place = dom::by_id(&format!("line-{at}")).map(|line| line.get_bounding_client_rect());
            if let (Some(place), Some(line)) = (place, packet.lines.get(at)) {
                menu.at(place.left() + 40.0, place.bottom(), "tree", deeds(line, &page.applied.get_untracked()));
            }
            None
        }
        ("ArrowRight" | "ArrowLeft", None) => None,
        _ => return,
    };
    event.prevent_default();
    if to.is_some() {
        page.point(to);
    }
}

/// What can be done with a line.
fn deeds(line: &TreeLine, applied: &str) -> Vec<Item> {
    let item = |label: &str, note: &str, act: Act| Item { label: label.to_owned(), note: note.to_owned(), act };
    let mut items = Vec::new();
    if line.link != 0 {
        items.push(item("Go to packet", &line.link.to_string(), Act::Go(line.link)));
    }
    if !line.filter.is_empty() {
        items.extend(menu::ways("Filter as ==", &line.filter, applied));
        items.push(menu::to_copy("Copy as filter", &line.filter));
    }
    if !line.field.is_empty() {
        items.push(item("Filter packets with this field", &line.field, Act::Filter(line.field.clone())));
        items.push(item("Copy the field’s name", &line.field, Act::Copy(line.field.clone())));
    }
    items.push(menu::to_copy("Copy the line", &line.text));
    items
}

/// The text around the number of the packet that a line names, where it names one.
fn linked(line: &TreeLine) -> (String, Option<String>, String) {
    let number = line.link.to_string();
    match line.text.rfind(&number).filter(|_| line.link != 0) {
        Some(at) => {
            let (before, rest) = line.text.split_at(at);
            let (number, after) = rest.split_at(number.len());
            (before.to_owned(), Some(number.to_owned()), after.to_owned())
        }
        None => (line.text.clone(), None, String::new()),
    }
}

/// What a fold is remembered by: the field's name, or the words before the value.
fn key(line: &TreeLine) -> String {
    if line.field.is_empty() {
        let words = line.text.split([':', '(', ',']).next().unwrap_or_default();
        format!("{}/{words}", line.depth)
    } else {
        line.field.clone()
    }
}

/// The lines above a line, innermost first.
fn ancestors(lines: &[TreeLine], index: usize) -> Vec<usize> {
    let mut above = Vec::new();
    let Some(mut depth) = lines.get(index).map(|line| line.depth) else { return above };
    for (at, line) in lines.iter().enumerate().take(index).rev() {
        if line.depth < depth {
            above.push(at);
            depth = line.depth;
        }
    }
    above
}

/// Which lines are seen and which are unfolded. Where the user said nothing, the innermost layer is.
fn shape(packet: &PacketDetails, folds: &Folds) -> Vec<Shown> {
    let lines = &packet.lines;
    let layer = |line: &TreeLine| line.depth == 0 && line.nature == Nature::Protocol;
    let innermost = lines.iter().rposition(layer).unwrap_or(0);
    let end = lines.iter().skip(innermost + 1).position(|line| line.depth == 0);
    let end = end.map_or(lines.len(), |count| innermost + 1 + count);
    let mut shown = Vec::with_capacity(lines.len());
    // The depth of the outermost folded line that is still in force.
    let mut folded = None;
    for (index, line) in lines.iter().enumerate() {
        if folded.is_some_and(|depth| line.depth <= depth) {
            folded = None;
        }
        let visible = folded.is_none();
        let parent = lines.get(index + 1).is_some_and(|next| next.depth > line.depth);
        let open = parent.then(|| {
            folds
                .get(&key(line))
                .copied()
                .unwrap_or(index == innermost || ((innermost..end).contains(&index) && end - innermost <= UNFOLDED))
        });
        if visible && open == Some(false) {
            folded = Some(line.depth);
        }
        shown.push(Shown { visible, open });
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(depth: u8, field: &str, nature: Nature) -> TreeLine {
        let (text, filter) = (field.to_owned(), String::new());
        TreeLine { depth, text, field: field.to_owned(), filter, source: 0, start: 0, end: 0, link: 0, nature }
    }

    fn packet() -> PacketDetails {
        let lines = vec![
            line(0, "ip", Nature::Protocol),
            line(1, "ip.flags", Nature::Field),
            line(2, "ip.flags.df", Nature::Field),
            line(0, "dns", Nature::Protocol),
            line(1, "dns.flags", Nature::Field),
            line(2, "dns.flags.response", Nature::Field),
        ];
        PacketDetails { frame: 1, lines, sources: Vec::new() }
    }

    fn visible(folds: &[(&str, bool)]) -> Vec<bool> {
        let folds = folds.iter().map(|(key, open)| ((*key).to_owned(), *open)).collect();
        shape(&packet(), &folds).iter().map(|line| line.visible).collect()
    }

    #[test]
    fn the_innermost_layer_is_unfolded() {
        assert_eq!(visible(&[]), [true, false, false, true, true, true]);
    }

    #[test]
    fn folds_are_remembered_by_field() {
        assert_eq!(visible(&[("ip", true)]), [true, true, false, true, true, true]);
        assert_eq!(visible(&[("dns", false)]), [true, false, false, true, false, false]);
        assert_eq!(visible(&[("dns.flags", false), ("ip.flags", true)]), [true, false, false, true, true, false]);
    }

    #[test]
    fn ancestors_are_found_from_the_inside() {
        assert_eq!(ancestors(&packet().lines, 5), [4, 3]);
        assert_eq!(ancestors(&packet().lines, 3), Vec::<usize>::new());
    }

    #[test]
    fn the_number_of_a_named_packet_is_the_link() {
        let mut named = line(1, "dns.response_in", Nature::Generated);
        named.text = "[Response In: 16]".to_owned();
        named.link = 16;
        assert_eq!(linked(&named), ("[Response In: ".to_owned(), Some("16".to_owned()), "]".to_owned()));
    }
}
