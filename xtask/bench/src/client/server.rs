//! A server that costs the client nothing: threads of its own, kept connections, a fixed answer,
//! and no allocation once a connection stands.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use super::exchange::ANSWER_BYTES;
use crate::Result;

/// The first request of each connection, as its sorted head lines.
type Heads = Arc<Mutex<Vec<Vec<String>>>>;

pub(super) struct Server {
    address: SocketAddr,
    heads: Heads,
}

impl Server {
    pub(super) fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let heads = Heads::default();
        let shared = heads.clone();
        // It ends with the process.
        std::thread::Builder::new().name("server".into()).spawn(move || {
            for stream in listener.incoming().map_while(std::result::Result::ok) {
                let heads = shared.clone();
                // One connection is busy at a time, so threads do not share a core.
                std::thread::spawn(move || serve(stream, &heads));
            }
        })?;
        Ok(Self { address, heads })
    }

    pub(super) fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The heads of the first requests, in the order in which connections came.
    pub(super) fn heads(&self) -> Vec<Vec<String>> {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Serves a connection until it ends. A fault ends it too: the client then fails the run.
fn serve(mut stream: TcpStream, heads: &Heads) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let answer = answer();
    let mut buffer = [0; 8192];
    let mut filled = 0;
    let mut first = true;
    loop {
        let request = loop {
            if let Some(length) = request_length(buffer.get(..filled)?) {
                break length;
            }
            match stream.read(buffer.get_mut(filled..)?) {
                Ok(0) => return None,
                Ok(count) => filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return None,
            }
        };
        if first {
            first = false;
            let lines = head_lines(buffer.get(..request)?);
            heads.lock().unwrap_or_else(PoisonError::into_inner).push(lines);
        }
        stream.write_all(&answer).ok()?;
        buffer.copy_within(request..filled, 0);
        filled -= request;
    }
}

/// The length of the request at the beginning of `bytes`, once it is there whole.
fn request_length(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let body = content_length(bytes.get(..head)?).unwrap_or(0);
    (bytes.len() >= head + body).then_some(head + body)
}

fn content_length(head: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"content-length:";
    let line = head
        .split(|byte| *byte == b'\n')
        .find(|line| line.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME)))?;
    std::str::from_utf8(line.get(NAME.len()..)?).ok()?.trim().parse().ok()
}

fn head_lines(request: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(request);
    let head = text.split("\r\n\r\n").next().unwrap_or_default();
    let mut lines: Vec<String> = head
        .lines()
        .map(|line| match line.split_once(':') {
            Some((name, value)) => format!("{}:{value}", name.to_ascii_lowercase()),
            None => line.to_owned(),
        })
        .collect();
    lines.sort();
    lines
}

fn answer() -> Vec<u8> {
    let mut body = br#"{"rows":["#.to_vec();
    body.resize(ANSWER_BYTES - 2, b' ');
    body.extend_from_slice(b"]}");
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
         date: Sun, 22 Nov 2026 12:00:00 GMT\r\nserver: bench\r\n\
         x-request-id: 0b7a4c1e-3f5d-4e6a-9c8b-2d1f0a9e8c7b\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    answer.append(&mut body);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_whole_when_its_body_is() {
        let request = b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET";
        assert_eq!(request_length(request), Some(request.len() - 3));
        assert_eq!(request_length(request.get(..request.len() - 4).unwrap()), None);
        assert_eq!(request_length(b"GET / HTTP/1.1\r\n\r\n"), Some(18));
        assert_eq!(request_length(b"GET / HTTP/1.1\r\n"), None);
    }

    #[test]
    fn the_answers_body_has_the_agreed_size() {
        let answer = answer();
        let text = String::from_utf8(answer).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert_eq!(body.len(), ANSWER_BYTES);
        assert!(head.ends_with("content-length: 1024"));
    }
}
