//! How long the page takes to open a capture and to apply filters, in a real browser: `browser_speed FILE FILTER...`.

use std::env;
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};
use serde_json::json;
use tests::browser::{Page, with_page};

static ARGUMENTS: OnceLock<Vec<String>> = OnceLock::new();

/// Calls back with the milliseconds from an event on an element to the page's being ready again, and to the first row that
/// the list shows anew.
const STOPWATCH: &str = r#"
    const [selector, kind] = arguments;
    const status = document.querySelector('#status');
    window.stopwatch = new Promise(done => {
        document.querySelector(selector).addEventListener(kind, () => {
            const begun = performance.now();
            let left = status.dataset.state !== 'ready';
            let first = null;
            const rows = new MutationObserver(changes => {
                if (changes.some(change => change.target.hasAttribute('data-frame'))) {
                    first = performance.now() - begun;
                    rows.disconnect();
                }
            });
            rows.observe(document.body, {attributes: true, attributeFilter: ['data-frame'], subtree: true});
            new MutationObserver((_, observer) => {
                const ready = status.dataset.state === 'ready';
                left ||= !ready;
                if (ready && left) { observer.disconnect(); done([performance.now() - begun, first]); }
            }).observe(status, {attributes: true});
        }, {once: true, capture: true});
    });"#;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.is_empty() {
        bail!("usage: browser_speed FILE FILTER...");
    }
    ARGUMENTS.get_or_init(|| arguments);
    with_page("/", measure)
}

async fn measure(page: Page) -> Result<()> {
    let arguments = ARGUMENTS.get().context("there are no arguments")?;
    let [file, filters @ ..] = arguments.as_slice() else { bail!("there is no file") };
    page.open("").await?;
    start(&page, "input#open", "change").await?;
    page.find("input#open").await?.send_keys(file).await?;
    report(&page, "open").await?;
    // The pairs, which the page asks for as soon as it has read the capture, are a work of their own.
    page.show("pairs").await?;
    page.wait_for_text("#status", "lookups").await?;
    page.show("packets").await?;
    for filter in filters {
        start(&page, "input#filter", "keydown").await?;
        // The last key is the one that counts, so the text is put in without keys.
        page.filter_by_script(filter).await?;
        report(&page, filter).await?;
    }
    Ok(())
}

async fn start(page: &Page, selector: &str, event: &str) -> Result<()> {
    page.client.execute(STOPWATCH, vec![json!(selector), json!(event)]).await?;
    Ok(())
}

async fn report(page: &Page, what: &str) -> Result<()> {
    let script = "const done = arguments[0]; window.stopwatch.then(done)";
    let milliseconds = page.client.execute_async(script, vec![]).await?;
    let seconds = |index: usize| milliseconds.get(index).and_then(|time| time.as_f64()).map(|time| time / 1000.0);
    let first = seconds(1).map(|first| first.to_string()).unwrap_or_default();
    println!("{what}\t{}\t{first}", seconds(0).context("no time was measured")?);
    Ok(())
}
