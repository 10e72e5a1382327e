//! How much of what the contract guesses is settled by an overlay.

use std::collections::BTreeSet;

use funnelflux_contract::{AssetKind, Operation, Schema};
use funnelflux_transport::{Overlay, Says};

use super::lessons::{LIKELY, family};
use super::pair::operations;
use super::values::bare;

/// The guesses about one kind of asset, or one section of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settled {
    /// The kind or the section.
    pub name: &'static str,
    /// The operations.
    pub operations: usize,
    /// Those that the account was seen to serve.
    pub seen: usize,
    /// The paths, methods, parameters and members that the contract guesses.
    pub guesses: usize,
    /// Those that the overlay settles.
    pub settled: usize,
    /// What was seen and is only likely.
    pub likely: usize,
}

/// Counts kind by kind, then section by section.
pub fn settled(overlay: &Overlay) -> Vec<Settled> {
    let mut all: Vec<Settled> = Vec::new();
    for kind in AssetKind::all() {
        let own: Vec<&Operation> = kind.verbs.iter().map(|(_, operation)| *operation).collect();
        let mut count = of_operations(kind.name, &own, overlay);
        if let Some(of) = family(kind) {
            let mut members = BTreeSet::new();
            guessed(kind.schema, "", &mut members, &mut Vec::new());
            guessed(kind.info_schema, "", &mut members, &mut Vec::new());
            let is_settled = |name: &&String| {
                let is_it =
                    |says: &Says| matches!(says, Says::Member { ours, .. } if ours == *name);
                overlay.facts().any(|fact| fact.operations() == of && is_it(fact.says()))
            };
            count.guesses += members.len();
            count.settled += members.iter().filter(is_settled).count();
            count.likely += likely(overlay, &of);
        }
        all.push(count);
    }
    for (name, beginning) in
        [("reports", "reporting."), ("domains", "billing."), ("login", "auth.")]
    {
        let own: Vec<&Operation> =
            operations().filter(|it| it.id().starts_with(beginning)).collect();
        all.push(of_operations(name, &own, overlay));
    }
    all
}

fn likely(overlay: &Overlay, of: &str) -> usize {
    let is_it = |says: &Says| matches!(says, Says::Note { topic, .. } if topic == LIKELY);
    overlay.facts().filter(|fact| fact.operations() == of && is_it(fact.says())).count()
}

fn of_operations(name: &'static str, own: &[&Operation], overlay: &Overlay) -> Settled {
    let mut count =
        Settled { name, operations: own.len(), seen: 0, guesses: 0, settled: 0, likely: 0 };
    for operation in own {
        let says = |is_it: &dyn Fn(&Says) -> bool| {
            overlay.facts().any(|fact| fact.covers(operation.id()) && is_it(fact.says()))
        };
        let has_path = says(&|says| matches!(says, Says::Path(_)));
        count.seen += usize::from(has_path);
        if operation.path_grade().is_guess() {
            count.guesses += 1;
            count.settled += usize::from(has_path);
        }
        if operation.grade().is_guess() {
            count.guesses += 1;
            count.settled += usize::from(says(&|says| matches!(says, Says::Method(_))));
        }
        for member in operation.query().iter().filter(|member| member.grade.is_guess()) {
            let in_path = format!("{{{}}}", member.name);
            count.guesses += 1;
            count.settled += usize::from(says(&|says| match says {
                Says::Query { ours, .. } => ours == member.name,
                Says::Path(path) => path.contains(&in_path),
                _ => false,
            }));
        }
        count.likely += likely(overlay, operation.id());
    }
    count
}

/// The guessed members of a schema and of its parts.
fn guessed(
    schema: &'static Schema,
    around: &str,
    found: &mut BTreeSet<String>,
    within: &mut Vec<&'static str>,
) {
    if within.len() > 6 || within.contains(&schema.name) {
        return;
    }
    within.push(schema.name);
    for member in schema.members {
        let name = format!("{around}{}", member.name);
        if let Some(inner) =
            Schema::find(bare(member.kind)).filter(|_| !member.kind.starts_with("map<"))
        {
            guessed(inner, &format!("{name}."), found, within);
        }
        if member.grade.is_guess() {
            found.insert(name);
        }
    }
    within.pop();
}
