//! The analyzer in a terminal, with tshark's flags: the same session as in the page, over a file.

fn main() -> std::process::ExitCode {
    #[cfg(not(target_arch = "wasm32"))]
    return native::main();
    #[cfg(target_arch = "wasm32")]
    std::process::ExitCode::SUCCESS
}

#[cfg(not(target_arch = "wasm32"))]
#[path = "inspect/glossary.rs"]
mod glossary;

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use crate::glossary;
    use analyzer::capture::{ReadError, Source};
    use analyzer::dissect::{Found, Packet, Tables};
    use analyzer::field::FieldSet;
    use analyzer::filter::{Filter, Language, Problem};
    use analyzer::message::{Chosen, Macro, PairsWanted, Reply, ReportFormat};
    use analyzer::protocols;
    use analyzer::session::cells::{Cell, Column, Line, write_fields};
    use analyzer::session::hand_in::HandIn;
    use analyzer::session::know::refer;
    use analyzer::session::open::Open;
    use analyzer::session::schema;
    use analyzer::session::sieve::Sieve;
    use clap::Parser;
    use std::fs::File;
    use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
    use std::process::ExitCode;
    use std::sync::Mutex;

    /// Looks into a capture file, with tshark's flags.
    #[derive(Parser)]
    #[command(name = "inspect", version, disable_version_flag = true)]
    struct Options {
        /// The capture to read: pcap or pcapng, compressed or not.
        #[arg(short = 'r', value_name = "FILE", required_unless_present = "glossary")]
        read: Option<String>,
        /// Accepted for tshark's sake: names of addresses are never looked up.
        #[arg(short = 'n')]
        no_names: bool,
        /// Show only the packets that this display filter selects.
        #[arg(short = 'Y', value_name = "FILTER", allow_hyphen_values = true)]
        filter: Option<String>,
        /// Decode as: which protocol stands in a dissector table under a key or a range of keys, as
        /// `tcp.port==8000-8010,http`; may be given several times.
        #[arg(short = 'd', value_name = "TABLE==KEY,PROTOCOL")]
        decode_as: Vec<String>,
        /// Read only so many packets.
        #[arg(short = 'c', value_name = "N")]
        count: Option<u32>,
        /// What to print: `fields` (with -e), `pairs` (a JSON object a connection), `lookups` (one a lookup), `report`
        /// (a hand-in about a site); the packet list without it.
        #[arg(short = 'T', value_name = "WHAT")]
        what: Option<What>,
        /// A field or column (`_ws.col.Info`) to print, with -T fields.
        #[arg(short = 'e', value_name = "FIELD")]
        fields: Vec<String>,
        /// Print the field reference (`fields`) and read nothing.
        #[arg(short = 'G', value_name = "REPORT")]
        glossary: Option<Glossary>,
        /// Let packets know of later ones (`response in`), as tshark's second pass does.
        #[arg(short = '2')]
        two_passes: bool,
        /// Print the version.
        #[arg(long, action = clap::ArgAction::Version)]
        version: Option<bool>,
        /// The packet whose values references in the filter stand for, such as `${ip.src}`.
        #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
        selected_frame: u32,
        /// A macro that the filter may call; may be given several times.
        #[arg(long = "macro", value_name = "NAME=TEXT", value_parser = definition)]
        macros: Vec<Macro>,
        /// The site that `-T report` is about: any part of its names or addresses; without it, the first that led to a
        /// connection.
        #[arg(long, value_name = "NAME")]
        site: Option<String>,
        /// As what `-T report` is written.
        #[arg(long = "as", value_name = "FORMAT", default_value = "markdown", hide_default_value = true)]
        form: Form,
        /// Refuse filters that only this analyzer accepts, such as `ip.src = 1.2.3.4`.
        #[arg(long)]
        strict: bool,
    }

    #[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
    enum What {
        Fields,
        Pairs,
        Lookups,
        Report,
    }

    #[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
    enum Form {
        #[value(alias = "md")]
        Markdown,
        Html,
        Json,
    }

    #[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
    enum Glossary {
        Fields,
    }

    /// A bad file or filter.
    const REFUSED: u8 = 2;

    pub(super) fn main() -> ExitCode {
        let options = Options::parse();
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        let result = if options.glossary.is_some() {
            glossary::write(&mut out).map_err(Failure::Output)
        } else {
            run(&options, &mut out)
        };
        match result.and_then(|()| out.flush().map_err(Failure::Output)) {
            // Whoever reads this program's output may have had enough of it.
            Ok(()) => ExitCode::SUCCESS,
            Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Err(Failure::Output(error)) => refuse(&format!("The output cannot be written: {error}.")),
            Err(Failure::Input(message)) => refuse(&message),
        }
    }

    fn refuse(message: &str) -> ExitCode {
        let _ = writeln!(io::stderr(), "inspect: {message}");
        ExitCode::from(REFUSED)
    }

    enum Failure {
        Input(String),
        Output(io::Error),
    }

    impl From<io::Error> for Failure {
        fn from(error: io::Error) -> Failure {
            Failure::Output(error)
        }
    }

    impl From<ReadError> for Failure {
        fn from(error: ReadError) -> Failure {
            Failure::Input(error.0)
        }
    }

    /// A file on disk.
    struct FileSource {
        file: Mutex<File>,
        size: u64,
    }

    impl Source for FileSource {
        fn size(&self) -> u64 {
            self.size
        }

        fn read(&self, at: u64, into: &mut [u8]) -> Result<(), ReadError> {
            let mut file = self.file.lock().map_err(|_| ReadError("The file is gone.".into()))?;
            file.seek(SeekFrom::Start(at))
                .and_then(|_| file.read_exact(into))
                .map_err(|error| ReadError(format!("The file cannot be read: {error}.")))
        }
    }

    fn open(name: &str, count: Option<u32>, tables: &Tables) -> Result<Open, Failure> {
        let problem = |error: io::Error| Failure::Input(format!("{name} cannot be opened: {error}."));
        let mut file = File::open(name).map_err(problem)?;
        if file.metadata().map_err(problem)?.is_dir() {
            return Err(Failure::Input(format!("{name} is a folder, not a capture.")));
        }
        let size = file.metadata().map_err(problem)?.len();
        let source = FileSource { file: Mutex::new(file.try_clone().map_err(problem)?), size };
        let mut capture = Open::new(name, Box::new(source), tables.clone());
        let unreadable = |why: analyzer::capture::Unreadable| Failure::Input(format!("{name}: {}", why.0));
        let mut chunk = vec![0; 1 << 20];
        loop {
            let read = file.read(&mut chunk).map_err(problem)?;
            if read == 0 || count.is_some_and(|count| capture.packets() >= count) {
                break;
            }
            capture.feed(chunk.get(..read).unwrap_or_default()).map_err(unreadable)?;
        }
        capture.end().map_err(unreadable)?;
        Ok(capture)
    }

    fn run(options: &Options, out: &mut impl Write) -> Result<(), Failure> {
        // Names of addresses are never looked up, with or without the option.
        let _ = options.no_names;
        let name = options.read.as_deref().unwrap_or_default();
        let mut tables = Tables::of(protocols::standard());
        for line in &options.decode_as {
            tables.decode_as(line).map_err(Failure::Input)?;
        }
        let mut filter = match &options.filter {
            Some(text) => {
                let language = Language { macros: &options.macros, ..Language::of(schema()) };
                Some(Filter::parse(language, text, options.strict).map_err(|why| refused(text, &why))?)
            }
            None => None,
        };
        if let Some(advice) = filter.as_ref().and_then(Filter::advice) {
            let text = options.filter.as_deref().unwrap_or_default();
            let _ = writeln!(io::stderr(), "inspect: {}", underlined(text, advice));
        }
        if options.count == Some(0) {
            return Err(Failure::Input("-c 0 would read no packet: give it a number from 1.".into()));
        }
        if options.what != Some(What::Fields) && !options.fields.is_empty() {
            return Err(Failure::Input("-e needs -T fields.".into()));
        }
        match (options.what, options.fields.is_empty()) {
            (Some(what @ (What::Pairs | What::Lookups)), _) => {
                let capture = open(name, options.count, &tables)?;
                if let Some(pairs) = capture.pairs() {
                    let lines: Box<dyn Iterator<Item = serde_json::Value>> = match what {
                        What::Lookups => Box::new(pairs.lookups()),
                        _ => Box::new(pairs.connections()),
                    };
                    for line in lines {
                        writeln!(out, "{line}")?;
                    }
                }
                warn(name, &capture, out)
            }
            (Some(What::Report), _) => {
                let capture = open(name, options.count, &tables)?;
                write!(out, "{}", report(options, &capture)?)?;
                warn(name, &capture, out)
            }
            (Some(What::Fields), true) => Err(Failure::Input("-T fields needs at least one -e FIELD.".into())),
            (what, _) => {
                let cells = if what.is_some() { Some(cells(&options.fields)?) } else { None };
                let capture = open(name, options.count, &tables)?;
                if let Some(filter) = &mut filter {
                    refer(filter, &capture, options.selected_frame, 0, options.two_passes)?;
                }
                list(options, &capture, filter, cells.as_deref(), out)?;
                warn(name, &capture, out)
            }
        }
    }

    /// The hand-in about the first visit that is found.
    fn report(options: &Options, capture: &Open) -> Result<String, Failure> {
        let name = options.read.as_deref().unwrap_or_default();
        let site = options.site.clone().unwrap_or_default();
        let nothing = || match site.as_str() {
            "" => Failure::Input(format!("{name} has no lookups and no connections.")),
            site => Failure::Input(format!("No name or address in {name} has the part {site}.")),
        };
        let pairs = capture.pairs().ok_or_else(nothing)?;
        let wanted = PairsWanted { search: site.clone(), end: 1, ..PairsWanted::default() };
        let line = pairs.lines(&wanted).lines.into_iter().next().ok_or_else(nothing)?;
        let lookup = line.lookup.map(|lookup| lookup.index);
        let connection = line.connection.map(|connection| connection.index);
        let mut hand_in = HandIn::new(0, Chosen { lookup, connection }, options.form.into());
        loop {
            if let Reply::Report(file) = hand_in.slice(capture)? {
                return Ok(file.text);
            }
        }
    }

    impl From<Form> for ReportFormat {
        fn from(form: Form) -> ReportFormat {
            match form {
                Form::Markdown => ReportFormat::Markdown,
                Form::Html => ReportFormat::Html,
                Form::Json => ReportFormat::Json,
            }
        }
    }

    fn list(
        options: &Options,
        capture: &Open,
        filter: Option<Filter>,
        cells: Option<&[Cell]>,
        out: &mut impl Write,
    ) -> Result<(), Failure> {
        let mut wanted = FieldSet::of([]);
        match cells {
            Some(cells) => cells.iter().for_each(|cell| cell.want(protocols::standard(), &mut wanted)),
            None => wanted = FieldSet::values(),
        }
        let mut sieve = filter.map(Sieve::new);
        let mut previous = 0;
        let mut text = String::new();
        for frame in 1..=capture.packets().min(options.count.unwrap_or(u32::MAX)) {
            let Some(row) = capture.index.rows.get(frame) else { break };
            if let Some(sieve) = &mut sieve
                && !sieve.displays(capture, frame, previous, options.two_passes)?
            {
                continue;
            }
            text.clear();
            let digits = capture.digits(row);
            capture.look(frame, previous, &wanted, options.two_passes, |packet, found| match cells {
                Some(cells) => write_cells(&mut text, packet, found, cells, digits),
                None => write_line(&mut text, packet, found, digits),
            })?;
            previous = frame;
            text.push('\n');
            out.write_all(text.as_bytes())?;
        }
        Ok(())
    }

    fn warn(name: &str, capture: &Open, out: &mut impl Write) -> Result<(), Failure> {
        if capture.reader.cut_short() {
            out.flush()?;
            let _ = writeln!(io::stderr(), "inspect: {name} was cut short: {}", capture.reader.notes().join(" "));
        }
        Ok(())
    }

    /// A filter that cannot be understood, with its place underlined.
    fn refused(text: &str, problem: &Problem) -> Failure {
        Failure::Input(underlined(text, problem))
    }

    /// What is said of a filter, with its place underlined and what to write instead.
    fn underlined(text: &str, problem: &Problem) -> String {
        let columns = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default().chars().count();
        let (before, length) = (columns(0..problem.span.start), columns(problem.span.clone()).max(1));
        let mark = format!("{}^{}", " ".repeat(before), "~".repeat(length - 1));
        let fix = problem.fixes.first().map_or_else(String::new, |fix| format!("\nInstead: {}", fix.text));
        let line = text.replace(['\n', '\r', '\t'], " ");
        format!("{}\n    {line}\n    {mark}{fix}", problem.message)
    }

    /// A macro as the command line defines it.
    fn definition(written: &str) -> Result<Macro, String> {
        let named = written.split_once('=').filter(|(name, text)| {
            let letters = |c: char| c.is_ascii_alphanumeric() || c == '_';
            !name.is_empty() && !text.is_empty() && name.chars().all(letters)
        });
        let (name, text) = named.ok_or("write a name of letters, digits and _, then = and a filter")?;
        Ok(Macro { name: name.to_owned(), text: text.to_owned() })
    }

    fn cells(names: &[String]) -> Result<Vec<Cell>, Failure> {
        let unknown: Vec<&str> = names
            .iter()
            .map(String::as_str)
            .filter(|name| Cell::named(protocols::standard(), name).is_none())
            .collect();
        if !unknown.is_empty() {
            return Err(Failure::Input(format!("Some fields are not known: {}.", unknown.join(", "))));
        }
        Ok(names.iter().filter_map(|name| Cell::named(protocols::standard(), name)).collect())
    }

    fn write_cells(out: &mut String, packet: &Packet<'_>, found: &Found, cells: &[Cell], digits: usize) {
        let columns = cells.iter().any(|cell| matches!(cell, Cell::Column(_)));
        let line = columns.then(|| Line::of(packet, found, digits));
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                out.push('\t');
            }
            match (cell, &line) {
                (Cell::Fields(fields), _) => write_fields(out, packet, found, fields),
                (Cell::Column(column), Some(line)) => match column {
                    Column::Number => out.push_str(&packet.number.to_string()),
                    Column::Time => out.push_str(&line.time),
                    Column::Source => out.push_str(&line.columns.source),
                    Column::Destination => out.push_str(&line.columns.destination),
                    Column::Protocol => out.push_str(&line.columns.protocol),
                    Column::Length => out.push_str(&packet.length.to_string()),
                    Column::Info => out.push_str(&line.columns.info),
                },
                (Cell::Column(_), None) => {}
            }
        }
    }

    fn write_line(out: &mut String, packet: &Packet<'_>, found: &Found, digits: usize) {
        let line = Line::of(packet, found, digits);
        let Line { columns, time } = &line;
        out.push_str(&format!(
            "{:>5} {:>10} {:>12} → {:<12} {} {} {}",
            packet.number, time, columns.source, columns.destination, columns.protocol, packet.length, columns.info
        ));
    }
}
