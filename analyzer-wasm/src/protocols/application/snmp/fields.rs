//! What SNMP contains, and what its numbers are called.

use crate::field::{SET, Values};

crate::fields! { snmp
    RESPONSE_IN "snmp.response_in" Frame "Response In";
    RESPONSE_TO "snmp.response_to" Frame "Response To";
    TIME "snmp.time" Duration "Time";
    V3_FLAGS_AUTH "snmp.v3.flags.auth" Bool(8) "Authenticated" mask 0x1 values SET;
    V3_FLAGS_CRYPT "snmp.v3.flags.crypt" Bool(8) "Encrypted" mask 0x2 values SET;
    V3_FLAGS_REPORT "snmp.v3.flags.report" Bool(8) "Reportable" mask 0x4 values SET;
    ENGINEID_CONFORM "snmp.engineid.conform" Bool(8) "Engine ID Conformance" mask 0x80 values CONFORMANCE;
    ENGINEID_ENTERPRISE "snmp.engineid.enterprise" U32 "Engine Enterprise ID" values ENTERPRISES;
    ENGINEID_FORMAT "snmp.engineid.format" U8 "Engine ID Format" values FORMATS;
    ENGINEID_IPV4 "snmp.engineid.ipv4" Ipv4 "Engine ID Data: IPv4 address";
    ENGINEID_IPV6 "snmp.engineid.ipv6" Ipv6 "Engine ID Data: IPv6 address";
    ENGINEID_CISCO_TYPE "snmp.engineid.cisco.type" X8 "Engine ID Data: Cisco type" values CISCO_TYPES;
    ENGINEID_MAC "snmp.engineid.mac" Ether "Engine ID Data: MAC address";
    ENGINEID_TEXT "snmp.engineid.text" Text "Engine ID Data: Text";
    ENGINEID_TIME "snmp.engineid.time" Time "Engine ID Data: Creation Time";
    ENGINEID_DATA "snmp.engineid.data" Bytes "Engine ID Data";
    NO_SUCH_OBJECT "snmp.noSuchObject" None "noSuchObject";
    NO_SUCH_INSTANCE "snmp.noSuchInstance" None "noSuchInstance";
    END_OF_MIB_VIEW "snmp.endOfMibView" None "endOfMibView";
    VALUE_INT "snmp.value.int" I64 "Value (Integer32)";
    VALUE_OCTETS "snmp.value.octets" Bytes "Value (OctetString)";
    VALUE_OID "snmp.value.oid" Oid "Value (OID)";
    VALUE_NULL "snmp.value.null" None "Value (Null)";
    VALUE_IPV4 "snmp.value.ipv4" Ipv4 "Value (IpAddress)";
    VALUE_IPV6 "snmp.value.ipv6" Ipv6 "Value (IpAddress)";
    VALUE_ADDR "snmp.value.addr" Bytes "Value (IpAddress)";
    VALUE_U32 "snmp.value.u32" I64 "Value (Unsigned32)";
    VALUE_G32 "snmp.value.g32" I64 "Value (Gauge32)";
    VALUE_UNK "snmp.value.unk" Bytes "Value (Unknown)";
    VALUE_COUNTER "snmp.value.counter" U64 "Value (Counter32)";
    VALUE_NSAP "snmp.value.nsap" U64 "Value (NSAP)";
    VALUE_TIMETICKS "snmp.value.timeticks" U64 "Value (Timeticks)";
    VALUE_OPAQUE "snmp.value.opaque" Bytes "Value (Opaque)";
    NAME "snmp.name" Oid "Object Name";
    VAR_BIND_STR "snmp.var-bind_str" Text "Variable-binding-string";
    AGENTID_TRAILER "snmp.agentid_trailer" Bytes "AgentID Trailer";
    VERSION "snmp.version" I32 "version" values VERSIONS;
    COMMUNITY "snmp.community" Text "community";
    DATA "snmp.data" U32 "data" values PDUS;
    PARAMETERS "snmp.parameters" Bytes "parameters";
    DATAV2U "snmp.datav2u" U32 "datav2u" values PARTY_CONTENTS;
    PLAINTEXT "snmp.plaintext" U32 "plaintext" values PDUS;
    ENCRYPTED "snmp.encrypted" Bytes "encrypted";
    MSG_AUTHORITATIVE_ENGINE_ID "snmp.msgAuthoritativeEngineID" Bytes "msgAuthoritativeEngineID";
    MSG_AUTHORITATIVE_ENGINE_BOOTS "snmp.msgAuthoritativeEngineBoots" U32 "msgAuthoritativeEngineBoots";
    MSG_AUTHORITATIVE_ENGINE_TIME "snmp.msgAuthoritativeEngineTime" U32 "msgAuthoritativeEngineTime";
    MSG_USER_NAME "snmp.msgUserName" Text "msgUserName";
    MSG_AUTHENTICATION_PARAMETERS "snmp.msgAuthenticationParameters" Bytes "msgAuthenticationParameters";
    MSG_PRIVACY_PARAMETERS "snmp.msgPrivacyParameters" Bytes "msgPrivacyParameters";
    MSG_VERSION "snmp.msgVersion" I32 "msgVersion" values VERSIONS;
    MSG_GLOBAL_DATA_ELEMENT "snmp.msgGlobalData_element" None "msgGlobalData";
    MSG_SECURITY_PARAMETERS "snmp.msgSecurityParameters" Bytes "msgSecurityParameters";
    MSG_DATA "snmp.msgData" U32 "msgData" values CONTENTS;
    MSG_ID "snmp.msgID" U32 "msgID";
    MSG_MAX_SIZE "snmp.msgMaxSize" U32 "msgMaxSize";
    MSG_FLAGS "snmp.msgFlags" Bytes "msgFlags";
    MSG_SECURITY_MODEL "snmp.msgSecurityModel" U32 "msgSecurityModel" values MODELS;
    PLAINTEXT_ELEMENT "snmp.plaintext_element" None "plaintext";
    ENCRYPTED_PDU "snmp.encryptedPDU" Bytes "encryptedPDU";
    CONTEXT_ENGINE_ID "snmp.contextEngineID" Bytes "contextEngineID";
    CONTEXT_NAME "snmp.contextName" Text "contextName";
    GET_REQUEST_ELEMENT "snmp.get_request_element" None "get-request";
    GET_NEXT_REQUEST_ELEMENT "snmp.get_next_request_element" None "get-next-request";
    GET_RESPONSE_ELEMENT "snmp.get_response_element" None "get-response";
    SET_REQUEST_ELEMENT "snmp.set_request_element" None "set-request";
    TRAP_ELEMENT "snmp.trap_element" None "trap";
    GET_BULK_REQUEST_ELEMENT "snmp.getBulkRequest_element" None "getBulkRequest";
    INFORM_REQUEST_ELEMENT "snmp.informRequest_element" None "informRequest";
    SNMP_V2_TRAP_ELEMENT "snmp.snmpV2_trap_element" None "snmpV2-trap";
    REPORT_ELEMENT "snmp.report_element" None "report";
    REQUEST_ID "snmp.request_id" I32 "request-id";
    ERROR_STATUS "snmp.error_status" I32 "error-status" values ERRORS;
    ERROR_INDEX "snmp.error_index" I32 "error-index";
    VARIABLE_BINDINGS "snmp.variable_bindings" U32 "variable-bindings";
    NON_REPEATERS "snmp.non_repeaters" U32 "non-repeaters";
    MAX_REPETITIONS "snmp.max_repetitions" U32 "max-repetitions";
    ENTERPRISE "snmp.enterprise" Oid "enterprise";
    AGENT_ADDR "snmp.agent_addr" Ipv4 "agent-addr";
    GENERIC_TRAP "snmp.generic_trap" I32 "generic-trap" values TRAPS;
    SPECIFIC_TRAP "snmp.specific_trap" I32 "specific-trap";
    TIME_STAMP "snmp.time_stamp" U32 "time-stamp";
    VARBIND_RESPONSE "snmp.varbind.response" None "Response" expert (Note, Response);
    INTEGRAL_VALUE0 "snmp.integral_value0" None "Integral value is zero-length" expert (Note, Undecoded);
    RFC1910_NON_CONFORMANT "snmp.rfc1910_non_conformant" None "Data not conforming to RFC1910" expert (Warning, Protocol);
    RFC3411_NON_CONFORMANT "snmp.rfc3411_non_conformant" None "Data not conforming to RFC3411" expert (Warning, Protocol);
    VERSION_UNKNOWN "snmp.version.unknown" None "Unknown version" expert (Warning, Protocol);
    _ "snmp.decrypted_pdu" Bytes "Decrypted ScopedPDU" unread "keys of SNMP are not asked for";
    _ "snmp.name.index" U64 "Scalar Instance Index" unread "no MIB is loaded that tells what is an index";
}

const VERSIONS: Values = Values::Names(&[(0, "version-1"), (1, "v2c"), (2, "v2u"), (3, "snmpv3")]);
pub(super) const PDUS: Values = Values::Names(&[
    (0, "get-request"),
    (1, "get-next-request"),
    (2, "get-response"),
    (3, "set-request"),
    (4, "trap"),
    (5, "getBulkRequest"),
    (6, "informRequest"),
    (7, "snmpV2-trap"),
    (8, "report"),
]);
const CONTENTS: Values = Values::Names(&[(0, "plaintext"), (1, "encryptedPDU")]);
const PARTY_CONTENTS: Values = Values::Names(&[(0, "plaintext"), (1, "encrypted")]);
const ERRORS: Values = Values::Names(&[
    (0, "noError"),
    (1, "tooBig"),
    (2, "noSuchName"),
    (3, "badValue"),
    (4, "readOnly"),
    (5, "genErr"),
    (6, "noAccess"),
    (7, "wrongType"),
    (8, "wrongLength"),
    (9, "wrongEncoding"),
    (10, "wrongValue"),
    (11, "noCreation"),
    (12, "inconsistentValue"),
    (13, "resourceUnavailable"),
    (14, "commitFailed"),
    (15, "undoFailed"),
    (16, "authorizationError"),
    (17, "notWritable"),
    (18, "inconsistentName"),
]);
const TRAPS: Values = Values::Names(&[
    (0, "coldStart"),
    (1, "warmStart"),
    (2, "linkDown"),
    (3, "linkUp"),
    (4, "authenticationFailure"),
    (5, "egpNeighborLoss"),
    (6, "enterpriseSpecific"),
]);
const MODELS: Values = Values::Names(&[(0, "Any"), (1, "V1"), (2, "V2C"), (3, "USM")]);
const CONFORMANCE: Values = Values::Flag("RFC3411 (SNMPv3)", "RFC1910 (Non-SNMPv3)");
const FORMATS: Values = Values::Names(&[
    (1, "IPv4 address"),
    (2, "IPv6 address"),
    (3, "MAC address"),
    (4, "Text, administratively assigned"),
    (5, "Octets, administratively assigned"),
]);
const CISCO_TYPES: Values = Values::Names(&[(0, "Agent"), (1, "Manager")]);
/// Of tens of thousands (IANA, "Private Enterprise Numbers") some whose engines are met.
const ENTERPRISES: Values = Values::Names(&[
    (2, "IBM"),
    (9, "ciscoSystems"),
    (11, "Hewlett-Packard"),
    (311, "Microsoft"),
    (2636, "Juniper Networks, Inc."),
    (8072, "net-snmp"),
    (14988, "Mikrotik"),
]);
