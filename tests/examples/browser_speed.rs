//! How long the page takes to open a capture and to apply filters, in a real browser: `browser_speed FILE FILTER FILTER`.

use std::env;
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};
use serde_json::json;
use tests::browser::{Page, with_page};

static ARGUMENTS: OnceLock<Vec<String>> = OnceLock::new();

/// Calls back with the milliseconds from an event on an element to the page's being ready again.
const STOPWATCH: &str = r#"
    const [selector, kind] = arguments;
    const status = document.querySelector('#status');
    window.stopwatch = new Promise(done => {
        document.querySelector(selector).addEventListener(kind, () => {
            const begun = performance.now();
            let left = status.dataset.state !== 'ready';
            new MutationObserver((_, observer) => {
                const ready = status.dataset.state === 'ready';
                left ||= !ready;
                if (ready && left) { observer.disconnect(); done(performance.now() - begun); }
            }).observe(status, {attributes: true});
        }, {once: true, capture: true});
    });"#;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.len() != 3 {
        bail!("usage: browser_speed FILE HEADER_FILTER FIELD_FILTER");
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
    for (what, filter) in ["header filter", "field filter"].iter().zip(filters) {
        start(&page, "input#filter", "keydown").await?;
        // The last key is the one that counts, so the text is put in without keys.
        page.filter_by_script(filter).await?;
        report(&page, what).await?;
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
    println!("{what}\t{}", milliseconds.as_f64().context("no time was measured")? / 1000.0);
    Ok(())
}
