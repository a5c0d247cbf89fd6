//! Ctrl-C while something is unpacked: first what was begun is removed.

use signal_hook::{
    SigId,
    consts::{SIGHUP, SIGINT, SIGTERM},
    flag,
    low_level::{emulate_default_handler, unregister},
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// The signals that would end this program, held back.
#[derive(Debug)]
pub struct Interrupts {
    raised: Arc<AtomicUsize>,
    held: Vec<SigId>,
}

impl Interrupts {
    /// Holds the signals back. Where that fails, they end the program as ever.
    pub fn new() -> Self {
        let raised = Arc::new(AtomicUsize::new(0));
        let hold = |signal: i32| {
            let number = usize::try_from(signal).unwrap_or_default();
            flag::register_usize(signal, Arc::clone(&raised), number).ok()
        };
        let held = [SIGINT, SIGTERM, SIGHUP].into_iter().filter_map(hold).collect();
        Self { raised, held }
    }

    /// Holds nothing back: where nothing is begun, nothing is to be removed.
    pub fn none() -> Self {
        Self { raised: Arc::default(), held: Vec::new() }
    }

    /// The signal that came.
    pub fn raised(&self) -> Option<i32> {
        i32::try_from(self.raised.load(Ordering::Relaxed)).ok().filter(|signal| *signal != 0)
    }

    /// Does what the signal that came would have done.
    pub fn obey(&self) {
        if let Some(signal) = self.raised() {
            let _ = emulate_default_handler(signal);
        }
    }
}

impl Drop for Interrupts {
    fn drop(&mut self) {
        for id in self.held.drain(..) {
            unregister(id);
        }
    }
}
