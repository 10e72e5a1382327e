//! Where funnels come from: ids, names and files.

use std::path::Path;
use std::sync::Arc;

use funnelflux::funnels::PlanObject;
use funnelflux::id::Id;
use funnelflux::ledger::{AssetKind, Kind, ListFilter};
use funnelflux::model::Document;
use funnelflux::model::ledger::{Funnel, Identified as _, Model as _};

use super::bundle;
use crate::failure::Failure;
use crate::input::{Input, Shape};
use crate::names::{AssetRef, Names};

pub(in crate::commands) const FUNNELS: &AssetKind = <Funnel as Kind>::KIND;

/// A funnel, and where it is from.
pub(super) struct Given {
    pub(super) funnel: Funnel,
    /// The path of its file, or its address in the app.
    pub(super) origin: String,
    pub(super) is_file: bool,
    /// What its file holds, if that is an export.
    pub(super) assets: Arc<[PlanObject]>,
    /// The text of the file, if it holds this funnel alone, as JSON.
    pub(super) text: String,
}

/// Reads the funnels, in the order given.
pub(super) async fn read(given: &[String], names: &Names<'_>) -> Result<Vec<Given>, Failure> {
    let mut found = Vec::new();
    for text in given {
        let path = Path::new(text);
        let is_id = text.parse::<AssetRef>().is_ok_and(|it| matches!(it, AssetRef::Id(_)));
        if text == "-" || (!is_id && path.is_file()) {
            found.extend(of_file(path)?);
        } else {
            let asset: AssetRef = text.parse().map_err(Failure::usage)?;
            let id = Box::pin(names.find(FUNNELS, &[], &asset)).await?;
            let session = Box::pin(names.session()).await?;
            let funnel =
                session.client.ledger().funnels().find_by_id(&Id::from_untyped(id)).await?;
            found.push(of_account(funnel.into_inner()));
        }
    }
    Ok(found)
}

/// Reads one funnel; a file with several is refused.
pub(in crate::commands) async fn one(given: &str, names: &Names<'_>) -> Result<Funnel, Failure> {
    Ok(Box::pin(given_one(given, names)).await?.funnel)
}

/// As [`one`], with where it is from.
pub(super) async fn given_one(given: &str, names: &Names<'_>) -> Result<Given, Failure> {
    let given = [given.to_owned()];
    let mut found = Box::pin(read(&given, names)).await?;
    match found.len() {
        1 => Ok(found.swap_remove(0)),
        count => {
            let [given] = given;
            Err(Failure::usage(format!("{given}: {count} funnels; expected one")))
        }
    }
}

fn of_file(path: &Path) -> Result<Vec<Given>, Failure> {
    let mut input = Input::read(path, false)?;
    let text = input.text.clone();
    let objects = input.objects(Shape::of(FUNNELS))?;
    let is_alone = objects.len() == 1 && text.trim_start().starts_with('{');
    let text = if is_alone { text } else { String::new() };
    let (objects, assets) = match bundle::is_export(&objects) {
        false => (objects, Arc::default()),
        true => {
            let items = bundle::items(objects, path)?;
            let funnels = items.iter().filter(|item| item.kind.name == FUNNELS.name);
            let funnels: Vec<Document> = funnels.map(|item| item.document.clone()).collect();
            (funnels, Arc::from(items))
        }
    };
    let given = |object: Document| Given {
        funnel: Funnel::from_document(object),
        origin: path.display().to_string(),
        is_file: true,
        assets: Arc::clone(&assets),
        text: text.clone(),
    };
    Ok(objects.into_iter().map(given).collect())
}

fn of_account(funnel: Funnel) -> Given {
    let origin = match funnel.asset_id() {
        Ok(Some(id)) => funnelflux::links::editor(id).url,
        _ => String::new(),
    };
    Given { funnel, origin, is_file: false, assets: Arc::default(), text: String::new() }
}

/// Reads every funnel of the account that is not deleted.
pub(super) async fn all(names: &Names<'_>) -> Result<Vec<Given>, Failure> {
    let session = Box::pin(names.session()).await?;
    let funnels = session.client.ledger().funnels();
    let listed = funnels.list(&ListFilter::new()).await?.into_inner();
    let ids: Vec<_> = listed.iter().filter_map(|info| info.asset_id().ok().flatten()).collect();
    Ok(funnels.find_by_ids(&ids).await?.into_iter().map(of_account).collect())
}
