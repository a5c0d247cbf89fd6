//! How questions and answers belong together.

use super::{CLIENT, CLIENT6, Named, OTHER, RESOLVER, Scene, end, ip};
use crate::packet::{A, AAAA, Message, PTR, Record, get, hello, udp};

pub(super) const SCENES: &[Named] = &[
    ("dns_over_tcp", dns_over_tcp),
    ("truncated", truncated),
    ("repeated", repeated),
    ("asked_anew", asked_anew),
    ("negative", negative),
    ("random_case", random_case),
    ("wrong_answers", wrong_answers),
    ("several_questions", several_questions),
    ("use_of_lookups", use_of_lookups),
    ("mdns", mdns),
    ("llmnr", llmnr),
];

/// The connection that carries the question is one to the resolver.
fn dns_over_tcp(scene: &mut Scene) {
    let question = Message::asks(1, "www.example.com", A);
    let answer = question.answered(&[Record::address("www.example.com", 60, ip("93.184.216.34"))]);
    over_tcp(scene, 0, &question, &answer);
    scene.knock(100, CLIENT, "93.184.216.34:443");
}

/// An answer that does not fit is asked for again over TCP.
fn truncated(scene: &mut Scene) {
    let question = Message::asks(1, "www.example.com", A);
    let answer = question.answered(&[Record::address("www.example.com", 60, ip("93.184.216.34"))]);
    let (client, resolver) = (end("10.0.2.15:50001"), end(RESOLVER));
    scene.add(0, &udp(client, resolver, &question.bytes()));
    scene.add(10, &udp(resolver, client, &question.truncated().bytes()));
    over_tcp(scene, 20, &question.with_id(2), &answer.with_id(2));
    scene.knock(100, CLIENT, "93.184.216.34:443");
}

fn over_tcp(scene: &mut Scene, at: u32, question: &Message, answer: &Message) {
    let mut talk = scene.talk(CLIENT, RESOLVER);
    scene.add(at, &talk.syn());
    scene.add(at + 5, &talk.accept());
    scene.add(at + 6, &talk.acknowledge());
    scene.add(at + 7, &talk.send(&question.in_tcp()));
    scene.add(at + 17, &talk.receive(&answer.in_tcp()));
}

/// A question that is sent twice, an answer that comes twice, and the same question anew.
fn repeated(scene: &mut Scene) {
    let question = Message::asks(1, "www.example.com", A);
    let answer = question.answered(&[Record::address("www.example.com", 60, ip("93.184.216.34"))]);
    let (client, resolver) = (end("10.0.2.15:50001"), end(RESOLVER));
    scene.add(0, &udp(client, resolver, &question.bytes()));
    scene.add(1000, &udp(client, resolver, &question.bytes()));
    scene.add(1010, &udp(resolver, client, &answer.bytes()));
    scene.add(1011, &udp(resolver, client, &answer.bytes()));
    scene.knock(1100, CLIENT, "93.184.216.34:443");
    scene.add(5000, &udp(client, resolver, &question.bytes()));
}

/// A question without an answer is sent again, at last after as long as a resolver may wait; what comes later, with the same
/// id even, is another question. The same over multicast DNS: what is announced after a long silence answers nobody.
fn asked_anew(scene: &mut Scene) {
    let question = Message::asks(1, "www.example.com", A);
    let answer = question.answered(&[Record::address("www.example.com", 60, ip("93.184.216.34"))]);
    let (client, resolver) = (end("10.0.2.15:50001"), end(RESOLVER));
    for at in [0, 5_000, 35_000, 65_001] {
        scene.add(at, &udp(client, resolver, &question.bytes()));
    }
    scene.add(65_010, &udp(resolver, client, &answer.bytes()));
    scene.knock(65_030, CLIENT, "93.184.216.34:443");
    let (host, group) = (end("10.0.2.15:5353"), end("224.0.0.251:5353"));
    for at in [70_000, 71_000, 102_000] {
        scene.add(at, &udp(host, group, &Message::asks_all(0, "printer.local", A).bytes()));
    }
    let printer = [Record::address("printer.local", 120, ip("10.0.2.40"))];
    scene.add(140_000, &udp(end("10.0.2.40:5353"), group, &Message::tells_all(&printer, &[]).bytes()));
    scene.knock(140_020, CLIENT, "10.0.2.40:443");
}

/// No answer, no such name, no address, and a server that failed: none leads anywhere.
fn negative(scene: &mut Scene) {
    let (_, [client, resolver]) = scene.ask(CLIENT);
    scene.add(0, &udp(client, resolver, &Message::asks(1, "silent.example", A).bytes()));
    for (at, (name, code)) in
        (100..).step_by(100).zip([("absent.example", 3), ("empty.example", 0), ("ill.example", 2)])
    {
        let (id, [client, resolver]) = scene.ask(CLIENT);
        let question = Message::asks(id, name, A);
        scene.add(at, &udp(client, resolver, &question.bytes()));
        scene.add(at + 10, &udp(resolver, client, &question.failed(code).bytes()));
    }
    scene.knock(500, CLIENT, "203.0.113.9:443");
}

/// Clients mix the case of a name so that answers are hard to forge; whatever comes back, it is the same name.
fn random_case(scene: &mut Scene) {
    let records = [Record::address("www.example.com", 60, ip("93.184.216.34"))];
    scene.exchange(0, CLIENT, "wWw.eXaMple.cOm", A, &records);
    let (id, [client, resolver]) = scene.ask(CLIENT);
    scene.add(100, &udp(client, resolver, &Message::asks(id, "WWW.example.COM", A).bytes()));
    let answer = Message::asks(id, "www.example.com", A).answered(&records);
    scene.add(110, &udp(resolver, client, &answer.bytes()));
    scene.visit(200, CLIENT, "93.184.216.34:443", &hello("www.Example.com", "h2"));
}

/// Messages that answer no question: another id, another question, another server, another port.
fn wrong_answers(scene: &mut Scene) {
    let (client, resolver) = (end("10.0.2.15:50001"), end(RESOLVER));
    let question = Message::asks(7, "www.example.com", A);
    let answer = |message: &Message, address: &str| {
        message.answered(&[Record::address("www.example.com", 60, ip(address))]).bytes()
    };
    let evil = Message::asks(7, "evil.example", A);
    let evil = evil.answered(&[Record::address("evil.example", 60, ip("203.0.113.2"))]).bytes();
    scene.add(0, &udp(client, resolver, &question.bytes()));
    scene.add(5, &udp(resolver, client, &answer(&question.clone().with_id(8), "203.0.113.1")));
    scene.add(6, &udp(resolver, client, &evil));
    scene.add(7, &udp(end("10.0.2.4:53"), client, &answer(&question, "203.0.113.3")));
    scene.add(8, &udp(resolver, end("10.0.2.15:50002"), &answer(&question, "203.0.113.4")));
    scene.add(10, &udp(resolver, client, &answer(&question, "93.184.216.34")));
    scene.knock(100, CLIENT, "93.184.216.34:443");
}

/// Two questions in one message, which hardly anybody sends: each is a lookup.
fn several_questions(scene: &mut Scene) {
    let (client, resolver) = (end("10.0.2.15:50001"), end(RESOLVER));
    let question = Message::asks(1, "www.example.com", A).and("www.example.com", AAAA);
    let answer = question.answered(&[Record::address("www.example.com", 60, ip("93.184.216.34"))]);
    scene.add(0, &udp(client, resolver, &question.bytes()));
    scene.add(10, &udp(resolver, client, &answer.bytes()));
    scene.knock(100, CLIENT, "93.184.216.34:443");
}

/// Used at once, used 12 s later, used in its twin, never used.
fn use_of_lookups(scene: &mut Scene) {
    scene.lookup(0, CLIENT, "now.example", &[("93.184.216.34", 600)]);
    scene.lookup(10, CLIENT, "now.example", &[("2001:db8:34::34", 600)]);
    scene.lookup(30, CLIENT, "later.example", &[("198.51.100.7", 600)]);
    scene.lookup(50, CLIENT, "never.example", &[("198.51.100.8", 600)]);
    scene.visit(100, CLIENT, "93.184.216.34:443", &hello("now.example", "h2"));
    scene.knock(12_040, CLIENT, "198.51.100.7:443");
    scene.knock(13_000, CLIENT, "93.184.216.34:443");
}

/// One host asks all and one tells all: every host has heard. Another tells without being asked.
fn mdns(scene: &mut Scene) {
    let group = end("224.0.0.251:5353");
    let printer = [Record::address("printer.local", 120, ip("10.0.2.40"))];
    let speaker = [Record::address("speaker.local", 120, ip("10.0.2.41"))];
    let service = [Record::pointer("_ipp._tcp.local", 4500, "Scanner._ipp._tcp.local")];
    let scanner = [Record::address("scanner.local", 120, ip("10.0.2.42"))];
    scene.add(0, &udp(end("10.0.2.15:5353"), group, &Message::asks_all(0, "printer.local", A).bytes()));
    scene.add(50, &udp(end("10.0.2.40:5353"), group, &Message::tells_all(&printer, &[]).bytes()));
    scene.knock(100, CLIENT, "10.0.2.40:443");
    scene.knock(110, OTHER, "10.0.2.40:443");
    scene.add(200, &udp(end("10.0.2.41:5353"), group, &Message::tells_all(&speaker, &[]).bytes()));
    scene.knock(300, OTHER, "10.0.2.41:443");
    scene.add(400, &udp(end("10.0.2.15:5353"), group, &Message::asks_all(0, "_ipp._tcp.local", PTR).bytes()));
    scene.add(450, &udp(end("10.0.2.42:5353"), group, &Message::tells_all(&service, &scanner).bytes()));
    scene.visit(500, CLIENT, "10.0.2.42:80", &get("scanner.local"));
}

/// The question goes to a group, the answer comes from a host.
fn llmnr(scene: &mut Scene) {
    let question = Message::asks_all(9, "fileserver", A);
    let answer = question.answered(&[Record::address("fileserver", 30, ip("10.0.2.50"))]);
    scene.add(0, &udp(end("10.0.2.15:50009"), end("224.0.0.252:5355"), &question.bytes()));
    scene.add(5, &udp(end("10.0.2.50:5355"), end("10.0.2.15:50009"), &answer.bytes()));
    scene.knock(20, CLIENT, "10.0.2.50:443");
    let question = Message::asks_all(10, "nobody", AAAA);
    for at in [100, 200] {
        scene.add(at, &udp(end(&format!("[{CLIENT6}]:50010")), end("[ff02::1:3]:5355"), &question.bytes()));
    }
}
