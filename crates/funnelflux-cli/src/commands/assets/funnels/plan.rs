//! Plans as files and on the terminal.

use std::path::Path;

use funnelflux::funnels::{Plan, PlanError};
use serde_json::json;

use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::input::Input;
use crate::output::{Column, Row, print, write_listing};
use crate::settings::Settings;

pub(super) fn refused(error: &PlanError) -> Failure {
    Failure::usage(format!("{error}; nothing was sent")).hint(error.advice())
}

pub(super) fn read(path: &Path) -> Result<Plan, Failure> {
    let input = Input::read(path, true)?;
    Plan::from_json(&input.text).map_err(|error| {
        Failure::usage(format!("{}: {error}", path.display()))
            .hint("`ffx funnels plan FILE --save PLAN` makes one; nothing was sent")
    })
}

pub(super) fn save(plan: &Plan, path: &Path) -> Result<(), Failure> {
    files::write(path, plan.to_json().as_bytes(), Readers::Owner)
        .map_err(|cause| Failure::unwritable(path, &cause))
}

pub(super) fn show(plan: &Plan, settings: &Settings) -> Result<(), Failure> {
    let rows = plan.steps().iter().map(|step| {
        Row([
            ("action", json!(step.action)),
            ("kind", step.object.kind.name.into()),
            ("id", step.object.id.as_str().into()),
            ("name", step.name.as_str().into()),
            ("members", step.members.join(", ").into()),
        ])
    });
    let columns = vec![
        Column::word("Action").of(&["action"]),
        Column::word("Kind").of(&["kind"]),
        Column::word("ID").of(&["id"]),
        Column::text("Name").of(&["name"]),
        Column::text("Changes").of(&["members"]).unless_empty(),
    ];
    print(|out| write_listing(out, rows, columns, settings.format()))
}
