//! `tinycore`, the program: a rim around the library of the same package.

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    launcher::main()
}

/// The launcher rests on signals, inherited sockets and locks as Unix has them.
#[cfg(not(unix))]
fn main() -> ExitCode {
    eprintln!(
        "tinycore: this system has no Unix signals, sockets and file locks, on which the launcher rests. On Windows, run \
         it in the Windows Subsystem for Linux (wsl --install), where QEMU is installed by: \
         sudo apt install qemu-system-x86 qemu-system-gui"
    );
    ExitCode::from(5)
}
