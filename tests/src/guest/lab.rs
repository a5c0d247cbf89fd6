//! A network of its own, without the Internet: addresses, a name server and web servers, in namespaces of Linux.

use super::{names, pages};
use anyhow::{Context, Result, bail};
use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs, io,
    net::{Ipv4Addr, TcpListener, UdpSocket},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// An address with a web server that no name leads to.
pub const NAMELESS: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 99);
/// Bytes of the page `/flood`.
pub const FLOOD: usize = 40_000_000;
/// An address at which nothing listens.
const CLOSED: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 9);
/// The address that also speaks TLS.
const SECURE: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 34);
/// A command that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(150);

/// The command that runs `words` inside of a lab, by way of the program `lab` at that path.
pub fn inside(lab: &Path, words: &[OsString]) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "--net", "--"]).arg(lab).arg("inside").args(words);
    command
}

/// Whether this machine lets its users have namespaces.
pub fn allowed() -> bool {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--mount", "--net", "--", "ip", "link", "set", "lo", "up"]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Makes the namespace around this process a lab, runs `words` in it, and returns their exit code.
///
/// # Errors
/// What could not be set up, or that the command took too long.
pub fn run(words: &[OsString]) -> Result<i32> {
    let Some((program, arguments)) = words.split_first() else { bail!("no command is given") };
    let folder = tempfile::tempdir()?;
    call("ip", &["link", "set", "lo", "up"])?;
    let addresses: BTreeSet<Ipv4Addr> = names::addresses().chain([NAMELESS]).collect();
    for address in &addresses {
        call("ip", &["address", "add", &format!("{address}/32"), "dev", "lo"])?;
    }
    let resolver = folder.path().join("resolv.conf");
    fs::write(&resolver, "nameserver 127.0.0.1\n")?;
    let place = fs::canonicalize("/etc/resolv.conf").context("/etc/resolv.conf")?;
    call("mount", &["--bind", &resolver.to_string_lossy(), &place.to_string_lossy()])?;

    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 53)).context("the name server")?;
    thread::spawn(move || names::serve(&socket));
    for address in addresses.into_iter().filter(|address| *address != CLOSED) {
        let listener = TcpListener::bind((address, 80)).with_context(|| format!("the web server at {address}"))?;
        thread::spawn(move || pages::serve(&listener));
    }
    let _secure = Guarded(secure(folder.path())?);

    let mut command = Guarded(Command::new(program).args(arguments).spawn().context("the command")?);
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = command.0.try_wait()? {
            return Ok(status.code().unwrap_or(1));
        }
        if Instant::now() > until {
            bail!("the command did not end in {} s", PATIENCE.as_secs());
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// A web server with TLS and a certificate of its own making.
fn secure(folder: &Path) -> Result<Child> {
    let (key, certificate) = (folder.join("key.pem"), folder.join("certificate.pem"));
    let (key, certificate) = (key.to_string_lossy(), certificate.to_string_lossy());
    let request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=www.example.com"];
    call("openssl", &[&request[..], &["-keyout", &key, "-out", &certificate]].concat())?;
    let at = format!("{SECURE}:443");
    // The guest's busybox knows only ciphers that OpenSSL no longer offers by itself.
    let old = ["-tls1_2", "-cipher", "ALL:@SECLEVEL=0"];
    let serve =
        [&["s_server", "-quiet", "-www", "-accept", &at, "-key", &key, "-cert", &certificate][..], &old].concat();
    let quiet =
        |command: &mut Command| command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    Ok(quiet(Command::new("openssl").args(serve))?)
}

/// A process that ends with its owner.
struct Guarded(Child);

impl Drop for Guarded {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn call(program: &str, arguments: &[&str]) -> Result<()> {
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output();
    let output = output.map_err(|error: io::Error| anyhow::anyhow!("{program}: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => bail!("{program} {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim()),
    }
}
