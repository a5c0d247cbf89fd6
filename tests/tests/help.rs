//! What is said of filters while they are typed: what is wrong, what it means, and how it could go on.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use analyzer::message::{Completions, FilterState, Fix, Reply, Request};
use tests::analysis::Analysis;
use xtask::captures;
use xtask::golden::table;
use xtask::shell::root;

/// Fixes that are offered at once.
const MOST_FIXES: usize = 5;
/// The longest filter that is read, in bytes.
const LONGEST: usize = 65_536;
/// Where the cursor stands in the table of completions.
const CURSOR: char = '▮';

#[test]
fn a_filter_that_is_wrong_is_marked_and_mended() {
    let mut analysis = Analysis::open_file(&captures::folder().join("pairs/wikipedia.pcap")).unwrap();
    let mut wrong = Vec::new();
    for row in table(&root().join("tests/filter_errors.tsv")).unwrap() {
        let [filter, state, marked, message, fix] = row.as_slice() else { panic!("{row:?}") };
        let verdict = analysis.check(filter).unwrap();
        let named = match verdict.state {
            FilterState::Empty => "empty",
            FilterState::Valid => "valid",
            FilterState::Caution => "caution",
            FilterState::Invalid => "invalid",
        };
        let span = verdict.span.map(|(start, end)| start as usize..end as usize);
        let ours = span.clone().map(|span| filter.get(span).map(str::to_owned).unwrap_or("(outside)".to_owned()));
        let fits = state == named
            && (marked == "-" || ours.as_ref() == Some(marked))
            && (message == "-" || verdict.message.contains(message))
            && fixes_are(&mut analysis, &verdict.fixes, fix)
            && !verdict.fixes.iter().any(|fix| says_what_is_unknown(&verdict.message, &fix.text))
            && (state != "invalid" || !verdict.message.is_empty())
            && ours.as_deref() != Some("(outside)");
        if !fits {
            wrong.push(format!("{filter:?} ({state}, {marked:?}, {fix:?}): {verdict:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Whether these fixes are offered in this order, "…" standing for those that may follow, and can all be applied.
fn fixes_are(analysis: &mut Analysis, ours: &[Fix], wanted: &str) -> bool {
    let can_be_read = ours.iter().all(|fix| {
        matches!(analysis.check(&fix.text).unwrap().state, FilterState::Valid | FilterState::Caution)
            && !fix.label.is_empty()
    });
    let texts: Vec<&str> = ours.iter().map(|fix| fix.text.as_str()).collect();
    let listed: Vec<&str> = wanted.split(" · ").filter(|fix| !matches!(*fix, "-" | "…")).collect();
    let fits = if wanted.ends_with('…') || wanted == "-" { texts.starts_with(&listed) } else { texts == listed };
    can_be_read && ours.len() <= MOST_FIXES && fits
}

/// Whether a fix holds, outside quotes, the word of which the message says that it is no name.
fn says_what_is_unknown(message: &str, fix: &str) -> bool {
    let Some((unknown, _)) = message.strip_prefix('"').and_then(|rest| rest.split_once("\" is no field or protocol."))
    else {
        return false;
    };
    let belongs = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    // Every other part stands in quotes.
    fix.split('"').step_by(2).any(|plain| plain.split(|c| !belongs(c)).any(|word| word == unknown))
}

#[test]
fn no_fix_holds_a_word_that_is_unknown() {
    let mut analysis = Analysis::open_file(&captures::folder().join("pairs/wikipedia.pcap")).unwrap();
    assert!(says_what_is_unknown("\"htpp\" is no field or protocol.", "dns.qry.name == htpp"));
    assert!(!says_what_is_unknown("\"htpp\" is no field or protocol.", "frame contains \"htpp\""));
    let words =
        ["htpp", "foo", "tcp.prt", "dns.response", "http.foo", "ftp", "syn", "starts", "src", "is", "DNS", "a.b"];
    let frames = [
        "@",
        "not @",
        "@ == 80",
        "@ == tcp",
        "80 == @",
        "@ contains \"x\"",
        "dns and @",
        "@ or tcp.port == 80",
        "dns.qry.name == \"x\" and @",
        "dns.qry.name @ \"x\"",
        "tcp.port = 80 AND @",
        "@ in {1, 2}",
        "len(@) > 3",
        "@ 5",
        "dns @",
        "(@",
        "http.host == www or @",
        "@ == @",
        "eth == @ or @",
    ];
    let mut wrong = Vec::new();
    for frame in frames {
        for word in words {
            let filter = frame.replace('@', word);
            let verdict = analysis.check(&filter).unwrap();
            let strange = verdict.fixes.iter().filter(|fix| says_what_is_unknown(&verdict.message, &fix.text));
            wrong.extend(strange.map(|fix| format!("{filter}: {} -> {}", verdict.message, fix.text)));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_filter_can_be_completed_everywhere() {
    let mut analysis = Analysis::open_file(&captures::folder().join("pairs/wikipedia.pcap")).unwrap();
    let mut wrong = Vec::new();
    for row in table(&root().join("tests/filter_completions.tsv")).unwrap() {
        let [filter, word, first, among, never] = row.as_slice() else { panic!("{row:?}") };
        let at = filter.find(CURSOR).unwrap();
        let text = filter.replace(CURSOR, "");
        let ours = complete(&mut analysis, &text, at);
        let items: Vec<&str> = ours.items.iter().map(|item| item.text.as_str()).collect();
        let list = |cell: &str| cell.split(" · ").filter(|item| *item != "-").map(str::to_owned).collect::<Vec<_>>();
        let replaced = text.get(ours.start as usize..ours.end as usize).unwrap_or("(outside)");
        let fits = (replaced == word || word == "-" && replaced.is_empty())
            && (first != "none" || items.is_empty())
            && (first == "none" || list(first).iter().zip(&items).all(|(wanted, ours)| wanted == ours))
            && (first == "none" || items.len() >= list(first).len())
            && list(among).iter().all(|wanted| items.contains(&wanted.as_str()))
            && !list(never).iter().any(|unwanted| items.contains(&unwanted.as_str()));
        if !fits {
            let shown: Vec<String> = ours.items.iter().map(|item| format!("{} ({})", item.text, item.title)).collect();
            wrong.push(format!("{filter}: {replaced:?} {} {shown:?}", items.len()));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn complete(analysis: &mut Analysis, text: &str, at: usize) -> Completions {
    let at = u32::try_from(at).unwrap();
    let replies = analysis.ask(Request::Complete { text: text.to_owned(), at });
    let completions = replies.into_iter().find_map(|reply| match reply {
        Reply::Completed(completions) => Some(completions),
        _ => None,
    });
    completions.unwrap()
}

#[test]
fn a_filter_is_read_aloud() {
    let mut analysis = Analysis::open_file(&captures::folder().join("pairs/wikipedia.pcap")).unwrap();
    let rows = table(&root().join("tests/filter_readings.tsv")).unwrap();
    assert!(rows.len() > 80);
    let mut wrong = Vec::new();
    for row in rows {
        let [filter, reading] = row.as_slice() else { panic!("{row:?}") };
        let verdict = analysis.check(filter).unwrap();
        if verdict.reading != reading.trim_matches('-') || verdict.state == FilterState::Invalid {
            wrong.push(format!("{filter}\t{}", verdict.reading));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn long_texts_are_answered_while_they_are_typed() {
    let mut analysis = Analysis::open_file(&captures::folder().join("pairs/wikipedia.pcap")).unwrap();
    for part in
        ["tcp.port == 80 or ", "(", "ip.src = 10.0.0.1 and ", "dns.qry.name contains \"", "80 ", "{", "tcp port 80 or "]
    {
        let text = part.repeat(LONGEST / part.len());
        let verdict = analysis.check(&text).unwrap();
        if let Some((start, end)) = verdict.span {
            assert!(text.get(start as usize..end as usize).is_some(), "{part}");
        }
        complete(&mut analysis, &text, text.len());
        complete(&mut analysis, &text, text.len() / 2);
    }
}
