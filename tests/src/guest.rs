//! A real guest for the launcher: its image, the plan that it carries out, and the private network that it visits.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

pub mod lab;
mod names;
mod pages;

/// Programs that building or starting the guest calls.
const NEEDED: [&str; 7] = ["qemu-system-x86_64", "qemu-img", "apt-get", "dpkg-deb", "openssl", "ssh-keygen", "unshare"];

/// The guest's image, and the key that its user `tc` trusts.
#[derive(Debug, Clone)]
pub struct Guest {
    /// A qcow2 image. Tests run it with `--throwaway`, since they share it.
    pub image: PathBuf,
    /// An ssh key, readable by its owner only.
    pub key: PathBuf,
}

impl Guest {
    /// The guest, built on first use and again when its recipe changes, beside cargo's other products.
    ///
    /// # Errors
    /// What is missing on this machine, or the last words of the recipe.
    pub fn get() -> Result<Self, String> {
        for program in NEEDED {
            if !has(program) {
                return Err(format!("{program} is not installed"));
            }
        }
        let recipe = Path::new(env!("CARGO_MANIFEST_DIR")).join("guest");
        let folder = target_folder()?.join(format!("guest-{:016x}", fingerprint(&recipe).map_err(|e| e.to_string())?));
        let guest = Self { image: folder.join("guest.qcow2"), key: folder.join("key") };
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        // Two tests may want it at once.
        let lock = fs::File::create(folder.join("lock")).map_err(|error| error.to_string())?;
        lock.lock().map_err(|error| error.to_string())?;
        if !guest.image.exists() {
            let built = Command::new(recipe.join("build.sh")).arg(&folder).stdin(Stdio::null()).output();
            let built = built.map_err(|error| format!("build.sh: {error}"))?;
            if !built.status.success() {
                let words = String::from_utf8_lossy(&built.stderr);
                return Err(format!(
                    "the guest cannot be built: {}",
                    words.lines().last().unwrap_or("no reason given")
                ));
            }
        }
        Ok(guest)
    }
}

/// Whether a program is in the search path.
pub fn has(program: &str) -> bool {
    path_of(program).is_some()
}

/// Where a program is in the search path.
pub fn path_of(program: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// The launcher, built if need be.
///
/// # Errors
/// Why it cannot be built.
pub fn launcher() -> Result<PathBuf, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let built = Command::new(cargo).args(["build", "--quiet", "--package", "launcher"]).current_dir(root).output();
    let built = built.map_err(|error| format!("cargo: {error}"))?;
    match built.status.success() {
        true => Ok(target_folder()?.join("debug/tinycore")),
        false => Err(format!("the launcher cannot be built:\n{}", String::from_utf8_lossy(&built.stderr))),
    }
}

/// Cargo's target folder, in which this program itself lies.
fn target_folder() -> Result<PathBuf, String> {
    if let Some(folder) = std::env::var_os("CARGO_TARGET_DIR") {
        return std::path::absolute(folder).map_err(|error| error.to_string());
    }
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let profile = |folder: &&Path| folder.join(".fingerprint").is_dir();
    let parent = program.ancestors().find(profile).and_then(Path::parent);
    parent.map(Path::to_owned).ok_or_else(|| "this program does not lie in cargo's target folder".to_owned())
}

/// A number that changes with any file of the recipe.
fn fingerprint(recipe: &Path) -> io::Result<u64> {
    let mut files: Vec<_> =
        fs::read_dir(recipe)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.file_name().hash(&mut hasher);
        fs::read(&file)?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}
