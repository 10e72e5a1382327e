use std::{
    hash::{BuildHasher, RandomState},
    ops::Range,
};

use bytes::Bytes;
use hashbrown::HashTable;

use super::{AttributeValue, ints::push, texts::Texts};

/// Distinct JSON texts, numbered in order of appearance, with the places of their members `id` and
/// `value`. Equal text means an equal entry, so it is parsed once, however many rows have it.
#[derive(Clone, Default)]
pub(super) struct Dictionary {
    texts: Texts,
    places: Vec<Places>,
    codes: HashTable<u32>,
    // Keyed at random: anyone who follows a link chooses the values of tracking fields.
    hasher: RandomState,
    last: u32,
}

#[derive(Clone, Copy, Default)]
struct Places {
    id: Place,
    value: Place,
}

/// Offset and length; length 0 means absent, since no JSON value is that short.
#[derive(Clone, Copy, Default)]
struct Place {
    start: u32,
    len: u32,
}

impl Dictionary {
    pub(super) fn of(answer: Option<Bytes>) -> Self {
        Self { texts: Texts::of(answer), ..Self::default() }
    }

    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    pub(super) fn get(&self, code: u32) -> Option<AttributeValue<'_>> {
        let json = self.texts.get(code)?;
        let places = self.places.get(usize::try_from(code).ok()?)?;
        Some(AttributeValue { json, id: places.id.of(json), value: places.value.of(json) })
    }

    /// The text of the code that was given out last.
    pub(super) fn last(&self) -> Option<(u32, &str)> {
        Some((self.last, self.texts.get(self.last)?))
    }

    /// The code of a text; a new one has to pass the check. `None` after 2³² − 2 texts.
    pub(super) fn code(&mut self, json: &str, check: fn(&str) -> bool) -> Option<u32> {
        // Rows come grouped, so most have the same outer attributes as the row before.
        if self.texts.get(self.last) == Some(json) {
            return Some(self.last);
        }
        let hash = self.hasher.hash_one(json);
        if let Some(code) = self.codes.find(hash, |code| self.texts.get(*code) == Some(json)) {
            self.last = *code;
            return Some(self.last);
        }
        if !check(json) {
            return None;
        }
        let code =
            u32::try_from(self.texts.push(json)?).ok().filter(|code| *code < u32::MAX - 1)?;
        push(&mut self.places, Places::find(json));
        self.codes.insert_unique(hash, code, |code| {
            self.hasher.hash_one(self.texts.get(*code).unwrap_or_default())
        });
        self.last = code;
        Some(code)
    }

    pub(super) fn finish(&mut self) {
        self.texts.shrink();
        self.places.shrink_to_fit();
        self.codes = HashTable::new();
    }
}

impl Place {
    fn of(self, json: &str) -> Option<&str> {
        let start = usize::try_from(self.start).ok()?;
        let end = start.checked_add(usize::try_from(self.len).ok()?)?;
        json.get(start..end).filter(|text| !text.is_empty())
    }

    fn of_range(range: &Range<usize>) -> Self {
        match (u32::try_from(range.start), u32::try_from(range.len())) {
            (Ok(start), Ok(len)) => Self { start, len },
            _ => Self::default(),
        }
    }
}

impl Places {
    /// Finds them; anything but an object counts as a value without an id.
    fn find(json: &str) -> Self {
        let Some(members) = funnelflux_json::members(json, &(0..json.len())) else {
            return Self { value: Place::of_range(&(0..json.len())), id: Place::default() };
        };
        let member = |name| {
            let place = funnelflux_json::place(json, &members, name)?;
            Some(Place::of_range(&members.get(place)?.value))
        };
        Self { id: member("id").unwrap_or_default(), value: member("value").unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_has_one_code_however_many_there_are() {
        let mut dictionary = Dictionary::of(None);
        let json = |number: u32| format!("{{\"id\": \"{number}\", \"value\": [{number}]}}");
        for _ in 0..2 {
            for number in 0..5_000 {
                assert_eq!(dictionary.code(&json(number), |_| true), Some(number));
            }
        }
        dictionary.finish();
        assert_eq!(dictionary.len(), 5_000);
        let entry = dictionary.get(4_321).unwrap();
        assert_eq!((entry.json, entry.id), (json(4_321).as_str(), Some("\"4321\"")));
        assert_eq!(entry.value, Some("[4321]"));
    }

    #[test]
    fn what_is_no_object_is_a_value() {
        let mut dictionary = Dictionary::of(None);
        for (json, id, value) in [
            ("\"Shoes\"", None, Some("\"Shoes\"")),
            ("{}", None, None),
            (r#"{"id":1,"\u0069d":2}"#, Some("2"), None),
        ] {
            let code = dictionary.code(json, |_| true).unwrap();
            let entry = dictionary.get(code).unwrap();
            assert_eq!((entry.id, entry.value), (id, value), "{json}");
        }
    }
}
