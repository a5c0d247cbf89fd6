//! `cargo xtask demo`: the page on this machine, with a sample capture open.

use std::env;

use anyhow::Result;

use crate::shell::{command, find};
use crate::{page, serve::Site};

/// Where the sample lies, seen from the page.
const SAMPLE: &str = "sample/lab1.pcap";
/// Tried in this order; the system chooses when the first is taken.
const PORTS: [u16; 2] = [8080, 0];

/// What can be said to `cargo xtask demo`.
#[derive(clap::Args)]
pub struct Options {
    /// Print the address, and open no browser.
    #[arg(long)]
    no_open: bool,
}

/// Builds the page and serves it until the process is stopped.
pub fn run(options: &Options) -> Result<()> {
    println!("Building the page");
    page::build()?;
    let site = Site::open(&page::folder(), "/", &PORTS)?;
    let address = format!("{}?capture={SAMPLE}", site.address());
    println!("\nDropcap is at {address}\nStop with Ctrl-C.");
    if !options.no_open && env::var_os("CI").is_none() {
        open(&address);
    }
    site.wait();
    Ok(())
}

/// Shows the address in the user's browser, where there is a screen.
fn open(address: &str) {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if env::var_os("DISPLAY").is_some() || env::var_os("WAYLAND_DISPLAY").is_some() {
        "xdg-open"
    } else {
        return;
    };
    // The address is printed above: without an opener it is there to be clicked.
    if find(opener).is_some()
        && let Ok(mut browser) = command(opener, [address]).spawn()
    {
        std::thread::spawn(move || browser.wait());
    }
}
