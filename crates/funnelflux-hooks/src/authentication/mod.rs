//! Proofs that a request comes from FunnelFlux: credentials in headers, and signatures.

mod hmac;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::DecodePaddingMode::Indifferent;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

pub use hmac::{Hmac, HmacAlgorithm, SignatureEncoding, SignedPart};

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(Indifferent),
);

/// What a request must prove; all of it, in constant time. By default nothing.
///
/// A middleware config can send fixed headers, HTTP basic credentials and a signature (*documented*). How
/// a signature is sent is *unknown*, so each part of it is a setting of [`Hmac`]. Nothing is documented of
/// webhooks.
///
/// An empty secret, such as that of a variable that is not set, accepts no request: each is answered 401.
///
/// ```
/// use funnelflux_hooks::{Authentication, Hmac};
/// use http::HeaderName;
///
/// let proofs = Authentication::new()
///     .with_basic("funnelflux", "s3cret")
///     .with_header(HeaderName::from_static("x-api-key"), "another")
///     .with_hmac(Hmac::new(HeaderName::from_static("x-signature"), "k3y"));
/// assert!(!format!("{proofs:?}").contains("s3cret"));
/// ```
#[derive(Clone, Default)]
pub struct Authentication {
    /// Shared, so that a service that is cloned for each request leaves no copies of secrets in memory.
    checks: Arc<Vec<Check>>,
}

#[derive(Clone)]
enum Check {
    Basic(Hidden),
    Header(HeaderName, Hidden),
    Hmac(Hmac),
    /// An empty secret, as of a variable that is not set: no request is accepted.
    Never,
}

/// Bytes that are wiped from memory when dropped.
pub(crate) type Hidden = Zeroizing<Vec<u8>>;

/// A secret, unless it is empty.
pub(crate) fn hidden(secret: impl Into<String>) -> Option<Hidden> {
    let secret = Zeroizing::new(secret.into().into_bytes());
    if secret.is_empty() {
        tracing::error!("an empty secret accepts no request");
    }
    Some(secret).filter(|secret| !secret.is_empty())
}

impl Authentication {
    /// Asks for no proof.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for HTTP basic credentials.
    #[must_use]
    pub fn with_basic(self, user: &str, password: impl Into<String>) -> Self {
        self.with(hidden(password).map_or(Check::Never, |password| {
            Check::Basic(Zeroizing::new([user.as_bytes(), b":", &password].concat()))
        }))
    }

    /// Asks for a header of this value, such as a key.
    #[must_use]
    pub fn with_header(self, name: HeaderName, value: impl Into<String>) -> Self {
        self.with(hidden(value).map_or(Check::Never, |value| Check::Header(name, value)))
    }

    /// Asks for a signature.
    #[must_use]
    pub fn with_hmac(self, hmac: Hmac) -> Self {
        self.with(Check::Hmac(hmac))
    }

    fn with(mut self, check: Check) -> Self {
        Arc::make_mut(&mut self.checks).push(check);
        self
    }

    /// Whether a proof needs the body, so that the body has to be read first.
    pub fn needs_body(&self) -> bool {
        self.checks.iter().any(|check| matches!(check, Check::Hmac(_)))
    }

    /// Whether the headers prove all that they can prove without the body.
    pub fn accepts_headers(&self, headers: &HeaderMap) -> bool {
        self.all(|check| match check {
            Check::Basic(credentials) => only(headers, &header::AUTHORIZATION)
                .and_then(basic)
                .is_some_and(|it| alike(&it, credentials)),
            Check::Header(name, wanted) => {
                only(headers, name).is_some_and(|value| alike(value, wanted))
            }
            Check::Hmac(_) => true,
            Check::Never => false,
        })
    }

    /// Whether headers and body prove everything.
    pub fn accepts(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let is_signed = self.all(|check| match check {
            Check::Hmac(hmac) => hmac.accepts(headers, body),
            Check::Basic(_) | Check::Header(..) | Check::Never => true,
        });
        self.accepts_headers(headers) && is_signed
    }

    /// Adds the proofs to a request, as a sender does: for tests of a server, and for programs that
    /// take the place of FunnelFlux. False where one cannot be added: a header that is signed is missing, a secret is empty, or a
    /// value does not fit into a header.
    ///
    /// ```
    /// use funnelflux_hooks::Authentication;
    /// use http::HeaderMap;
    ///
    /// let proofs = Authentication::new().with_basic("funnelflux", "s3cret");
    /// let mut headers = HeaderMap::new();
    /// assert!(!proofs.accepts(&headers, b"{}"));
    /// assert!(proofs.prove(&mut headers, b"{}"));
    /// assert!(proofs.accepts(&headers, b"{}"));
    /// ```
    #[must_use = "a request without its proofs is refused"]
    pub fn prove(&self, headers: &mut HeaderMap, body: &[u8]) -> bool {
        // Signatures last: they may sign what the others add.
        let is_signature = |check: &&Check| matches!(check, Check::Hmac(_));
        let others = self.checks.iter().filter(|check| !is_signature(check));
        others.chain(self.checks.iter().filter(is_signature)).all(|check| {
            let (name, value) = match check {
                Check::Basic(credentials) => {
                    let coded = Zeroizing::new(format!("Basic {}", BASE64.encode(credentials)));
                    (&header::AUTHORIZATION, HeaderValue::try_from(coded.as_str()).ok())
                }
                Check::Header(name, value) => (name, HeaderValue::from_bytes(value).ok()),
                Check::Hmac(hmac) => (hmac.header(), hmac.sign(headers, body)),
                Check::Never => return false,
            };
            let Some(mut value) = value else { return false };
            value.set_sensitive(true);
            headers.insert(name, value);
            true
        })
    }

    /// Makes each check, also after one that failed: the time says less of which one it was.
    fn all(&self, holds: impl Fn(&Check) -> bool) -> bool {
        self.checks.iter().filter(|check| holds(check)).count() == self.checks.len()
    }
}

funnelflux_contract::formats! {
    Debug for Authentication, |it, f| {
        let kinds = it.checks.iter().map(|check| match check {
            Check::Basic(_) => "basic".to_owned(),
            Check::Header(name, _) => format!("header {name}"),
            Check::Hmac(hmac) => format!("{hmac:?}"),
            Check::Never => "an empty secret".to_owned(),
        });
        f.debug_list().entries(kinds).finish()
    }
}

/// The value of a header that is there once: of several, a proxy and this check might read different ones.
pub(crate) fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a [u8]> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none()).map(http::HeaderValue::as_bytes)
}

fn basic(value: &[u8]) -> Option<Hidden> {
    let (scheme, rest) = value.split_at_checked("basic ".len())?;
    let coded = rest.trim_ascii();
    scheme.eq_ignore_ascii_case(b"basic ").then(|| BASE64.decode(coded).ok().map(Zeroizing::new))?
}

/// Compares digests, so that not even the length of the secret shows in the time.
fn alike(one: &[u8], other: &[u8]) -> bool {
    Sha256::digest(one).ct_eq(&Sha256::digest(other)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[(&'static str, &'static [u8])]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static [u8])| {
            (HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap())
        };
        values.iter().map(pair).collect()
    }

    #[test]
    fn basic_credentials_are_accepted_in_every_legal_spelling_only() {
        let proofs = Authentication::new().with_basic("user", "pass:word");
        for (value, is_good) in [
            (&b"Basic dXNlcjpwYXNzOndvcmQ="[..], true),
            (b"basic dXNlcjpwYXNzOndvcmQ", true),
            (b"BASIC  dXNlcjpwYXNzOndvcmQ= ", true),
            (b"Basic dXNlcjpwYXNzOndvcmR=", false),
            (b"Basic dXNlcjpwYXNz", false),
            (b"Bearer dXNlcjpwYXNzOndvcmQ=", false),
            (b"user:pass:word", false),
            (b"Basic", false),
            (b"Basic ", false),
            (b"", false),
            (b"\xff\xfe", false),
        ] {
            let found = proofs.accepts_headers(&headers(&[("authorization", value)]));
            assert_eq!(found, is_good, "{}", String::from_utf8_lossy(value));
        }
        // In UTF-8, and with a colon in the password.
        let proofs_of_text = Authentication::new().with_basic("us\u{e9}r", "p:\u{df}:");
        let value = &b"Basic dXPDqXI6cDrDnzo="[..];
        assert!(proofs_of_text.accepts_headers(&headers(&[("authorization", value)])));
        let good = ("authorization", &b"Basic dXNlcjpwYXNzOndvcmQ="[..]);
        assert!(!proofs.accepts_headers(&headers(&[])));
        let mut twice = headers(&[good]);
        twice.append("authorization", HeaderValue::from_static("Basic dXNlcjpwYXNzOndvcmQ="));
        assert!(
            !proofs.accepts_headers(&twice),
            "which of two counts is not for this check to say"
        );
    }

    #[test]
    fn every_proof_is_needed() {
        let name = HeaderName::from_static("x-key");
        let proofs = Authentication::new().with_basic("u", "p").with_header(name, "k3y");
        let (basic, key) = (("authorization", &b"Basic dTpw"[..]), ("x-key", &b"k3y"[..]));
        for (given, is_good) in [
            (vec![basic, key], true),
            (vec![basic], false),
            (vec![key], false),
            (vec![basic, ("x-key", b"K3Y")], false),
            (vec![basic, ("x-key", b"")], false),
        ] {
            assert_eq!(proofs.accepts(&headers(&given), b""), is_good, "{given:?}");
        }
        assert!(Authentication::new().accepts(&HeaderMap::new(), b"anything"));
    }

    #[test]
    fn what_a_sender_proves_is_accepted_also_where_a_signed_header_is_a_proof_itself() {
        let (key, signature) = (HeaderName::from_static("x-key"), HeaderName::from_static("x-sig"));
        let signed = [SignedPart::Header(key.clone()), SignedPart::Body];
        let hmac = |secret: &str| Hmac::new(signature.clone(), secret).with_signed(signed.clone());
        let proofs = Authentication::new().with_hmac(hmac("k")).with_basic("u", "p:ä");
        let mut headers = HeaderMap::new();
        assert!(!proofs.prove(&mut headers, b"{}"), "the signed header is missing");
        let proofs = proofs.with_header(key.clone(), "k3y");
        assert!(proofs.prove(&mut headers, b"{}") && proofs.accepts(&headers, b"{}"));
        assert!(!proofs.accepts(&headers, b"{ }"));
        assert!(headers.values().all(HeaderValue::is_sensitive));
        assert!(!Authentication::new().with_header(key, "a\nb").prove(&mut headers, b""));
    }
}
