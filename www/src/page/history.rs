//! The way through the packets: where jumps began and ended, as a browser's history of pages.

/// Packets that were jumped to and from, as the browser's history of pages.
#[derive(Default)]
pub(super) struct History {
    frames: Vec<u32>,
    at: usize,
}

impl History {
    /// A jump from the packet that was selected to another one; what was ahead is forgotten.
    pub(super) fn push(&mut self, from: Option<u32>, to: u32) {
        self.frames.truncate(self.at + 1);
        for frame in from.into_iter().chain([to]) {
            if self.frames.last() != Some(&frame) {
                self.frames.push(frame);
            }
        }
        self.at = self.frames.len().saturating_sub(1);
    }

    /// The packet one step back or forward, where there is one.
    pub(super) fn travel(&mut self, back: bool) -> Option<u32> {
        let at = if back { self.at.checked_sub(1)? } else { self.at + 1 };
        let frame = *self.frames.get(at)?;
        self.at = at;
        Some(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_goes_back_to_where_a_jump_began_and_forward_again() {
        let mut history = History::default();
        assert_eq!(history.travel(true), None);
        history.push(Some(3), 17);
        history.push(Some(17), 20);
        assert_eq!(history.travel(true), Some(17));
        assert_eq!(history.travel(true), Some(3));
        assert_eq!(history.travel(true), None);
        assert_eq!(history.travel(false), Some(17));
        history.push(Some(17), 5);
        assert_eq!(history.travel(false), None);
        assert_eq!(history.travel(true), Some(17));
    }
}
