//! Where the parts of a multipart body begin and end, and what their heads say.

use memchr::memmem;

/// A line between parts, with the end of the line before it. Places count from the body's first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Delimiter {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) is_last: bool,
}

impl Delimiter {
    /// The first one from `from` on.
    pub(super) fn find(bytes: &[u8], from: usize, boundary: &str) -> Option<Delimiter> {
        let dashes = [b"--", boundary.as_bytes()].concat();
        let mut at = from;
        loop {
            let place = at + memmem::find(bytes.get(at..)?, &dashes)?;
            let behind = place + dashes.len();
            let (before, rest) = (bytes.get(from..place)?, bytes.get(behind..)?);
            at = behind;
            // The line break before it is its own, but for the first one.
            let start = match before {
                [] => place,
                [.., b'\r', b'\n'] if from > 0 => place - 2,
                [.., b'\n'] if from > 0 => place - 1,
                [.., b'\n'] => place,
                _ => continue,
            };
            let is_last = rest.starts_with(b"--");
            let end = memchr::memchr(b'\n', rest).map_or(bytes.len(), |end| behind + end + 1);
            return Some(Delimiter { start, end, is_last });
        }
    }
}

/// The boundary that a content type names.
pub(super) fn boundary(content_type: &str) -> Option<&str> {
    let parameters = content_type.split(';').skip(1);
    let mut named = parameters.filter_map(|parameter| parameter.split_once('='));
    let (_, value) = named.find(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"))?;
    let value = value.trim();
    let value = value.strip_prefix('"').map_or(value, |rest| rest.split('"').next().unwrap_or_default());
    (!value.is_empty()).then_some(value)
}

/// A value without the breaks of its lines and the blanks between its parameters.
pub(super) fn compact(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    let parts: Vec<&str> = text.split(';').map(str::trim).collect();
    parts.join(";").split("\r\n").map(str::trim_start).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_stand_at_the_beginning_of_lines() {
        let body = b"pre\r\n--b\r\nx --b\r\n--b--\r\n";
        let first = Delimiter::find(body, 0, "b").unwrap();
        assert_eq!(first, Delimiter { start: 5, end: 10, is_last: false });
        assert_eq!(Delimiter::find(body, first.end, "b"), Some(Delimiter { start: 15, end: 24, is_last: true }));
        assert_eq!(Delimiter::find(body, 24, "b"), None);
    }

    #[test]
    fn values_are_compacted() {
        assert_eq!(compact(b" a/b;\r\n\tc=\"d e\"; f\r\n"), "a/b;c=\"d e\";f");
        assert_eq!(boundary("a/b; charset=x; Boundary=\"--_1\""), Some("--_1"));
        assert_eq!(boundary("a/b; boundary=x"), Some("x"));
        assert_eq!(boundary("a/b"), None);
    }
}
