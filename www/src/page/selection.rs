//! The selected packet: choosing it, jumping to it, and where it is in the list.

use super::{PACKETS, Page};
use analyzer::message::{Reply, Request};
use leptos::prelude::*;
use std::sync::Arc;

impl Page {
    /// Selects a packet that the user sees in the list.
    pub(crate) fn select(self, frame: u32) {
        self.settled.set_value(true);
        self.hidden.set(false);
        if self.selected.get_untracked() != Some(frame) {
            self.selected.set(Some(frame));
            self.want(Request::Packet { frame }, move |reply| match reply {
                // Another one may have been selected meanwhile.
                Reply::Packet(packet) if self.selected.get_untracked() == Some(packet.frame) => {
                    self.line.set(None);
                    self.hovered.set(None);
                    self.packet.set(Some(Arc::new(packet)));
                }
                reply => self.refused(reply),
            });
        }
    }

    /// Jumps to a packet, wherever the user is.
    pub(crate) fn go(self, frame: u32) {
        if frame == 0 || frame > self.packets.get_untracked() {
            return;
        }
        let from = self.selected.get_untracked();
        self.history.update_value(|history| history.push(from, frame));
        self.jump(frame);
    }

    /// Goes back to where the last jump came from, or forward again.
    pub(crate) fn travel(self, back: bool) {
        let mut to = None;
        self.history.update_value(|history| to = history.travel(back));
        if let Some(frame) = to {
            self.jump(frame);
        }
    }

    /// Selects a line of the tree.
    pub(crate) fn point(self, line: Option<usize>) {
        self.line.set(line);
    }

    fn jump(self, frame: u32) {
        self.show(PACKETS);
        self.select(frame);
        self.locate(true);
    }

    /// Finds the selected packet in the list.
    pub(super) fn locate(self, jump: bool) {
        let Some(frame) = self.selected.get_untracked() else { return };
        if self.applied.with_untracked(String::is_empty) {
            self.located(frame, Some(frame - 1), jump);
        } else {
            self.want(Request::Locate { frame }, move |reply| match reply {
                Reply::Located { frame, position } => self.located(frame, position, jump),
                reply => self.refused(reply),
            });
        }
    }

    fn located(self, frame: u32, position: Option<u32>, jump: bool) {
        if self.selected.get_untracked() != Some(frame) {
            return;
        }
        self.hidden.set(position.is_none() && jump);
        self.listed.update(|listed| {
            listed.found += 1;
            listed.position = position;
        });
    }
}
