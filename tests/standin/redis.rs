//! A Redis client with the weaknesses of the real services' one: no time-outs for dialling, reading or writing, and
//! pooled connections that are found broken only by the request that uses them.

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result as Io, Write};
use std::net::TcpStream;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

pub enum Reply {
    /// Numbers too.
    Text(String),
    List(Vec<Reply>),
    Nothing,
    Refused(String),
}

impl Reply {
    pub fn text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The texts of a list, those that are absent left out.
    pub fn texts(self) -> Vec<String> {
        match self {
            Self::List(values) => values.into_iter().flat_map(Self::texts).collect(),
            Self::Text(text) => vec![text],
            _ => Vec::new(),
        }
    }
}

pub struct Connection {
    stream: BufReader<TcpStream>,
    broken: bool,
    used: Instant,
}

impl Connection {
    /// Sends one command and reads its reply. A refusal by Redis (say of a write to a replica) leaves the connection
    /// in use; anything else makes it broken.
    pub fn call(&mut self, words: &[&str]) -> Result<Reply, String> {
        let mut text = format!("*{}\r\n", words.len());
        for word in words {
            text.push_str(&format!("${}\r\n{word}\r\n", word.len()));
        }
        let reply = self.stream.get_mut().write_all(text.as_bytes()).and_then(|()| self.reply());
        match reply {
            Ok(Reply::Refused(text)) => Err(text),
            Ok(reply) => Ok(reply),
            Err(error) => {
                self.broken = true;
                Err(error.to_string())
            }
        }
    }

    fn reply(&mut self) -> Io<Reply> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let line = line.strip_suffix("\r\n").ok_or(ErrorKind::UnexpectedEof)?;
        let (kind, rest) = line.split_at_checked(1).ok_or(ErrorKind::InvalidData)?;
        let number = || rest.parse::<i64>().map_err(Error::other);
        Ok(match kind {
            "+" | ":" => Reply::Text(rest.to_owned()),
            "-" => Reply::Refused(rest.to_owned()),
            "$" | "*" if number()? < 0 => Reply::Nothing,
            "$" => {
                let mut bytes = vec![0; number()? as usize + 2];
                self.stream.read_exact(&mut bytes)?;
                bytes.truncate(bytes.len() - 2);
                Reply::Text(String::from_utf8_lossy(&bytes).into_owned())
            }
            "*" => Reply::List((0..number()?).map(|_| self.reply()).collect::<Io<_>>()?),
            _ => return Err(ErrorKind::InvalidData.into()),
        })
    }
}

pub struct Pool {
    /// `host:port`; anything else fails on every call, not at the start.
    pub address: String,
    pub password: String,
    /// The database to select; empty or 0 selects none, which spares the right to do so.
    pub database: String,
    /// Open connections, used or idle, beyond which a request fails at once.
    pub most_open: usize,
    pub most_idle: usize,
    /// An idle connection older than the first is tested before use, one older than the second is dropped.
    pub ages: Option<(Duration, Duration)>,
    pub state: Mutex<State>,
}

#[derive(Default)]
pub struct State {
    idle: Vec<Connection>,
    open: usize,
}

impl Pool {
    /// Runs commands on one connection, the one used last if any is idle.
    pub fn with<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T, String>) -> Result<T, String> {
        let mut connection = match self.idle() {
            Some(connection) => connection,
            None => {
                let full = |state: &mut State| {
                    let full = state.open >= self.most_open;
                    state.open += usize::from(!full);
                    full
                };
                if self.locked(full) {
                    return Err("connection pool exhausted".to_owned());
                }
                self.dial().inspect_err(|_| self.locked(|state| state.open -= 1))?
            }
        };
        let result = work(&mut connection);
        connection.used = Instant::now();
        self.locked(|state| {
            if connection.broken || state.idle.len() >= self.most_idle {
                state.open -= 1;
            } else {
                state.idle.push(connection);
            }
        });
        result
    }

    fn locked<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn idle(&self) -> Option<Connection> {
        loop {
            let mut connection = self.locked(|state| state.idle.pop())?;
            let age = connection.used.elapsed();
            let usable = match self.ages {
                Some((_, drop)) if age >= drop => false,
                Some((test, _)) if age >= test => connection.call(&["PING"]).is_ok(),
                _ => true,
            };
            if usable {
                return Some(connection);
            }
            self.locked(|state| state.open -= 1);
        }
    }

    fn dial(&self) -> Result<Connection, String> {
        let stream = TcpStream::connect(&self.address).map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        let mut connection = Connection { stream: BufReader::new(stream), broken: false, used: Instant::now() };
        if !self.password.is_empty() {
            connection.call(&["AUTH", &self.password])?;
        }
        if !matches!(self.database.as_str(), "" | "0") {
            connection.call(&["SELECT", &self.database])?;
        }
        Ok(connection)
    }
}
