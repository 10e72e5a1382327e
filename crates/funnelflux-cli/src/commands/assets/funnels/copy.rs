//! `ffx funnels clone`: a copy under new ids, with the conditions that only the original may use.

use funnelflux::funnels::FunnelExt as _;
use funnelflux::id::{AssetId, Id};
use funnelflux::ledger::{AssetKind, Kind};
use funnelflux::model::Document;
use funnelflux::model::ledger::{Condition, Funnel, FunnelGroup, Model as _};

use super::source::FUNNELS;
use crate::args::DryRun;
use crate::failure::Failure;
use crate::names::{AssetRef, Names};
use crate::output::{Format, print, write_objects};
use crate::settings::Settings;

const CONDITIONS: &AssetKind = <Condition as Kind>::KIND;

pub(super) async fn run(
    funnel: &AssetRef,
    name: &str,
    group: Option<&AssetRef>,
    dry: DryRun,
    settings: &Settings,
) -> Result<(), Failure> {
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
    let dialect = super::known_dialect(settings);
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
    let mut objects = copy.conditions.clone();
    objects.push(copy.funnel.document().clone());
    if dry.dry_run {
        session.progress.finish();
        return print(|out| write_objects(out, &objects, settings.format()));
    }
    // What is referred to first. A write that fails ends it: what was made before is unused and harmless.
    for condition in &copy.conditions {
        ledger.dynamic_of(CONDITIONS).create_if_missing(condition).await?;
    }
    ledger.dynamic_of(FUNNELS).create_if_missing(copy.funnel.document()).await?;
    session.progress.finish();
    let id = copy.funnel.id_text().into_owned();
    let made = copy.conditions.len();
    settings.terminal.note(&format!("made the funnel {id} and {made} conditions of its own"));
    let written = print(|out| match settings.format() {
        Format::Table => {
            use std::io::Write as _;
            Ok(writeln!(out, "{id}")?)
        }
        format => write_objects(out, &objects, format),
    });
    Failure::outcome(Ok(()), written)
}
