//! Bodies and queries that hold ids, all spelled here. Their shapes are sibling knowledge or
//! inferred.

use funnelflux_id::AssetId;
use funnelflux_transport::Error;
use serde::Serialize;

/// The query parameter of a list of ids: `idFunnels` for `idFunnel`, `idCategories` for
/// `idCategory` (inferred).
pub(crate) fn list_parameter(id_query: &str) -> String {
    match id_query.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{id_query}s"),
    }
}

/// `id,id,id`: documented for logic scripts, inferred for the rest.
pub(crate) fn comma_separated(ids: &[AssetId]) -> String {
    ids.iter().map(AssetId::as_str).collect::<Vec<_>>().join(",")
}

/// `{"ids": […], "archive": true}` (sibling).
pub(crate) fn archive(ids: &[AssetId]) -> Result<Vec<u8>, Error> {
    #[derive(Serialize)]
    struct Body<'a> {
        ids: &'a [AssetId],
        archive: bool,
    }
    json(&Body { ids: some(ids)?, archive: true })
}

/// `{"ids": […]}` (inferred).
pub(crate) fn unarchive(ids: &[AssetId]) -> Result<Vec<u8>, Error> {
    #[derive(Serialize)]
    struct Body<'a> {
        ids: &'a [AssetId],
    }
    json(&Body { ids: some(ids)? })
}

/// `{"ids": […], "idCategory": "…"}` (inferred).
pub(crate) fn to_category(ids: &[AssetId], category: Option<&AssetId>) -> Result<Vec<u8>, Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body<'a> {
        ids: &'a [AssetId],
        id_category: &'a str,
    }
    json(&Body { ids: some(ids)?, id_category: category.map_or("", AssetId::as_str) })
}

/// `{"idFunnel": "…", "idCampaign": "…"}` (sibling; `idCampaign` is the legacy name of a funnel's
/// group, documented).
pub(crate) fn to_group(member: &str, id: &AssetId, group: &AssetId) -> Result<Vec<u8>, Error> {
    let body = [(member, id), ("idCampaign", group)];
    json(&std::collections::BTreeMap::from(body))
}

/// Refuses an empty list: whether the server takes it for nothing or for everything is unknown.
pub(crate) fn some(ids: &[AssetId]) -> Result<&[AssetId], Error> {
    if ids.is_empty() {
        return Err(Error::invalid_request("ids: got an empty list; expected at least one id"));
    }
    Ok(ids)
}

fn json<T: Serialize>(body: &T) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(body)
        .map_err(|cause| Error::invalid_request("the ids cannot be written").with_source(cause))
}
