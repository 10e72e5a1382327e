use ::hmac::Mac;
use ::hmac::digest::KeyInit;
use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose};
use http::{HeaderMap, HeaderName, HeaderValue};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::{Hidden, alike, hidden, only};

funnelflux_contract::words! {
    /// The hash of a signature.
    pub enum HmacAlgorithm, "The word for it, as flags of `ffx` have it." {
        /// HMAC-SHA-1, which is weak but still usual.
        Sha1 = "sha1",
        /// HMAC-SHA-256.
        Sha256 = "sha256",
        /// HMAC-SHA-512.
        Sha512 = "sha512",
    }
}

funnelflux_contract::words! {
    /// The spelling of a signature.
    pub enum SignatureEncoding, "The word for it, as flags of `ffx` have it." {
        /// Hexadecimal digits, in either case.
        Hex = "hex",
        /// Base64; read in either alphabet, padded or not.
        Base64 = "base64",
        /// Base64 in the alphabet for URLs, written without padding; read as `Base64` is.
        Base64Url = "base64url",
    }
}

/// A part of the text that is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignedPart {
    /// The body, byte for byte.
    Body,
    /// The value of a header, such as a time stamp.
    Header(HeaderName),
    /// A fixed text, such as a separator.
    Text(String),
}

/// A signature in a header, by a shared secret.
///
/// What FunnelFlux signs, how, and in which header it sends the result is *unknown*; that a secret for it
/// exists on middleware configs is *documented*. The defaults are common ones and no more than a guess: the
/// body alone, SHA-256, hexadecimal. Send test traffic, look at the headers that come, and set what you see.
///
/// ```
/// use funnelflux_hooks::{Hmac, HmacAlgorithm, SignatureEncoding, SignedPart};
/// use http::{HeaderMap, HeaderName};
///
/// let hmac = Hmac::new(HeaderName::from_static("x-signature"), "k3y")
///     .with_algorithm(HmacAlgorithm::Sha512)
///     .with_encoding(SignatureEncoding::Base64)
///     .with_prefix("v1=")
///     .with_signed([
///         SignedPart::Header(HeaderName::from_static("x-time")),
///         SignedPart::Text(".".into()),
///         SignedPart::Body,
///     ])
///     // During a change of the secret both are good.
///     .with_secret("n3w");
///
/// let mut headers = HeaderMap::new();
/// headers.insert("x-time", "1764171600".parse()?);
/// let signature = hmac.sign(&headers, b"{}").expect("the signed header is there");
/// headers.insert("x-signature", signature);
/// assert!(hmac.accepts(&headers, b"{}"));
/// assert!(!hmac.accepts(&headers, b"{ }"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Hmac {
    header: HeaderName,
    algorithm: HmacAlgorithm,
    encoding: SignatureEncoding,
    prefix: String,
    signed: Vec<SignedPart>,
    secrets: Vec<Hidden>,
}

impl Hmac {
    /// A signature of the body, in this header.
    pub fn new(header: HeaderName, secret: impl Into<String>) -> Self {
        Self {
            header,
            algorithm: HmacAlgorithm::Sha256,
            encoding: SignatureEncoding::Hex,
            prefix: String::new(),
            signed: vec![SignedPart::Body],
            secrets: hidden(secret).into_iter().collect(),
        }
    }

    funnelflux_contract::setters! {
        /// Sets the hash.
        fn with_algorithm(algorithm: HmacAlgorithm) => algorithm = algorithm;
        /// Sets the spelling.
        fn with_encoding(encoding: SignatureEncoding) => encoding = encoding;
        /// Sets the text before the signature, such as `sha256=`.
        fn with_prefix(prefix: impl Into<String>) => prefix = prefix.into();
        /// Sets what is signed, in order.
        fn with_signed(parts: impl IntoIterator<Item = SignedPart>)
            => signed = parts.into_iter().collect();
        /// Adds a secret that is good, too.
        fn with_secret(secret: impl Into<String>), |it| it.secrets.extend(hidden(secret));
    }

    /// The name of the header that holds the signature.
    pub fn header(&self) -> &HeaderName {
        &self.header
    }

    /// Signs a request by the first secret; `None` if a signed header is missing, or every secret is empty.
    pub fn sign(&self, headers: &HeaderMap, body: &[u8]) -> Option<HeaderValue> {
        let signature = self.algorithm.sign(self.secrets.first()?, &self.text(headers, body)?)?;
        let coded = match self.encoding {
            SignatureEncoding::Hex => signature.iter().map(|byte| format!("{byte:02x}")).collect(),
            SignatureEncoding::Base64 => general_purpose::STANDARD.encode(signature),
            SignatureEncoding::Base64Url => general_purpose::URL_SAFE_NO_PAD.encode(signature),
        };
        let mut value = HeaderValue::try_from(format!("{}{coded}", self.prefix)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// Whether the request is signed by one of the secrets. The comparison takes the same time for each.
    pub fn accepts(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let signature = only(headers, &self.header)
            .and_then(|value| value.strip_prefix(self.prefix.as_bytes()))
            .and_then(|value| self.encoding.decode(value));
        let (Some(signature), Some(text)) = (signature, self.text(headers, body)) else {
            return false;
        };
        let own = self.secrets.iter().filter_map(|secret| self.algorithm.sign(secret, &text));
        own.filter(|own| alike(own, &signature)).count() > 0
    }

    fn text(&self, headers: &HeaderMap, body: &[u8]) -> Option<Vec<u8>> {
        let mut text = Vec::with_capacity(body.len());
        for part in &self.signed {
            text.extend_from_slice(match part {
                SignedPart::Body => body,
                SignedPart::Header(name) => only(headers, name)?,
                SignedPart::Text(text) => text.as_bytes(),
            });
        }
        Some(text)
    }
}

funnelflux_contract::shows! {
    Hmac, |it|
        header: it.header, algorithm: it.algorithm, encoding: it.encoding, signed: it.signed
}

impl HmacAlgorithm {
    fn sign(self, secret: &[u8], text: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Sha1 => signed::<::hmac::Hmac<Sha1>>(secret, text),
            Self::Sha256 => signed::<::hmac::Hmac<Sha256>>(secret, text),
            Self::Sha512 => signed::<::hmac::Hmac<Sha512>>(secret, text),
        }
    }
}

fn signed<M: Mac + KeyInit>(secret: &[u8], text: &[u8]) -> Option<Vec<u8>> {
    let mut mac = <M as Mac>::new_from_slice(secret).ok()?;
    mac.update(text);
    Some(mac.finalize().into_bytes().to_vec())
}

impl SignatureEncoding {
    fn decode(self, text: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Hex => text.chunks(2).map(hex_byte).collect(),
            Self::Base64 | Self::Base64Url => {
                let either = GeneralPurposeConfig::new()
                    .with_decode_padding_mode(DecodePaddingMode::Indifferent);
                let in_alphabet =
                    |alphabet| GeneralPurpose::new(alphabet, either).decode(text).ok();
                in_alphabet(&STANDARD).or_else(|| in_alphabet(&URL_SAFE))
            }
        }
    }
}

fn hex_byte(pair: &[u8]) -> Option<u8> {
    let [high, low] = pair else { return None };
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(*high)? << 4 | digit(*low)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: HeaderName = HeaderName::from_static("x-signature");

    fn accepts(hmac: &Hmac, signature: &str, body: &[u8]) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(NAME, signature.parse().unwrap());
        hmac.accepts(&headers, body)
    }

    /// Test case 2 of RFC 2202 and RFC 4231.
    #[test]
    fn the_signatures_are_those_of_the_standards() {
        let body = b"what do ya want for nothing?";
        for (algorithm, hex) in [
            (HmacAlgorithm::Sha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
            (
                HmacAlgorithm::Sha256,
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                HmacAlgorithm::Sha512,
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd\
                 caeab1a34d4a6b4b636e070a38bce737",
            ),
        ] {
            let hmac = Hmac::new(NAME, "Jefe").with_algorithm(algorithm);
            assert_eq!(hmac.sign(&HeaderMap::new(), body).unwrap(), hex, "{algorithm:?}");
            assert!(accepts(&hmac, hex, body));
            assert!(accepts(&hmac, &hex.to_uppercase(), body));
            let cut = &hex[..hex.len() - 2];
            for bad in [cut, &hex[1..], "", "zz", &format!("{hex}00"), &hex.replace('e', "f")] {
                assert!(!accepts(&hmac, bad, body), "{bad}");
            }
        }
    }

    #[test]
    fn base64_is_read_in_either_alphabet_padded_or_not() {
        let hmac = Hmac::new(NAME, "k").with_encoding(SignatureEncoding::Base64).with_prefix("v1=");
        // The signature of this body has `+`, `/` and `=` in base64.
        let body = (0_u32..).map(|n| n.to_string()).find(|body| {
            let signature = hmac.sign(&HeaderMap::new(), body.as_bytes()).unwrap();
            ["+", "/", "="].iter().all(|sign| signature.to_str().unwrap().contains(sign))
        });
        let body = body.unwrap();
        let signature = hmac.sign(&HeaderMap::new(), body.as_bytes()).unwrap();
        let signature = signature.to_str().unwrap();
        for spelling in [
            signature.to_owned(),
            signature.trim_end_matches('=').to_owned(),
            signature
                .replacen("v1=", "v1~", 1)
                .replace('+', "-")
                .replace('/', "_")
                .replace('~', "="),
        ] {
            assert!(accepts(&hmac, &spelling, body.as_bytes()), "{spelling}");
        }
        assert!(!accepts(&hmac, signature.trim_start_matches("v1="), body.as_bytes()));
        let url = hmac.clone().with_encoding(SignatureEncoding::Base64Url);
        let spelled = url.sign(&HeaderMap::new(), body.as_bytes()).unwrap();
        let spelled = spelled.to_str().unwrap();
        assert!(!spelled.contains(['+', '/']) && !spelled.ends_with('='), "{spelled}");
        assert!(
            accepts(&hmac, spelled, body.as_bytes()) && accepts(&url, signature, body.as_bytes())
        );
    }

    #[test]
    fn each_secret_of_a_rotation_is_good_and_no_other() {
        let both = Hmac::new(NAME, "old").with_secret("new");
        for (secret, is_good) in [("old", true), ("new", true), ("other", false)] {
            let signature = Hmac::new(NAME, secret).sign(&HeaderMap::new(), b"{}").unwrap();
            assert_eq!(accepts(&both, signature.to_str().unwrap(), b"{}"), is_good, "{secret}");
        }
    }

    #[test]
    fn a_signed_header_must_be_there_once() {
        let time = HeaderName::from_static("x-time");
        let hmac =
            Hmac::new(NAME, "k").with_signed([SignedPart::Header(time.clone()), SignedPart::Body]);
        assert!(hmac.sign(&HeaderMap::new(), b"").is_none());
        let mut headers = HeaderMap::new();
        headers.insert(time.clone(), "1".parse().unwrap());
        let signature = hmac.sign(&headers, b"").unwrap();
        headers.insert(NAME, signature);
        assert!(hmac.accepts(&headers, b""));
        headers.append(time, "2".parse().unwrap());
        assert!(!hmac.accepts(&headers, b""));
    }
}
