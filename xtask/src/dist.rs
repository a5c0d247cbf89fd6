//! `cargo xtask dist`: what is handed out, in one folder.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::shell::{cargo, root, run as start, target};
use crate::{page, tools};

/// What can be said to `cargo xtask dist`.
#[derive(clap::Args)]
pub struct Options {
    /// Leave the page's wasm modules as the compiler makes them.
    #[arg(long)]
    no_wasm_opt: bool,
}

/// Builds the page and the launcher for release, and puts them into `target/dist`.
pub fn run(options: &Options) -> Result<()> {
    let dist = target().join("dist");
    page::build()?;
    // For any Linux of this processor; on another system, for that system alone.
    let launcher = match cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        true => {
            tools::library_for(tools::STATIC)?;
            start(&mut cargo(["build", "--release", "--package", "launcher", "--target", tools::STATIC]))?;
            target().join(tools::STATIC).join("release/tinycore")
        }
        false => {
            start(&mut cargo(["build", "--release", "--package", "launcher"]))?;
            target().join("release/tinycore")
        }
    };
    if dist.exists() {
        fs::remove_dir_all(&dist).with_context(|| format!("cannot empty {}", dist.display()))?;
    }
    copy(&page::folder(), &dist.join("page"))?;
    if !options.no_wasm_opt {
        page::shrink(&dist.join("page"))?;
    }
    copy(&launcher, &dist.join("tinycore"))?;
    for name in ["LICENSE", "LICENSE-MIT", "LICENSE-APACHE", "README.md"] {
        copy(&root().join(name), &dist.join(name))?;
    }
    println!("\n{} holds the page (any web server can serve it) and the launcher.", dist.display());
    Ok(())
}

/// Copies a file, or a folder with all that is in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    fs::copy(from, to).map(drop).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))
}
