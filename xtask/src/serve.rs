//! A web server for the built page, on this machine only: files of one folder, under any path.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result, anyhow};
use tiny_http::{Header, Method, Request, Response, Server};

/// A browser opens six connections at once.
const THREADS: usize = 6;

/// A folder being served until the value is dropped.
pub struct Site {
    server: Arc<Server>,
    address: SocketAddr,
    prefix: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    threads: Vec<JoinHandle<()>>,
}

/// A request that reached the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// As `GET`.
    pub method: String,
    /// Path and query as they came.
    pub url: String,
    /// Bytes that came with the request.
    pub body: usize,
    /// The status of the answer.
    pub status: u16,
}

impl Site {
    /// Serves a folder under a path that begins and ends with a slash, at the first of the ports that is free.
    /// Port 0 is always free: the system then chooses.
    pub fn open(folder: &Path, prefix: &str, ports: &[u16]) -> Result<Site> {
        let mut refused = anyhow!("no port was given");
        for port in ports {
            match Server::http((Ipv4Addr::LOCALHOST, *port)) {
                Ok(server) => return Site::start(server, folder, prefix),
                Err(error) => refused = anyhow!("cannot listen on port {port}: {error}"),
            }
        }
        Err(refused)
    }

    /// The address of the folder, with a slash at its end.
    pub fn address(&self) -> String {
        format!("http://{}{}", self.address, self.prefix)
    }

    /// All requests so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until the server ends, which it does only with the process.
    pub fn wait(mut self) {
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }

    fn start(server: Server, folder: &Path, prefix: &str) -> Result<Site> {
        let address = server.server_addr().to_ip().context("the server has no network address")?;
        let server = Arc::new(server);
        let asked = Arc::new(Mutex::new(Vec::new()));
        let threads = (0..THREADS).map(|_| {
            let (server, asked) = (Arc::clone(&server), Arc::clone(&asked));
            let (folder, prefix) = (folder.to_path_buf(), prefix.to_owned());
            thread::spawn(move || {
                while let Ok(request) = server.recv() {
                    let entry = answer(request, &folder, &prefix);
                    asked.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
                }
            })
        });
        let threads = threads.collect();
        Ok(Site { server, address, prefix: prefix.to_owned(), asked, threads })
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        for _ in &self.threads {
            self.server.unblock();
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn answer(request: Request, folder: &Path, prefix: &str) -> Asked {
    let (method, url) = (request.method().to_string(), request.url().to_owned());
    let body = request.body_length().unwrap_or(0);
    let found = match request.method() {
        Method::Get | Method::Head => file(folder, prefix, &url).and_then(|path| Some((File::open(&path).ok()?, path))),
        _ => None,
    };
    // An answer that cannot be sent has lost its reader: there is nobody to tell.
    let status = match found {
        Some((file, path)) => {
            let response = Response::from_file(file)
                .with_header(header("Content-Type", content_type(&path)))
                .with_header(header("Cache-Control", "no-cache"))
                .with_header(header("X-Content-Type-Options", "nosniff"));
            let _ = request.respond(response);
            200
        }
        None => {
            let _ = request.respond(Response::from_string("There is no such file here.\n").with_status_code(404));
            404
        }
    };
    Asked { method, url, body, status }
}

/// The file that a URL names, if it stays inside the folder.
fn file(folder: &Path, prefix: &str, url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.strip_prefix(prefix)?;
    let path = PathBuf::from(unescaped(path)?);
    if !path.components().all(|part| matches!(part, Component::Normal(_))) {
        return None;
    }
    let file = folder.join(path);
    if file.is_dir() { Some(file.join("index.html")) } else { Some(file) }
}

/// Text in which `%41` stands for `A` (RFC 3986, section 2.1).
fn unescaped(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        rest = others;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = rest.get(2..)?;
    }
    String::from_utf8(bytes).ok()
}

/// Browsers compile wasm while it arrives only if it has its own type, and start module scripts only with theirs.
fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|ending| ending.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" | "webmanifest" => "application/json",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn header(name: &str, value: &str) -> Header {
    #[expect(clippy::unwrap_used, reason = "names and values are ASCII constants of this file")]
    Header::from_bytes(name, value).unwrap()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;

    fn ask(site: &Site, line: &str) -> String {
        let mut stream = TcpStream::connect(site.address).unwrap();
        write!(stream, "{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn serves_files_of_its_folder_and_no_others() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let site = Site::open(folder, "/sub/path/", &[0]).unwrap();
        let answer = ask(&site, "GET /sub/path/src/ser%76e.rs?query");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("Content-Type: application/octet-stream"), "{answer}");
        assert!(ask(&site, "GET /Cargo.toml").starts_with("HTTP/1.1 404"));
        assert!(ask(&site, "GET /sub/path/../Cargo.toml").starts_with("HTTP/1.1 404"));
        assert!(ask(&site, "GET /sub/path/%2e%2e/Cargo.toml").starts_with("HTTP/1.1 404"));
        assert!(ask(&site, "GET /sub/path//etc/passwd").starts_with("HTTP/1.1 404"));
        assert!(ask(&site, "POST /sub/path/src/serve.rs").starts_with("HTTP/1.1 404"));
        assert_eq!(site.asked().len(), 6);
    }

    #[test]
    fn a_port_in_use_is_passed_over() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let first = Site::open(folder, "/", &[0]).unwrap();
        let second = Site::open(folder, "/", &[first.address.port(), 0]).unwrap();
        assert_ne!(first.address(), second.address());
        assert!(Site::open(folder, "/", &[first.address.port()]).is_err());
    }

    #[test]
    fn escapes_are_read_and_broken_ones_refused() {
        assert_eq!(unescaped("a%20b").as_deref(), Some("a b"));
        assert_eq!(unescaped("a%2"), None);
        assert_eq!(unescaped("a%zz"), None);
        assert_eq!(unescaped("%ff"), None);
    }
}
