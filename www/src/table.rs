//! The table of the page: as many rows in the document as are near to what is seen, whatever the number of lines.
//!
//! A pane says what its columns are and what is done with its lines ([`Content`]), hands in how many lines there are
//! ([`Table::count`]) and those that it was asked for ([`Table::put`]). Scrolling, sizes, keys, clicks, the cursor, the
//! titles and how they sort are the table's own.

mod body;
mod cell;
mod grid;
mod hand;
mod head;
mod lines;
mod place;
mod rows;
mod scroll;

pub(crate) use cell::Cell;
use grid::Grid;
use leptos::html::Div;
use leptos::prelude::*;
use lines::Kept;
pub(crate) use place::Group;
use rows::Rows;
use std::rc::Rc;
use web_sys::{Event, HtmlElement, KeyboardEvent};

/// A column of a table.
pub(crate) struct Column<C: Content> {
    /// The class that places it; the ids of its cells end with it.
    pub(crate) class: &'static str,
    /// Its title.
    pub(crate) title: &'static str,
    /// What its title says when it is pointed at; empty for nothing.
    pub(crate) says: &'static str,
    /// Whether its title sorts.
    pub(crate) sorts: bool,
    /// What stands in it.
    pub(crate) cell: fn(&C, &C::Row) -> Cell,
}

/// How a table is called, and how it behaves.
pub(crate) struct Look {
    /// The id of its element.
    pub(crate) id: &'static str,
    /// The class that gives it columns and sizes: `--columns`, `--row`, `--heading`, `--head`.
    pub(crate) class: &'static str,
    /// What a screen reader calls it.
    pub(crate) label: &'static str,
    /// The class of its rows; their ids begin with it.
    pub(crate) row: &'static str,
    /// Whether its columns may be wider than the window, so that the titles stand in it and scroll with them.
    pub(crate) wide: bool,
    /// Whether the arrow keys go from cell to cell, and whether its rows have a menu.
    pub(crate) cells: bool,
    /// Lines that are drawn above and below those in sight.
    pub(crate) near: u32,
}

/// Where the keyboard stands in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Cursor {
    /// The position of the line, where it is among them.
    pub(crate) line: Option<u32>,
    /// Whether it stands on the titles instead.
    pub(crate) head: bool,
    /// The column; nothing for the line as a whole.
    pub(crate) column: Option<usize>,
}

/// What a pane shows in a table, and what it does with it.
pub(crate) trait Content: Sized + 'static {
    /// What is known of a line.
    type Row: PartialEq + 'static;

    /// How the table is called.
    const LOOK: Look;
    /// Its columns, from the left.
    const COLUMNS: &'static [Column<Self>];

    /// Asks for the lines `start..end`, which are to be put into the table.
    fn want(&self, start: u32, end: u32);

    /// The keyboard or a click came to a line.
    fn choose(&self, position: u32, row: &Self::Row);

    /// The number in the id of a line.
    fn number(&self, position: u32, _row: &Self::Row) -> u32 {
        position
    }

    /// Gives an element the attributes of a line, or takes them away where it shows none.
    fn dress(&self, _element: &HtmlElement, _line: Option<(u32, &Self::Row)>) {}

    /// Whether a line is shown as the chosen one.
    fn is_chosen(&self, position: u32, _row: &Self::Row, cursor: Cursor) -> bool {
        cursor.line == Some(position)
    }

    /// Whether a line is marked.
    fn is_marked(&self, _row: &Self::Row) -> bool {
        false
    }

    /// A click on a line, which was the chosen one before or not.
    fn click(&self, _event: &Event, _row: &Self::Row, _before: bool) {}

    /// Enter, on a line where the cursor stands on one, and on one of its cells.
    fn enter(&self, _row: Option<&Self::Row>, _cell: Option<(usize, HtmlElement)>) {}

    /// Opens what can be done with a line at a place of the window: with a value in it, a cell of it, or all of it.
    fn offer(&self, _row: &Self::Row, _of: Of, _place: (f64, f64)) {}

    /// A key that the table has no use for; returns whether the pane has.
    fn key(&self, _event: &KeyboardEvent) -> bool {
        false
    }

    /// Sorts by a column; again, the other way round.
    fn sort(&self, _column: usize) {}

    /// Whether lines are sorted by a column, and then whether they are turned round.
    fn sorted(&self, _column: usize) -> Option<bool> {
        None
    }

    /// What stands in a column's title beside its word.
    fn beside_title(&self, _column: usize) -> Option<AnyView> {
        None
    }

    /// What is said below the lines, as where there are none.
    fn below_lines(&self) -> Option<AnyView> {
        None
    }

    /// What stands at the end of the titles.
    fn behind_titles(&self) -> Option<AnyView> {
        None
    }
}

/// What a menu is about.
pub(crate) enum Of {
    /// The value with this name, as `data-value` has it.
    Value(String),
    /// The cell in this column.
    Cell(usize),
    /// The whole line.
    Line,
}

/// A table with lines of one kind. Copies are handles to the same one.
pub(crate) struct Table<R: 'static> {
    rows: StoredValue<Rows<R>, LocalStorage>,
    grid: StoredValue<Option<Rc<Grid>>, LocalStorage>,
    groups: RwSignal<Vec<Group>>,
    /// Where the keyboard stands.
    pub(crate) cursor: RwSignal<Cursor>,
}

impl<R> Clone for Table<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Table<R> {}

impl<R: PartialEq> Table<R> {
    /// A table without lines.
    pub(crate) fn new() -> Table<R> {
        Table {
            rows: StoredValue::new_local(Rows::default()),
            grid: StoredValue::new_local(None),
            groups: RwSignal::new(Vec::new()),
            cursor: RwSignal::new(Cursor::default()),
        }
    }

    /// Says how many lines there are, in which groups. Known lines keep their positions.
    pub(crate) fn count(self, groups: Vec<Group>) {
        if self.groups.with_untracked(|known| *known != groups) {
            self.groups.set(groups);
        }
    }

    /// Number of lines.
    pub(crate) fn lines(self) -> u64 {
        self.groups.with(|groups| groups.iter().map(|group| u64::from(group.lines)).sum())
    }

    /// Takes lines, the first of which stands at `start`.
    pub(crate) fn put(self, start: u32, rows: impl IntoIterator<Item = R>) {
        let mut more = false;
        let near = self.seen();
        self.rows.update_value(|known| more = known.put(start, rows, near));
        // Asking again for what is not there yet would only go in circles.
        if more {
            self.on_grid(Grid::arrived);
        }
    }

    /// Every line may be another one now; those that are known are shown until others come.
    pub(crate) fn replace(self, start: u32, rows: impl IntoIterator<Item = R>) {
        self.rows.update_value(|known| known.keep(&(0..0)));
        self.put(start, rows);
        self.on_grid(Grid::draw);
    }

    /// Every line is another one: none is known any more, and they are seen from the first.
    pub(crate) fn restart(self) {
        self.rows.update_value(|known| known.keep(&(0..0)));
        self.cursor.set(Cursor::default());
        self.on_grid(Grid::restart);
    }

    /// Shows the first lines.
    pub(crate) fn rewind(self) {
        self.on_grid(Grid::rewind);
    }

    /// More is known of the lines now: those in sight are wanted again, and stay until then.
    pub(crate) fn renew(self) {
        let seen = self.seen();
        self.rows.update_value(|known| known.keep(&seen));
        self.on_grid(Grid::renew);
    }

    /// Moves the cursor to a line, or away from all, without choosing it; scrolls to it where it is.
    pub(crate) fn stand(self, line: Option<u32>) {
        self.cursor.update(|cursor| cursor.line = line);
        self.on_grid(|grid| grid.stand(line));
    }

    /// Something that is shown has changed beside the lines: which is chosen, which are marked.
    pub(crate) fn draw(self) {
        self.on_grid(Grid::draw);
    }

    /// What is known of a line.
    pub(crate) fn with_row<T>(self, position: u32, see: impl FnOnce(&R) -> T) -> Option<T> {
        self.rows.with_value(|rows| rows.get(position).map(|(_, row)| see(row)))
    }

    /// The lines that are drawn, those near to what is seen among them.
    pub(crate) fn near(self) -> Option<(u32, u32)> {
        let near = self.grid.with_value(|grid| grid.as_ref().map(|grid| grid.near()))?;
        (!near.is_empty()).then_some((near.start, near.end))
    }

    fn seen(self) -> std::ops::Range<u32> {
        self.grid.with_value(|grid| grid.as_ref().map(|grid| grid.seen())).unwrap_or_default()
    }

    fn on_grid(self, act: impl FnOnce(&Grid)) {
        // A clone, because the table may come back with a wish of its own.
        if let Some(grid) = self.grid.get_value() {
            act(&grid);
        }
    }
}

/// The element of a table.
pub(crate) fn show<C: Content + Clone + Send>(table: Table<C::Row>, content: C) -> impl IntoView {
    let host = NodeRef::<Div>::new();
    let look = &C::LOOK;
    let kept = Rc::new(Kept::new(table, content.clone()));
    host.on_load(move |host| {
        table.grid.set_value(Grid::build(kept, &host, table.cursor, table.groups));
    });
    view! {
        <div
            id=look.id
            class=format!("table {}", look.class)
            role="grid"
            tabindex="0"
            aria-label=look.label
            aria-colcount=C::COLUMNS.len().to_string()
            aria-rowcount=move || (table.lines() + 1).to_string()
            node_ref=host
        >
            {head::head(content.clone())}
            {content.below_lines().map(|view| view! { <div class="below">{view}</div> })}
        </div>
    }
}
