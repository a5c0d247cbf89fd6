//! The fields that filters can name, by their names.

use crate::field::{Field, FieldId};
use rustc_hash::FxHashMap;

/// All rows, and where each name leads.
#[derive(Debug)]
pub struct Schema {
    rows: Vec<(Field, FieldId)>,
    by_name: FxHashMap<&'static str, Vec<FieldId>>,
}

impl Schema {
    /// From the rows of the table of fields, in the order of their ids, each with the field that stands for its protocol.
    pub fn new(rows: impl IntoIterator<Item = (Field, FieldId)>) -> Schema {
        let rows: Vec<(Field, FieldId)> = rows.into_iter().collect();
        let mut by_name: FxHashMap<&'static str, Vec<FieldId>> = FxHashMap::default();
        for (index, (row, _)) in rows.iter().enumerate().filter(|(_, (row, _))| !row.name.is_empty()) {
            by_name.entry(row.name).or_default().push(FieldId(index as u16));
        }
        // A group's members come after the group's own row: its kind is what a filter compares with.
        for (index, (row, _)) in rows.iter().enumerate() {
            for group in row.groups {
                by_name.entry(group).or_default().push(FieldId(index as u16));
            }
        }
        Schema { rows, by_name }
    }

    /// The fields whose values are found under a name: the first tells what they are. Old prefixes lead to new ones.
    pub fn named(&self, name: &str) -> Option<&[FieldId]> {
        let direct = self.by_name.get(name).map(Vec::as_slice);
        direct.or_else(|| {
            let new = renamed(name)?;
            self.by_name.get(new.as_str()).map(Vec::as_slice)
        })
    }

    /// The row of a field.
    pub fn row(&self, id: FieldId) -> Option<&Field> {
        self.rows.get(usize::from(id.0)).map(|(row, _)| row)
    }

    /// The field that stands for the protocol of a field.
    pub fn protocol(&self, id: FieldId) -> FieldId {
        self.rows.get(usize::from(id.0)).map_or(id, |(_, protocol)| *protocol)
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.by_name.keys().copied()
    }
}

/// The name in which an old protocol prefix is replaced by the new one.
pub(super) fn renamed(name: &str) -> Option<String> {
    const OLD: [(&str, &str); 2] = [("bootp", "dhcp"), ("ssl", "tls")];
    let (prefix, rest) = name.split_once('.').map_or((name, ""), |(prefix, rest)| (prefix, rest));
    let (_, new) = OLD.iter().find(|(old, _)| *old == prefix)?;
    Some(if rest.is_empty() { (*new).to_owned() } else { format!("{new}.{rest}") })
}
