//! Lines of a server.

use super::session::SmtpSession;
use super::{CODE_UNEXPECTED, RESPONSE, RESPONSE_CODE, RSP, RSP_PARAMETER};
use crate::dissect::{Layer, Stop};
use crate::protocols::{lines, secured};
use crate::value::Value;

/// Reads the lines of a server.
pub(super) fn replies(l: &mut Layer<'_, '_>, session: &mut SmtpSession) -> Result<(), Stop> {
    l.generated(RSP, Value::Uint(1));
    let mut summary = Vec::new();
    // The code of a reply of several lines, the last of which is to come.
    let mut expected = None;
    while l.left() > 0 {
        let (start, line) = (l.at(), lines::first(l.rest()));
        let (text, end) = (line.text, start + line.text.len());
        let code = lines::reply_code(text);
        if let Some(code) = code {
            let first = expected.is_none();
            if first {
                l.note_ascii(RESPONSE, start, start + line.length);
            }
            l.below(|l| {
                if first {
                    l.note(RESPONSE_CODE, start, start + 3, Value::Uint(code));
                } else if expected != Some(code) {
                    let first = expected.unwrap_or(0);
                    l.remark(CODE_UNEXPECTED, start, || format!("{code} stands in the reply {first}"));
                }
                if text.len() >= 4 {
                    l.note_ascii(RSP_PARAMETER, start + 4, end);
                }
            });
            summary.push(lines::shown(if first { text } else { text.get(4..).unwrap_or_default() }));
            expected = (text.get(3) == Some(&b'-')).then_some(expected.unwrap_or(code));
            if expected.is_none() && session.reply(code) {
                secured::secure(l);
            }
        } else {
            summary.push(String::new());
        }
        l.skip(line.length)?;
    }
    l.summarize(|| Some(format!("S: {}", summary.join(" | "))));
    Ok(())
}
