//! What the lines of a session make of those that follow.

use crate::protocols::lines;

/// A session behind some of its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct SmtpSession {
    transfer: Transfer,
    auth: Auth,
    /// Whether a client has authenticated, or tried to.
    has_auth: bool,
    /// Whether parts of a mail wait for its end.
    pub(super) has_parts: bool,
    /// Whether TLS was asked for, and the reply is to come.
    pub(super) tls_asked: bool,
}

/// What a client sends besides commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Transfer {
    #[default]
    Nothing,
    /// A mail, up to a line with nothing but a dot.
    Mail,
    /// So many bytes of a mail (RFC 3030).
    Chunk(u64),
}

/// Where an authentication is (RFC 4954; LOGIN is older than that).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Auth {
    #[default]
    Nothing,
    /// What was sent awaits a reply.
    Login,
    LoginNamed,
    Plain,
    /// What the server asks for.
    Username,
    Password,
    Both,
}

/// The meaning of a client's line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ClientLine {
    Command,
    Username,
    Password,
    /// Name and password in one.
    Both,
    Mail,
    EndOfMail,
}

/// The content of a client's segment, by its last line, or by the first line that ends a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ClientSegment {
    Commands,
    Mail {
        in_chunks: bool,
    },
    /// So many bytes come before the line that ends the mail.
    EndOfMail(usize),
}

impl SmtpSession {
    /// Reads the lines of a client.
    pub(super) fn client(&mut self, bytes: &[u8]) -> ClientSegment {
        let (mut at, mut kind) = (0, ClientSegment::Commands);
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            if let Transfer::Chunk(left) = self.transfer {
                let here = left.min(rest.len() as u64);
                self.transfer = if here == left { Transfer::Nothing } else { Transfer::Chunk(left - here) };
                kind = ClientSegment::Mail { in_chunks: true };
                at += here as usize;
                continue;
            }
            // An empty line before the dot is not the mail's.
            if self.transfer == Transfer::Mail && rest.starts_with(b"\r\n.\r\n") {
                self.transfer = Transfer::Nothing;
                return ClientSegment::EndOfMail(at);
            }
            let line = lines::first(rest);
            kind = match self.line(line.text) {
                ClientLine::EndOfMail => return ClientSegment::EndOfMail(at),
                ClientLine::Mail => ClientSegment::Mail { in_chunks: false },
                _ => ClientSegment::Commands,
            };
            at += line.length;
        }
        kind
    }

    /// Reads a line of a client.
    pub(super) fn line(&mut self, line: &[u8]) -> ClientLine {
        if self.transfer == Transfer::Mail {
            if line != b"." {
                return ClientLine::Mail;
            }
            self.transfer = Transfer::Nothing;
            return ClientLine::EndOfMail;
        }
        let (auth, role) = match self.auth {
            Auth::Username => (Auth::LoginNamed, ClientLine::Username),
            Auth::Password => (Auth::Nothing, ClientLine::Password),
            Auth::Both => (Auth::Nothing, ClientLine::Both),
            _ => return self.command(line),
        };
        self.auth = auth;
        role
    }

    fn command(&mut self, line: &[u8]) -> ClientLine {
        let is = |text: &[u8], name: &[u8]| text.eq_ignore_ascii_case(name);
        let (word, at) = lines::word(line);
        let mut arguments = line.get(at..).unwrap_or_default().split(|byte| *byte == b' ');
        let first = arguments.next().unwrap_or_default();
        if is(word, b"STARTTLS") {
            self.tls_asked = true;
        } else if word.len() != 4 || !word.iter().all(u8::is_ascii_alphabetic) {
            // The capture may have begun within a mail.
            return if self.has_auth { ClientLine::Command } else { ClientLine::Mail };
        } else if is(word, b"DATA") {
            self.transfer = Transfer::Mail;
        } else if is(word, b"BDAT") {
            let size = std::str::from_utf8(first).ok().and_then(|size| size.parse().ok()).filter(|size| *size > 0);
            self.transfer = size.map_or(Transfer::Nothing, Transfer::Chunk);
        } else if is(word, b"AUTH") {
            let has_more = arguments.next().is_some_and(|more| !more.is_empty());
            self.auth = match has_more {
                false if is(first, b"LOGIN") => Auth::Login,
                true if is(first, b"LOGIN") => Auth::LoginNamed,
                false if is(first, b"PLAIN") => Auth::Plain,
                _ => Auth::Nothing,
            };
            self.has_auth |= is(first, b"LOGIN") || is(first, b"PLAIN");
        }
        ClientLine::Command
    }

    /// Reads the code of a reply; returns whether TLS follows.
    pub(super) fn reply(&mut self, code: u64) -> bool {
        self.auth = match self.auth {
            Auth::Login if code == 334 => Auth::Username,
            Auth::LoginNamed if code == 334 => Auth::Password,
            Auth::Plain if code == 334 => Auth::Both,
            _ => Auth::Nothing,
        };
        std::mem::take(&mut self.tls_asked) && code == 220
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_what_its_last_line_is() {
        let read = |bytes: &str| SmtpSession::default().client(bytes.as_bytes());
        assert_eq!(read("MAIL FROM:<a>\r\nDATA\r\n"), ClientSegment::Commands);
        assert_eq!(read("DATA\r\nx\r\n"), ClientSegment::Mail { in_chunks: false });
        assert_eq!(read("DATA\r\nx\r\n.\r\nQUIT\r\n"), ClientSegment::EndOfMail(9));
        assert_eq!(read("BDAT 3 LAST\r\nabc"), ClientSegment::Mail { in_chunks: true });
        assert_eq!(read("BDAT 3 LAST\r\nabcQUIT\r\n"), ClientSegment::Commands);
        assert_eq!(read("Subject: x\r\n"), ClientSegment::Mail { in_chunks: false });
    }

    #[test]
    fn a_name_and_a_password_are_asked_for() {
        let mut session = SmtpSession::default();
        assert_eq!(session.line(b"AUTH LOGIN"), ClientLine::Command);
        session.reply(334);
        assert_eq!(session.line(b"dXNlcg=="), ClientLine::Username);
        session.reply(334);
        assert_eq!(session.line(b"c2VjcmV0"), ClientLine::Password);
        session.reply(235);
        assert_eq!(session.line(b"x"), ClientLine::Command);
    }
}
