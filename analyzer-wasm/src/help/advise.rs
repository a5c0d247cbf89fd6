//! Mends filters: tries the changes that people's usual slips call for, and offers those that can be read.

mod capture;
mod members;
mod phrases;
mod sound;
mod spelling;
mod values;

use super::traps::trap;
use super::{Advice, Guide, nearest};
use crate::field::Kind;
use crate::filter::lex::{Token, TokenKind, tokens};
use crate::filter::macros::Expanded;
use crate::filter::schema::Schema;
use crate::filter::tree::TextRange;
use crate::filter::{CompileStage, Filter, Problem, Refused, Rewrite, Unknown, splice};
use crate::message::Fix;
use sound::Sound;

/// Longer texts are not mended: nobody typed them, and every attempt reads the whole.
const LONGEST: usize = 2_000;
/// Slips in one filter that are mended.
const SLIPS: usize = 8;
/// Fixes that are offered at once.
const MOST: usize = 5;
/// Readings of changed texts before it gives up.
const MOST_TRIED: usize = 400;

/// A changed text, with what the button says.
struct Change {
    /// What it adds about the problem, where that is more than the problem itself does.
    message: Option<String>,
    /// What it is about, where that is not what the problem is about.
    span: Option<TextRange>,
    label: String,
    text: String,
}

impl Change {
    fn new(label: String, text: String) -> Change {
        Change { message: None, span: None, label, text }
    }
}

/// Changes of one sort; when one of them mends the filter, the others are offered beside it.
type Alternatives = Vec<Change>;

/// What is wrong with a text or worth knowing of it, with the texts that mend it; nothing where there is nothing to say.
pub fn advise(guide: Guide<'_>, text: &str) -> Option<Advice> {
    match Filter::compile(guide.language, text, true) {
        Err(refused) => Some(mend(guide, text, Wrong::of(guide, text, &refused))),
        Ok(filter) => advise_on(guide, text, &filter),
    }
}

/// The same of a text that was read as this filter.
pub(super) fn advise_on(guide: Guide<'_>, text: &str, filter: &Filter) -> Option<Advice> {
    let wrong = match filter.liberty() {
        Some(problem) => Wrong::at(guide, text, CompileStage::Strict, problem, filter.tree().0),
        None => Wrong { stage: None, advice: trap(guide, text, filter)? },
    };
    Some(mend(guide, text, wrong))
}

/// What is wrong with a text.
struct Wrong {
    /// How far it was read; nothing where it is a filter, which may not do what it seems to.
    stage: Option<CompileStage>,
    /// The advice about it.
    advice: Advice,
}

impl Wrong {
    /// A refusal in words, with the names that come near where one is unknown.
    fn of(guide: Guide<'_>, text: &str, refused: &Refused) -> Wrong {
        Wrong::at(guide, text, refused.stage, &refused.problem, &refused.expanded)
    }

    fn at(guide: Guide<'_>, text: &str, stage: CompileStage, problem: &Problem, expanded: &Expanded) -> Wrong {
        let plain = Advice::new(problem.message.clone(), problem.span.clone());
        let advice = match (&problem.unknown, &problem.instead) {
            (Some(Unknown::Field(name)), _) => nearest::unknown(guide, &expanded.text, &problem.span, name),
            (Some(Unknown::Reference(name)), _) => match nearest::names(guide, name).first() {
                Some(near) => Advice { message: format!("{} Did you mean {near}?", problem.message), ..plain },
                None => plain,
            },
            (None, Some(Rewrite { label, text: by })) => plain.fixed(label, splice(&expanded.text, &problem.span, by)),
            (None, None) => plain,
        };
        Wrong { stage: Some(stage), advice: advice.typed(expanded, text) }
    }
}

/// The advice with the fixes that can be read strictly; where it has none of its own, with those that are found.
fn mend(guide: Guide<'_>, text: &str, wrong: Wrong) -> Advice {
    let advice = wrong.advice.clone();
    if text.len() > LONGEST {
        return Advice { fixes: Vec::new(), ..advice };
    }
    let is_read = |text: &str| Filter::compile(guide.language, text, true).is_ok();
    // What stands for a name that is none is weighed with the other changes.
    let own: Vec<Fix> =
        advice.fixes.iter().filter(|fix| !advice.unknown && is_read(&fix.text)).take(MOST).cloned().collect();
    if !own.is_empty() {
        return Advice { fixes: own, ..advice };
    }
    let mut current = text.to_owned();
    let mut at = wrong;
    let mut sound = Sound::of(guide.language.schema, text);
    let mut message: Option<String> = None;
    let mut span: Option<TextRange> = None;
    let mut tried = 0;
    for slip in 0..SLIPS {
        if at.advice.unknown {
            sound.unknown(current.get(at.advice.span.clone()).unwrap_or_default());
        }
        let left = at.stage.map(|stage| remaining(&current, stage, &at.advice.span));
        let mut better: Option<(Change, Box<Refused>)> = None;
        for group in attempts(guide, text, &current, &at.advice) {
            let mut fixes: Vec<Fix> = Vec::new();
            for attempt in group {
                tried += 1;
                if tried > MOST_TRIED || fixes.len() == MOST {
                    break;
                }
                if !sound.names(&attempt.text) {
                    continue;
                }
                match Filter::compile(guide.language, &attempt.text, true) {
                    Ok(filter)
                        if (at.stage.is_some() || trap(guide, &attempt.text, &filter).is_none())
                            && filter.tree().1.is_none_or(|tree| sound.tests(tree)) =>
                    {
                        message = message.or(attempt.message);
                        span = span.or(attempt.span);
                        // A flag alone would be the next thing to mend.
                        let set = flag_alone(guide, &attempt.text, &filter);
                        // The advice about the first slip does not cover the others.
                        let label = if slip > 0 || set.is_some() { None } else { Some(attempt.label) };
                        let fixed = set.unwrap_or(attempt.text);
                        if fixed != text && !fixes.iter().any(|fix| fix.text == fixed) {
                            fixes.push(Fix { label: label.unwrap_or_else(|| naming(&fixed)), text: fixed });
                        }
                    }
                    // A change that brings the first problem nearer to the end has mended something.
                    Err(next) if better.is_none() && left.is_some_and(|left| is_nearer(&attempt.text, &next, left)) => {
                        better = Some((attempt, next));
                    }
                    Ok(_) | Err(_) => {}
                }
            }
            if !fixes.is_empty() {
                let message = message.unwrap_or_else(|| {
                    if slip == 0 { agreeing(text, &advice, &fixes) } else { advice.message.clone() }
                });
                return Advice { message, fixes, span: span.unwrap_or(advice.span.clone()), ..advice };
            }
        }
        let Some((attempt, next)) = better else { break };
        message = message.or(attempt.message);
        span = span.or(attempt.span);
        at = Wrong::of(guide, &attempt.text, &next);
        current = attempt.text;
    }
    let message = agreeing(text, &advice, &[]);
    Advice { message, fixes: Vec::new(), ..advice }
}

/// The message about a name that is none, with no other names than those that are offered.
fn agreeing(text: &str, advice: &Advice, offered: &[Fix]) -> String {
    fn named(fix: &Fix) -> Option<&str> {
        fix.label.strip_prefix("Use ")
    }
    let offers = |name: &&str| offered.iter().any(|fix| named(fix) == Some(*name));
    let holds = |name: &&str| offered.iter().any(|fix| fix.text.contains(*name));
    let mut names: Vec<&str> = advice.fixes.iter().filter_map(named).filter(offers).collect();
    if names.is_empty() {
        names = advice.fixes.iter().filter_map(named).filter(holds).collect();
    }
    let all = names.len() == advice.fixes.len();
    match advice.unknown && advice.message.contains("Did you mean") && !all {
        true => nearest::describe(text.get(advice.span.clone()).unwrap_or_default(), &names),
        false => advice.message.clone(),
    }
}

/// The text in which a flag that stands alone is tested, where the filter's advice is to do so.
fn flag_alone(guide: Guide<'_>, text: &str, filter: &Filter) -> Option<String> {
    let advice = trap(guide, text, filter)?;
    let known = guide.schema().find(text.get(advice.span)?)?;
    let fix = advice.fixes.into_iter().next().filter(|_| matches!(known.row.kind, Kind::Bool(_)))?;
    Filter::compile(guide.language, &fix.text, true).is_ok().then_some(fix.text)
}

/// How far a text is from being a filter: the steps that are left, and the bytes after the problem.
type Remaining = (std::cmp::Reverse<CompileStage>, usize);

fn remaining(text: &str, stage: CompileStage, span: &TextRange) -> Remaining {
    // What is never closed was read to the end.
    let unclosed = stage == CompileStage::Parse && matches!(text.get(span.clone()), Some("(" | "{"));
    let rest = if unclosed { 0 } else { text.len().saturating_sub(span.start) };
    (std::cmp::Reverse(stage), rest)
}

/// Whether less remains than that.
fn is_nearer(text: &str, refused: &Refused, than: Remaining) -> bool {
    let problem = refused.expanded.problem(text, refused.problem.clone());
    remaining(text, refused.stage, &problem.span) < than
}

/// The changes worth trying, the likeliest first.
fn attempts(guide: Guide<'_>, typed: &str, text: &str, problem: &Advice) -> Vec<Alternatives> {
    let desk = Desk { guide, text, tokens: tokens(text), problem };
    let mut groups: Vec<Alternatives> = Vec::new();
    let mut add = |label: &str, texts: Vec<String>| groups.push(group(label, texts));
    if let Some(text) = desk.capture_filter() {
        // It is tried first: others would take its words one by one.
        add("", vec![text]);
    }
    desk.phrases().into_iter().for_each(|text| add("", vec![text]));
    if desk.stands_for_fields() {
        add("", desk.idioms());
    }
    groups.push(problem.fixes.iter().map(|fix| Change::new(fix.label.clone(), fix.text.clone())).collect());
    let mut add = |label: &str, texts: Vec<String>| groups.push(group(label, texts));
    add("Use plain characters", desk.plain_characters().into_iter().collect());
    add("Use ==", desk.replace_at(|kind| *kind == TokenKind::Assign, "==").into_iter().collect());
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
        (desk.count(&TokenKind::Open) > desk.count(&TokenKind::Close))
            .then(|| format!("{text})"))
            .into_iter()
            .collect(),
    );
    let braces = desk.count(&TokenKind::OpenBrace) > desk.count(&TokenKind::CloseBrace);
    add("Add }", braces.then(|| format!("{text}}}")).into_iter().collect());
    add("Add \"", (text.matches('"').count() % 2 == 1).then(|| format!("{text}\"")).into_iter().collect());
    if !problem.unknown || desk.guide.unread(desk.wrong()).is_none() {
        add("", desk.anywhere());
    }
    if let (Some(span), Some(attempt)) =
        (desk.single_and(), groups.iter_mut().flatten().find(|attempt| attempt.label == "Use &&"))
    {
        attempt.message = Some("A single & computes with bits; between two tests write &&.".into());
        attempt.span = (text == typed).then_some(span);
    }
    if let (Some(span), Some(attempt)) = (desk.shouted(), groups.get_mut(small).and_then(|group| group.first_mut())) {
        let right = desk.written(&span).to_ascii_lowercase();
        attempt.message = Some(format!("Operators are written in small letters: {right}."));
        // Places in a text that was changed already are not those of the text that was typed.
        attempt.span = (text == typed).then_some(span);
    }
    if desk.capture_filter().is_some()
        && let Some(first) = groups.first_mut().and_then(|group| group.first_mut())
    {
        first.message = Some("This is written as a capture filter; a display filter compares fields.".into());
    }
    groups
}

fn group(label: &str, texts: Vec<String>) -> Alternatives {
    let attempt = |text: String| {
        let label = if label.is_empty() { naming(&text) } else { label.to_owned() };
        Change::new(label, text)
    };
    texts.into_iter().map(attempt).collect()
}

/// What the button says that puts this text in place.
fn naming(text: &str) -> String {
    if text.len() <= 64 { format!("Use {text}") } else { "Mend the filter".to_owned() }
}

/// A filter with its first problem, while it is mended.
struct Desk<'d> {
    guide: Guide<'d>,
    text: &'d str,
    tokens: Vec<Token>,
    problem: &'d Advice,
}

impl<'d> Desk<'d> {
    fn schema(&self) -> &'d Schema {
        self.guide.language.schema
    }

    fn written(&self, span: &TextRange) -> &'d str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// What the problem is about.
    fn wrong(&self) -> &'d str {
        self.written(&self.problem.span)
    }

    fn count(&self, kind: &TokenKind) -> usize {
        self.tokens.iter().filter(|token| token.kind == *kind).count()
    }

    /// Index of the token at which the problem begins.
    fn index(&self) -> Option<usize> {
        self.tokens.iter().position(|token| token.span.start == self.problem.span.start && token.kind != TokenKind::End)
    }

    /// The words of a token, by its index.
    fn word(&self, index: usize) -> Option<&'d str> {
        self.tokens.get(index).filter(|token| token.kind != TokenKind::End).map(|token| self.written(&token.span))
    }

    /// The relation before the problem and the word before that, where the problem is what something is compared with.
    fn compared(&self) -> Option<(&Token, &Token)> {
        let index = self.index()?;
        let relation = self.tokens.get(index.checked_sub(1)?)?;
        let left = self.tokens.get(index.checked_sub(2)?)?;
        let named = matches!(left.kind, TokenKind::Word | TokenKind::Dotted);
        (named && matches!(relation.kind, TokenKind::Relation(_) | TokenKind::Assign | TokenKind::Retired))
            .then_some((left, relation))
    }
}
