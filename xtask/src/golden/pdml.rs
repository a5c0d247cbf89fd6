//! Reading the XML in which tshark writes its trees: one tag a line, but for values with ends of lines in them, every value
//! in double quotes.

use super::Field;

/// The named fields of all packets, in the order of the trees. Their values are PDML's `show`, and their words its
/// `showname`, or `show` where a line is text alone.
pub(super) fn fields(text: &str) -> Vec<Field> {
    let mut found = Vec::new();
    let (mut frame, mut depth) = (0, 0_u8);
    for tag in tags(text) {
        let tag = tag.trim_start();
        if tag.starts_with("<packet>") {
            (frame, depth) = (frame + 1, 0);
        } else if tag.starts_with("</proto>") || tag.starts_with("</field>") {
            depth = depth.saturating_sub(1);
        } else if tag.starts_with("<proto ") || tag.starts_with("<field ") {
            found.extend(field(tag, frame, depth));
            if !tag.ends_with("/>") {
                depth += 1;
            }
        }
    }
    found
}

/// The tags, which end with their lines where these are in no value.
fn tags(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        c == '\n' && !quoted
    })
}

fn field(tag: &str, frame: u32, depth: u8) -> Option<Field> {
    let name = attribute(tag, "name").filter(|name| !name.is_empty())?;
    let number = |name| attribute(tag, name).and_then(|value| value.parse().ok()).unwrap_or(0);
    let depth = if attribute(tag, "hide").is_some_and(|value| value == "yes") { None } else { Some(depth) };
    let value = attribute(tag, "show").unwrap_or_default();
    let words = attribute(tag, "showname").unwrap_or_else(|| value.clone());
    Some(Field { frame, depth, name, value, position: number("pos"), size: number("size"), words })
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let begin = format!(" {name}=\"");
    let rest = tag.split_once(&begin)?.1;
    Some(unescaped(rest.split_once('"')?.0))
}

/// Text without XML's escapes.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let (name, behind) = after.split_once(';').unwrap_or((after, ""));
        match (name, name.strip_prefix("#x").map(|digits| u32::from_str_radix(digits, 16))) {
            ("lt", _) => plain.push('<'),
            ("gt", _) => plain.push('>'),
            ("amp", _) => plain.push('&'),
            ("quot", _) => plain.push('"'),
            ("apos", _) => plain.push('\''),
            (_, Some(Ok(code))) => plain.extend(char::from_u32(code)),
            _ => plain.push_str(name),
        }
        rest = behind;
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of a field has the end of a line in it.
    const TEXT: &str = r#"<packet>
  <proto name="udp" showname="User Datagram Protocol" size="8" pos="34">
    <field name="udp.srcport" showname="Source Port: 53" size="2" pos="34" show="53" value="0035"/>
    <field name="udp.port" showname="Port: 53" hide="yes" size="2" pos="34" show="53" value="0035"/>
    <field name="" show="Timestamps" size="0" pos="34">
      <field name="udp.time_delta" showname="&lt;since&gt;" size="0" pos="34" show="a &amp; &#x27;b&#x27;
"/>
    </field>
    <field name="udp.stream" showname="Stream index: 0" size="0" pos="42" show="0"/>
  </proto>
</packet>
"#;

    #[test]
    fn fields_have_their_depth_place_and_value() {
        let found = fields(TEXT);
        let short: Vec<_> = found
            .iter()
            .map(|f| (f.name.as_str(), f.depth, f.value.as_str(), f.position, f.size, f.words.as_str()))
            .collect();
        assert_eq!(
            short,
            [
                ("udp", Some(0), "", 34, 8, "User Datagram Protocol"),
                ("udp.srcport", Some(1), "53", 34, 2, "Source Port: 53"),
                ("udp.port", None, "53", 34, 2, "Port: 53"),
                ("udp.time_delta", Some(2), "a & 'b'\n", 34, 0, "<since>"),
                ("udp.stream", Some(1), "0", 42, 0, "Stream index: 0"),
            ]
        );
        assert!(found.iter().all(|field| field.frame == 1));
    }
}
