//! Captures and a VM's record, made for the tests of what the launcher says of captures.

use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// The head of a pcap whose packets begin with an IP header (LINKTYPE_RAW).
pub(crate) const HEAD: &[u8] =
    &[0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 101, 0, 0, 0];

/// A record with a packet in which the VM asks its name server for the address of a name.
pub(crate) fn asking(name: &[u8], seconds: u32) -> Vec<u8> {
    let mut dns = vec![0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, name.len() as u8];
    dns.extend(name);
    dns.extend([0, 0, 1, 0, 1]);
    let length = 8 + dns.len() as u16;
    let mut datagram = vec![0x9c, 0x40, 0, 53];
    datagram.extend(length.to_be_bytes());
    datagram.extend([0, 0]);
    datagram.extend(dns);
    record_of(17, [10, 0, 2, 3], &datagram, seconds)
}

/// A record with a packet in which the VM opens a connection, each number another one.
pub(crate) fn opening(number: u32) -> Vec<u8> {
    let mut segment = vec![0xc3, 0x50, 0, 80];
    segment.extend(number.to_be_bytes());
    segment.extend([0, 0, 0, 0, 0x50, 2, 1, 0, 0, 0, 0, 0]);
    record_of(6, [192, 0, 2, 1], &segment, 1_700_000_000)
}

fn record_of(protocol: u8, to: [u8; 4], payload: &[u8], seconds: u32) -> Vec<u8> {
    let length = 20 + payload.len() as u16;
    let mut record = seconds.to_le_bytes().to_vec();
    record.extend([0; 4]);
    record.extend([u32::from(length).to_le_bytes(), u32::from(length).to_le_bytes()].concat());
    record.extend([0x45, 0]);
    record.extend(length.to_be_bytes());
    record.extend([0, 0, 0, 0, 64, protocol, 0, 0, 10, 0, 2, 15]);
    record.extend(to);
    record.extend(payload);
    record
}

/// Writes down a VM, whose launcher and QEMU are the process with this number.
pub(crate) fn record(home: &Path, capture: &Path, pid: u32) -> PathBuf {
    let host = rustix::system::uname().nodename().to_str().unwrap().to_owned();
    let folder = home.join("tinycore");
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("tc@{host}.json"));
    let process = json!({ "pid": pid, "began": began(pid) });
    let vm = json!({
        "name": "tc", "host": host, "launcher": process, "qemu": process, "began": 1_700_000_000, "seen": 1_700_000_000,
        "ssh_port": 40123, "user": "tc", "image": "/tc.qcow2", "capture": capture.canonicalize().unwrap(),
        "accelerated": false, "memory": 256, "vnc": null, "patience": 15, "detached": false, "guest": null,
        "packets": 0, "ended": null,
    });
    fs::write(&path, vm.to_string()).unwrap();
    path
}

/// Writes down how it ended, as the launcher does: at once.
pub(crate) fn write(record: &Path, ended: &Value) {
    let mut vm: Value = serde_json::from_slice(&fs::read(record).unwrap()).unwrap();
    vm["ended"] = ended.clone();
    let beside = record.with_extension("new");
    fs::write(&beside, vm.to_string()).unwrap();
    fs::rename(beside, record).unwrap();
}

/// When a process began and since when the machine runs, as the launcher writes it down.
fn began(pid: u32) -> String {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let ticks = stat.rsplit(')').next().unwrap().split_whitespace().nth(19).unwrap().to_owned();
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    format!("{ticks} {}", boot.trim())
}
