//! `ffx funnels clone`: a copy under new ids, with the conditions that only the original may use.

use std::collections::HashMap;

use funnelflux::funnels::{FunnelCopy, FunnelExt as _, PlanAction, PlanObject, PlanStep, plan_of};
use funnelflux::id::{AssetId, Id};
use funnelflux::ledger::{AssetKind, Kind};
use funnelflux::model::Document;
use funnelflux::model::ledger::{
    Condition, Funnel, FunnelGroup, Identified as _, Model as _, rules,
};

use super::source::FUNNELS;
use super::{apply, bundle, carry};
use crate::args::DryRun;
use crate::failure::Failure;
use crate::names::{AssetRef, Names};
use crate::output::{Format, counted, print, write_objects};
use crate::session::Session;
use crate::settings::Settings;

const CONDITIONS: &AssetKind = <Condition as Kind>::KIND;
/// The book of the ids that copies have.
const BOOK: &str = "cloned ids";

pub(super) async fn run(
    funnel: &AssetRef,
    name: &str,
    group: Option<&AssetRef>,
    dry: DryRun,
    settings: &Settings,
) -> Result<(), Failure> {
    if name.trim().is_empty() {
        return Err(Failure::usage("--name: got nothing; expected the name of the copy"));
    }
    let names = Names::new(settings, "funnels clone");
    let id = Box::pin(names.find(FUNNELS, &[], funnel)).await?;
    let group = match group {
        Some(group) => {
            let kind = <FunnelGroup as Kind>::KIND;
            Some(Id::from_untyped(Box::pin(names.find(kind, &[], group)).await?))
        }
        None => None,
    };
    let session = Box::pin(names.session()).await?;
    let ledger = session.client.ledger();
    let original: Funnel = ledger.funnels().find_by_id(&Id::from_untyped(id)).await?.into_inner();
    if rules::is_deleted(original.document()) {
        let called = format!("funnel {id} `{}`", original.asset_name());
        return Err(Failure::failed(format!("{called} is deleted, and cannot be copied")));
    }
    let dialect = super::known_dialect(settings)?;
    let mut conditions: Vec<AssetId> = original
        .references(&dialect)
        .iter()
        .filter(|it| it.kind.name == CONDITIONS.name)
        .filter_map(|it| it.id.parse().ok())
        .collect();
    conditions.sort_unstable();
    conditions.dedup();
    let conditions: Vec<Document> = match conditions.is_empty() {
        true => Vec::new(),
        false => ledger.dynamic_of(CONDITIONS).find_by_ids(&conditions).await?,
    };
    let copy = original
        .copy_as(name, group, &conditions, &dialect)
        .map_err(|error| Failure::failed(format!("no id can be made: {error}")))?;
    let about = format!("clone of {id}\n{name}");
    let items = Box::pin(items(copy, &about, !dry.dry_run, session, settings)).await?;
    let objects: Vec<Document> = items.iter().map(|item| item.document.clone()).collect();
    let id = items.last().map(|item| item.id.to_string()).unwrap_or_default();
    let conditions = items.len().saturating_sub(1);
    let plan = Box::pin(plan_of(&session.client, items, &dialect)).await?;
    if dry.dry_run {
        session.progress.finish();
        return print(|out| write_objects(out, &objects, settings.format()));
    }
    let differs = |step: &&PlanStep| step.action == PlanAction::Update && !step.only_limits();
    if let Some(step) = plan.steps().iter().find(differs) {
        // It was made by this command, and changed since: here, or in the original.
        let why = format!("{} exists, and is no longer the same; nothing was sent", step.called());
        return Err(Failure::failed(why).hint("--name NAME with another name makes another copy"));
    }
    let about = format!("clone of {}", original.id_text());
    Box::pin(apply::run(&plan, &about, session, settings)).await?;
    settings
        .terminal
        .note(&format!("the funnel {id} has {} of its own", counted(conditions, "condition")));
    let written = print(|out| match settings.format() {
        Format::Table => {
            use std::io::Write as _;
            Ok(writeln!(out, "{id}")?)
        }
        format => write_objects(out, &objects, format),
    });
    Failure::outcome(Ok(()), written)
}

/// The objects to create, conditions first. Their ids are those of an earlier run of the same command, so that one
/// that was killed goes on, and makes nothing twice.
async fn items(
    copy: FunnelCopy,
    about: &str,
    is_sending: bool,
    session: &Session,
    settings: &Settings,
) -> Result<Vec<PlanObject>, Failure> {
    let old: HashMap<String, String> =
        copy.ids.iter().map(|(old, new)| (new.to_string(), old.clone())).collect();
    let conditions = copy.conditions.into_iter().map(|condition| (CONDITIONS, condition));
    let objects = conditions.chain([(FUNNELS, copy.funnel.document().clone())]);
    let original = |(kind, document): (&'static AssetKind, Document)| {
        let object = PlanObject::new(kind, document);
        let object = object.map_err(|error| Failure::failed(error.to_string()))?;
        bundle::with_ids(&object, &old)
    };
    let items: Vec<PlanObject> = objects.map(original).collect::<Result<_, Failure>>()?;
    let ids =
        carry::ids((BOOK, about), &items, HashMap::new(), is_sending, session, settings).await?;
    items.iter().map(|item| bundle::with_ids(item, &ids)).collect()
}
