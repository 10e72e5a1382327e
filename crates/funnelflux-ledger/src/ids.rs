//! Bodies and queries that hold ids. Their shapes are sibling knowledge or inferred: this is the
//! one place that spells them.

use funnelflux_transport::Error;
use serde::Serialize;

/// The query parameter of a list of ids: `idFunnels` for `idFunnel`, `idCategories` for
/// `idCategory` (inferred).
pub(crate) fn list_parameter(id_member: &str) -> String {
    match id_member.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{id_member}s"),
    }
}

/// `id,id,id`: documented for logic scripts, inferred for the rest.
pub(crate) fn comma_separated(ids: &[impl AsRef<str>]) -> String {
    ids.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(",")
}

/// `{"ids": […], "archive": true}` (sibling).
pub(crate) fn archive(ids: &[impl AsRef<str>]) -> Result<Vec<u8>, Error> {
    #[derive(Serialize)]
    struct Body<'a> {
        ids: Vec<&'a str>,
        archive: bool,
    }
    json(&Body { ids: some(ids)?, archive: true })
}

/// `{"ids": […]}` (inferred).
pub(crate) fn unarchive(ids: &[impl AsRef<str>]) -> Result<Vec<u8>, Error> {
    #[derive(Serialize)]
    struct Body<'a> {
        ids: Vec<&'a str>,
    }
    json(&Body { ids: some(ids)? })
}

/// `{"ids": […], "idCategory": "…"}` (inferred).
pub(crate) fn to_category(
    ids: &[impl AsRef<str>],
    category: Option<&str>,
) -> Result<Vec<u8>, Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body<'a> {
        ids: Vec<&'a str>,
        id_category: &'a str,
    }
    json(&Body { ids: some(ids)?, id_category: category.unwrap_or_default() })
}

/// `{"idFunnel": "…", "idCampaign": "…"}` (sibling; `idCampaign` is the legacy name of a funnel's
/// group, documented).
pub(crate) fn to_group(member: &str, id: &str, group: &str) -> Result<Vec<u8>, Error> {
    let body = [(member, id), ("idCampaign", group)];
    json(&std::collections::BTreeMap::from(body))
}

/// An empty list would leave it to the server what is meant: nothing, or everything.
pub(crate) fn some(ids: &[impl AsRef<str>]) -> Result<Vec<&str>, Error> {
    if ids.is_empty() {
        return Err(Error::invalid_request("ids: got an empty list; expected at least one id"));
    }
    Ok(ids.iter().map(AsRef::as_ref).collect())
}

fn json<T: Serialize>(body: &T) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(body)
        .map_err(|cause| Error::invalid_request("the ids cannot be written").with_source(cause))
}
