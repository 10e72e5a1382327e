//! A file that is read in pieces is what it is as a whole.

use std::fs::File;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use funnelflux_imports::{Field, FieldKind, Problems, Reader, Sheet};

const FIELDS: [Field; 3] = [
    Field::new("date", FieldKind::Day).required(),
    Field::new("cost", FieldKind::Amount).required(),
    Field::new("c1", FieldKind::Id),
];

fn shown(read: &Result<Sheet, Problems>) -> String {
    let line = |sheet: &Sheet| {
        let lines = sheet.lines().map(|line| {
            let cells = ["date", "cost", "c1"].map(|field| line.get(field).to_owned());
            format!("{} {cells:?}\n", line.number())
        });
        format!("{:?}\n{}", sheet.notes, lines.collect::<String>())
    };
    read.as_ref().map_or_else(ToString::to_string, line)
}

/// More than is read at once, where `cell` is one of many lines.
fn text(head: &str, cell: &str, end: &str) -> String {
    let line = |at: usize| match at {
        4000 => format!("2026-11-25,1.5,{cell}{end}"),
        _ => format!("2026-11-{:02},{at}.50,\"id, of é {at}\"{end}", at % 28 + 1),
    };
    (0..5000).fold(format!("{head}date,cost,c1{end}"), |text, at| text + &line(at))
}

#[test]
fn a_file_in_pieces_is_what_it_is_as_a_whole() {
    let plain = text("", "x", "\n");
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(plain.as_bytes()).unwrap();
    let bytes = |text: &str| text.as_bytes().to_vec();
    let semicolons = plain.replace(',', ";");
    let utf16 = plain.encode_utf16().flat_map(u16::to_le_bytes);
    for (name, bytes) in [
        ("plain", bytes(&plain)),
        ("a mark", bytes(&format!("\u{feff}{plain}"))),
        ("CRLF", bytes(&text("", "x", "\r\n"))),
        ("CR", bytes(&text("", "x", "\r"))),
        ("mixed", bytes(&text("\r\n\n\r", "x\n\r\n\n", "\r\n"))),
        ("no line end", bytes(plain.trim_end())),
        ("blank lines at the end", bytes(&format!("{plain}\n\n\r\n"))),
        ("declared", bytes(&format!("\u{feff}sep=,\r\n{plain}"))),
        ("declared otherwise", bytes(&format!("sep=;\n{plain}"))),
        ("semicolons", bytes(&semicolons)),
        ("titles", bytes(&text("Report, 2026\n\n,,,\n", "x", "\n"))),
        ("many titles", bytes(&text(&"Report\n".repeat(70), "x", "\n"))),
        ("a cell of lines", bytes(&text("", "\"one\r\ntwo\"", "\r\n"))),
        ("a cell of blank lines", bytes(&text("", "\"\n\n\"", "\n"))),
        ("an open quote", bytes(&text("", "\"x", "\n"))),
        ("an open quote, the last", bytes(&format!("{plain}2026-11-25,1.5,\"x"))),
        ("an open quote, the last byte", bytes(&format!("{plain}2026-11-25,1.5,\""))),
        ("a quote within", bytes(&text("", "x\"y\"", "\n"))),
        ("too many cells", bytes(&text("", "x,y", "\n"))),
        ("too few cells", bytes(&text("", "x\n2026-11-25", "\n"))),
        ("no day", bytes(&text("", "x\nsoon,1,x", "\n"))),
        ("the old sentinel", bytes(&text("", "x\n\u{1}end\n", "\n"))),
        ("NUL", bytes(&text("", "\0", "\n"))),
        ("NUL, a row", bytes(&text("", "x\n\0\n", "\n"))),
        ("Latin-1", [plain.as_bytes(), b"2026-11-25,1.5,W\xe4hrung\n"].concat()),
        (
            "a mark and Latin-1",
            [b"\xef\xbb\xbf", plain.as_bytes(), b"2026-11-25,1.5,\xe4\n"].concat(),
        ),
        ("gzip", gzip.finish().unwrap()),
        ("UTF-16", utf16.collect()),
        ("a long line", bytes(&text("", &"x".repeat(2 << 20), "\n"))),
        ("a zip", bytes(&format!("PK\u{3}\u{4}{plain}"))),
        ("another header", bytes(&plain.replace("date", "day"))),
        ("white space", b" \r\n\t\n".repeat(30_000)),
        ("small", bytes("date,cost\n2026-11-25,1.5\n")),
        ("empty", Vec::new()),
    ] {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&bytes).unwrap();
        let own = Reader::new(&FIELDS);
        for reader in [own.clone(), own.clone().with_column("c1", "c1"), own.with_sheet("1")] {
            let whole = shown(&reader.read(&bytes));
            assert!(whole == shown(&reader.read_file(file.as_file())), "{name}: {whole:.300}");
            // Wherever it was read to before.
            let again = File::open(file.path()).unwrap();
            assert!(whole == shown(&reader.read_file(&again)), "{name}");
        }
    }
}
