//! Secrets that the server stores and never returns.

use funnelflux_contract::PLACEHOLDER;

use crate::{
    Document, ValidationError, Violations,
    document::{quote, unquote},
    wire,
};

/// A secret of a middleware destination.
///
/// Reads never return a stored secret (documented): they return [`PLACEHOLDER`], with a flag that is
/// true. To keep the secret on save, send the placeholder, a blank or nothing, with the flag true.
/// That a blank with the flag false clears it is *inferred* from that.
///
/// `Debug` never shows it.
///
/// ```
/// use funnelflux_model::ledger::{MiddlewareDestination, StoredSecret};
///
/// let mut destination = MiddlewareDestination::default();
/// destination.set_hmac_secret(StoredSecret::Set("k3y".into()))?;
/// assert_eq!(format!("{:?}", destination.hmac_secret()), "Some(Set(…))");
///
/// let error = destination.set_hmac_secret(StoredSecret::Set("********".into())).unwrap_err();
/// assert!(error.to_string().contains("StoredSecret::Kept"));
/// # Ok::<(), funnelflux_model::ValidationError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub enum StoredSecret {
    /// Keeps the stored secret.
    Kept,
    /// Stores this secret.
    Set(String),
    /// Removes the stored secret.
    Clear,
}

funnelflux_contract::formats! {
    Debug for StoredSecret, |it, f| f.write_str(match it {
        Self::Kept => "Kept",
        Self::Set(_) => "Set(…)",
        Self::Clear => "Clear",
    })
}

#[derive(Clone, Copy)]
pub(super) struct Slot {
    path: &'static [&'static str],
    flag: &'static str,
}

pub(super) const PASSWORD: Slot =
    Slot { path: &["basicAuth", "password"], flag: "hasBasicAuthPassword" };
pub(super) const HMAC: Slot = Slot { path: &["hmacSecret"], flag: "hasHmacSecret" };

const SLOTS: [Slot; 2] = [PASSWORD, HMAC];

impl Slot {
    pub(super) fn field(self) -> String {
        self.path.join(".")
    }

    /// The text of the secret, unless it is blank.
    fn text(self, destination: &Document) -> Option<String> {
        let raw = destination.pointer(&format!("/{}", self.path.join("/")))?.get();
        let text = raw.starts_with('"').then(|| unquote(raw).into_owned())?;
        (!text.trim().is_empty()).then_some(text)
    }

    fn flag(self, destination: &Document) -> bool {
        matches!(wire::flag(destination, self.flag), Ok(Some(true)))
    }

    pub(super) fn read(self, destination: &Document) -> Option<StoredSecret> {
        match self.text(destination) {
            Some(text) if text == PLACEHOLDER => Some(StoredSecret::Kept),
            Some(text) => Some(StoredSecret::Set(text)),
            None => self.flag(destination).then_some(StoredSecret::Kept),
        }
    }

    pub(super) fn write(
        self,
        destination: &mut Document,
        secret: &StoredSecret,
    ) -> Result<(), ValidationError> {
        let refused =
            |value: &str, expected: &str| Err(ValidationError::one(self.field(), value, expected));
        let (text, flag) = match secret {
            StoredSecret::Set(text) if text == PLACEHOLDER => {
                let expected = "a secret; `StoredSecret::Kept` keeps the stored one";
                return refused("the placeholder of stored secrets", expected);
            }
            StoredSecret::Set(text) if text.trim().is_empty() => {
                return refused(
                    "a blank",
                    "a secret; `StoredSecret::Clear` removes the stored one",
                );
            }
            StoredSecret::Set(text) => (text.as_str(), true),
            // A blank or absent secret with a true flag already keeps the stored one.
            StoredSecret::Kept if self.read(destination) == Some(StoredSecret::Kept) => {
                wire::set_json(destination, self.flag, &true);
                return Ok(());
            }
            StoredSecret::Kept => (PLACEHOLDER, true),
            StoredSecret::Clear => ("", false),
        };
        let there = destination.pointer(&format!("/{}", self.path.join("/"))).is_some();
        if there || !text.is_empty() {
            destination.set_at(self.path, text).or_else(|error| {
                refused("a destination of another shape", &format!("an object ({error})"))
            })?;
        }
        wire::set_json(destination, self.flag, &flag);
        Ok(())
    }
}

/// Sets the flags beside the secrets to true wherever a secret or its placeholder is sent: a
/// placeholder without a true flag would be lost or, worse, stored.
pub(super) fn align(document: &mut Document, path: &[&str]) {
    let pointer: String = path.iter().map(|name| format!("/{name}")).collect();
    let Some(destination) = document.object_at(&pointer) else { return };
    for slot in SLOTS {
        if slot.text(&destination).is_some() && !slot.flag(&destination) {
            let mut flag = path.to_vec();
            flag.push(slot.flag);
            let done = document.set_at(&flag, &true);
            debug_assert!(done.is_ok(), "the destination is an object");
        }
    }
}

/// Adds a violation for each secret to be kept that `stored`, what the server sent, does not have.
pub(super) fn unfounded(
    field: &str,
    destination: &Document,
    stored: Option<&Document>,
    found: &mut Violations,
) {
    for slot in SLOTS {
        let is_kept = slot.read(destination) == Some(StoredSecret::Kept);
        let was_stored = stored.is_some_and(|stored| slot.read(stored).is_some());
        if is_kept && !was_stored {
            let value = format!("{} for a stored secret", quote(PLACEHOLDER));
            let expected = "the secret itself, or nothing: none is known to be stored (a stored one \
                            is kept by reading the object and changing that)";
            found.add(format!("{field}.{}", slot.field()), value, expected);
        }
    }
}
