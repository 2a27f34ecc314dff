//! An HTTP/1.1 client as those of the services are: connections stay open and are used again.

use std::fmt::{Display, Formatter};
use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What one request may take, from connecting to the last byte.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why an answer is not a good one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Failure {
    Status(u16),
    /// A success without what must be in it.
    Empty,
    Refused,
    /// The connection ended, before or within the answer.
    Reset,
    Timeout,
    Other(ErrorKind),
}

impl Display for Failure {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Status(status) => write!(out, "{status}"),
            Self::Empty => out.write_str("empty"),
            Self::Refused => out.write_str("refused"),
            Self::Reset => out.write_str("reset"),
            Self::Timeout => out.write_str("timeout"),
            Self::Other(kind) => write!(out, "{kind:?}"),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error.kind() {
            ErrorKind::ConnectionRefused => Self::Refused,
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Self::Timeout,
            ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted
            | ErrorKind::BrokenPipe
            | ErrorKind::UnexpectedEof => Self::Reset,
            kind => Self::Other(kind),
        }
    }
}

/// A status and a body.
type Answer = (u16, String);

pub(super) struct Client {
    address: SocketAddr,
    idle: Mutex<Vec<BufReader<TcpStream>>>,
}

impl Client {
    pub(super) const fn new(address: SocketAddr) -> Self {
        Self { address, idle: Mutex::new(Vec::new()) }
    }

    /// A POST is sent once, whatever happens: it may have been applied. A GET is sent again, on a new connection, when
    /// an idle one turns out to have ended before it.
    pub(super) fn send(&self, method: &str, path: &str, json: &str) -> std::result::Result<Answer, Failure> {
        let kind = if json.is_empty() { "" } else { "Content-Type: application/json\r\n" };
        let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n{kind}");
        let request = format!("{head}Content-Length: {}\r\n\r\n{json}", json.len());
        let deadline = Instant::now() + PATIENCE;
        if let Some(mut old) = self.idle() {
            let sent = left(&old, deadline).and_then(|()| old.get_mut().write_all(request.as_bytes()));
            let first = sent.and_then(|()| Ok(!old.fill_buf()?.is_empty()));
            match first.map_err(Failure::from) {
                Ok(true) => return self.receive(old, deadline),
                Ok(false) | Err(Failure::Reset) if method == "GET" => {}
                Ok(false) => return Err(Failure::Reset),
                Err(failure) => return Err(failure),
            }
        }
        let mut new = TcpStream::connect_timeout(&self.address, deadline.saturating_duration_since(Instant::now()))?;
        new.set_nodelay(true)?;
        new.write_all(request.as_bytes())?;
        self.receive(BufReader::new(new), deadline)
    }

    /// The connection used last, of those that are not known to have ended.
    fn idle(&self) -> Option<BufReader<TcpStream>> {
        loop {
            let connection = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
            let stream = connection.get_ref();
            stream.set_nonblocking(true).ok()?;
            let nothing = stream.peek(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
            stream.set_nonblocking(false).ok()?;
            if nothing {
                return Some(connection);
            }
        }
    }

    fn receive(&self, mut connection: BufReader<TcpStream>, deadline: Instant) -> std::result::Result<Answer, Failure> {
        let (answer, keep) = read(&mut connection, deadline)?;
        if keep && connection.buffer().is_empty() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
        Ok(answer)
    }
}

/// Lets no read or write on it take longer than until then.
fn left(connection: &BufReader<TcpStream>, deadline: Instant) -> Result<()> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(ErrorKind::TimedOut.into());
    }
    connection.get_ref().set_write_timeout(Some(left))?;
    connection.get_ref().set_read_timeout(Some(left))
}

fn line(connection: &mut BufReader<TcpStream>, deadline: Instant) -> Result<String> {
    left(connection, deadline)?;
    let mut line = String::new();
    connection.read_line(&mut line)?;
    line.strip_suffix("\r\n").map(str::to_owned).ok_or_else(|| ErrorKind::UnexpectedEof.into())
}

/// One answer, and whether the connection may be used again.
fn read(connection: &mut BufReader<TcpStream>, deadline: Instant) -> Result<(Answer, bool)> {
    let first = line(connection, deadline)?;
    let status = first.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
    let status = status.ok_or(ErrorKind::InvalidData)?;
    let (mut length, mut chunked, mut keep) = (None, false, true);
    loop {
        let header = line(connection, deadline)?.to_ascii_lowercase();
        match header.split_once(':').map(|(name, value)| (name, value.trim())) {
            Some(("content-length", value)) => length = Some(value.parse().map_err(|_| ErrorKind::InvalidData)?),
            Some(("transfer-encoding", value)) => chunked = value == "chunked",
            Some(("connection", value)) => keep = value != "close",
            Some(_) => {}
            None => break,
        }
    }
    let mut body = Vec::new();
    match length {
        _ if chunked => loop {
            let size = usize::from_str_radix(&line(connection, deadline)?, 16).map_err(|_| ErrorKind::InvalidData)?;
            part(connection, size, &mut body, deadline)?;
            line(connection, deadline)?;
            if size == 0 {
                break;
            }
        },
        Some(length) => part(connection, length, &mut body, deadline)?,
        // Its end is that of the connection.
        None => {
            keep = false;
            connection.read_to_end(&mut body)?;
        }
    }
    Ok(((status, String::from_utf8_lossy(&body).into_owned()), keep))
}

fn part(connection: &mut BufReader<TcpStream>, size: usize, body: &mut Vec<u8>, deadline: Instant) -> Result<()> {
    left(connection, deadline)?;
    let begin = body.len();
    body.resize(begin + size, 0);
    connection.read_exact(&mut body[begin..])
}
