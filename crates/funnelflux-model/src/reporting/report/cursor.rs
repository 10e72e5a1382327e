use std::borrow::Cow;

use funnelflux_json::value_end;
use serde::de::IgnoredAny;

use super::digits::{self, Number};

/// A position in a JSON text. It checks the text that it moves over, except in [`Cursor::extent`].
pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
}

pub(super) fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

impl<'t> Cursor<'t> {
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    pub(super) fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    /// Moves over that byte and blanks before it, if it is there.
    #[inline]
    pub(super) fn take(&mut self, byte: u8) -> bool {
        self.blanks();
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    /// After an element: whether another follows (`true`) or the end (`false`).
    #[inline]
    pub(super) fn goes_on(&mut self, end: u8) -> Option<bool> {
        if self.take(b',') {
            return Some(true);
        }
        self.take(end).then_some(false)
    }

    pub(super) fn is_at_end(&mut self) -> bool {
        self.blanks();
        self.at == self.text.len()
    }

    /// Moves over exactly these bytes, if they are next. They have to be whole tokens.
    #[inline]
    pub(super) fn text_is(&mut self, expected: &[u8]) -> bool {
        let next = self.text.as_bytes().get(self.at..self.at + expected.len());
        let there = next == Some(expected) && !expected.is_empty();
        if there {
            self.at += expected.len();
        }
        there
    }

    pub(super) fn literal(&mut self, literal: &str) -> bool {
        self.blanks();
        self.text_is(literal.as_bytes())
    }

    /// A member's name and the colon after it.
    pub(super) fn name(&mut self) -> Option<Cow<'t, str>> {
        let json = self.value().filter(|json| json.starts_with('"'))?;
        self.take(b':').then_some(())?;
        if json.contains('\\') {
            return serde_json::from_str(json).ok().map(Cow::Owned);
        }
        json.get(1..json.len() - 1).map(Cow::Borrowed)
    }

    /// A compact number, plain or in a string; `None` leaves the cursor where it is.
    #[inline]
    pub(super) fn number(&mut self) -> Option<(Number, bool)> {
        let bytes = self.text.as_bytes();
        let quoted = self.peek() == Some(b'"');
        let number = digits::compact(bytes, self.at + usize::from(quoted))?;
        let after = bytes.get(number.end).copied()?;
        let ends = if quoted {
            after == b'"'
        } else {
            matches!(after, b',' | b'}' | b' ' | b'\n' | b'\r' | b'\t')
        };
        if !ends {
            return None;
        }
        self.at = number.end + usize::from(quoted);
        Some((number, quoted))
    }

    /// A value of any kind, checked.
    pub(super) fn value(&mut self) -> Option<&'t str> {
        let value = self.extent()?;
        let is_plain =
            value.starts_with('"') && !value.bytes().any(|byte| byte == b'\\' || byte < b' ');
        (is_plain || value == "null" || is_json(value)).then_some(value)
    }

    /// Moves past a value without checking it: the text must be JSON.
    pub(super) fn extent(&mut self) -> Option<&'t str> {
        self.blanks();
        let start = self.at;
        self.at = value_end(self.text, start)?;
        self.text.get(start..self.at)
    }
}
