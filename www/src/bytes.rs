//! The byte view: offsets, hexadecimal and text, answering the tree and answered by it.

use crate::dom;
use crate::page::Page;
use analyzer::message::{PacketDetails, TreeLine};
use leptos::html::Div;
use leptos::prelude::*;
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

/// Bytes in a line; half of it where the pane is narrow.
const WIDE: usize = 16;
/// Height of a line, as the stylesheet has it.
const HEIGHT: f64 = 18.0;
/// Pixels below which a line holds half as many bytes.
const NARROW: i32 = 480;

/// The pane with a tab for each source of bytes.
#[component]
pub(crate) fn Bytes(page: Page) -> impl IntoView {
    let host = NodeRef::<Div>::new();
    let source = RwSignal::new(0_usize);
    let size = RwSignal::new((0, 0));
    let dump = StoredValue::new_local(None::<Rc<Dump>>);
    host.on_load(move |host| {
        dump.set_value(Dump::build(&host).map(Rc::new));
        crate::dom::watch_size(&host, move |width, height| size.set((width, height)));
    });
    // A line of the tree brings the source that it stands in to the front.
    Effect::new(move |_| {
        if let (Some(line), Some(packet)) = (page.line.get(), page.packet.get_untracked())
            && let Some(line) = packet.lines.get(line).filter(|line| line.end > line.start)
        {
            source.set(usize::from(line.source));
        }
    });
    Effect::new(move |_| {
        page.packet.track();
        source.set(0);
    });
    Effect::new(move |_| {
        let (packet, source, _) = (page.packet.get(), source.get(), size.get());
        let spans =
            [span(packet.as_deref(), page.line.get(), source), span(packet.as_deref(), page.hovered.get(), source)];
        if let Some(dump) = dump.get_value() {
            dump.show(packet, source, spans);
        }
    });
    let scrolled = move |_| {
        if let Some(dump) = dump.get_value() {
            dump.draw();
        }
    };
    let at = move |event: &Event| {
        let offset = offset(event)?;
        page.packet.with_untracked(|packet| innermost(&packet.as_ref()?.lines, source.get_untracked(), offset))
    };
    let tabs = move || {
        let packet = page.packet.get()?;
        (packet.sources.len() > 1).then(|| {
            packet
                .sources
                .iter()
                .enumerate()
                .map(|(index, bytes)| {
                    view! {
                        <button aria-pressed=move || (source.get() == index).to_string() on:click=move |_| source.set(index)>
                            {bytes.name.clone()}
                        </button>
                    }
                })
                .collect_view()
        })
    };
    view! {
        <div class="bytes-pane">
            <div class="sources" role="group" aria-label="Bytes of">
                {tabs}
            </div>
            <div
                id="bytes"
                class="bytes"
                tabindex="0"
                role="group"
                aria-label="Bytes of the packet"
                node_ref=host
                on:scroll=scrolled
                on:click=move |event| {
                    if let Some(line) = at(&event) {
                        page.point(Some(line));
                    }
                }
                on:mouseover=move |event| page.hovered.set(at(&event))
                on:mouseleave=move |_| page.hovered.set(None)
            ></div>
        </div>
    }
}

/// The lines on screen. Only they are in the document, so that a packet of megabytes opens as fast as one of 60 bytes.
struct Dump {
    host: HtmlElement,
    layer: HtmlElement,
    sizer: HtmlElement,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    packet: Option<Arc<PacketDetails>>,
    source: usize,
    /// The selected and the hovered field.
    spans: [Range<usize>; 2],
    wide: usize,
    drawn: Range<usize>,
    /// Hexadecimal and text cell of every byte on screen, from the first of them on.
    cells: Vec<[HtmlElement; 2]>,
}

impl Dump {
    fn build(host: &HtmlElement) -> Option<Dump> {
        let (layer, sizer) = (dom::element("div", "layer")?, dom::element("div", "sizer")?);
        let _ = host.append_with_node_2(&layer, &sizer);
        Some(Dump { host: host.clone(), layer, sizer, state: RefCell::default() })
    }

    fn show(&self, packet: Option<Arc<PacketDetails>>, source: usize, spans: [Range<usize>; 2]) {
        let wide = if self.host.client_width() < NARROW { WIDE / 2 } else { WIDE };
        let mut state = self.state.borrow_mut();
        let same = state.source == source
            && state.wide == wide
            && match (&state.packet, &packet) {
                (Some(old), Some(new)) => Arc::ptr_eq(old, new),
                (old, new) => old.is_none() && new.is_none(),
            };
        let moved = state.spans[0] != spans[0];
        state.spans = spans;
        if !same {
            (state.packet, state.source, state.wide) = (packet, source, wide);
            state.drawn = 0..0;
            let lines = state.bytes().len().div_ceil(wide);
            dom::style(&self.sizer, "height", &format!("{}px", lines as f64 * HEIGHT));
            self.host.set_scroll_top(0);
        }
        let first = state.spans[0].clone();
        drop(state);
        if (moved || !same) && !first.is_empty() {
            self.reveal(first.start / wide);
        }
        self.draw();
    }

    fn reveal(&self, line: usize) {
        let (top, view) = (line as f64 * HEIGHT, f64::from(self.host.client_height()));
        let at = f64::from(self.host.scroll_top());
        if top < at || top + HEIGHT > at + view {
            self.host.set_scroll_top((top - view / 3.0).max(0.0) as i32);
        }
    }

    /// Fills the lines on screen where they changed, and marks the fields.
    fn draw(&self) {
        let mut state = self.state.borrow_mut();
        if state.wide == 0 {
            return;
        }
        let lines = state.bytes().len().div_ceil(state.wide);
        let first = (f64::from(self.host.scroll_top()) / HEIGHT) as usize;
        let fit = (f64::from(self.host.client_height()) / HEIGHT).ceil() as usize + 1;
        let seen = first.min(lines)..(first + fit).min(lines);
        if seen != state.drawn || seen.is_empty() {
            self.fill(&mut state, seen);
        }
        let start = state.drawn.start * state.wide;
        for (place, cells) in (start..).zip(&state.cells) {
            let [chosen, hovered] = &state.spans;
            let states = [
                ("chosen", chosen.contains(&place)),
                ("hovered", hovered.contains(&place)),
                ("begins", hovered.start == place),
                ("ends", hovered.end == place + 1),
            ];
            for cell in cells {
                let classes = cell.class_list();
                for (class, on) in states {
                    let _ = classes.toggle_with_force(class, on);
                }
            }
        }
    }

    fn fill(&self, state: &mut State, seen: Range<usize>) {
        self.layer.set_text_content(None);
        let mut cells = Vec::new();
        let wide = state.wide;
        let start = seen.start * wide;
        let shown = state.bytes().get(start..(seen.end * wide).min(state.bytes().len())).unwrap_or_default().to_vec();
        for (line, chunk) in (seen.start..).zip(shown.chunks(wide)) {
            let Some(row) = self.line(line, wide, chunk, &mut cells) else { return };
            dom::style(&row, "transform", &format!("translateY({}px)", line as f64 * HEIGHT));
            let _ = self.layer.append_with_node_1(&row);
        }
        state.drawn = seen;
        state.cells = cells;
    }

    fn line(&self, line: usize, wide: usize, chunk: &[u8], cells: &mut Vec<[HtmlElement; 2]>) -> Option<HtmlElement> {
        let row = dom::element("div", "octets")?;
        let offset = dom::element("span", "offset")?;
        offset.set_text_content(Some(&format!("{:04x}  ", line * wide)));
        let (hex, text) = (dom::element("span", "hex")?, dom::element("span", "text")?);
        for (column, byte) in chunk.iter().enumerate() {
            let pair = [dom::element("span", "")?, dom::element("span", "")?];
            let place = (line * wide + column).to_string();
            let gap = if column + 1 == WIDE / 2 && wide == WIDE { "  " } else { " " };
            let shown = if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '.' };
            let texts = [format!("{byte:02x}"), shown.to_string()];
            for (cell, text) in pair.iter().zip(&texts) {
                dom::set(cell, "data-offset", &place);
                cell.set_text_content(Some(text));
            }
            let _ = hex.append_with_node_1(&pair[0]);
            let _ = hex.append_with_str_1(gap);
            let _ = text.append_with_node_1(&pair[1]);
            cells.push(pair);
        }
        // A short last line keeps its text below that of the others.
        let missing = (wide - chunk.len()) * 3 + usize::from(wide == WIDE && chunk.len() < WIDE / 2);
        let _ = hex.append_with_str_1(&" ".repeat(missing));
        let _ = row.append_with_node_3(&offset, &hex, &text);
        Some(row)
    }
}

impl State {
    fn bytes(&self) -> &[u8] {
        let source = self.packet.as_ref().and_then(|packet| packet.sources.get(self.source));
        source.map(|source| source.bytes.as_slice()).unwrap_or_default()
    }
}

/// The bytes of a line of the tree, as far as they stand in `source`.
fn span(packet: Option<&PacketDetails>, line: Option<usize>, source: usize) -> Range<usize> {
    line.and_then(|line| packet?.lines.get(line))
        .filter(|line| usize::from(line.source) == source)
        .map_or(0..0, |line| line.start as usize..line.end as usize)
}

/// The line with the fewest bytes around `offset`; of several the outermost, which is the field and not its bits.
fn innermost(lines: &[TreeLine], source: usize, offset: u32) -> Option<usize> {
    lines
        .iter()
        .enumerate()
        .filter(|(_, line)| usize::from(line.source) == source && (line.start..line.end).contains(&offset))
        .min_by_key(|(_, line)| (line.end - line.start, line.depth))
        .map(|(index, _)| index)
}

fn offset(event: &Event) -> Option<u32> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.get_attribute("data-offset")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use analyzer::message::Nature;

    fn line(depth: u8, source: u8, bytes: Range<u32>) -> TreeLine {
        TreeLine {
            depth,
            text: String::new(),
            field: String::new(),
            filter: String::new(),
            source,
            start: bytes.start,
            end: bytes.end,
            link: 0,
            nature: Nature::Field,
        }
    }

    #[test]
    fn a_byte_belongs_to_the_smallest_field_around_it() {
        let lines = [line(0, 0, 0..20), line(1, 0, 6..7), line(2, 0, 6..7), line(1, 0, 0..0), line(0, 1, 6..7)];
        assert_eq!(innermost(&lines, 0, 6), Some(1));
        assert_eq!(innermost(&lines, 0, 7), Some(0));
        assert_eq!(innermost(&lines, 1, 6), Some(4));
        assert_eq!(innermost(&lines, 0, 20), None);
    }
}
