//! The page of figures: how many facts have which grade, and the page that states each fact above a guess.

use std::collections::BTreeSet;

use super::prose::table;
use crate::contract::Grade::{self, Documented, Help, Inferred, Proven, Sibling, Unknown, Written};
use crate::contract::{Contract, Evidence, Fact};
use crate::names::Names;

const ALL: &str = "all";

/// The surest first.
const GRADES: [Grade; 7] = [Documented, Proven, Written, Help, Sibling, Inferred, Unknown];

pub(super) fn render(contract: &Contract, names: &Names) -> String {
    let facts = contract.facts();
    let evidence = contract.without_evidence();
    let first = evidence.first().map(|fact| format!(", such as `{fact}`")).unwrap_or_default();
    let foreign = contract.vocabulary.foreign.iter();
    let foreign = foreign.map(|group| format!("`{}` | {}", group.names.join("`, `"), group.reason));
    let pages = contract.evidence.iter().map(|evidence| {
        let Evidence { id, page, date, grade, .. } = evidence;
        let count = facts.iter().filter(|fact| evidence.states(&fact.key)).count();
        format!("`{id}`: {page} | {date} | {grade} | {count}")
    });
    let sure = facts.iter().filter(|fact| fact.grade > Help).map(|Fact { key, grade }| {
        let pages =
            contract.evidence.iter().filter(|page| page.grade >= *grade && page.states(key));
        let pages: Vec<_> = pages.map(|page| format!("`{}`", page.id)).collect();
        let pages = if pages.is_empty() { "none".to_owned() } else { pages.join(", ") };
        format!("`{key}` | {grade} | {pages}")
    });
    format!(
        include_str!("audit.md.in"),
        by_grade = by_grade(&facts),
        without_evidence = evidence.len(),
        first = first,
        wrong = names.wrong.len(),
        foreign = table("names | why", foreign),
        pages = table("page | date | grade | >facts", pages),
        sure = table("fact | grade | evidence", sure),
    )
}

/// A row for each word that keys of facts begin with, and one for all.
fn by_grade(facts: &[Fact]) -> String {
    let heads = format!("facts | >{} | >{ALL}", GRADES.map(Grade::as_str).join(" | >"));
    let subject = |fact: &&Fact| fact.key.split(':').next().unwrap_or_default().to_owned();
    let subjects: BTreeSet<String> = facts.iter().map(|fact| subject(&fact)).collect();
    let row = |row: &str| {
        let of_row: Vec<&Fact> =
            facts.iter().filter(|fact| row == ALL || subject(fact) == row).collect();
        let count = |grade| of_row.iter().filter(|fact| fact.grade == grade).count().to_string();
        format!("{row} | {} | {}", GRADES.map(count).join(" | "), of_row.len())
    };
    table(&heads, subjects.iter().map(String::as_str).chain([ALL]).map(row))
}
