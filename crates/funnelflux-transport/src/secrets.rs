//! The secrets in use, which a server may say back in any place and spelling.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use http::{HeaderMap, HeaderValue};

use crate::redact::MARK;
use crate::secret::Secret;

/// The shortest secret that is looked for: a shorter one may be part of any word.
const SHORTEST: usize = 8;
/// How many secrets are known at a time. Tokens rotate, so the oldest go.
const MOST: usize = 64;
/// The least part of a secret that is taken for it where a word ends: a shorter one may be a word.
const SHORTEST_PART: usize = 12;
/// The most digits of a character.
const LONGEST_NUMBER: usize = 12;
/// The most times that one character is encoded or escaped again, as JSON in a text of JSON in a text of
/// JSON is. Each level of JSON doubles the escapes of the one before: 63 are six levels.
const MOST_ESCAPES: usize = 63;
/// What is left of a text in the place of what was cut.
const CUTS: [&[u8]; 3] = ["…".as_bytes(), b"..", b"*"];
/// The names of characters in HTML.
const NAMED: [(&[u8], u8); 21] = [
    (b"amp;", b'&'),
    (b"apos;", b'\''),
    (b"ast;", b'*'),
    (b"bsol;", b'\\'),
    (b"colon;", b':'),
    (b"comma;", b','),
    (b"commat;", b'@'),
    (b"dollar;", b'$'),
    (b"equals;", b'='),
    (b"excl;", b'!'),
    (b"gt;", b'>'),
    (b"hyphen;", b'-'),
    (b"lowbar;", b'_'),
    (b"lt;", b'<'),
    (b"num;", b'#'),
    (b"percnt;", b'%'),
    (b"period;", b'.'),
    (b"plus;", b'+'),
    (b"quest;", b'?'),
    (b"quot;", b'"'),
    (b"sol;", b'/'),
];

/// The secrets that a client has used: access tokens, refresh tokens and keys. Clones share them.
///
/// None of at least eight characters is shown in errors, logs or recordings of the client, be it plain,
/// percent-encoded, escaped as in JSON or HTML, in base64 or hexadecimal, or cut.
///
/// ```
/// use funnelflux_transport::{Secret, Secrets};
///
/// let secrets = Secrets::default();
/// secrets.add(&Secret::new("s3cret/key"));
/// assert_eq!(secrets.redact("no: s3cret%2Fkey is wrong"), "no: [redacted] is wrong");
/// ```
#[derive(Clone, Default)]
pub struct Secrets(Arc<RwLock<Vec<Forms>>>);

/// A secret, and its forms that are not spelled byte by byte.
type Forms = Vec<Secret>;

impl Secrets {
    /// Adds a secret. Gives whether it is new; one that is too short to be found is not added.
    pub fn add(&self, secret: &Secret) -> bool {
        let is_known = |all: &[Forms]| all.iter().any(|forms| forms.first() == Some(secret));
        let text = secret.expose();
        if text.len() < SHORTEST || is_known(&self.0.read().unwrap_or_else(PoisonError::into_inner))
        {
            return false;
        }
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.remove(0);
        }
        let escaped = (!text.is_ascii()).then(|| in_ascii(text));
        let hex = Secret::new(text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>());
        let forms = [secret.clone(), hex].into_iter().chain(escaped).chain(in_base64(text));
        all.push(forms.collect());
        true
    }

    /// Replaces the secrets of a text.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut out = String::new();
        let (mut kept, mut at) = (0, 0);
        while let Some(rest) = text.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
            let before = text.as_bytes().get(..at).unwrap_or_default();
            let is_cut = CUTS.iter().any(|cut| before.ends_with(cut));
            let forms = all.iter().flatten().map(|form| form.expose().as_bytes());
            let found = forms.filter_map(|form| {
                let ends =
                    is_cut.then(|| (1..=form.len() - SHORTEST).filter_map(|at| form.get(at..)));
                let mut parts = std::iter::once(form).chain(ends.into_iter().flatten());
                parts.find_map(|part| length_of(part, rest))
            });
            let found = found.max();
            let Some(length) = found else {
                at += 1;
                continue;
            };
            out += text.get(kept..at).unwrap_or_default();
            out += MARK;
            at += length;
            kept = at;
        }
        if kept == 0 {
            return Cow::Borrowed(text);
        }
        out += text.get(kept..).unwrap_or_default();
        Cow::Owned(out)
    }

    /// Replaces the secrets in the values of headers.
    pub(crate) fn redact_headers(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            if let Ok(text) = std::str::from_utf8(value.as_bytes())
                && let Cow::Owned(clean) = self.redact(text)
                && let Ok(clean) = HeaderValue::try_from(clean)
            {
                *value = clean;
            }
        }
    }

    /// Adds what a request carries in headers that are made for it.
    pub(crate) fn add_of_headers(&self, headers: &HeaderMap) {
        for (name, value) in headers {
            let name = name.as_str();
            let is_made_for_it =
                ["auth", "cookie", "key", "secret", "token"].iter().any(|it| name.contains(it));
            if let (true, Ok(text)) = (is_made_for_it || value.is_sensitive(), value.to_str()) {
                // The scheme before it is no secret.
                self.add(&Secret::new(text.rsplit(' ').next().unwrap_or_default()));
            }
        }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

/// The secret with all but ASCII escaped, as many writers of JSON do.
fn in_ascii(secret: &str) -> Secret {
    let escaped = |c: char| match c {
        ' '..='~' => c.to_string(),
        _ => c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
    };
    Secret::new(secret.chars().map(escaped).collect::<String>())
}

/// The secret inside of a longer text in base64, wherever in it: without the characters that hold bits
/// of the text around it.
fn in_base64(secret: &str) -> Vec<Secret> {
    let forms = (0..3).map(|before| {
        let text = ["\0".repeat(before).as_bytes(), secret.as_bytes()].concat();
        let coded = STANDARD_NO_PAD.encode(&text);
        let end = coded.len() - usize::from(text.len() % 3 != 0);
        coded.get(before + usize::from(before > 0)..end).unwrap_or_default().to_owned()
    });
    forms.filter(|form| form.len() >= SHORTEST).map(Secret::new).collect()
}

/// The length of the secret at the beginning of a text, whatever its spelling there.
fn length_of(secret: &[u8], text: &[u8]) -> Option<usize> {
    let mut at = 0;
    for (matched, wanted) in secret.iter().enumerate() {
        let rest = text.get(at..)?;
        match length_of_byte(*wanted, rest) {
            Some(length) => at += length,
            // A text that was cut in the middle of the secret.
            None if matched >= SHORTEST && is_cut(rest) => break,
            None if matched >= SHORTEST_PART && ends_a_word(rest) => break,
            None => return None,
        }
    }
    Some(at)
}

fn is_cut(text: &[u8]) -> bool {
    text.is_empty() || CUTS.iter().any(|cut| text.starts_with(cut))
}

fn ends_a_word(text: &[u8]) -> bool {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"\"'`,;:!?&|\\()[]{}<>".contains(byte);
    text.first().is_some_and(ends)
}

/// The length of one byte of the secret at the beginning of a text, plain or encoded.
fn length_of_byte(wanted: u8, text: &[u8]) -> Option<usize> {
    let first = *text.first()?;
    let number = |mark: &[u8], least: usize, most: usize, radix: u32, at: usize| {
        let text = text.get(at..)?.strip_prefix(mark)?;
        let is_digit = |byte: &&u8| char::from(**byte).is_digit(radix);
        let length = text.iter().take(most).take_while(is_digit).count();
        let digits = std::str::from_utf8(text.get(..length)?).ok()?;
        let byte = u8::from_str_radix(digits, radix).ok().filter(|_| length >= least)?;
        let end = usize::from(most > 3 && text.get(length).is_some_and(|it| b";}".contains(it)));
        is_alike(byte, wanted).then_some(at + mark.len() + length + end)
    };
    // Behind each number of encodings of the encoding: %25252F, &amp;#47; or \\\u002f.
    let behind = |again: &'static [u8]| {
        let at = move |times: usize| 1 + times * again.len();
        let is_again = move |times: &usize| {
            *times == 0 || text.get(at(times - 1)..).is_some_and(|it| it.starts_with(again))
        };
        (0..=MOST_ESCAPES).take_while(is_again).map(at)
    };
    let encoded = match first {
        b'%' => behind(b"25")
            .find_map(|at| number(b"", 2, 2, 16, at).or_else(|| number(b"u00", 2, 2, 16, at))),
        b'&' => behind(b"amp;").find_map(|at| {
            let named = NAMED.iter().find(|(name, byte)| {
                *byte == wanted && text.get(at..).is_some_and(|it| it.starts_with(name))
            });
            named
                .map(|(name, _)| at + name.len())
                .or_else(|| number(b"#x", 1, LONGEST_NUMBER, 16, at))
                .or_else(|| number(b"#X", 1, LONGEST_NUMBER, 16, at))
                .or_else(|| number(b"#", 1, LONGEST_NUMBER, 10, at))
        }),
        b'\\' => behind(b"\\").find_map(|at| {
            let escaped = text.get(at).filter(|byte| is_alike(**byte, wanted));
            let marks: [&[u8]; 4] = [b"u00", b"x", b"U000000", b"0000"];
            marks
                .iter()
                .find_map(|mark| number(mark, 2, 2, 16, at))
                .or_else(|| number(b"u{", 1, LONGEST_NUMBER, 16, at))
                .or_else(|| number(b"x{", 1, LONGEST_NUMBER, 16, at))
                .or_else(|| number(b"", 3, 3, 8, at))
                .or_else(|| escaped.map(|_| at + 1))
        }),
        b'=' => number(b"", 2, 2, 16, 1),
        _ => None,
    };
    // A sign that begins an encoding may be a part of the secret, too.
    encoded.or_else(|| is_alike(first, wanted).then_some(1))
}

/// Whether two bytes are the same in some case and in either alphabet of base64.
fn is_alike(one: u8, other: u8) -> bool {
    let folded = |byte: u8| match byte {
        b'-' => b'+',
        b'_' => b'/',
        byte => byte.to_ascii_lowercase(),
    };
    folded(one) == folded(other)
}
