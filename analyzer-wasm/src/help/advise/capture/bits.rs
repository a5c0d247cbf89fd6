//! Comparisons of a capture filter: `tcp[tcpflags] & tcp-syn != 0`, `icmp[icmptype] == 8`, `len > 100`.

use super::{CaptureReader, CaptureTest};
use crate::filter::literal::whole;

impl CaptureReader<'_, '_> {
    /// A comparison of bytes of a header, or of the length.
    pub(super) fn comparison(&mut self) -> Option<CaptureTest> {
        let idioms = self.desk.guide.idioms.capture;
        let protocol = self.peek();
        self.next += 1;
        let place = match (protocol, self.peek()) {
            ("len", _) => None,
            (_, "[") => {
                self.next += 1;
                let mut place = String::new();
                while !self.accept("]") {
                    if self.peek().is_empty() {
                        return None;
                    }
                    place.push_str(self.peek());
                    self.next += 1;
                }
                Some(place)
            }
            _ => return None,
        };
        let mask = if self.accept("&") { Some(self.sum()?) } else { None };
        let relation = match self.peek() {
            "=" | "==" => "==",
            relation @ ("!=" | ">" | "<" | ">=" | "<=") => relation,
            _ => return None,
        };
        self.next += 1;
        let value = self.sum()?;
        let Some(place) = place else {
            return Some(CaptureTest::Test(format!("{} {relation} {value}", idioms.length)));
        };
        if let Some((_, _, field)) = idioms.flags.iter().find(|(of, at, _)| *of == protocol && *at == place) {
            return self.flags(field, mask, relation, value);
        }
        let (_, _, field) = idioms.places.iter().find(|(of, at, _)| *of == protocol && *at == place)?;
        let mask = mask.map_or_else(String::new, |mask| format!(" & 0x{mask:x}"));
        Some(CaptureTest::Test(format!("{field}{mask} {relation} {value}")))
    }

    /// A number, or the name of one; several with `|` between them.
    fn sum(&mut self) -> Option<u64> {
        let parentheses = self.accept("(");
        let mut sum = 0;
        loop {
            let idioms = self.desk.guide.idioms.capture;
            let word = self.peek();
            let bit = idioms.bits.iter().find(|(name, ..)| *name == word).map(|(_, bit, _)| *bit);
            let number = idioms.numbers.iter().find(|(name, _)| *name == word).map(|(_, number)| *number);
            sum |= bit.or(number).or_else(|| whole(word).and_then(|value| u64::try_from(value).ok()))?;
            self.next += 1;
            if !self.accept("|") {
                break;
            }
        }
        (!parentheses || self.accept(")")).then_some(sum)
    }

    /// A test of flags: one by one, or of their number.
    fn flags(&self, field: &str, mask: Option<u64>, relation: &str, value: u64) -> Option<CaptureTest> {
        let idioms = self.desk.guide.idioms.capture;
        let all: u64 = idioms.bits.iter().map(|(_, bit, _)| bit).sum();
        let Some(mask) = mask else {
            return Some(CaptureTest::Test(format!("{field} & 0x{all:x} {relation} 0x{value:x}")));
        };
        let bits: Vec<_> = idioms.bits.iter().filter(|(_, bit, _)| mask & bit != 0).collect();
        let tests = |value: u64| {
            let each = bits.iter().map(|(_, bit, field)| (*field, u8::from(value & bit != 0)));
            each.map(|(field, bit)| CaptureTest::Test(format!("{field} == {bit}"))).collect()
        };
        match (relation, value) {
            ("!=" | ">", 0) => CaptureTest::joined("or", tests(mask)),
            ("==", value) if value & mask == value => CaptureTest::joined("and", tests(value)),
            _ => Some(CaptureTest::Test(format!("{field} & 0x{mask:x} {relation} 0x{value:x}"))),
        }
    }
}
