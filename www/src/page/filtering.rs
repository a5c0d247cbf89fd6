//! Applying a filter: from the text to the list that obeys it.

use super::{PACKETS, Page, Phase};
use crate::words;
use analyzer::message::{Fix, Reply, Request, Verdict};
use leptos::prelude::*;
use std::sync::Arc;

/// How far the filter that was asked for last is.
#[derive(Default)]
pub(super) struct Filtering {
    /// Whether it waits for the capture's end.
    queued: bool,
    /// Whether the list already shows its packets.
    begun: bool,
    /// Packets displayed before.
    before: u32,
}

impl Page {
    /// Applies a filter; an empty one displays all packets.
    pub(crate) fn apply(self, text: &str) {
        self.wanted.set(text.to_owned());
        self.notice.set(None);
        self.nothing.set(None);
        self.hidden.set(false);
        let queued = self.phase.get_untracked() == Phase::Loading;
        self.filtering.set_value(Filtering { queued, begun: false, before: self.displayed.get_untracked() });
        if !text.trim().is_empty() {
            // Who filters wants to see packets; that does not make theirs the view to begin with.
            self.view.set(PACKETS);
        }
        if !queued && self.opened.with_untracked(Option::is_some) {
            self.examined.set(0);
            self.phase.set(Phase::Filtering);
            let selected = self.selected.get_untracked().unwrap_or(0);
            self.begin(Request::Filter { text: text.to_owned(), selected }, move |reply| self.filter_heard(reply));
        }
    }

    /// Applies the filter that was asked for while the capture was read.
    pub(super) fn apply_queued(self) {
        let mut queued = false;
        self.filtering.update_value(|filtering| queued = std::mem::take(&mut filtering.queued));
        let text = self.wanted.get_untracked();
        if queued && !text.is_empty() {
            self.apply(&text);
        }
    }

    /// Makes the mending change to the filter, and applies it.
    pub(crate) fn mend(self, fix: &Fix) {
        self.apply(&fix.text);
    }

    /// Stops reading or filtering.
    pub(crate) fn cancel(self) {
        if matches!(self.phase.get_untracked(), Phase::Loading | Phase::Filtering) {
            self.begin(Request::Cancel, move |_| self.cancelled());
        }
    }

    fn filter_heard(self, reply: Reply) {
        match reply {
            Reply::Filtering { examined, displayed } => {
                self.begin_filtered();
                self.examined.set(examined);
                self.displayed.set(displayed);
            }
            Reply::Filtered { displayed, verdict } => self.filtered(displayed, verdict),
            Reply::Checked(verdict) => {
                self.phase.set(Phase::Ready);
                self.announced.set(verdict.message.clone());
                self.judged.set(Some((self.wanted.get_untracked(), verdict)));
            }
            Reply::Nothing(nothing) => {
                self.announced.set(nothing.message.clone());
                self.nothing.set(Some(Arc::new(nothing)));
            }
            reply => {
                self.phase.set(Phase::Ready);
                self.refused(reply);
            }
        }
    }

    /// The list belongs to the new filter from its first word on.
    fn begin_filtered(self) {
        let mut begins = false;
        self.filtering.update_value(|filtering| begins = !std::mem::replace(&mut filtering.begun, true));
        if begins {
            self.restart_list();
        }
    }

    fn filtered(self, displayed: u32, verdict: Verdict) {
        self.begin_filtered();
        let text = self.wanted.get_untracked();
        let changed = self.applied.with_untracked(|applied| *applied != text);
        self.applied.set(text.trim().to_owned());
        self.judged.set(Some((text, verdict)));
        self.displayed.set(displayed);
        self.phase.set(Phase::Ready);
        let all = words::counted(u64::from(self.packets.get_untracked()), "packet", "packets");
        self.announced.set(format!("{} of {all} displayed.", words::count(u64::from(displayed))));
        if changed {
            self.locate(false);
        }
    }

    fn cancelled(self) {
        if self.phase.get_untracked() == Phase::Filtering {
            let mut before = 0;
            self.filtering.update_value(|filtering| {
                filtering.begun = true;
                before = filtering.before;
            });
            self.displayed.set(before);
            self.restart_list();
            self.phase.set(Phase::Ready);
            self.wanted.set(self.applied.get_untracked());
            self.locate(false);
        }
    }

    /// Every row of the list may be another one now: the capture or the filter has changed.
    pub(super) fn restart_list(self) {
        self.listed.update(|listed| {
            listed.list += 1;
            listed.position = None;
        });
    }
}
