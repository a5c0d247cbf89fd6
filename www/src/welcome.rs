//! The empty page: where to drop a capture, and the exercise in three steps.

use crate::filter::icon;
use crate::header;
use crate::opening;
use crate::page::Page;
use leptos::prelude::*;

/// The sample that stands beside the page.
const SAMPLE: &str = "sample/lab1.pcap";

/// What is shown without a capture.
#[component]
pub(crate) fn Welcome(page: Page) -> impl IntoView {
    view! {
        <main class="welcome">
            <div class="sheet-of-paper">
                <h2>"See which lookup led to which connection"</h2>
                <p class="what">
                    "Dropcap reads a packet capture, filters it as Wireshark does, and pairs every connection with the DNS lookup that led to it."
                </p>
                {move || {
                    page.failure
                        .get()
                        .map(|words| {
                            view! {
                                <p class="failure" role="alert">
                                    {icon("cross")}
                                    <span>{words}</span>
                                </p>
                            }
                        })
                }}
                <button class="target" on:click=move |_| header::choose()>
                    {icon("drop")}
                    <span class="big">"Drop a capture here, or " <u>"choose a file"</u></span>
                    <span>"It is read in this tab and sent nowhere."</span>
                </button>
                <p class="sample">
                    "None at hand? "
                    <button class="link" on:click=move |_| opening::fetch(page, SAMPLE)>
                        "Open a sample capture"
                    </button>
                </p>
                <ol class="steps">
                    <li>
                        <b>"Launch the machine"</b>
                        <code>"tinycore -f tc.qcow2 -c output.pcap"</code>
                    </li>
                    <li>
                        <b>"Open a site in it"</b>
                        <span>"Then shut the machine down."</span>
                    </li>
                    <li>
                        <b>"Drop output.pcap here"</b>
                        <span>"Each SYN is shown beside its lookup."</span>
                    </li>
                </ol>
                <p class="formats">"pcap and pcapng, plain or compressed with gzip, zstd or lz4"</p>
            </div>
        </main>
    }
}
