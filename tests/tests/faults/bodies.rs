//! Faults of an answer's content: codings, text, JSON, a no inside of a yes, secrets said back.

use std::io::Write as _;
use std::sync::LazyLock;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::table::{DONE, EMPTY, Fault, LOST, ODD, SAID_NO, Step, UNREADABLE, answer, fault, ok};

fn gzip(text: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_ref()).unwrap();
    encoder.finish().unwrap()
}

/// A body in this coding.
fn coded(coding: &str, body: impl AsRef<[u8]>) -> Vec<Step> {
    ok(&format!("Content-Encoding: {coding}"), body)
}

/// JSON text in an answer of 200.
fn json(body: impl AsRef<[u8]>) -> Vec<Step> {
    ok("", body)
}

/// An answer without end.
fn endless(head: &str, piece: &[u8]) -> Vec<Step> {
    let mut chunk = format!("{:x}\r\n", piece.len()).into_bytes();
    chunk.extend_from_slice(piece);
    chunk.extend_from_slice(b"\r\n");
    let head = format!("HTTP/1.1 {head}\r\nTransfer-Encoding: chunked\r\n\r\n");
    vec![Step::Send(head.into()), Step::Again(chunk, usize::MAX)]
}

fn page(what: &str) -> String {
    format!("<!DOCTYPE html><html><head><title>{what}</title></head><body>{what}</body></html>")
}

fn html(body: impl AsRef<[u8]>) -> Vec<Step> {
    ok("Content-Type: text/html", body)
}

fn utf16(text: &str) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

fn nested(depth: usize, open: &str, close: &str) -> String {
    format!("{}1{}", open.repeat(depth), close.repeat(depth))
}

pub(crate) const FAULTS: &[Fault] = &[
    fault("gzip", |it| coded("gzip", gzip(&it.good)), DONE),
    fault("gzip, called x-gzip", |it| coded("x-gzip", gzip(&it.good)), DONE),
    fault("gzip, called GZIP", |it| coded("GZIP", gzip(&it.good)), DONE),
    fault("gzip twice", |it| coded("gzip, gzip", gzip(gzip(&it.good))), DONE),
    fault(
        "gzip in two members",
        |it| {
            let (one, two) = it.good.split_at(it.good.len() / 2);
            coded("gzip", [gzip(one), gzip(two)].concat())
        },
        DONE,
    ),
    fault("gzip that is none", |it| coded("gzip", &it.good), LOST),
    fault(
        "gzip, cut",
        |it| {
            let whole = gzip(&it.good);
            coded("gzip", &whole[..whole.len() - 9])
        },
        LOST,
    ),
    fault(
        "gzip with a wrong sum",
        |it| {
            let mut whole = gzip(&it.good);
            let sum = whole.len() - 6;
            whole[sum] ^= 0x55;
            coded("gzip", whole)
        },
        LOST,
    ),
    fault("gzip with five layers", |it| five_layers(&it.good), UNREADABLE),
    fault("gzip of 64 MB of spaces", |_| coded("gzip", bomb()), UNREADABLE),
    fault("coding br", |_| coded("br", b"\x0b\x01\x80{}\x03"), UNREADABLE),
    fault("coding zstd", |_| coded("zstd", b"\x28\xb5\x2f\xfd\x04\0"), UNREADABLE),
    fault("coding identity", |it| coded("identity", &it.good), DONE),
    fault("coding without a name", |it| coded("", &it.good), DONE),
    fault("HTML in place of JSON", |_| html(page("Sign in")), UNREADABLE),
    fault("HTML called JSON", |_| json(page("Maintenance")), UNREADABLE),
    fault("HTML without a type", |_| ok("Content-Type:", page("Wifi")), UNREADABLE),
    fault("body empty", |_| json(""), EMPTY),
    fault("body of white space", |_| json(" \r\n\t "), EMPTY),
    fault("204 No Content", |_| no_content("204 No Content"), EMPTY),
    fault("205 Reset Content", |_| no_content("205 Reset Content"), EMPTY),
    fault("null", |_| json("null"), ODD),
    fault("an empty list", |_| json("[]"), ODD),
    fault("an empty object", |_| json("{}"), ODD),
    fault("a text", |_| json(r#""done""#), ODD),
    fault("a number", |_| json("42"), ODD),
    fault("a word", |_| json("true"), ODD),
    fault("JSON, cut", |_| json(r#"{"success":tr"#), UNREADABLE),
    fault("JSON, cut in a text", |_| json(r#"{"name":"half of a"#), UNREADABLE),
    fault("JSON with text after it", |_| json(r#"{"a":1} and more"#), UNREADABLE),
    fault("JSON twice", |_| json("{\"a\":1}\n{\"a\":2}\n"), UNREADABLE),
    fault("JSON with NaN", |_| json(r#"{"cost":NaN}"#), UNREADABLE),
    fault("JSON with single quotes", |_| json("{'success':true}"), UNREADABLE),
    fault("JSON with a comment", |_| json("{\"a\":1} // done"), UNREADABLE),
    fault("JSON with a comma too many", |_| json(r#"{"a":1,}"#), UNREADABLE),
    fault("JSON with a control character", |_| json("{\"a\":\"\u{1}\"}"), UNREADABLE),
    fault("a hundred levels", |_| json(nested(100, "[", "]")), ODD),
    fault("100,000 lists deep", |_| json(nested(100_000, "[", "]")), UNREADABLE),
    fault("100,000 objects deep", |_| json(nested(100_000, "{\"a\":", "}")), UNREADABLE),
    fault("100,000 brackets", |_| json("[".repeat(100_000)), UNREADABLE),
    fault("a byte order mark", |it| json(format!("\u{feff}{}", it.good)), DONE),
    fault("UTF-16", |it| json(utf16(&it.good)), UNREADABLE),
    fault("bytes that are not UTF-8", |_| json(b"{\"name\":\"\xff\xfe\"}"), UNREADABLE),
    fault("Latin-1", |_| json(b"{\"name\":\"caf\xe9\"}"), UNREADABLE),
    fault("NUL bytes", |_| json([0_u8; 4096]), UNREADABLE),
    fault(
        "endless",
        |_| endless("200 OK\r\nContent-Type: application/json", &[b' '; 65_536]),
        UNREADABLE,
    ),
    fault("17 MB in one text", |_| large(), UNREADABLE),
    fault("an error with a code", |_| json(NO), SAID_NO),
    fault("success: false", |_| json(r#"{"success":false}"#), SAID_NO),
    fault("success: \"false\"", |_| json(r#"{"success":"false"}"#), SAID_NO),
    fault("a list of errors", |_| json(r#"{"errors":["no"]}"#), SAID_NO),
    fault(
        "an error with a description",
        |_| json(r#"{"error":"x","error_description":"y"}"#),
        SAID_NO,
    ),
    fault("status: error", |_| json(r#"{"status":"error"}"#), SAID_NO),
    fault("a no in gzip", |_| coded("gzip", gzip(NO)), SAID_NO),
];

const NO: &str = r#"{"error":{"code":400,"message":"no"}}"#;

fn no_content(status: &str) -> Vec<Step> {
    answer(&format!("{status}\r\nConnection: close"), "")
}

/// 64 MB that fit into 300 kB, made once.
fn bomb() -> &'static [u8] {
    static BOMB: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        for _ in 0..64 {
            encoder.write_all(&vec![b' '; 1 << 20]).unwrap();
        }
        encoder.finish().unwrap()
    });
    &BOMB
}

/// A text that is larger than the answer to any write may be.
fn large() -> Vec<Step> {
    let head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 17000002\r\n\r\n\"";
    vec![Step::Send(head.into()), Step::Again(vec![b'x'; 100_000], 170), Step::Send(b"\"".to_vec())]
}

fn five_layers(good: &str) -> Vec<Step> {
    let body = (0..5).fold(good.as_bytes().to_vec(), |body, _| gzip(body));
    coded("gzip, gzip, gzip, gzip, gzip", body)
}
