//! The VM's window: opened where a desktop answers, and what its end means.

use super::desk::{ASKED, Desk, packets};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use tests::{guest, launched::Launched};
use x11rb::{
    connection::Connection,
    protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, MapState, Window},
    rust_connection::RustConnection,
};

/// A desktop of its own, without a screen; it ends with its owner.
struct Desktop {
    server: Child,
    display: String,
}

impl Desktop {
    /// Opens it; says which test is skipped where there can be none.
    fn open(test: &str) -> Option<Desktop> {
        let gtk = Command::new("qemu-system-x86_64").args(["-display", "help"]).output();
        let gtk = gtk.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).lines().any(|line| line == "gtk"));
        if !gtk || !guest::has("Xvfb") {
            eprintln!("SKIPPED {test}: QEMU's windows or Xvfb are not installed");
            return None;
        }
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", "800x600x24"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        Some(Desktop { server, display: format!(":{}", number.trim()) })
    }

    /// The launcher with a window on it.
    fn start(&self, desk: &Desk, display: &str) -> Launched {
        let mut command = desk.command();
        command.args(desk.words(&["--display", display])).env("DISPLAY", &self.display);
        Launched::command(command.env_remove("WAYLAND_DISPLAY").env("GDK_BACKEND", "x11").env("NO_AT_BRIDGE", "1"))
    }

    /// The VM's window, once it is there.
    fn window(&self) -> (RustConnection, Window) {
        let until = Instant::now() + Duration::from_secs(30);
        while Instant::now() < until {
            if let Ok((connection, screen)) = x11rb::connect(Some(&self.display)) {
                let root = connection.setup().roots[screen].root;
                let windows = connection.query_tree(root).unwrap().reply().unwrap().children;
                let named = |window: &Window| {
                    let seen = connection.get_window_attributes(*window).unwrap().reply();
                    let name = connection.get_property(false, *window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 64);
                    let name = name.unwrap().reply().map(|name| name.value).unwrap_or_default();
                    seen.is_ok_and(|seen| seen.map_state == MapState::VIEWABLE) && name.starts_with(b"QEMU (")
                };
                if let Some(window) = windows.into_iter().find(named) {
                    return (connection, window);
                }
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("the VM has no window");
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[test]
fn a_window_that_is_closed_ends_the_vm_in_good_order() {
    let Some(desktop) = Desktop::open("a_window_that_is_closed_ends_the_vm_in_good_order") else { return };
    let desk = Desk::new();
    // A desktop answers, so that the window needs no option.
    let mut launched = desktop.start(&desk, "auto");
    launched.await_capture(&desk.capture, ASKED);
    let (connection, window) = desktop.window();
    let atom = |name: &[u8]| connection.intern_atom(false, name).unwrap().reply().unwrap().atom;
    let close = ClientMessageEvent::new(32, window, atom(b"WM_PROTOCOLS"), [atom(b"WM_DELETE_WINDOW"), 0, 0, 0, 0]);
    connection.send_event(false, window, EventMask::NO_EVENT, close).unwrap();
    connection.flush().unwrap();
    assert_eq!(launched.end().code(), Some(0), "{}", launched.said());
    assert!(launched.said().contains("its window was closed"), "{}", launched.said());
    assert!(!packets(&desk.capture).is_empty());
}

#[test]
fn a_desktop_that_goes_away_takes_the_window_and_the_vm_with_it_and_leaves_the_capture() {
    let test = "a_desktop_that_goes_away_takes_the_window_and_the_vm_with_it_and_leaves_the_capture";
    let Some(desktop) = Desktop::open(test) else { return };
    let desk = Desk::new();
    let mut launched = desktop.start(&desk, "gtk");
    launched.await_capture(&desk.capture, ASKED);
    desktop.window();
    // As the end of `ssh -X` does.
    drop(desktop);
    assert_eq!(launched.end().code(), Some(5), "{}", launched.said());
    let said = launched.said();
    assert!(said.contains("the connection of its window to the desktop ended"), "{said}");
    assert!(said.contains("--display none -d survives this"), "{said}");
    assert!(!packets(&desk.capture).is_empty());
}

#[test]
fn without_a_desktop_the_vm_runs_without_a_window_and_says_so() {
    if !super::desk::qemu("without_a_desktop_the_vm_runs_without_a_window_and_says_so") {
        return;
    }
    for (display, words) in [(None, "there is no desktop here"), (Some(":991"), "no X server answers at DISPLAY=:991")]
    {
        let desk = Desk::new();
        let mut command = desk.command();
        command.args(desk.words(&["--display", "auto"])).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
        let mut launched = Launched::command(command.envs(display.map(|display| ("DISPLAY", display))));
        launched.await_capture(&desk.capture, ASKED);
        assert!(launched.said().contains(words), "{}", launched.said());
        assert_eq!(launched.interrupt_twice().code(), Some(130), "{}", launched.said());
    }
}

#[test]
fn a_window_that_was_asked_for_and_cannot_open_is_told_with_the_way_out() {
    if !super::desk::qemu("a_window_that_was_asked_for_and_cannot_open_is_told_with_the_way_out") {
        return;
    }
    let desk = Desk::new();
    let mut command = desk.command();
    command.args(desk.words(&["--display", "gtk"])).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    let mut launched = Launched::command(&mut command);
    assert_eq!(launched.end().code(), Some(5), "{}", launched.said());
    assert!(launched.said().contains("--display none works"), "{}", launched.said());
    assert!(!desk.capture.exists());
}
