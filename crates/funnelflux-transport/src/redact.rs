//! Redaction of texts, paths and bodies for errors, logs and reports, by an allow-list: a value is shown
//! only where the contract's vocabulary says that the member of its name is harmless. Any other value may
//! be a token, a secret or a visitor's data.

use std::borrow::Cow;
use std::net::{IpAddr, SocketAddr};

use funnelflux_contract::VOCABULARY;
use funnelflux_id::{AssetId, HitId};
use funnelflux_json::{Part, compact, rewrite};

pub(crate) const MARK: &str = "[redacted]";

/// Redacts words of a foreign text that look like a token (bearer values, JWTs, long unbroken words of mixed
/// characters), IP and e-mail addresses.
pub(crate) fn text(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut kept_up_to = 0;
    let mut after_bearer = false;
    for (at, word) in words(text) {
        let secret = word.split(':').any(looks_secret);
        if after_bearer || secret || word.contains('@') || has_address(word) {
            out.push_str(text.get(kept_up_to..at).unwrap_or_default());
            out.push_str(MARK);
            kept_up_to = at + word.len();
        }
        // The word behind the scheme's name is a token, however short.
        after_bearer = word.eq_ignore_ascii_case("bearer");
    }
    if kept_up_to == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(kept_up_to..).unwrap_or_default());
    Cow::Owned(out)
}

/// The words of a text with their places. A slash separates words, except in base64.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    pieces(text, 0, is_boundary).flat_map(|(start, run)| {
        let whole = run.split(':').any(is_base64);
        pieces(run, start, move |c| c == '/' && !whole)
    })
}

/// The pieces between boundaries with their places, where `text` itself begins at `from`.
fn pieces(
    text: &str,
    from: usize,
    is_boundary: impl Fn(char) -> bool + Copy,
) -> impl Iterator<Item = (usize, &str)> {
    let mut at = from;
    text.split_inclusive(is_boundary).filter_map(move |piece| {
        let start = at;
        at += piece.len();
        let word = piece.trim_end_matches(is_boundary);
        (!word.is_empty()).then_some((start, word))
    })
}

pub(crate) fn is_boundary(c: char) -> bool {
    c.is_whitespace() || "\"'`,;=()[]{}<>&?\\|".contains(c)
}

/// Whether it is a token with slashes and not a path: at least 28 characters of the base64 alphabet,
/// capitals, small letters and digits, and a piece between slashes that is neither a word nor an id.
fn is_base64(run: &str) -> bool {
    let run = behind_port(run);
    let any = |is: fn(&u8) -> bool| run.as_bytes().iter().any(is);
    let is_in_a_path = |piece: &str| {
        piece.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-' || b == b'_')
            || piece.strip_prefix('v').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
            || piece.parse::<AssetId>().is_ok()
            || piece.parse::<HitId>().is_ok_and(|id| id.has_known_form())
            || is_uuid(piece)
    };
    run.len() >= 28
        && run.contains('/')
        && any(u8::is_ascii_uppercase)
        && any(u8::is_ascii_lowercase)
        && any(u8::is_ascii_digit)
        && run.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/-_".contains(&b))
        && !run.split('/').all(is_in_a_path)
}

/// The part of an address behind a colon, without the port.
fn behind_port(run: &str) -> &str {
    let path = run.trim_start_matches(|c: char| c.is_ascii_digit());
    if path.starts_with('/') && run.len() - path.len() <= 5 { path } else { run }
}

/// Whether it has at least 28 characters without a break, letters and digits mixed: every known id of
/// the API is shorter (27), every token is longer.
fn looks_secret(word: &str) -> bool {
    let word = word.trim_end_matches(['.', ':']);
    word.len() >= 28
        && word.bytes().any(|b| b.is_ascii_digit())
        && word.bytes().any(|b| b.is_ascii_alphabetic())
        && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~+/".contains(&b))
        && !is_uuid(word)
}

fn is_uuid(word: &str) -> bool {
    let lengths = word.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

/// Whether the word is an IP address, or has one beside a colon, with a port or a label.
fn has_address(word: &str) -> bool {
    let word = word.trim_end_matches(['.', ':']);
    let behind = word.match_indices(':').filter_map(|(at, _)| word.get(at + 1..));
    std::iter::once(word).chain(behind).chain(word.split(':')).any(is_address)
}

fn is_address(word: &str) -> bool {
    let ip = word.parse().map(|socket: SocketAddr| socket.ip());
    // A zone, as in `fe80::1%eth0`.
    let ip = ip.or_else(|_| word.split('%').next().unwrap_or_default().parse::<IpAddr>());
    ip.is_ok_and(|ip| !ip.is_loopback() && !ip.is_unspecified())
}

/// Redacts the values of a path's query, except values of enumerations and switches under harmless
/// names: a caller may put any text into a query.
pub(crate) fn path_and_query(text: &str) -> String {
    let Some((path, query)) = text.split_once('?') else { return text.to_owned() };
    let shown = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let known = VOCABULARY.values.contains(value) || matches!(value, "true" | "false");
        let shown = if known && VOCABULARY.harmless.contains(name) { value } else { MARK };
        format!("{name}={shown}")
    };
    format!("{path}?{}", query.split('&').map(shown).collect::<Vec<_>>().join("&"))
}

/// Of JSON all names and the values of harmless members are shown, of any other body the size.
pub(crate) fn body(bytes: &[u8], max: usize) -> String {
    let json = std::str::from_utf8(bytes).ok().and_then(|json| {
        rewrite(json, |part, name, value| match part {
            Part::Name => None,
            Part::Text if VOCABULARY.harmless.contains(name) => match text(value) {
                Cow::Owned(clean) => Some(clean),
                Cow::Borrowed(_) => None,
            },
            Part::Text => Some(MARK.to_owned()),
            // A code is an error's number, or the source of a script.
            Part::Number if name == "code" || VOCABULARY.harmless.contains(name) => None,
            Part::Number => Some(format!("\"{MARK}\"")),
        })
    });
    match json {
        Some(json) => crate::error::shorten(&compact(&json), max),
        None if crate::error::looks_like_html(bytes) => format!("{} bytes, HTML", bytes.len()),
        None => format!("{} bytes, not JSON", bytes.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_addresses_go_ids_and_words_stay() {
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlMTIz";
        let shown =
            text(&format!("bad token \"{jwt}\" from 203.0.113.7, hit dkezmsf3bat8xdbz8rt039r0"))
                .into_owned();
        assert_eq!(shown, "bad token \"[redacted]\" from [redacted], hit dkezmsf3bat8xdbz8rt039r0");
        assert!(matches!(text("tcp connect error: 127.0.0.1:9"), Cow::Borrowed(_)));
        assert_eq!(text("got \"Bearer abc\", too"), "got \"Bearer [redacted]\", too");
    }

    #[test]
    fn addresses_are_found_behind_labels_and_before_ports() {
        for address in [
            "203.0.113.7:51234",
            "ip:203.0.113.8",
            "client:203.0.113.8:80",
            "2001:db8::1",
            "ip:2001:db8::1",
            "[2001:db8::1]:443",
            "fe80::1%eth0",
            "john.doe@example.com",
            "mailto:john.doe@example.com",
        ] {
            let shown = text(&format!("from {address}, bad")).into_owned();
            assert!(shown.contains(MARK) && shown.ends_with(", bad"), "{shown}");
            for part in ["203.0.113", "db8", "fe80", "john", "example"] {
                assert!(!shown.contains(part), "{shown}");
            }
        }
        for harmless in ["127.0.0.1:9", "[::1]:80", "12:30:59", "at 1.2.3", "line:4"] {
            assert!(matches!(text(harmless), Cow::Borrowed(_)), "{harmless}");
        }
    }

    #[test]
    fn a_token_does_not_pass_because_of_its_slashes_or_its_length() {
        for secret in [
            "Ab1/cdefghijklmnopqrstuv/1abcdefghijklmnop/zz",
            "q83vEjRWeJCrze8/SNFZ4kJCrz+e8SNFZ4kJ==",
            "0123456789abcdef0123456789abcdef0123",
            "01234567-89ab-cdef-0123-456789abcdef01",
        ] {
            let shown = text(secret).into_owned();
            assert!(shown.starts_with(MARK) && shown.len() <= MARK.len() + 2, "{shown}");
        }
        for harmless in [
            "url (https://api.funnelflux.pro/v1/reporting/update/conversions)",
            "/v1/trafficsource/2nIemJxCKbFX/categoryType/list",
            "/billing/domains/01dkezmsf3bat8xdbz8rt039r0/refresh",
            "01234567-89ab-cdef-0123-456789abcdef",
        ] {
            assert!(matches!(text(harmless), Cow::Borrowed(_)), "{}", text(harmless));
        }
    }

    #[test]
    fn a_token_does_not_pass_behind_a_label_and_a_colon() {
        for secret in [
            "sk_live_4eC39HqLyjWDarjtT1zdp7dcXYZ01234",
            "Ab1/cdefghijklmnopqrstuv/1abcdefghijklmnop/zz",
        ] {
            for label in ["access_token:", "a:b:", "", "0:"] {
                for tail in ["", ":", ":rest"] {
                    let shown = text(&format!("bad {label}{secret}{tail} here")).into_owned();
                    assert!(shown.contains(MARK) && shown.ends_with(" here"), "{shown}");
                    assert!(!shown.contains("4eC39") && !shown.contains("cdefg"), "{shown}");
                }
            }
        }
        for harmless in [
            "http://localhost:8080/v1/trafficsource/2nIemJxCKbFX/categoryType/list",
            "hit:dkezmsf3bat8xdbz8rt039r0",
            "at 2026-03-01T12:30:59.000000000+02:00",
        ] {
            assert!(matches!(text(harmless), Cow::Borrowed(_)), "{}", text(harmless));
        }
    }

    #[test]
    fn a_code_is_shown_where_it_is_a_number_and_not_where_it_is_a_script() {
        let shown = body(br#"{"code":"key := \"sk-live\"","error":{"code":400}}"#, 4096);
        assert!(!shown.contains("sk-live") && shown.contains("400"), "{shown}");
    }

    #[test]
    fn only_members_known_to_be_harmless_show_their_values() {
        let body = body(
            br#"{"timeStart":"2026-01-01T00:00:00Z","ip":"203.0.113.7","hits":[{"idHit":"x","payout":1.5}],"error":{"code":400,"message":"no"}}"#,
            4096,
        );
        assert!(body.contains("2026-01-01T00:00:00Z") && body.contains("\"no\""), "{body}");
        for hidden in ["203.0.113.7", "1.5", "\"x\""] {
            assert!(!body.contains(hidden), "{body}");
        }
    }

    #[test]
    fn query_values_are_hidden_unless_they_are_known_values_of_harmless_names() {
        for (query, shown) in [
            ("status=active&token=abc", "status=active&token=[redacted]"),
            ("includeChilds=true&categoryType=offer", "includeChilds=true&categoryType=offer"),
            ("status=alice@example.com", "status=[redacted]"),
            ("message=eyJhbGciOiJIUzI1NiJ9", "message=[redacted]"),
            ("error_description=active%20alice", "error_description=[redacted]"),
            ("name=active", "name=[redacted]"),
            ("timeStart=2026-01-01T00:00:00Z", "timeStart=[redacted]"),
            ("status=", "status="),
        ] {
            let path = format!("/campaign/list?{query}");
            assert_eq!(path_and_query(&path), format!("/campaign/list?{shown}"));
        }
        assert_eq!(path_and_query("/campaign/list"), "/campaign/list");
    }
}
