//! What the lines of a session make of those that follow.

use crate::protocols::lines;

/// A session behind some of its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Session {
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

/// What a line of a client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Command,
    Username,
    Password,
    /// Name and password in one.
    Both,
    Mail,
    EndOfMail,
}

/// What a segment of a client is: what its last line is, or the first that ends a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Commands,
    Mail {
        in_chunks: bool,
    },
    /// So many bytes come before the line that ends the mail.
    EndOfMail(usize),
}

impl Session {
    /// Reads the lines of a client.
    pub(super) fn client(&mut self, bytes: &[u8]) -> Kind {
        let (mut at, mut kind) = (0, Kind::Commands);
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            if let Transfer::Chunk(left) = self.transfer {
                let here = left.min(rest.len() as u64);
                self.transfer = if here == left { Transfer::Nothing } else { Transfer::Chunk(left - here) };
                kind = Kind::Mail { in_chunks: true };
                at += here as usize;
                continue;
            }
            // An empty line before the dot is not the mail's.
            if self.transfer == Transfer::Mail && rest.starts_with(b"\r\n.\r\n") {
                self.transfer = Transfer::Nothing;
                return Kind::EndOfMail(at);
            }
            let line = lines::first(rest);
            kind = match self.line(line.text) {
                Role::EndOfMail => return Kind::EndOfMail(at),
                Role::Mail => Kind::Mail { in_chunks: false },
                _ => Kind::Commands,
            };
            at += line.length;
        }
        kind
    }

    /// Reads a line of a client.
    pub(super) fn line(&mut self, line: &[u8]) -> Role {
        if self.transfer == Transfer::Mail {
            if line != b"." {
                return Role::Mail;
            }
            self.transfer = Transfer::Nothing;
            return Role::EndOfMail;
        }
        let (auth, role) = match self.auth {
            Auth::Username => (Auth::LoginNamed, Role::Username),
            Auth::Password => (Auth::Nothing, Role::Password),
            Auth::Both => (Auth::Nothing, Role::Both),
            _ => return self.command(line),
        };
        self.auth = auth;
        role
    }

    fn command(&mut self, line: &[u8]) -> Role {
        let is = |text: &[u8], name: &[u8]| text.eq_ignore_ascii_case(name);
        let (word, at) = lines::word(line);
        let mut arguments = line.get(at..).unwrap_or_default().split(|byte| *byte == b' ');
        let first = arguments.next().unwrap_or_default();
        if is(word, b"STARTTLS") {
            self.tls_asked = true;
        } else if word.len() != 4 || !word.iter().all(u8::is_ascii_alphabetic) {
            // The capture may have begun within a mail.
            return if self.has_auth { Role::Command } else { Role::Mail };
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
        Role::Command
    }

    /// Reads the code of a reply; tells whether TLS follows.
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
        let read = |bytes: &str| Session::default().client(bytes.as_bytes());
        assert_eq!(read("MAIL FROM:<a>\r\nDATA\r\n"), Kind::Commands);
        assert_eq!(read("DATA\r\nx\r\n"), Kind::Mail { in_chunks: false });
        assert_eq!(read("DATA\r\nx\r\n.\r\nQUIT\r\n"), Kind::EndOfMail(9));
        assert_eq!(read("BDAT 3 LAST\r\nabc"), Kind::Mail { in_chunks: true });
        assert_eq!(read("BDAT 3 LAST\r\nabcQUIT\r\n"), Kind::Commands);
        assert_eq!(read("Subject: x\r\n"), Kind::Mail { in_chunks: false });
    }

    #[test]
    fn a_name_and_a_password_are_asked_for() {
        let mut session = Session::default();
        assert_eq!(session.line(b"AUTH LOGIN"), Role::Command);
        session.reply(334);
        assert_eq!(session.line(b"dXNlcg=="), Role::Username);
        session.reply(334);
        assert_eq!(session.line(b"c2VjcmV0"), Role::Password);
        session.reply(235);
        assert_eq!(session.line(b"x"), Role::Command);
    }
}
