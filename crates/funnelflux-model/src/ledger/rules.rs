//! The rules of assets, by kind. They work on documents, so a kind chosen at run time has them too.

use std::{collections::BTreeSet, sync::LazyLock};

use funnelflux_contract::{AssetKind, Member, Schema};
use rust_decimal::Decimal;

use super::{
    duplicate, funnel, links, logic_script, middleware_config, model::present, traffic_source,
};
use crate::{Document, ValidationError, Violation, Violations, document::describe, quoted, wire};

/// Checks every documented rule of an asset: of one from the server, only what has changed since,
/// as the server accepted the rest. `meta` must be as it was read from the server, or parsed.
///
/// # Errors
/// Every violation, in one error.
pub fn validate(kind: &AssetKind, asset: &Document) -> Result<(), ValidationError> {
    let mut found = violations(kind, asset, false);
    let changed = asset.changed_members();
    if let Some(before) = asset.saved() {
        only_changes(kind, asset, &before, &changed, &mut found);
    }
    for name in changed.iter().filter(|name| RESERVED.contains(name.as_str())) {
        let value = if asset.contains(name) { "another value" } else { "nothing" };
        let expected = "the value that was read: only the app writes it";
        found.add(name, value, expected);
    }
    found.into_result()
}

/// Checks every documented rule of an asset that is to be created, or again under another id.
///
/// # Errors
/// Every violation, in one error.
pub fn validate_new(kind: &AssetKind, asset: &Document) -> Result<(), ValidationError> {
    let mut found = violations(kind, asset, true);
    match kind.schema.name {
        "Funnel" => funnel::rules_for_new(asset, &mut found),
        "MiddlewareConfig" => middleware_config::rules_for_new(asset, &mut found),
        _ => {}
    }
    found.into_result()
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

/// Lists what a create does not send: the members that the server manages, and the app's `meta`.
pub fn left_out(kind: &AssetKind, asset: &Document) -> Vec<&'static str> {
    let managed = kind.schema.members.iter().filter(|member| member.server_managed);
    let names = managed.map(|member| member.name).chain(RESERVED.iter().copied());
    names.filter(|name| asset.contains(name)).collect()
}

/// Whether an asset was deleted, and is still found by its id (status `deleted`: inferred).
pub fn is_deleted(asset: &Document) -> bool {
    let status = asset.read::<String>("status").ok().flatten();
    status.is_some_and(|status| status.eq_ignore_ascii_case("deleted"))
}

/// Checks a request to copy an asset: what is required, ids, and overrides that would be ignored.
///
/// # Errors
/// Every violation, in one error.
pub fn check_copy(kind: &AssetKind, request: &Document) -> Result<(), ValidationError> {
    let mut found = Violations::default();
    let schema = kind.copy_schema.map_or("", |schema| schema.name);
    duplicate::rules(schema, request, &mut found);
    for member in duplicate::overridden(request) {
        if kind.id_members.contains(&member.as_str()) {
            let expected = "a member that the server does not set: it makes the id of a copy";
            let field = duplicate::field(&member);
            found.add_new(|new| new.add(field, quoted(&member), expected));
        }
    }
    found.into_result()
}

fn body(kind: &AssetKind, asset: &Document) -> Document {
    let mut document = asset.clone();
    for member in kind.schema.members.iter().filter(|member| member.server_managed) {
        document.remove(member.name);
    }
    // Flags beside secrets must agree with them.
    match kind.schema.name {
        "Funnel" => funnel::align(&mut document),
        "MiddlewareConfig" => middleware_config::align(&mut document),
        _ => {}
    }
    document
}

/// The members that only the app writes, in whichever schema: `meta`.
pub(super) static RESERVED: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let members = Schema::all().iter().flat_map(|schema| schema.members);
    members.filter(|member| member.reserved).map(|member| member.name).collect()
});

pub(super) const ID: &str = "12 characters of 0-9, A-Z, a-z";

fn violations(kind: &AssetKind, asset: &Document, is_new: bool) -> Violations {
    let mut found = Violations::default();
    let id_member = present(asset, kind.id_members);
    if !matches!(wire::id::<()>(asset, id_member), Ok(Some(_))) {
        let value = links::shown(asset.json(id_member).unwrap_or_default());
        found.add(id_member, value, ID);
    }
    // Documented for every id that a caller makes; an empty link means none.
    let stored = asset.saved().filter(|_| !is_new);
    found.add_new(|new| links::check(asset, stored.as_ref(), new));
    required(kind.schema, kind.id_members, asset, &mut found);
    match kind.schema.name {
        "TrafficSource" => traffic_source::rules(asset, &mut found),
        "LogicScript" => logic_script::rules(asset, &mut found),
        "Funnel" => funnel::rules(asset, &mut found),
        "MiddlewareConfig" => middleware_config::rules(asset, &mut found),
        _ => {}
    }
    found
}

/// Checks that the members are there that a source states as required; the id has a rule of its own.
pub(super) fn required(schema: &Schema, ids: &[&str], document: &Document, found: &mut Violations) {
    let members = schema.members.iter().filter(|it| it.required && !ids.contains(&it.name));
    for Member { name, meaning, required_grade, .. } in members {
        let json = document.json(name).unwrap_or("null");
        let text = serde_json::from_str::<String>(json);
        if json == "null" || text.is_ok_and(|text| text.trim().is_empty()) {
            let value = if json == "null" { "nothing".to_owned() } else { links::shown(json) };
            found.add(*name, value, format!("{meaning} (required: {required_grade})"));
        }
    }
}

/// Keeps the violations in changed members, and adds one for each id that is not the one read.
fn only_changes(
    kind: &AssetKind,
    asset: &Document,
    before: &Document,
    changed: &[String],
    found: &mut Violations,
) {
    found.0.retain(|violation| changed.iter().any(|member| member == root(violation)));
    let was = wire::any_text(before, present(before, kind.id_members));
    let first = present(asset, kind.id_members);
    for name in kind.id_members.iter().filter(|name| **name == first || asset.contains(name)) {
        let is = wire::any_text(asset, name);
        if is != was && is != wire::any_text(before, name) {
            let value = links::shown(asset.json(name).unwrap_or_default());
            let why = "under another id it would be saved over another asset";
            found.add(*name, value, format!("{}, as it was read: {why}", quoted(&was)));
        }
    }
}

/// The member of the asset that a violation is in: `routes` of `routes[1].priority`.
fn root(violation: &Violation) -> &str {
    violation.field.split(['.', '[']).next().unwrap_or_default()
}

/// Checks that a number is in a range, both ends included. Absent and `null` are fine.
pub(super) fn range(
    document: &Document,
    field: &str,
    member: &str,
    (least, most): (u32, u32),
    found: &mut Violations,
) {
    let expected = || format!("a number from {least} to {most}");
    match wire::decimal(document, member) {
        Ok(None) => {}
        Ok(Some(number)) if number >= Decimal::from(least) && number <= Decimal::from(most) => {}
        Ok(Some(number)) => {
            found.add(field, quoted(&number.to_string()), expected());
        }
        Err(_) => {
            found.add(field, document.json(member).map_or("nothing", describe), expected());
        }
    }
}
