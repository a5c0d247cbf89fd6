//! Bodies of a media type (RFC 9110, section 8.3.1): which protocol reads one, and what the packet list says of it.

use crate::dissect::{Columns, Layer, Protocols, View};
use crate::field::ProtocolId;
use crate::protocols::tables::MEDIA_TYPE;

/// The protocol that takes a body of any media type that no other reads.
const ANY: &str = "media";

/// The media type without its parameters.
pub(super) fn named(content_type: &str) -> &str {
    content_type.split([';', ',']).next().unwrap_or_default().trim()
}

/// The protocol that reads a media type: the one that stands in the table under it, under its kind (`text/`) or under the
/// suffix of its syntax (`+xml`).
pub(super) fn reader(protocols: &Protocols, media: &str) -> Option<ProtocolId> {
    let find = |key: &str| protocols.find_text(&MEDIA_TYPE, key);
    let kind = || find(media.split_inclusive('/').next()?);
    let suffix = || find(media.get(media.rfind('+')?..)?);
    find(media).or_else(kind).or_else(suffix)
}

/// As [`reader`]; for a media type that nobody knows, the protocol that shows its bytes.
pub(super) fn any_reader(protocols: &Protocols, media: &str) -> Option<ProtocolId> {
    reader(protocols, media).or_else(|| protocols.named(ANY))
}

/// Says of a body what its media type is, for [`summary`].
pub(super) fn summarize(l: &mut Layer<'_, '_>) {
    let media_type = l.media_type();
    let media = named(&media_type);
    l.summarize(|| (!media.is_empty()).then(|| format!("({media})")));
}

/// What a body leaves for the packet list stands behind what its message says there.
pub(super) fn summary(view: &View<'_>, columns: &mut Columns) {
    append(columns, " ", view.summarized().unwrap_or_default());
}

/// Puts words behind those that stand in the packet list already.
pub(super) fn append(columns: &mut Columns, between: &str, words: &str) {
    if !words.is_empty() {
        if !columns.info.is_empty() {
            columns.info.push_str(between);
        }
        columns.info.push_str(words);
    }
}
