//! What filters know of a packet by the index alone is what its bytes hold.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::env;
use std::fs;
use std::path::Path;

use analyzer::dissect::Tables;
use analyzer::field::{FieldId, FieldSet};
use analyzer::filter::Know;
use analyzer::open::Open;
use analyzer::protocols;
use analyzer::session::know::{IndexKnow, PacketKnow, Share, shares};
use tests::analysis::Bytes;
use xtask::captures;

/// Reads further captures than the tests' own: a folder.
const MORE: &str = "DROPCAP_CAPTURES";

#[test]
fn the_index_tells_filters_nothing_but_the_truth() {
    let mut files = captures::all().unwrap();
    if let Some(more) = env::var_os(MORE) {
        files.extend(captures::within(Path::new(&more)).unwrap());
    }
    let protocols = protocols::standard();
    let (mut compared, mut wrong) = (0_u64, Vec::new());
    for file in files {
        let Some(open) = opened(&file) else { continue };
        let all = FieldSet::values();
        let fields = || (1..protocols.fields().len()).map(|index| FieldId(u16::try_from(index).unwrap()));
        for frame in 1..=open.packets() {
            let row = *open.index.rows.get(frame).unwrap();
            let shared: Vec<(FieldId, Share)> = shares(protocols, open.index.stack_of(&row), fields()).collect();
            let differing = open.look(frame, 0, &all, true, |packet, found| {
                let bytes = PacketKnow::new(packet, found);
                for known in shared.iter().filter(|(_, share)| *share != Share::InBytes) {
                    let (field, index) =
                        (known.0, IndexKnow::of_packet(std::slice::from_ref(known), &open, frame, row));
                    let own = protocols.own_field(protocols.owner(field)) == field;
                    let (ours, theirs) = (values(&index, field), values(&bytes, field));
                    if own {
                        if index.occurs(field) != bytes.occurs(field) {
                            return Some(format!("{}: {ours:?}, {theirs:?}", protocols.field(field).name));
                        }
                    } else if let Some(ours) = ours {
                        compared += ours.len() as u64;
                        if Some(&ours) != theirs.as_ref() {
                            let name = protocols.field(field).name;
                            return Some(format!("{name}: the index says {ours:?}, the bytes {theirs:?}"));
                        }
                    }
                }
                None
            });
            if let Ok(Some(differing)) = differing {
                wrong.push(format!("{} #{frame}: {differing}", file.display()));
            }
        }
    }
    assert!(compared > 10_000, "{compared}");
    assert!(wrong.is_empty(), "{} packets\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
}

fn values(know: &dyn Know, field: FieldId) -> Option<Vec<String>> {
    let mut values = Vec::new();
    know.values(field, &mut |instance| values.push(format!("{:?} {}", instance.datum, instance.layer)))
        .then_some(values)
}

fn opened(file: &Path) -> Option<Open> {
    let bytes = fs::read(file).ok()?;
    let mut open = Open::new("", Box::new(Bytes(bytes.clone())), Tables::of(protocols::standard()));
    open.feed(&bytes).ok()?;
    open.end().ok()?;
    Some(open)
}
