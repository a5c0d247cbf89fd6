//! Opening a capture: from the file to the view that it is shown in.

use super::{Filtering, History, Page, Phase};
use crate::{memory, views, words};
use analyzer::message::{Opened, Progress, Reply, Request};
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::Blob;

impl Page {
    /// Opens a file in place of what is open.
    pub(crate) fn open(self, name: &str, file: &Blob) {
        self.forget();
        self.phase.set(Phase::Loading);
        self.name.set(name.to_owned());
        self.progress.set(Progress { read: 0, size: file.size() as u64, packets: 0 });
        self.announced.set(format!("Reading {name}."));
        self.with_ask(|ask| {
            ask.open(Request::Open { name: name.to_owned() }, file, move |reply| match reply {
                Reply::Reading(progress) => {
                    self.progress.set(progress);
                    self.packets.set(progress.packets);
                    self.displayed.set(progress.packets);
                }
                Reply::Opened(opened) => self.opened(opened),
                Reply::Failed(words) => self.fail(words),
                _ => {}
            });
        });
    }

    /// Says that a capture could not be opened, in place of what is open.
    pub(crate) fn fail(self, words: String) {
        self.forget();
        self.name.set(String::new());
        self.failure.set(Some(words.clone()));
        self.phase.set(Phase::Failed);
        self.announced.set(words);
    }

    /// Shows a view, and remembers that it was chosen.
    pub(crate) fn show(self, view: &'static str) {
        self.settled.set_value(true);
        memory::keep("view", view);
        self.view.set(view);
    }

    fn opened(self, opened: Opened) {
        let said = words::counted(u64::from(opened.packets), "packet", "packets");
        self.announced.set(format!("{} was read: {said}.", opened.name));
        self.packets.set(opened.packets);
        self.displayed.set(opened.packets);
        self.phase.set(Phase::Ready);
        if !self.settled.get_value() {
            let kept = memory::recall("view").and_then(|name| views::named(&name));
            self.view.set(kept.unwrap_or_else(|| views::first_for(&opened)).name);
        }
        self.opened.set(Some(Arc::new(opened)));
        self.apply_queued();
    }

    /// Back to a page without a capture.
    fn forget(self) {
        self.settled.set_value(false);
        self.filtering.set_value(Filtering::default());
        self.history.set_value(History::default());
        self.opened.set(None);
        self.packets.set(0);
        self.paired.set(0);
        self.displayed.set(0);
        self.failure.set(None);
        self.notice.set(None);
        self.hidden.set(false);
        self.sheet.set(false);
        self.wanted.set(String::new());
        self.applied.set(String::new());
        self.judged.set(None);
        self.nothing.set(None);
        self.selected.set(None);
        self.packet.set(None);
        self.line.set(None);
        self.hovered.set(None);
        self.restart_list();
    }
}
