//! Makes the captures of `tests/captures/pairs` that are described in `tests/src/visits.rs`.

use std::fs;
use std::io;

fn main() -> io::Result<()> {
    let folder = xtask::captures::folder().join("pairs");
    for (name, tape) in tests::visits::all() {
        fs::write(folder.join(format!("{name}.pcap")), tape.bytes())?;
    }
    Ok(())
}
