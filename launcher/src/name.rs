//! What a VM is called: made of its image's name, and its own as long as it runs.

use crate::{
    claim::{Claim, Kind},
    error::Error,
};
use std::path::Path;

/// The name under which a VM is found, for as long as it runs on this machine.
#[derive(Debug)]
pub struct Name {
    /// The name itself.
    pub name: String,
    _claim: Claim,
}

impl Name {
    /// Takes the name that was asked for, or the first free one that is made of the image's: `tc`, `tc-2`, ...
    ///
    /// # Errors
    /// `Error::Name` if another VM has the one that was asked for.
    pub fn take(asked: Option<&str>, image: &Path) -> Result<Self, Error> {
        if let Some(name) = asked {
            let taken = || Error::Name(format!("your VM {name:?} runs already; `tinycore status {name}` tells where"));
            return Self::claim(name)?.ok_or_else(taken);
        }
        let letters = |letter: char| if letter.is_alphanumeric() || "-_.".contains(letter) { letter } else { '-' };
        let stem: String =
            image.file_stem().unwrap_or_default().to_string_lossy().chars().take(32).map(letters).collect();
        let stem = match stem.trim_matches(['.', '-']) {
            "" => "vm",
            stem => stem,
        };
        if let Some(name) = Self::claim(stem)? {
            return Ok(name);
        }
        for number in 2_u32.. {
            if let Some(name) = Self::claim(&format!("{stem}-{number}"))? {
                return Ok(name);
            }
        }
        Err(Error::Name("every name is taken".to_owned()))
    }

    fn claim(name: &str) -> Result<Option<Self>, Error> {
        let claimed = Claim::take(Kind::Name(name), "")?;
        Ok(claimed.ok().map(|claim| Self { name: name.to_owned(), _claim: claim }))
    }
}
