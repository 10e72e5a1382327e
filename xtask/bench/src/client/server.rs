//! A server that costs the client nothing: threads of its own, kept connections, a fixed answer,
//! and no allocation once a connection stands.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

use super::cases::ANSWER_BYTES;
use crate::Result;

/// The first request of each connection, as its sorted head lines.
type Heads = Arc<Mutex<Vec<Vec<String>>>>;

pub(super) struct Server {
    base: String,
    heads: Heads,
}

impl Server {
    pub(super) fn start() -> Result<Self> {
        let heads = Heads::default();
        let (shared, answer): (_, &[u8]) = (heads.clone(), answer().leak());
        let base = listen(move || {
            let (heads, mut first) = (shared.clone(), true);
            move |head: &str, _: &[u8]| {
                if std::mem::take(&mut first) {
                    heads.lock().unwrap_or_else(PoisonError::into_inner).push(head_lines(head));
                }
                answer
            }
        })?;
        Ok(Self { base, heads })
    }

    pub(super) fn base_url(&self) -> String {
        self.base.clone()
    }

    /// The heads of the first requests, in the order in which connections came.
    pub(super) fn heads(&self) -> Vec<Vec<String>> {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Starts a server, which ends with the process, and returns its base URL. `open` makes what answers
/// the requests of one connection, each by its head and body.
pub(crate) fn listen<A>(open: impl Fn() -> A + Send + 'static) -> Result<String>
where
    A: FnMut(&str, &[u8]) -> &'static [u8] + Send + 'static,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    std::thread::Builder::new().name("server".into()).spawn(move || {
        for stream in listener.incoming().map_while(std::result::Result::ok) {
            let answer = open();
            // One connection is busy at a time, so threads do not share a core.
            std::thread::spawn(move || serve(&stream, answer));
        }
    })?;
    Ok(format!("http://{address}/v1"))
}

/// Serves a connection until it ends. A fault ends it too: the client then fails the run.
fn serve(mut peer: &TcpStream, mut answer: impl FnMut(&str, &[u8]) -> &'static [u8]) -> Option<()> {
    peer.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(peer);
    // Both keep their room from request to request.
    let (mut head, mut body) = (String::new(), Vec::new());
    loop {
        head.clear();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        body.resize(content_length(&head), 0);
        reader.read_exact(&mut body).ok()?;
        peer.write_all(answer(&head, &body)).ok()?;
    }
}

fn content_length(head: &str) -> usize {
    let headers = head.lines().filter_map(|line| line.split_once(':'));
    let mut lengths = headers.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    lengths.next().and_then(|(_, value)| value.trim().parse().ok()).unwrap_or(0)
}

fn head_lines(head: &str) -> Vec<String> {
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
    fn the_length_of_a_body_is_read_whatever_the_case_of_its_name() {
        assert_eq!(content_length("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n"), 3);
        assert_eq!(content_length("POST / HTTP/1.1\r\nhost: x\r\ncontent-length:12\r\n\r\n"), 12);
        assert_eq!(content_length("GET /?content-length:3 HTTP/1.1\r\n\r\n"), 0);
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
