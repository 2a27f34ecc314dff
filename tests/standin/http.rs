//! HTTP/1.1 with connections that stay open, a thread for each.

use crate::json::Value;
use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::net::{Ipv6Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

const LONGEST_BODY: u64 = 1 << 20;

pub struct Request {
    pub method: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    pub body: String,
    keep: bool,
}

pub struct Response {
    pub status: u16,
    pub body: String,
    pub location: Option<String>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.query.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The services accept bodies of this type only.
    pub fn lacks_type(&self) -> bool {
        let kind = self.header("content-type").unwrap_or_default();
        !self.body.is_empty() && kind.split(';').next().unwrap_or_default().trim() != "application/json"
    }
}

impl Response {
    pub fn empty(status: u16) -> Self {
        Self { status, body: String::new(), location: None }
    }

    pub fn json(status: u16, value: &Value) -> Self {
        Self { body: value.to_string(), ..Self::empty(status) }
    }

    pub fn error(status: u16, code: &str, message: &str) -> Self {
        let fields = [("status", Value::number(status)), ("error", code.into()), ("message", message.into())];
        Self::json(status, &Value::object(fields))
    }
}

/// Listens on all interfaces, IPv4 only where the kernel has no IPv6.
pub fn listen(port: i64) -> Result<TcpListener> {
    let port = u16::try_from(port).map_err(|_| Error::new(ErrorKind::InvalidInput, "invalid port"))?;
    TcpListener::bind((Ipv6Addr::UNSPECIFIED, port)).or_else(|_| TcpListener::bind(("0.0.0.0", port)))
}

pub fn serve(listener: &TcpListener, handler: impl Fn(&Request) -> Response + Send + Sync + 'static) -> ! {
    let handler = Arc::new(handler);
    loop {
        let Ok((stream, _)) = listener.accept() else { continue };
        let handler = Arc::clone(&handler);
        // When no thread is to be had the connection closes, as the closure with it is dropped.
        let _ = thread::Builder::new().stack_size(512 << 10).spawn(move || connection(&stream, handler.as_ref()));
    }
}

fn connection(stream: &TcpStream, handler: &dyn Fn(&Request) -> Response) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(stream);
    loop {
        let request = read(&mut reader).ok()??;
        let response = handler(&request);
        write(stream, &request, &response).ok()?;
        if !request.keep {
            return None;
        }
    }
}

fn line(reader: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    if reader.take(16 << 10).read_line(&mut line)? == 0 || !line.ends_with('\n') {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn read(reader: &mut BufReader<&TcpStream>) -> Result<Option<Request>> {
    let first = line(reader)?;
    let mut words = first.split(' ');
    let (Some(method), Some(target), Some(version)) = (words.next(), words.next(), words.next()) else {
        return Ok(None);
    };
    let mut headers = Vec::new();
    loop {
        let header = line(reader)?;
        if header.is_empty() {
            break;
        }
        let Some((name, value)) = header.split_once(':') else { return Ok(None) };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let query = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name).unwrap_or_default(), decoded(value).unwrap_or_default())
    });
    let mut request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.collect(),
        headers,
        body: String::new(),
        keep: false,
    };
    let asked = request.header("connection").unwrap_or_default().to_ascii_lowercase();
    request.keep = if version == "HTTP/1.1" { asked != "close" } else { asked == "keep-alive" };
    if request.header("expect").is_some() {
        let mut stream = *reader.get_ref();
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let mut body = Vec::new();
    if request.header("transfer-encoding").is_some() {
        loop {
            let size = line(reader)?;
            let size = u64::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16);
            let size = size.map_err(Error::other)?;
            exactly(reader, size, &mut body)?;
            line(reader)?;
            if size == 0 {
                break;
            }
        }
    } else if let Some(length) = request.header("content-length") {
        exactly(reader, length.parse().map_err(Error::other)?, &mut body)?;
    }
    request.body = String::from_utf8_lossy(&body).into_owned();
    Ok(Some(request))
}

fn exactly(reader: &mut impl Read, size: u64, body: &mut Vec<u8>) -> Result<()> {
    if size > LONGEST_BODY || reader.take(size).read_to_end(body)? as u64 != size || body.len() as u64 > LONGEST_BODY {
        return Err(ErrorKind::InvalidData.into());
    }
    Ok(())
}

/// Percent-decoding; absent where a `%` is not followed by two digits.
pub fn decoded(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut result = Vec::new();
    while let Some(byte) = bytes.next() {
        result.push(if byte == b'%' {
            let digits = [bytes.next()?, bytes.next()?];
            u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?
        } else {
            byte
        });
    }
    String::from_utf8(result).ok()
}

fn write(mut stream: &TcpStream, request: &Request, response: &Response) -> Result<()> {
    let reason = match response.status {
        200 => "OK",
        201 => "Created",
        301 => "Moved Permanently",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        405 => "Method Not Allowed",
        410 => "Gone",
        415 => "Unsupported Media Type",
        _ => "Internal Server Error",
    };
    let mut text = format!("HTTP/1.1 {} {reason}\r\nContent-Length: {}\r\n", response.status, response.body.len());
    if !response.body.is_empty() {
        text.push_str("Content-Type: application/json; charset=utf-8\r\n");
    }
    if let Some(place) = &response.location {
        text.push_str(&format!("Location: {place}\r\n"));
    }
    text.push_str(if request.keep { "Connection: keep-alive\r\n\r\n" } else { "Connection: close\r\n\r\n" });
    if request.method != "HEAD" {
        text.push_str(&response.body);
    }
    stream.write_all(text.as_bytes())
}
