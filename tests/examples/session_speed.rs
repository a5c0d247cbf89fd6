//! How long the analyzer takes to open a capture and to apply filters, without a browser: `session_speed FILE FILTER...`.

use std::env;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use analyzer::capture::{ReadError, Source};
use analyzer::message::{PairsWanted, Reply, Request};
use analyzer::session::Session;
use anyhow::{Context, Result, bail};

/// As much as a browser hands over at once.
const CHUNK: usize = 1 << 20;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [file, filters @ ..] = arguments.as_slice() else {
        bail!("usage: session_speed FILE FILTER...");
    };
    let begun = Instant::now();
    let mut session = opened(Path::new(file))?;
    report("open", begun);
    let begun = Instant::now();
    session.handle(2, Request::Pairs(PairsWanted { end: 300, ..PairsWanted::default() }));
    let mut more = true;
    while !session.replies().iter().any(|reply| matches!(reply.body, Reply::Pairs(_))) {
        if !more {
            bail!("no pairs were shown");
        }
        more = session.step();
    }
    report("pairs", begun);
    let begun = Instant::now();
    session.handle(2, Request::Pairs(PairsWanted { start: 300, end: 600, ..PairsWanted::default() }));
    session.replies();
    report("further pairs", begun);
    let begun = Instant::now();
    session.handle(2, Request::Complete { text: "tcp.port == ".into(), at: 12 });
    session.replies();
    report("completion", begun);
    for (serial, filter) in (3..).zip(filters) {
        let begun = Instant::now();
        session.handle(serial, Request::Filter { text: filter.clone(), selected: 0 });
        loop {
            let more = session.step();
            if session.replies().iter().any(|reply| matches!(reply.body, Reply::Filtered { .. })) {
                break;
            }
            if !more {
                bail!("the filter {filter} was not applied");
            }
        }
        report(filter, begun);
        while session.step() {}
    }
    Ok(())
}

fn report(what: &str, begun: Instant) {
    println!("{what}\t{}", begun.elapsed().as_secs_f64());
}

fn opened(file: &Path) -> Result<Session> {
    let mut reader = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    let size = reader.metadata()?.len();
    let mut session = Session::new();
    session.open(1, "bench", Box::new(OnDisk { file: Mutex::new(File::open(file)?), size }));
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = reader.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        session.feed(&chunk[..read]);
    }
    session.end();
    while session.step() {}
    if !session.replies().iter().any(|reply| matches!(reply.body, Reply::Opened(_))) {
        bail!("{} was not opened", file.display());
    }
    Ok(session)
}

struct OnDisk {
    file: Mutex<File>,
    size: u64,
}

impl Source for OnDisk {
    fn size(&self) -> u64 {
        self.size
    }

    fn read(&self, at: u64, into: &mut [u8]) -> Result<(), ReadError> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(into));
        read.map_err(|why| ReadError(why.to_string()))
    }
}
