//! The analyzer in a terminal, with tshark's flags: the same session as in the page, over a file.

fn main() -> std::process::ExitCode {
    #[cfg(not(target_arch = "wasm32"))]
    return terminal::main();
    #[cfg(target_arch = "wasm32")]
    std::process::ExitCode::SUCCESS
}

#[cfg(not(target_arch = "wasm32"))]
#[path = "inspect/terminal.rs"]
mod terminal;
