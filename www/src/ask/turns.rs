//! Which requests are under way, and which wait for their turn.

/// Of each kind of request at most one question is under way; of those that come meanwhile, the newest waits.
pub(super) struct Turns<Kind, Request, Hear> {
    /// The serial number that was given last.
    serial: u32,
    under_way: Vec<Turn<Kind, Request, Hear>>,
}

struct Turn<Kind, Request, Hear> {
    kind: Kind,
    serial: u32,
    hear: Hear,
    /// Whether the first answer is the only one.
    once: bool,
    next: Option<(Request, Hear)>,
}

impl<Kind, Request, Hear> Default for Turns<Kind, Request, Hear> {
    fn default() -> Self {
        Turns { serial: 0, under_way: Vec::new() }
    }
}

impl<Kind: Copy + PartialEq, Request, Hear: Clone> Turns<Kind, Request, Hear> {
    /// The next serial number.
    pub(super) fn count(&mut self) -> u32 {
        self.serial = self.serial.wrapping_add(1).max(1);
        self.serial
    }

    /// Takes a question; it comes back with its serial number when it is its turn at once.
    pub(super) fn want(&mut self, kind: Kind, request: Request, hear: Hear) -> Option<(u32, Request)> {
        if let Some(turn) = self.under_way.iter_mut().find(|turn| turn.kind == kind) {
            turn.next = Some((request, hear));
            return None;
        }
        let serial = self.count();
        self.under_way.push(Turn { kind, serial, hear, once: true, next: None });
        Some((serial, request))
    }

    /// The serial number of work that begins at once; earlier work of its kind is not heard of any more.
    pub(super) fn begin(&mut self, kind: Kind, hear: Hear) -> u32 {
        self.under_way.retain(|turn| turn.kind != kind);
        let serial = self.count();
        self.under_way.push(Turn { kind, serial, hear, once: false, next: None });
        serial
    }

    /// Who hears the answer with this serial number, and the question whose turn it is after it.
    pub(super) fn answered(&mut self, serial: u32) -> (Option<Hear>, Option<(u32, Request)>) {
        let Some(at) = self.under_way.iter().position(|turn| turn.serial == serial) else { return (None, None) };
        if let Some(turn) = self.under_way.get(at).filter(|turn| !turn.once) {
            return (Some(turn.hear.clone()), None);
        }
        let turn = self.under_way.swap_remove(at);
        let next = turn.next.and_then(|(request, hear)| self.want(turn.kind, request, hear));
        (Some(turn.hear), next)
    }

    /// Whatever was asked is moot.
    pub(super) fn forget(&mut self) {
        self.under_way.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns() -> Turns<char, &'static str, &'static str> {
        Turns::default()
    }

    #[test]
    fn of_the_wishes_that_wait_the_newest_is_asked_next_and_once() {
        let mut turns = turns();
        assert_eq!(turns.want('r', "rows 0", "first"), Some((1, "rows 0")));
        assert_eq!(turns.want('r', "rows 1", "second"), None);
        assert_eq!(turns.want('r', "rows 2", "third"), None);
        assert_eq!(turns.want('p', "packet", "another kind"), Some((2, "packet")));
        assert_eq!(turns.answered(1), (Some("first"), Some((3, "rows 2"))));
        assert_eq!(turns.answered(3), (Some("third"), None));
        assert_eq!(turns.answered(3), (None, None));
        assert_eq!(turns.want('r', "rows 3", "fourth"), Some((4, "rows 3")));
    }

    #[test]
    fn work_takes_the_place_of_earlier_work_and_is_answered_often() {
        let mut turns = turns();
        assert_eq!(turns.begin('f', "first"), 1);
        assert_eq!(turns.answered(1), (Some("first"), None));
        assert_eq!(turns.answered(1), (Some("first"), None));
        assert_eq!(turns.begin('f', "second"), 2);
        assert_eq!((turns.answered(1), turns.answered(2)), ((None, None), (Some("second"), None)));
    }

    #[test]
    fn what_is_forgotten_is_not_heard_and_does_not_hold_up_what_follows() {
        let mut turns = turns();
        turns.want('r', "rows 0", "first");
        turns.forget();
        assert_eq!(turns.answered(1), (None, None));
        assert_eq!(turns.want('r', "rows 1", "second"), Some((2, "rows 1")));
    }

    #[test]
    fn serial_numbers_leave_out_the_one_that_answers_nothing() {
        let mut turns = turns();
        turns.serial = u32::MAX;
        assert_eq!(turns.count(), 1);
    }
}
