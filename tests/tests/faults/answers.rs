//! Faults of an answer's form: lengths, chunks, heads, interim answers, other protocols.

use crate::table::{
    DONE, Fault, LOST, ODD, SAID_NO, Step, UNREADABLE, WRONG_PROTOCOL, fault, ok, raw,
};

const CHUNKED: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\
     Connection: close\r\n";

/// An answer of 200 with these lines in place of its length.
fn with(lines: &str, body: &str) -> Vec<Step> {
    raw(format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{lines}\r\n\r\n{body}"))
}

/// A chunk of the whole text.
fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

fn chunked(body: impl std::fmt::Display) -> Vec<Step> {
    raw(format!("{CHUNKED}\r\n{body}"))
}

/// An interim answer before the good one.
fn interim(head: &str, times: usize, good: &str) -> Vec<Step> {
    let mut steps = vec![Step::Again(format!("HTTP/1.1 {head}\r\n\r\n").into(), times)];
    steps.extend(ok("", good));
    steps
}

pub(crate) const FAULTS: &[Fault] = &[
    fault(
        "Content-Length too long",
        |it| with(&format!("Content-Length: {}", it.good.len() + 50), &it.good),
        LOST,
    ),
    fault(
        "Content-Length too short",
        |it| with("Content-Length: 1\r\nConnection: close", &it.good),
        UNREADABLE,
    ),
    fault("Content-Length negative", |it| with("Content-Length: -5", &it.good), LOST),
    fault("Content-Length a word", |it| with("Content-Length: many", &it.good), LOST),
    fault("Content-Length empty", |it| with("Content-Length:", &it.good), LOST),
    fault(
        "Content-Length 10^23",
        |it| with("Content-Length: 100000000000000000000000", &it.good),
        LOST,
    ),
    fault(
        "Content-Length 9·10^18",
        |it| with("Content-Length: 9000000000000000000", &it.good),
        LOST,
    ),
    fault(
        "Content-Length twice, the same",
        |it| {
            let line = format!("Content-Length: {}", it.good.len());
            with(&format!("{line}\r\n{line}\r\nConnection: close"), &it.good)
        },
        DONE,
    ),
    fault(
        "Content-Length twice, different",
        |it| with(&format!("Content-Length: {}\r\nContent-Length: 7", it.good.len()), &it.good),
        LOST,
    ),
    fault("no length at all, HTTP/1.1", |it| with("Connection: close", &it.good), DONE),
    fault(
        "chunked, with a Content-Length beside it",
        |it| {
            let lines = "Transfer-Encoding: chunked\r\nContent-Length: 3\r\nConnection: close";
            with(lines, &(chunk(&it.good) + "0\r\n\r\n"))
        },
        DONE,
    ),
    fault("chunked", |it| chunked(chunk(&it.good) + "0\r\n\r\n"), DONE),
    fault(
        "chunked, with trailers",
        |it| chunked(chunk(&it.good) + "0\r\nX-After: yes\r\n\r\n"),
        DONE,
    ),
    fault(
        "chunked, with extensions",
        |it| chunked(chunk(&it.good).replacen("\r\n", ";a=b\r\n", 1) + "0\r\n\r\n"),
        DONE,
    ),
    fault(
        "chunked, a byte each",
        |it| {
            let chunks: String = it.good.chars().map(|c| chunk(&c.to_string())).collect();
            chunked(chunks + "0\r\n\r\n")
        },
        DONE,
    ),
    fault("chunked, no last chunk", |it| chunked(chunk(&it.good)), LOST),
    fault("chunked, cut in a chunk", |_| chunked("ffff\r\n{}"), LOST),
    fault("chunked, cut in a size", |_| chunked("2"), LOST),
    fault("chunked, the size is no number", |_| chunked("zz\r\n{}\r\n"), LOST),
    fault("chunked, the size is negative", |_| chunked("-2\r\n{}\r\n"), LOST),
    fault("chunked, the size is huge", |_| chunked("ffffffffffffffffffff\r\n{}\r\n"), LOST),
    fault("chunked, no line after a chunk", |_| chunked("2\r\n{}0\r\n\r\n"), LOST),
    fault("103 before the answer", |it| interim("103 Early Hints", 1, &it.good), DONE),
    fault("100 before the answer", |it| interim("100 Continue", 1, &it.good), DONE),
    fault("102 before the answer", |it| interim("102 Processing", 1, &it.good), DONE),
    fault(
        "103 before the answer, 2,000 times",
        |it| interim("103 Early Hints\r\nLink: </x>", 2_000, &it.good),
        DONE,
    ),
    fault(
        "101 Switching Protocols",
        |_| raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"),
        WRONG_PROTOCOL,
    ),
    fault(
        "head of 10 MB",
        |_| {
            let line = format!("X-Long: {}\r\n", "a".repeat(9_990)).into_bytes();
            vec![Step::Send(b"HTTP/1.1 200 OK\r\n".to_vec()), Step::Again(line, 1_000)]
        },
        LOST,
    ),
    fault(
        "head of 100,000 lines",
        |_| {
            let line = b"X-Many: a\r\n".to_vec();
            vec![Step::Send(b"HTTP/1.1 200 OK\r\n".to_vec()), Step::Again(line.repeat(1000), 100)]
        },
        LOST,
    ),
    fault("head with NUL in a value", |it| ok("X-Nul: a\0b", &it.good), LOST),
    fault("head with a space before a colon", |it| ok("X-Space : a", &it.good), LOST),
    fault("head with a line without a colon", |it| ok("nonsense", &it.good), LOST),
    fault("head with a folded line", |it| ok("X-Fold: a\r\n b", &it.good), LOST),
    fault("head in Latin-1", |it| latin(&it.good), DONE),
    fault(
        "lines that end in LF alone",
        |it| {
            let length = it.good.len();
            let head = format!("HTTP/1.1 200 OK\nContent-Length: {length}\nConnection: close\n\n");
            raw(head + &it.good)
        },
        DONE,
    ),
    fault(
        "no reason phrase",
        |it| {
            let length = it.good.len();
            let head = format!("HTTP/1.1 200\r\nContent-Length: {length}\r\nConnection: close");
            raw(format!("{head}\r\n\r\n{}", it.good))
        },
        DONE,
    ),
    fault("status of two digits", |_| raw("HTTP/1.1 20 OK\r\n\r\n{}"), LOST),
    fault("status of four digits", |_| raw("HTTP/1.1 2000 OK\r\n\r\n{}"), LOST),
    fault("status 000", |_| raw("HTTP/1.1 000 None\r\n\r\n{}"), LOST),
    fault("status line of a word", |_| raw("hello\r\n\r\n"), LOST),
    fault("HTTP/0.9", |it| raw(it.good.clone()), LOST),
    fault("HTTP/3.7", |_| raw("HTTP/3.7 200 OK\r\n\r\n{}"), LOST),
    fault(
        "HTTP/1.0, whole",
        |it| {
            let length = it.good.len();
            raw(format!("HTTP/1.0 200 OK\r\nContent-Length: {length}\r\n\r\n{}", it.good))
        },
        DONE,
    ),
    fault("HTTP/1.0, cut", |_| raw("HTTP/1.0 200 OK\r\n\r\n{\"a\":"), UNREADABLE),
    fault("HTTP/2 bytes", |_| raw(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64"), LOST),
    fault("TLS bytes", |_| raw(b"\x15\x03\x01\0\x02\x02\x46"), LOST),
    fault("SMTP bytes", |_| raw("220 mail.example.com ESMTP\r\n"), LOST),
    fault(
        "a second answer after the first",
        |it| {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
            let first = format!("{head}Content-Length: {}\r\n\r\n{}", it.good.len(), it.good);
            let second = format!("{head}Content-Length: 15\r\n\r\n{{\"success\":true}}");
            raw(first + &second)
        },
        DONE,
    ),
    fault("a no, chunked", |_| chunked(chunk(NO) + "0\r\n\r\n"), SAID_NO),
    fault("text/plain around JSON", |it| ok("Content-Type: text/plain", &it.good), DONE),
    fault("no content type", |it| ok("Content-Type:", &it.good), DONE),
    fault(
        "200 of 206",
        |it| crate::table::answer("206 Partial Content\r\nConnection: close", &it.good),
        DONE,
    ),
    fault("201 with an object of its own", |_| created(), ODD),
];

const NO: &str = r#"{"success":false,"message":"no"}"#;

fn latin(good: &str) -> Vec<Step> {
    let mut bytes = b"HTTP/1.1 200 OK\r\nX-Name: caf\xe9\r\nConnection: close\r\n".to_vec();
    bytes.extend(format!("Content-Length: {}\r\n\r\n{good}", good.len()).into_bytes());
    raw(bytes)
}

fn created() -> Vec<Step> {
    crate::table::answer("201 Created\r\nConnection: close", r#"{"id":"7","name":"New"}"#)
}
