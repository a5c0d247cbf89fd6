//! Makes the list of protocols of the `pub mod` lines in `src/protocols/*.rs`, so that a protocol is named once and the
//! formatter sees its module.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=src/protocols.rs");
    let mut protocols = Vec::new();
    for folder in modules("src/protocols.rs")? {
        println!("cargo::rerun-if-changed=src/protocols/{folder}.rs");
        for module in modules(&format!("src/protocols/{folder}.rs"))? {
            // What several protocols share, such as tables of numbers, is none.
            if fs::read_to_string(format!("src/protocols/{folder}/{module}.rs"))?.contains("PROTOCOL: Protocol") {
                protocols.push((folder.clone(), module));
            }
        }
    }
    let mut list = String::new();
    let mut line = |text: String| writeln!(list, "{text}").map_err(io::Error::other);
    line("const COUNTS: &[(&str, usize)] = &[".into())?;
    for (folder, module) in &protocols {
        line(format!("    (\"{module}\", {folder}::{module}::ROWS.len()),"))?;
    }
    line("];\nstatic PROTOCOLS: &[&Protocol] = &[".into())?;
    for (folder, module) in &protocols {
        line(format!("    &{folder}::{module}::PROTOCOL,"))?;
    }
    line("];".into())?;
    fs::write(Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("protocols.rs"), list)
}

/// The modules that a file declares as public, in its order.
fn modules(file: &str) -> io::Result<Vec<String>> {
    let text = fs::read_to_string(file)?;
    let names = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    Ok(names.map(str::to_owned).collect())
}
