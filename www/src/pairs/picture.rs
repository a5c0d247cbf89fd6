//! A chart as a file: SVG that needs no stylesheet, in the light colours.

use super::chart::{Chart, Form, Shape};
use std::fmt::Write;

/// The page's own tokens, of which the light values are used.
const TOKENS: &str = include_str!("../../style/tokens.css");
/// The letters of the page; a file must name them itself.
const SANS: &str = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif";
const MONO: &str = "ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, Consolas, monospace";

/// The chart as an SVG document.
pub(crate) fn svg(chart: &Chart, title: &str) -> String {
    let (width, height) = (chart.width, chart.height);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <title>{}</title>\n<style>{}</style>\n<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n",
        escaped(title),
        style(),
        light("--paper")
    );
    for shape in chart.frame.iter().chain(chart.lines.iter().flatten()).filter(|shape| shape.class != "ground") {
        draw(&mut text, shape);
    }
    text.push_str("</svg>\n");
    text
}

fn draw(text: &mut String, shape: &Shape) {
    let class = shape.class;
    let (open, inside, close) = match &shape.form {
        Form::Box { x, y, width, height } => (
            format!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\""),
            String::new(),
            "rect",
        ),
        Form::Mark { x, y, path } => {
            (format!("<path class=\"{class}\" transform=\"translate({x} {y})\" d=\"{path}\""), String::new(), "path")
        }
        Form::Words { x, y, ends, text } => {
            let anchor = if *ends { " text-anchor=\"end\"" } else { "" };
            (format!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\"{anchor}"), escaped(text), "text")
        }
    };
    let title = if shape.says.is_empty() { String::new() } else { format!("<title>{}</title>", escaped(&shape.says)) };
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{open}>{title}{inside}</{close}>");
}

fn style() -> String {
    let fills = [
        ("phase-lookup", "--p-lookup"),
        ("phase-wait", "--p-wait"),
        ("phase-handshake", "--p-handshake"),
        ("phase-data", "--p-data"),
        ("life", "--p-life"),
        ("rule", "--line-2"),
        ("tick", "--ink-2"),
        ("note", "--ink-2"),
        ("amount", "--ink-2"),
        ("facts", "--ink-2"),
        ("title", "--ink"),
        ("site", "--ink"),
        ("aside", "--ink-2"),
    ];
    let mut style = String::new();
    for (class, token) in fills {
        let _ = write!(style, ".{class}{{fill:{}}}", light(token));
    }
    let _ = write!(style, ".phase-refused{{fill:none;stroke:{};stroke-width:2;stroke-linecap:round}}", light("--bad"));
    let _ = write!(style, "text{{font:11px {SANS}}}.site,.amount{{font:12px {MONO}}}.title{{font:600 16px {SANS}}}");
    let _ = write!(style, ".facts{{font:12px {SANS}}}");
    style
}

/// The light value of a colour of the page.
fn light(token: &str) -> &'static str {
    let value = || {
        let (_, rest) = TOKENS.split_once(&format!("{token}: light-dark("))?;
        rest.split_once(',').map(|(value, _)| value)
    };
    value().unwrap_or("#000000")
}

/// Text as XML; what XML cannot hold is left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars().filter(|letter| !letter.is_control()) {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_holds_its_own_light_colours() {
        let text = svg(&Chart { width: 800.0, height: 90.0, ..Chart::default() }, "A <b> & \"c\"\u{1}");
        assert!(text.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"800\" height=\"90\""));
        assert!(text.contains("<title>A &lt;b&gt; &amp; &quot;c&quot;</title>"));
        assert!(text.contains(".phase-lookup{fill:#2f7fc1}"));
        assert!(!text.contains("#000000") && !text.contains("var("), "{text}");
    }
}
