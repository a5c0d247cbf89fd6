//! Words as a shell reads them, so that a printed line can be copied.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

/// One word, in quotes only where a shell would otherwise change it.
pub fn word(word: &OsStr) -> String {
    let text = word.to_string_lossy();
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./:=,@%+".contains(byte);
    if !word.is_empty() && word.as_bytes().iter().all(plain) {
        return text.into_owned();
    }
    if text.contains(char::is_control) {
        return format!("$'{}'", text.chars().map(escaped).collect::<String>());
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A letter between `$'` and `'`, as POSIX shells have it since 2024: what would control the terminal does not reach it.
fn escaped(letter: char) -> String {
    match letter {
        '\'' | '\\' => format!("\\{letter}"),
        _ if letter.is_control() => {
            letter.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("\\{byte:03o}")).collect()
        }
        _ => letter.to_string(),
    }
}

/// A whole command line.
pub fn line<Word: AsRef<OsStr>>(words: impl IntoIterator<Item = Word>) -> String {
    words.into_iter().map(|each| word(each.as_ref())).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_needs_quotes_gets_them() {
        assert_eq!(line(["qemu", "-m", "a=b,c:d", ""]), "qemu -m a=b,c:d ''");
        assert_eq!(line(["my lab/it's", "größe", "$HOME", "*"]), r"'my lab/it'\''s' 'größe' '$HOME' '*'");
        assert_eq!(line(["a\x1b[2J\u{9b}'\\\n"]), r"$'a\033[2J\302\233\'\\\012'");
    }
}
