//! How much of what the contract guesses is settled by an overlay.

use std::collections::BTreeSet;

use funnelflux_contract::{AssetKind, Member, Operation, Schema};
use funnelflux_funnels::{FunnelDialect, NodeKind};
use funnelflux_transport::{Overlay, Says};

use super::lessons::family;
use super::members::is_of_dialect;

/// The guesses about one kind of asset, one section of the API, or one kind of the nodes of funnels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settled {
    /// The kind or the section; of nodes such as `node lander`.
    pub name: String,
    /// The operations.
    pub operations: usize,
    /// Those that the account was seen to serve; of nodes the number of those that were seen.
    pub seen: usize,
    /// The paths, methods, parameters, members and words of nodes that the contract guesses.
    pub guesses: usize,
    /// Those that the overlay settles.
    pub settled: usize,
    /// What was seen and is only likely, or contradicts itself.
    pub likely: usize,
}

/// Counts kind by kind, then section by section, then the kinds of nodes.
pub fn settled(overlay: &Overlay) -> Vec<Settled> {
    let mut all: Vec<Settled> = Vec::new();
    for kind in AssetKind::all() {
        let own: Vec<&Operation> = kind.verbs.iter().map(|(_, operation)| *operation).collect();
        let mut count = of_operations(kind.name, &own, overlay);
        if let Some(of) = family(kind) {
            let mut members = BTreeSet::new();
            for schema in [kind.schema, kind.info_schema] {
                walk(schema, &mut |name, _, member| {
                    if member.grade.is_guess() {
                        members.insert(name.to_owned());
                    }
                });
            }
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
            Operation::all().filter(|it| it.id().starts_with(beginning)).collect();
        all.push(of_operations(name, &own, overlay));
    }
    all.extend(of_nodes(overlay));
    all
}

fn of_nodes(overlay: &Overlay) -> impl Iterator<Item = Settled> {
    let shipped = FunnelDialect::shipped();
    let known = shipped.clone().with_facts(overlay.nodes());
    let open = |dialect: &FunnelDialect, kind: NodeKind| {
        let has_words = !dialect.words(kind).types.is_empty();
        let others = usize::from(!has_words) + usize::from(dialect.guesses_weights(kind));
        dialect.guesses(kind).len() + others
    };
    NodeKind::ALL.into_iter().map(move |kind| {
        let (guesses, likely) = (open(&shipped, kind), known.conflicts(kind).count());
        let seen = known.words(kind).types.iter().map(|word| word.seen).sum::<u32>();
        Settled {
            name: format!("node {kind}"),
            operations: 0,
            seen: usize::try_from(seen).unwrap_or(usize::MAX),
            guesses,
            settled: guesses.saturating_sub(open(&known, kind) + likely),
            likely,
        }
    })
}

fn likely(overlay: &Overlay, of: &str) -> usize {
    overlay.likely().filter(|fact| fact.operations() == of).count()
}

fn of_operations(name: &str, own: &[&Operation], overlay: &Overlay) -> Settled {
    let (name, operations) = (name.to_owned(), own.len());
    let mut count = Settled { name, operations, ..Settled::default() };
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

/// Visits the members of a schema and of its parts: by the whole name, with its schema.
pub(super) fn walk(
    schema: &'static Schema,
    visit: &mut impl FnMut(&str, &'static Schema, &'static Member),
) {
    below(schema, "", &mut Vec::new(), visit);
}

fn below(
    schema: &'static Schema,
    around: &str,
    within: &mut Vec<&'static str>,
    visit: &mut impl FnMut(&str, &'static Schema, &'static Member),
) {
    if within.len() > 6 || within.contains(&schema.name) {
        return;
    }
    within.push(schema.name);
    for member in schema.members {
        if is_of_dialect(around, member.name) {
            continue;
        }
        let name = format!("{around}{}", member.name);
        if let Some(inner) =
            Schema::find(member.bare_kind()).filter(|_| !member.kind.starts_with("map<"))
        {
            below(inner, &format!("{name}."), within, visit);
        }
        visit(&name, schema, member);
    }
    within.pop();
}
