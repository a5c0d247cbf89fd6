//! An unpacked capture: which format it has, and the cutting of it.

use std::net::IpAddr;

use super::framing::Framing;
use super::pcap::Pcap;
use super::pcapng::Pcapng;
use super::recognise::{HEAD, Kind, recognise};
use super::tally::{Ending, Tally};
use super::{Interface, Record, Unreadable};

/// A capture's bytes on their way to records.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// First bytes of a file whose format is not known yet.
    head: Vec<u8>,
    format: Format,
    framing: Framing,
    tally: Tally,
}

#[derive(Debug, Default)]
enum Format {
    #[default]
    Unknown,
    Pcap(Box<Pcap>),
    Pcapng(Box<Pcapng>),
}

impl Contents {
    pub(super) fn feed(&mut self, chunk: &[u8], each: &mut dyn FnMut(Record<'_>)) -> Result<(), Unreadable> {
        if !matches!(self.format, Format::Unknown) {
            return self.cut(chunk, each);
        }
        // A first chunk of usual size tells at once, and is then cut where it lies.
        if self.head.is_empty() && self.recognise(chunk, false)? {
            return self.cut(chunk, each);
        }
        let (more, rest) = chunk.split_at_checked(HEAD.saturating_sub(self.head.len())).unwrap_or((chunk, &[]));
        self.head.extend_from_slice(more);
        let head = std::mem::take(&mut self.head);
        if self.recognise(&head, false)? {
            self.cut(&head, each)?;
            self.cut(rest, each)
        } else {
            self.head = head;
            Ok(())
        }
    }

    pub(super) fn finish(&mut self, each: &mut dyn FnMut(Record<'_>)) -> Result<(), Unreadable> {
        if matches!(self.format, Format::Unknown) {
            let head = std::mem::take(&mut self.head);
            if self.recognise(&head, true)? {
                self.cut(&head, each)?;
            }
        }
        let (format, tally) = (&mut self.format, &mut self.tally);
        let whole = self.framing.finish(|at, bytes| match format {
            Format::Pcap(pcap) => pcap.next(at, bytes, true, tally, each),
            Format::Pcapng(pcapng) => pcapng.next(at, bytes, tally, each),
            Format::Unknown => Ok(super::framing::Step::Stop),
        })?;
        if tally.ending.is_none() && !whole {
            tally.ending = Some(match format {
                Format::Pcap(pcap) => pcap.cut()?,
                Format::Pcapng(pcapng) => pcapng.cut()?,
                Format::Unknown => Ending::In("nothing"),
            });
        }
        Ok(())
    }

    pub(super) fn interfaces(&self) -> &[Interface] {
        match &self.format {
            Format::Unknown => &[],
            Format::Pcap(pcap) => pcap.interfaces(),
            Format::Pcapng(pcapng) => pcapng.interfaces(),
        }
    }

    pub(super) fn names(&self) -> &[(IpAddr, String)] {
        match &self.format {
            Format::Pcapng(pcapng) => pcapng.names(),
            _ => &[],
        }
    }

    pub(super) fn format(&self) -> String {
        match &self.format {
            Format::Unknown => String::new(),
            Format::Pcap(pcap) => pcap.format(),
            Format::Pcapng(pcapng) => pcapng.format(),
        }
    }

    pub(super) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        self.tally.notes(&mut notes);
        match &self.format {
            Format::Unknown => {}
            Format::Pcap(pcap) => pcap.notes(&mut notes),
            Format::Pcapng(pcapng) => pcapng.notes(&mut notes),
        }
        notes
    }

    pub(super) fn cut_short(&self) -> bool {
        self.tally.ending.is_some()
    }

    pub(super) fn stopped(&self) -> bool {
        self.framing.stopped()
    }

    /// Settles the format if these first bytes tell it.
    fn recognise(&mut self, head: &[u8], whole: bool) -> Result<bool, Unreadable> {
        match recognise(head, whole) {
            Kind::Open => return Ok(false),
            Kind::Pcap => self.format = Format::Pcap(Box::default()),
            Kind::Pcapng => self.format = Format::Pcapng(Box::default()),
            Kind::Other => return Err(Unreadable("This is not a capture.".to_owned())),
        }
        Ok(true)
    }

    fn cut(&mut self, chunk: &[u8], each: &mut dyn FnMut(Record<'_>)) -> Result<(), Unreadable> {
        let tally = &mut self.tally;
        match &mut self.format {
            Format::Unknown => Ok(()),
            Format::Pcap(pcap) => self.framing.feed(chunk, |at, bytes| pcap.next(at, bytes, false, tally, each)),
            Format::Pcapng(pcapng) => self.framing.feed(chunk, |at, bytes| pcapng.next(at, bytes, tally, each)),
        }
    }
}
