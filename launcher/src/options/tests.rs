//! Command lines, as people type them.

use super::*;

fn read(line: &str) -> Result<Options, clap::Error> {
    Options::try_parse_from(line.split(' '))
}

fn run(line: &str) -> Run {
    let Options { command, run, .. } = read(line).unwrap();
    match command {
        Some(Command::Run(run)) => run,
        _ => run.unwrap(),
    }
}

#[test]
fn clap_finds_no_contradiction() {
    Options::command().debug_assert();
}

#[test]
fn the_handouts_line_needs_nothing_else() {
    for line in ["tinycore -f tc.qcow2 -c output.pcap", "tinycore run -f tc.qcow2 -c output.pcap"] {
        let run = run(line);
        assert_eq!(run.image, Some(PathBuf::from("tc.qcow2")));
        assert_eq!(run.capture, PathBuf::from("output.pcap"));
        assert_eq!((run.accel, run.display), (Accel::Auto, Display::Auto));
        assert!(run.qemu.is_empty() && !run.throwaway && !run.dry_run && !run.detach);
    }
}

#[test]
fn what_follows_two_dashes_is_qemus() {
    let run = run("tinycore -f a -c b --throwaway -- -c x --dry-run list");
    assert_eq!(run.qemu, ["-c", "x", "--dry-run", "list"]);
    assert!(run.throwaway && !run.dry_run);
}

#[test]
fn a_later_choice_replaces_an_earlier_one() {
    for line in ["tinycore -f a -c b --display none --display vnc -c d", "tinycore run -c b -c d --display vnc"] {
        let run = run(line);
        assert_eq!((run.display, run.capture), (Display::Vnc, PathBuf::from("d")));
    }
}

#[test]
fn the_capture_is_asked_for() {
    for line in ["tinycore", "tinycore -f a", "tinycore run -f a", "tinycore --throwaway"] {
        assert!(read(line).is_err(), "{line:?}");
    }
}

#[test]
fn what_cannot_work_is_refused() {
    for option in [
        "--memory 32",
        "--cpus 0",
        "--snaplen 96",
        "--max-size 12",
        "--max-size 5T",
        "--name a/b",
        "--name ..",
        "--strict-port",
        "--ssh-port 70000",
    ] {
        assert!(read(&format!("tinycore -f a -c b {option}")).is_err(), "{option}");
    }
}

#[test]
fn sizes_are_in_powers_of_a_thousand() {
    for (text, bytes) in
        [("500M", 500_000_000), ("2G", 2_000_000_000), ("64k", 64_000), ("1500", 1500), ("3MB", 3_000_000)]
    {
        assert_eq!(size(text), Ok(bytes), "{text}");
    }
}

#[test]
fn json_can_be_asked_for_before_and_behind_a_command() {
    for line in ["tinycore --json list", "tinycore list --json", "tinycore -f a -c b --json"] {
        assert!(read(line).unwrap().json, "{line}");
    }
}

#[test]
fn what_follows_ssh_is_run_in_the_vm() {
    let Some(Command::Ssh(ssh)) = read("tinycore ssh tc -- ls -l").unwrap().command else { panic!("no ssh") };
    assert_eq!((ssh.vm.name.as_deref(), ssh.command), (Some("tc"), vec!["ls".into(), "-l".into()]));
}
