//! The whole chain: the launcher starts a guest, which resolves a name and opens a page; what is captured says so in the
//! terminal and on the page.

use super::desk::{Desk, guest, in_lab, packets, udp_from};
use tests::{
    browser::with_page,
    launched::Launched,
    pairs::{connections, packet, text},
    programs::skipped,
};

#[test]
fn a_site_that_the_guest_opens_is_a_pair_in_the_terminal_and_on_the_page() {
    let test = "a_site_that_the_guest_opens_is_a_pair_in_the_terminal_and_on_the_page";
    let plan = "timeout 10 wget -q -O /dev/null http://www.example.com/page && say opened\npoweroff -f\n";
    let desk = Desk::new();
    let Some((_, words)) = guest(test, &desk, plan) else { return };
    let Some(mut command) = in_lab(test, &[], words) else { return };
    let mut launched = Launched::command(&mut command);
    launched.hear("opened");
    assert_eq!(launched.end().code(), Some(0), "{}", launched.said());
    let said = launched.said();
    assert!(said.contains("powered off from within"), "{said}");

    let packets = packets(&desk.capture);
    let position = |what: &str, is: &dyn Fn(&[u8]) -> bool| {
        packets
            .iter()
            .position(|(_, frame)| is(frame))
            .unwrap_or_else(|| panic!("no {what} in {} packets", packets.len()))
    };
    let holds = |frame: &[u8], bytes: &[u8]| frame.windows(bytes.len()).any(|window| window == bytes);
    let tcp =
        |frame: &[u8], flags: u8| frame.len() > 47 && frame[12..14] == [8, 0] && frame[23] == 6 && frame[47] == flags;
    let answer = position("DNS answer", &|frame| udp_from(frame, 53) && holds(frame, b"\x03www\x07example\x03com"));
    let syn = position("SYN", &|frame| tcp(frame, 2) && frame[30..34] == [192, 0, 2, 34]);
    let request = position("request", &|frame| holds(frame, b"GET /page HTTP/1.1\r\n"));
    let page = position("page", &|frame| holds(frame, b"This is /page of www.example.com."));
    assert!(answer < syn && syn < request && request < page, "{answer} {syn} {request} {page}");

    let pairs = connections(&desk.capture).unwrap();
    let pair = pairs.iter().find(|pair| text(pair, "name") == "www.example.com").unwrap_or_else(|| panic!("{pairs:?}"));
    assert_eq!(text(pair, "status"), "paired", "{pair:?}");
    let number = |position: usize| position as u64 + 1;
    assert_eq!((packet(pair, "response"), packet(pair, "frame")), (number(answer), number(syn)), "{pair:?}");
    let query = packet(pair, "query");
    assert!(0 < query && query < number(answer), "{pair:?}");

    if skipped("page") {
        return;
    }
    let capture = desk.capture.clone();
    with_page("/", move |page| async move {
        page.open("").await?;
        page.choose(&capture).await?;
        page.show("pairs").await?;
        let row = format!(r#"#pairs [data-frame="{}"][data-query="{query}"][data-status]"#, number(syn));
        page.wait_for_text(&row, "www.example.com").await
    })
    .unwrap();
}
