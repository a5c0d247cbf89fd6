//! `tinycore doctor`: can this machine run the VM, and if not, what is to be done?

use crate::{error::Error, host, launch, options, shell, voice};
use serde::Serialize;
use std::{fmt, io, path::Path};

mod ask;
mod files;
mod machine;
mod nameserver;
mod qemu;
mod quota;
mod trial;

/// Checks what a VM needs, a line each, and says at the end how to start it.
///
/// # Errors
/// None: what is wrong is an answer. The exit code tells it: 5 for QEMU, 3 for the image, 4 for the capture, 1 for others.
pub fn doctor(asked: &options::Doctor) -> Result<u8, Error> {
    if !voice::is_json() {
        voice::tell(&format!("tinycore: can {} run the VM?\n", host::name()));
    }
    let mut report = Report::default();
    // A VM needs seconds until it is heard, so that the rest is looked at meanwhile.
    let trial = qemu::checks(&mut report);
    machine::checks(&mut report);
    files::checks(asked, &mut report);
    if let Some(trial) = trial {
        voice::progress("waiting for a VM that was started to see whether one runs ...");
        trial.checks(&mut report);
    }
    let verdict = report.verdict(asked);
    voice::answer("verdict", &verdict);
    Ok(verdict.exit_code)
}

/// How something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Mark {
    Ok,
    /// Worth knowing: the VM runs all the same.
    Note,
    /// The VM does not run.
    Problem,
}

/// What was looked at, and found.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    mark: Mark,
    found: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
    /// The line to type for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
    /// What the program ends with if this is the worst.
    #[serde(skip)]
    exit_code: u8,
}

impl Check {
    fn new(name: &'static str, mark: Mark, found: impl Into<String>) -> Self {
        Self { name, mark, found: found.into(), remedy: None, line: None, exit_code: 0 }
    }

    fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self::new(name, Mark::Ok, found)
    }

    fn note(name: &'static str, found: impl Into<String>) -> Self {
        Self::new(name, Mark::Note, found)
    }

    fn problem(name: &'static str, found: impl Into<String>, exit_code: u8) -> Self {
        Self { exit_code, ..Self::new(name, Mark::Problem, found) }
    }

    /// What would stop a run.
    fn error(name: &'static str, error: &Error) -> Self {
        Self::problem(name, error.to_string(), error.exit_code())
    }

    /// What to do about it.
    fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..self }
    }

    /// A line to type that mends it.
    fn line(self, line: impl Into<String>) -> Self {
        Self { line: Some(line.into()), ..self }
    }

    /// Takes the words in parentheses at the end of what was found for the remedy that they are.
    fn remedy_within(mut self) -> Self {
        if let Some((found, remedy)) = self.found.strip_suffix(')').and_then(|found| found.rsplit_once(" (")) {
            self.remedy = Some(remedy.to_owned());
            self.found = found.to_owned();
        }
        self
    }
}

impl fmt::Display for Check {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.mark {
            Mark::Ok => "ok",
            Mark::Note => "note",
            Mark::Problem => "PROBLEM",
        };
        let indent = " ".repeat(INDENT);
        let found = wrapped(&self.found, width());
        write!(out, "  {mark:<9}{:<9}{}", self.name, found.join(&format!("\n{indent}")))?;
        // A line to type is never broken: it is copied as it stands.
        match (&self.remedy, &self.line) {
            (None, None) => Ok(()),
            (None, Some(line)) => write!(out, "\n{indent}-> {line}"),
            (Some(remedy), line) => {
                let colon = if line.is_some() { ":" } else { "" };
                let remedy = wrapped(&format!("{remedy}{colon}"), width().saturating_sub(3));
                write!(out, "\n{indent}-> {}", remedy.join(&format!("\n{indent}   ")))?;
                line.iter().try_for_each(|line| write!(out, "\n{indent}   {line}"))
            }
        }
    }
}

/// The columns before what was found.
const INDENT: usize = 20;

/// How many columns are left for what was found.
fn width() -> usize {
    let window = rustix::termios::tcgetwinsize(io::stdout()).ok().map(|window| usize::from(window.ws_col));
    window.filter(|columns| *columns > 0).unwrap_or(100).clamp(60, 110) - INDENT
}

/// Breaks words into lines of at most `width` columns, as far as single words allow.
fn wrapped(words: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in words.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// What has been found so far.
#[derive(Debug, Default)]
struct Report {
    notes: usize,
    problems: Vec<&'static str>,
    /// The most telling exit code.
    exit_code: u8,
    /// Options that a run needs on this machine.
    options: Vec<&'static str>,
}

impl Report {
    /// Tells what was found, at once.
    fn say(&mut self, check: &Check) {
        voice::progress("");
        match check.mark {
            Mark::Ok => {}
            Mark::Note => self.notes += 1,
            Mark::Problem => {
                self.problems.push(check.name);
                // Without QEMU nothing runs; what has no code of its own comes last.
                let rank = |code: u8| [0, 1, 4, 3, 5].iter().position(|other| *other == code);
                if rank(check.exit_code) > rank(self.exit_code) {
                    self.exit_code = check.exit_code;
                }
            }
        }
        voice::answer("check", check);
    }

    fn verdict(&self, asked: &options::Doctor) -> Verdict {
        let program = host::program();
        let word = |path: &Path| shell::word(path.as_os_str());
        let line = if self.problems.is_empty() {
            let image = asked.image.clone().or_else(launch::default_image).unwrap_or_else(|| "tc.qcow2".into());
            let capture = asked.capture.as_deref().unwrap_or(Path::new("output.pcap"));
            let line = format!("{program} -f {} -c {}", word(&image), word(capture));
            [line.as_str()].into_iter().chain(self.options.iter().copied()).collect::<Vec<_>>().join(" ")
        } else {
            // To ask again is what comes next.
            let given = [("-f", &asked.image), ("-c", &asked.capture)].into_iter();
            let given = given.filter_map(|(option, path)| Some(format!(" {option} {}", word(path.as_deref()?))));
            format!("{program} doctor{}", given.collect::<String>())
        };
        let Self { notes, exit_code, .. } = *self;
        Verdict { runs: self.problems.is_empty(), problems: self.problems.clone(), notes, exit_code, line }
    }
}

/// What follows from all.
#[derive(Debug, Serialize)]
struct Verdict {
    runs: bool,
    problems: Vec<&'static str>,
    notes: usize,
    exit_code: u8,
    /// What to type next: how a VM is started here, or how to ask again.
    line: String,
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, notes, .. } = self;
        if !self.runs {
            let staff =
                if matches!(self.exit_code, 3 | 4) { "" } else { " (on a lab machine, show this to its staff)" };
            let problems = self.problems.join(", ");
            return write!(
                out,
                "\ntinycore: no VM can run like this. Mend what is marked PROBLEM: {problems}{staff}; then ask again:\n  {line}"
            );
        }
        let notes = match notes {
            0 => String::new(),
            1 => "; one note is above".to_owned(),
            _ => format!("; {notes} notes are above"),
        };
        write!(out, "\ntinycore: this machine can run the VM{notes}. Start it by:\n  {line}")
    }
}

/// The line that installs a package, by its names for the systems' own programs.
fn install(apt: &str, dnf: &str, pacman: &str, brew: &str) -> String {
    if cfg!(target_os = "macos") {
        return format!("brew install {brew}");
    }
    let by = |program: &str| host::found("apt").is_none() && host::found(program).is_some();
    match () {
        () if by("dnf") => format!("sudo dnf install {dnf}"),
        () if by("pacman") => format!("sudo pacman -S {pacman}"),
        () => format!("sudo apt install {apt}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words_and_keep_long_ones() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("incomprehensible one", 5), ["incomprehensible", "one"]);
        assert_eq!(wrapped("", 5), [""]);
    }

    #[test]
    fn a_check_is_read_as_mark_name_and_remedy() {
        let check = Check::note("window", "there is no desktop here (ssh -X brings the window)").remedy_within();
        assert_eq!(
            check.to_string(),
            "  note     window   there is no desktop here\n                    -> ssh -X brings the window"
        );
        let check = Check::problem("qemu", "missing", 5).line("sudo apt install x");
        assert!(check.to_string().ends_with("missing\n                    -> sudo apt install x"), "{check}");
        let object = serde_json::to_value(&check).unwrap();
        assert_eq!(
            object,
            serde_json::json!({ "name": "qemu", "mark": "problem", "found": "missing", "line": "sudo apt install x" })
        );
    }

    #[test]
    fn the_exit_code_is_that_of_the_worst() {
        let mut report = Report::default();
        let asked = options::Doctor { image: Some("a b".into()), capture: None };
        assert!(report.verdict(&asked).to_string().ends_with(" -f 'a b' -c output.pcap"));
        // Each with its own exit code, and that of all so far.
        for (name, code, worst) in [
            ("port", 1, 1),
            ("room", 4, 4),
            ("port", 1, 4),
            ("image", 3, 3),
            ("capture", 4, 3),
            ("parts", 5, 5),
            ("image", 3, 5),
        ] {
            report.say(&Check::problem(name, "", code));
            assert_eq!(report.exit_code, worst);
        }
        report.say(&Check::note("kvm", ""));
        let verdict = report.verdict(&asked);
        assert!(!verdict.runs && verdict.exit_code == 5 && verdict.notes == 1);
        assert!(verdict.to_string().contains("port, room, port"), "{verdict}");
        assert!(verdict.to_string().ends_with(" doctor -f 'a b'"), "{verdict}");
    }
}
