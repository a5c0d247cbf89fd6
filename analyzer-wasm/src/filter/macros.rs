//! Replaces macros by their text before a filter is read, and finds the place of each part in the text as it was typed.

use super::schema::Schema;
use super::tree::TextRange;
use super::{LONGEST, Language, Problem, Unknown};
use crate::field::Kind;

/// How often the text that macros made may call macros again.
const DEEPEST: u32 = 32;

/// The macros that Wireshark brings along, by the meaning that its manual gives them; a macro of one's own with the same
/// name comes before them.
pub(crate) const BUILT_IN: &[(&str, &str)] = &[
    ("private_ipv4", "$1 in {10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16}"),
    ("private_ipv6", "$1 == fc00::/7"),
    ("private_ethernet", "$1[0] & 0x0f == 2"),
];

/// A filter without macros.
#[derive(Debug, Default)]
pub(crate) struct Expanded {
    pub text: String,
    /// For each byte the part of the typed text that it comes from: its own character, or a whole call.
    places: Vec<(u32, u32)>,
    length: usize,
}

/// The text that calls of macros stand for. A `$` that begins a reference to the selected packet stays.
pub(crate) fn expand(language: Language<'_>, typed: &str) -> Result<Expanded, Problem> {
    let mut expanded = Expanded::plain(typed);
    if !typed.contains('$') || typed.len() > LONGEST {
        return Ok(expanded);
    }
    for (at, c) in typed.char_indices() {
        let end = at + c.len_utf8();
        expanded.places.resize(end, (at as u32, end as u32));
    }
    for _ in 0..DEEPEST {
        match pass(language, &expanded)? {
            Some(next) => expanded = next,
            None => return Ok(expanded),
        }
    }
    let span = expanded.text.find('$').map_or(0..0, |at| expanded.typed(&(at..at + 1)));
    Err(Problem::new(format!("Macros call one another here more than {DEEPEST} times, one inside the other."), span))
}

/// The text with all calls replaced that it has now; nothing where it has none.
fn pass(language: Language<'_>, before: &Expanded) -> Result<Option<Expanded>, Problem> {
    let text = before.text.as_str();
    let mut after = Expanded { text: String::new(), places: Vec::new(), length: before.length };
    let typed = |problem: Problem| Problem { span: before.typed(&problem.span), ..problem };
    let (mut copied, mut from) = (0, 0);
    while let Some(dollar) = text.get(from..).and_then(|rest| rest.find('$')).map(|at| from + at) {
        let Some(call) = call(language, text, dollar).map_err(typed)? else {
            from = dollar + 1;
            continue;
        };
        after.copy(before, copied..dollar);
        after.text.push_str(&call.result(language, after.text.len()).map_err(typed)?);
        let span = before.typed(&call.span);
        after.places.resize(after.text.len(), (span.start as u32, span.end as u32));
        copied = call.span.end;
        from = copied;
    }
    after.copy(before, copied..text.len());
    Ok((copied > 0).then_some(after))
}

/// A call of a macro.
struct Call<'t> {
    name: &'t str,
    arguments: Vec<String>,
    span: TextRange,
}

/// The call that begins with this `$`, if one does. As in Wireshark the first bracket of the other kind closes it, and a
/// backslash keeps one from doing so.
fn call<'t>(language: Language<'_>, text: &'t str, dollar: usize) -> Result<Option<Call<'t>>, Problem> {
    let rest = text.get(dollar + 1..).unwrap_or_default();
    let of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (name_start, close) = match rest.chars().next() {
        Some('{') if refers(language.schema, rest.get(1..).unwrap_or_default()) => return Ok(None),
        Some('{') => (dollar + 2, '}'),
        Some(c) if of_name(c) => (dollar + 1, ')'),
        _ => return Ok(None),
    };
    let behind = text.get(name_start..).unwrap_or_default();
    let length = behind.find(|c| !of_name(c)).unwrap_or(behind.len());
    let name = behind.get(..length).unwrap_or_default();
    let name_end = name_start + length;
    let unfinished = |what: &str| Err(Problem::new(what.to_owned(), dollar..name_end.max(dollar + 1)));
    let next = text.get(name_end..).and_then(|rest| rest.chars().next());
    let close = match (close, next) {
        ('}', Some('}')) => {
            return Ok(Some(Call { name, arguments: Vec::new(), span: dollar..name_end + 1 }));
        }
        ('}', Some(':' | ';')) => '}',
        ('}', None) => return unfinished("The } that closes this is missing."),
        ('}', Some(_)) => return unknown(language, text, name_start),
        (_, Some('(')) => ')',
        (_, Some('{')) => '}',
        // A reference such as `$ip.src`.
        _ => return Ok(None),
    };
    let mut arguments = Vec::new();
    let mut argument = String::new();
    let mut chars = text.get(name_end + 1..).unwrap_or_default().char_indices();
    while let Some((at, c)) = chars.next() {
        let end = name_end + 1 + at + c.len_utf8();
        match c {
            '\\' => match chars.next() {
                Some((_, quoted)) => argument.push(quoted),
                None => break,
            },
            ',' | ';' if !argument.is_empty() => arguments.push(std::mem::take(&mut argument)),
            c if c == close && (arguments.is_empty() || !argument.is_empty()) => {
                arguments.extend(Some(argument).filter(|argument| !argument.is_empty()));
                return Ok(Some(Call { name, arguments, span: dollar..end }));
            }
            c if c == close || matches!(c, ',' | ';') => {
                return Err(Problem::new("An argument of this macro is empty.", dollar..end));
            }
            c => argument.push(c),
        }
    }
    unfinished(&format!("The {close} that closes this call of a macro is missing."))
}

/// Whether `${` begins a reference to a field of the selected packet: fields come before macros, protocols do not.
fn refers(schema: &Schema, rest: &str) -> bool {
    let Some(end) = rest.find(['#', '}', ':', ';']) else { return false };
    let name = rest.get(..end).unwrap_or_default();
    let name = name.strip_prefix('@').unwrap_or(name);
    let known = schema.find(name).or_else(|| schema.find(schema.renamed(name)?.as_str()));
    let has_value = known.is_some_and(|known| !matches!(known.row.kind, Kind::Protocol | Kind::None));
    has_value && !rest.get(end..).unwrap_or_default().starts_with([':', ';'])
}

/// Says that what stands in `${…}` is neither a field nor a macro.
fn unknown<T>(language: Language<'_>, text: &str, start: usize) -> Result<T, Problem> {
    let rest = text.get(start..).unwrap_or_default();
    let rest = rest.get(..rest.find(['}', ';', '#']).unwrap_or(rest.len())).unwrap_or_default();
    let skipped = rest.len() - rest.trim_start_matches('@').len();
    let name = rest.get(skipped..).unwrap_or_default();
    let span = start + skipped..start + rest.len();
    let shown = super::parse::short(name);
    if language.schema.knows(name) {
        return Err(Problem::new(format!("{shown} has no value: a reference names a field that has one."), span));
    }
    let problem = Problem::new(format!("{shown} is no field and no macro."), span);
    Err(Problem { unknown: Some(Unknown::Reference(name.to_owned())), ..problem })
}

impl Call<'_> {
    /// The text that the call stands for, which must fit behind `before` bytes.
    fn result(&self, language: Language<'_>, before: usize) -> Result<String, Problem> {
        let own = language.macros.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let known = own.chain(BUILT_IN.iter().copied()).find(|(name, _)| *name == self.name);
        let Some((_, text)) = known else {
            let span = self.span.clone();
            let shown = super::parse::short(self.name);
            let message = match language.schema.knows(self.name) {
                true => format!("{shown} has no value: a reference names a field that has one, as ${{ip.src}} does."),
                false => format!("There is no macro {shown}."),
            };
            return Err(Problem::new(message, span));
        };
        let (wanted, given) = (arguments_of(text), self.arguments.len());
        if wanted != given {
            let plural = if wanted == 1 { "" } else { "s" };
            let message = format!("{} takes {wanted} argument{plural}, not {given}.", self.name);
            return Err(Problem::new(message, self.span.clone()));
        }
        let mut out = String::new();
        for part in parts(text) {
            match part {
                MacroPart::Text(text) => out.push_str(text),
                MacroPart::Argument(number) => {
                    out.push_str(
                        number.checked_sub(1).and_then(|at| self.arguments.get(at)).map_or("", String::as_str),
                    );
                }
            }
            if before + out.len() > LONGEST {
                let message = format!("With what its macros stand for, this filter has more than {LONGEST} bytes.");
                return Err(Problem::new(message, self.span.clone()));
            }
        }
        Ok(out)
    }
}

/// A piece of a macro's text.
enum MacroPart<'t> {
    Text(&'t str),
    /// `$1`, `$2`, ….
    Argument(usize),
}

fn parts(text: &str) -> impl Iterator<Item = MacroPart<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let argument = |rest: &str| {
            let digits = rest.strip_prefix('$')?;
            let length = digits.bytes().take_while(u8::is_ascii_digit).count();
            // A number that no one counts to asks for more arguments than there are.
            (length > 0).then(|| {
                (digits.get(..length).and_then(|number| number.parse().ok()).unwrap_or(usize::MAX), 1 + length)
            })
        };
        if let Some((number, length)) = argument(rest) {
            rest = rest.get(length..).unwrap_or_default();
            return Some(MacroPart::Argument(number));
        }
        let mut chars = rest.char_indices();
        let mut end = rest.len();
        while let Some((at, c)) = chars.next() {
            match c {
                // What a backslash precedes is taken as it is.
                '\\' => {
                    chars.next();
                }
                '$' if rest.get(at..).is_some_and(|rest| argument(rest).is_some()) => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        let part = rest.get(..end).filter(|part| !part.is_empty())?;
        rest = rest.get(end..).unwrap_or_default();
        Some(MacroPart::Text(part))
    })
}

/// How many arguments a macro's text asks for.
pub(crate) fn arguments_of(text: &str) -> usize {
    parts(text).map(|part| if let MacroPart::Argument(number) = part { number } else { 0 }).max().unwrap_or(0)
}

impl Expanded {
    /// A text that calls no macros.
    pub(crate) fn plain(typed: &str) -> Expanded {
        Expanded { text: typed.to_owned(), places: Vec::new(), length: typed.len() }
    }

    fn copy(&mut self, from: &Expanded, part: TextRange) {
        self.text.push_str(from.text.get(part.clone()).unwrap_or_default());
        self.places.extend_from_slice(from.places.get(part).unwrap_or_default());
    }

    /// Where in the typed text a part of the expanded text comes from.
    fn typed(&self, part: &TextRange) -> TextRange {
        if self.places.is_empty() {
            return part.clone();
        }
        let start = self.places.get(part.start).map_or(self.length, |span| span.0 as usize);
        let end = part.end.checked_sub(1).filter(|_| part.end > part.start).and_then(|last| self.places.get(last));
        start..end.map_or(start, |span| span.1 as usize).max(start)
    }

    /// A problem of the expanded text as one of the typed text.
    pub(crate) fn problem(&self, typed: &str, problem: Problem) -> Problem {
        if self.is_typed(typed) {
            return problem;
        }
        let whole = |span: &TextRange| {
            self.places
                .get(span.clone())
                .is_some_and(|all| all.iter().all(|(start, end)| all.first() == Some(&(*start, *end))))
        };
        let span = self.typed(&problem.span);
        let inside = !problem.span.is_empty()
            && whole(&problem.span)
            && typed.get(span.clone()).is_some_and(|call| call.starts_with('$') && call.len() > 1);
        let message = match inside {
            true => format!("In what this macro stands for: {}", problem.message),
            false => problem.message,
        };
        Problem { message, span, ..problem }
    }

    /// Whether it is the typed text itself.
    fn is_typed(&self, typed: &str) -> bool {
        self.places.is_empty() || self.text == typed
    }

    /// The change that makes the expanded text this one, made in the typed text; nothing where a macro hides the place.
    pub(crate) fn unexpanded(&self, typed: &str, fixed: &str) -> Option<String> {
        if self.is_typed(typed) {
            return Some(fixed.to_owned());
        }
        let same = |(a, b): &(char, char)| a == b;
        let length = |count: usize, text: &str| text.chars().take(count).map(char::len_utf8).sum::<usize>();
        let before = length(self.text.chars().zip(fixed.chars()).take_while(same).count(), fixed);
        let (old, new) = (self.text.get(before..)?, fixed.get(before..)?);
        let behind =
            old.chars().rev().zip(new.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum::<usize>();
        let changed = before..self.text.len() - behind;
        let plain = |at: usize| {
            let (start, end) = *self.places.get(at)?;
            (typed.get(start as usize..end as usize)?.chars().count() == 1).then_some(())
        };
        changed.clone().try_for_each(plain)?;
        let start = match changed.start.checked_sub(1) {
            None => 0,
            Some(last) => self.places.get(last)?.1 as usize,
        };
        let end = self.places.get(changed.end).map_or(self.length, |span| span.0 as usize);
        // Text of a macro in front of the change cannot be distinguished from the macro itself.
        let by = new.get(..new.len() - behind)?;
        (start <= end).then(|| super::splice(typed, &(start..end), by))
    }
}
