//! Where things were seen.

/// A place in a file, and the day of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At {
    pub(super) file: usize,
    pub(super) entry: u64,
    pub(super) day: Day,
}

/// A day such as `2026-11-27`; zeros where the file does not say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Day([u8; 10]);

impl Day {
    pub(super) fn of(text: Option<&str>) -> Self {
        Self(text.and_then(|text| text.as_bytes().try_into().ok()).unwrap_or_default())
    }

    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default().trim_end_matches('\0')
    }
}

/// Where something was seen first, how often, and on which day last.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sight {
    pub(super) first: At,
    pub(super) count: u64,
    pub(super) day: Day,
}

impl Sight {
    /// Makes the sight of one place.
    pub(super) fn at(at: At) -> Self {
        Self { first: at, count: 1, day: at.day }
    }

    pub(super) fn note(&mut self, at: At) {
        *self = self.and(Self::at(at));
    }

    /// Joins two sights; this one came first.
    pub(super) fn and(self, other: Self) -> Self {
        let first = if self.count == 0 { other.first } else { self.first };
        Self { first, count: self.count + other.count, day: self.day.max(other.day) }
    }
}
