use bytes::Bytes;

use super::ints::push;

/// Many short texts in one allocation.
#[derive(Clone, Default)]
pub(super) struct Texts {
    text: String,
    ends: Vec<usize>,
    /// The answer that the texts are from, if it may be kept for them.
    answer: Option<Bytes>,
    /// The places in the answer of the texts after the [`COPIED`] first ones.
    spans: Vec<(u32, u32)>,
}

/// The most texts copied out of an answer. More are most of it, and copies would nearly double it.
const COPIED: usize = 1 << 16;

impl Texts {
    /// Texts of an answer, which is kept if there are many of them.
    pub(super) fn of(answer: Option<Bytes>) -> Self {
        Self { answer, ..Self::default() }
    }

    /// Adds a text and returns its number; `None` for one that has to be in the answer and is not.
    pub(super) fn push(&mut self, text: &str) -> Option<usize> {
        if self.ends.len() >= COPIED && self.answer.is_some() {
            let span = self.span(text)?;
            push(&mut self.spans, span);
            return Some(self.len() - 1);
        }
        if self.text.capacity() - self.text.len() < text.len() {
            // By a quarter, for the reason given at `grow`.
            self.text.reserve_exact((self.text.len() / 4).max(text.len()).max(256));
        }
        self.text.push_str(text);
        push(&mut self.ends, self.text.len());
        Some(self.ends.len() - 1)
    }

    /// The place of a text that is a part of the answer.
    fn span(&self, text: &str) -> Option<(u32, u32)> {
        let answer = self.answer.as_deref()?;
        let start = text.as_ptr().addr().checked_sub(answer.as_ptr().addr())?;
        let is_part = answer.get(start..start.checked_add(text.len())?)? == text.as_bytes();
        Some((u32::try_from(start).ok()?, u32::try_from(text.len()).ok()?)).filter(|_| is_part)
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len() + self.spans.len()
    }

    pub(super) fn get(&self, number: impl TryInto<usize>) -> Option<&str> {
        let number = number.try_into().ok()?;
        if let Some(place) = number.checked_sub(COPIED).filter(|_| self.answer.is_some()) {
            let (start, len) = *self.spans.get(place)?;
            let start = usize::try_from(start).ok()?;
            let text = self.answer.as_deref()?.get(start..start + usize::try_from(len).ok()?)?;
            return std::str::from_utf8(text).ok();
        }
        let end = *self.ends.get(number)?;
        let start = match number.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text.get(start..end)
    }

    pub(super) fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.spans.shrink_to_fit();
        if self.spans.is_empty() {
            self.answer = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_an_answer_are_kept_in_it_when_they_are_many() {
        let words: Vec<String> = (0..COPIED + 3).map(|number| number.to_string()).collect();
        let answer = Bytes::from(words.join(" "));
        let parts = std::str::from_utf8(&answer).unwrap().split(' ');
        for kept in [Some(answer.clone()), None] {
            let mut texts = Texts::of(kept.clone());
            for (number, part) in parts.clone().enumerate() {
                assert_eq!(texts.push(part), Some(number));
            }
            texts.shrink();
            assert_eq!((texts.len(), texts.get(words.len())), (words.len(), None));
            assert!((0..words.len()).all(|at| texts.get(at) == Some(&words[at])));
            assert_eq!(texts.text.ends_with("65538"), kept.is_none());
        }
        let mut few = Texts::of(Some(answer.clone()));
        few.push("1").unwrap();
        few.shrink();
        assert!(few.answer.is_none());
    }
}
