//! QEMU's machine protocol: one JSON object a line, in both directions.

use serde_json::{Value, json};
use std::{
    io::{self, BufRead, BufReader, ErrorKind, Write},
    os::unix::net::UnixStream,
    thread,
    time::Duration,
};

/// How long QEMU may take for one answer: its start may read an image from a slow network.
const PATIENCE: Duration = Duration::from_secs(30);

/// One end of the socket.
#[derive(Debug)]
pub(super) struct Qmp {
    writer: UnixStream,
    /// Until another thread listens.
    reader: Option<BufReader<UnixStream>>,
}

/// What QEMU tells by itself.
#[derive(Debug)]
pub(super) enum Message {
    /// The VM ends.
    Shutdown { guest: bool, reason: String },
    /// Something that the launcher has no use for.
    Other,
}

impl Qmp {
    /// Waits until QEMU has started. It greets as soon as it has opened the socket, and answers when all else that
    /// its command line asks for is in place.
    ///
    /// # Errors
    /// `UnexpectedEof` if QEMU ended instead.
    pub(super) fn open(socket: UnixStream) -> io::Result<Self> {
        socket.set_read_timeout(Some(PATIENCE))?;
        let mut qmp = Self { writer: socket.try_clone()?, reader: Some(BufReader::new(socket)) };
        match qmp.read()? {
            greeting if greeting.get("QMP").is_some() => {}
            other => return Err(io::Error::new(ErrorKind::InvalidData, format!("this is no greeting: {other}"))),
        }
        qmp.ask("qmp_capabilities", json!({})).map_err(|error| match error.kind() {
            ErrorKind::BrokenPipe => ErrorKind::UnexpectedEof.into(),
            _ => error,
        })?;
        Ok(qmp)
    }

    /// Sends a command and waits for what it returns.
    ///
    /// # Errors
    /// Kind `Other` with QEMU's words if it refuses; another kind if the conversation itself fails.
    pub(super) fn ask(&mut self, command: &str, arguments: Value) -> io::Result<Value> {
        writeln!(self.writer, "{}", json!({ "execute": command, "arguments": arguments }))?;
        loop {
            let mut answer = self.read()?;
            if let Some(value) = answer.get_mut("return") {
                return Ok(value.take());
            }
            if let Some(error) = answer.get("error") {
                let words = error.get("desc").and_then(Value::as_str).unwrap_or("QEMU gives no reason");
                return Err(io::Error::other(words.to_owned()));
            }
        }
    }

    /// Sends a command whose answer does not matter: a VM that is ending may not give one.
    pub(super) fn order(&mut self, command: &str, arguments: Value) {
        let _ = writeln!(self.writer, "{}", json!({ "execute": command, "arguments": arguments }));
    }

    /// Tells all further messages to `hear`, and the end of the conversation as nothing, until it answers no.
    pub(super) fn listen(&mut self, mut hear: impl FnMut(Option<Message>) -> bool + Send + 'static) {
        let Some(reader) = self.reader.take() else { return };
        // A VM may run for days without a word.
        let _ = reader.get_ref().set_read_timeout(None);
        thread::spawn(move || {
            let lines = reader.lines().map_while(Result::ok);
            for line in lines {
                let message = serde_json::from_str(&line).map_or(Message::Other, |value| Message::of(&value));
                if !hear(Some(message)) {
                    return;
                }
            }
            hear(None);
        });
    }

    fn read(&mut self) -> io::Result<Value> {
        let reader = self.reader.as_mut().ok_or(ErrorKind::NotConnected)?;
        let mut line = String::new();
        match reader.read_line(&mut line) {
            Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
            // What QEMU left unread when it ended.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Err(ErrorKind::UnexpectedEof.into()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                Err(io::Error::new(ErrorKind::TimedOut, format!("no answer in {} s", PATIENCE.as_secs())))
            }
            Err(error) => Err(error),
            Ok(_) => serde_json::from_str(&line).map_err(|error| io::Error::new(ErrorKind::InvalidData, error)),
        }
    }
}

impl Message {
    fn of(value: &Value) -> Self {
        if value.get("event").and_then(Value::as_str) != Some("SHUTDOWN") {
            return Self::Other;
        }
        let part = |name: &str| value.get("data").and_then(|data| data.get(name));
        Self::Shutdown {
            guest: part("guest").and_then(Value::as_bool).unwrap_or(false),
            reason: part("reason").and_then(Value::as_str).unwrap_or("unknown").to_owned(),
        }
    }
}

/// The port of this machine in QEMU's table of connections, the row of the forwarding to port 22:
/// protocol, descriptor, source address, source port, destination address, destination port, queues.
pub(super) fn forwarded_port(table: &str) -> Option<u16> {
    table.lines().find_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            ["TCP[HOST_FORWARD]", _, _, port, _, "22", ..] => port.parse().ok(),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn the_port_is_the_one_that_leads_to_ssh() {
        let table = "Hub -1 (net0):\r\n  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ\r\n  \
                     TCP[HOST_FORWARD]  16       127.0.0.1 40001       10.0.2.15    80     0     0\r\n  \
                     TCP[HOST_FORWARD]  17       127.0.0.1 39609       10.0.2.15    22     0     0\r\n";
        assert_eq!(forwarded_port(table), Some(39609));
        assert_eq!(forwarded_port("no forwarding"), None);
    }

    /// A conversation with something that says `lines` and closes; with what was asked of it.
    fn talk<Got>(lines: &str, with: impl FnOnce(io::Result<Qmp>) -> Got) -> (Got, String) {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        theirs.write_all(lines.as_bytes()).unwrap();
        theirs.shutdown(std::net::Shutdown::Write).unwrap();
        let got = with(Qmp::open(ours));
        let mut asked = String::new();
        theirs.read_to_string(&mut asked).unwrap();
        (got, asked)
    }

    #[test]
    fn answers_are_found_among_events() {
        let lines = "{\"QMP\":{}}\n{\"return\":{}}\n{\"event\":\"RESUME\"}\n{\"return\":{\"enabled\":true}}\n{\"error\":{\"desc\":\"no room\"}}\n";
        let (answers, asked) = talk(lines, |qmp| {
            let mut qmp = qmp.unwrap();
            (qmp.ask("query-kvm", json!({})).unwrap(), qmp.ask("object-add", json!({"id": 1})).unwrap_err())
        });
        assert_eq!(answers.0, json!({"enabled": true}));
        assert_eq!((answers.1.kind(), answers.1.to_string().as_str()), (ErrorKind::Other, "no room"));
        let asked: Vec<Value> = asked.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(asked[2], json!({"execute": "object-add", "arguments": {"id": 1}}));
    }

    #[test]
    fn an_end_is_told_from_nonsense() {
        assert_eq!(talk("", |qmp| qmp.unwrap_err().kind()).0, ErrorKind::UnexpectedEof);
        assert_eq!(talk("{\"QMP\":{}}\n", |qmp| qmp.unwrap_err().kind()).0, ErrorKind::UnexpectedEof);
        assert_eq!(talk("hello\n", |qmp| qmp.unwrap_err().kind()).0, ErrorKind::InvalidData);
        assert_eq!(talk("{}\n", |qmp| qmp.unwrap_err().kind()).0, ErrorKind::InvalidData);
    }

    #[test]
    fn the_reason_of_the_end_is_heard_and_then_the_end() {
        let lines = "{\"QMP\":{}}\n{\"return\":{}}\nnonsense\n\
                     {\"event\":\"SHUTDOWN\",\"data\":{\"guest\":true,\"reason\":\"guest-shutdown\"}}\n";
        let (sender, heard) = std::sync::mpsc::channel();
        talk(lines, |qmp| {
            let mut qmp = qmp.unwrap();
            qmp.listen(move |message| sender.send(message).is_ok());
        });
        let heard: Vec<_> = heard.iter().collect();
        assert!(matches!(
            &heard[..],
            [Some(Message::Other), Some(Message::Shutdown { guest: true, reason }), None] if reason == "guest-shutdown"
        ));
    }
}
