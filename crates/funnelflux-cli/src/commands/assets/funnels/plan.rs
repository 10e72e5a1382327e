//! What has to be sent so that the account has the objects of a file, and the file of such a plan.

use std::path::Path;

use funnelflux::FunnelFlux;
use funnelflux::funnels::dialect_of;
use funnelflux::id::AssetId;
use funnelflux::ledger::AssetKind;
use funnelflux::model::Document;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::bundle::{self, Item};
use crate::commands::assets::create::has_all_of;
use crate::commands::assets::journal::fingerprint;
use crate::failure::Failure;
use crate::input::Input;
use crate::output::{Column, print, write_listing};
use crate::settings::Settings;

const FORMAT: &str = "funnelflux-plan/1";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Action {
    Create,
    Update,
    /// The account has it so.
    Keep,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Step {
    pub(super) action: Action,
    pub(super) kind: String,
    pub(super) id: AssetId,
    pub(super) name: String,
    /// The members that change.
    pub(super) members: Vec<String>,
    /// The hash of what the account had when the plan was made.
    pub(super) before: Option<String>,
    pub(super) object: Box<RawValue>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Plan {
    format: String,
    pub(super) account: String,
    pub(super) steps: Vec<Step>,
}

impl Step {
    pub(super) fn kind(&self) -> Result<&'static AssetKind, Failure> {
        AssetKind::find(&self.kind).ok_or_else(|| {
            Failure::usage(format!("the plan names no kind of asset: `{}`", self.kind))
        })
    }

    pub(super) fn object(&self) -> Result<Document, Failure> {
        let object = Document::parse(self.object.get());
        object.map_err(|cause| Failure::usage(format!("{} {}: {cause}", self.kind, self.id)))
    }
}

/// The members of `wanted` that `there` lacks or has otherwise.
pub(super) fn differing(there: &Document, wanted: &Document) -> Vec<String> {
    let one = |name: &str, raw: &RawValue| {
        let mut part = Document::new();
        part.set(name, raw).is_ok() && has_all_of(there, &part)
    };
    let members = wanted.members().filter(|(name, raw)| !one(name, raw));
    members.map(|(name, _)| name.into_owned()).collect()
}

impl Plan {
    /// Compares the objects with the account, what is referred to first.
    pub(super) async fn make(
        items: Vec<Item>,
        client: &FunnelFlux,
        account: String,
    ) -> Result<Self, Failure> {
        let mut steps = Vec::new();
        for item in bundle::in_order(items, &dialect_of(client.client().overlay()))? {
            let assets = client.ledger().dynamic_of(item.kind);
            let there = assets.try_find_by_id(&item.id).await?;
            let mut object = item.object.clone();
            for name in funnelflux::model::ledger::rules::left_out(item.kind, &item.object) {
                object.remove(name);
            }
            let members = there.as_ref().map(|there| differing(there, &object)).unwrap_or_default();
            let action = match &there {
                None => Action::Create,
                Some(_) if members.is_empty() => Action::Keep,
                Some(_) => Action::Update,
            };
            let json = RawValue::from_string(object.text().to_owned());
            steps.push(Step {
                action,
                kind: item.kind.name.to_owned(),
                id: item.id,
                name: item.name(),
                members,
                before: there.map(|there| fingerprint(there.text())),
                object: json.map_err(|cause| Failure::failed(cause.to_string()))?,
            });
        }
        Ok(Self { format: FORMAT.to_owned(), account, steps })
    }

    pub(super) fn to_do(&self) -> usize {
        self.steps.iter().filter(|step| step.action != Action::Keep).count()
    }

    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let input = Input::read(path, true)?;
        let plan: Self = serde_json::from_str(&input.text).map_err(|cause| {
            Failure::usage(format!("{}: is no plan: {cause}", path.display()))
                .hint("`ffx funnels plan FILE --save PLAN` makes one; nothing was sent")
        })?;
        if plan.format != FORMAT {
            let why =
                format!("{}: format `{}`; this ffx reads {FORMAT}", path.display(), plan.format);
            return Err(Failure::usage(why));
        }
        Ok(plan)
    }

    pub(super) fn save(&self, path: &Path) -> Result<(), Failure> {
        let json = serde_json::to_string_pretty(self);
        let json = json.map_err(|cause| Failure::failed(cause.to_string()))?;
        let wrong =
            |cause| Failure::failed(format!("{} cannot be written: {cause}", path.display()));
        crate::files::write(path, (json + "\n").as_bytes()).map_err(wrong)
    }

    pub(super) fn show(&self, settings: &Settings) -> Result<(), Failure> {
        #[derive(Serialize)]
        struct Row<'a> {
            action: Action,
            kind: &'a str,
            id: String,
            name: &'a str,
            members: String,
        }
        let rows = self.steps.iter().map(|step| Row {
            action: step.action,
            kind: &step.kind,
            id: step.id.to_string(),
            name: &step.name,
            members: step.members.join(", "),
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
}
