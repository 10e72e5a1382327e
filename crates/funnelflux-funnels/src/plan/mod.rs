//! What has to be sent so that an account has objects as they should be, and the text of such a plan.

mod compare;
mod object;
mod text;
mod undo;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use funnelflux_id::AssetId;
use funnelflux_model::ledger::{Funnel, Model as _, rules};
use funnelflux_model::{Document, ValidationError};
use serde::{Deserialize, Serialize};

pub use compare::{fingerprint, has_but_for_secrets, merged, state_of, without_secrets};
pub use object::{PlanObject, in_order};
pub use undo::PlanUndo;

use crate::FunnelDialect;

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum PlanAction {
    /// Creates the object.
    Create,
    /// Changes the object.
    Update,
    /// Nothing: the account has it so.
    Keep,
}

/// One object of a plan.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PlanStep {
    /// What is done.
    pub action: PlanAction,
    /// The object as it should be. What the server manages is left out.
    pub object: PlanObject,
    /// Its name.
    pub name: String,
    /// The members that change.
    pub members: Vec<String>,
    /// The state of what the account had when the plan was made.
    before: Option<String>,
    /// What the account has after an update.
    after: Option<Document>,
}

/// What has to be sent, what is referred to first. It fits the account as it was when the plan was made.
#[derive(Clone, Debug)]
pub struct Plan {
    account: String,
    steps: Vec<PlanStep>,
}

/// What a step has to do in the account as it is now.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum PlanFit {
    /// Nothing: the account has it so.
    Done,
    /// Send this document.
    Send(Document),
    /// An earlier step makes the object; compare again after it.
    Later,
    /// The account is another than when the plan was made: says how.
    Stale(String),
}

impl PlanStep {
    /// Compares an object with what the account has.
    fn of(mut object: PlanObject, there: Option<&Document>) -> Self {
        for name in rules::left_out(object.kind, &object.document) {
            object.document.remove(name);
        }
        let members = there.map(|there| there.lacking(&object.document)).unwrap_or_default();
        let action = match there {
            None => PlanAction::Create,
            Some(_) if members.is_empty() => PlanAction::Keep,
            Some(_) => PlanAction::Update,
        };
        let before = there.map(|there| state_of(object.kind, there));
        // An object that cannot be merged is refused when it is sent.
        let after = there.and_then(|there| merged(there.clone(), &object.document).ok());
        Self { action, name: object.name(), object, members, before, after }
    }

    /// Adds the rest of an object whose other members an earlier step creates.
    fn completing(rest: PlanObject, name: String) -> Self {
        let mut members = Document::new().lacking(&rest.document);
        members.retain(|member| !rest.kind.id_members.contains(&&**member));
        Self { action: PlanAction::Update, name, object: rest, members, before: None, after: None }
    }

    /// Whether an earlier step of the plan creates the object with its other members.
    pub fn completes(&self) -> bool {
        self.action == PlanAction::Update && self.before.is_none()
    }

    /// Whether it only limits a condition to the one funnel that may use it.
    pub fn only_limits(&self) -> bool {
        self.action == PlanAction::Update && self.members == [object::FUNNEL_OF_CONDITION]
    }

    /// Kind, id and name, for messages.
    pub fn called(&self) -> String {
        format!("{} {} `{}`", self.object.kind.noun, self.object.id, self.name)
    }

    /// The object as the account has it after the step; for a plan that was read from its text, as far as it is sent.
    pub fn result(&self) -> &Document {
        self.after.as_ref().unwrap_or(&self.object.document)
    }

    /// Compares the step with what the account has now.
    pub fn fit(&self, there: Option<&Document>) -> PlanFit {
        let (kind, wanted) = (self.object.kind, &self.object.document);
        let stale = |how: &str| PlanFit::Stale(format!("{} {how}", self.called()));
        let send = |checked: Result<(), ValidationError>, document| match checked {
            Ok(()) => PlanFit::Send(document),
            Err(why) => stale(&format!("cannot be sent: {why}")),
        };
        let is_as_seen =
            |there| self.before.is_some() && self.before == Some(state_of(kind, there));
        match (self.action, there) {
            (_, Some(there)) if rules::is_deleted(there) => stale("was deleted"),
            (_, Some(there)) if there.has_all_of(wanted) => PlanFit::Done,
            (PlanAction::Create, None) => send(rules::validate_new(kind, wanted), wanted.clone()),
            (PlanAction::Update, None) if self.completes() => PlanFit::Later,
            (PlanAction::Update, Some(there)) if self.completes() || is_as_seen(there) => {
                match merged(there.clone(), wanted) {
                    Ok(document) => send(rules::validate(kind, &document), document),
                    Err(why) => stale(&format!("cannot be changed: {why}")),
                }
            }
            // No read shows the secrets that this plan set before it was cut off.
            (_, Some(there)) if has_but_for_secrets(there, wanted) => PlanFit::Done,
            (PlanAction::Create, Some(_)) => stale("exists now, and is another"),
            (PlanAction::Update | PlanAction::Keep, Some(_)) => stale("was changed meanwhile"),
            (PlanAction::Update | PlanAction::Keep, None) => stale("is gone"),
        }
    }
}

impl Plan {
    /// Compares objects with those that an account has, by id. The account is named by its base URL.
    ///
    /// A condition and the only funnel that may use it refer to each other. The condition is written first, open to
    /// every funnel, and limited to its funnel at the end.
    ///
    /// # Errors
    /// If an object is given twice, was deleted in the account, is part of another circle of references, or breaks a
    /// documented rule, such as a mask for a secret that the account has not stored.
    pub fn of(
        account: impl Into<String>,
        objects: Vec<PlanObject>,
        there: &HashMap<AssetId, Document>,
        dialect: &FunnelDialect,
    ) -> Result<Self, PlanError> {
        let deleted = objects.iter().filter(|it| there.get(&it.id).is_some_and(rules::is_deleted));
        let deleted = deleted.map(PlanObject::called).collect::<Vec<_>>().join(", ");
        if !deleted.is_empty() {
            return Err(PlanError::new(format!("the account has deleted {deleted}"))
                .with_advice("its id cannot be used again: give it another one"));
        }
        let objects = in_order(objects, dialect)?;
        let mut waiting: BTreeSet<AssetId> = objects.iter().map(|object| object.id).collect();
        let (mut steps, mut last) = (Vec::with_capacity(objects.len()), Vec::new());
        for object in objects {
            waiting.remove(&object.id);
            let there = there.get(&object.id);
            if object.restricted_to().is_none_or(|funnel| !waiting.contains(&funnel)) {
                steps.push(PlanStep::of(object, there));
            } else if there.is_some() {
                // The funnel needs only that the condition exists.
                last.push(PlanStep::of(object, there));
            } else {
                let (open, rest) = object.unrestricted();
                steps.push(PlanStep::of(open, None));
                last.push(PlanStep::completing(rest, object.name()));
            }
        }
        steps.extend(last);
        let faults = steps.iter().filter_map(|step| match step.fit(there.get(&step.object.id)) {
            PlanFit::Stale(how) => Some(how),
            _ => None,
        });
        match faults.collect::<Vec<_>>().join("; ") {
            none if none.is_empty() => Ok(Self { account: account.into(), steps }),
            faults => Err(PlanError::new(faults)),
        }
    }

    funnelflux_contract::setters! {
        /// The same plan for another base URL of the same account, such as an emulator on another port.
        fn with_account(account: impl Into<String>) => account = account.into();
    }

    /// The base URL of the account.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The steps, in the order in which they are sent.
    pub fn steps(&self) -> &[PlanStep] {
        &self.steps
    }

    /// A digest of what the account should have in the end, whatever it has now: two plans of one purpose have the
    /// same.
    pub fn purpose(&self) -> String {
        let mut all: BTreeMap<(&str, &str), BTreeMap<_, &str>> = BTreeMap::new();
        for PlanStep { object, .. } in &self.steps {
            let members = all.entry((object.kind.name, object.id.as_str())).or_default();
            members.extend(object.document.members().map(|(name, raw)| (name, raw.get())));
        }
        fingerprint(&format!("{all:?}"))
    }

    /// How many objects are to be sent.
    pub fn to_do(&self) -> usize {
        self.steps.iter().filter(|step| step.action != PlanAction::Keep).count()
    }
}

/// Why there is no plan. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanError {
    message: String,
    advice: &'static str,
}

impl PlanError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), advice: "" }
    }

    pub(crate) fn with_advice(self, advice: &'static str) -> Self {
        Self { advice, ..self }
    }

    /// What helps; empty if that is not known.
    pub fn advice(&self) -> &'static str {
        self.advice
    }
}

funnelflux_contract::formats! { Error for PlanError, |it, f| f.write_str(&it.message) }

/// The funnel that an update with a changed one leaves, as a plan sends it: members that the changed one lacks stay.
///
/// # Errors
/// If the changed funnel carries no id.
pub fn updated(old: &Funnel, changed: &Funnel) -> Result<Funnel, PlanError> {
    let step = PlanStep::of(PlanObject::funnel(changed)?, Some(old.document()));
    Ok(Funnel::from_document(step.result().clone()))
}
