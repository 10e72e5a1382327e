//! `members`: what is known of the members of an asset, without asking anybody.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::Mutex;

use funnelflux::ledger::AnyAssets;
use funnelflux::model::Document;
use serde::Serialize;

use super::members::Assignment;
use crate::failure::Failure;
use crate::output::{Column, Format, Grid, row, stdout, write_objects};
use crate::settings::Settings;

#[derive(Serialize)]
struct Known {
    name: &'static str,
    kind: &'static str,
    grade: &'static str,
    source: &'static str,
    meaning: &'static str,
    server_managed: bool,
}

pub(super) fn print(assets: &AnyAssets, settings: &Settings) -> Result<(), Failure> {
    let known = assets.members().iter().map(|member| Known {
        name: member.name(),
        kind: member.kind(),
        grade: member.grade().as_str(),
        source: member.source(),
        meaning: member.meaning(),
        server_managed: member.is_server_managed(),
    });
    let known: Vec<Known> = known.collect();
    let mut out = stdout();
    if settings.format() == Format::Table {
        write!(out, "{}", table(&known))?;
    } else {
        let rows: Vec<Document> = known.iter().map(row).collect::<Result<_, _>>()?;
        write_objects(&mut out, &rows.iter().collect::<Vec<_>>(), settings.format())?;
    }
    out.flush()?;
    Ok(())
}

fn table(known: &[Known]) -> String {
    let mut grid = Grid::new(vec![
        Column::word("Member"),
        Column::word("Kind"),
        Column::word("Known"),
        Column::text("Set by"),
        Column::text("Meaning"),
    ]);
    for member in known {
        let set_by = if member.server_managed { "server" } else { "you" };
        let cells = [member.name, member.kind, member.grade, set_by, member.meaning];
        grid.row(cells.map(str::to_owned).to_vec());
    }
    grid.draw().text
}

/// Members that nobody knows: sent all the same, since the contract may lack them, but not without
/// a word, since a slip of the pen is likelier.
#[derive(Debug, Default)]
pub(super) struct Unknown(Mutex<BTreeSet<String>>);

impl Unknown {
    /// What to say of the members that `object` is to get and that neither it nor the contract has.
    /// Each is told of once.
    pub(super) fn in_assignments(
        &self,
        assets: &AnyAssets,
        object: &Document,
        assignments: &[Assignment],
    ) -> Vec<String> {
        let names = assignments.iter().map(Assignment::top);
        self.told(assets, names.filter(|name| !object.contains(name)))
    }

    /// The same of an object that is to be made.
    pub(super) fn in_object(&self, assets: &AnyAssets, object: &Document) -> Vec<String> {
        let names: Vec<_> = object.members().map(|(name, _)| name.into_owned()).collect();
        self.told(assets, names.iter().map(String::as_str))
    }

    fn told<'a>(&self, assets: &AnyAssets, names: impl Iterator<Item = &'a str>) -> Vec<String> {
        let unknown = names.filter(|name| !is_known(assets, name));
        let Ok(mut told) = self.0.lock() else { return Vec::new() };
        let new: Vec<&str> = unknown.filter(|name| told.insert((*name).to_owned())).collect();
        new.into_iter().map(|name| warning(assets, name)).collect()
    }
}

fn is_known(assets: &AnyAssets, name: &str) -> bool {
    let members = assets.members();
    members.is_empty()
        || members.iter().any(|member| member.name() == name)
        || assets.id_members().contains(&name)
        || assets.name_members().contains(&name)
}

fn warning(assets: &AnyAssets, name: &str) -> String {
    let near = match near(assets, name) {
        Some(near) => format!("; near: {near}"),
        None => String::new(),
    };
    let kind = assets.name();
    format!("`{name}`: no such member of {kind} is known{near}; it is sent as it is")
}

fn near(assets: &AnyAssets, name: &str) -> Option<&'static str> {
    let members = assets.members().iter().map(|member| member.name());
    let (distance, near) = members.map(|member| (distance(name, member), member)).min()?;
    // A third of the letters, and it is another word.
    (distance <= name.chars().count() / 3).then_some(near)
}

/// Letters to insert, drop or replace, whatever their case (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.to_lowercase().chars().enumerate() {
        let (mut diagonal, mut left) = (at, at + 1);
        let mut next = vec![left];
        for (there, above) in other.iter().zip(row.iter().skip(1)) {
            let replaced = diagonal + usize::from(letter != *there);
            (diagonal, left) = (*above, replaced.min(left + 1).min(above + 1));
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_as_far_apart_as_the_letters_to_change() {
        for (one, other, expected) in
            [("", "abc", 3), ("name", "Name", 0), ("kitten", "sitting", 3), ("abc", "acb", 2)]
        {
            assert_eq!(distance(one, other), expected, "{one} {other}");
            assert_eq!(distance(other, one), expected, "{other} {one}");
        }
    }
}
