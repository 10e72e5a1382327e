//! What has to be sent so that an account has objects as they should be, and the text of such a plan.

mod object;

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use funnelflux_contract::AssetKind;
use funnelflux_id::AssetId;
use funnelflux_model::{Document, ledger::rules};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

pub use object::{PlanObject, in_order};

use crate::FunnelDialect;

const FORMAT: &str = "funnelflux-plan/1";

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
    /// The fingerprint of what the account had when the plan was made.
    before: Option<String>,
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
        let members = there.map(|there| differing(there, &object.document)).unwrap_or_default();
        let action = match there {
            None => PlanAction::Create,
            Some(_) if members.is_empty() => PlanAction::Keep,
            Some(_) => PlanAction::Update,
        };
        let before = there.map(|there| fingerprint(there.text()));
        Self { action, name: object.name(), object, members, before }
    }

    /// Adds the rest of an object whose other members an earlier step writes.
    fn completing(rest: PlanObject, name: String, there: Option<&Document>) -> Self {
        let none = Document::new();
        let mut members = differing(there.unwrap_or(&none), &rest.document);
        members.retain(|member| !rest.kind.id_members.contains(&&**member));
        let action = if members.is_empty() { PlanAction::Keep } else { PlanAction::Update };
        Self { action, name, object: rest, members, before: None }
    }

    /// Whether an earlier step of the plan writes the other members of the object.
    pub fn completes(&self) -> bool {
        self.action == PlanAction::Update && self.before.is_none()
    }

    /// Kind, id and name, for messages.
    pub fn called(&self) -> String {
        format!("{} {} `{}`", self.object.kind.noun, self.object.id, self.name)
    }

    /// Compares the step with what the account has now.
    pub fn fit(&self, there: Option<&Document>) -> PlanFit {
        let wanted = &self.object.document;
        let stale = |how: &str| PlanFit::Stale(format!("{} {how}", self.called()));
        match (self.action, there) {
            (_, Some(there)) if there.has_all_of(wanted) => PlanFit::Done,
            (PlanAction::Create, None) => PlanFit::Send(wanted.clone()),
            (PlanAction::Create, Some(_)) => stale("exists now, and is another"),
            (PlanAction::Update, None) if self.completes() => PlanFit::Later,
            (PlanAction::Update, Some(there))
                if self.completes()
                    || self.before.as_deref() == Some(&*fingerprint(there.text())) =>
            {
                match merged(there.clone(), wanted) {
                    Ok(document) => PlanFit::Send(document),
                    Err(why) => stale(&format!("cannot be changed: {why}")),
                }
            }
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
    /// If objects refer to each other in another circle.
    pub fn of(
        account: impl Into<String>,
        objects: Vec<PlanObject>,
        there: &HashMap<AssetId, Document>,
        dialect: &FunnelDialect,
    ) -> Result<Self, PlanError> {
        let objects = in_order(objects, dialect)?;
        let mut waiting: BTreeSet<AssetId> = objects.iter().map(|object| object.id).collect();
        let (mut steps, mut last) = (Vec::with_capacity(objects.len()), Vec::new());
        for object in objects {
            waiting.remove(&object.id);
            let there = there.get(&object.id);
            if object.restricted_to().is_some_and(|funnel| waiting.contains(&funnel)) {
                let (open, rest) = object.unrestricted();
                let first = PlanStep::of(open, there);
                if first.action == PlanAction::Update {
                    // The funnel needs only that the condition exists, and two updates would undo each other.
                    last.push(PlanStep::of(object, there));
                } else {
                    steps.push(first);
                    last.push(PlanStep::completing(rest, object.name(), there));
                }
            } else {
                steps.push(PlanStep::of(object, there));
            }
        }
        steps.extend(last);
        Ok(Self { account: account.into(), steps })
    }

    /// The same plan for another base URL of the same account, such as an emulator on another port.
    #[must_use]
    pub fn with_account(mut self, account: impl Into<String>) -> Self {
        self.account = account.into();
        self
    }

    /// The base URL of the account.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The steps, in the order in which they are sent.
    pub fn steps(&self) -> &[PlanStep] {
        &self.steps
    }

    /// How many objects are to be sent.
    pub fn to_do(&self) -> usize {
        self.steps.iter().filter(|step| step.action != PlanAction::Keep).count()
    }

    /// The plan as JSON, to be read and applied later.
    pub fn to_json(&self) -> String {
        let steps = self.steps.iter().map(|step| StepText {
            action: step.action,
            kind: step.object.kind.name.to_owned(),
            id: step.object.id,
            name: step.name.clone(),
            members: step.members.clone(),
            before: step.before.clone(),
            object: RawValue::from_string(step.object.document.text().to_owned())
                .unwrap_or_default(),
        });
        let text = PlanText {
            format: FORMAT.to_owned(),
            account: self.account.clone(),
            steps: steps.collect(),
        };
        // Texts, numbers and JSON that was parsed before: nothing of it can fail.
        serde_json::to_string_pretty(&text).unwrap_or_default() + "\n"
    }

    /// Reads the JSON of a plan.
    ///
    /// # Errors
    /// If the text is not a plan, or is one of another version.
    pub fn from_json(text: &str) -> Result<Self, PlanError> {
        let none = |why: String| PlanError::new(format!("is no plan: {why}"));
        let plan: PlanText = serde_json::from_str(text).map_err(|why| none(why.to_string()))?;
        if plan.format != FORMAT {
            return Err(PlanError::new(format!("format `{}`; expected {FORMAT}", plan.format)));
        }
        let step = |step: StepText| {
            let place = format!("{} {}", step.kind, step.id);
            let kind = AssetKind::find(&step.kind)
                .ok_or_else(|| none(format!("it names no kind of asset: `{}`", step.kind)))?;
            let document = Document::parse(step.object.get());
            let document = document.map_err(|why| none(format!("{place}: {why}")))?;
            let StepText { action, id, name, members, before, .. } = step;
            let object = PlanObject { kind, id, document };
            let own = PlanObject::new(kind, object.document.clone());
            match own.map_err(|why| none(format!("{place}: {why}")))?.id {
                own if own == id => Ok(PlanStep { action, object, name, members, before }),
                own => Err(none(format!("{place}: its object has the id {own}"))),
            }
        };
        let steps = plan.steps.into_iter().map(step).collect::<Result<_, PlanError>>()?;
        Ok(Self { account: plan.account, steps })
    }
}

#[derive(Serialize, Deserialize)]
struct PlanText {
    format: String,
    account: String,
    steps: Vec<StepText>,
}

#[derive(Serialize, Deserialize)]
struct StepText {
    action: PlanAction,
    kind: String,
    id: AssetId,
    name: String,
    members: Vec<String>,
    before: Option<String>,
    object: Box<RawValue>,
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

    pub(crate) fn with_advice(mut self, advice: &'static str) -> Self {
        self.advice = advice;
        self
    }

    /// What helps; empty if that is not known.
    pub fn advice(&self) -> &'static str {
        self.advice
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PlanError {}

/// The SHA-256 of a text, by which an object is known again.
pub fn fingerprint(text: &str) -> String {
    format!("{:x}", Sha256::digest(text))
}

/// The members of `wanted` that `there` lacks or has otherwise.
fn differing(there: &Document, wanted: &Document) -> Vec<String> {
    let one = |name: &str, raw: &RawValue| {
        let mut part = Document::new();
        part.set(name, raw).is_ok() && there.has_all_of(&part)
    };
    let members = wanted.members().filter(|(name, raw)| !one(name, raw));
    members.map(|(name, _)| name.into_owned()).collect()
}

/// The object of the account with the members of the wanted one. Members that it lacks stay, secrets too.
///
/// # Errors
/// If it is no object.
pub fn merged(mut there: Document, wanted: &Document) -> Result<Document, PlanError> {
    for name in differing(&there, wanted) {
        let Some(raw) = wanted.get(&name) else { continue };
        there.merge_at(&[&name], raw).map_err(|cause| PlanError::new(cause.to_string()))?;
    }
    Ok(there)
}

/// The object of the account with exactly the members that it had before.
///
/// # Errors
/// If it is no object.
pub fn as_before(mut there: Document, before: &Document) -> Result<Document, PlanError> {
    for (name, raw) in before.members() {
        if there.get(&name).is_none_or(|now| now.get() != raw.get()) {
            there.set(&name, raw).map_err(|cause| PlanError::new(cause.to_string()))?;
        }
    }
    let names: Vec<String> = there.members().map(|(name, _)| name.into_owned()).collect();
    for name in names.iter().filter(|name| !before.contains(name)) {
        there.remove(name);
    }
    Ok(there)
}
