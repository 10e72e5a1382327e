//! The rows of a workbook's sheet that a filter or a person has hidden, which calamine does not tell.

use std::io::{BufReader, Cursor, Read as _};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use crate::decode::MOST;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The numbers of the hidden rows; `None` where the workbook is not understood.
pub(crate) fn rows(bytes: &[u8], sheet: &str) -> Option<Vec<u64>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut value_of = |path, tag, (name, wanted): (&str, &str), other| {
        let mut found = None;
        each(&mut archive, path, tag, |tag| {
            if text(tag, name).is_some_and(|it| it == wanted) {
                found = text(tag, other);
            }
        })?;
        found
    };
    let id = value_of("xl/workbook.xml", "sheet", ("name", sheet), "r:id")?;
    let links = "xl/_rels/workbook.xml.rels";
    let path = value_of(links, "Relationship", ("Id", &id), "Target")?;
    let path = path.strip_prefix('/').map_or_else(|| format!("xl/{path}"), str::to_owned);
    let (mut at, mut hidden) = (0, Vec::new());
    each(&mut archive, &path, "row", |tag| {
        at = text(tag, "r").and_then(|at| at.parse().ok()).unwrap_or(at + 1);
        let is_hidden = text(tag, "hidden").is_some_and(|it| matches!(&*it, "1" | "true"));
        hidden.extend(is_hidden.then_some(at));
    })?;
    Some(hidden)
}

fn text(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let value = tag.try_get_attribute(name).ok()??;
    Some(value.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}

/// Visits the tags of this name.
fn each(
    archive: &mut Archive<'_>,
    path: &str,
    name: &str,
    mut visit: impl FnMut(&BytesStart<'_>),
) -> Option<()> {
    let file = archive.by_name(path).ok()?.take(MOST as u64);
    let (mut xml, mut space) = (Reader::from_reader(BufReader::new(file)), Vec::new());
    loop {
        match xml.read_event_into(&mut space).ok()? {
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == name => {
                visit(&tag);
            }
            Event::Eof => return Some(()),
            _ => {}
        }
        space.clear();
    }
}
