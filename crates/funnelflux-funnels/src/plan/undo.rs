//! Taking one write of a plan back.

use funnelflux_contract::AssetKind;
use funnelflux_id::AssetId;
use funnelflux_model::{Document, ledger::rules};

use super::compare::{has_but_for_secrets, own, state_of};
use super::{PlanError, PlanFit};

/// An object that a write replaced, to be brought back.
#[derive(Clone)]
pub struct PlanUndo {
    kind: &'static AssetKind,
    called: String,
    before: Document,
    sent: Option<Document>,
    after: Option<String>,
}

impl PlanUndo {
    /// The object as it was before the write.
    pub fn new(kind: &'static AssetKind, id: AssetId, name: &str, before: Document) -> Self {
        let called = format!("{} {id} `{name}`", kind.noun);
        Self { kind, called, before, sent: None, after: None }
    }

    /// Adds what the write sent, without secrets, and the [state](super::state_of) that a read showed after it. By these
    /// the work of the write is known again.
    #[must_use]
    pub fn after(mut self, sent: Option<Document>, state: Option<String>) -> Self {
        (self.sent, self.after) = (sent, state);
        self
    }

    /// Compares the write with what the account has now: whether it is taken back, can be, or was overwritten.
    pub fn fit(&self, there: Option<&Document>) -> PlanFit {
        let stale = |how: &str| PlanFit::Stale(format!("{} {how}", self.called));
        let Some(there) = there.filter(|there| !rules::is_deleted(there)) else {
            return stale("is gone");
        };
        let state = state_of(self.kind, there);
        if state == state_of(self.kind, &self.before) {
            return PlanFit::Done;
        }
        if self.after.as_ref() != Some(&state) && !self.is_as_sent(there) {
            return stale("was changed since");
        }
        let document = match self.brought_back(there.clone()) {
            Ok(document) => document,
            Err(why) => return stale(&format!("cannot be changed: {why}")),
        };
        match rules::validate(self.kind, &document) {
            Ok(()) => PlanFit::Send(document),
            Err(why) => stale(&format!("cannot be brought back: {why}")),
        }
    }

    /// Whether the account has just what was sent. The server may have filled in members below the outermost.
    fn is_as_sent(&self, there: &Document) -> bool {
        let Some(sent) = &self.sent else { return false };
        let (there, sent) = (own(self.kind, there), own(self.kind, sent));
        let mut names = there.members();
        names.all(|(name, _)| sent.contains(&name)) && has_but_for_secrets(&there, &sent)
    }

    /// The object of the account with exactly the members that it had before.
    fn brought_back(&self, mut there: Document) -> Result<Document, PlanError> {
        let (before, now) = (own(self.kind, &self.before), own(self.kind, &there));
        for (name, raw) in before.members() {
            if there.get(&name).is_none_or(|now| now.get() != raw.get()) {
                there.set(&name, raw).map_err(|cause| PlanError::new(cause.to_string()))?;
            }
        }
        for (name, _) in now.members().filter(|(name, _)| !before.contains(name)) {
            there.remove(&name);
        }
        Ok(there)
    }
}

funnelflux_contract::shows! {
    /// Without the objects, which may hold secrets.
    PlanUndo, |it| called: it.called
}
