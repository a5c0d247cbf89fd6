//! Reading the XML in which tshark writes its trees: every value stands in double quotes, and may have several lines.

use super::Field;

/// The named fields of all packets, in the order of the trees. Their values are PDML's `show`, and their words its
/// `showname`, or `show` where a line is text alone.
pub(super) fn fields(text: &str) -> Vec<Field> {
    let mut found = Vec::new();
    let mut frame = 0;
    let mut open: Vec<bool> = Vec::new(); // whether each tag that is still open is a line of the tree
    // Values have neither of the two signs, which are escaped in them.
    let tags = text.split('<').filter_map(|tag| tag.split_once('>')).map(|(tag, _)| tag);
    for tag in tags {
        if tag == "packet" {
            frame += 1;
            open.clear();
        } else if tag == "/proto" || tag == "/field" {
            open.pop();
        } else if tag.starts_with("proto ") || tag.starts_with("field ") {
            // What stands outermost and is no protocol is put into a wrapper, which no tree has.
            let is_line = attribute(tag, "name").is_none_or(|name| name != "fake-field-wrapper");
            if is_line {
                let depth = open.iter().filter(|is_line| **is_line).count() as u8;
                found.extend(field(tag, frame, depth));
            }
            if !tag.ends_with('/') {
                open.push(is_line);
            }
        }
    }
    found
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

    const TEXT: &str = r#"<packet>
  <proto name="udp" showname="User Datagram Protocol" size="8" pos="34">
    <field name="udp.srcport" showname="Source Port: 53" size="2" pos="34" show="53" value="0035"/>
    <field name="udp.port" showname="Port: 53" hide="yes" size="2" pos="34" show="53" value="0035"/>
    <field name="" show="Timestamps" size="0" pos="34">
      <field name="udp.time_delta" showname="&lt;since&gt;" size="0" pos="34" show="a &amp; &#x27;b&#x27;"/>
      <field name="udp.line" showname="Line: a\n" size="2" pos="34" show="a
" value="610a"/>
    </field>
    <field name="udp.length" showname="Length: 8" size="2" pos="38" show="8" value="0008"/>
  </proto>
  <proto name="fake-field-wrapper">
    <field name="data" value="0a">
      <field name="data.len" showname="Length: 1" size="0" pos="42" show="1"/>
  </field>
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
                ("udp.time_delta", Some(2), "a & 'b'", 34, 0, "<since>"),
                ("udp.line", Some(2), "a\n", 34, 2, "Line: a\\n"),
                ("udp.length", Some(1), "8", 38, 2, "Length: 8"),
                ("data", Some(0), "", 0, 0, ""),
                ("data.len", Some(1), "1", 42, 0, "Length: 1"),
            ]
        );
        assert!(found.iter().all(|field| field.frame == 1));
    }
}
