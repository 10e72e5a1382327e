//! Between the names of the account, by its overlay, and those of the contract, which handlers know.

use bytes::Bytes;
use funnelflux_contract::Operation;
use funnelflux_json::{Direction, set};
use funnelflux_transport::EACH_ID;
use http::request::Parts;

use crate::dialect::Dialect;
use crate::state::Core;
use crate::table::{Served, spellings};
use crate::wire::{Query, Refusal, Reply, Result};

/// A request in the names of the contract.
pub(crate) struct Asked {
    pub(crate) query: Query,
    /// The segment of the contract's path in place of `{id}`; empty where it has none.
    pub(crate) path_id: String,
    pub(crate) body: Bytes,
}

pub(crate) fn asked(
    core: &Core,
    served: &Served,
    parts: &Parts,
    body: Bytes,
    strict: bool,
) -> Result<Asked> {
    let (overlay, operation) = (&core.options.overlay, served.operation);
    // Of what is done to one object, the one of several ids is its parameter.
    let one = operation.query().first().map(|it| it.name);
    let ours = |place| if place == EACH_ID { one.unwrap_or(place) } else { place };
    let own = served.captured(&core.table.base, parts.uri.path()).unwrap_or_default();
    let own: Vec<_> = own.into_iter().map(|(place, value)| (ours(place), value)).collect();
    let in_query = || served.in_query.iter().map(|(theirs, place)| (ours(place), theirs.clone()));
    let is_moved = |name: &str| {
        own.iter().any(|(place, _)| *place == name) || in_query().any(|(ours, _)| ours == name)
    };
    // Ours and theirs. Where the account says one, the other spellings of the contract are none.
    let mut names: Vec<(String, String)> = Vec::new();
    for parameter in operation.query().iter().filter(|it| !spellings(it).any(is_moved)) {
        let name = |ours: &'static str| overlay.query_name(operation.id(), ours);
        let said = spellings(parameter).find(|ours| name(ours) != *ours);
        let own = spellings(parameter).filter(|ours| said.is_none_or(|said| said == *ours));
        names.extend(own.map(|ours| (ours.to_owned(), name(ours).to_owned())));
    }
    names.extend(in_query().map(|(ours, theirs)| (ours.to_owned(), theirs)));
    let known: Vec<&str> = names.iter().map(|(_, theirs)| &**theirs).collect();
    let query = Query::read(parts.uri.query().unwrap_or_default(), &known, strict)?;
    let named = query.0.into_iter().filter_map(|(theirs, value)| {
        let (ours, _) = names.iter().find(|(_, known)| *known == theirs)?;
        Some((ours.clone(), value))
    });
    let in_path = own.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let query = Query(
        named
            .chain(in_path)
            .map(|(name, value)| {
                let value = overlay.query_value(operation, &name, &value).to_owned();
                (name, value)
            })
            .collect(),
    );
    let path_id = query.get("id").filter(|_| operation.path().contains("{id}"));
    let path_id = path_id.unwrap_or_default().to_owned();
    let body = match overlay.envelope(operation.id(), false).filter(|_| !body.is_empty()) {
        Some(names) => overlay.to_ours(operation, body, false).ok_or_else(|| {
            let place = names.join(".");
            Refusal::bad_request(format!("the body has no `{place}`; expected the object in it"))
        })?,
        None => overlay.renamed(operation, body, Direction::ToOurs, false),
    };
    let body = match (Dialect::of(overlay, operation), std::str::from_utf8(&body)) {
        (Some(dialect), Ok(text)) => {
            dialect.to_ours(text).map_err(|it| refused(core, operation, it))?.into()
        }
        _ => body,
    };
    if let Some(why) = overlay.lacks(operation, &body) {
        return Err(refused(core, operation, Refusal::bad_request(why)));
    }
    let body = match query.get(EACH_ID) {
        Some(id) => with_id(id, &body),
        None => body,
    };
    Ok(Asked { query, path_id, body })
}

/// The body with the one id of the path in a list, as handlers know it.
fn with_id(id: &str, body: &[u8]) -> Bytes {
    let text = std::str::from_utf8(body).map(str::trim).ok().filter(|text| !text.is_empty());
    // A body that is no object is refused by the handler.
    match set(text.unwrap_or("{}"), &[EACH_ID], &[id]) {
        Ok(Some(changed)) => changed.into(),
        _ => Bytes::copy_from_slice(body),
    }
}

pub(crate) fn answered(core: &Core, operation: &Operation, reply: Reply) -> Reply {
    let overlay = &core.options.overlay;
    let body = match (Dialect::of(overlay, operation), std::str::from_utf8(&reply.body)) {
        (Some(dialect), Ok(text)) => dialect.to_theirs(text).into(),
        _ => reply.body.clone(),
    };
    let body = overlay.to_theirs(operation, body, true);
    Reply { body, ..reply }
}

/// A refusal in the words of the account: names in it have marks around them, and values quotes.
pub(crate) fn refused(core: &Core, operation: &Operation, mut refusal: Refusal) -> Refusal {
    for mark in ["`", "\""] {
        let parts = refusal.message.split(mark).enumerate().map(|(at, part)| match at % 2 {
            1 => core.options.overlay.word_of(operation, part),
            _ => part.into(),
        });
        refusal.message = parts.collect::<Vec<_>>().join(mark);
    }
    refusal
}
