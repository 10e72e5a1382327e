//! Answers that hold one object.

use std::borrow::Cow;

use funnelflux_contract::AssetKind;
use funnelflux_id::AssetId;
use funnelflux_model::{Document, ledger::rules};
use funnelflux_transport::{CallBuilder, Error, Response};
use serde_json::value::RawValue;

/// Asks for one object. A 404, and (inferred) an empty answer, `null`, `{}` and `[]`, mean none.
pub(crate) async fn object(
    call: CallBuilder<'_>,
    id: &AssetId,
    kind: &AssetKind,
) -> Result<Response<Document>, Error> {
    let answer = call.send().await?.agreed()?;
    if matches!(answer.trim_ascii(), b"" | b"null" | b"{}" | b"[]") {
        return Err(answer.error(Error::not_found(format!("there is nothing of id {id}"))));
    }
    answer.json::<Document>()?.try_map(|document| stored(document, &[*id], kind))
}

/// Marks the document as one that the server has, if it is about one of these ids. Any other is an
/// error: the name of the parameter that carries the id is a guess, and the answer of a server that
/// ignores it must not be saved over.
pub(crate) fn stored(
    mut document: Document,
    ids: &[AssetId],
    kind: &AssetKind,
) -> Result<Document, Error> {
    let mut own = kind.id_members.iter().filter_map(|name| document.get(name)).peekable();
    let is_one = |json: &RawValue| {
        let text = serde_json::from_str::<Cow<'_, str>>(json.get());
        text.is_ok_and(|text| ids.iter().any(|id| id.as_str() == text))
    };
    let is_about = match own.peek() {
        Some(_) => own.any(is_one),
        // The name of the member that holds the id is a guess, too.
        None => document.members().any(|(_, value)| is_one(value)),
    };
    if is_about {
        document.mark_saved();
        return Ok(document);
    }
    let asked = match ids {
        [id] => format!("id {id}"),
        ids => format!("{} ids", ids.len()),
    };
    let message = format!("the answer is about something else than the {asked} that was asked for");
    Err(Error::unexpected_answer(message).with_advice(
        "The names of the parameter and of the member that carry the id are guesses: see \
         `query_override` and `member_override`.",
    ))
}

/// Refuses an object that exists as a deleted one: it can neither be created again nor is it the object that a create
/// was to make.
pub(crate) fn not_deleted(object: &Document) -> Result<(), Error> {
    if rules::is_deleted(object) {
        return Err(Error::refused(None, "an object of this id was made and deleted before")
            .with_advice("Make it anew under another id."));
    }
    Ok(())
}
