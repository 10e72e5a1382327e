//! Which facts would have no effect, or do harm, though the contract has all their names.

use funnelflux_contract::{AssetKind, Operation, Schema, Shape, Verb};

use super::fact::{Fact, Says};
use super::names::{below, has_body, has_both, operations, places, takes_ids};
use super::{EACH_ID, Overlay};

/// Says what of the fact its operations cannot have.
pub(super) fn alone(fact: &Fact) -> Option<String> {
    let of = operations(fact);
    match &fact.says {
        Says::BodyIn(_) | Says::Required(_) if !of.iter().any(|it| has_body(it)) => {
            Some(format!("the contract has no body of {}", fact.operations))
        }
        Says::AnswerIn(_) if !of.iter().any(|it| has_answer(it)) => {
            Some(format!("nothing is read in the answer of {}", fact.operations))
        }
        Says::Path(path) => fault_of_path(of.first()?, path),
        Says::Method(method) => {
            let own = of.first()?;
            let right: &[&str] = match (has_body(own), own.idempotency().is_safe()) {
                (false, true) => &["GET", "POST"],
                (true, _) if !takes_ids(own) => &["PATCH", "POST", "PUT"],
                _ => return None,
            };
            let is_right = own.method() == &**method || right.contains(&&**method);
            (!is_right).then(|| format!("{method:?} should be {}", right.join(" or ")))
        }
        _ => None,
    }
}

/// Whether the answer says more than that it was done.
fn has_answer(operation: &Operation) -> bool {
    let verb = AssetKind::of_operation(operation.id()).map(|(_, verb)| verb);
    !matches!(operation.response(), Shape::None { .. }) && verb != Some(Verb::Delete)
}

fn fault_of_path(operation: &Operation, path: &str) -> Option<String> {
    let (bare, query) = path.split_once('?').unwrap_or((path, ""));
    let mut optional = operation.query().iter().filter(|it| !it.required).map(|it| it.name);
    let has = |name: &str| name == EACH_ID || places(operation.path()).any(|own| own == name);
    let lost = optional.find(|name| places(bare).any(|held| held == *name));
    if let Some(name) = lost.or_else(|| places(query).find(|name| !has(name))) {
        return Some(format!("{{{name}}} cannot be in it; query = {name:?} gives it another name"));
    }
    let name = places(path).find(|name| places(path).filter(|it| it == name).count() > 1)?;
    Some(format!("{path:?} should have {{{name}}} in it once"))
}

/// Says why the fact cannot hold beside the others, wherever they are.
pub(super) fn beside(fact: &Fact, all: &Overlay) -> Option<String> {
    let held = match &fact.says {
        Says::Query { ours, .. } => ours,
        Says::Member { ours, .. } | Says::Required(ours) if ours == EACH_ID => ours,
        _ => return taken(fact, all),
    };
    let holds = |it: &&Fact| {
        it.operations == fact.operations
            && matches!(&it.says, Says::Path(path) if places(path).any(|name| name == held))
    };
    let path = all.facts().find(holds);
    let said = path.map(|path| format!("{path} has {{{held}}} in it{}", path.see()));
    said.or_else(|| taken(fact, all))
}

/// Says which other name of ours the fact takes, if no fact says what the account calls that one.
fn taken(fact: &Fact, all: &Overlay) -> Option<String> {
    let (scope, ours, theirs) = fact.says.names().filter(|(_, ours, theirs)| ours != theirs)?;
    let has = |schema: &Schema| [ours, theirs].iter().all(|it| schema.member(it).is_some());
    let is_ours = match &fact.says {
        Says::Query { .. } => has_both(fact, fact, [ours, theirs]),
        Says::Member { .. } => {
            below(&operations(fact), scope.1.split('.')).ok()?.into_iter().any(has)
        }
        _ => Schema::find(scope.1)?.values.iter().any(|it| it.value == theirs),
    };
    let frees = |other: &Fact| {
        let names = other.says.names().filter(|_| other.overlaps(fact));
        names.is_some_and(|(place, own, new)| (place, own) == (scope, theirs) && new != own)
    };
    (is_ours && !all.facts().any(frees)).then(|| {
        format!("{theirs:?} is a name of ours there; a fact should say what the account calls it")
    })
}

/// Says which name two facts of one place both have.
pub(super) fn crossed(first: &Fact, second: &Fact) -> Option<String> {
    let both = first.says.names().zip(second.says.names());
    let ((scope, one, taken), (place, ours, theirs)) = both?;
    let is_of_one_place = match [&first.rename, &second.rename] {
        [Some(Ok(one)), Some(Ok(other))] => one.conflicts(other),
        [None, None] => scope == place,
        // What a family confirms may differ in one of its operations.
        _ => scope == place && (one != ours || first.operations == second.operations),
    };
    let is_query = matches!(first.says, Says::Query { .. });
    match () {
        () if !is_of_one_place => None,
        () if one == ours => Some(format!("{ours:?} is called {taken:?}, too")),
        () if taken == theirs && (!is_query || has_both(first, second, [one, ours])) => {
            Some(format!("{theirs:?} is the name of {one:?}, too"))
        }
        // Two names are exchanged: a third would get none.
        () if !is_query && (one == theirs) != (taken == ours) => {
            Some(format!("{ours:?} = {theirs:?} and {one:?} = {taken:?} share a name"))
        }
        () => None,
    }
}
