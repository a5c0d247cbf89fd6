//! A web server for the built page, on this machine only: files of one folder, under any path.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, anyhow};
use axum::Router;
use axum::body::HttpBody;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tower_http::services::ServeDir;

/// A folder being served until the value is dropped.
pub struct Site {
    runtime: Option<Runtime>,
    address: SocketAddr,
    prefix: String,
    log: Log,
}

/// The requests so far, in the order of their answers.
type Log = Arc<Mutex<Vec<Asked>>>;

/// A request that reached the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// As `GET`.
    pub method: String,
    /// Path and query as they came.
    pub url: String,
    /// Bytes that came with the request, as far as it says.
    pub body: u64,
    /// The status of the answer.
    pub status: u16,
}

impl Site {
    /// Serves a folder under a path that begins and ends with a slash, at the first of the ports that is free.
    /// Port 0 is always free: the system then chooses.
    pub fn open(folder: &Path, prefix: &str, ports: &[u16]) -> Result<Site> {
        let runtime = Runtime::new().context("cannot start the web server")?;
        let mut refused = anyhow!("no port was given");
        for port in ports {
            match runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, *port))) {
                Ok(listener) => return Site::start(runtime, listener, folder, prefix),
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
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Serves until the process ends.
    pub fn wait(mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.block_on(std::future::pending())
        }
    }

    fn start(runtime: Runtime, listener: TcpListener, folder: &Path, prefix: &str) -> Result<Site> {
        let address = listener.local_addr().context("the server has no network address")?;
        let log = Log::default();
        let files = ServeDir::new(folder);
        let routes = match prefix {
            "/" => Router::new().fallback_service(files),
            _ => Router::new().nest_service(prefix, files),
        };
        let routes = routes.layer(middleware::from_fn_with_state(Arc::clone(&log), noted));
        runtime.spawn(async move { axum::serve(listener, routes).await });
        Ok(Site { runtime: Some(runtime), address, prefix: prefix.to_owned(), log })
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // Tests drop it inside a runtime of theirs, where waiting for this one is not allowed.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Answers a request, notes it, and keeps the browser from showing an older page or guessing a type.
async fn noted(State(log): State<Log>, request: Request, next: Next) -> Response {
    let (method, url) = (request.method().to_string(), request.uri().to_string());
    let body = request.body().size_hint().lower();
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let asked = Asked { method, url, body, status: response.status().as_u16() };
    log.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
    response
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
        assert!(answer.contains("content-type: text/x-rust"), "{answer}");
        assert!(answer.contains("x-content-type-options: nosniff"), "{answer}");
        assert!(ask(&site, "GET /Cargo.toml").starts_with("HTTP/1.1 404"));
        assert!(ask(&site, "GET /sub/path/../Cargo.toml").starts_with("HTTP/1.1 404"));
        assert!(ask(&site, "GET /sub/path/%2e%2e/Cargo.toml").starts_with("HTTP/1.1 404"));
        assert!(ask(&site, "GET /sub/path//etc/passwd").starts_with("HTTP/1.1 404"));
        assert!(ask(&site, "POST /sub/path/src/serve.rs").starts_with("HTTP/1.1 405"));
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
}
