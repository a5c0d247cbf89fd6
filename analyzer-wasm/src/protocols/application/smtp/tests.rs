//! Sessions, line by line.

use crate::protocols::testing::Talk;

#[test]
fn commands_and_replies_are_read_line_by_line() {
    let mut talk = Talk::to(25);
    let client = talk.client("MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n");
    assert_eq!(client.row()[2..], ["SMTP", "C: MAIL FROM:<a@b> | RCPT TO:<c@d>"]);
    assert_eq!(client.of("smtp.req.parameter"), ["FROM:<a@b>", "TO:<c@d>"]);
    let server = talk.server("250-a\r\n251 b\r\n250 c\r\n");
    assert_eq!(server.row()[3], "S: 250-a | b | 250 c");
    assert_eq!(server.of("smtp.response.code"), ["250", "250"]);
    assert_eq!(server.of("smtp.response.code.unexpected").len(), 1);
}

#[test]
fn names_and_passwords_are_known_by_what_was_asked() {
    let mut talk = Talk::to(587);
    talk.client("AUTH LOGIN\r\n");
    assert_eq!(talk.client("dXNlcg==\r\n").row()[3], "C: dXNlcg==");
    talk.client("AUTH LOGIN\r\n");
    talk.server("334 VXNlcm5hbWU6\r\n");
    assert_eq!(talk.client("dXNlcg==\r\n").of("smtp.auth.username"), ["dXNlcg=="]);
    talk.server("334 UGFzc3dvcmQ6\r\n");
    assert_eq!(talk.client("c2VjcmV0\r\n").row()[3], "C: Pass: c2VjcmV0");
    assert_eq!(talk.client("AUTH LOGIN dXNlcg==\r\n").row()[3], "C: AUTH LOGIN User: dXNlcg==");
}

#[test]
fn a_mail_ends_with_a_dot_however_it_is_cut() {
    let mut talk = Talk::to(25);
    talk.client("DATA\r\n");
    assert_eq!(talk.client("Subject: x\r\n\r\nbody\r\n").row()[3], "C: DATA fragment, 20 bytes");
    let end = talk.client(".\r\n");
    assert_eq!(end.row()[2..], ["SMTP/IMF", "subject: x, , body  "]);
    assert_eq!(end.of("smtp.data.fragment"), ["2"]);
    talk.client("DATA\r\n");
    let whole = talk.client("Subject: y\r\n\r\n.\r\n");
    assert_eq!((whole.row()[2], whole.of("smtp.data.fragment")), ("SMTP/IMF", vec!["5"]));
    assert_eq!(talk.client("QUIT\r\n").row()[3], "C: QUIT");
}

#[test]
fn what_is_not_tls_behind_starttls_is_read_on() {
    let mut talk = Talk::to(25);
    talk.client("STARTTLS\r\n");
    talk.server("220 go\r\n");
    assert_eq!(talk.client("EHLO me\r\n").row()[2..], ["SMTP", "C: EHLO me"]);
    assert_eq!(talk.client("\x15\x03\x03\0\x02\x01\0").row()[2], "TLSv1.2");
}
