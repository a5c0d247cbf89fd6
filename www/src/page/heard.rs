//! What the analyzer's answers change on the page.

use super::{Page, Phase, View};
use crate::analyzer::{Heard, Topic};
use crate::packets::List;
use crate::{memory, words};
use analyzer::message::{Opened, Reply, Verdict};
use leptos::prelude::*;
use std::sync::Arc;

/// Applied filters that are kept, and bytes of the longest.
const MOST_KEPT: usize = 20;
const LONGEST_KEPT: usize = 500;

impl Page {
    /// Takes what the analyzer says.
    pub(super) fn hear(self, heard: Heard) {
        match heard {
            Heard::Stopped(words) => self.fail(words),
            Heard::Reply(topic, reply) => self.take(topic, reply),
        }
    }

    fn take(self, topic: Topic, reply: Reply) {
        match reply {
            Reply::Ready(_) => {}
            Reply::Reading(progress) => {
                self.progress.set(progress);
                self.packets.set(progress.packets);
                self.displayed.set(progress.packets);
            }
            Reply::Opened(opened) => self.opened(opened),
            Reply::Failed(words) if topic == Topic::Open => self.fail(words),
            Reply::Failed(words) => {
                match topic {
                    Topic::Filter => self.phase.set(Phase::Ready),
                    Topic::Report => self.next_report(),
                    Topic::Pairs => drop(self.next_pairs()),
                    _ => {}
                }
                self.notice.set(Some(words));
            }
            Reply::Rows { start, rows } => self.on_list(|list| list.take(start, rows)),
            Reply::Packet(packet) => {
                self.line.set(None);
                self.hovered.set(None);
                self.packet.set(Some(Arc::new(packet)));
            }
            Reply::Checked(verdict) => {
                if topic == Topic::Filter {
                    self.phase.set(Phase::Ready);
                    self.announced.set(verdict.message.clone());
                }
                self.verdict.set(verdict);
            }
            Reply::Filtering { examined, displayed } => {
                self.begin_filtered();
                self.examined.set(examined);
                self.displayed.set(displayed);
            }
            Reply::Filtered { displayed, verdict } => self.filtered(displayed, verdict),
            Reply::Nothing(nothing) => {
                self.announced.set(nothing.message.clone());
                self.nothing.set(Some(Arc::new(nothing)));
            }
            Reply::Completed(completions) => {
                // Whoever applied the filter or left the box meanwhile wants no list.
                if self.pending.with_value(|pending| pending.completing) {
                    self.completions.set(Some(completions));
                }
            }
            Reply::Located { frame, position } => self.located(frame, position),
            Reply::Pairs(shown) => self.pairs_came(shown),
            Reply::Evidence(evidence) => self.evidence.set(Some(Arc::new(evidence))),
            Reply::Reporting { read, size } => self.reports.read.set(Some((read, size))),
            Reply::Report(file) => self.reported(&file),
            Reply::Cancelled => self.cancelled(),
        }
    }

    fn opened(self, opened: Opened) {
        let said = words::counted(u64::from(opened.packets), "packet", "packets");
        self.announced.set(format!("{} was read: {said}.", opened.name));
        self.packets.set(opened.packets);
        self.displayed.set(opened.packets);
        self.phase.set(Phase::Ready);
        // Names stand beside addresses only once every pair is known.
        self.on_list(List::renew);
        let lookups = opened.lookups;
        self.opened.set(Some(Arc::new(opened)));
        let mut queued = None;
        let mut settled = false;
        self.pending.update_value(|pending| {
            queued = std::mem::take(&mut pending.queued).then(|| pending.filter.clone());
            settled = pending.settled;
        });
        if !settled {
            self.view.set(match memory::recall("view").as_deref() {
                Some("pairs") => View::Pairs,
                Some("packets") => View::Packets,
                _ if lookups > 0 => View::Pairs,
                _ => View::Packets,
            });
        }
        if let Some(filter) = queued.filter(|filter| !filter.is_empty()) {
            self.apply(&filter);
        }
    }

    /// The list belongs to the new filter from its first word on.
    fn begin_filtered(self) {
        let mut begins = false;
        self.pending.update_value(|pending| begins = !std::mem::replace(&mut pending.begun, true));
        if begins {
            self.on_list(List::restart);
        }
    }

    fn filtered(self, displayed: u32, verdict: Verdict) {
        self.begin_filtered();
        let text = self.pending.with_value(|pending| pending.filter.clone());
        let changed = self.applied.with_untracked(|applied| *applied != text);
        self.applied.set(text.trim().to_owned());
        self.remember(text.trim());
        if self.draft.with_untracked(|draft| *draft == text) {
            self.verdict.set(verdict);
        }
        self.displayed.set(displayed);
        self.phase.set(Phase::Ready);
        let all = words::counted(u64::from(self.packets.get_untracked()), "packet", "packets");
        self.announced.set(format!("{} of {all} displayed.", words::count(u64::from(displayed))));
        if changed {
            self.locate();
        }
    }

    /// Puts an applied filter before the earlier ones.
    fn remember(self, filter: &str) {
        if filter.is_empty() || filter.len() > LONGEST_KEPT || filter.contains('\n') {
            return;
        }
        self.recent.update(|recent| {
            recent.retain(|known| known != filter);
            recent.insert(0, filter.to_owned());
            recent.truncate(MOST_KEPT);
            memory::keep_recent(recent);
        });
    }

    fn cancelled(self) {
        if self.phase.get_untracked() == Phase::Filtering {
            let mut before = 0;
            self.pending.update_value(|pending| {
                pending.begun = true;
                before = pending.before;
            });
            self.displayed.set(before);
            self.on_list(List::restart);
            self.phase.set(Phase::Ready);
            let applied = self.applied.get_untracked();
            self.draft(&applied);
            self.locate();
        }
    }
}
