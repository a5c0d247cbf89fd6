//! Reads a filter in the language of capture filters, which tutorials on tcpdump teach (pcap-filter(7)).

mod bits;
mod words;

use super::Desk;
use words::{CaptureWord, words};

/// Two tests or more, or one.
#[derive(Debug, Clone)]
enum CaptureTest {
    Test(String),
    /// With `and` or `or` between them.
    Joined(&'static str, Vec<CaptureTest>),
    Not(Box<CaptureTest>),
}

/// What stands before a value: `tcp src port`.
#[derive(Debug, Clone, Default)]
struct Qualifiers {
    protocol: Option<String>,
    /// 0 for either side, 1 for the source, 2 for the destination.
    side: usize,
    sort: Option<Qualifier>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Qualifier {
    Host,
    Net,
    Port,
    PortRange,
    Proto,
}

/// Reads one capture filter.
struct CaptureReader<'d, 't> {
    desk: &'d Desk<'t>,
    text: &'t str,
    words: Vec<CaptureWord<'t>>,
    next: usize,
    /// What a value that stands alone is about: `port 80 or 443`.
    before: Qualifiers,
    /// Whether anything was said as only capture filters say it.
    changed: bool,
    depth: usize,
}

/// How deep parentheses may stand in one another.
const DEEPEST: usize = 20;

impl<'t> Desk<'t> {
    /// A capture filter as a display filter.
    pub(super) fn capture_filter(&self) -> Option<String> {
        let mut reader = CaptureReader {
            desk: self,
            text: self.text,
            words: words(self.text),
            next: 0,
            before: Qualifiers::default(),
            changed: false,
            depth: 0,
        };
        let term = reader.expression()?;
        (reader.next == reader.words.len() && reader.changed).then(|| term.written(""))
    }
}

impl CaptureTest {
    /// The text; in parentheses where another operator stands around it.
    fn written(&self, around: &str) -> String {
        match self {
            CaptureTest::Test(text) => text.clone(),
            CaptureTest::Joined(operator, terms) => {
                let terms: Vec<String> = terms.iter().map(|term| term.written(operator)).collect();
                let joined = terms.join(&format!(" {operator} "));
                if around.is_empty() || around == *operator { joined } else { format!("({joined})") }
            }
            CaptureTest::Not(term) => match &**term {
                // A protocol needs no parentheses.
                CaptureTest::Test(text) if !text.contains(' ') => format!("not {text}"),
                term => format!("not ({})", term.written("")),
            },
        }
    }

    fn joined(operator: &'static str, mut terms: Vec<CaptureTest>) -> Option<CaptureTest> {
        match terms.len() {
            0 => None,
            1 => terms.pop(),
            _ => Some(CaptureTest::Joined(operator, terms)),
        }
    }
}

impl<'t> CaptureReader<'_, 't> {
    fn peek(&self) -> &'t str {
        self.peek_after(0)
    }

    fn peek_after(&self, count: usize) -> &'t str {
        self.words.get(self.next + count).map_or("", |word| word.text)
    }

    fn accept(&mut self, word: &str) -> bool {
        let found = !word.is_empty() && self.peek() == word;
        self.next += usize::from(found);
        found
    }

    /// Tests joined by `and` and `or`, which bind alike, from left to right.
    fn expression(&mut self) -> Option<CaptureTest> {
        let mut term = self.negation()?;
        loop {
            let operator = match self.peek() {
                "and" | "&&" | "AND" => "and",
                "or" | "||" | "OR" => "or",
                _ => return Some(term),
            };
            self.next += 1;
            let right = self.negation()?;
            term = match term {
                CaptureTest::Joined(known, mut terms) if known == operator => {
                    terms.push(right);
                    CaptureTest::Joined(known, terms)
                }
                term => CaptureTest::Joined(operator, vec![term, right]),
            };
        }
    }

    fn negation(&mut self) -> Option<CaptureTest> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let term = if matches!(self.peek(), "not" | "!" | "NOT") {
            self.next += 1;
            self.negation().map(|term| CaptureTest::Not(Box::new(term)))
        } else if self.peek() == "(" {
            self.next += 1;
            let term = self.expression();
            if self.accept(")") { term } else { None }
        } else {
            let start = self.next;
            let said = self.comparison().or_else(|| {
                self.next = start;
                self.primitive()
            });
            match said {
                Some(term) => {
                    self.changed |= self.next != start + 1
                        || !matches!(&term, CaptureTest::Test(text) if text == self.text_at(start));
                    Some(term)
                }
                None => {
                    self.next = start;
                    self.display_test()
                }
            }
        };
        self.depth -= 1;
        term
    }

    fn text_at(&self, index: usize) -> &'t str {
        self.words.get(index).map_or("", |word| word.text)
    }

    /// A test that is written as in a display filter already.
    fn display_test(&mut self) -> Option<CaptureTest> {
        let start = self.words.get(self.next)?.start;
        let mut open = 0usize;
        let mut end = start;
        while let Some(word) = self.words.get(self.next) {
            match word.text {
                "(" | "{" => open += 1,
                ")" | "}" if open == 0 => break,
                ")" | "}" => open -= 1,
                "and" | "or" | "&&" | "||" | "AND" | "OR" if open == 0 => break,
                _ => {}
            }
            end = word.start + word.text.len();
            self.next += 1;
        }
        let text = self.text.get(start..end)?.trim();
        (!text.is_empty()).then(|| CaptureTest::Test(text.to_owned()))
    }

    /// `tcp src port 80`, `net 10/8`, `greater 100`, `arp`.
    fn primitive(&mut self) -> Option<CaptureTest> {
        let idioms = self.desk.guide.idioms.capture;
        let first = self.peek();
        if let Some((_, relation)) = [("greater", ">="), ("less", "<=")].iter().find(|(word, _)| *word == first) {
            let value: u32 = self.peek_after(1).parse().ok()?;
            self.next += 2;
            return Some(CaptureTest::Test(format!("{} {relation} {value}", idioms.length)));
        }
        if let Some((_, field)) = idioms.numbered.iter().find(|(word, _)| *word == first) {
            let number: Option<u32> = self.peek_after(1).parse().ok();
            self.next += 1 + usize::from(number.is_some());
            return Some(CaptureTest::Test(
                number.map_or_else(|| first.to_owned(), |number| format!("{field} == {number}")),
            ));
        }
        let qualifiers = self.qualifiers();
        for (word, test) in idioms.casts {
            if self.accept(word) {
                return Some(CaptureTest::Test((*test).to_owned()));
            }
        }
        let named = qualifiers.side > 0 || qualifiers.sort.is_some();
        let value = self.peek();
        let ends = self.ends_after(0);
        match &qualifiers.protocol {
            Some(protocol) if ends && !named => {
                // A protocol alone.
                return Some(CaptureTest::Test(protocol.clone()));
            }
            _ if ends => return None,
            _ => {}
        }
        let qualifiers = match (&qualifiers.protocol, named) {
            // A value alone is about what the one before was about.
            (None, false) if (self.before.sort.is_some() || self.before.side > 0) && self.ends_after(1) => {
                self.before.clone()
            }
            (None, false) => return None,
            _ => qualifiers,
        };
        self.next += 1;
        let term = self.value(&qualifiers, value)?;
        self.before = qualifiers;
        Some(term)
    }

    /// Whether the test ends after so many words.
    fn ends_after(&self, count: usize) -> bool {
        matches!(self.peek_after(count), "" | ")" | "and" | "or" | "&&" | "||" | "AND" | "OR")
    }

    fn qualifiers(&mut self) -> Qualifiers {
        let mut qualifiers = Qualifiers::default();
        let schema = self.desk.schema();
        let word = self.peek();
        let known =
            self.desk.guide.idioms.capture.renamed.iter().find(|(said, _)| *said == word).map(|(_, name)| *name);
        if let Some(protocol) = known.or(Some(word).filter(|word| !word.contains('.') && schema.knows(word))) {
            qualifiers.protocol = Some(protocol.to_owned());
            self.next += 1;
            // `udp and port 53` means one of its ports.
            let joined = matches!(self.peek(), "and" | "&&") && matches!(self.peek_after(1), "port" | "portrange");
            self.next += usize::from(joined && schema.knows(&format!("{protocol}.port")));
        }
        match (self.peek(), self.peek_after(1), self.peek_after(2)) {
            ("src", "or" | "and", "dst") => self.next += 3,
            ("src", ..) => {
                qualifiers.side = 1;
                self.next += 1;
            }
            ("dst", ..) => {
                qualifiers.side = 2;
                self.next += 1;
            }
            _ => {}
        }
        qualifiers.sort = match self.peek() {
            "host" => Some(Qualifier::Host),
            "net" => Some(Qualifier::Net),
            "port" => Some(Qualifier::Port),
            "portrange" => Some(Qualifier::PortRange),
            "proto" => Some(Qualifier::Proto),
            _ => None,
        };
        self.next += usize::from(qualifiers.sort.is_some());
        qualifiers
    }

    /// What a value with its qualifiers means.
    fn value(&mut self, qualifiers: &Qualifiers, value: &str) -> Option<CaptureTest> {
        let desk = self.desk;
        let test = match qualifiers.sort {
            Some(Qualifier::Port) => {
                let port = value.parse::<u16>().ok().or_else(|| desk.service(value))?;
                return self.ports(qualifiers, &format!("== {port}"));
            }
            Some(Qualifier::PortRange) => {
                let (low, high) = value.split_once('-')?;
                let (low, high): (u16, u16) = (low.parse().ok()?, high.parse().ok()?);
                return self.ports(qualifiers, &format!("in {{{low}..{high}}}"));
            }
            Some(Qualifier::Net) => {
                let mask = if self.peek() == "mask" { Some(self.peek_after(1)) } else { None };
                self.next += 2 * usize::from(mask.is_some());
                let net = network(value, mask)?;
                format!("{} == {net}", desk.address_field(&net, qualifiers.side)?)
            }
            Some(Qualifier::Proto) => {
                let number = value.trim_start_matches('\\');
                let said = desk.guide.idioms.capture.renamed;
                let name = said.iter().find(|(said, _)| *said == number).map_or(number, |(_, name)| *name);
                if desk.schema().knows(name) {
                    return Some(CaptureTest::Test(name.to_owned()));
                }
                crate::filter::literal::whole(number)?;
                let carried = desk.guide.idioms.capture.carried;
                let around = qualifiers.protocol.as_deref();
                let (_, field) = carried.iter().find(|(protocol, _)| Some(*protocol) == around)?;
                format!("{field} == {number}")
            }
            Some(Qualifier::Host) | None => {
                let net = value.contains('/').then(|| network(value, None)).flatten();
                let value = net.as_deref().unwrap_or(value);
                match desk.address_field(value, qualifiers.side) {
                    Some(field) => format!("{field} == {value}"),
                    None if qualifiers.sort.is_none() && !value.contains('.') => return None,
                    // Where its packets go is what a capture filter asks.
                    None => match desk.at_addresses(value, qualifiers.side) {
                        Some(test) => return Some(CaptureTest::Test(test)),
                        None => desk.host_tests(value, qualifiers.side).into_iter().next()?,
                    },
                }
            }
        };
        Some(CaptureTest::Test(test))
    }

    /// A test of the ports of a protocol, or of all that have ports.
    fn ports(&self, qualifiers: &Qualifiers, test: &str) -> Option<CaptureTest> {
        let schema = self.desk.schema();
        let name = ["port", "srcport", "dstport"].get(qualifiers.side)?;
        let own = qualifiers.protocol.as_ref().map(|protocol| format!("{protocol}.{name}"));
        let fields = match own {
            // Of a protocol without ports, those that it carries are meant.
            Some(own) if schema.knows(&own) => vec![own],
            _ => self.desk.guide.idioms.port.iter().map(|field| field.replace("port", name)).collect(),
        };
        let known = fields.iter().filter(|field| schema.knows(field));
        CaptureTest::joined("or", known.map(|field| CaptureTest::Test(format!("{field} {test}"))).collect())
    }
}

/// `10`, `10/8`, `192.168.1` and `10.0.0.0 mask 255.0.0.0` as an address with a prefix.
pub(super) fn network(written: &str, mask: Option<&str>) -> Option<String> {
    if written.contains(':') {
        return Some(written.to_owned());
    }
    let (address, prefix) =
        written.split_once('/').map_or((written, None), |(address, prefix)| (address, Some(prefix)));
    let octets: Vec<&str> = address.trim_end_matches('.').split('.').collect();
    let numbers: Vec<u8> = octets.iter().map(|octet| octet.parse().ok()).collect::<Option<_>>()?;
    if !(1..=4).contains(&numbers.len()) {
        return None;
    }
    let bits = match prefix.or(mask) {
        None => 8 * numbers.len() as u32,
        Some(prefix) if prefix.contains('.') => {
            let mask = u32::from(prefix.parse::<std::net::Ipv4Addr>().ok()?);
            (mask.leading_ones() + mask.trailing_zeros() == 32 || mask == u32::MAX).then(|| mask.leading_ones())?
        }
        Some(prefix) => prefix.parse().ok().filter(|bits| *bits <= 32)?,
    };
    let whole: Vec<String> = numbers.iter().chain(&[0; 4]).take(4).map(u8::to_string).collect();
    Some(format!("{}/{bits}", whole.join(".")))
}
