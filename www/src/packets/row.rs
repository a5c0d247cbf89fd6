//! One row of the list: elements that are filled again and again.

use crate::dom;
use analyzer::message::{Row, Tint};
use web_sys::HtmlElement;

/// The columns: class and title.
pub(crate) const COLUMNS: [(&str, &str); 7] = [
    ("no", "No."),
    ("time", "Time"),
    ("source", "Source"),
    ("destination", "Destination"),
    ("protocol", "Protocol"),
    ("length", "Length"),
    ("info", "Info"),
];

/// A row of the pool.
pub(crate) struct Slot {
    element: HtmlElement,
    cells: Vec<HtmlElement>,
    /// The name beside the address of the source, and beside that of the destination.
    names: Vec<HtmlElement>,
    /// Position and packet that the cells show; packet 0 while it is on its way.
    shows: Option<(u32, u32)>,
    tint: Tint,
    top: Option<f64>,
    chosen: bool,
    marked: bool,
}

impl Slot {
    /// A new row at the end of `layer`.
    pub(crate) fn new(layer: &HtmlElement) -> Option<Slot> {
        let element = dom::element("div", "row")?;
        dom::set(&element, "role", "row");
        let mut cells = Vec::with_capacity(COLUMNS.len());
        let mut names = Vec::new();
        for (class, _) in COLUMNS {
            let cell = dom::element("span", class)?;
            dom::set(&cell, "role", "gridcell");
            let _ = element.append_with_node_1(&cell);
            if matches!(class, "source" | "destination") {
                // The address and the name are elements of their own: one is never taken for the other.
                let (address, name) = (dom::element("span", "address")?, dom::element("small", "named")?);
                let _ = cell.append_with_node_2(&address, &name);
                cells.push(address);
                names.push(name);
            } else {
                cells.push(cell);
            }
        }
        element.set_hidden(true);
        let _ = layer.append_with_node_1(&element);
        Some(Slot { element, cells, names, shows: None, tint: Tint::Plain, top: None, chosen: false, marked: false })
    }

    /// Takes the row off the screen.
    pub(crate) fn hide(&mut self) {
        if self.top.take().is_some() {
            self.element.set_hidden(true);
        }
    }

    /// Moves the row to `top` pixels from the window's upper edge.
    pub(crate) fn put(&mut self, top: f64) {
        if self.top.is_none() {
            self.element.set_hidden(false);
        }
        if self.top != Some(top) {
            self.top = Some(top);
            dom::style(&self.element, "transform", &format!("translateY({top}px)"));
        }
    }

    /// What the row shows may have changed under it.
    pub(crate) fn forget(&mut self) {
        self.shows = None;
    }

    /// The packet that the row shows; 0 while it is on its way.
    pub(crate) fn frame(&self) -> u32 {
        self.shows.map_or(0, |(_, frame)| frame)
    }

    /// Shows the row at `position`, or an empty one while it is on its way.
    pub(crate) fn fill(&mut self, position: u32, row: Option<&Row>) {
        let shows = Some((position, row.map_or(0, |row| row.frame)));
        if self.shows == shows {
            return;
        }
        self.shows = shows;
        dom::set(&self.element, "aria-rowindex", &(u64::from(position) + 2).to_string());
        let Some(row) = row else {
            self.element.set_id("");
            let _ = self.element.remove_attribute("data-frame");
            self.colour(Tint::Plain);
            for cell in self.cells.iter().chain(&self.names) {
                cell.set_text_content(None);
            }
            return;
        };
        let number = row.frame.to_string();
        self.element.set_id(&format!("packet-{number}"));
        dom::set(&self.element, "data-frame", &number);
        self.colour(row.tint);
        let length = row.length.to_string();
        let texts =
            [&number, &row.time, &row.source, &row.destination, &row.protocol, &length, &row.info].map(String::as_str);
        for (cell, text) in self.cells.iter().zip(texts) {
            cell.set_text_content(Some(text));
        }
        for (name, is_source) in self.names.iter().zip([true, false]) {
            let text = if row.named_source == is_source { row.name.as_str() } else { "" };
            name.set_text_content(Some(text));
            name.set_title(text);
        }
    }

    /// Whether the row's packet is selected, and whether it is marked.
    pub(crate) fn mark(&mut self, chosen: bool, marked: bool) {
        if self.chosen != chosen {
            self.chosen = chosen;
            dom::set(&self.element, "aria-selected", if chosen { "true" } else { "false" });
        }
        if self.marked != marked {
            self.marked = marked;
            let _ = self.element.class_list().toggle_with_force("marked", marked);
        }
    }

    fn colour(&mut self, tint: Tint) {
        if self.tint != tint {
            self.tint = tint;
            dom::set(&self.element, "data-tint", name(tint));
        }
    }
}

/// The tint as the stylesheet calls it.
fn name(tint: Tint) -> &'static str {
    match tint {
        Tint::Plain => "plain",
        Tint::Bad => "bad",
        Tint::Control => "control",
        Tint::IcmpError => "icmp-error",
        Tint::Arp => "arp",
        Tint::Icmp => "icmp",
        Tint::Reset => "reset",
        Tint::Http => "http",
        Tint::Tls => "tls",
        Tint::SynFin => "syn-fin",
        Tint::Tcp => "tcp",
        Tint::Udp => "udp",
        Tint::Broadcast => "broadcast",
    }
}
