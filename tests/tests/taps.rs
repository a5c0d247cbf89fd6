//! Statistics of whole captures, held against what tshark prints of them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use analyzer::field::Kind;
use tests::differences::{Aspect, Difference, Known};
use tests::programs::inspect;
use xtask::captures::{all, name};
use xtask::golden::taps::{Tap, read, rows, split};

#[test]
fn statistics_are_those_of_tshark() {
    let goldens: Vec<_> = all().unwrap().into_iter().map(|capture| (name(&capture), read(&capture).unwrap())).collect();
    let empty = empty_tables(goldens.iter().flat_map(|(_, taps)| taps));
    let known = protocols();
    let mut found = Vec::new();
    let (mut compared, mut with_rows) = (0, BTreeSet::new());
    for (capture, taps) in &goldens {
        let mut arguments = vec!["-n", "-q", "-r", capture];
        arguments.extend(taps.iter().rev().flat_map(|tap| ["-z", &tap.name]));
        let output = inspect(&arguments).unwrap();
        let ours = split(&String::from_utf8_lossy(&output.stdout));
        if ours.len() != taps.len() {
            let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            found.push(difference(capture, "-z", format!("{} of {} statistics: {words}", ours.len(), taps.len())));
            continue;
        }
        for (Tap { name, text }, ours) in taps.iter().zip(&ours) {
            compared += 1;
            if !text.is_empty() {
                with_rows.insert(name.split(',').take(2).collect::<Vec<_>>().join(","));
            }
            let theirs = if text.is_empty() { &empty[name.as_str()] } else { text };
            let [theirs, ours] = match name.starts_with("io,phs") {
                true => common(theirs, ours, &known),
                false => [theirs.clone(), ours.clone()],
            };
            if theirs != ours {
                found.push(difference(capture, name, first_difference(&theirs, &ours)));
            }
        }
    }
    println!("{compared} statistics, {} of them other than tshark's", found.len());
    assert!(compared > 1000);
    // Each has a capture in which there is something to count.
    assert_eq!(with_rows.len(), 13, "{with_rows:?}");
    let words = Known::read(Aspect::Tap).unwrap().judge(&found);
    assert!(words.is_empty(), "\n{words}");
}

#[test]
fn statistics_stand_behind_the_packet_list_and_none_hides_them() {
    let printed = |arguments: &[&str]| {
        let output = inspect(arguments).unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let capture = ["-r", "pairs/wikipedia.pcap"];
    let list = printed(&capture);
    let statistics = printed(&[&capture[..], &["-q", "-z", "conv,tcp", "-z", "io,phs"]].concat());
    assert_eq!(printed(&[&capture[..], &["-z", "conv,tcp", "-z", "io,phs"]].concat()), list.clone() + &statistics);
    assert_eq!(printed(&[&capture[..], &["-q"]].concat()), "");
    // The filter of the list is none of the statistics.
    let filtered = printed(&[&capture[..], &["-q", "-Y", "dns", "-z", "conv,tcp", "-z", "io,phs"]].concat());
    assert_eq!(filtered, statistics);
}

#[test]
fn only_the_packets_that_are_read_are_counted() {
    let output =
        inspect(&["-r", "pairs/wikipedia.pcap", "-c", "3", "-q", "-z", "io,phs", "-z", "endpoints,eth"]).unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let [endpoints, tree] = split(&printed).try_into().unwrap();
    let packets: u64 = rows(&endpoints).filter_map(|row| row.split_whitespace().nth(1)?.parse::<u64>().ok()).sum();
    assert_eq!(packets, 6, "{endpoints}");
    assert!(tree.contains("frames:3 "), "{tree}");
}

#[test]
fn what_is_asked_wrongly_is_said_at_once() {
    for (statistic, words) in [
        (
            "conv,foo",
            "read here:\n  conv,TYPE[,FILTER]\n  endpoints,TYPE[,FILTER]\n  follow,tcp,ascii|hex|raw,STREAM\n",
        ),
        ("conv,foo", "A TYPE is one of eth, ip, ipv6, tcp, udp;"),
        ("conv", "-z conv is none of the statistics"),
        ("convoy,tcp", "-z convoy,tcp is none of the statistics"),
        ("io,stat,often", "the interval is a number of seconds"),
        ("io,stat,-1", "the interval is at least 0.000001 seconds"),
        ("io,stat,0.0000001", "the interval is at least 0.000001 seconds"),
        ("conv,tcp,tcp.prt == 80", "tcp.prt"),
        ("io,stat,1,dns,tcp.prt", "tcp.prt"),
    ] {
        let output = inspect(&["-q", "-r", "no such file", "-z", statistic]).unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains(words), "{statistic}: {said}");
    }
}

fn difference(capture: &str, tap: &str, words: String) -> Difference {
    Difference { aspect: Aspect::Tap, capture: capture.to_owned(), field: tap.to_owned(), words }
}

fn first_difference(theirs: &str, ours: &str) -> String {
    let longer = theirs.lines().count().max(ours.lines().count());
    let line = |text: &str, at: usize| text.lines().nth(at).unwrap_or("nothing").to_owned();
    let differs = (0..longer).find(|at| line(theirs, *at) != line(ours, *at));
    differs.map_or_else(
        || "the last line's end".into(),
        |at| format!("`{}` is not `{}`", line(theirs, at), line(ours, at)),
    )
}

/// What is printed for each statistic where nothing is counted: a recorded table without its rows.
fn empty_tables<'a>(taps: impl Iterator<Item = &'a Tap>) -> BTreeMap<&'a str, String> {
    let mut tables = BTreeMap::new();
    for tap in taps.filter(|tap| !tap.text.is_empty()) {
        tables.entry(tap.name.as_str()).or_insert_with(|| {
            let counted: BTreeSet<&str> = rows(&tap.text).collect();
            let lines = tap.text.split_inclusive('\n');
            lines.filter(|line| !counted.contains(line.trim_end_matches('\n'))).collect()
        });
    }
    tables
}

/// The names of the protocols that we read.
fn protocols() -> BTreeSet<&'static str> {
    let fields = analyzer::protocols::standard().fields().iter();
    let names = fields.filter(|field| field.kind == Kind::Protocol).map(|field| field.name);
    names.chain(["tcp.segments"]).collect()
}

/// Two trees of protocols, as far as they can be compared: without the protocols that we do not read, whatever stands on
/// them, and, wherever one of those is left out, without the bytes of no known protocol, as which we read it. The order of
/// the branches is compared where nothing is left out.
fn common(theirs: &str, ours: &str, known: &BTreeSet<&str>) -> [String; 2] {
    let is_known = |protocol: &String| known.contains(protocol.as_str());
    let mut unread: BTreeSet<Vec<String>> = BTreeSet::new();
    for (path, _) in branches(theirs) {
        let at = path.iter().position(|protocol| !is_known(protocol));
        unread.extend(at.map(|at| path[..at].to_vec()));
    }
    if unread.is_empty() {
        return [theirs.to_owned(), ours.to_owned()];
    }
    [theirs, ours].map(|text| {
        let mut counted: BTreeMap<Vec<String>, Vec<u64>> = BTreeMap::new();
        for (path, numbers) in branches(text) {
            let kept: Vec<String> = path.iter().filter(|protocol| is_known(protocol)).cloned().collect();
            let hidden = (0..kept.len()).any(|at| kept[at] == "data" && unread.contains(&kept[..at]));
            if path.last().is_some_and(is_known) && !hidden {
                let sums = counted.entry(kept).or_insert_with(|| vec![0; numbers.len()]);
                sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
            }
        }
        counted.iter().map(|(path, numbers)| format!("{} {numbers:?}\n", path.join(" "))).collect()
    })
}

/// The lines of a tree of protocols: the protocol behind those that it stands on, outermost first, and its numbers.
fn branches(text: &str) -> Vec<(Vec<String>, Vec<u64>)> {
    let mut path: Vec<String> = Vec::new();
    let branch = |line: &str| {
        let (protocol, numbers) = line.split_once(" frames:")?;
        let depth = (protocol.len() - protocol.trim_start().len()) / 2;
        path.truncate(depth);
        path.push(protocol.trim().to_owned());
        let numbers = numbers.split(" bytes:").map(|number| number.parse().unwrap());
        Some((path.clone(), numbers.collect()))
    };
    text.lines().filter_map(branch).collect()
}

#[test]
fn of_two_trees_only_what_both_read_is_compared() {
    let tree = |lines: &[&str]| lines.iter().map(|line| format!("{line} frames:1 bytes:2\n")).collect::<String>();
    let known = BTreeSet::from(["eth", "udp", "data", "dns"]);
    let theirs = tree(&["eth", "  udp", "    ntp", "      data", "    gtp", "      dns"]);
    let alike = |ours: &[&str]| {
        let [left, right] = common(&theirs, &tree(ours), &known);
        left == right
    };
    assert!(alike(&["eth", "  udp", "    data", "    dns"]));
    assert!(!alike(&["eth", "  udp", "    data"]) && !alike(&["eth", "  udp", "    dns", "  dns"]));
    // Where nothing is left out, everything is compared.
    let [left, right] = common(&tree(&["eth", "  data"]), &tree(&["eth"]), &known);
    assert_ne!(left, right);
}
