//! What the packet list says of a message.

use super::*;
use crate::field::FieldId;

/// Length of a request to trace a route; the response has a block of 32 bytes a router behind it.
const TRACE_HEADER: u32 = 24;
const TRACE_BLOCK: u32 = 32;

pub(super) fn summary(view: &View<'_>, columns: &mut Columns) {
    let version = view.uint(VERSION);
    columns.protocol =
        version.map_or_else(|| PROTOCOL.column.into(), |version| format!("{}v{version}", PROTOCOL.column));
    let Some(kind) = view.uint(TYPE) else { return };
    let group = view.written(MADDR);
    let length = view.span().end - view.span().start;
    columns.info = match (view.name(TYPE), kind as u8) {
        (Some(name), QUERY) if version == Some(1) || group.is_empty() => name.into(),
        (Some(name), QUERY) => {
            let whom = if group == "0.0.0.0" { "general".into() } else { format!("specific for group {group}") };
            let sources: Vec<String> = addresses(view, SADDR).collect();
            let listed = match sources.len() {
                0 => String::new(),
                1 => format!(", source {{{}}}", sources.join(", ")),
                _ => format!(", sources {{{}}}", sources.join(", ")),
            };
            format!("{name}, {whom}{listed}")
        }
        (Some(name), REPORT_2) => format!("{name} group {group}"),
        (Some(name), LEAVE) => format!("{name} {group}"),
        (Some(name), REPORT_3) if view.has(RECORD_TYPE) => name.to_owned() + &records(view),
        (Some(name), REPORT_3) => format!("{name} - General query"),
        (_, TRACE) if length > TRACE_HEADER => "Traceroute Request".into(),
        (_, TRACE) => "Traceroute Query".into(),
        (Some(name), TRACE_RESPONSE) => format!("{name}, {} blocks", length.saturating_sub(TRACE_HEADER) / TRACE_BLOCK),
        (Some(name), _) => name.into(),
        (None, _) => format!("Unknown Type:0x{kind:02x}"),
    };
}

/// The values of a field of addresses, as text.
fn addresses<'v>(view: &'v View<'_>, field: FieldId) -> impl Iterator<Item = String> + 'v {
    view.nodes().filter(move |node| node.field == field).filter_map(|node| written(node.value))
}

fn written(address: Value) -> Option<String> {
    match address {
        Value::Uint(address) => Some(Ipv4Addr::from(address as u32).to_string()),
        _ => None,
    }
}

/// The summary of each group record in a report.
fn records(view: &View<'_>) -> String {
    let mut all = String::new();
    let mut record: Option<(u64, String, Vec<String>)> = None;
    for node in view.nodes() {
        match (node.field, node.value, &mut record) {
            (RECORD_TYPE, Value::Uint(kind), _) => {
                if let Some((kind, group, sources)) = record.replace((kind, String::new(), Vec::new())) {
                    all.push_str(&describe(kind, &group, &sources));
                }
            }
            (MADDR, address, Some((_, group, _))) => *group = written(address).unwrap_or_default(),
            (SADDR, address, Some((.., sources))) => sources.extend(written(address)),
            _ => {}
        }
    }
    if let Some((kind, group, sources)) = record {
        all.push_str(&describe(kind, &group, &sources));
    }
    all
}

/// Describes a group record; one that includes no source leaves its group.
fn describe(kind: u64, group: &str, sources: &[String]) -> String {
    let list = sources.join(", ");
    let plural = if sources.len() == 1 { "" } else { "s" };
    match (kind, sources.len()) {
        (1 | 3, 0) => format!(" / Leave group {group}"),
        (1 | 3, 1) => format!(" / Join group {group} for source {{{list}}}"),
        (1 | 3, _) => format!(" / Join group {group} for sources in {{{list}}}"),
        (2 | 4, 0) => format!(" / Join group {group} for any sources"),
        (2 | 4, 1) => format!(" / Join group {group}, for source not {{{list}}}"),
        (2 | 4, _) => format!(" / Join group {group}, for sources not in {{{list}}}"),
        (5, 0) => format!(" / Group {group}, ALLOW_NEW_SOURCES but no source specified (?)"),
        (5, _) => format!(" / Group {group}, new source{plural} {{{list}}}"),
        (6, 0) => format!(" / Group {group}, BLOCK_OLD_SOURCES but no source specified (?)"),
        (6, _) => format!(" / Group {group}, block source{plural} {{{list}}}"),
        _ => format!(" / Group {group}, unknown record type (?)"),
    }
}

#[cfg(test)]
mod tests {
    use super::describe;

    #[test]
    fn a_record_without_sources_joins_or_leaves() {
        assert_eq!(describe(4, "239.1.1.1", &[]), " / Join group 239.1.1.1 for any sources");
        assert_eq!(describe(3, "239.1.1.1", &[]), " / Leave group 239.1.1.1");
        assert_eq!(describe(6, "239.1.1.1", &["10.0.0.1".into()]), " / Group 239.1.1.1, block source {10.0.0.1}");
    }
}
