//! The page of figures: how many facts have which grade, and the page that states each fact above a guess.

use std::collections::BTreeSet;

use minijinja::{Value, context};

use super::template::fill;
use crate::Result;
use crate::contract::Grade::{self, Documented, Help, Inferred, Proven, Sibling, Unknown, Written};
use crate::contract::{Contract, Fact};
use crate::names::Names;

const ALL: &str = "all";

/// The surest first.
const GRADES: [Grade; 7] = [Documented, Proven, Written, Help, Sibling, Inferred, Unknown];

pub(super) fn render(contract: &Contract, names: &Names) -> Result<String> {
    let facts = contract.facts();
    let pages = contract.evidence.iter().map(|page| {
        let stated = facts.iter().filter(|fact| page.states(&fact.key)).count();
        context! { facts => stated, ..Value::from_serialize(page) }
    });
    let sure = facts.iter().filter(|fact| fact.grade > Help).map(|Fact { key, grade }| {
        let pages = contract.evidence.iter().filter(|it| it.grade >= *grade && it.states(key));
        context! { key, grade, pages => pages.map(|page| &page.id).collect::<Vec<_>>() }
    });
    let facts = context! {
        grades => GRADES,
        by_grade => by_grade(&facts),
        without_evidence => contract.without_evidence(),
        wrong => names.wrong.len(),
        foreign => contract.vocabulary.foreign,
        pages => pages.collect::<Vec<_>>(),
        sure => sure.collect::<Vec<_>>(),
    };
    fill(include_str!("audit.md.in"), facts)
}

/// A row for each word that keys of facts begin with, and one for all.
fn by_grade(facts: &[Fact]) -> Vec<Vec<String>> {
    let subject = |fact: &&Fact| fact.key.split(':').next().unwrap_or_default().to_owned();
    let subjects: BTreeSet<String> = facts.iter().map(|fact| subject(&fact)).collect();
    let row = |row: &str| {
        let of_row = facts.iter().filter(|fact| row == ALL || subject(fact) == row);
        let of_row: Vec<&Fact> = of_row.collect();
        let count = |grade| of_row.iter().filter(|fact| fact.grade == grade).count().to_string();
        let name = std::iter::once(row.to_owned());
        name.chain(GRADES.map(count)).chain([of_row.len().to_string()]).collect()
    };
    subjects.iter().map(String::as_str).chain([ALL]).map(row).collect()
}
