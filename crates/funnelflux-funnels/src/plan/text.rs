//! The text of a plan.

use std::collections::BTreeSet;

use funnelflux_contract::AssetKind;
use funnelflux_id::AssetId;
use funnelflux_model::Document;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Plan, PlanAction, PlanError, PlanObject, PlanStep};

const FORMAT: &str = "funnelflux-plan/1";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanText {
    format: String,
    account: String,
    steps: Vec<StepText>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StepText {
    action: PlanAction,
    kind: String,
    id: AssetId,
    name: String,
    members: Vec<String>,
    // A guard that is missing is not the same as none.
    #[serde(deserialize_with = "Option::deserialize")]
    before: Option<String>,
    object: Box<RawValue>,
}

impl Plan {
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
    /// If the text is not a plan, or is one of another version; and for a step that another one contradicts, or that
    /// does not say what it replaces.
    pub fn from_json(text: &str) -> Result<Self, PlanError> {
        let none = |why: String| PlanError::new(format!("is no plan: {why}"));
        let plan: PlanText = serde_json::from_str(text).map_err(|why| none(why.to_string()))?;
        if plan.format != FORMAT {
            return Err(PlanError::new(format!("format `{}`; expected {FORMAT}", plan.format)));
        }
        let (mut created, mut steps) = (BTreeSet::new(), Vec::with_capacity(plan.steps.len()));
        for (number, step) in plan.steps.into_iter().enumerate() {
            let place = format!("steps[{number}] ({} {})", step.kind, step.id);
            let step = step.read().map_err(|why| none(format!("{place}: {why}")))?;
            let id = step.object.id;
            let is_new = step.action == PlanAction::Create;
            let why = match (&step.before, is_new || created.contains(&id)) {
                (Some(_), false) | (None, true) => "",
                (Some(_), true) => "`before` is of an object that the plan creates; expected null",
                (None, false) => "`before` is null, but no earlier step creates the object",
            };
            let earlier = steps.iter().position(|it: &PlanStep| it.object.id == id);
            match earlier.filter(|_| is_new || !created.remove(&id)) {
                Some(at) => {
                    return Err(none(format!("{place}: the object of steps[{at}] once more")));
                }
                None if !why.is_empty() => return Err(none(format!("{place}: {why}"))),
                None => {}
            }
            if is_new {
                created.insert(id);
            }
            steps.push(step);
        }
        Ok(Self { account: plan.account, steps })
    }
}

impl StepText {
    fn read(self) -> Result<PlanStep, String> {
        let Self { action, kind, id, name, members, before, object } = self;
        let kind = AssetKind::find(&kind).ok_or_else(|| format!("no kind of asset `{kind}`"))?;
        let document = Document::parse(object.get()).map_err(|why| why.to_string())?;
        let object = PlanObject::new(kind, document).map_err(|why| why.to_string())?;
        match object.id {
            own if own == id => Ok(PlanStep { action, object, name, members, before, after: None }),
            own => Err(format!("its object has the id {own}")),
        }
    }
}
