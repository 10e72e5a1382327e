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
    let required = match in_group {
        true => " --set idFunnelGroup=2nIemJxCKbFX",
        false if kind.schema().member("categoryType").is_some() => " --set categoryType=lander",
        false => "",
    };
    let applies = |line: &&str| match line {
        line if line.contains("--uncategorised") => !in_group,
        line if line.contains("--parent") => takes_parent(kind),
        line if line.contains("--status") => takes(verb, "status", kind),
        line => !(in_group && line.ends_with("--name 'A copy'")),
    };
    let lines: Vec<&str> = text.lines().filter(applies).collect();
    let member = kind.name_members().first().copied().unwrap_or("name");
    (lines.join("\n").replace("KIND", kind.name()).replace("VERB", verb))
        .replace("NAME_MEMBER", member)
        .replace("REQUIRED", required)
        .replace("NEW_PARENT", new_parent)
        .replace("PARENT", parent)
        .replace("REQUESTS", requests)
}

/// Whether an argument of a command makes sense for the kind.
pub(super) fn takes(command: &str, argument: &str, kind: &AssetKind) -> bool {
    match (command, argument) {
        ("find", "status") => kind.operation(Verb::FindByStatus).is_some(),
        ("find", "category") => kind.operation(Verb::FindByCategory).is_some(),
        ("find", "type") => kind.operation(Verb::FindByType).is_some(),
        ("find", "funnel") => parameter(kind, Verb::FindByStatus, argument).is_some(),
        ("list", filter) if FILTERS.iter().any(|(name, _)| *name == filter) => {
            parameter(kind, Verb::List, filter).is_some()
        }
        (_, "uncategorised") => !is_in_group(kind),
        (_, "parent") => takes_parent(kind),
        _ => true,
    }
}

/// The filters, and the query parameters that they may stand for.
const FILTERS: [(&str, &[&str]); 6] = [
    ("status", &["status"]),
    ("category", &["idCategory"]),
    ("funnel", &["idFunnel"]),
    ("type", &["funnelType", "categoryType", "pageType"]),
    ("global-only", &["globalOnly"]),
    ("with-children", &["includeChilds"]),
];

/// The query parameter of the kind's operation that a filter stands for, if the contract has it.
pub(crate) fn parameter(kind: &AssetKind, verb: Verb, filter: &str) -> Option<&'static str> {
    let (_, names) = FILTERS.iter().find(|(name, _)| *name == filter)?;
    let mut parameters = kind.operation(verb)?.query().iter().map(|parameter| parameter.name());
    parameters.find(|name| names.contains(name))
}

/// The filters that the kind's operation takes, as one types them.
pub(crate) fn filters(kind: &AssetKind, verb: Verb) -> Vec<String> {
    let names = FILTERS.iter().map(|(name, _)| *name);
    names
        .filter(|name| parameter(kind, verb, name).is_some())
        .map(|name| format!("--{name}"))
        .collect()
}

/// Whether an object of the kind is always in a group, as a funnel is.
fn is_in_group(kind: &AssetKind) -> bool {
    kind.takes_one(Verb::Move)
}

fn takes_parent(kind: &AssetKind) -> bool {
    kind.copy_schema().is_some_and(|schema| schema.member("parentId").is_some())
}
