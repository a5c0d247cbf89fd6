//! The pairs view in a real browser: what is found, sorted, filtered, explained, pictured and handed in.

use super::{DOWN, ENTER, capture, page, value};
use anyhow::Result;
use tests::browser::Page;
use xtask::golden::table;
use xtask::shell::root;

const UP: &str = "\u{e013}";
const RIGHT: &str = "\u{e014}";
const END: &str = "\u{e010}";
const HOME: &str = "\u{e011}";
const SHIFT_F10: &str = "\u{e008}\u{e03a}\u{e000}";

/// Opens a capture and shows its pairs.
async fn pairs(page: &Page, file: &str) -> Result<()> {
    page.open("").await?;
    page.choose(&capture(file)).await?;
    page.show("pairs").await?;
    page.find("#pairs [data-at='0'] .name").await.map(drop)
}

#[test]
fn a_pair_leads_to_its_packets() {
    page(|page| async move {
        page.open("").await?;
        page.choose(&capture("pairs/wikipedia.pcap")).await?;
        page.show("pairs").await?;
        for row in table(&root().join("tests/pairs.tsv"))?.iter().filter(|row| row[0] == "pairs/wikipedia.pcap") {
            let query = if row[2] == "-" { String::new() } else { format!(r#"[data-query="{}"]"#, row[2]) };
            page.find(&format!(r#"#pairs [data-frame="{}"]{query}[data-status]"#, row[1])).await?;
        }
        // Inside the pair's row, the query's number and the SYN's are links.
        for frame in ["20", "22"] {
            page.show("pairs").await?;
            let script = format!(
                "const links = [...document.querySelectorAll('#pairs [data-frame=\"22\"] :is(a, button)')]; \
                 const link = links.find(link => /^\\D*{frame}$/.test(link.textContent.trim())); \
                 link?.click(); return link !== undefined"
            );
            assert_eq!(page.run(&script).await?, true, "the pair has no link to packet {frame}");
            page.find(r#"[role=tab][data-view="packets"][aria-selected="true"]"#).await?;
            page.find(&format!(r#"#packets [role=row][data-frame="{frame}"][aria-selected="true"]"#)).await?;
        }
        Ok(())
    });
}

#[test]
fn a_search_finds_a_site_by_a_name_that_its_answer_leads_through() {
    page(|page| async move {
        pairs(&page, "pairs/wikipedia.pcap").await?;
        let before = lines(&page).await?;
        // No lookup asks for this name: it stands only in an answer, as an alias.
        page.find("#pairs-search").await?.send_keys("text.pmtpa").await?;
        page.wait_for_text("#pairs [data-at='0']", "wikimedia.org").await?;
        page.find("#pairs-search").await?.send_keys(" no-such-part").await?;
        page.wait_for_text("#pairs .none", "no-such-part").await?;
        page.find("#pairs-search").await?.send_keys("\u{e00c}").await?;
        page.find("#pairs [data-at='0']").await?;
        assert_eq!(lines(&page).await?, before);
        Ok(())
    });
}

/// How many lines the table has in all.
async fn lines(page: &Page) -> Result<u64> {
    let script = "return Number(document.querySelector('#pairs').getAttribute('aria-rowcount')) - 1";
    Ok(page.run(script).await?.as_u64().unwrap_or_default())
}

/// The latencies of the first group in milliseconds, as they stand.
async fn latencies(page: &Page) -> Result<Vec<f64>> {
    let script = "return [...document.querySelectorAll('#pairs [data-at]')] \
        .sort((one, other) => one.dataset.at - other.dataset.at) \
        .filter(line => line.closest('.section').getAttribute('aria-label') === 'Lookups and their connections') \
        .map(line => line.querySelector('[data-value=latency]')?.textContent).filter(text => text)";
    let texts = page.run(script).await?;
    let texts = texts.as_array().into_iter().flatten().filter_map(|text| text.as_str());
    let number = |text: &str| {
        let (number, unit) = text.trim().split_once(' ').unwrap_or_default();
        let scale = if unit == "s" {
            1_000.0
        } else if unit == "µs" {
            0.001
        } else {
            1.0
        };
        number.parse::<f64>().unwrap_or(f64::NAN) * scale
    };
    Ok(texts.map(number).collect())
}

#[test]
fn a_click_on_a_title_sorts_and_another_turns_it_round() {
    page(|page| async move {
        pairs(&page, "pairs/wikipedia.pcap").await?;
        page.click("#pair-head-answered").await?;
        page.find("#pair-head-answered[aria-sort='ascending']").await?;
        wait_until(&page, |latencies| latencies.len() > 2 && latencies.is_sorted()).await?;
        page.click("#pair-head-answered").await?;
        page.find("#pair-head-answered[aria-sort='descending']").await?;
        wait_until(&page, |latencies| latencies.len() > 2 && latencies.iter().rev().is_sorted()).await
    });
}

async fn wait_until(page: &Page, holds: fn(&[f64]) -> bool) -> Result<()> {
    let mut seen = Vec::new();
    for _ in 0..100 {
        seen = latencies(page).await?;
        if holds(&seen) {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    anyhow::bail!("the latencies stand as {seen:?}")
}

#[test]
fn a_status_is_a_filter() {
    page(|page| async move {
        pairs(&page, "pairs/wikipedia.pcap").await?;
        let all = lines(&page).await?;
        page.click(".status-chip:not([data-status='paired'])").await?;
        page.find(".status-chip[aria-pressed='true']").await?;
        page.find("#pairs:not(:has([data-status='paired']))").await?;
        let some = lines(&page).await?;
        assert!((1..all).contains(&some), "{some} of {all}");
        page.click(".status-chip[aria-pressed='true']").await?;
        page.find("#pairs:has([data-status='paired'])").await.map(drop)
    });
}

#[test]
fn a_click_on_a_value_of_the_chosen_line_filters_the_packets() {
    page(|page| async move {
        pairs(&page, "pairs/wikipedia.pcap").await?;
        page.find("#pairs [data-at='0'][aria-selected='true']").await?;
        page.click("#pairs [data-at='0'] [data-value='address']").await?;
        page.wait_for_text(".menu", "ip.addr == ").await?;
        page.click(".menu [role=menuitem]").await?;
        page.find("[role=tab][data-view='packets'][aria-selected='true']").await?;
        page.find("#status[data-state='ready']:not([data-displayed='0'])").await?;
        assert!(value(&page).await?.starts_with("ip.addr == "));
        Ok(())
    });
}

#[test]
fn every_filter_that_a_line_offers_is_understood() {
    page(|page| async move {
        pairs(&page, "pairs/wikipedia.pcap").await?;
        let mut filters = std::collections::BTreeSet::new();
        for name in ["name", "kind", "asked", "latency", "address", "port", "delay", "handshake", "status"] {
            let selector = format!("#pairs [data-at='0'] [data-value='{name}']");
            page.find(&selector).await?;
            let right = format!(
                "document.querySelector(\"{selector}\").dispatchEvent(new MouseEvent('contextmenu', \
                 {{bubbles: true, cancelable: true, clientX: 300, clientY: 300}}))"
            );
            page.run(&right).await?;
            page.find(".menu [role=menuitem] small").await?;
            let notes = "return [...document.querySelectorAll('.menu small')].map(note => note.textContent)";
            let notes = page.run(notes).await?;
            let notes = notes.as_array().into_iter().flatten().filter_map(|note| note.as_str());
            filters.extend(notes.filter(|note| !note.is_empty()).map(str::to_owned));
            page.run("document.querySelector('.veil').click()").await?;
        }
        assert!(filters.len() > 15, "{filters:?}");
        for filter in filters {
            page.filter_by_script(&filter).await?;
            page.find("#status[data-state='ready']:not([data-displayed='0'])").await?;
            page.find("input#filter:not([aria-invalid='true'])").await?;
        }
        Ok(())
    });
}

#[test]
fn the_hand_in_names_the_site_and_its_syn() {
    page(|page| async move {
        pairs(&page, "pairs/wikipedia.pcap").await?;
        page.click("#pairs [data-frame='50']").await?;
        page.wait_for_text("#evidence", "meta.wikimedia.org").await?;
        page.click("#report").await?;
        let html = page.saved("html").await?;
        page.find("#report:not(:disabled)").await?;
        page.click("#report-menu").await?;
        page.click(".menu [role=menuitem]:nth-child(2)").await?;
        let markdown = page.saved("md").await?;
        for text in [html, markdown] {
            for wanted in ["meta.wikimedia.org", "wikipedia.pcap", "50", "SHA-256"] {
                assert!(text.contains(wanted), "{wanted:?} is not in {text}");
            }
        }
        Ok(())
    });
}

#[test]
fn a_page_load_is_a_picture_that_can_be_saved() {
    page(|page| async move {
        pairs(&page, "pairs/wikipedia.pcap").await?;
        page.click("#pairs [data-frame='50']").await?;
        page.click(".modes button:nth-child(3)").await?;
        page.wait_for_text("#load", "meta.wikimedia.org").await?;
        page.find("#load [aria-selected='true'] [data-go='50']").await?;
        page.click("#save-picture").await?;
        let picture = page.saved("svg").await?;
        assert!(picture.starts_with("<svg") && picture.contains("meta.wikimedia.org"), "{picture}");
        // A part of a bar is a link to its packet.
        page.run(
            "document.querySelector('#load [data-go=\"50\"]').dispatchEvent(new MouseEvent('click', {bubbles: true}))",
        )
        .await?;
        page.find(r##"#packets [role=row][data-frame="50"][aria-selected="true"]"##).await.map(drop)
    });
}

#[test]
fn names_stand_beside_addresses_until_they_are_switched_off() {
    page(|page| async move {
        pairs(&page, "pairs/wikipedia.pcap").await?;
        page.click("#pairs [data-frame='22'] .connected a").await?;
        page.wait_for_text("#packets [data-frame='22'] .destination", "upload.wikimedia.org").await?;
        page.click("#names").await?;
        page.find("#packets[data-names='false']").await?;
        let shown = page.text("#packets [data-frame='22'] .destination").await?;
        assert!(!shown.contains("upload") && shown.contains('.'), "{shown}");
        // The choice outlives the visit.
        page.open("").await?;
        page.choose(&capture("pairs/wikipedia.pcap")).await?;
        page.find("#names[aria-pressed='false']").await.map(drop)
    });
}

#[test]
fn the_pairs_need_no_mouse() {
    page(|page| async move {
        pairs(&page, "pairs/wikipedia.pcap").await?;
        page.find("#pairs-search").await?.send_keys(DOWN).await?;
        page.find("#pairs:focus").await?;
        let table = page.find("#pairs").await?;
        table.send_keys(END).await?;
        let last = lines(&page).await? - 1;
        page.find(&format!("#pairs [data-at='{last}'][aria-selected='true']")).await?;
        table.send_keys(&format!("{HOME}{RIGHT}{RIGHT}{RIGHT}")).await?;
        page.find("#pair-0-answered.active").await?;
        // What can be done with the cell, and back.
        table.send_keys(SHIFT_F10).await?;
        page.find(".menu [role=menuitem]:focus").await?.send_keys("\u{e00c}").await?;
        page.find("#pairs:focus").await?;
        // The titles stand above the first line; Enter sorts.
        table.send_keys(&format!("{UP}{ENTER}")).await?;
        page.find("#pair-head-answered[aria-sort='ascending']").await?;
        table.send_keys(DOWN).await?;
        page.find("#pair-0-answered.active").await?;
        let script = "return document.querySelector('#pair-0-answered a').dataset.go";
        let frame = page.run(script).await?;
        table.send_keys(ENTER).await?;
        let row =
            format!("#packets [role=row][data-frame='{}'][aria-selected='true']", frame.as_str().unwrap_or_default());
        page.find(&row).await.map(drop)
    });
}
