//! How the launcher speaks: results to standard output, all else to standard error, or everything as JSON, one object a
//! line, to standard output. A terminal that has gone away is no reason to leave a VM alone, so a line that cannot be
//! written is lost in silence.

use crate::error::Error;
use serde::Serialize;
use serde_json::{Value, json};
use std::{
    fmt::Display,
    fs::{self, File, OpenOptions},
    io::{self, IsTerminal, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

static JSON: OnceLock<bool> = OnceLock::new();
static LOG: OnceLock<File> = OnceLock::new();
static UNHEARD: AtomicBool = AtomicBool::new(false);
/// A line of progress is on the terminal.
static SHOWN: AtomicBool = AtomicBool::new(false);

/// Chooses between words and JSON, once, at the start.
pub fn choose(json: bool) {
    let _ = JSON.set(json);
}

/// Writes what the user should notice to this file as well, emptied first: nobody listens to a VM in the background.
pub fn log_to(path: &Path) {
    if LOG.get().is_some() {
        return;
    }
    let _ = fs::remove_file(path);
    if let Ok(file) = OpenOptions::new().create(true).append(true).mode(0o600).open(path) {
        let _ = LOG.set(file);
    }
}

/// Whether JSON was asked for.
pub fn is_json() -> bool {
    JSON.get().copied().unwrap_or(false)
}

/// Whether nobody reads standard output any more: a reason to end for what does nothing but speak.
pub fn is_unheard() -> bool {
    UNHEARD.load(Ordering::Relaxed)
}

/// Says something that was asked for, in words whatever was chosen: what is not a script's to read otherwise.
pub fn tell(text: &str) {
    if writeln!(io::stdout(), "{}", text.trim_end_matches('\n')).is_err() {
        UNHEARD.store(true, Ordering::Relaxed);
    }
}

/// Says something that was asked for, in words or as an object with the name of what it is.
pub fn answer<Answer: Display + Serialize>(event: &str, answer: &Answer) {
    match is_json() {
        true => object(event, serde_json::to_value(answer).unwrap_or_default()),
        false => tell(&answer.to_string()),
    }
}

/// Says how something ended: to whoever still listens.
pub fn report<Answer: Display + Serialize>(event: &str, answer: &Answer) {
    self::answer(event, answer);
    if is_unheard() {
        let _ = writeln!(io::stderr(), "{answer}");
    }
}

/// Says something that the user should notice.
pub fn warn(text: &str) {
    // Some words are QEMU's, and some names a stranger's: what would control the terminal does not reach it.
    let text = &text.replace(|letter: char| letter.is_control() && letter != '\n', "?");
    if let Some(mut log) = LOG.get() {
        let _ = writeln!(log, "{}: {text}", crate::report::clock(crate::record::now()));
    }
    match is_json() {
        true => object("warning", json!({ "text": text })),
        false => drop(writeln!(io::stderr(), "tinycore: {text}")),
    }
}

/// Shows how far something has come, in a line that the next words replace; nothing ends it. Only where a person looks.
pub fn progress(text: &str) {
    if is_json() || !io::stderr().is_terminal() || (text.is_empty() && !SHOWN.load(Ordering::Relaxed)) {
        return;
    }
    SHOWN.store(!text.is_empty(), Ordering::Relaxed);
    let words = if text.is_empty() { String::new() } else { format!("tinycore: {text}") };
    // To the line's beginning, and clear it (ECMA-48, EL).
    let _ = write!(io::stderr(), "\r\x1b[K{words}");
}

/// Says why it goes no further.
pub fn fail(error: &Error) {
    match is_json() {
        true => object("error", json!({ "text": error.to_string(), "exit_code": error.exit_code() })),
        false => warn(&error.to_string()),
    }
}

fn object(event: &str, value: Value) {
    let mut whole = serde_json::Map::new();
    whole.insert("event".to_owned(), event.into());
    match value {
        Value::Object(parts) => whole.extend(parts),
        other => drop(whole.insert(event.to_owned(), other)),
    }
    tell(&Value::Object(whole).to_string());
}
