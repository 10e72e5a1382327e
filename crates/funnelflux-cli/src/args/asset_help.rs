//! The help texts of the verbs on assets. Words in capitals stand for what differs between kinds and
//! verbs: [`of_kind`] replaces them.

use funnelflux::ledger::{AssetKind, Verb};

/// The ids of the examples: two objects, and a category or group.
const MADE_UP: [&str; 3] = ["2nIemJxCKbFX", "2n5JuOKWLTzd", "2nIemJxCKbFY"];

/// Ids of the emulator's account in their place, where it has such objects: the examples run there.
const EMULATED: [(&str, [&str; 3]); 9] = [
    ("traffic-sources", ["1RoTCue3pXav", "1RocZPFS6pF8", "1UjjkzDVWeZV"]),
    ("offer-sources", ["1RpNNsE9ThOT", "1RpWkMp73YIX", MADE_UP[2]]),
    ("funnel-groups", ["1Rpypqcs3Vk6", "1Rq8CLDmVufQ", MADE_UP[2]]),
    ("current-funnel-groups", ["1Rpypqcs3Vk6", "1Rq8CLDmVufQ", MADE_UP[2]]),
    ("funnels", ["1RsY0Elid0Sw", "1RshMjM7cKLq", "1Rpypqcs3Vk6"]),
    ("pages", ["1RqQvKPaE8RH", "1RqaHp0R2V7x", "1UjkGkLmMNpj"]),
    ("webhook-configs", ["1RtSBCL8Qx3z", "1RtbXgwQbusU", MADE_UP[2]]),
    ("middleware-configs", ["1RtkuBXn33xf", "1RtuGg8uvKvr", MADE_UP[2]]),
    ("categories", ["1UjjkzDVWeZV", "1Ujk0rmnf9Fm", MADE_UP[2]]),
];

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
        true => " --set idFunnelGroup=2nIemJxCKbFY",
        false if kind.schema.member("categoryType").is_some() => " --set categoryType=lander",
        false => "",
    };
    let applies = |line: &&str| match line {
        line if line.contains("--uncategorised") => !in_group,
        line if line.contains("--parent") || line.ends_with('\\') => takes_parent(kind),
        line if line.contains("--status") => takes(verb, "status", kind),
        line => !(in_group && line.ends_with("--name 'A copy'")),
    };
    let lines: Vec<&str> = text.lines().filter(applies).collect();
    let member = kind.name_members.first().copied().unwrap_or("name");
    let text = (lines.join("\n").replace("KIND", kind.name).replace("VERB", verb))
        .replace("NAME_MEMBER", member)
        .replace(" REQUIRED", required)
        .replace("NEW_PARENT", new_parent)
        .replace("PARENT", parent)
        .replace("REQUESTS", requests);
    let emulated = EMULATED.iter().filter(|(name, _)| *name == kind.name);
    let ids = emulated.flat_map(|(_, ids)| MADE_UP.iter().zip(ids));
    ids.fold(text, |text, (made_up, id)| text.replace(made_up, id))
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
    let mut parameters = kind.operation(verb)?.query().iter().map(|parameter| parameter.name);
    parameters.find(|name| names.contains(name))
}

/// The filters that the kind's operation takes, as one types them.
pub(crate) fn filters(kind: &AssetKind, verb: Verb) -> Vec<String> {
    let taken = FILTERS.iter().filter(|(name, _)| parameter(kind, verb, name).is_some());
    taken.map(|(name, _)| format!("--{name}")).collect()
}

/// Whether an object of the kind is always in a group, as a funnel is.
fn is_in_group(kind: &AssetKind) -> bool {
    kind.takes_one(Verb::Move)
}

pub(crate) fn takes_parent(kind: &AssetKind) -> bool {
    kind.copy_schema.is_some_and(|schema| schema.member("parentId").is_some())
}
