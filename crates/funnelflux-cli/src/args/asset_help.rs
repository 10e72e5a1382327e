//! The help texts of the verbs on assets. Words in capitals stand for what differs between kinds and
//! verbs: [`of_kind`] replaces them.

use funnelflux::ledger::{AssetKind, Verb};

/// The text for a verb of a kind, without the examples that the kind would refuse.
pub(super) fn of_kind(text: &str, verb: &str, kind: &AssetKind) -> String {
    let in_group = is_in_group(kind);
    let (parent, new_parent) = match in_group {
        true => ("group", "group of the copy; required"),
        false => ("category", "category of the copy"),
    };
    let requests = match kind.takes_one(Verb::Archive) {
        true => "Sends one request for each id, because the API takes only one.",
        false => "All ids are sent in one request.",
    };
    let applies = |line: &&str| match line {
        line if line.contains("--uncategorised") => !in_group,
        line if line.contains("--parent") => takes_parent(kind),
        line => !(in_group && line.ends_with("--name 'A copy'")),
    };
    let lines: Vec<&str> = text.lines().filter(applies).collect();
    let member = kind.name_members().first().copied().unwrap_or("name");
    (lines.join("\n").replace("KIND", kind.name()).replace("VERB", verb))
        .replace("NAME_MEMBER", member)
        .replace("NEW_PARENT", new_parent)
        .replace("PARENT", parent)
        .replace("REQUESTS", requests)
}

/// Whether an argument makes sense for the kind.
pub(super) fn takes(argument: &str, kind: &AssetKind) -> bool {
    match argument {
        "funnel_type" => kind.operation(Verb::FindByType).is_some(),
        "uncategorised" => !is_in_group(kind),
        "parent" => takes_parent(kind),
        _ => true,
    }
}

/// Whether an object of the kind is always in a group, as a funnel is.
fn is_in_group(kind: &AssetKind) -> bool {
    kind.takes_one(Verb::Move)
}

fn takes_parent(kind: &AssetKind) -> bool {
    kind.copy_schema().is_some_and(|schema| schema.member("parentId").is_some())
}
