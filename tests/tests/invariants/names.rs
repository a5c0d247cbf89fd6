//! A name stands for one type: whoever reads it need not ask which.

use super::{sources, without_remarks};
use std::collections::BTreeMap;

#[test]
fn a_types_name_occurs_once() {
    let mut places: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for (path, text) in sources("analyzer-wasm/src") {
        if path.ends_with("/tests.rs") || path.contains("/tests/") {
            continue;
        }
        // Each program is a crate of its own beside the library.
        let program = path.strip_prefix("analyzer-wasm/src/bin/").and_then(|path| path.split(['/', '.']).next());
        let own = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for name in without_remarks(own).lines().filter_map(declared) {
            let key = (program.unwrap_or("the library").to_owned(), name.to_owned());
            places.entry(key).or_default().push(path.clone());
        }
    }
    assert!(places.len() > 300, "only {} types were found", places.len());
    places.retain(|_, places| places.len() > 1);
    assert!(places.is_empty(), "names of several types: {places:#?}");
}

/// The name of the type that a line declares. A type inside `impl` or `trait` is an associated one, which others name.
fn declared(line: &str) -> Option<&str> {
    let item = line.trim_start();
    let item = match item.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(')')?.1.trim_start(),
        Some(rest) if rest.starts_with(' ') => rest.trim_start(),
        _ => item,
    };
    let (keyword, rest) = item.split_once(' ')?;
    let declares = match keyword {
        "struct" | "enum" | "union" | "trait" => true,
        "type" => !line.starts_with(' '),
        _ => false,
    };
    let name = rest.split(|letter: char| !letter.is_alphanumeric()).next()?;
    (declares && name.starts_with(char::is_uppercase)).then_some(name)
}
