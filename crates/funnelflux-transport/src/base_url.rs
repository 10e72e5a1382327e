//! The base URL of the API, and which requests belong to it.

use std::str::FromStr;

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use percent_encoding::percent_decode_str;

use crate::error::Error;

/// The vendor's public endpoint (documented).
pub const DEFAULT_BASE_URL: &str = "https://api.funnelflux.pro/v1";

/// The root of the API: scheme, host, port and path prefix. HTTPS only, except on loopback.
///
/// ```
/// use funnelflux_transport::BaseUrl;
/// assert!("https://api.funnelflux.pro/v1".parse::<BaseUrl>().is_ok());
/// assert!("http://127.0.0.1:8080/v1".parse::<BaseUrl>().is_ok());
/// assert!("http://api.funnelflux.pro/v1".parse::<BaseUrl>().is_err());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl {
    pub(crate) scheme: Scheme,
    authority: Authority,
    prefix: String,
}

impl BaseUrl {
    /// The vendor's public endpoint.
    #[must_use]
    pub fn vendor() -> Self {
        // The parts of `DEFAULT_BASE_URL`.
        let authority = Authority::from_static("api.funnelflux.pro");
        Self { scheme: Scheme::HTTPS, authority, prefix: "/v1".to_owned() }
    }

    /// The host, without port.
    pub fn host(&self) -> &str {
        self.authority.host()
    }

    /// The port, or the scheme's own.
    pub fn port(&self) -> u16 {
        self.port_of(&self.authority)
    }

    fn port_of(&self, authority: &Authority) -> u16 {
        let default = if self.scheme == Scheme::HTTPS { 443 } else { 80 };
        authority.port_u16().unwrap_or(default)
    }

    /// The path in front of every operation's path, such as `/v1`; empty if there is none.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The same root with another path in front of the operations' paths.
    pub(crate) fn with_prefix(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.prefix);
        self
    }

    /// Says why a path, which may have a query, does not surely stay below the base URL: servers and
    /// proxies decode `%2e`, `%u002e` and `%5c`, take a backslash for a slash and wide characters for
    /// plain ones, and drop `;`, `?` and `#` with what follows.
    #[must_use]
    pub fn fault_of_path(path: &str) -> Option<&'static str> {
        let bare = path.split(['?', '#']).next().unwrap_or_default();
        if bare.is_ascii() && !bare.contains(['%', '\\', ';', '.']) && !bare.contains("//") {
            return None;
        }
        let mut decoded = plain(bare);
        // As often as something is encoded: an encoded `%` may hide another one.
        loop {
            let below = decoded.strip_prefix('/').unwrap_or(&decoded);
            let below = below.strip_suffix('/').unwrap_or(below);
            let names =
                below.split('/').map(|part| part.split([';', '?', '#']).next().unwrap_or_default());
            decoded = match percent_decode_str(&decoded).decode_utf8() {
                _ if decoded.contains('\\') => return Some("a path must not contain a backslash"),
                _ if decoded.contains(char::is_control) => {
                    return Some("a path must not contain control characters");
                }
                _ if names.clone().any(|name| matches!(name.trim(), "." | "..")) => {
                    return Some("a path must not contain `.` or `..`");
                }
                _ if !below.is_empty() && names.clone().any(|name| name.trim().is_empty()) => {
                    return Some("a path must not contain an empty segment");
                }
                Err(_) => return Some("what a path encodes must be UTF-8"),
                Ok(next) if next == *decoded => return None,
                Ok(next) => plain(&next),
            };
        }
    }

    /// Whether `uri` has this scheme, host and port.
    pub fn is_origin_of(&self, uri: &Uri) -> bool {
        uri.scheme() == Some(&self.scheme)
            && uri.authority().is_some_and(|a| {
                a.as_str() == self.authority.as_str()
                    || (a.host().eq_ignore_ascii_case(self.authority.host())
                        && !a.as_str().contains('@')
                        && self.port_of(a) == self.port())
            })
    }

    /// The address of a request, unless its path may lead elsewhere. A `known` path is one of the contract's,
    /// which cannot.
    pub(crate) fn join(&self, relative: &Uri, known: Option<&str>) -> Result<Uri, Error> {
        let below = relative.path_and_query();
        let path_and_query = below.map_or("/", PathAndQuery::as_str);
        if known != Some(relative.path())
            && let Some(why) = Self::fault_of_path(path_and_query)
        {
            return Err(Error::invalid_request(format!("path {:?}: {why}", relative.path())));
        }
        let joined = if self.prefix.is_empty() {
            Ok(below.cloned().unwrap_or_else(|| PathAndQuery::from_static("/")))
        } else {
            let mut text = String::with_capacity(self.prefix.len() + path_and_query.len());
            text.push_str(&self.prefix);
            text.push_str(path_and_query);
            PathAndQuery::from_maybe_shared(bytes::Bytes::from(text))
        };
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(
            joined.map_err(|e| Error::invalid_request(format!("path {path_and_query:?}: {e}")))?,
        );
        Uri::from_parts(parts).map_err(|e| Error::invalid_request(format!("address: {e}")))
    }
}

impl FromStr for BaseUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let wrong = |why: &str| {
            // A URL with credentials is the one kind whose text must not be repeated.
            let shown = if text.contains('@') { "(not shown)" } else { text };
            Error::invalid_request(format!(
                "base URL {shown:?}: {why}; it should look like {DEFAULT_BASE_URL}"
            ))
        };
        let uri: Uri = text.trim().parse().map_err(|e| wrong(&format!("{e}")))?;
        let parts = uri.into_parts();
        let scheme = parts.scheme.ok_or_else(|| wrong("the scheme is missing"))?;
        let authority = parts.authority.ok_or_else(|| wrong("the host is missing"))?;
        let path_and_query = parts.path_and_query.unwrap_or_else(|| PathAndQuery::from_static("/"));
        let prefix = path_and_query.path().trim_end_matches('/').to_owned();
        let (host, is_plain) = (authority.host(), scheme == Scheme::HTTP);
        Err(wrong(match Self::fault_of_path(&prefix) {
            _ if authority.as_str().contains('@') => "user names and passwords have no place in it",
            _ if host.is_empty() => "the host is missing",
            _ if authority.as_str() != host && authority.port_u16().is_none() => {
                "the port must be a number up to 65535"
            }
            _ if is_plain && !is_loopback(host) => "plain http is for loopback addresses only",
            _ if !is_plain && scheme != Scheme::HTTPS => "the scheme must be https",
            _ if path_and_query.query().is_some() => "a query has no place in it",
            _ if text.contains('#') => "a fragment has no place in it",
            Some(why) => why,
            None => return Ok(Self { scheme, authority, prefix }),
        }))
    }
}

/// The path with the characters for which a server may take others.
fn plain(path: &str) -> String {
    let path = path.replace("%u", "%U").replace("%U00", "%").replace('\u{2025}', "..");
    let plain = |c| match c {
        '\u{ff0e}' | '\u{2024}' | '\u{fe52}' => '.',
        '\u{ff0f}' | '\u{2044}' | '\u{2215}' => '/',
        '\u{ff3c}' | '\u{fe68}' => '\\',
        c => c,
    };
    path.chars().map(plain).collect()
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

funnelflux_contract::formats! {
    Display for BaseUrl, |it, f| write!(f, "{}://{}{}", it.scheme, it.authority, it.prefix)
}

funnelflux_contract::formats! { Debug for BaseUrl, |it, f| write!(f, "BaseUrl({it})") }

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str) -> BaseUrl {
        text.parse().unwrap()
    }

    #[test]
    fn the_vendor_s_endpoint_is_the_default() {
        assert_eq!(BaseUrl::vendor(), base(DEFAULT_BASE_URL));
    }

    #[test]
    fn paths_and_queries_are_joined_to_the_prefix() {
        let uri =
            base("https://api.funnelflux.pro/v1/").join(&"/a/b?x=1%20".parse().unwrap(), None);
        assert_eq!(uri.unwrap().to_string(), "https://api.funnelflux.pro/v1/a/b?x=1%20");
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        for good in ["http://localhost:1/v1", "http://127.0.0.9/v1", "http://[::1]:8080/v1"] {
            assert!(good.parse::<BaseUrl>().is_ok(), "{good}");
        }
        for bad in ["http://10.0.0.1/v1", "http://127.0.0.1.example.com/v1", "ftp://x/v1", "/v1"] {
            assert!(bad.parse::<BaseUrl>().is_err(), "{bad}");
        }
    }

    #[test]
    fn paths_stay_below_their_base() {
        for good in [
            "/trafficsource/list",
            "/domains/go.example.com",
            "/a/..b",
            "/a/b..",
            "/a/...",
            "/a.b/c",
            "/a/b/",
            "/",
            "",
            "/x?to=../y",
            "/x?a=%2e%2e/",
            "/x/%C3%A4",
            "/a%20b",
            "/x;v=1/y",
            "/100%25",
            "/a%2Cb",
            "/a%3Fb",
            "/a%23",
            "/%E2%80%A6",
            "/%uFFFF",
        ] {
            assert_eq!(BaseUrl::fault_of_path(good), None, "{good}");
            if good.starts_with('/') {
                assert!(
                    base(DEFAULT_BASE_URL).join(&good.parse().unwrap(), None).is_ok(),
                    "{good}"
                );
            }
        }
        for bad in [
            "/../x",
            "/a/..",
            "/a/.",
            "/./a",
            "/%2e%2e/x",
            "/%2E%2e/x",
            "/%2E./x",
            "/.%2e/x",
            "/a/%2e",
            "/..;/x",
            "/..;a=b/x",
            "/.;/x",
            "/%2e%2e;/x",
            "/..%3b/x",
            "/a\\..\\b",
            "/..\\x",
            "/a\\b",
            "/a%5c..%5cb",
            "/a%5Cb",
            "/%252e%252e/x",
            "/%25252e%25252e/x",
            "/%252e./x",
            "/a%255cb",
            "/a%2f..%2fb",
            "/a%2F%2e%2e",
            "/a%252f..",
            "//evil.example/x",
            "/a//b",
            "/%2f/x",
            "/a/%2f/b",
            "/a/;x/b",
            "/..%20/x",
            "/a%00",
            "/a%0d%0ab",
            "/%c0%ae%c0%ae/x",
            "/a//",
            "/..%2f",
            "/a/b/../..",
            "/%2e%2e%2f%2e%2e",
            "/%5c%2e%2e%5c",
            "/a/..%3f/x",
            "/a/..%3Fb",
            "/%2e%2e%23/x",
            "/..%2523",
            "/a/\u{ff0e}\u{ff0e}/x",
            "/a/%ef%bc%8e%ef%bc%8e/x",
            "/a/%E2%80%A5/x",
            "/a\u{ff0f}..\u{ff0f}b",
            "/a%ef%bc%8f..",
            "/a\u{ff3c}b",
            "/%u002e%u002e/x",
            "/a%U002F..%u002fb",
            "/a%u005cb",
        ] {
            assert!(BaseUrl::fault_of_path(bad).is_some(), "{bad}");
            if let Ok(uri) = bad.parse::<Uri>()
                && uri.authority().is_none()
            {
                // A layer may rewrite the path of a call whose own path needs no check.
                for known in [None, Some("/page/list")] {
                    let error = base(DEFAULT_BASE_URL).join(&uri, known).unwrap_err();
                    assert!(error.is_invalid_request(), "{bad}");
                }
            }
            assert!(format!("https://api.example/v1{bad}/y").parse::<BaseUrl>().is_err(), "{bad}");
        }
    }

    #[test]
    fn credentials_in_a_base_url_are_refused_and_not_repeated() {
        let error = "https://me:hunter2@api.funnelflux.pro/v1".parse::<BaseUrl>().unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }

    #[test]
    fn another_host_is_another_origin() {
        let base = base("https://api.funnelflux.pro/v1");
        assert!(base.is_origin_of(&"https://api.funnelflux.pro:443/x".parse().unwrap()));
        assert!(!base.is_origin_of(&"https://api.funnelflux.pro.evil.example/x".parse().unwrap()));
        assert!(!base.is_origin_of(&"http://api.funnelflux.pro/x".parse().unwrap()));
    }
}
