//! Mends filters: tries the changes that people's usual slips call for, and offers those that can be read.

mod capture;
mod members;
mod phrases;
mod sound;
mod spelling;
mod values;

use super::lex::{Kind, Token, tokens};
use super::schema::Schema;
use super::tree::Place;
use super::{Fault, Filter, Language, Problem, Step};
use crate::field::Kind as FieldKind;
use crate::message::Fix;
use sound::Sound;

/// Longer texts are not mended: nobody typed them, and every attempt reads the whole.
const LONGEST: usize = 2_000;
/// Slips in one filter that are mended.
const SLIPS: usize = 8;
/// Fixes that are offered at once.
pub(super) const MOST: usize = 5;
/// Readings of changed texts before it gives up.
const MOST_TRIED: usize = 400;

/// A changed text, with what the button says.
struct Attempt {
    /// What it tells of the problem, where that is more than the problem itself does.
    message: Option<String>,
    /// What it is about, where that is not what the problem is about.
    span: Option<Place>,
    label: String,
    text: String,
}

impl Attempt {
    fn new(label: String, text: String) -> Attempt {
        Attempt { message: None, span: None, label, text }
    }
}

/// Changes of one sort; when one of them mends the filter, the others are offered beside it.
type Group = Vec<Attempt>;

/// The problem, with the fixes that can be read strictly; where it has none of its own, with those that are found.
pub(super) fn mend(language: Language<'_>, text: &str, problem: Problem) -> Problem {
    if text.len() > LONGEST {
        return Problem { fixes: Vec::new(), ..problem };
    }
    // What stands for a name that is none is weighed with the other changes.
    let own: Vec<Fix> = problem
        .fixes
        .iter()
        .filter(|_| !problem.unknown)
        .filter(|fix| Filter::compile(language, &fix.text, true).is_ok())
        .cloned()
        .collect();
    if !own.is_empty() {
        return Problem { fixes: own.into_iter().take(MOST).collect(), ..problem };
    }
    let mut current = text.to_owned();
    let mut at = match Filter::compile(language, text, true) {
        Ok(_) => Fault { step: Step::Trap, problem: problem.clone() },
        Err(fault) => fault,
    };
    let mut sound = Sound::of(language.schema, text);
    let mut message: Option<String> = None;
    let mut span: Option<Place> = None;
    let mut tried = 0;
    for slip in 0..SLIPS {
        if at.problem.unknown {
            sound.unknown(current.get(at.problem.span.clone()).unwrap_or_default());
        }
        let mut better: Option<(Attempt, Fault)> = None;
        for group in attempts(language, text, &current, &at.problem) {
            let mut fixes: Vec<Fix> = Vec::new();
            for attempt in group {
                tried += 1;
                if tried > MOST_TRIED || fixes.len() == MOST {
                    break;
                }
                if !sound.names(&attempt.text) {
                    continue;
                }
                match Filter::compile(language, &attempt.text, true) {
                    Ok(filter)
                        if (filter.advice.is_none() || at.step != Step::Trap)
                            && filter.tree.as_ref().is_none_or(|tree| sound.tests(tree)) =>
                    {
                        message = message.or(attempt.message);
                        span = span.or(attempt.span);
                        // A flag alone would be the next thing to mend.
                        let set = flag_alone(language, &attempt.text, &filter);
                        // What is said of the first slip says nothing of the others.
                        let label = if slip > 0 || set.is_some() { None } else { Some(attempt.label) };
                        let fixed = set.unwrap_or(attempt.text);
                        if fixed != text && !fixes.iter().any(|fix| fix.text == fixed) {
                            fixes.push(Fix { label: label.unwrap_or_else(|| naming(&fixed)), text: fixed });
                        }
                    }
                    // A change that brings the first problem nearer to the end has mended something.
                    Err(next) if better.is_none() && remaining(&attempt.text, &next) < remaining(&current, &at) => {
                        better = Some((attempt, next));
                    }
                    Ok(_) | Err(_) => {}
                }
            }
            if !fixes.is_empty() {
                let message = message.unwrap_or_else(|| {
                    if slip == 0 { agreeing(text, &problem, &fixes) } else { problem.message.clone() }
                });
                return Problem { message, fixes, span: span.unwrap_or(problem.span.clone()), ..problem };
            }
        }
        let Some((attempt, next)) = better else { break };
        message = message.or(attempt.message);
        span = span.or(attempt.span);
        current = attempt.text;
        at = next;
    }
    let message = agreeing(text, &problem, &[]);
    Problem { message, fixes: Vec::new(), ..problem }
}

/// The message about a name that is none, with no other names than those that are offered.
fn agreeing(text: &str, problem: &Problem, offered: &[Fix]) -> String {
    fn named(fix: &Fix) -> Option<&str> {
        fix.label.strip_prefix("Use ")
    }
    let offers = |name: &&str| offered.iter().any(|fix| named(fix) == Some(*name));
    let holds = |name: &&str| offered.iter().any(|fix| fix.text.contains(*name));
    let mut names: Vec<&str> = problem.fixes.iter().filter_map(named).filter(offers).collect();
    if names.is_empty() {
        names = problem.fixes.iter().filter_map(named).filter(holds).collect();
    }
    let all = names.len() == problem.fixes.len();
    match problem.unknown && problem.message.contains("Did you mean") && !all {
        true => super::nearest::said(text.get(problem.span.clone()).unwrap_or_default(), &names),
        false => problem.message.clone(),
    }
}

/// The text in which a flag that stands alone is tested, where the filter's advice is to do so.
fn flag_alone(language: Language<'_>, text: &str, filter: &Filter) -> Option<String> {
    let advice = filter.advice.as_ref()?;
    let known = language.schema.find(text.get(advice.span.clone())?)?;
    let fix = advice.fixes.first().filter(|_| matches!(known.row.kind, FieldKind::Bool(_)))?;
    Filter::compile(language, &fix.text, true).is_ok().then(|| fix.text.clone())
}

/// How far a filter is from being read: the steps that are left, and the bytes after the problem.
fn remaining(text: &str, fault: &Fault) -> (std::cmp::Reverse<Step>, usize) {
    let span = &fault.problem.span;
    // What is never closed was read to the end.
    let unclosed = fault.step == Step::Parse && matches!(text.get(span.clone()), Some("(" | "{"));
    let rest = if unclosed { 0 } else { text.len().saturating_sub(span.start) };
    (std::cmp::Reverse(fault.step), rest)
}

/// The changes worth trying, the likeliest first.
fn attempts(language: Language<'_>, typed: &str, text: &str, problem: &Problem) -> Vec<Group> {
    let desk = Desk { language, text, tokens: tokens(text), problem };
    let mut groups: Vec<Group> = Vec::new();
    let mut add = |label: &str, texts: Vec<String>| groups.push(group(label, texts));
    if let Some(text) = desk.capture_filter() {
        // It is tried first: others would take its words one by one.
        add("", vec![text]);
    }
    desk.phrases().into_iter().for_each(|text| add("", vec![text]));
    if desk.stands_for_fields() {
        add("", desk.idioms());
    }
    groups.push(problem.fixes.iter().map(|fix| Attempt::new(fix.label.clone(), fix.text.clone())).collect());
    let mut add = |label: &str, texts: Vec<String>| groups.push(group(label, texts));
    add("Use plain characters", desk.plain_characters().into_iter().collect());
    add("Use ==", desk.replace_at(|kind| *kind == Kind::Assign, "==").into_iter().collect());
    add("Use small letters", desk.small_letters().into_iter().collect());
    let small = groups.len() - 1;
    let mut add = |label: &str, texts: Vec<String>| groups.push(group(label, texts));
    desk.operators().into_iter().for_each(|(label, text)| add(&label, vec![text]));
    for text in [desk.set(), desk.range(), desk.repeated(), desk.chained(), desk.network(), desk.wildcard()] {
        add("", text.into_iter().collect());
    }
    add("", desk.labels());
    add("", desk.hosts_of());
    add("", desk.idioms());
    add("", desk.types());
    add("Put it in quotes", desk.quoted().into_iter().collect());
    add("Leave the quotes out", desk.unquoted().into_iter().collect());
    if !problem.unknown {
        add("", desk.near());
    }
    add("", desk.between());
    add("Remove )", desk.remove(")").into_iter().collect());
    add("Remove }", desk.remove("}").into_iter().collect());
    add(
        "Add )",
        (desk.count(&Kind::Open) > desk.count(&Kind::Close)).then(|| format!("{text})")).into_iter().collect(),
    );
    let braces = desk.count(&Kind::OpenBrace) > desk.count(&Kind::CloseBrace);
    add("Add }", braces.then(|| format!("{text}}}")).into_iter().collect());
    add("Add \"", (text.matches('"').count() % 2 == 1).then(|| format!("{text}\"")).into_iter().collect());
    if !problem.unknown || desk.schema().unread(desk.wrong()).is_none() {
        add("", desk.anywhere());
    }
    if let (Some(place), Some(attempt)) =
        (desk.single_and(), groups.iter_mut().flatten().find(|attempt| attempt.label == "Use &&"))
    {
        attempt.message = Some("A single & computes with bits; between two tests write &&.".into());
        attempt.span = (text == typed).then_some(place);
    }
    if let (Some(place), Some(attempt)) = (desk.shouted(), groups.get_mut(small).and_then(|group| group.first_mut())) {
        let right = desk.written(&place).to_ascii_lowercase();
        attempt.message = Some(format!("Operators are written in small letters: {right}."));
        // Places in a text that was changed already are not those of the text that was typed.
        attempt.span = (text == typed).then_some(place);
    }
    if desk.capture_filter().is_some()
        && let Some(first) = groups.first_mut().and_then(|group| group.first_mut())
    {
        first.message = Some("This is written as a capture filter; a display filter compares fields.".into());
    }
    groups
}

fn group(label: &str, texts: Vec<String>) -> Group {
    let attempt = |text: String| {
        let label = if label.is_empty() { naming(&text) } else { label.to_owned() };
        Attempt::new(label, text)
    };
    texts.into_iter().map(attempt).collect()
}

/// What the button says that puts this text in place.
fn naming(text: &str) -> String {
    if text.len() <= 64 { format!("Use {text}") } else { "Mend the filter".to_owned() }
}

/// A filter with its first problem, while it is mended.
struct Desk<'d> {
    language: Language<'d>,
    text: &'d str,
    tokens: Vec<Token>,
    problem: &'d Problem,
}

impl<'d> Desk<'d> {
    fn schema(&self) -> &'d Schema {
        self.language.schema
    }

    fn written(&self, place: &Place) -> &'d str {
        self.text.get(place.clone()).unwrap_or_default()
    }

    /// What the problem is about.
    fn wrong(&self) -> &'d str {
        self.written(&self.problem.span)
    }

    fn count(&self, kind: &Kind) -> usize {
        self.tokens.iter().filter(|token| token.kind == *kind).count()
    }

    /// Index of the token at which the problem begins.
    fn index(&self) -> Option<usize> {
        self.tokens.iter().position(|token| token.place.start == self.problem.span.start && token.kind != Kind::End)
    }

    /// The words of a token, by its index.
    fn word(&self, index: usize) -> Option<&'d str> {
        self.tokens.get(index).filter(|token| token.kind != Kind::End).map(|token| self.written(&token.place))
    }

    /// The relation before the problem and the word before that, where the problem is what something is compared with.
    fn compared(&self) -> Option<(&Token, &Token)> {
        let index = self.index()?;
        let relation = self.tokens.get(index.checked_sub(1)?)?;
        let left = self.tokens.get(index.checked_sub(2)?)?;
        let named = matches!(left.kind, Kind::Word | Kind::Dotted);
        (named && matches!(relation.kind, Kind::Relation(_) | Kind::Assign | Kind::Retired)).then_some((left, relation))
    }
}
