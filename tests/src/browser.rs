//! The built page in a real browser, steered through WebDriver.
//!
//! Nothing here is about one browser but [`Driver::start`] and [`capabilities`].

use std::fmt::Write;
use std::future::Future;
use std::io::{BufRead, BufReader};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use fantoccini::elements::Element;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::LocalSet;
use xtask::page;
use xtask::serve::{Asked, Site};
use xtask::shell::find;

/// As long as anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// One browser at a time: two would share two cores and make each other late.
static ONE: Mutex<()> = Mutex::new(());

/// The page, open in a browser.
#[derive(Clone)]
pub struct Page {
    /// The browser.
    pub client: Client,
    site: Rc<Site>,
    /// Where the browser puts what it saves.
    saved: PathBuf,
}

/// Serves the built page under a path, opens a browser, runs a test in it, and ends both, however the test ends.
///
/// # Errors
/// What is missing, or what the test says.
pub fn with_page<F: Future<Output = Result<()>> + 'static>(prefix: &str, test: impl FnOnce(Page) -> F) -> Result<()> {
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = page::folder();
    if !folder.join("index.html").is_file() {
        bail!("the page is not built: `cargo xtask test` builds it");
    }
    let site = Rc::new(Site::open(&folder, prefix, &[0])?);
    let profile = TempDir::new().context("cannot make a folder for the browser")?;
    let driver = Driver::start()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(LocalSet::new().run_until(async {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities(profile.path())?);
        let client = builder.connect(&driver.address).await.context("the browser does not start")?;
        let page = Page { client: client.clone(), site, saved: saved(profile.path()) };
        // A task of its own keeps a failing assertion from leaving the browser behind.
        let outcome = tokio::task::spawn_local(test(page)).await;
        let closed = client.close().await;
        match outcome {
            Ok(result) => result?,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(error) => return Err(error.into()),
            },
        }
        closed.context("the browser does not end")
    }))
}

impl Page {
    /// Opens the page with what follows its address, such as `?capture=sample/lab1.pcap`.
    ///
    /// # Errors
    /// What the browser says; that the page does not come up.
    pub async fn open(&self, behind: &str) -> Result<()> {
        self.client.goto(&format!("{}{behind}", self.site.address())).await?;
        self.find("#status[data-state]").await.map(drop)
    }

    /// The page's own address.
    pub fn address(&self) -> String {
        self.site.address()
    }

    /// What the browser asked of the server.
    pub fn asked(&self) -> Vec<Asked> {
        self.site.asked()
    }

    /// Chooses a file, as with the button, and waits until it is read or refused.
    ///
    /// # Errors
    /// That nothing came of it.
    pub async fn choose(&self, file: &Path) -> Result<()> {
        self.find("input#open[type=file]").await?.send_keys(&file.to_string_lossy()).await?;
        self.find(r#"#status:is([data-state="ready"], [data-state="failed"])"#).await.map(drop)
    }

    /// Drops a file of this content onto the page, and waits until it is read or refused.
    ///
    /// # Errors
    /// That nothing came of it.
    pub async fn drop_file(&self, name: &str, content: &[u8]) -> Result<()> {
        let script = r#"
            const [name, hex] = arguments;
            const bytes = Uint8Array.from(hex.match(/../g) ?? [], pair => parseInt(pair, 16));
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([bytes], name));
            for (const kind of ['dragenter', 'dragover', 'drop']) {
                document.body.dispatchEvent(new DragEvent(kind, {dataTransfer, bubbles: true, cancelable: true}));
            }"#;
        let mut hex = String::with_capacity(content.len() * 2);
        for byte in content {
            write!(hex, "{byte:02x}")?;
        }
        self.client.execute(script, vec![json!(name), json!(hex)]).await?;
        self.find(r#"#status:is([data-state="ready"], [data-state="failed"])"#).await.map(drop)
    }

    /// Types a filter in place of the earlier one and applies it.
    ///
    /// # Errors
    /// That the box is not there.
    pub async fn filter(&self, text: &str) -> Result<()> {
        let input = self.find("input#filter").await?;
        input.click().await?;
        // Chosen and overwritten, as a user would: clearing it by script would apply another filter in between.
        input.send_keys("\u{e009}a\u{e000}").await?;
        let typed = if text.is_empty() { "\u{e017}\u{e007}".to_owned() } else { format!("{text}\u{e007}") };
        input.send_keys(&typed).await.map_err(Into::into)
    }

    /// Puts a filter into the box at once, then presses Enter.
    ///
    /// # Errors
    /// That the box is not there.
    pub async fn filter_by_script(&self, text: &str) -> Result<()> {
        let script = r#"
            const box = document.querySelector('input#filter');
            box.value = arguments[0];
            box.dispatchEvent(new InputEvent('input', {bubbles: true}));
            box.focus();"#;
        self.client.execute(script, vec![json!(text)]).await?;
        self.find("input#filter").await?.send_keys("\u{e007}").await.map_err(Into::into)
    }

    /// Shows a view, by the name of its tab.
    ///
    /// # Errors
    /// That there is no such tab, or that it does not open.
    pub async fn show(&self, view: &str) -> Result<()> {
        self.click(&format!(r#"[role=tab][data-view="{view}"]"#)).await?;
        self.find(&format!(r#"[role=tab][data-view="{view}"][aria-selected="true"]"#)).await.map(drop)
    }

    /// Waits for an element and clicks it.
    ///
    /// # Errors
    /// That it does not come, or cannot be clicked.
    pub async fn click(&self, selector: &str) -> Result<()> {
        let element = self.find(selector).await?;
        element.click().await.with_context(|| format!("cannot click {selector}"))
    }

    /// Waits for an element.
    ///
    /// # Errors
    /// That it does not come; what the page says of itself then.
    pub async fn find(&self, selector: &str) -> Result<Element> {
        let wait = self.client.wait().at_most(PATIENCE).every(Duration::from_millis(50));
        match wait.for_element(Locator::Css(selector)).await {
            Ok(element) => Ok(element),
            Err(error) => {
                let script = "return document.querySelector('#status')?.outerHTML ?? document.body.innerHTML";
                let status = self.client.execute(script, vec![]).await.unwrap_or(Value::Null);
                bail!("{selector} does not come ({error}); the page says {status}")
            }
        }
    }

    /// An element's text.
    ///
    /// # Errors
    /// That it does not come.
    pub async fn text(&self, selector: &str) -> Result<String> {
        Ok(self.find(selector).await?.text().await?)
    }

    /// Waits until an element has this in its text.
    ///
    /// # Errors
    /// That it does not come; the text that it has instead.
    pub async fn wait_for_text(&self, selector: &str, wanted: &str) -> Result<()> {
        let begun = std::time::Instant::now();
        loop {
            let text = self.text(selector).await.unwrap_or_default();
            if text.contains(wanted) {
                return Ok(());
            }
            if begun.elapsed() > PATIENCE {
                bail!("{selector} says {text:?}, not {wanted:?}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The text of the file with this ending that the page saves.
    ///
    /// # Errors
    /// That none is saved.
    pub async fn saved(&self, ending: &str) -> Result<String> {
        let begun = std::time::Instant::now();
        loop {
            let entries =
                std::fs::read_dir(&self.saved).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
            // While it is written, the file has another ending.
            let mut files = entries.filter(|file| file.extension().is_some_and(|known| known == ending));
            if let Some(file) = files.next() {
                return Ok(std::fs::read_to_string(file)?);
            }
            if begun.elapsed() > PATIENCE {
                bail!("no file with the ending {ending:?} was saved");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What a script returns.
    ///
    /// # Errors
    /// What the script throws.
    pub async fn run(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute(script, vec![]).await?)
    }
}

/// Chromium's driver, at a port that it chooses; ended with the value.
struct Driver {
    process: Child,
    address: String,
    // Kept open: the driver would be ended by writing into a closed pipe.
    _output: BufReader<ChildStdout>,
}

impl Driver {
    fn start() -> Result<Driver> {
        let program = find("chromedriver").context("chromedriver is missing: `cargo xtask test` installs it")?;
        // The port that it chooses can be another driver's by the time it listens there. It ends then.
        let mut tries = 5;
        loop {
            tries -= 1;
            match Driver::at_any_port(&program) {
                Err(_) if tries > 0 => {}
                driver => return driver,
            }
        }
    }

    fn at_any_port(program: &Path) -> Result<Driver> {
        let mut command = Command::new(program);
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().context("cannot start chromedriver")?;
        let output = process.stdout.take().context("chromedriver has no output")?;
        let mut driver = Driver { process, address: String::new(), _output: BufReader::new(output) };
        let mut line = String::new();
        while driver._output.read_line(&mut line)? > 0 {
            if let Some((_, port)) = line.trim_end().trim_end_matches('.').rsplit_once("successfully on port ") {
                driver.address = format!("http://127.0.0.1:{port}");
                return Ok(driver);
            }
            line.clear();
        }
        bail!("chromedriver ended without naming its port")
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The browser was closed before; a driver that has ended already is what we want.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The folder for what a browser with this profile saves.
fn saved(profile: &Path) -> PathBuf {
    profile.join("saved")
}

fn capabilities(profile: &Path) -> Result<Capabilities> {
    let browser = find("chromium").or_else(|| find("google-chrome")).context("chromium is missing")?;
    let arguments = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1280,800",
        &format!("--user-data-dir={}", profile.display()),
    ];
    let Value::Object(map) = json!({
        "goog:chromeOptions": {
            "binary": browser,
            "args": arguments,
            "prefs": {"download.default_directory": saved(profile), "download.prompt_for_download": false},
        },
        "timeouts": {"script": 300_000},
    }) else {
        bail!("capabilities are an object");
    };
    Ok(map)
}
