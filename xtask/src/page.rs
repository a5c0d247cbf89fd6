//! Building the page: Trunk, offline, into `www/dist`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::shell::{command, root, run};
use crate::tools;

/// The folder of the built page. It works on any web server, under any path.
pub fn folder() -> PathBuf {
    root().join("www/dist")
}

/// Installs what is missing and builds the page for release.
pub fn build() -> Result<()> {
    tools::for_page()?;
    // Trunk reads the variable as yes or no, and refuses the `1` that some terminals set.
    run(command("trunk", ["build", "--offline", "--release"]).current_dir(root().join("www")).env_remove("NO_COLOR"))
}

/// Makes the wasm modules of a built page smaller, where `wasm-opt` is to be had. Returns whether it was.
pub fn shrink(page: &Path) -> Result<bool> {
    let Some(wasm_opt) = tools::wasm_opt() else {
        println!("  wasm-opt is not to be had (it comes with npm's binaryen): the modules stay as they are");
        return Ok(false);
    };
    for file in modules(page)? {
        let before = fs::metadata(&file)?.len();
        let smaller = file.with_extension("smaller");
        // Runs of zeros stay in the data: where they are cut out, the rest compresses worse than they did.
        run(command(&wasm_opt, ["-O3", "--skip-pass=memory-packing", "-o"]).arg(&smaller).arg(&file))?;
        fs::rename(&smaller, &file).with_context(|| format!("cannot replace {}", file.display()))?;
        println!("  {}: {before} bytes, then {}", file.display(), fs::metadata(&file)?.len());
    }
    Ok(true)
}

fn modules(page: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(page).with_context(|| format!("cannot read {}", page.display()))?;
    let files = entries.filter_map(|entry| Some(entry.ok()?.path()));
    Ok(files.filter(|file| file.extension().is_some_and(|ending| ending == "wasm")).collect())
}
