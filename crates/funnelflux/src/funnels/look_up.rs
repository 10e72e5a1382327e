use std::collections::{BTreeMap, BTreeSet};

use funnelflux_contract::{AssetKind, Verb};
use funnelflux_funnels::{Account, FunnelDialect, FunnelExt as _};
use funnelflux_id::AssetId;
use funnelflux_ledger::{DynamicAssets, Ledger};
use funnelflux_model::Document;
use funnelflux_model::ledger::{Funnel, rules};
use funnelflux_transport::Error;

/// Reads every asset that the funnels name, with one call for each kind where the API has such a call.
///
/// Where the path of the call is a guess and it finds nothing at all, nothing is said of these assets: the
/// guess may be wrong, and a check must not call them missing.
///
/// # Errors
/// As any read.
pub async fn account_of(
    ledger: &Ledger,
    funnels: &[Funnel],
    dialect: &FunnelDialect,
) -> Result<Account, Error> {
    account_with(ledger, Account::offline(), funnels, dialect).await
}

/// As [`account_of`], with assets that are known already, such as those of a plan or a file. They are not asked for.
///
/// # Errors
/// As any read.
pub async fn account_with(
    ledger: &Ledger,
    known: Account,
    funnels: &[Funnel],
    dialect: &FunnelDialect,
) -> Result<Account, Error> {
    let mut account = known.with_link_check(super::link_faults);
    let mut wanted: BTreeMap<&'static str, BTreeSet<AssetId>> = BTreeMap::new();
    for reference in funnels.iter().flat_map(|funnel| funnel.references(dialect)) {
        if !account.knows(reference.kind, &reference.id) {
            let ids = wanted.entry(reference.kind.name).or_default();
            ids.extend(reference.id.parse::<AssetId>());
        }
    }
    loop {
        // The pages of the groups known by now; those have no parts of their own.
        for (kind, id) in account.parts() {
            wanted.entry(kind.name).or_default().extend(id.parse::<AssetId>());
        }
        wanted.retain(|_, ids| !ids.is_empty());
        if wanted.is_empty() {
            return Ok(account);
        }
        for (kind, ids) in std::mem::take(&mut wanted) {
            let Some(kind) = AssetKind::find(kind) else { continue };
            let ids: Vec<AssetId> = ids.into_iter().collect();
            for (id, found) in look_up(&ledger.dynamic_of(kind), &ids).await? {
                match found {
                    Some(asset) => account.add(kind, id.as_str(), asset),
                    None => account.add_missing(kind, id.as_str()),
                }
            }
        }
    }
}

type Found = Vec<(AssetId, Option<Document>)>;

/// Reads assets of one kind; nothing if it is not known whether they exist. One that was deleted does not.
pub(super) async fn look_up(assets: &DynamicAssets, ids: &[AssetId]) -> Result<Found, Error> {
    let mut found = with_deleted(assets, ids).await?;
    found.iter_mut().for_each(|(_, it)| *it = it.take().filter(|it| !rules::is_deleted(it)));
    Ok(found)
}

async fn with_deleted(assets: &DynamicAssets, ids: &[AssetId]) -> Result<Found, Error> {
    let has = |verb| assets.kind().operation(verb);
    if has(Verb::FindByIds).is_some() {
        match assets.find_by_ids(ids).await {
            Ok(objects) => {
                let mut by_id: BTreeMap<AssetId, Document> = objects
                    .into_iter()
                    .filter_map(|object| Some((assets.id_of(&object)?, object)))
                    .collect();
                let mut found = Vec::with_capacity(ids.len());
                for id in ids {
                    // A list may leave assets out, such as archived ones.
                    let object = match by_id.remove(id) {
                        None if has(Verb::FindById).is_some() => assets.try_find_by_id(id).await?,
                        object => object,
                    };
                    found.push((*id, object));
                }
                return Ok(found);
            }
            // The path may be a wrong guess.
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
    }
    let Some(operation) = has(Verb::FindById) else { return Ok(Vec::new()) };
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.push((*id, assets.try_find_by_id(id).await?));
    }
    let is_told = !operation.path_grade().is_guess() || found.iter().any(|(_, it)| it.is_some());
    Ok(if is_told { found } else { Vec::new() })
}
