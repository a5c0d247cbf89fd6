//! Logical-Link Control (IEEE 802.2), with the Subnetwork Access Protocol (RFC 1042).

mod control;

use crate::dissect::{Columns, Layer, Next, Protocol, Stop, Table, View};
use crate::field::{FieldId, Values};
use crate::protocols::{numbers, tables};

/// Logical-Link Control.
pub static PROTOCOL: Protocol = Protocol {
    name: "llc",
    title: "Logical-Link Control",
    column: "LLC",
    declares: &[BY_DSAP],
    fields: FIELDS,
    dissect,
    summary,
    ..Protocol::PLAIN
};

/// By the service access point of the receiver.
const BY_DSAP: Table = Table::numbers("llc.dsap");

crate::fields! { llc
    DSAP "llc.dsap" X8 "DSAP" values SAPS;
    DSAP_SAP "llc.dsap.sap" U8 "SAP" mask 0xfe;
    DSAP_IG "llc.dsap.ig" Bool(8) "IG Bit" mask 0x01 values (Values::Flag("Group", "Individual"));
    SSAP "llc.ssap" X8 "SSAP" values SAPS;
    SSAP_SAP "llc.ssap.sap" U8 "SAP" mask 0xfe;
    SSAP_CR "llc.ssap.cr" Bool(8) "CR Bit" mask 0x01 values (Values::Flag("Response", "Command"));
    CONTROL "llc.control" X16 "Control";
    CONTROL_N_R "llc.control.n_r" U16 "N(R)" mask 0xfe00;
    CONTROL_N_S "llc.control.n_s" U16 "N(S)" mask 0x00fe;
    CONTROL_P "llc.control.p" Bool(8) "Poll" mask 0x10 values (Values::Flag("Set", "Not set"));
    CONTROL_F "llc.control.f" Bool(8) "Final" mask 0x10 values (Values::Flag("Set", "Not set"));
    CONTROL_S_FTYPE "llc.control.s_ftype" X16 "Supervisory frame type" mask 0x000c values (control::SUPERVISORY);
    CONTROL_U_MODIFIER_CMD "llc.control.u_modifier_cmd" X8 "Command" mask 0xec values (control::COMMANDS);
    CONTROL_U_MODIFIER_RESP "llc.control.u_modifier_resp" X8 "Response" mask 0xec values (control::RESPONSES);
    CONTROL_FTYPE "llc.control.ftype" X16 "Frame type" mask 0x0003 values (control::FRAME_TYPES);
    ORGANIZATION "llc.oui" OUI "Organization Code";
    TYPE "llc.type" X16 "Type" values (numbers::ETHERTYPES);
    PID "llc.pid" X16 "Protocol ID";
}

const SAPS: Values = Values::Names(&[
    (0x00, "NULL LSAP"),
    (0x01, "NULL LSAP"),
    (0x02, "LLC Sub-Layer Management"),
    (0x04, "SNA Path Control"),
    (0x06, "TCP/IP"),
    (0x08, "SNA"),
    (0x0c, "SNA"),
    (0x0e, "PROWAY (IEC955) Network Management and Initialization"),
    (0x10, "NetWare (unofficial?)"),
    (0x14, "ISO Network Layer (OSLAN 1)"),
    (0x18, "Texas Instruments"),
    (0x20, "ISO Network Layer (unofficial?)"),
    (0x34, "ISO Network Layer (unofficial?)"),
    (0x42, "Spanning Tree BPDU"),
    (0x4e, "EIA RS-511 Manufacturing Message Service"),
    (0x54, "ISO Network Layer (OSLAN 2)"),
    (0x7e, "ISO 8208 (X.25 over 802.2)"),
    (0x7f, "ISO 802.2"),
    (0x80, "XNS"),
    (0x82, "BACnet"),
    (0x86, "Nestar"),
    (0x8e, "PROWAY (IEC955) Active Station List Maintenance"),
    (0x98, "ARP"),
    (0xaa, "SNAP"),
    (0xb4, "HP JetDirect Printer"),
    (0xba, "Banyan Vines"),
    (0xbc, "Banyan Vines"),
    (0xe0, "NetWare"),
    (0xf0, "NetBIOS"),
    (0xf4, "IBM Net Management"),
    (0xf8, "HP Extended LLC"),
    (0xfa, "Ungermann-Bass"),
    (0xfc, "Remote Program Load"),
    (0xfe, "ISO Network Layer"),
    (0xff, "Global LSAP"),
]);

/// The service access point behind which an organization and its own protocol number follow.
const SNAP: u8 = 0xaa;
/// Organizations under which the protocol number is an Ethertype: RFC 1042's, and the one of bridges (IEEE 802.1H).
const ENCAPSULATED_ETHERNET: [u32; 2] = [0x00_0000, 0x00_00f8];

fn dissect(l: &mut Layer<'_, '_>) -> Result<Next, Stop> {
    let destination = access_point(l, DSAP, [DSAP_SAP, DSAP_IG])?;
    let source = access_point(l, SSAP, [SSAP_SAP, SSAP_CR])?;
    let carries = control::read(l, source & 1 == 1)?;
    if !carries {
        return Ok(Next::Data);
    }
    if destination != SNAP {
        return Ok(Next::table(&BY_DSAP, destination));
    }
    let organization = l.u24(ORGANIZATION)?;
    if !ENCAPSULATED_ETHERNET.contains(&organization) {
        l.u16(PID)?;
        return Ok(Next::Data);
    }
    let number = l.u16(TYPE)?;
    let header = l.at();
    // Not by way of `Next::table`: there is no Ethertype layer of its own here.
    if !l.find(&tables::ETHERTYPE, number).is_some_and(|protocol| l.run(protocol)) {
        l.run_data();
    }
    l.seek(header)?;
    Ok(Next::End)
}

/// Reads a service access point, of which one bit says something else.
fn access_point(l: &mut Layer<'_, '_>, field: FieldId, [point, flag]: [FieldId; 2]) -> Result<u8, Stop> {
    let at = l.at();
    let raw = l.u8(field)?;
    l.below(|l| {
        l.note_uint(point, at, 1, raw.into());
        if let Some(name) = SAPS.name(u64::from(raw & 0xfe)) {
            l.label(|| numbers::with_bits(raw.into(), 0xfe, 8, &format!("SAP: {name}")));
        }
        l.note_uint(flag, at, 1, raw.into());
    });
    Ok(raw)
}

fn summary(view: &View<'_>, columns: &mut Columns) {
    columns.protocol = PROTOCOL.column.into();
    columns.info.clear();
    let (Some(destination), Some(source)) = (view.uint(DSAP), view.uint(SSAP)) else { return };
    let access_point =
        |value: u64| SAPS.name(value & 0xfe).map_or_else(|| format!("0x{:02x}", value & 0xfe), str::to_owned);
    columns.info = format!(
        "{}; DSAP {} {}, SSAP {} {}",
        control::text(view),
        access_point(destination),
        if destination & 1 == 1 { "Group" } else { "Individual" },
        access_point(source),
        if source & 1 == 1 { "Response" } else { "Command" },
    );
}
