//! Does a nameserver answer? QEMU hands the VM's questions to the first IPv4 one of this machine (libslirp, get_dns_addr).

use super::Check;
use crate::host;
use std::{
    fs,
    net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket},
    process,
    time::Duration,
};

/// How long an answer may take: what is asked for, every nameserver knows.
const LIMIT: Duration = Duration::from_secs(1);

/// Whether names will resolve in the VM.
pub fn check() -> Check {
    if !host::has_nameserver() {
        return Check::note("names", "this machine has no nameserver: names will not resolve in the VM")
            .remedy("connect it to a network; /etc/resolv.conf then has a line such as: nameserver 192.0.2.1");
    }
    let text = fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    let Some(server) = first(&text) else {
        // macOS keeps them elsewhere.
        return match cfg!(target_os = "linux") {
            true => Check::note(
                "names",
                "/etc/resolv.conf has no IPv4 nameserver, and QEMU asks no other: names will not resolve in the VM",
            )
            .remedy("add an IPv4 nameserver to this machine's network settings"),
            false => Check::ok("names", "this system keeps its nameservers"),
        };
    };
    match answers(server) {
        true => Check::ok("names", format!("the nameserver {server} answers")),
        false => {
            Check::note("names", format!("the nameserver {server} does not answer: names may not resolve in the VM"))
                .remedy("look at this machine's network; is a VPN needed, or a log-in to the WLAN?")
        }
    }
}

/// The first IPv4 nameserver (resolv.conf(5)).
fn first(text: &str) -> Option<Ipv4Addr> {
    let mut lines = text.lines().map(str::split_whitespace);
    lines.find_map(|mut words| {
        words.next().filter(|word| *word == "nameserver")?;
        words.next()?.parse().ok()
    })
}

/// Asks for the root's nameservers, as no name of anybody's is needed for that (RFC 1035, section 4.1).
fn answers(server: Ipv4Addr) -> bool {
    let [one, two, ..] = process::id().to_le_bytes();
    let question = [one, two, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1];
    let ask = || {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        socket.set_read_timeout(Some(LIMIT))?;
        socket.connect(SocketAddr::new(IpAddr::V4(server), 53))?;
        socket.send(&question)?;
        let mut answer = [0; 512];
        let length = socket.recv(&mut answer)?;
        Ok::<_, std::io::Error>(length >= 12 && answer.starts_with(&[one, two]) && answer[2] & 0x80 != 0)
    };
    ask().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_ipv4_nameserver_is_asked() {
        let text = "# nameserver 192.0.2.9\nsearch example\nnameserver fe80::1%eth0\nnameserver\t192.0.2.1\nnameserver 192.0.2.2";
        assert_eq!(first(text), Some(Ipv4Addr::new(192, 0, 2, 1)));
        assert_eq!(first("nameserver ::1\nnameservers 192.0.2.1"), None);
    }

    #[test]
    fn where_nobody_listens_nobody_answers() {
        assert!(!answers(Ipv4Addr::new(127, 77, 77, 77)));
    }
}
