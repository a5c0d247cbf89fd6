//! The types of SNMP's messages (RFC 1157, section 4; RFC 3412, section 6; RFC 3414, section 2.4).

use super::fields::*;
use super::{engine, value};
use crate::dissect::{Layer, Stop};
use crate::protocols::ber::{self, Element, Member, Type, application, context};

/// A message of versions 1 and 2c.
pub(super) const COMMUNITY_MESSAGE: Member = Member::plain(Type::Sequence(&[
    Member::new(VERSION, Type::Integer),
    Member::new(COMMUNITY, Type::Octets),
    Member::new(DATA, PDU),
]));

/// A message of version 2u.
pub(super) const PARTY_MESSAGE: Member = Member::plain(Type::Sequence(&[
    Member::new(VERSION, Type::Integer),
    Member::new(PARAMETERS, Type::Octets),
    Member::new(DATAV2U, Type::Choice(&[Member::new(PLAINTEXT, PDU), Member::new(ENCRYPTED, Type::Octets)])),
]));

/// A message of version 3.
pub(super) const SECURE_MESSAGE: Member = Member::plain(Type::Sequence(&[
    Member::new(MSG_VERSION, Type::Integer),
    Member::new(
        MSG_GLOBAL_DATA_ELEMENT,
        Type::Sequence(&[
            Member::new(MSG_ID, Type::Integer),
            Member::new(MSG_MAX_SIZE, Type::Integer),
            Member::new(MSG_FLAGS, Type::Octets).then(flags),
            Member::new(MSG_SECURITY_MODEL, Type::Integer),
        ]),
    ),
    Member::plain(Type::Octets).then(security_parameters),
    Member::new(
        MSG_DATA,
        Type::Choice(&[
            Member::new(
                PLAINTEXT_ELEMENT,
                Type::Sequence(&[
                    Member::new(CONTEXT_ENGINE_ID, Type::Octets).then(engine::id),
                    Member::new(CONTEXT_NAME, Type::Octets),
                    Member::new(DATA, PDU),
                ]),
            ),
            Member::new(ENCRYPTED_PDU, Type::Octets),
        ]),
    ),
]));

const PDU: Type = Type::Choice(&[
    Member::new(GET_REQUEST_ELEMENT, COMMON).tagged(context(0)),
    Member::new(GET_NEXT_REQUEST_ELEMENT, COMMON).tagged(context(1)),
    Member::new(GET_RESPONSE_ELEMENT, COMMON).tagged(context(2)),
    Member::new(SET_REQUEST_ELEMENT, COMMON).tagged(context(3)),
    Member::new(TRAP_ELEMENT, OLD_TRAP).tagged(context(4)),
    Member::new(GET_BULK_REQUEST_ELEMENT, BULK).tagged(context(5)),
    Member::new(INFORM_REQUEST_ELEMENT, COMMON).tagged(context(6)),
    Member::new(SNMP_V2_TRAP_ELEMENT, COMMON).tagged(context(7)),
    Member::new(REPORT_ELEMENT, COMMON).tagged(context(8)),
]);

const COMMON: Type = Type::Sequence(&[
    Member::new(REQUEST_ID, Type::Integer),
    Member::new(ERROR_STATUS, Type::Integer),
    Member::new(ERROR_INDEX, Type::Integer),
    BINDINGS,
]);

const BULK: Type = Type::Sequence(&[
    Member::new(REQUEST_ID, Type::Integer),
    Member::new(NON_REPEATERS, Type::Integer),
    Member::new(MAX_REPETITIONS, Type::Integer),
    BINDINGS,
]);

const OLD_TRAP: Type = Type::Sequence(&[
    Member::new(ENTERPRISE, Type::Oid),
    Member::new(AGENT_ADDR, Type::Octets).tagged(application(0)),
    Member::new(GENERIC_TRAP, Type::Integer),
    Member::new(SPECIFIC_TRAP, Type::Integer),
    Member::new(TIME_STAMP, Type::Integer).tagged(application(3)),
    BINDINGS,
]);

const BINDINGS: Member =
    Member::new(VARIABLE_BINDINGS, Type::SequenceOf(&Member::plain(Type::Sequence(&[])).then(value::binding)));

/// Security parameters of the user-based security model. Of the models, only this has elements in them.
const USM: Member = Member::plain(Type::Sequence(&[
    Member::new(MSG_AUTHORITATIVE_ENGINE_ID, Type::Octets).then(engine::id),
    Member::new(MSG_AUTHORITATIVE_ENGINE_BOOTS, Type::Integer),
    Member::new(MSG_AUTHORITATIVE_ENGINE_TIME, Type::Integer),
    Member::new(MSG_USER_NAME, Type::Octets),
    Member::new(MSG_AUTHENTICATION_PARAMETERS, Type::Octets),
    Member::new(MSG_PRIVACY_PARAMETERS, Type::Octets),
]));

fn security_parameters(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    if Element::read(l, l.at()).is_ok_and(|element| element.tag == ber::SEQUENCE && element.next == l.end()) {
        return USM.read(l);
    }
    l.bytes_left(MSG_SECURITY_PARAMETERS);
    Ok(())
}

fn flags(l: &mut Layer<'_, '_>) -> Result<(), Stop> {
    l.bits(1, &[V3_FLAGS_REPORT, V3_FLAGS_CRYPT, V3_FLAGS_AUTH]).map(|_| ())
}
