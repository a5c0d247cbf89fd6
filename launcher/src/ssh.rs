//! `tinycore ssh`: into a VM, once it is up, whatever its port is.

use crate::{error::Error, host, options, record, record::Record, shell, voice};
use std::{
    os::unix::process::CommandExt,
    process::Command,
    thread,
    time::{Duration, Instant},
};

/// How often it is looked whether the VM is up.
const GLANCE: Duration = Duration::from_millis(200);
/// How long a VM may take to ask for an address: some start slowly, and some never ask.
const BOOT: Duration = Duration::from_secs(90);
/// What a system needs between asking for an address and answering at its ssh port.
const SOON: Duration = Duration::from_secs(2);

/// Becomes `ssh`.
///
/// # Errors
/// `Error::NoVm`, `Error::Elsewhere`; `Error::System` if there is no `ssh`.
pub fn ssh(asked: &options::Ssh) -> Result<u8, Error> {
    let record = wait_until_up(record::running(asked.vm.name.as_deref(), "ssh")?)?;
    let mut words = record.ssh();
    let program = words.remove(0);
    let mut command = Command::new(host::found(&program).unwrap_or_else(|| program.clone().into()));
    command.args(words);
    if !asked.command.is_empty() {
        // What begins with a dash is the command's, not ssh's.
        command.arg("--").args(&asked.command);
    }
    let source = command.exec();
    Err(Error::System { doing: "start", path: format!("{program} (try: {})", shell::line(record.ssh())), source })
}

/// Waits for the VM's address, which its launcher reads from the capture: an attempt at its port would put packets into
/// it, and says nothing as long as the system starts.
fn wait_until_up(mut record: Record) -> Result<Record, Error> {
    let mut told = false;
    let until = Instant::now() + BOOT.saturating_sub(record.up());
    while record.guest.is_none() {
        if !told {
            told = true;
            voice::warn(&format!("the VM {:?} is still starting ({} s)", record.name, record.up().as_secs()));
        }
        if Instant::now() > until {
            voice::warn("the VM has asked for no address; trying all the same");
            return Ok(record);
        }
        thread::sleep(GLANCE);
        record = record::running(Some(&record.name), "ssh")?;
    }
    if let Some(guest) = &record.guest
        && told
    {
        voice::warn(&format!("it is up, with the address {}", guest.address));
        thread::sleep(SOON);
    }
    Ok(record)
}
