//! The rows and columns of a workbook's sheet that a filter or a person has hidden, which calamine does not tell.

use std::io::{BufReader, Cursor, Read as _};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use crate::decode::MOST;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

/// The numbers of the hidden rows, and the places of the hidden columns; `None` where the workbook is not understood.
pub(crate) fn rows_and_columns(bytes: &[u8], sheet: &str) -> Option<(Vec<u64>, Vec<usize>)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut value_of = |path, tag, (name, wanted): (&str, &str), other| {
        let mut found = None;
        each(&mut archive, path, |it| {
            if it.local_name().as_ref() == tag && text(it, name).is_some_and(|it| it == wanted) {
                found = text(it, other);
            }
        })?;
        found
    };
    let id = value_of("xl/workbook.xml", "sheet", ("name", sheet), "r:id")?;
    let links = "xl/_rels/workbook.xml.rels";
    let path = value_of(links, "Relationship", ("Id", &id), "Target")?;
    let path = path.strip_prefix('/').map_or_else(|| format!("xl/{path}"), str::to_owned);
    let (mut at, mut rows, mut columns) = (0, Vec::new(), Vec::new());
    each(&mut archive, &path, |tag| {
        let is_hidden = || text(tag, "hidden").is_some_and(|it| matches!(&*it, "1" | "true"));
        let number = |name| text(tag, name).and_then(|at| at.parse::<usize>().ok());
        match tag.local_name().as_ref() {
            "row" => {
                at = text(tag, "r").and_then(|at| at.parse().ok()).unwrap_or(at + 1);
                rows.extend(is_hidden().then_some(at));
            }
            "col" if is_hidden() => {
                let span = number("min").zip(number("max")).filter(|(_, max)| *max <= 16_384);
                let numbers = span.into_iter().flat_map(|(min, max)| min..=max);
                columns.extend(numbers.filter_map(|it| it.checked_sub(1)));
            }
            _ => {}
        }
    })?;
    Some((rows, columns))
}

fn text(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let value = tag.try_get_attribute(name).ok()??;
    Some(value.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned())
}

/// Visits the tags.
fn each(
    archive: &mut Archive<'_>,
    path: &str,
    mut visit: impl FnMut(&BytesStart<'_>),
) -> Option<()> {
    let file = archive.by_name(path).ok()?.take(MOST as u64);
    let (mut xml, mut space) = (Reader::from_reader(BufReader::new(file)), Vec::new());
    loop {
        match xml.read_event_into(&mut space).ok()? {
            Event::Start(tag) | Event::Empty(tag) => visit(&tag),
            Event::Eof => return Some(()),
            _ => {}
        }
        space.clear();
    }
}
