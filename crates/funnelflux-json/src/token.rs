//! The tokens of a JSON text, and the members around the present token.

use std::borrow::Cow;

/// Strings, numbers and words, punctuation, and runs of white space: together the text, whatever it holds.
pub(crate) fn tokens(mut rest: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let bytes = rest.as_bytes();
        let length = match bytes.first()? {
            b'"' => string_end(bytes, 0).unwrap_or(bytes.len()),
            first if is_space(*first) => run(bytes, is_space),
            first if is_punctuation(*first) => 1,
            _ => run(bytes, |byte| !is_space(byte) && !is_punctuation(byte) && byte != b'"'),
        };
        let token;
        (token, rest) = rest.split_at_checked(length)?;
        Some(token)
    })
}

fn run(bytes: &[u8], belongs: impl Fn(u8) -> bool) -> usize {
    bytes.iter().position(|byte| !belongs(*byte)).unwrap_or(bytes.len())
}

pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

fn is_punctuation(byte: u8) -> bool {
    matches!(byte, b'{' | b'}' | b'[' | b']' | b',' | b':')
}

/// The place after a string's closing quote, from its opening one.
pub(crate) fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    at += 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(at) == Some(&b'"') {
            return Some(at + 1);
        }
        at += 2;
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The name of a member. [`Around::enter`] must be called with it.
    Name,
    Text,
    Number,
    /// White space, punctuation, `true`, `false`, `null`.
    Other,
}

/// The objects and arrays around the present token.
#[derive(Default)]
pub(crate) struct Around<'a>(Vec<Level<'a>>);

enum Level<'a> {
    Array,
    /// The member whose value is being read; `None` before a name.
    Object(Option<Cow<'a, str>>),
}

impl<'a> Around<'a> {
    pub(crate) fn role(&mut self, token: &str) -> Role {
        match token.as_bytes().first() {
            Some(b'"') if matches!(self.0.last(), Some(Level::Object(None))) => return Role::Name,
            Some(b'"') => return Role::Text,
            Some(b'-' | b'0'..=b'9') => return Role::Number,
            Some(b'{') => self.0.push(Level::Object(None)),
            Some(b'[') => self.0.push(Level::Array),
            Some(b'}' | b']') => drop(self.0.pop()),
            Some(b',') => {
                if let Some(Level::Object(name)) = self.0.last_mut() {
                    *name = None;
                }
            }
            _ => {}
        }
        Role::Other
    }

    pub(crate) fn enter(&mut self, member: Cow<'a, str>) {
        if let Some(Level::Object(name)) = self.0.last_mut() {
            *name = Some(member);
        }
    }

    /// The member that holds the present value, directly or in arrays; empty if there is none.
    pub(crate) fn member(&self) -> &str {
        let innermost = self.0.iter().rev().find_map(|level| match level {
            Level::Array => None,
            Level::Object(name) => Some(name.as_deref()),
        });
        innermost.flatten().unwrap_or_default()
    }

    /// The members around the present token, the outermost first.
    pub(crate) fn members(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|level| match level {
            Level::Array => None,
            Level::Object(name) => name.as_deref(),
        })
    }
}
