//! What is wrong with a packet, and yet does not stop its reading.

use crate::dissect::Layer;

/// Counts the packet among the malformed ones. To be called when everything else that belongs to the layer's header was
/// noted, as a line of its own follows in the tree.
pub(super) fn malformed(l: &mut Layer<'_, '_>) {
    // Nothing is read, so that nothing can be missing.
    let malformed = l.protocols().special.malformed;
    let _ = l.within(0, |l| {
        l.run(malformed);
        Ok(())
    });
}
