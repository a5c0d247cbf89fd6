//! `lab -- COMMAND`: runs a command in a private network with a name server and web servers. `lab sample`: records
//! the page's sample capture in it.

use anyhow::{Context, Result, bail};
use std::{ffi::OsString, fs, path::Path, process::ExitCode};
use tests::guest::{self, Guest, lab};

/// What the guest does in the sample: a short session with one of each case that pairs are about.
const SESSION: &str = r#"
visit() { say "visit $*"; timeout 10 wget -q -O /dev/null "$@"; sleep 1; }
sleep 1
visit http://www.example.com/
visit http://www.example.com/lab1.html
visit http://cdn.example.net/news.html
visit http://blog.example.org/
visit http://shop.example.org/basket
visit http://nosuch.example.com/
visit http://closed.example.com/
visit http://198.51.100.99/status
visit --no-check-certificate https://www.example.com/account
say lookups without a connection
nslookup -type=a shop.example.org > /dev/null
sleep 1
visit http://blog.example.org/next
poweroff -f
"#;

/// What stands beside the sample.
const ORIGIN: &str = "\
lab1.pcap is the capture of a short session in a virtual machine, recorded by this project's own launcher:

    cargo run -p tests --bin lab -- sample

The guest is Linux with busybox (tests/guest/build.sh). It runs in a private network without the Internet
(tests/src/guest/lab.rs), with names and addresses that are kept for documentation (RFC 2606, RFC 5737). It
- opens www.example.com twice, and once more by https,
- opens cdn.example.net, an alias of edge.example.net,
- opens blog.example.org and shop.example.org, two names on one address, and later one of them again,
- asks for nosuch.example.com, which does not exist,
- tries closed.example.com, where nothing listens,
- opens 198.51.100.99, an address that it never looked up.

It holds nobody's data and may be used by anyone for anything.
";

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().skip(1).collect();
    match start(&words) {
        Ok(code) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        Err(error) => {
            eprintln!("lab: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start(words: &[OsString]) -> Result<i32> {
    let me = std::env::current_exe()?;
    match words.split_first() {
        Some((first, rest)) if first == "inside" => lab::run(rest),
        Some((first, rest)) if first == "--" => {
            let status = lab::inside(&me, rest).status().context("unshare")?;
            Ok(status.code().unwrap_or(1))
        }
        Some((first, [])) if first == "sample" => sample(&me),
        _ => bail!("usage: lab -- COMMAND ARGUMENTS, or: lab sample"),
    }
}

/// Records the sample.
fn sample(me: &Path) -> Result<i32> {
    let launcher = guest::launcher().map_err(anyhow::Error::msg)?;
    let guest = Guest::get().map_err(anyhow::Error::msg)?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/sample");
    fs::create_dir_all(&folder)?;
    let work = tempfile::tempdir()?;
    let plan = work.path().join("plan");
    fs::write(&plan, SESSION)?;
    let capture = work.path().join("lab1.pcap");
    let mut words: Vec<OsString> =
        vec![launcher.into(), "-f".into(), guest.image.into(), "-c".into(), (&capture).into()];
    let choices = [
        "--throwaway",
        "--accel",
        "tcg",
        "--display",
        "none",
        "--memory",
        "128",
        "--disk",
        "virtio",
        "--nic",
        "virtio",
    ];
    words.extend(choices.map(OsString::from));
    words.extend(["--", "-serial", "stdio", "-fw_cfg"].map(OsString::from));
    words.push(format!("name=opt/dropcap/plan,file={}", plan.display()).into());
    let status = lab::inside(me, &words).status().context("unshare")?;
    if !status.success() {
        bail!("the launcher ended with {status}");
    }
    fs::copy(&capture, folder.join("lab1.pcap"))?;
    fs::write(folder.join("lab1.txt"), ORIGIN)?;
    Ok(0)
}
