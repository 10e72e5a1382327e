//! Changes of one value inside a text that leave every other byte as it is.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use serde::Serialize;

use crate::edit_error::EditError;
use crate::equal::equal;
use crate::layout::Layout;
use crate::scan::{Container, MemberSpan, items, members, quote, slice, unquote};

/// Below this depth a changed value is replaced whole: recursion must not exhaust the stack.
const DEEPEST: usize = 128;

/// Sets the value at a path of member names and element numbers; returns the changed text, or `None`
/// if the value is there already, in whatever spelling.
///
/// Inside an object that is there already, and inside an array of the same length, only what differs
/// is touched; members that the new value lacks are removed. An added member goes to the end of its
/// object and is laid out like its neighbours. Objects that are absent or `null` on the way are
/// made. Of several members of one name the last is changed.
///
/// # Errors
/// When the path is empty, the value cannot be written as JSON, or something on the way is neither
/// an object nor an array with such an element.
pub fn set<T: Serialize + ?Sized>(
    text: &str,
    path: &[&str],
    value: &T,
) -> Result<Option<String>, EditError> {
    let json = serde_json::to_string(value).map_err(|error| EditError::value(path, &error))?;
    set_text(text, path, &json)
}

/// As [`set`], with a value that is JSON text already. The text must be valid; it is not checked.
///
/// # Errors
/// As [`set`].
pub fn set_text(text: &str, path: &[&str], json: &str) -> Result<Option<String>, EditError> {
    change(text, path, Some((json, false)))
}

/// As [`set`], but members that the new value lacks stay, in objects at any depth. An array is
/// replaced as a whole.
///
/// # Errors
/// As [`set`].
pub fn merge<T: Serialize + ?Sized>(
    text: &str,
    path: &[&str],
    value: &T,
) -> Result<Option<String>, EditError> {
    let json = serde_json::to_string(value).map_err(|error| EditError::value(path, &error))?;
    change(text, path, Some((&json, true)))
}

/// Removes the value at a path; returns the changed text, or `None` if there is no such value. Of
/// several members of one name all are removed.
///
/// # Errors
/// When the path is empty, or something on the way is neither an object nor an array.
pub fn remove(text: &str, path: &[&str]) -> Result<Option<String>, EditError> {
    change(text, path, None)
}

/// `new` is the value, and whether members that it lacks are kept; without it the value is removed.
fn change(
    text: &str,
    path: &[&str],
    new: Option<(&str, bool)>,
) -> Result<Option<String>, EditError> {
    let mut span = text.len() - text.trim_start().len()..text.trim_end().len();
    let root = members(text, &span).unwrap_or_default();
    let mut layout = Layout::of_document(text, &span, &root);
    for (depth, segment) in path.iter().enumerate() {
        let no_place = || EditError::no_place(path, depth, slice(text, &span));
        let container = Container::at(text, &span).ok_or_else(no_place)?;
        let rest = path.get(depth + 1..).unwrap_or_default();
        let changed = match (container.find(text, segment), new) {
            (Some(child), _) if !rest.is_empty() && slice(text, &child) != "null" => {
                layout = container.layout(&layout, text, &span);
                span = child;
                continue;
            }
            (_, Some((value, keeps))) => {
                // The rest of the path is made, as objects in objects.
                let made = |inner: String, name: &&str| format!("{{{}:{inner}}}", quote(name));
                let made = rest.iter().rev().fold(value.to_owned(), made);
                container.set(&layout, text, &span, segment, &made, keeps).ok_or_else(no_place)?
            }
            (_, None) if rest.is_empty() => container.remove(text, &span, segment),
            (_, None) => return Ok(None),
        };
        return Ok(splice(text, &span, changed));
    }
    Err(EditError::new("the path is empty; name at least one member".to_owned()))
}

fn splice(text: &str, span: &Range<usize>, with: String) -> Option<String> {
    if slice(text, span) == with {
        return None;
    }
    if span.len() == text.len() {
        return Some(with);
    }
    let mut changed = text.to_owned();
    changed.replace_range(span.clone(), &with);
    Some(changed)
}

/// An entry of a container, and its new text; `None` if it is removed.
type Entry<'a> = (Range<usize>, Option<Cow<'a, str>>);

impl Container {
    fn layout(&self, outer: &Layout, text: &str, span: &Range<usize>) -> Layout {
        match self {
            Self::Object(members) => outer.of_members(text, span, members),
            Self::Array(items) => outer.of_items(text, span, items),
        }
    }

    /// The container's text with the value set; `None` for an element that an array does not have.
    fn set(
        &self,
        outer: &Layout,
        text: &str,
        span: &Range<usize>,
        segment: &str,
        value: &str,
        keeps: bool,
    ) -> Option<String> {
        let mut own = slice(text, span).to_owned();
        if let Some(old) = self.find(text, segment) {
            let layout = self.layout(outer, text, span);
            let patched = patched(slice(text, &old), value, &layout, DEEPEST, keeps);
            own.replace_range(old.start - span.start..old.end - span.start, &patched);
            return Some(own);
        }
        match self {
            Self::Array(_) => None,
            Self::Object(_) => Some(with_members(own, outer, [(segment.into(), value)])),
        }
    }

    /// The container's text without every member of that name, or one element.
    fn remove(&self, text: &str, span: &Range<usize>, segment: &str) -> String {
        let keep = |entry: Range<usize>, goes: bool| {
            let kept = (!goes).then(|| Cow::Borrowed(slice(text, &entry)));
            (entry, kept)
        };
        let entries: Vec<Entry<'_>> = match self {
            Self::Object(members) => {
                let own = |it: &MemberSpan| it.name.start..it.value.end;
                let named = members.iter().zip(names(text, members));
                named.map(|(member, name)| keep(own(member), name == segment)).collect()
            }
            Self::Array(items) => {
                let number = segment.parse::<usize>().ok();
                let items = items.iter().enumerate();
                items.map(|(at, item)| keep(item.clone(), number == Some(at))).collect()
            }
        };
        assembled(text, span, &entries)
    }
}

/// Each entry that stays keeps the comma and the white space in front of it, and the first one takes the
/// place of the former first.
fn assembled(text: &str, span: &Range<usize>, entries: &[Entry<'_>]) -> String {
    let (Some((opening, _)), Some((closing, _))) = (entries.first(), entries.last()) else {
        return slice(text, span).to_owned();
    };
    if entries.iter().all(|(_, new)| new.is_none()) {
        let (open, close) = (span.start..span.start + 1, span.end.saturating_sub(1)..span.end);
        return format!("{}{}", slice(text, &open), slice(text, &close));
    }
    let mut out = String::with_capacity(span.len());
    out += slice(text, &(span.start..opening.start));
    let (head, mut before) = (out.len(), opening.start);
    for (entry, new) in entries {
        if let Some(new) = new {
            if out.len() > head {
                out += slice(text, &(before..entry.start));
            }
            out += new;
        }
        before = entry.end;
    }
    out += slice(text, &(closing.end..span.end));
    out
}

/// An object's text with members added after its last one, in one pass.
fn with_members<'a>(
    mut object: String,
    outer: &Layout,
    added: impl IntoIterator<Item = (Cow<'a, str>, &'a str)>,
) -> String {
    let mut added = added.into_iter().peekable();
    let mut present = members(&object, &(0..object.len())).unwrap_or_default();
    if present.is_empty()
        && let Some((name, value)) = added.next()
    {
        object = outer.only_member(&name, value);
        if added.peek().is_some() {
            present = members(&object, &(0..object.len())).unwrap_or_default();
        }
    }
    if let Some(last) = present.last() {
        let layout = outer.of_members(&object, &(0..object.len()), &present);
        let added: String = added.map(|(name, value)| layout.next_member(&name, value)).collect();
        object.insert_str(last.value.end, &added);
    }
    object
}

/// `new`, with the equal parts of `old` as they are, and, if it `keeps` them, the members that `new` lacks.
fn patched(old: &str, new: &str, layout: &Layout, depth: usize, keeps: bool) -> String {
    if equal(old, new) {
        return old.to_owned();
    }
    let new = new.trim();
    let Some(depth) = depth.checked_sub(1) else { return layout.value(new) };
    let (whole_old, whole_new) = (0..old.len(), 0..new.len());
    if let (Some(olds), Some(news)) = (members(old, &whole_old), members(new, &whole_new)) {
        if !olds.is_empty() && (keeps || distinct(old, &olds) && distinct(new, &news)) {
            return patched_object(old, &olds, new, &news, layout, depth, keeps);
        }
    } else if let (Some(olds), Some(news)) = (items(old, &whole_old), items(new, &whole_new))
        && olds.len() == news.len()
    {
        let inner = layout.of_items(old, &whole_old, &olds);
        let entry = |(was, is): (&Range<usize>, _)| {
            let item = patched(slice(old, was), slice(new, is), &inner, depth, false);
            (was.clone(), Some(item.into()))
        };
        let entries: Vec<Entry<'_>> = olds.iter().zip(&news).map(entry).collect();
        return assembled(old, &whole_old, &entries);
    }
    layout.value(new)
}

fn patched_object(
    old: &str,
    olds: &[MemberSpan],
    new: &str,
    news: &[MemberSpan],
    outer: &Layout,
    depth: usize,
    keeps: bool,
) -> String {
    let whole = 0..old.len();
    let inner = outer.of_members(old, &whole, olds);
    let had: HashSet<Cow<'_, str>> = names(old, olds).collect();
    let values = || news.iter().map(|member| slice(new, &member.value));
    let wanted: HashMap<Cow<'_, str>, &str> = names(new, news).zip(values()).collect();
    let entries: Vec<Entry<'_>> = olds
        .iter()
        .zip(names(old, olds))
        .map(|(member, name)| {
            let value = wanted.get(&name).map(|value| {
                let value = patched(slice(old, &member.value), value, &inner, depth, keeps);
                (slice(old, &(member.name.start..member.value.start)).to_owned() + &value).into()
            });
            let entry = member.name.start..member.value.end;
            let kept = keeps.then(|| slice(old, &entry).into());
            (entry, value.or(kept))
        })
        .collect();
    let added = names(new, news).zip(values()).filter(|(name, _)| !had.contains(name));
    with_members(assembled(old, &whole, &entries), outer, added)
}

fn names<'a>(
    text: &'a str,
    members: &'a [MemberSpan],
) -> impl ExactSizeIterator<Item = Cow<'a, str>> {
    members.iter().map(move |member| unquote(slice(text, &member.name)))
}

fn distinct(text: &str, members: &[MemberSpan]) -> bool {
    names(text, members).collect::<HashSet<_>>().len() == members.len()
}
