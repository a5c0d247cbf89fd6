//! Commands and replies, and the connections that they make.

use crate::protocols::testing::{IndexPass, Read, Talk, tcp};

/// Reads a line that goes from or to port 21, in raw IPv4.
fn read(reader: &mut IndexPass, ports: (u16, u16), payload: &[u8]) -> Read {
    reader.read_bytes(101, &tcp(ports, 1, payload))
}

#[test]
fn a_passive_reply_makes_the_connection_to_its_port_one_of_data() {
    let mut reader = IndexPass::default();
    let before = read(&mut reader, (40001, 5001), b"data");
    assert_eq!(before.row()[2], "TCP");
    let reply = read(&mut reader, (21, 40000), b"227 Entering Passive Mode (198,51,100,1,19,137).\r\n");
    assert_eq!(reply.row()[3], "Response: 227 Entering Passive Mode (198,51,100,1,19,137).");
    assert_eq!(reply.of("ftp.passive.ip"), ["198.51.100.1"]);
    assert_eq!(reply.of("ftp.passive.port"), ["5001"]);
    let command = read(&mut reader, (40000, 21), b"RETR a.txt\r\n");
    assert_eq!(command.of("ftp.request.arg"), ["a.txt"]);
    let data = read(&mut reader, (40002, 5001), b"data");
    assert_eq!(data.row()[2..], ["FTP-DATA", "FTP Data: 4 bytes (PASV) (RETR a.txt)"]);
    assert_eq!(data.of("ftp-data.setup-frame"), ["2"]);
    assert_eq!(data.of("ftp-data.command-frame"), ["3"]);
}

#[test]
fn extended_replies_and_commands_name_endpoints_too() {
    let mut reader = IndexPass::default();
    let command = read(&mut reader, (40000, 21), b"EPRT |1|192.0.2.1|5002|\r\n");
    assert_eq!(command.of("ftp.eprt.ip"), ["192.0.2.1"]);
    let data = read(&mut reader, (4000, 5002), b"\x00\x01");
    assert_eq!(data.row()[2..], ["FTP-DATA", "FTP Data: 2 bytes"]);
    let reply = read(&mut reader, (21, 40000), b"229 Extended (|||5003|)\r\n");
    assert_eq!(reply.of("ftp.epsv.port"), ["5003"]);
    let data = read(&mut reader, (40003, 5003), b"x");
    assert_eq!(data.row()[3], "FTP Data: 1 bytes (EPASV)");
}

#[test]
fn the_directory_follows_the_commands() {
    let mut talk = Talk::to(21);
    let mut say = |to_server: bool, line: &str| {
        let read = if to_server { talk.client(line) } else { talk.server(line) };
        read.of("ftp.current-working-directory").join("|")
    };
    assert_eq!(say(true, "PWD\r\n"), "");
    assert_eq!(say(false, "257 \"/pub\" is current\r\n"), "/pub");
    assert_eq!(say(true, "CWD a/b\r\n"), "/pub");
    assert_eq!(say(false, "250 done\r\n"), "/pub/a/b");
    assert_eq!(say(true, "CWD ..\r\n"), "/pub/a/b");
    assert_eq!(say(false, "550 no\r\n"), "/pub/a/b");
    assert_eq!(say(true, "CDUP\r\n"), "/pub/a/b");
    assert_eq!(say(false, "250 done\r\n"), "/pub/a");
}
