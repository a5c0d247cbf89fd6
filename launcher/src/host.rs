//! What this machine offers: its name, QEMU, KVM, a desktop.

use crate::{error::Error, options, shell};
use std::{
    env,
    ffi::OsString,
    fs::{self, OpenOptions},
    io,
    net::{TcpStream, ToSocketAddrs},
    os::unix::{fs::PermissionsExt, net::UnixStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

/// QEMU's program for this kind of VM.
pub const QEMU: &str = "qemu-system-x86_64";

/// The machine's name, as its network knows it.
pub fn name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// The name of the user who runs this, for lines that others can copy.
pub fn user() -> String {
    let set = ["USER", "LOGNAME"].into_iter().find_map(|name| env::var(name).ok().filter(|name| !name.is_empty()));
    set.unwrap_or_else(|| {
        let told = Command::new("id").arg("-un").stdin(Stdio::null()).output();
        let name = told.ok().and_then(|told| String::from_utf8(told.stdout).ok()).unwrap_or_default();
        if name.trim().is_empty() { "you".to_owned() } else { name.trim().to_owned() }
    })
}

/// How this program is called: by its name where the shell would find it, else by its path.
pub fn program() -> String {
    let me = env::current_exe().unwrap_or_else(|_| PathBuf::from("tinycore"));
    let name = me.file_name().unwrap_or_default();
    match found(name).is_some_and(|found| found.canonicalize().ok() == me.canonicalize().ok()) {
        true => shell::word(name),
        false => shell::word(me.as_os_str()),
    }
}

/// Where the shell would find a program.
pub fn found(program: impl AsRef<Path>) -> Option<PathBuf> {
    let runs =
        |path: &PathBuf| path.metadata().is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0);
    let paths = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&paths).map(|folder| folder.join(&program)).find(runs)
}

/// Finds QEMU where the shell would.
///
/// # Errors
/// `Error::Qemu` with what to install.
pub fn qemu() -> Result<PathBuf, Error> {
    found(QEMU).ok_or_else(|| {
        Error::Qemu(format!(
            "{QEMU} is not installed; on Debian and Ubuntu: sudo apt install qemu-system-x86 (qemu-system-gui for a \
             window), on Fedora: sudo dnf install qemu-system-x86"
        ))
    })
}

/// The accelerators to offer to QEMU, and what to say if the best is out of reach.
pub fn accels(asked: options::Accel) -> (Vec<&'static str>, Option<String>) {
    match asked {
        options::Accel::Kvm if cfg!(target_os = "macos") => (vec!["hvf"], None),
        options::Accel::Kvm => (vec!["kvm"], None),
        options::Accel::Tcg => (vec!["tcg"], None),
        // Without it, QEMU on macOS goes on by itself.
        options::Accel::Auto if cfg!(target_os = "macos") => (vec!["hvf", "tcg"], None),
        options::Accel::Auto => match OpenOptions::new().read(true).write(true).open("/dev/kvm") {
            Ok(_) => (vec!["kvm", "tcg"], None),
            Err(error) => {
                let why = match error.kind() {
                    io::ErrorKind::NotFound => "this machine has no /dev/kvm".to_owned(),
                    io::ErrorKind::PermissionDenied => {
                        format!("{} may not open /dev/kvm (on your own machine: sudo usermod -aG kvm {0})", user())
                    }
                    _ => format!("/dev/kvm: {error}"),
                };
                (vec!["tcg"], Some(format!("no KVM, so QEMU translates the VM's code, which is slower: {why}")))
            }
        },
    }
}

/// Whether this program was started to survive the end of its terminal (proc_pid_status(5), "SigIgn").
pub fn ignores_hang_up() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

/// How many bytes this user may still write in a folder.
pub fn room(folder: &Path) -> Option<u64> {
    rustix::fs::statvfs(folder).ok().map(|room| room.f_bavail.saturating_mul(room.f_frsize))
}

/// Whether this machine knows a nameserver, which QEMU asks for the VM.
pub fn has_nameserver() -> bool {
    // macOS keeps them elsewhere.
    cfg!(not(target_os = "linux"))
        || fs::read_to_string("/etc/resolv.conf")
            .is_ok_and(|text| text.lines().any(|line| line.split_whitespace().next() == Some("nameserver")))
}

/// The window's kind if a desktop answers and QEMU can draw on it; else why there is none.
pub fn window(qemu: &Path) -> Result<&'static str, String> {
    desktop()?;
    let offer = Command::new(qemu).args(["-display", "help"]).stdin(Stdio::null()).output();
    let offer = offer.map_err(|error| format!("QEMU does not tell its displays: {error}"))?;
    let offer = String::from_utf8_lossy(&offer.stdout);
    let offered = |display: &&str| offer.lines().any(|line| line.trim() == *display);
    ["gtk", "sdl"]
        .into_iter()
        .find(|display| offered(display))
        .ok_or_else(|| "this QEMU has no window (sudo apt install qemu-system-gui)".to_owned())
}

/// Whether a desktop answers. A variable alone proves nothing: it outlives the connection that set it.
fn desktop() -> Result<(), String> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    if let (Some(folder), Some(name)) = (set("XDG_RUNTIME_DIR"), set("WAYLAND_DISPLAY"))
        && UnixStream::connect(Path::new(&folder).join(name)).is_ok()
    {
        return Ok(());
    }
    let display = set("DISPLAY").ok_or("there is no desktop here (over ssh, ssh -X brings the window to you)")?;
    match Server::of(&display) {
        Some(server) if server.answers() => Ok(()),
        _ => Err(format!("no X server answers at DISPLAY={}", display.to_string_lossy())),
    }
}

/// Where an X server listens, from the variable DISPLAY: `HOST:NUMBER.SCREEN` (X(7), "Display names").
#[derive(Debug, PartialEq, Eq)]
enum Server {
    Local(u16),
    Remote(String, u16),
}

impl Server {
    fn of(display: &OsString) -> Option<Self> {
        let (host, number) = display.to_str()?.rsplit_once(':')?;
        let number = number.split('.').next()?.parse().ok()?;
        match host {
            "" | "unix" => Some(Self::Local(number)),
            _ => Some(Self::Remote(host.to_owned(), number)),
        }
    }

    fn answers(&self) -> bool {
        match self {
            Self::Local(number) => UnixStream::connect(format!("/tmp/.X11-unix/X{number}")).is_ok(),
            Self::Remote(host, number) => (host.as_str(), number.saturating_add(6000))
                .to_socket_addrs()
                .is_ok_and(|mut all| all.any(|at| TcpStream::connect_timeout(&at, Duration::from_secs(2)).is_ok())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_names_are_read_as_x_does() {
        assert_eq!(Server::of(&":0".into()), Some(Server::Local(0)));
        assert_eq!(Server::of(&"unix:1.0".into()), Some(Server::Local(1)));
        assert_eq!(Server::of(&"localhost:10.0".into()), Some(Server::Remote("localhost".into(), 10)));
        assert_eq!(Server::of(&"nonsense".into()), None);
        assert_eq!(Server::of(&":x".into()), None);
    }

    #[test]
    fn a_server_that_is_not_there_does_not_answer() {
        assert!(!Server::Local(65_001).answers());
    }

    #[test]
    fn a_named_accelerator_is_the_only_one() {
        assert_eq!(accels(options::Accel::Tcg), (vec!["tcg"], None));
        assert_eq!(accels(options::Accel::Kvm), (vec!["kvm"], None));
        let (auto, _) = accels(options::Accel::Auto);
        assert_eq!(auto.last(), Some(&"tcg"));
    }
}
