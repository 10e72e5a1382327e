//! Objects of the account beside those that are wanted.

use funnelflux_contract::{AssetKind, PLACEHOLDER};
use funnelflux_json::{Part, rewrite};
use funnelflux_model::{Document, ledger::rules};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::PlanError;

/// The SHA-256 of a text, by which an object is known again.
pub fn fingerprint(text: &str) -> String {
    format!("{:x}", Sha256::digest(text))
}

/// The fingerprint of an object without the members that the server and its app fill in, in whichever order.
pub fn state_of(kind: &AssetKind, object: &Document) -> String {
    // Parsed, members are sorted.
    let own = own(kind, object);
    let sorted = serde_json::from_str::<Value>(own.text());
    fingerprint(&sorted.map_or_else(|_| own.text().to_owned(), |it| it.to_string()))
}

/// The object without the members that the server and its app fill in.
pub(super) fn own(kind: &AssetKind, object: &Document) -> Document {
    let mut own = object.clone();
    for name in rules::left_out(kind, object) {
        own.remove(name);
    }
    own
}

/// The object as a read shows it: with a mask in place of each secret. `None` if a text in it is no text, such as half
/// of a character.
pub fn without_secrets(object: &Document) -> Option<Document> {
    let is_secret = |member: &str| {
        let member = member.to_ascii_lowercase();
        member.contains("secret") || member.contains("password")
    };
    let text = rewrite(object.text(), |part, member, value| {
        let is_one = part == Part::Text && !value.trim().is_empty() && is_secret(member);
        is_one.then(|| PLACEHOLDER.to_owned())
    });
    Document::parse(&text?).ok()
}

/// Whether an object of the account has every member of the wanted one, as far as reads show it.
pub fn has_but_for_secrets(there: &Document, wanted: &Document) -> bool {
    let both = without_secrets(there).zip(without_secrets(wanted));
    both.is_some_and(|(there, wanted)| there.has_all_of(&wanted))
}

/// The object of the account with the members of the wanted one. Members that it lacks stay, secrets too.
///
/// # Errors
/// If it is no object.
pub fn merged(mut there: Document, wanted: &Document) -> Result<Document, PlanError> {
    for name in there.lacking(wanted) {
        let Some(raw) = wanted.get(&name) else { continue };
        there.merge_at(&[&name], raw).map_err(|cause| PlanError::new(cause.to_string()))?;
    }
    Ok(there)
}
