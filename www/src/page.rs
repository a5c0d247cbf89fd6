//! What the panes share: the capture, the filter that is applied to it, the selection, and the view that is shown.
//!
//! What only one pane knows is in that pane's own folder. A pane asks the analyzer by [`Page::want`].

mod capture;
mod filtering;
mod history;
mod selection;

use crate::ask::Ask;
use analyzer::message::{Nothing, Opened, PacketDetails, Progress, Reply, Request, Verdict};
use filtering::Filtering;
use history::History;
use leptos::prelude::*;
use std::sync::Arc;

/// The view of the packet list: where links to packets and filters lead.
pub(crate) const PACKETS: &str = "packets";

/// What the page is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Waiting for a capture.
    Empty,
    /// Reading one.
    Loading,
    /// Showing one.
    Ready,
    /// Looking for the packets that a filter selects.
    Filtering,
    /// The file was no capture, or could not be read.
    Failed,
}

impl Phase {
    /// The value of `data-state`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Phase::Empty => "empty",
            Phase::Loading => "loading",
            Phase::Ready => "ready",
            Phase::Filtering => "filtering",
            Phase::Failed => "failed",
        }
    }
}

/// Which list of packets is displayed, and where its selected packet was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Listed {
    /// Counts lists: each capture and each filter makes another one.
    pub(crate) list: u32,
    /// Counts how often the selected packet was looked for in them.
    pub(crate) found: u32,
    /// Its position, where it is in the list.
    pub(crate) position: Option<u32>,
}

/// The state, in signals, and the analyzer behind it. Copies are handles to the same page.
#[derive(Clone, Copy)]
pub(crate) struct Page {
    ask: StoredValue<Option<Ask>, LocalStorage>,
    /// What the page is doing.
    pub(crate) phase: RwSignal<Phase>,
    /// The file's name.
    pub(crate) name: RwSignal<String>,
    /// How far the reading is.
    pub(crate) progress: RwSignal<Progress>,
    /// The capture, once it was read.
    pub(crate) opened: RwSignal<Option<Arc<Opened>>>,
    /// Packets of the capture.
    pub(crate) packets: RwSignal<u32>,
    /// Connections that a lookup led to, once they are known.
    pub(crate) paired: RwSignal<u32>,
    /// Why there is no capture.
    pub(crate) failure: RwSignal<Option<String>>,
    /// Something that went wrong beside that, in a sentence.
    pub(crate) notice: RwSignal<Option<String>>,
    /// What a screen reader is told.
    pub(crate) announced: RwSignal<String>,
    /// The name of the view that is shown.
    pub(crate) view: RwSignal<&'static str>,
    /// The filter that was asked for last.
    pub(crate) wanted: RwSignal<String>,
    /// The filter that the list obeys.
    pub(crate) applied: RwSignal<String>,
    /// What was said of a filter when it was asked for.
    pub(crate) judged: RwSignal<Option<(String, Verdict)>>,
    /// Packets that the filter displays; all without one.
    pub(crate) displayed: RwSignal<u32>,
    /// Packets that a running filter has looked at.
    pub(crate) examined: RwSignal<u32>,
    /// Why the filter displays nothing.
    pub(crate) nothing: RwSignal<Option<Arc<Nothing>>>,
    /// The list of displayed packets.
    pub(crate) listed: RwSignal<Listed>,
    /// The selected packet's number.
    pub(crate) selected: RwSignal<Option<u32>>,
    /// The selected packet in full.
    pub(crate) packet: RwSignal<Option<Arc<PacketDetails>>>,
    /// The selected line of the tree.
    pub(crate) line: RwSignal<Option<usize>>,
    /// The line of the tree under the pointer, in the tree or in the bytes.
    pub(crate) hovered: RwSignal<Option<usize>>,
    /// Whether the selected packet was jumped to but is hidden by the filter.
    pub(crate) hidden: RwSignal<bool>,
    /// Whether tree and bytes are open where they cover the list (narrow screens).
    pub(crate) sheet: RwSignal<bool>,
    /// Whether the user chose a view or a packet while the capture was read.
    settled: StoredValue<bool>,
    filtering: StoredValue<Filtering>,
    history: StoredValue<History>,
}

impl Page {
    /// An empty page with its analyzer starting up.
    pub(crate) fn new() -> Page {
        let page = Page {
            ask: StoredValue::new_local(None),
            phase: RwSignal::new(Phase::Empty),
            name: RwSignal::new(String::new()),
            progress: RwSignal::new(Progress { read: 0, size: 0, packets: 0 }),
            opened: RwSignal::new(None),
            packets: RwSignal::new(0),
            paired: RwSignal::new(0),
            failure: RwSignal::new(None),
            notice: RwSignal::new(None),
            announced: RwSignal::new(String::new()),
            view: RwSignal::new(PACKETS),
            wanted: RwSignal::new(String::new()),
            applied: RwSignal::new(String::new()),
            judged: RwSignal::new(None),
            displayed: RwSignal::new(0),
            examined: RwSignal::new(0),
            nothing: RwSignal::new(None),
            listed: RwSignal::new(Listed::default()),
            selected: RwSignal::new(None),
            packet: RwSignal::new(None),
            line: RwSignal::new(None),
            hovered: RwSignal::new(None),
            hidden: RwSignal::new(false),
            sheet: RwSignal::new(false),
            settled: StoredValue::new(false),
            filtering: StoredValue::new(Filtering::default()),
            history: StoredValue::new(History::default()),
        };
        page.ask.set_value(Some(Ask::start(move |words| page.fail(words))));
        page
    }

    /// Asks the analyzer; `hear` is told the answer. While a question of the same kind is under way, only the newest
    /// wish is kept.
    pub(crate) fn want(self, request: Request, hear: impl Fn(Reply) + 'static) {
        self.with_ask(|ask| ask.want(request, hear));
    }

    /// Begins long work in place of earlier work of its kind; `hear` is told of its progress and its end.
    pub(crate) fn begin(self, request: Request, hear: impl Fn(Reply) + 'static) {
        self.with_ask(|ask| ask.begin(request, hear));
    }

    /// Tells the analyzer what holds for every capture.
    pub(crate) fn tell(self, request: Request) {
        self.with_ask(|ask| ask.tell(request));
    }

    /// Takes an answer that is none of those that were hoped for.
    pub(crate) fn refused(self, reply: Reply) {
        if let Reply::Failed(words) = reply {
            self.notice.set(Some(words));
        }
    }

    fn with_ask(self, act: impl FnOnce(&Ask)) {
        self.ask.with_value(|ask| {
            if let Some(ask) = ask {
                act(ask);
            }
        });
    }
}
