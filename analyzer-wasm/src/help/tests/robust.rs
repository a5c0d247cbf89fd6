//! No text makes help fall over, and what it offers can be read.

use super::guide;
use crate::filter::tests::robust::{PARTS, REPEATED, macros};
use crate::filter::tests::toy::schema;
use crate::filter::{Filter, LONGEST, splice};
use crate::help::{advise, check};
use crate::message::FilterState;
use proptest::prelude::*;

#[test]
fn long_texts_end_in_advice() {
    let (schema, macros) = (schema(), macros());
    for part in REPEATED {
        let text = format!("{}toy", part.repeat((LONGEST - 3) / part.len()));
        // What grows faster than the text would keep this test from ending.
        let verdict = check(guide(&schema, &macros), &text);
        assert!(verdict.state != FilterState::Invalid || !verdict.message.is_empty(), "{part}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_advised_on(text in "\\PC{0,40}") {
        try_text(&text);
    }

    #[test]
    fn any_row_of_tokens_is_advised_on(parts in prop::collection::vec(prop::sample::select(PARTS.to_vec()), 0..12)) {
        try_text(&parts.join(" "));
        try_text(&parts.concat());
    }
}

/// What is said of a text must stand inside it, and what is offered must be readable.
fn try_text(text: &str) {
    let schema = schema();
    let macros = macros();
    let guide = guide(&schema, &macros);
    let verdict = check(guide, text);
    assert!(verdict.fixes.len() <= 5, "{text:?}: {:?}", verdict.fixes);
    let is_read = |text: &str, strict: bool| Filter::parse(guide.language, text, strict).is_ok();
    assert_eq!(verdict.state == FilterState::Invalid, !is_read(text, false), "{text:?}");
    assert!(verdict.state != FilterState::Valid || is_read(text, true), "{text:?}");
    for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
        let completions = guide.complete(text, at);
        let span = completions.start as usize..completions.end as usize;
        assert!(span.start <= at && at <= span.end, "{text:?} at {at}: {span:?}");
        assert!(text.get(span.clone()).is_some(), "{text:?} at {at}: {span:?}");
        for item in completions.items.iter().take(3) {
            let _ = is_read(&splice(text, &span, &item.text), false);
        }
    }
    let advice = advise(guide, text);
    assert!(advice.is_some() || is_read(text, true), "{text:?}");
    if let Some(advice) = advice {
        assert!(text.get(advice.span.clone()).is_some(), "{text:?}: {:?}", advice.span);
        assert!(!advice.message.is_empty());
        for fixed in advice.fixes.iter().map(|fix| &fix.text) {
            assert!(is_read(fixed, true), "{text:?} -> {fixed:?}");
        }
    }
}
