use super::ints::push;

/// The type and the spelling of a cell, in one byte.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag(u8);

pub(super) const ABSENT: Tag = Tag(0x80);
pub(super) const NULL: Tag = Tag(0x81);
/// The member is kept as JSON text; the cell's number is its index.
pub(super) const TEXT: Tag = Tag(0x82);

/// Set when the number stood in a string.
const QUOTED: u8 = 0x40;
const SCALE: u8 = 0x3f;

impl Tag {
    /// A number with its count of decimals, which is at most 18.
    #[inline]
    pub(super) const fn number(scale: u8, quoted: bool) -> Self {
        Self((scale & SCALE) | if quoted { QUOTED } else { 0 })
    }

    pub(super) const fn is_quoted(self) -> bool {
        self.0 & (0x80 | QUOTED) == QUOTED
    }

    pub(super) const fn scale(self) -> u32 {
        (self.0 & SCALE) as u32
    }
}

/// One tag for each row; while all are the same, just that one.
#[derive(Clone)]
pub(super) enum Tags {
    Same(Tag, usize),
    Each(Vec<Tag>),
}

impl Tags {
    pub(super) const fn new() -> Self {
        Self::Same(ABSENT, 0)
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Same(_, len) => *len,
            Self::Each(tags) => tags.len(),
        }
    }

    #[inline]
    pub(super) fn push(&mut self, tag: Tag) {
        match self {
            Self::Same(same, len) if *same == tag => *len += 1,
            Self::Each(tags) => push(tags, tag),
            Self::Same(..) => self.push_other(tag),
        }
    }

    #[cold]
    #[inline(never)]
    fn push_other(&mut self, tag: Tag) {
        *self = match *self {
            Self::Same(same, len) if len > 0 => Self::Each(vec![same; len]),
            _ => Self::Same(tag, 0),
        };
        self.push(tag);
    }

    pub(super) fn get(&self, at: usize) -> Tag {
        match self {
            Self::Same(tag, len) if at < *len => *tag,
            Self::Same(..) => ABSENT,
            Self::Each(tags) => tags.get(at).copied().unwrap_or(ABSENT),
        }
    }

    pub(super) fn pop(&mut self) {
        match self {
            Self::Same(_, len) => *len = len.saturating_sub(1),
            Self::Each(tags) => drop(tags.pop()),
        }
    }

    pub(super) fn shrink(&mut self) {
        if let Self::Each(tags) = self {
            tags.shrink_to_fit();
        }
    }
}
