//! What panes show, one file each: a wanted order and window in, lines out.

pub mod conversations;
pub mod endpoints;
pub mod follow;
pub mod hierarchy;
pub mod intervals;

/// Which lines are wanted, and in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted<O> {
    /// What they are ordered by; lines that are equal in it stay in order of appearance.
    pub order: O,
    /// Whether the highest comes first.
    pub descending: bool,
    /// The first line, from 0.
    pub start: usize,
    /// The line after the last.
    pub end: usize,
}

/// The wanted lines of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window<L> {
    /// How many lines the view has.
    pub total: usize,
    /// Those that were wanted.
    pub lines: Vec<L>,
}

impl<O> Wanted<O> {
    /// Every line.
    pub fn all(order: O, descending: bool) -> Wanted<O> {
        Wanted { order, descending, start: 0, end: usize::MAX }
    }

    /// Orders lines, which come in order of appearance, and keeps the wanted ones.
    fn window<L, K: Ord>(&self, mut lines: Vec<L>, key: impl FnMut(&L) -> K) -> Window<L> {
        let mut key = key;
        if self.descending {
            lines.sort_by_key(|line| std::cmp::Reverse(key(line)));
        } else {
            lines.sort_by_key(key);
        }
        let total = lines.len();
        lines.truncate(self.end);
        lines.drain(..self.start.min(lines.len()));
        Window { total, lines }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lines_stay_in_order_whichever_way_they_are_sorted() {
        let lines = vec![(1, 'a'), (2, 'b'), (1, 'c'), (2, 'd')];
        for (descending, sorted) in [(false, "acbd"), (true, "bdac")] {
            let window = Wanted::all((), descending).window(lines.clone(), |line| line.0);
            assert_eq!(window.lines.iter().map(|line| line.1).collect::<String>(), sorted);
        }
    }

    #[test]
    fn a_window_can_lie_anywhere() {
        let wanted = |start, end| Wanted { order: (), descending: false, start, end };
        for (start, end, expected) in [(1, 3, vec![1, 2]), (2, 9, vec![2, 3]), (7, 9, vec![]), (3, 1, vec![])] {
            let window = wanted(start, end).window(vec![0, 1, 2, 3], |line| *line);
            assert_eq!((window.total, window.lines), (4, expected));
        }
    }
}
