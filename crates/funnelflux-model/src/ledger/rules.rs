//! The rules of assets, by kind. They work on documents, so that a kind chosen at run time has the
//! same rules as a typed one.

use std::{collections::BTreeSet, sync::LazyLock};

use funnelflux_contract::{AssetKind, Member, Schema};
use rust_decimal::Decimal;

use super::{
    duplicate, funnel, links, logic_script, middleware::config, model::present, traffic_source,
};
use crate::{Document, ValidationError, Violation, document::describe, validation::quoted, wire};

/// The rules of one model.
struct Rules {
    /// Adds the violations beyond those of ids.
    check: fn(&Document, &mut Vec<Violation>),
    /// Adds the violations of an asset that is not on the server yet.
    check_new: fn(&Document, &mut Vec<Violation>),
    /// Aligns members of a saved asset that must agree, such as flags beside secrets.
    align: fn(&mut Document),
}

impl Rules {
    const NONE: Self = Self { check: |_, _| {}, check_new: |_, _| {}, align: |_| {} };
}

/// The models that have rules of their own, by the name of their schema.
const RULES: &[(&str, Rules)] = &[
    ("TrafficSource", Rules { check: traffic_source::rules, ..Rules::NONE }),
    ("LogicScript", Rules { check: logic_script::rules, ..Rules::NONE }),
    (
        "Funnel",
        Rules { check: funnel::rules, check_new: funnel::rules_for_new, align: funnel::align },
    ),
    (
        "MiddlewareConfig",
        Rules { check: config::rules, check_new: config::rules_for_new, align: config::align },
    ),
];

fn of(kind: &AssetKind) -> &'static Rules {
    let name = kind.schema.name;
    RULES.iter().find(|(own, _)| *own == name).map_or(&Rules::NONE, |(_, rules)| rules)
}

/// Checks every documented rule of an asset. In an asset that came from the server only what has
/// changed since is checked: the server accepted the rest. The `meta` of any asset must be as it was
/// read from the server, or parsed.
///
/// # Errors
/// Every violation, in one error.
pub fn validate(kind: &AssetKind, asset: &Document) -> Result<(), ValidationError> {
    let mut violations = violations(kind, asset, false);
    let changed = asset.changed_members();
    if let Some(before) = asset.saved() {
        only_changes(kind, asset, &before, &changed, &mut violations);
    }
    for name in changed.iter().filter(|name| RESERVED.contains(name.as_str())) {
        let value = if asset.contains(name) { "another value" } else { "nothing" };
        let expected = "the value that was read: only the app writes it";
        violations.push(Violation::new(name, value, expected));
    }
    ValidationError::check(violations)
}

/// Checks every documented rule of an asset that is not on the server yet, or is created again under
/// another id.
///
/// # Errors
/// Every violation, in one error.
pub fn validate_new(kind: &AssetKind, asset: &Document) -> Result<(), ValidationError> {
    let mut violations = violations(kind, asset, true);
    (of(kind).check_new)(asset, &mut violations);
    ValidationError::check(violations)
}

/// Makes the body that saves an asset: without the members that the server manages. The `meta` of a
/// parsed text is sent, since it may be one that was read before.
///
/// # Errors
/// When the asset breaks a rule: see [`validate`].
pub fn for_save(kind: &AssetKind, asset: &Document) -> Result<Document, ValidationError> {
    validate(kind, asset)?;
    Ok(body(kind, asset))
}

/// Makes the body that creates an asset: without what [`left_out`] lists.
///
/// # Errors
/// When the asset breaks a rule: see [`validate_new`].
pub fn for_create(kind: &AssetKind, asset: &Document) -> Result<Document, ValidationError> {
    validate_new(kind, asset)?;
    let mut body = body(kind, asset);
    for name in &*RESERVED {
        body.remove(name);
    }
    Ok(body)
}

/// Lists the members of an asset that a create does not send: those that the server manages, and
/// `meta`, which only the app writes.
pub fn left_out(kind: &AssetKind, asset: &Document) -> Vec<&'static str> {
    let managed = kind.schema.members.iter().filter(|member| member.server_managed);
    let names = managed.map(|member| member.name).chain(RESERVED.iter().copied());
    names.filter(|name| asset.contains(name)).collect()
}

/// Checks a request to copy an asset: what is required, every id, and overrides that the server would
/// ignore.
///
/// # Errors
/// Every violation, in one error.
pub fn check_copy(kind: &AssetKind, request: &Document) -> Result<(), ValidationError> {
    let mut violations = Vec::new();
    let schema = kind.copy_schema.map_or("", |schema| schema.name);
    duplicate::rules(schema, request, &mut violations);
    for member in duplicate::overridden(request) {
        let field = duplicate::field(&member);
        let is_new = violations.iter().all(|violation| violation.field != field);
        if is_new && kind.id_members.contains(&member.as_str()) {
            let expected =
                "a member that the server does not set itself: it makes the id of a copy";
            violations.push(Violation::new(field, quoted(&member), expected));
        }
    }
    ValidationError::check(violations)
}

fn body(kind: &AssetKind, asset: &Document) -> Document {
    let mut document = asset.clone();
    for member in kind.schema.members.iter().filter(|member| member.server_managed) {
        document.remove(member.name);
    }
    (of(kind).align)(&mut document);
    document
}

/// The members that only the app writes, in whichever schema: `meta`.
pub(super) static RESERVED: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let members = Schema::all().iter().flat_map(|schema| schema.members);
    members.filter(|member| member.reserved).map(|member| member.name).collect()
});

pub(super) const ID: &str = "12 characters of 0-9, A-Z, a-z";

fn violations(kind: &AssetKind, asset: &Document, is_new: bool) -> Vec<Violation> {
    let mut violations = Vec::new();
    let id_member = present(asset, kind.id_members);
    if !matches!(wire::id::<()>(asset, id_member), Ok(Some(_))) {
        let value = links::shown(asset.json(id_member).unwrap_or_default());
        violations.push(Violation::new(id_member, value, ID));
    }
    // Documented for every id that a caller makes; an empty link means none.
    let mut inner = Vec::new();
    links::check(asset, asset.saved().filter(|_| !is_new).as_ref(), &mut inner);
    violations.extend(inner.into_iter().filter(|violation| violation.field != id_member));
    required(kind.schema, kind.id_members, asset, &mut violations);
    (of(kind).check)(asset, &mut violations);
    violations
}

/// Checks that the members are there that a source states as required; the id has a rule of its own.
pub(super) fn required(
    schema: &Schema,
    ids: &[&str],
    document: &Document,
    violations: &mut Vec<Violation>,
) {
    let members = schema.members.iter().filter(|it| it.required && !ids.contains(&it.name));
    for Member { name, meaning, required_grade, .. } in members {
        let json = document.json(name).unwrap_or("null");
        let text = serde_json::from_str::<String>(json);
        if json == "null" || text.is_ok_and(|text| text.trim().is_empty()) {
            let value = if json == "null" { "nothing".to_owned() } else { links::shown(json) };
            let expected = format!("{meaning} (required: {required_grade})");
            violations.push(Violation::new(*name, value, expected));
        }
    }
}

/// Keeps the violations of members that have changed, and adds one for each member that holds another
/// id than the asset was read with.
fn only_changes(
    kind: &AssetKind,
    asset: &Document,
    before: &Document,
    changed: &[String],
    violations: &mut Vec<Violation>,
) {
    violations.retain(|violation| changed.iter().any(|member| member == root(violation)));
    let was = wire::any_text(before, present(before, kind.id_members));
    let first = present(asset, kind.id_members);
    for name in kind.id_members.iter().filter(|name| **name == first || asset.contains(name)) {
        let is = wire::any_text(asset, name);
        if is != was && is != wire::any_text(before, name) {
            let expected = format!(
                "{}, as it was read: under another id it would be saved over another asset",
                quoted(&was)
            );
            let value = links::shown(asset.json(name).unwrap_or_default());
            violations.push(Violation::new(*name, value, expected));
        }
    }
}

/// The member of the asset that a violation is in: `routes` of `routes[1].priority`.
fn root(violation: &Violation) -> &str {
    violation.field.split(['.', '[']).next().unwrap_or_default()
}

/// Adds the violations that are not there yet.
pub(super) fn more_violations(
    violations: &mut Vec<Violation>,
    check: impl FnOnce(&mut Vec<Violation>),
) {
    let mut more = Vec::new();
    check(&mut more);
    more.retain(|more| !violations.contains(more));
    violations.extend(more);
}

/// Checks that a number is in a range, both ends included. Absent and `null` are fine.
pub(super) fn range(
    document: &Document,
    field: &str,
    member: &str,
    (least, most): (u32, u32),
    violations: &mut Vec<Violation>,
) {
    let expected = || format!("a number from {least} to {most}");
    match wire::decimal(document, member) {
        Ok(None) => {}
        Ok(Some(number)) if number >= Decimal::from(least) && number <= Decimal::from(most) => {}
        Ok(Some(number)) => {
            violations.push(Violation::new(field, quoted(&number.to_string()), expected()));
        }
        Err(_) => {
            let found = document.json(member).map_or("nothing", describe);
            violations.push(Violation::new(field, found, expected()));
        }
    }
}
