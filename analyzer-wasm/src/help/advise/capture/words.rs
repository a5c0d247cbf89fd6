//! Cuts a capture filter into words and signs.

/// A word and where it begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct CaptureWord<'t> {
    pub text: &'t str,
    pub start: usize,
}

/// Signs, each before those that it begins with.
const SIGNS: &[&str] =
    &["&&", "||", "==", "!=", ">=", "<=", "(", ")", "{", "}", "[", "]", "!", "&", "|", "=", ">", "<", ","];

/// The words and signs of a text; characters that belong to none are words of their own.
pub(super) fn words(text: &str) -> Vec<CaptureWord<'_>> {
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let blank = rest.len() - rest.trim_start().len();
        if blank > 0 {
            at += blank;
            continue;
        }
        let belongs = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/' | '\\');
        let word = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign)).map(|sign| sign.len());
        let length = match (word, sign) {
            (0, None) if rest.starts_with('"') => {
                rest.get(1..).and_then(|r| r.find('"')).map_or(rest.len(), |end| end + 2)
            }
            (0, None) => rest.chars().next().map_or(1, char::len_utf8),
            (0, Some(sign)) => sign,
            (word, _) => word,
        };
        words.push(CaptureWord { text: rest.get(..length).unwrap_or(rest), start: at });
        at += length;
    }
    words
}
