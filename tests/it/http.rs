//! As much of an HTTP client as the tests need: one request a connection.

use std::io::{Error, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

/// Longer than anything under test may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

pub(crate) fn get(port: u16, path: &str) -> Result<Answer, Error> {
    send(port, "GET", path, "")
}

pub(crate) fn post(port: u16, path: &str, json: &str) -> Result<Answer, Error> {
    send(port, "POST", path, json)
}

fn send(port: u16, method: &str, path: &str, json: &str) -> Result<Answer, Error> {
    ask((Ipv4Addr::LOCALHOST, port).into(), method, path, json, PATIENCE)
}

/// One request to any address, for which neither connecting nor answering may take longer than `patience`.
pub(crate) fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    json: &str,
    patience: Duration,
) -> Result<Answer, Error> {
    let mut stream = TcpStream::connect_timeout(&address, patience)?;
    stream.set_read_timeout(Some(patience))?;
    stream.write_all(request(method, path, json).as_bytes())?;
    let mut bytes = Vec::new();
    let mut piece = [0; 65_536];
    // Some servers keep the connection although they were asked not to.
    while !is_whole(&bytes) {
        match stream.read(&mut piece)? {
            0 => break,
            count => bytes.extend_from_slice(&piece[..count]),
        }
    }
    answer(std::str::from_utf8(&bytes).map_err(Error::other)?)
}

/// Whether an answer has as many bytes as it says; one that does not say it ends with its connection.
fn is_whole(bytes: &[u8]) -> bool {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    length.is_some_and(|length| bytes.len() >= end + 4 + length)
}

/// A whole request, after whose answer the connection ends.
pub(crate) fn request(method: &str, path: &str, json: &str) -> String {
    let kind = if json.is_empty() { "" } else { "Content-Type: application/json\r\n" };
    let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{kind}");
    format!("{head}Content-Length: {}\r\n\r\n{json}", json.len())
}

/// What came until the connection's end.
pub(crate) fn answer(text: &str) -> Result<Answer, Error> {
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(|| Error::other(format!("half an answer: {text:?}")))?;
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok());
    let status = status.ok_or_else(|| Error::other(format!("no status: {head:?}")))?;
    let in_chunks = head.to_ascii_lowercase().contains("\r\ntransfer-encoding: chunked");
    Ok(Answer { status, body: if in_chunks { joined(body) } else { body.to_owned() } })
}

/// A body without the lengths of its chunks.
fn joined(mut rest: &str) -> String {
    let mut body = String::new();
    while let Some((length, chunks)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap_or(0);
        body.push_str(chunks.get(..length).unwrap_or(chunks));
        rest = chunks.get(length + 2..).unwrap_or("");
    }
    body
}

/// A port of this machine that nobody listens on, as far as one can know.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}
