//! Dissects every packet of captures in the index pass and again alone, and prints what differs: `told_again FILE…`.

use std::process::ExitCode;
use std::{env, fs};

use tests::recalled::differences;

fn main() -> ExitCode {
    let files: Vec<String> = env::args().skip(1).collect();
    if files.is_empty() {
        eprintln!("usage: told_again FILE…");
        return ExitCode::from(2);
    }
    let (mut read, mut count) = (0, 0);
    for file in &files {
        let found = match fs::read(file).map_err(anyhow::Error::from).and_then(|bytes| differences(file, &bytes, 1)) {
            Ok(found) => found,
            Err(error) => {
                eprintln!("{file}: {error}");
                continue;
            }
        };
        read += 1;
        for difference in &found {
            let none = || "no such node".to_owned();
            println!("{file}: packet {}", difference.frame);
            println!("  learned  {}", difference.learned.clone().unwrap_or_else(none));
            println!("  recalled {}", difference.recalled.clone().unwrap_or_else(none));
        }
        count += found.len();
    }
    println!("{read} captures, {count} packets differ");
    ExitCode::from(u8::from(count > 0))
}
