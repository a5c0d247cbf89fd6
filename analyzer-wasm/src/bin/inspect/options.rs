//! The options of the command line: tshark's flags, and a few of our own.

use clap::Parser;

/// Looks into a capture file, with tshark's flags.
#[derive(Parser)]
#[command(name = "inspect", version, disable_version_flag = true)]
pub(super) struct Options {
    /// The capture to read: pcap or pcapng, compressed or not.
    #[arg(short = 'r', value_name = "FILE", required_unless_present = "glossary")]
    pub(super) read: Option<String>,
    /// Accepted for tshark's sake: names of addresses are never looked up.
    #[arg(short = 'n')]
    pub(super) no_names: bool,
    /// Show only the packets that this display filter selects.
    #[arg(short = 'Y', value_name = "FILTER", allow_hyphen_values = true)]
    pub(super) filter: Option<String>,
    /// Decode as: which protocol stands in a dissector table under a key or a range of keys, as
    /// `tcp.port==8000-8010,http`; may be given several times.
    #[arg(short = 'd', value_name = "TABLE==KEY,PROTOCOL")]
    pub(super) decode_as: Vec<String>,
    /// Read only so many packets.
    #[arg(short = 'c', value_name = "N")]
    pub(super) count: Option<u32>,
    /// What to print: `fields` (with -e), `pairs` (a JSON object a connection), `lookups` (one a lookup), `report`
    /// (a hand-in about a site); the packet list without it.
    #[arg(short = 'T', value_name = "WHAT")]
    pub(super) what: Option<What>,
    /// A field or column (`_ws.col.Info`) to print, with -T fields.
    #[arg(short = 'e', value_name = "FIELD")]
    pub(super) fields: Vec<String>,
    /// Print a statistic of the capture behind the packet list; may be given several times, and the last is printed
    /// first: conv,TYPE[,FILTER], endpoints,TYPE[,FILTER], io,phs[,FILTER], io,stat,INTERVAL[,FILTER]...
    #[arg(short = 'z', value_name = "STATISTIC", allow_hyphen_values = true)]
    pub(super) statistics: Vec<String>,
    /// Print no packet list, only what -z asks for.
    #[arg(short = 'q')]
    pub(super) quiet: bool,
    /// Print the field reference (`fields`) and read nothing.
    #[arg(short = 'G', value_name = "REPORT")]
    pub(super) glossary: Option<Glossary>,
    /// Let packets know of later ones (`response in`), as tshark's second pass does.
    #[arg(short = '2')]
    pub(super) two_passes: bool,
    /// Print the version.
    #[arg(long, action = clap::ArgAction::Version)]
    pub(super) version: Option<bool>,
    /// The packet whose values references in the filter stand for, such as `${ip.src}`.
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(super) selected_frame: u32,
    /// A macro that the filter may call; may be given several times.
    #[arg(long = "macro", value_name = "NAME=TEXT", value_parser = definition)]
    pub(super) macros: Vec<(String, String)>,
    /// The site that `-T report` is about: any part of its names or addresses; without it, the first that led to a
    /// connection.
    #[arg(long, value_name = "NAME")]
    pub(super) site: Option<String>,
    /// As what `-T report` is written.
    #[arg(long = "as", value_name = "FORMAT", default_value = "markdown", hide_default_value = true)]
    pub(super) form: Form,
    /// Refuse filters that only this analyzer accepts, such as `ip.src = 1.2.3.4`.
    #[arg(long)]
    pub(super) strict: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum What {
    Fields,
    Pairs,
    Lookups,
    Report,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Form {
    #[value(alias = "md")]
    Markdown,
    Html,
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Glossary {
    Fields,
}

/// A macro as the command line defines it.
fn definition(written: &str) -> Result<(String, String), String> {
    let named = written.split_once('=').filter(|(name, text)| {
        let letters = |c: char| c.is_ascii_alphanumeric() || c == '_';
        !name.is_empty() && !text.is_empty() && name.chars().all(letters)
    });
    let (name, text) = named.ok_or("write a name of letters, digits and _, then = and a filter")?;
    Ok((name.to_owned(), text.to_owned()))
}
