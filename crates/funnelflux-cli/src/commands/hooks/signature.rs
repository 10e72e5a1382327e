//! How a request is signed, found out by trying what is usual.

use funnelflux::hooks::{Hmac, HmacAlgorithm, SignatureEncoding, SignedPart};
use funnelflux::transport::http::{HeaderMap, HeaderName, header};

/// What is tried: names as the flags of `trigger` and `replay` have them.
const ALGORITHMS: [(&str, HmacAlgorithm); 3] = [
    ("sha256", HmacAlgorithm::Sha256),
    ("sha512", HmacAlgorithm::Sha512),
    ("sha1", HmacAlgorithm::Sha1),
];
const ENCODINGS: [(&str, SignatureEncoding); 2] =
    [("hex", SignatureEncoding::Hex), ("base64", SignatureEncoding::Base64)];
const SEPARATORS: [&str; 3] = [".", "", ":"];
/// The most headers that may be signed before the body, such as a time.
const MOST_SIGNED: usize = 8;
/// The longest value of such a header, and the longest text before a signature.
const LONGEST: usize = 40;

/// Finds the signature of a request by its secret.
pub(super) struct Finder {
    pub(super) secret: String,
}

impl Finder {
    /// The flags that sign as the request is signed, or that none was found.
    pub(super) fn note(&self, headers: &HeaderMap, body: &[u8]) -> String {
        let found = signed(headers).into_iter().find_map(|parts| self.find(&parts, headers, body));
        found.map_or_else(
            || {
                "no HMAC of --secret-env over the body, alone or behind a header, was found"
                    .to_owned()
            },
            |flags| format!("signed, as by {flags}"),
        )
    }

    fn find(&self, parts: &[SignedPart], headers: &HeaderMap, body: &[u8]) -> Option<String> {
        ALGORITHMS.iter().find_map(|(algorithm, hash)| {
            ENCODINGS.iter().find_map(|(encoding, spelling)| {
                // The name does not matter to what is signed.
                let signature = Hmac::new(header::AUTHORIZATION, self.secret.as_str())
                    .with_algorithm(*hash)
                    .with_encoding(*spelling)
                    .with_signed(parts.iter().cloned())
                    .sign(headers, body)?;
                let signature = plain(signature.to_str().ok()?, *spelling);
                let (name, prefix) = headers.iter().find_map(|(name, value)| {
                    let value = value.to_str().ok()?;
                    let before = plain(value, *spelling).len().checked_sub(signature.len())?;
                    let is_it = plain(value, *spelling).ends_with(&signature);
                    Some((name, value.get(..before)?)).filter(|_| is_it && before <= LONGEST)
                })?;
                let mut flags =
                    format!("--signature-header {name} --signature-algorithm {algorithm}");
                flags += &format!(" --signature-encoding {encoding}");
                if !prefix.is_empty() {
                    flags += &format!(" --signature-prefix '{prefix}'");
                }
                if parts.len() > 1 {
                    flags.extend(parts.iter().map(|part| format!(" --signed {}", spelled(part))));
                }
                Some(flags)
            })
        })
    }
}

/// The spelling in which alike signatures are equal.
fn plain(text: &str, encoding: SignatureEncoding) -> String {
    match encoding {
        SignatureEncoding::Base64 => text.trim_end_matches('=').replace('-', "+").replace('_', "/"),
        _ => text.to_ascii_lowercase(),
    }
}

/// What may be signed: the body, or a header, a separator and the body.
fn signed(headers: &HeaderMap) -> Vec<Vec<SignedPart>> {
    let is_short = |name: &&HeaderName| {
        headers.get(*name).is_some_and(|value| value.len() <= LONGEST && !value.is_empty())
    };
    let behind = headers.keys().filter(is_short).take(MOST_SIGNED).flat_map(|name| {
        SEPARATORS.iter().map(|separator| {
            let header = SignedPart::Header(name.clone());
            let separator = Some(*separator).filter(|it| !it.is_empty());
            let separator = separator.map(|it| SignedPart::Text(it.to_owned()));
            [header].into_iter().chain(separator).chain([SignedPart::Body]).collect()
        })
    });
    std::iter::once(vec![SignedPart::Body]).chain(behind).collect()
}

fn spelled(part: &SignedPart) -> String {
    match part {
        SignedPart::Header(name) => format!("header:{name}"),
        SignedPart::Text(text) => format!("text:{text}"),
        _ => "body".to_owned(),
    }
}
