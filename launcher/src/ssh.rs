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
/// As long as this after it has its address, ssh that ends at once is tried again.
const YOUNG: Duration = Duration::from_secs(30);
/// What ssh ends with when there was no connection, among other reasons (ssh(1), "EXIT STATUS").
const NO_CONNECTION: i32 = 255;

/// Becomes `ssh`. As long as the system has only just come up, it is tried until it answers.
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
    let failed = |source| {
        let path = format!("{program} (try: {})", shell::line(record.ssh()));
        Error::System { doing: "start", path, source }
    };
    while let Some(since) = since_address(&record).filter(|since| *since < YOUNG) {
        thread::sleep(SOON.saturating_sub(since));
        let begun = Instant::now();
        let code = command.status().map_err(failed)?.code().unwrap_or(1);
        // Who was asked for a password, or has worked in the VM, is not asked again.
        if code != NO_CONNECTION || begun.elapsed() > SOON {
            return Ok(u8::try_from(code).unwrap_or(1));
        }
        voice::warn("the VM has only just come up, and may not answer yet; trying again");
        thread::sleep(SOON);
    }
    Err(failed(command.exec()))
}

/// How long ago the system was given its address.
fn since_address(record: &Record) -> Option<Duration> {
    let after = Duration::from_secs(record.guest.as_ref()?.after);
    Some(record.up().saturating_sub(after))
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
    }
    Ok(record)
}
