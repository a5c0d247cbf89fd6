//! What the numbers in DHCP messages are called.

use crate::field::Values;

/// Directions (RFC 951, section 3).
pub(super) const OPERATIONS: Values = Values::Names(&[(1, "Boot Request"), (2, "Boot Reply")]);

/// Kinds of unique identifiers (RFC 8415, section 11.1).
pub(super) const DUID_TYPES: Values = Values::Names(&[
    (1, "link-layer address plus time"),
    (2, "assigned by vendor based on Enterprise number"),
    (3, "link-layer address"),
]);

/// How a node finds NetBIOS names (RFC 2132, section 8.7).
pub(super) const NODE_TYPES: Values = Values::Names(&[(1, "B-node"), (2, "P-node"), (4, "M-node"), (8, "H-node")]);

/// Where further options stand (RFC 2132, section 9.3).
pub(super) const OVERLOADS: Values = Values::Names(&[
    (1, "Boot file name holds options"),
    (2, "Server host name holds options"),
    (3, "Boot file and server host names hold options"),
]);

/// Kinds of messages (IANA, "BOOTP Vendor Extensions and DHCP Options").
pub(super) const MESSAGES: Values = Values::Names(&[
    (1, "Discover"),
    (2, "Offer"),
    (3, "Request"),
    (4, "Decline"),
    (5, "ACK"),
    (6, "NAK"),
    (7, "Release"),
    (8, "Inform"),
    (9, "Force Renew"),
    (10, "Lease query"),
    (11, "Lease Unassigned"),
    (12, "Lease Unknown"),
    (13, "Lease Active"),
    (14, "Bulk Lease Query"),
    (15, "Lease Query Done"),
    (16, "Active LeaseQuery"),
    (17, "Lease Query Status"),
    (18, "TLS"),
]);

/// How directory agents are found (RFC 2610, section 2).
pub(super) const AGENT_USES: Values =
    Values::Names(&[(0, "Dynamic Discovery"), (1, "Static Discovery"), (128, "Backwards compatibility")]);

/// Whether scopes are mandatory (RFC 2610, section 3).
pub(super) const SCOPES: Values = Values::Names(&[(0, "Preferred Scope"), (1, "Mandatory Scope")]);

/// What a relay agent says (IANA, "Relay Agent Sub-options").
pub(super) const AGENT_PARTS: Values = Values::Names(&[
    (0, "Padding"),
    (1, "Agent Circuit ID"),
    (2, "Agent Remote ID"),
    (3, "Reserved"),
    (4, "DOCSIS Device Class"),
    (5, "Link selection"),
    (6, "Subscriber ID"),
    (7, "RADIUS Attributes"),
    (8, "Authentication"),
    (9, "Vendor-Specific Information"),
    (10, "Flags"),
    (11, "Server ID Override"),
    (12, "Relay Agent Identifier"),
    (13, "Access Technology Type"),
    (14, "Access Network Name"),
    (15, "Access Point Name"),
    (16, "Access Point BSSID"),
    (17, "Access Network Operator ID"),
    (18, "Access Network Operator Realm"),
    (19, "Source Port"),
    (150, "Link selection (Cisco proprietary)"),
    (151, "VRF name/VPN ID"),
    (152, "Server ID Override (Cisco proprietary)"),
]);

/// Ways of authentication (RFC 3118, section 2).
pub(super) const AUTHENTICATIONS: Values = Values::Names(&[(0, "configuration token"), (1, "delayed authentication")]);

/// Algorithms of delayed authentication (RFC 3118, section 5).
pub(super) const ALGORITHMS: Values = Values::Names(&[(1, "HMAC_MD5")]);

/// How replays are detected (RFC 3118, section 2).
pub(super) const REPLAY_METHODS: Values = Values::Names(&[(0, "Monotonically-increasing counter")]);

/// Processor architectures (RFC 4578, section 2.1, and IANA).
pub(super) const ARCHITECTURES: Values = Values::Names(&[
    (0, "IA x86 PC"),
    (1, "NEC/PC98"),
    (2, "IA64 PC"),
    (3, "DEC Alpha"),
    (4, "ArcX86"),
    (5, "Intel Lean Client"),
    (6, "EFI IA32"),
    (7, "EFI x64"),
    (8, "EFI Xscale"),
    (9, "EFI BC"),
    (10, "ARM 32-bit UEFI"),
    (11, "ARM 64-bit UEFI"),
    (12, "PowerPC Open Firmware"),
    (13, "PowerPC ePAPR"),
    (14, "POWER OPAL v3"),
    (15, "x86 UEFI HTTP"),
    (16, "x64 UEFI HTTP"),
    (17, "EBC UEFI HTTP"),
    (18, "ARM 32-bit UEFI HTTP"),
    (19, "ARM 64-bit UEFI HTTP"),
    (20, "PC/AT HTTP"),
    (21, "ARM 32-bit uboot"),
    (22, "ARM 64-bit uboot"),
    (23, "ARM 32-bit uboot HTTP"),
    (24, "ARM 64-bit uboot HTTP"),
    (25, "RISC-V 32-bit UEFI"),
    (26, "RISC-V 32-bit UEFI HTTP"),
    (27, "RISC-V 64-bit UEFI"),
    (28, "RISC-V 64-bit UEFI HTTP"),
    (29, "RISC-V 128-bit UEFI"),
    (30, "RISC-V 128-bit UEFI HTTP"),
    (31, "s390 Basic"),
    (32, "s390 Extended"),
]);

/// Whose location it is (RFC 4776, section 3.1).
pub(super) const LOCATIONS: Values = Values::Names(&[
    (0, "Location of the DHCP server"),
    (1, "Location of the network element believed to be closest to the client"),
    (2, "Location of the client"),
]);

/// Parts of a civic address (RFC 4776, section 3.4).
pub(super) const ADDRESS_PARTS: Values = Values::Names(&[
    (0, "Language"),
    (1, "A1"),
    (2, "A2"),
    (3, "A3"),
    (4, "A4"),
    (5, "A5"),
    (6, "A6"),
    (16, "PRD (Leading street direction)"),
    (17, "POD (Trailing street suffix)"),
    (18, "STS (Street suffix)"),
    (19, "HNO (House number)"),
    (20, "HNS (House number suffix)"),
    (21, "LMK (Landmark or vanity address)"),
    (22, "LOC (Additional location information)"),
    (23, "NAM"),
    (24, "PC (Postal/ZIP code)"),
    (25, "BLD (Building)"),
    (26, "UNIT"),
    (27, "FLR (Floor)"),
    (28, "ROOM"),
    (29, "PLC (Place-type)"),
    (30, "PCN (Postal community name)"),
    (31, "POBOX"),
    (32, "ADDCODE (Additional Code)"),
    (33, "SEAT"),
    (34, "RD (Primary road or street)"),
    (35, "RDSEC (Road section)"),
    (36, "RDBR (Road branch)"),
    (37, "RDSUBBR (Road sub-branch)"),
    (38, "PRM (Road pre-modifier)"),
    (39, "POM (Road post-modifier"),
    (128, "Script"),
]);

/// Whether a host may choose its own address (RFC 2563, section 2).
pub(super) const AUTO_CONFIGURATIONS: Values = Values::Names(&[(0, "DoNotAutoConfigure"), (1, "AutoConfigure")]);

/// How SIP servers are written (RFC 3361, section 3).
pub(super) const SIP_ENCODINGS: Values = Values::Names(&[(0, "Fully Qualified Domain Name"), (1, "IPv4 Address")]);

/// What a device says of itself (TR-111, section 2.3).
pub(super) const TR111_PARTS: Values = Values::Names(&[
    (1, "DeviceManufacturerOUI"),
    (2, "DeviceSerialNumber"),
    (3, "DeviceProductClass"),
    (4, "GatewayManufacturerOUI"),
    (5, "GatewaySerialNumber"),
    (6, "GatewayProductClass"),
]);

/// Algorithms of forced renewals (RFC 6704, section 3.1.1).
pub(super) const NONCE_ALGORITHMS: Values = Values::Names(&[(1, "HMAC-MD5")]);

/// Preferences among servers (RFC 6731, section 4.3).
pub(super) const PREFERENCES: Values = Values::Names(&[(0, "Medium"), (1, "High"), (2, "Reserved"), (3, "Low")]);

/// Results of lease queries (RFC 6926, section 6.2.2).
pub(super) const STATUS_CODES: Values = Values::Names(&[
    (0, "Success"),
    (1, "UpsecFail"),
    (2, "QueryTerminated"),
    (3, "MalformedQuery"),
    (4, "NotAllowed"),
]);

/// States of a lease (RFC 6926, section 6.2.7).
pub(super) const LEASE_STATES: Values = Values::Names(&[
    (1, "Available"),
    (2, "Active"),
    (3, "Expired"),
    (4, "Released"),
    (5, "Abandoned"),
    (6, "Reset"),
    (7, "Remote"),
    (8, "Transitioning"),
]);

/// Enterprises whose options are met (IANA, "Private Enterprise Numbers").
pub(super) const ENTERPRISES: Values = Values::Names(&[
    (9, "ciscoSystems"),
    (311, "Microsoft"),
    (2636, "Juniper Networks, Inc."),
    (3561, "Broadband Forum (previously 'DSL Forum')"),
    (4491, "Cable Television Laboratories, Inc."),
]);
