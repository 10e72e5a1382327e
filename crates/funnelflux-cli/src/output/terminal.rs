//! The one way to a terminal, which makes control characters visible and leaves secrets out.

use std::borrow::Cow;
use std::io::{self, BufWriter, IsTerminal as _, StdoutLock, Write};
use std::sync::LazyLock;

use funnelflux::transport::Secrets;

/// The most bytes of a line that are held back until its end comes.
const LONGEST_LINE: usize = 64 * 1024;

/// The secrets of this run, which no message and no terminal shows.
pub(crate) static SECRETS: LazyLock<Secrets> = LazyLock::new(Secrets::default);

/// Whether a member, a header or a parameter of this name holds a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    const PARTS: [&str; 8] = [
        "password",
        "passwd",
        "secret",
        "apikey",
        "accesstoken",
        "authtoken",
        "authorization",
        "credential",
    ];
    let name = name.to_ascii_lowercase().replace(['-', '_'], "");
    PARTS.iter().any(|part| name.contains(part))
}

/// Whether a header of this name holds a credential.
pub(crate) fn is_credential(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    is_secret(&name) || ["auth", "cookie", "key", "token"].iter().any(|word| name.contains(word))
}

/// A text without the user and the password of an address in it, for messages that repeat an argument.
pub(crate) fn without_login(text: &str) -> Cow<'_, str> {
    let begin = text.find("://").map_or(0, |at| at + 3);
    let rest = text.get(begin..).unwrap_or_default();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_port = |after: &str| after.bytes().all(|byte| byte.is_ascii_digit());
    let end = match (authority.rfind('@'), authority.split_once(':')) {
        // A text with an `@` and no address, such as an email.
        (Some(_), None) if begin == 0 => None,
        (Some(at), _) => Some(at),
        // A password with a `/`, `?` or `#`.
        (None, Some((_, after))) if !is_port(after) => rest.rfind('@'),
        _ => None,
    };
    match end.and_then(|end| rest.get(end..)) {
        Some(rest) => {
            Cow::Owned(format!("{}********{rest}", text.get(..begin).unwrap_or_default()))
        }
        None => Cow::Borrowed(text),
    }
}

/// Stdout, buffered because two million ids are 26 MB.
pub(crate) type Stdout = BufWriter<Guarded<StdoutLock<'static>>>;

/// A pipe gets the data unchanged.
pub(crate) fn stdout() -> Stdout {
    let to = io::stdout().lock();
    let is_on = to.is_terminal();
    BufWriter::with_capacity(LONGEST_LINE, Guarded { to, is_on, line: Vec::new() })
}

/// Messages and logs are for people, so they are guarded in a pipe, too.
pub(crate) fn stderr() -> Guarded<io::Stderr> {
    Guarded { to: io::stderr(), is_on: true, line: Vec::new() }
}

/// Lets nothing through that a terminal would take for a command.
#[derive(Debug)]
pub(crate) struct Guarded<W: Write> {
    to: W,
    is_on: bool,
    line: Vec<u8>,
}

impl<W: Write> Guarded<W> {
    fn pass(&mut self, end: usize) -> io::Result<()> {
        let line: Vec<u8> = self.line.drain(..end).collect();
        let text = match line.strip_suffix(b"\r\n") {
            Some(content) => visible_bytes(content) + "\n",
            None => visible_bytes(&line),
        };
        self.to.write_all(SECRETS.redact(&text).as_bytes())
    }
}

impl<W: Write> Write for Guarded<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_on {
            return self.to.write(bytes);
        }
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                self.pass(self.line.len())?;
            } else if self.line.len() > LONGEST_LINE {
                let end = self.line.iter().rposition(|byte| b" \",".contains(byte));
                self.pass(end.map_or(self.line.len(), |at| at + 1))?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass(self.line.len())?;
        self.to.flush()
    }
}

impl<W: Write> Drop for Guarded<W> {
    fn drop(&mut self) {
        // A closed terminal is not a failure.
        let _ = self.flush();
    }
}

fn visible_bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out += &visible(chunk.valid());
        out.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    out
}

/// Escapes control characters, and those that are not seen or change the order of others, as JSON
/// does: the value of a JSON text stays the same. Names are chosen by other people.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match is_harmful(c) {
            true => out.extend(c.encode_utf16(&mut [0; 2]).iter().map(|u| format!("\\u{u:04x}"))),
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The same on one line, for messages and cells.
pub(crate) fn visible_line(text: &str) -> String {
    visible(&text.replace("\r\n", " ").replace(['\n', '\r', '\t'], " ")).into_owned()
}

/// Most control characters, marks of direction, separators of lines, tags, characters without width.
fn is_harmful(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{3164}' => true,
        '\u{17b4}'..='\u{17b5}' | '\u{feff}' | '\u{13430}'..='\u{1343f}' => true,
        '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' => true,
        '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' => true,
        c => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_in_an_address_is_left_out() {
        for (given, shown) in [
            ("http://user:s3cret@example.com/x", "http://********@example.com/x"),
            ("--to=https://s3cret@example.com", "--to=https://********@example.com"),
            ("http://user:s3/cr?e#t@example.com/", "http://********@example.com/"),
            ("http://user:a@s3cret@example.com/", "http://********@example.com/"),
            ("user:s3cret@example.com", "********@example.com"),
            ("ftp://127.0.0.1:80/?a=b@c", "ftp://127.0.0.1:80/?a=b@c"),
            ("http://[::1]:80/", "http://[::1]:80/"),
            ("jane@example.com", "jane@example.com"),
            ("--only", "--only"),
        ] {
            assert_eq!(without_login(given), shown);
        }
    }
}
