//! A receiver that is killed again and again: each conversion is in its table exactly once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const WEBHOOKS: usize = 10_000;
const KILLS: usize = 100;
const SENDERS: usize = 8;

/// The example, which cargo builds beside the tests.
fn example(name: &str) -> PathBuf {
    let own = std::env::current_exe().unwrap();
    own.parent().unwrap().parent().unwrap().join("examples").join(name)
}

struct Sink {
    child: Child,
    address: String,
}

impl Sink {
    fn start(database: &Path) -> Self {
        let mut command = Command::new(example("conversion_sink"));
        command.env("PORT", "0").env("DATABASE", database).stdout(Stdio::piped());
        let child = command.spawn();
        let mut child =
            child.expect("the example is built by `cargo test`, or by `cargo build --examples`");
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut url = String::new();
        output.read_line(&mut url).unwrap();
        // What it prints later is read, or else it would wait.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        let address =
            url.trim().strip_prefix("http://").and_then(|url| url.strip_suffix("/webhook"));
        Self { child, address: address.unwrap_or_else(|| panic!("{url:?}")).to_owned() }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Sends a webhook once; whether it was acknowledged.
fn send(address: &str, id: &str) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let body = format!(
        r#"{{"schema_version":"1.0","event_type":"conversion_triggered","request_id":"{id}","n":1.50}}"#
    );
    write!(
        stream,
        "POST /webhook HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n\
         x-funnelflux-payload-schema: webhook_outbound_payload_v1\r\n\
         x-funnelflux-trigger-type: conversion_triggered\r\nx-funnelflux-request-id: {id}\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    assert!(answer.is_empty() || !answer.starts_with("HTTP/1.1 4"), "{answer}");
    Ok(answer.starts_with("HTTP/1.1 200"))
}

#[test]
fn a_conversion_is_in_the_table_exactly_once_however_often_the_receiver_is_killed() {
    let directory = tempfile::tempdir().unwrap();
    let database = directory.path().join("conversions.sqlite");
    let sink = Mutex::new(Some(Sink::start(&database)));
    let address = Mutex::new(sink.lock().unwrap().as_ref().unwrap().address.clone());
    let (next, acknowledged) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let (sent, kills) = (AtomicUsize::new(0), AtomicUsize::new(0));

    std::thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::SeqCst);
                    if n >= WEBHOOKS {
                        break;
                    }
                    let id = format!("00000000-0000-4000-8000-{n:012}");
                    loop {
                        sent.fetch_add(1, Ordering::SeqCst);
                        let to = address.lock().unwrap().clone();
                        if send(&to, &id).unwrap_or(false) {
                            break;
                        }
                        std::thread::sleep(Duration::from_millis(1));
                    }
                    acknowledged.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        // A kill after each hundredth part, at a random moment of it.
        let mut random = fastrand::Rng::with_seed(13);
        for part in 0..KILLS {
            let goal = (part * WEBHOOKS + random.usize(..WEBHOOKS)) / KILLS;
            while acknowledged.load(Ordering::SeqCst) < goal {
                std::thread::sleep(Duration::from_millis(1));
            }
            let mut sink = sink.lock().unwrap();
            sink.take().unwrap().kill();
            kills.fetch_add(1, Ordering::SeqCst);
            let started = Sink::start(&database);
            *address.lock().unwrap() = started.address.clone();
            *sink = Some(started);
        }
    });
    sink.lock().unwrap().take().unwrap().kill();

    assert_eq!(kills.load(Ordering::SeqCst), KILLS);
    let repeats = sent.load(Ordering::SeqCst) - WEBHOOKS;
    assert!(repeats > 0, "no kill hit a webhook under way");
    let table = rusqlite::Connection::open(&database).unwrap();
    let mut rows = table.prepare("SELECT request_id, payload FROM conversions").unwrap();
    let rows =
        rows.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))).unwrap();
    let rows: Vec<_> = rows.map(Result::unwrap).collect();
    let ids: HashSet<_> = rows.iter().map(|(id, _)| id).collect();
    assert_eq!((rows.len(), ids.len()), (WEBHOOKS, WEBHOOKS));
    assert!(rows.iter().all(|(id, payload)| payload.contains(id) && payload.contains("1.50")));
}
