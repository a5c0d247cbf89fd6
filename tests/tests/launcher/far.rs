//! Several machines with one home, as in a lab behind a load balancer: a machine is a name in a namespace of its own.

use super::desk::{Desk, guest, tinycore};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};
use tests::guest::{Guest, has};

/// Two machines, linux02 and linux05, with a home that both see; the first can be reached by ssh.
struct Machines {
    desk: Desk,
    script: PathBuf,
}

impl Machines {
    /// Says which test is skipped where there can be none: ssh's server changes its user, as only root may.
    fn new(test: &str, guest: &Guest) -> Option<Self> {
        let missing = ["dropbear", "dropbearkey", "ssh", "unshare"].into_iter().find(|program| !has(program));
        let why = match missing {
            Some(program) => format!("{program} is not installed"),
            None if !rustix::process::geteuid().is_root() => "it needs root".to_owned(),
            None if !unshared(&["true"]).status().is_ok_and(|status| status.success()) => {
                "no namespaces here".to_owned()
            }
            None => String::new(),
        };
        if !why.is_empty() {
            eprintln!("SKIPPED {test}: {why}");
            return None;
        }
        let desk = Desk::new();
        let folder = desk.folder.path();
        let home = folder.join("home");
        fs::create_dir_all(home.join(".ssh")).unwrap();
        let private = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        private(folder, 0o755);
        private(&home.join(".ssh"), 0o700);
        fs::copy(&guest.key, home.join(".ssh/id_ed25519")).unwrap();
        private(&home.join(".ssh/id_ed25519"), 0o600);
        let public = Command::new("ssh-keygen").args(["-y", "-f"]).arg(&guest.key).output().unwrap().stdout;
        fs::write(home.join(".ssh/authorized_keys"), public).unwrap();
        private(&home.join(".ssh/authorized_keys"), 0o600);
        fs::write(home.join(".ssh/config"), "Host linux02\n  StrictHostKeyChecking accept-new\n").unwrap();
        fs::write(folder.join("passwd"), format!("root:x:0:0::{}:/bin/sh\n", home.display())).unwrap();
        fs::write(folder.join("hosts"), "127.0.0.1 localhost linux02\n").unwrap();
        let key = folder.join("hostkey");
        assert!(Command::new("dropbearkey").args(["-t", "ed25519", "-f"]).arg(&key).output().unwrap().status.success());
        // What runs on linux05 is a script of its own, "there".
        let script = folder.join("machines");
        let text = format!(
            "set -e\ncd {folder}\nexport HOME={home} USER=root\nunset XDG_STATE_HOME\n\
             mount --bind passwd /etc/passwd\nmount --bind hosts /etc/hosts\nip link set lo up\nhostname linux02\n\
             dropbear -F -E -r hostkey -p 127.0.0.1:22 2> dropbear.log & server=$!\n\
             trap 'kill $server; {tinycore} stop --now > /dev/null 2>&1 || true' EXIT\n\
             there() {{ unshare --uts -- sh -c 'hostname linux05; exec \"$@\"' sh \"$@\"; }}\n",
            folder = folder.display(),
            home = home.display(),
            tinycore = tinycore().display()
        );
        fs::write(&script, text).unwrap();
        Some(Self { desk, script })
    }

    /// Runs this on linux02, where `there COMMAND` runs a command on linux05; all that is said.
    fn run(&self, lines: &str) -> String {
        let text = fs::read_to_string(&self.script).unwrap() + lines;
        let output = unshared(&["sh", "-c", &text]).output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        let log = fs::read_to_string(self.desk.folder.path().join("dropbear.log")).unwrap_or_default();
        assert!(output.status.success(), "{said}\n{log}");
        said
    }
}

fn unshared(words: &[&str]) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--mount", "--net", "--uts", "--"]).args(words);
    command
}

#[test]
fn on_another_machine_it_is_told_where_the_vm_is_and_the_lines_lead_there() {
    let test = "on_another_machine_it_is_told_where_the_vm_is_and_the_lines_lead_there";
    let Some((guest, words)) = guest(test, &Desk::new(), "") else { return };
    let Some(machines) = Machines::new(test, &guest) else { return };
    let tinycore = tinycore().display();
    // The same guest as elsewhere, without a plan.
    let choices = "--accel tcg --display none --memory 128 --disk virtio --nic virtio --throwaway";
    let image = words[1].to_str().unwrap();
    let said = machines.run(&format!(
        "T={tinycore}\n\
         $T -f {image} -c far.pcap --name far {choices} -d\n\
         echo \"== list\"; there $T list; there $T list --all-hosts\n\
         echo \"== ssh\"; there $T ssh > answer 2>&1 || echo \"code $?\"; cat answer\n\
         line=$(sed -n 's/.*: ssh -t/ssh -t/p' answer); echo \"line $line\"\n\
         echo \"== nested\"; there sh -c \"$line -- id -un\" < /dev/null\n\
         echo \"== jump\"; jump=$(there $T list --all-hosts --json | sed 's/.*\"from_afar\":\"\\([^\"]*\\)\".*/\\1/')\n\
         echo \"jump $jump\"; there sh -c \"$jump id -un\" < /dev/null\n\
         echo \"== same capture\"; there $T -f {image} -c far.pcap {choices} 2>&1 || echo \"code $?\"\n\
         echo \"== same image\"; there $T -f {image} -c other.pcap --display none 2>&1 || echo \"code $?\"\n\
         echo \"== stop\"; there $T stop > answer 2>&1 || echo \"code $?\"; cat answer\n\
         line=$(sed -n 's/.*: ssh -t/ssh -t/p' answer); there sh -c \"$line\" < /dev/null\n\
         echo \"== after\"; $T list; there $T status far\n"
    ));
    let part = |from: &str| said.split(&format!("== {from}\n")).nth(1).unwrap().split("== ").next().unwrap().to_owned();
    let list = part("list");
    assert!(list.contains("no VM of yours runs here; --all-hosts"), "{said}");
    assert!(list.contains("linux02") && list.contains("running (seen "), "{said}");
    assert!(part("ssh").contains("your VM \"far\" is on linux02 (seen "), "{said}");
    assert!(part("ssh").contains("you are on linux05") && part("ssh").contains("code 7"), "{said}");
    assert!(part("nested").lines().any(|line| line.trim() == "tc"), "{said}");
    assert!(part("jump").lines().any(|line| line.trim() == "tc"), "{said}");
    let refusal = part("same capture");
    assert!(refusal.contains("in use by your VM \"far\" on linux02") && refusal.contains("code 4"), "{said}");
    let refusal = part("same image");
    assert!(refusal.contains("in use by your VM \"far\" on linux02") && refusal.contains("code 3"), "{said}");
    assert!(part("stop").contains("code 7") && part("stop").contains("the VM far is stopped"), "{said}");
    assert!(part("after").contains("no VM of yours runs") && part("after").contains("far on linux02: ended"), "{said}");
}
