//! The names that a filter may use, and the fields that they stand for.

use crate::field::{Field, FieldId, FieldSet, Kind};
use rustc_hash::FxHashMap;

/// All names that filters know, made once from the rows of the table of fields.
pub struct Schema {
    rows: &'static [Field],
    owners: Vec<FieldId>,
    names: FxHashMap<&'static str, Vec<FieldId>>,
    called: FxHashMap<FieldId, &'static str>,
    former: &'static [(&'static str, &'static str)],
}

/// What a name in a filter stands for.
#[derive(Debug, Clone)]
pub(crate) struct FilterName {
    /// The row that the name is written in.
    pub row: &'static Field,
    /// The fields whose nodes are its values.
    pub fields: Vec<FilterField>,
}

/// One field behind a name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FilterField {
    pub id: FieldId,
    pub row: &'static Field,
    /// Its protocol's own field.
    pub owner: FieldId,
    /// Whether its values are read as the text that the list shows, as its group is text and it is not.
    pub as_text: bool,
}

impl Schema {
    /// `rows` is the table of all fields by [`FieldId`], `owner` says which protocol's own field a field belongs to, and
    /// `former` pairs former names of protocols with the present ones.
    pub fn new(
        rows: &'static [Field],
        owner: impl Fn(FieldId) -> FieldId,
        former: &'static [(&'static str, &'static str)],
    ) -> Schema {
        let ids = || (0..rows.len()).map(|index| FieldId(index as u16));
        let mut names: FxHashMap<&'static str, Vec<FieldId>> = FxHashMap::default();
        let owners: Vec<FieldId> = ids().map(owner).collect();
        for (id, row) in ids().zip(rows).filter(|(_, row)| !row.name.is_empty()) {
            names.entry(row.name).or_default().push(id);
        }
        for (id, row) in ids().zip(rows) {
            for group in row.groups {
                names.entry(group).or_default().push(id);
            }
        }
        Schema { rows, owners, names, called: FxHashMap::default(), former }
    }

    /// The schema with what people call protocols, by their own fields; empty for one that every packet has.
    pub fn calling(self, called: impl IntoIterator<Item = (FieldId, &'static str)>) -> Schema {
        Schema { called: called.into_iter().collect(), ..self }
    }

    /// What people call a protocol: its title where nothing else is known.
    pub(crate) fn called(&self, protocol: FieldId) -> &'static str {
        let title = || self.rows.get(usize::from(protocol.0)).map_or("", |row| row.title);
        self.called.get(&protocol).copied().unwrap_or_else(title)
    }

    /// Whether a field or protocol has this name.
    pub fn knows(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// These fields, and those without which they are not noted: the fields of all expert infos need each of them.
    pub(crate) fn noting(&self, fields: impl IntoIterator<Item = FieldId>) -> FieldSet {
        let mut noted = FieldSet::of(fields);
        let of_experts = |id: FieldId| self.rows.get(usize::from(id.0)).is_some_and(|row| row.of_experts);
        if noted.iter().any(of_experts) {
            let experts = (0..).zip(self.rows).filter(|(_, row)| row.expert.is_some());
            experts.for_each(|(id, _)| noted.insert(FieldId(id)));
            // What an expert info says is a text of the tree.
            let says = |id: FieldId| {
                self.rows.get(usize::from(id.0)).is_some_and(|row| row.of_experts && row.kind == Kind::Text)
            };
            if noted.iter().any(says) {
                return noted.everything();
            }
        }
        noted
    }

    /// Every name, in no order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.names.keys().copied()
    }

    /// Every name with the row that it is written in, in no order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'static str, &'static Field)> + '_ {
        self.names.iter().filter_map(|(name, ids)| Some((*name, self.row_of(name, ids)?)))
    }

    /// The row that a name is written in: its own, else the first that is found under it.
    fn row_of(&self, name: &str, ids: &[FieldId]) -> Option<&'static Field> {
        let mut rows = ids.iter().filter_map(|id| self.rows.get(usize::from(id.0)));
        let first = rows.clone().next()?;
        Some(rows.find(|row| row.name == name).unwrap_or(first))
    }

    /// The present spelling of a name that begins with a protocol's former name.
    pub(crate) fn renamed(&self, name: &str) -> Option<String> {
        let (first, rest) = name.split_once('.').map_or((name, None), |(first, rest)| (first, Some(rest)));
        let (_, now) = self.former.iter().find(|(former, _)| *former == first)?;
        let name = rest.map_or_else(|| (*now).to_owned(), |rest| format!("{now}.{rest}"));
        self.knows(&name).then_some(name)
    }

    /// What a name stands for.
    pub(crate) fn find(&self, name: &str) -> Option<FilterName> {
        let ids = self.names.get(name)?;
        let row_of = |id: &FieldId| self.rows.get(usize::from(id.0));
        let owner_of = |id: &FieldId| self.owners.get(usize::from(id.0)).copied();
        let row = self.row_of(name, ids)?;
        // Where a protocol groups fields of its own, the row with the group's name is only its name: no node has it.
        let grouped: Vec<Option<FieldId>> =
            ids.iter().filter(|id| row_of(id).is_some_and(|row| row.name != name)).map(owner_of).collect();
        let is_name = |id: &FieldId| row_of(id).is_some_and(|row| row.name == name) && grouped.contains(&owner_of(id));
        let text = matches!(row.kind, Kind::Text | Kind::TextZ);
        let fields = ids.iter().filter(|id| !is_name(id)).filter_map(|id| {
            let member = row_of(id)?;
            let as_text = text && !matches!(member.kind, Kind::Text | Kind::TextZ);
            Some(FilterField { id: *id, row: member, owner: owner_of(id)?, as_text })
        });
        Some(FilterName { row, fields: fields.collect() })
    }
}
