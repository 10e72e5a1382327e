//! How a request is signed, found out by trying what is usual.

use funnelflux::hooks::{Hmac, HmacAlgorithm, SignatureEncoding, SignedPart};
use funnelflux::transport::http::{HeaderMap, HeaderName, header};

use crate::output::quoted;

const SEPARATORS: [&str; 3] = [".", "", ":"];
/// The most texts that may be signed before the body, such as a time.
const MOST_SIGNED: usize = 12;
/// The longest of them, and the longest text before a signature.
const LONGEST: usize = 40;

const NOT_FOUND: &str = "how it is signed is not found out, if it is. Tried: HMAC by the text of \
    --secret-env with sha256, sha512 and sha1, in hex, base64 and base64url, of the body, alone or \
    behind a short text of a header and `.`, `:` or nothing";

/// Finds the signature of a request by its secret.
pub(super) struct Finder {
    pub(super) secret: String,
}

/// What may be signed: a text and the body. The text is a header, or stands in one, such as a time.
struct Signed<'a> {
    before: Option<(&'a HeaderName, &'a str)>,
    is_whole: bool,
    separator: &'static str,
}

impl Finder {
    /// The flags that sign as the request is signed, or what was tried.
    pub(super) fn note(&self, headers: &HeaderMap, body: &[u8]) -> String {
        let found = signed(headers).into_iter().find_map(|parts| self.find(&parts, headers, body));
        found.unwrap_or_else(|| NOT_FOUND.to_owned())
    }

    fn find(&self, signed: &Signed<'_>, headers: &HeaderMap, body: &[u8]) -> Option<String> {
        HmacAlgorithm::ALL.into_iter().find_map(|algorithm| {
            SignatureEncoding::ALL.into_iter().find_map(|encoding| {
                // The name does not matter to what is signed.
                let signature = Hmac::new(header::AUTHORIZATION, self.secret.as_str())
                    .with_algorithm(algorithm)
                    .with_encoding(encoding)
                    .with_signed(signed.parts())
                    .sign(headers, body)?;
                let signature = signature.to_str().ok()?.trim_end_matches('=');
                let (name, value, at) = headers.iter().find_map(|(name, value)| {
                    let value = value.to_str().ok()?;
                    let at = match encoding {
                        SignatureEncoding::Hex => value.to_ascii_lowercase().find(signature),
                        _ => value.find(signature),
                    };
                    Some((name, value, at.filter(|at| *at <= LONGEST)?))
                })?;
                let (before, rest) = value.split_at_checked(at)?;
                let (own, after) = rest.split_at_checked(signature.len())?;
                let is_padded = after.starts_with('=');
                let after = after.trim_start_matches('=');
                let is_fixed = signed.is_whole || signed.before.is_none();
                let digits = before.bytes().filter(u8::is_ascii_digit).count();
                if !after.is_empty() || !is_fixed || digits > 4 || before.contains('@') {
                    return Some(format!(
                        "signed: the header {name} holds the HMAC ({algorithm}, {encoding}) of {}, \
                         beside texts that may change. No flag of `trigger` and no setting of `Hmac` \
                         is for such a header",
                        signed.named()
                    ));
                }
                let mut flags =
                    format!("--signature-header {name} --signature-algorithm {algorithm}");
                flags += &format!(" --signature-encoding {encoding}");
                if !before.is_empty() {
                    flags += &format!(" --signature-prefix {}", quoted(before));
                }
                if signed.before.is_some() {
                    flags.extend(signed.parts().map(|part| format!(" --signed {}", spelled(&part))));
                }
                let differs = match encoding {
                    SignatureEncoding::Hex if own != signature => ", but in capitals",
                    SignatureEncoding::Base64 if !is_padded && !signature.len().is_multiple_of(4) => {
                        ", but without padding"
                    }
                    SignatureEncoding::Base64Url if is_padded => ", but with padding",
                    _ => "",
                };
                Some(format!("signed, as by {flags}{differs}"))
            })
        })
    }
}

impl Signed<'_> {
    fn parts(&self) -> impl Iterator<Item = SignedPart> {
        let before = self.before.map(|(name, text)| match self.is_whole {
            true => SignedPart::Header(name.clone()),
            false => SignedPart::Text(text.to_owned()),
        });
        let separator = Some(self.separator).filter(|it| !it.is_empty());
        let separator = separator.map(|it| SignedPart::Text(it.to_owned()));
        before.into_iter().chain(separator).chain([SignedPart::Body])
    }

    fn named(&self) -> String {
        match self.before {
            Some((name, _)) => format!("a text of {name}, `{}` and the body", self.separator),
            None => "the body".to_owned(),
        }
    }
}

/// The body alone, and behind each short header and each part of one, such as that of `t=1764171600,v1=…`.
fn signed(headers: &HeaderMap) -> Vec<Signed<'_>> {
    let texts = headers.iter().filter_map(|(name, value)| Some((name, value.to_str().ok()?)));
    let texts = texts.flat_map(|(name, value)| {
        let parts = value.split([',', ';']).filter_map(|part| part.split_once('='));
        let parts = parts.map(|(_, text)| (text.trim(), false));
        [(value, true)].into_iter().chain(parts).map(move |(text, whole)| (name, text, whole))
    });
    let short = texts.filter(|(_, text, _)| !text.is_empty() && text.len() <= LONGEST);
    let behind = short.take(MOST_SIGNED).flat_map(|(name, text, is_whole)| {
        SEPARATORS.map(|separator| Signed { before: Some((name, text)), is_whole, separator })
    });
    let alone = Signed { before: None, is_whole: true, separator: "" };
    std::iter::once(alone).chain(behind).collect()
}

fn spelled(part: &SignedPart) -> String {
    match part {
        SignedPart::Header(name) => format!("header:{name}"),
        SignedPart::Text(text) => format!("text:{text}"),
        _ => "body".to_owned(),
    }
}
