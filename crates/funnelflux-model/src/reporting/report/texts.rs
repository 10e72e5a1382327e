use super::ints::push;

/// Many short texts in one allocation.
#[derive(Clone, Default)]
pub(super) struct Texts {
    text: String,
    ends: Vec<usize>,
}

impl Texts {
    /// Adds a text and returns its number.
    pub(super) fn push(&mut self, text: &str) -> usize {
        if self.text.capacity() - self.text.len() < text.len() {
            // By a quarter, for the reason given at `grow`.
            self.text.reserve_exact((self.text.len() / 4).max(text.len()).max(256));
        }
        self.text.push_str(text);
        push(&mut self.ends, self.text.len());
        self.ends.len() - 1
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, number: impl TryInto<usize>) -> Option<&str> {
        let number = number.try_into().ok()?;
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
    }
}
