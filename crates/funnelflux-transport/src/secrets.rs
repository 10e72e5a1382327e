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
/// The most digits of a character in HTML.
const LONGEST_NUMBER: usize = 8;
/// The most backslashes before one character, where JSON stands in a text of JSON.
const MOST_ESCAPES: usize = 7;

/// The secrets that a client has used: access tokens, refresh tokens and keys. Clones share them.
///
/// None of at least eight characters is shown in errors, logs or recordings of the client, be it plain,
/// percent-encoded, escaped as in JSON or HTML, in base64, or cut.
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
        let forms = std::iter::once(secret.clone()).chain(escaped).chain(in_base64(text));
        all.push(forms.collect());
        true
    }

    /// Replaces the secrets of a text.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut out = String::new();
        let (mut kept, mut at) = (0, 0);
        while let Some(rest) = text.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
            let found = all
                .iter()
                .flatten()
                .filter_map(|form| length_of(form.expose().as_bytes(), rest))
                .max();
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
            None if matched >= SHORTEST
                && (rest.is_empty() || rest.starts_with("…".as_bytes())) =>
            {
                break;
            }
            None => return None,
        }
    }
    Some(at)
}

/// The length of one byte of the secret at the beginning of a text, plain or encoded.
fn length_of_byte(wanted: u8, text: &[u8]) -> Option<usize> {
    if is_alike(*text.first()?, wanted) {
        return Some(1);
    }
    let escapes = text.iter().take(MOST_ESCAPES).take_while(|byte| **byte == b'\\').count();
    let escaped = text.get(escapes..).filter(|_| escapes > 0);
    let numbers = [
        (text.strip_prefix(b"%25"), 3, 16, &b""[..]),
        (text.strip_prefix(b"%"), 1, 16, b""),
        (escaped.and_then(|text| text.strip_prefix(b"u00")), escapes + 3, 16, b""),
        (escaped.and_then(|text| text.strip_prefix(b"x")), escapes + 1, 16, b""),
        (text.strip_prefix(b"&#x"), 3, 16, b";"),
        (text.strip_prefix(b"&#X"), 3, 16, b";"),
        (text.strip_prefix(b"&#"), 2, 10, b";"),
    ];
    let numbered = numbers.into_iter().find_map(|(text, before, radix, end)| {
        let length = match end {
            b"" => 2,
            _ => text?.iter().take(LONGEST_NUMBER).position(|byte| *byte == b';')?,
        };
        let digits = std::str::from_utf8(text?.get(..length)?).ok()?;
        let byte = u8::from_str_radix(digits, radix).ok()?;
        is_alike(byte, wanted).then_some(before + length + end.len())
    });
    numbered.or_else(|| is_alike(*escaped?.first()?, wanted).then_some(escapes + 1))
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
