//! `--config`: a middleware config of a file or of the account.

use std::path::Path;

use funnelflux::id::Id;
use funnelflux::ledger::{AssetKind, Kind};
use funnelflux::model::ledger::{MiddlewareConfig, Model as _};

use crate::failure::Failure;
use crate::input::{Input, Shape};
use crate::names::{AssetRef, Names};
use crate::settings::Settings;

const CONFIGS: &AssetKind = <MiddlewareConfig as Kind>::KIND;

/// Finds the config. What exists as a file is one, and so is what looks like a path.
pub(super) async fn find(given: &str, settings: &Settings) -> Result<MiddlewareConfig, Failure> {
    let path = Path::new(given);
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if path.is_file() || given.contains('/') || matches!(ending, "json" | "yaml" | "yml") {
        return of_file(path);
    }
    let asset: AssetRef =
        given.parse().map_err(|why| Failure::usage(format!("--config: {why}")))?;
    let names = Names::new(settings, "middleware config");
    let id = Box::pin(names.find(CONFIGS, &[], &asset)).await?;
    let session = Box::pin(names.session()).await?;
    let found =
        session.client.ledger().middleware_configs().find_by_id(&Id::from_untyped(id)).await;
    session.progress.finish();
    Ok(found?.into_inner())
}

fn of_file(path: &Path) -> Result<MiddlewareConfig, Failure> {
    let mut input = Input::read(path, false).map_err(|failure| failure.about("--config"))?;
    let mut objects = input.objects(Shape::of(CONFIGS))?;
    match (objects.pop(), objects.len()) {
        (Some(only), 0) => Ok(MiddlewareConfig::from_document(only)),
        (_, others) => Err(Failure::usage(format!(
            "--config {}: {} objects; expected one middleware config",
            path.display(),
            others + 1
        ))),
    }
}
