//! The secrets in use, which a server may say back in any place and spelling.

use std::borrow::Cow;
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use http::{HeaderMap, HeaderValue};
use zeroize::Zeroizing;

use crate::redact::MARK;

/// The shortest secret that is looked for: a shorter one may be part of any word.
const SHORTEST: usize = 8;
/// The most secrets that are known at a time. Tokens rotate, so the oldest go.
const MOST: usize = 64;
/// The least part of a secret that is taken for it where a word ends: a shorter one may be a word.
const SHORTEST_PART: usize = 12;
/// The most escapes of one character. JSON in a text of JSON doubles them: 63 are six levels.
const MOST_ESCAPES: usize = 63;
/// What is left of a text in the place of what was cut.
const CUTS: [&[u8]; 3] = ["…".as_bytes(), b"..", b"*"];
/// The names of characters in HTML, each before its character.
const NAMED: &str = "amp& apos' ast* bsol\\ colon: comma, commat@ dollar$ equals= excl! gt> hyphen- \
lowbar_ lt< num# percnt% period. plus+ quest? quot\" sol/";
/// A number of a character: the mark before it, the count of its digits, and their radix.
type Number = (&'static [u8], usize, u32);
/// Any count of digits up to this, and a sign that ends them.
const ANY: usize = 12;
/// The signs that begin an encoding; the rest of the same sign, encoded again; the numbers after it.
const SIGNS: [(u8, &[u8], &[Number]); 4] = [
    (b'%', b"25", &[(b"", 2, 16), (b"u", 4, 16)]),
    (b'=', b"3D", &[(b"", 2, 16)]),
    (b'&', b"amp;", &[(b"#x", ANY, 16), (b"#X", ANY, 16), (b"#", ANY, 10)]),
    (
        b'\\',
        b"\\",
        &[
            (b"u", 4, 16),
            (b"u{", ANY, 16),
            (b"x", 2, 16),
            (b"x{", ANY, 16),
            (b"U", 8, 16),
            (b"", 6, 16),
            (b"", 3, 8),
        ],
    ),
];

/// A secret: shown as `[redacted]`, wiped from memory when dropped.
///
/// ```
/// use funnelflux_transport::Secret;
/// let token = Secret::new("eyJ…");
/// assert_eq!(format!("{token:?}"), "[redacted]");
/// assert_eq!(token.expose(), "eyJ…");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(Zeroizing::new(secret.into()))
    }

    /// The secret itself. Review every call of this.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

funnelflux_contract::formats! { Debug for Secret, |_it, f| f.write_str(MARK) }

impl<T: Into<String>> From<T> for Secret {
    fn from(secret: T) -> Self {
        Self::new(secret)
    }
}

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
            let is_after_a_cut = !is_cut(rest) && CUTS.iter().any(|cut| before.ends_with(cut));
            let readings = readings(rest);
            let begins = |part: &&[u8]| length_of_byte(part.first(), &readings).is_some();
            let forms = all.iter().flatten().map(|form| form.expose().as_bytes());
            let found = forms.filter_map(|form| {
                let last = if is_after_a_cut { form.len() - SHORTEST } else { 0 };
                let mut parts = (0..=last).filter_map(|at| form.get(at..)).filter(begins);
                parts.find_map(|part| length_of(part, rest))
            });
            let Some(length) = found.max() else {
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

funnelflux_contract::formats! { Debug for Secrets, |_it, f| f.write_str("Secrets") }

/// The secret with all but ASCII escaped, as many writers of JSON do.
fn in_ascii(secret: &str) -> Secret {
    let escaped = |c: char| match c {
        ' '..='~' => c.to_string(),
        _ => c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
    };
    Secret::new(secret.chars().map(escaped).collect::<String>())
}

/// The secret anywhere in a longer text in base64, without the characters that hold bits of its neighbours.
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
    if text.get(..secret.len()).is_some_and(|it| it.eq_ignore_ascii_case(secret)) {
        return Some(secret.len());
    }
    let mut at = 0;
    for (matched, wanted) in secret.iter().enumerate() {
        let rest = text.get(at..)?;
        match length_of_byte(Some(wanted), &readings(rest)) {
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

/// The length of a byte of the secret at the beginning of a text that has these readings.
fn length_of_byte(wanted: Option<&u8>, readings: &[Option<(u8, usize)>]) -> Option<usize> {
    // `=3D3d` is an encoded `=`, and so is its beginning `=3D`.
    let alike = |(byte, _): &&(u8, usize)| wanted.is_some_and(|it| is_alike(*it, *byte));
    readings.iter().flatten().filter(alike).map(|(_, length)| *length).max()
}

/// The bytes that the beginning of a text may stand for, plain or encoded, each with its length there.
fn readings(text: &[u8]) -> [Option<(u8, usize)>; 4] {
    let Some((sign, rest)) = text.split_first() else { return [None; 4] };
    let plain = Some((*sign, 1));
    let Some((_, again, numbers)) = SIGNS.iter().find(|(own, ..)| own == sign) else {
        return [None, None, None, plain];
    };
    // An encoding is encoded again: %25252F, &amp;#47; or \\\u002f.
    let times = rest.chunks(again.len()).take(MOST_ESCAPES).take_while(|it| it == again).count();
    // Two backslashes are one, and the signs of `%2525` and `=3D3D` are one.
    let repeats = if *again == [*sign] { times.min(1) } else { times };
    let doubled = (times > 0).then_some((*sign, 1 + repeats * again.len()));
    let coded = rest.get(times * again.len()..).unwrap_or_default();
    let length = |rest: &[u8]| text.len() - rest.len();
    let number = numbers.iter().find_map(|(mark, count, radix)| {
        let digits = coded.strip_prefix(*mark)?;
        let is_digit = |byte: &&u8| char::from(**byte).is_digit(*radix);
        let found = digits.iter().take(*count).take_while(is_digit).count();
        let (number, rest) =
            digits.split_at_checked(found).filter(|_| found == *count || *count == ANY)?;
        let byte = u8::from_str_radix(std::str::from_utf8(number).ok()?, *radix).ok()?;
        let end = rest.first().filter(|it| *count == ANY && b";}".contains(it));
        Some((byte, length(rest) + usize::from(end.is_some())))
    });
    let escaped = match sign {
        b'\\' => coded.split_first().map(|(byte, rest)| (*byte, length(rest))),
        b'&' => NAMED.split(' ').find_map(|named| {
            let (byte, name) = named.as_bytes().split_last()?;
            Some((*byte, length(coded.strip_prefix(name)?.strip_prefix(b";")?)))
        }),
        _ => None,
    };
    [doubled, number, escaped, plain]
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
