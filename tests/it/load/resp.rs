//! A Redis client: one command, one reply.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// What connecting and each reply may take. A proxy ends the connections of a server that hangs earlier than that.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Debug)]
pub(crate) enum Reply {
    Text(String),
    Nothing,
    List(Vec<Self>),
    Refused(String),
}

pub(crate) struct Connection(BufReader<TcpStream>);

impl Connection {
    /// `auth` is a password, or a user and a password.
    pub(crate) fn open(address: SocketAddr, auth: &[&str]) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut connection = Self(BufReader::new(stream));
        match connection.call(&[&["AUTH"], auth].concat())? {
            Reply::Text(_) => Ok(connection),
            other => Err(Error::other(format!("{other:?}"))),
        }
    }

    pub(crate) fn call(&mut self, words: &[&str]) -> Result<Reply> {
        let mut text = format!("*{}\r\n", words.len());
        for word in words {
            write!(text, "${}\r\n{word}\r\n", word.len()).map_err(Error::other)?;
        }
        self.0.get_mut().write_all(text.as_bytes())?;
        self.reply()
    }

    fn reply(&mut self) -> Result<Reply> {
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        let line = line.strip_suffix("\r\n").ok_or(ErrorKind::UnexpectedEof)?;
        let (kind, rest) = line.split_at_checked(1).ok_or(ErrorKind::InvalidData)?;
        let number = || rest.parse::<i64>().map_err(Error::other);
        Ok(match kind {
            "+" | ":" => Reply::Text(rest.to_owned()),
            "-" => Reply::Refused(rest.to_owned()),
            "$" | "*" if number()? < 0 => Reply::Nothing,
            "$" => {
                let mut bytes = vec![0; usize::try_from(number()?).unwrap() + 2];
                self.0.read_exact(&mut bytes)?;
                bytes.truncate(bytes.len() - 2);
                Reply::Text(String::from_utf8_lossy(&bytes).into_owned())
            }
            "*" => Reply::List((0..number()?).map(|_| self.reply()).collect::<Result<_>>()?),
            _ => return Err(ErrorKind::InvalidData.into()),
        })
    }
}
