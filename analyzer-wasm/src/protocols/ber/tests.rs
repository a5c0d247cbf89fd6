//! What a type reads of a content, and what is read of it once more.
#![allow(unreachable_pub, reason = "fields are public where a protocol is")]

use super::*;
use crate::dissect::{Key, Next, Protocol, Protocols, Tables};
use crate::protocols;
use crate::protocols::testing::{IndexPass, datagram};
use std::sync::LazyLock;

static PROTOCOL: Protocol = Protocol {
    name: "toy",
    title: "Toy Protocol",
    column: "TOY",
    tables: &[("udp.port", Key::Number(9000))],
    fields: FIELDS,
    dissect: |l| TOY.read(l).map(|()| Next::End),
    ..Protocol::PLAIN
};

crate::fields! { toy after protocols::END;
    LIST "toy.list" U32 "List";
    NUMBER "toy.number" I32 "Number";
    EITHER "toy.either" U32 "Either" ;
    OCTETS "toy.octets" Bytes "Octets";
    AGAIN "toy.again" Bytes "Again";
}

const TOY: Member = Member::plain(Type::Sequence(&[
    Member::new(LIST, Type::SequenceOf(&Member::new(NUMBER, Type::Integer))).then(again),
    Member::new(
        EITHER,
        Type::Choice(&[
            Member::new(NUMBER, Type::Integer),
            Member::new(OCTETS, Type::Octets).tagged(context(4000)).then(again),
        ]),
    )
    .then(again),
]))
.then(again);

fn again(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    l.bytes_left(AGAIN);
    Ok(())
}

static WITH_TOY: LazyLock<Protocols> = LazyLock::new(|| {
    let mut list: Vec<_> = protocols::standard().all().to_vec();
    list.push(&PROTOCOL);
    Protocols::new(&list)
});

#[test]
fn every_type_can_be_read_once_more() {
    let message = [0x30, 13, 0x30, 6, 2, 1, 5, 2, 1, 0xff, 0x9f, 0x9f, 0x20, 1, 7];
    let read = IndexPass::default().read_in(&Tables::of(&WITH_TOY), 101, &datagram([40000, 9000], &message));
    assert_eq!(read.of("toy.list"), ["2"]);
    assert_eq!(read.of("toy.number"), ["5", "-1"]);
    assert_eq!((read.of("toy.either"), read.of("toy.octets")), (vec!["1"], vec!["07"]));
    assert_eq!(read.of("toy.again"), ["0201050201ff", "07", "9f9f200107", "30060201050201ff9f9f200107"]);
}
