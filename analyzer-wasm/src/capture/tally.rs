//! What was seen while records were cut, and the sentences that people read about it.

/// Counts over one capture, and how it ended.
#[derive(Debug, Default)]
pub(super) struct RecordTally {
    /// Records handed out.
    pub(super) packets: u64,
    /// Of these, captured only in part.
    sliced: u64,
    /// Of these, with more bytes than they claim to have had on the wire.
    overlong: u64,
    /// How the capture ended, where not well.
    pub(super) ending: Option<Ending>,
}

/// A bad end.
#[derive(Debug)]
pub(super) enum Ending {
    /// The bytes end within a packet.
    InPacket,
    /// The bytes end within something else, named with its article.
    In(&'static str),
    /// What stands after the last packet cannot be true: the reason, a clause without a full stop.
    Damaged(String),
    /// Unpacked, it has more bytes than the most that are kept.
    TooLarge(u64),
}

impl RecordTally {
    /// Counts a record with so many captured bytes of so many.
    pub(super) fn count(&mut self, captured: usize, length: u32) {
        self.packets += 1;
        match captured.cmp(&(length as usize)) {
            std::cmp::Ordering::Less => self.sliced += 1,
            std::cmp::Ordering::Equal => {}
            std::cmp::Ordering::Greater => self.overlong += 1,
        }
    }

    /// The number of the packet that comes next, for people.
    pub(super) fn next(&self) -> String {
        grouped(self.packets + 1)
    }

    /// Sentences on all of it.
    pub(super) fn notes(&self, notes: &mut Vec<String>) {
        if let Some(ending) = &self.ending {
            notes.push(self.sentence(ending));
        }
        if self.sliced > 0 {
            let count = counted(self.sliced, "packet was", "packets were");
            notes.push(format!("{count} captured only in part (of {}).", grouped(self.packets)));
        }
        if self.overlong > 0 {
            let count = counted(self.overlong, "packet has", "packets have");
            notes.push(format!("{count} more bytes in the file than the file says they had on the wire."));
        }
    }

    /// How the capture ended, where not well: a clause whose subject is the capture.
    pub(super) fn bad_end(&self) -> Option<String> {
        self.ending.as_ref().map(|ending| match ending {
            Ending::InPacket => format!("ends in the middle of packet {}", self.next()),
            Ending::In(what) => format!("ends in the middle of {what}"),
            Ending::Damaged(reason) => format!("is damaged: {reason}"),
            Ending::TooLarge(limit) => format!("is larger than {} GiB unpacked", gibibytes(*limit)),
        })
    }

    fn sentence(&self, ending: &Ending) -> String {
        let clause = self.bad_end().unwrap_or_default();
        if let Ending::TooLarge(limit) = ending {
            let (limit, first) = (gibibytes(*limit), counted(self.packets, "packet is", "packets are"));
            return format!(
                "Unpacked, the capture is larger than {limit} GiB, which is the most that is kept in memory; the first {first} \
                 shown. To see all, unpack the file and open it unpacked."
            );
        }
        let shown = match self.packets {
            0 => "there is no packet before it".to_owned(),
            1 => "the packet before it is shown".to_owned(),
            many => format!("the {} packets before it are shown", grouped(many)),
        };
        format!("The capture {clause}; {shown}.")
    }
}

fn gibibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 30)
}

/// A number with its noun: "1 packet", "4,813 packets".
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// A number with commas between its thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_for_people() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1000), "1,000");
        assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn a_cut_says_what_is_shown() {
        let mut tally = RecordTally { packets: 4812, ending: Some(Ending::InPacket), ..RecordTally::default() };
        let mut notes = Vec::new();
        tally.notes(&mut notes);
        assert_eq!(notes, ["The capture ends in the middle of packet 4,813; the 4,812 packets before it are shown."]);
        tally = RecordTally { ending: Some(Ending::In("a block")), ..RecordTally::default() };
        notes.clear();
        tally.notes(&mut notes);
        assert_eq!(notes, ["The capture ends in the middle of a block; there is no packet before it."]);
    }

    #[test]
    fn lengths_are_compared() {
        let mut tally = RecordTally::default();
        tally.count(60, 60);
        tally.count(60, 1514);
        tally.count(60, 0);
        let mut notes = Vec::new();
        tally.notes(&mut notes);
        assert_eq!(notes.len(), 2);
        assert_eq!(notes[0], "1 packet was captured only in part (of 3).");
    }
}
