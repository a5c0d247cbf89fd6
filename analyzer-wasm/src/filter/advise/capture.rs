//! Reads a filter in the language of capture filters, which tutorials on tcpdump teach.

use super::Desk;

const CAPTURE_WORDS: &[&str] = &["port", "host", "net", "src", "dst"];
const DIRECTIONS: &[&str] = &["src", "dst"];

impl Desk<'_> {
    /// A capture filter's primitives: `tcp port 80`, `src host 10.0.2.15`, `net 10.0.0.0/8`.
    pub(super) fn capture_filter(&self) -> Option<String> {
        let mut out = Vec::new();
        let mut changed = false;
        let mut index = 0;
        while let Some(word) = self.word(index) {
            let (mut at, mut protocol, mut side) = (index, None, 0);
            // `udp and port 53` means one of its ports.
            let joined = self.word(at + 1) == Some("and") && self.word(at + 2) == Some("port");
            if joined && self.schema.knows(&format!("{word}.port")) {
                protocol = Some(word);
                at += 2;
            }
            if self.schema.knows(word) && self.word(at + 1).is_some_and(|next| CAPTURE_WORDS.contains(&next)) {
                protocol = Some(word);
                at += 1;
            }
            if let Some(direction) = self.word(at).and_then(|word| DIRECTIONS.iter().position(|known| *known == word)) {
                side = direction + 1;
                at += 1;
            }
            let what = self.word(at).filter(|word| matches!(*word, "port" | "host" | "net" | "ether"));
            let skip = usize::from(what.is_some());
            let value = self.word(at + skip).filter(|_| skip > 0 || side > 0 || protocol.is_some());
            let test = value.and_then(|value| match what {
                Some("port") => {
                    value.parse::<u16>().ok()?;
                    let name = ["port", "srcport", "dstport"].get(side)?;
                    let own = protocol.map(|protocol| vec![format!("{protocol}.{name}")]);
                    let swap = |field: &&str| field.replace("port", name);
                    let fields = own.unwrap_or_else(|| self.schema.idioms().port.iter().map(swap).collect());
                    self.any_of(&fields, "==", value)
                }
                _ => Some(format!("{} == {value}", self.address_field(value, side)?)),
            });
            match test {
                Some(test) => {
                    out.push(test);
                    changed = true;
                    index = at + skip + 1;
                }
                None => {
                    out.push(word.to_owned());
                    index += 1;
                }
            }
        }
        changed.then(|| out.join(" ").replace("( ", "(").replace(" )", ")"))
    }
}
