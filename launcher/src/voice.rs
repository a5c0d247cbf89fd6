//! How the launcher speaks: results to standard output, all else to standard error. A terminal that has gone away
//! is no reason to leave a VM alone, so a line that cannot be written is lost in silence.

use std::io::{self, Write};

/// Says something that was asked for.
pub fn tell(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

/// Says something that the user should notice.
pub fn warn(text: &str) {
    let _ = writeln!(io::stderr(), "tinycore: {text}");
}
