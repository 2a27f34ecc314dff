//! An HTTP server that does what a test says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::spawn;

/// What it does with the `number`th request of a connection, from 0: an answer as it goes over the wire, or `None` to
/// close the connection without a byte.
type Handler = dyn Fn(&str, usize) -> Option<String> + Send + Sync;

/// Runs until the tests end.
pub(super) fn serve(handler: impl Fn(&str, usize) -> Option<String> + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let (address, handler) = (listener.local_addr().unwrap(), Arc::new(handler));
    spawn(move || {
        for stream in listener.incoming() {
            let (mut reader, handler) = (BufReader::new(stream.unwrap()), Arc::clone(&handler));
            spawn(move || (0..).try_for_each(|number| one(&mut reader, number, &*handler)));
        }
    });
    address
}

fn one(reader: &mut BufReader<std::net::TcpStream>, number: usize, handler: &Handler) -> Option<()> {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let begin = head.len();
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
        match &head[begin..] {
            "\r\n" => break,
            line => length = line.strip_prefix("Content-Length: ").map_or(length, |it| it.trim().parse().unwrap()),
        }
    }
    reader.read_exact(&mut vec![0; length]).ok()?;
    let answer = handler(&head, number)?;
    reader.get_mut().write_all(answer.as_bytes()).ok()?;
    (!answer.contains("Connection: close")).then_some(())
}
