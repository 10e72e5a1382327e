//! Tokens in the values of parameters: recognised, and kept as they are.

use std::fmt::Write as _;

use funnelflux_contract::{Value, schemas};
use funnelflux_id::{AssetId, HitId};
use funnelflux_model::links::LinkParameter;

pub(super) const UNCONFIGURED: &str =
    "not a configured field: session buffer only, for about 24 hours, and in no report";

/// The brackets of tokens, the longer before those that they begin with.
const BRACKETS: [(&str, &str); 5] =
    [("{{", "}}"), ("${", "}"), ("{", "}"), ("[", "]"), ("%%", "%%")];

fn token_at(text: &str) -> Option<&str> {
    BRACKETS.iter().find_map(|(open, close)| {
        let inner = text.strip_prefix(open)?;
        let name = inner.get(..inner.find(close)?)?;
        let is_plain = |letter: char| {
            letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.' | ':' | '|' | '@' | '!')
        };
        let is_token = !name.is_empty() && name.chars().all(is_plain);
        text.get(..open.len() + name.len() + close.len()).filter(|_| is_token)
    })
}

/// Each token (true) and each other character (false), in order.
fn pieces(mut text: &str) -> impl Iterator<Item = (&str, bool)> {
    std::iter::from_fn(move || {
        let token = token_at(text);
        let length = token.map_or(text.chars().next()?.len_utf8(), str::len);
        let (piece, rest) = text.split_at_checked(length)?;
        text = rest;
        Some((piece, token.is_some()))
    })
}

/// The tokens of a text, and a whole text that is a word to be replaced.
pub(super) fn tokens(text: &str) -> Vec<&str> {
    let found: Vec<&str> = pieces(text).filter(|(_, is_token)| *is_token).map(|it| it.0).collect();
    if found.is_empty() && known(text).is_some() { vec![text] } else { found }
}

/// A text as it goes into a link: tokens as they are, all else encoded where a link cannot hold it.
pub(super) fn encoded(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$'()*,;:@/".contains(&byte);
    let mut out = String::with_capacity(text.len());
    for (piece, is_token) in pieces(text) {
        match is_token || piece.bytes().all(is_plain) {
            true => out += piece,
            // Writing to a text cannot fail.
            false => piece.bytes().for_each(|byte| _ = write!(out, "%{byte:02X}")),
        }
    }
    out
}

/// A text without percent-encoding; `None` if that is broken.
pub(super) fn decoded(text: &str) -> Option<String> {
    let (mut bytes, mut pieces) = (Vec::with_capacity(text.len()), pieces(text));
    while let Some((piece, _)) = pieces.next() {
        if piece != "%" {
            bytes.extend_from_slice(piece.as_bytes());
            continue;
        }
        let code = [pieces.next()?.0, pieces.next()?.0].concat();
        let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_hexdigit());
        bytes.push(u8::from_str_radix(&code, 16).ok().filter(|_| is_code)?);
    }
    String::from_utf8(bytes).ok()
}

/// What the contract has of a token. A name in capitals after the last hyphen stands for any.
pub(super) fn known(token: &str) -> Option<&'static Value> {
    let known = [&schemas::LINK_TOKEN, &schemas::POSTBACK_TOKEN];
    known.iter().flat_map(|schema| schema.values).find(|known| {
        let pattern = known.value;
        let open = pattern.strip_suffix('}').and_then(|inner| inner.rsplit_once('-'));
        match open {
            Some((stem, name)) if name.bytes().all(|byte| byte.is_ascii_uppercase()) => token
                .strip_prefix(stem)
                .and_then(|rest| rest.strip_prefix('-')?.strip_suffix('}'))
                .is_some_and(|name| !name.is_empty()),
            _ => pattern == token,
        }
    })
}

/// Whether a whole text is a word that a person must replace.
pub(super) fn waits_for_a_person(text: &str) -> bool {
    known(text).is_some() && token_at(text).is_none()
}

/// What to know about the tokens of a value in a link that others fill in. Those of the traffic
/// source's own placeholder are as they should be, unless they wait for a person.
pub(super) fn notes(value: &str, placeholder: &str) -> Vec<String> {
    let tokens = tokens(value).into_iter();
    let notes = tokens.filter_map(|token| match known(token) {
        Some(word) if waits_for_a_person(token) => Some(format!(
            "{token} is a {} ({}): write the value in its place",
            word.meaning, word.grade
        )),
        _ if value == placeholder => None,
        Some(word) => Some(format!(
            "{token} is a token of FunnelFlux ({}), which ad networks and offer networks ignore; \
             expected one of the network",
            word.grade
        )),
        None => Some(format!(
            "{token} is unknown to FunnelFlux; the network that uses the link must replace it"
        )),
    });
    notes.collect()
}

pub(super) fn check_postback(name: LinkParameter, value: &str) -> Result<(), String> {
    let has_token = !tokens(value).is_empty();
    match name {
        _ if value.is_empty() => Err("it is empty; expected a value or a token".to_owned()),
        LinkParameter::Hit if value.parse::<AssetId>().is_ok() => {
            Err(format!("got {value}, an asset id; expected the id of a hit"))
        }
        LinkParameter::Hit => value.parse::<HitId>().map(drop).map_err(|error| error.to_string()),
        LinkParameter::Rev if !has_token && !is_number(value) => Err(format!(
            "got {:?}; expected a number such as 12.50, or a token",
            super::shortened(value)
        )),
        _ => Ok(()),
    }
}

/// Without exponents and names, which other programs read as numbers.
fn is_number(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_digit() || b"-.".contains(&byte);
    text.bytes().all(is_plain) && text.parse::<f64>().is_ok()
}
