//! What NBNS contains.

use super::names::*;
use crate::field::{FieldId, YES_NO};
use crate::protocols::domain_name::CLASSES;

crate::fields! { nbns
    FLAGS "nbns.flags" X16 "Flags";
    FLAGS_RESPONSE "nbns.flags.response" Bool(16) "Response" mask 0x8000 values RESPONSES;
    FLAGS_OPCODE "nbns.flags.opcode" U16 "Opcode" mask 0x7800 values OPCODES;
    FLAGS_AUTHORITATIVE "nbns.flags.authoritative" Bool(16) "Authoritative" mask 0x400 values AUTHORITATIVE;
    FLAGS_TRUNCATED "nbns.flags.truncated" Bool(16) "Truncated" mask 0x200 values TRUNCATED;
    FLAGS_RECDESIRED "nbns.flags.recdesired" Bool(16) "Recursion desired" mask 0x100 values RECURSION_DESIRED;
    FLAGS_RECAVAIL "nbns.flags.recavail" Bool(16) "Recursion available" mask 0x80 values RECURSION_AVAILABLE;
    FLAGS_BROADCAST "nbns.flags.broadcast" Bool(16) "Broadcast" mask 0x10 values BROADCAST;
    FLAGS_RCODE "nbns.flags.rcode" U16 "Reply code" mask 0xf values RCODES;
    ID "nbns.id" X16 "Transaction ID";
    COUNT_QUERIES "nbns.count.queries" U16 "Questions";
    COUNT_ANSWERS "nbns.count.answers" U16 "Answer RRs";
    COUNT_AUTH_RR "nbns.count.auth_rr" U16 "Authority RRs";
    COUNT_ADD_RR "nbns.count.add_rr" U16 "Additional RRs";
    NAME_FLAGS "nbns.name_flags" X16 "Name flags";
    NAME_FLAGS_GROUP "nbns.name_flags.group" Bool(16) "Name type" mask 0x8000 values OWNERS;
    NAME_FLAGS_ONT "nbns.name_flags.ont" U16 "ONT" mask 0x6000 values NODES;
    NAME_FLAGS_DRG "nbns.name_flags.drg" Bool(16) "Name is being deregistered" mask 0x1000 values YES_NO;
    NAME_FLAGS_CNF "nbns.name_flags.cnf" Bool(16) "Name is in conflict" mask 0x800 values YES_NO;
    NAME_FLAGS_ACT "nbns.name_flags.act" Bool(16) "Name is active" mask 0x400 values YES_NO;
    NAME_FLAGS_PRM "nbns.name_flags.prm" Bool(16) "Permanent node name" mask 0x200 values YES_NO;
    NB_FLAGS "nbns.nb_flags" X16 "Name flags";
    NB_FLAGS_GROUP "nbns.nb_flags.group" Bool(16) "Name type" mask 0x8000 values OWNERS;
    NB_FLAGS_ONT "nbns.nb_flags.ont" U16 "ONT" mask 0x6000 values NODES;
    TYPE "nbns.type" U16 "Type" values TYPES;
    CLASS "nbns.class" U16 "Class" values CLASSES;
    NAME "nbns.name" Text "Name";
    ADDR "nbns.addr" Ipv4 "Addr";
    NUMBER_OF_NAMES "nbns.number_of_names" U8 "Number of names";
    UNIT_ID "nbns.unit_id" Ether "Unit ID";
    JUMPERS "nbns.jumpers" X8 "Jumpers";
    TEST_RESULT "nbns.test_result" X8 "Test result";
    VERSION_NUMBER "nbns.version_number" X16 "Version number";
    PERIOD_OF_STATISTICS "nbns.period_of_statistics" X16 "Period of statistics";
    NUM_CRCS "nbns.num_crcs" U16 "Number of CRCs";
    NUM_ALIGNMENT_ERRORS "nbns.num_alignment_errors" U16 "Number of alignment errors";
    NUM_COLLISIONS "nbns.num_collisions" U16 "Number of collisions";
    NUM_SEND_ABORTS "nbns.num_send_aborts" U16 "Number of send aborts";
    NUM_GOOD_SENDS "nbns.num_good_sends" U32 "Number of good sends";
    NUM_GOOD_RECEIVES "nbns.num_good_receives" U32 "Number of good receives";
    NUMRETRANSMITS "nbns.numretransmits" U16 "Number of retransmits";
    NUM_NO_RESOURCE_CONDITIONS "nbns.num_no_resource_conditions" U16 "Number of no resource conditions";
    NUMCOMMAND_BLOCKS "nbns.numcommand_blocks" U16 "Number of command blocks";
    NUMPENDING_SESSIONS "nbns.numpending_sessions" U16 "Number of pending sessions";
    MAX_NUM_PENDING_SESSIONS "nbns.max_num_pending_sessions" U16 "Max number of pending sessions";
    MAX_TOTAL_SESSIONS_POSSIBLE "nbns.max_total_sessions_possible" U16 "Max total sessions possible";
    SESSION_DATA_PACKET_SIZE "nbns.session_data_packet_size" U16 "Session data packet size";
    DATA "nbns.data" Bytes "Data";
    NETBIOS_NAME "nbns.netbios_name" Text "Name";
    TTL "nbns.ttl" U32 "Time to live";
    DATA_LENGTH "nbns.data_length" U16 "Data length";
    INCOMPLETE_ENTRY "nbns.incomplete_entry" None "incomplete entry" expert (Error, Malformed);
}

pub(super) const QUERY_FLAGS: [FieldId; 5] =
    [FLAGS_RESPONSE, FLAGS_OPCODE, FLAGS_TRUNCATED, FLAGS_RECDESIRED, FLAGS_BROADCAST];
pub(super) const RESPONSE_FLAGS: [FieldId; 8] = [
    FLAGS_RESPONSE,
    FLAGS_OPCODE,
    FLAGS_AUTHORITATIVE,
    FLAGS_TRUNCATED,
    FLAGS_RECDESIRED,
    FLAGS_RECAVAIL,
    FLAGS_BROADCAST,
    FLAGS_RCODE,
];
/// The flags of a name that a host has.
pub(super) const OWNED: [FieldId; 6] =
    [NAME_FLAGS_GROUP, NAME_FLAGS_ONT, NAME_FLAGS_DRG, NAME_FLAGS_CNF, NAME_FLAGS_ACT, NAME_FLAGS_PRM];
/// The statistics that a host reports behind its address, and their lengths in bytes.
pub(super) const STATISTICS: [(FieldId, usize); 17] = [
    (JUMPERS, 1),
    (TEST_RESULT, 1),
    (VERSION_NUMBER, 2),
    (PERIOD_OF_STATISTICS, 2),
    (NUM_CRCS, 2),
    (NUM_ALIGNMENT_ERRORS, 2),
    (NUM_COLLISIONS, 2),
    (NUM_SEND_ABORTS, 2),
    (NUM_GOOD_SENDS, 4),
    (NUM_GOOD_RECEIVES, 4),
    (NUMRETRANSMITS, 2),
    (NUM_NO_RESOURCE_CONDITIONS, 2),
    (NUMCOMMAND_BLOCKS, 2),
    (NUMPENDING_SESSIONS, 2),
    (MAX_NUM_PENDING_SESSIONS, 2),
    (MAX_TOTAL_SESSIONS_POSSIBLE, 2),
    (SESSION_DATA_PACKET_SIZE, 2),
];
