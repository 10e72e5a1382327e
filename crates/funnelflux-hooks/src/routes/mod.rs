//! Which route of a middleware config FunnelFlux takes after an answer.
//!
//! Documented are: routes are tried in ascending priority; a condition has a path, an operator and a value;
//! the path `body_json.<member>` and the operator `is`; a failed delivery, a late answer and no match lead to
//! the route `default`. Everything else of the condition language is unknown, and so is what is made of an answer
//! that is no JSON object, a redirect, encoded, or too long. [`evaluate`] never guesses there: it returns each
//! route that may be taken, and why it cannot tell.

mod answer;
mod condition;
mod evaluation;

pub use answer::Answer;
pub use evaluation::{Evaluation, Fit, Step};

use funnelflux_json::describe;
use funnelflux_model::ledger::{MiddlewareConfig, MiddlewareRoute, Model as _};

use condition::Found;

/// The key of the route for answers that match no other (documented).
pub(crate) const DEFAULT: &str = "default";
const CONDITIONS: &str = "conditions";

/// Finds the route that FunnelFlux takes after an answer. It reads nothing but its arguments, and what it
/// returns holds no value of the answer.
///
/// ```
/// use funnelflux_hooks::routes::{Answer, Fit, evaluate};
///
/// let config = serde_json::from_str(r#"{"routes":[
///     {"idRoute":"cheap","priority":1,"conditions":[
///         {"path":"body_json.score","operator":"lessThan","value":"10"}]},
///     {"idRoute":"default","priority":0,"isDefault":true}]}"#)?;
/// let taken = evaluate(&config, &Answer::json(br#"{"score":7}"#));
/// assert_eq!(taken.route(), None);
/// assert_eq!(taken.steps()[0].fit, Fit::Unknown);
/// assert_eq!(
///     taken.to_string(),
///     "unknown, `cheap` or `default`: the route `cheap`: the operator `lessThan` is unknown; only `is` is documented"
/// );
/// assert_eq!(evaluate(&config, &Answer::none()).route(), Some("default"));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn evaluate(config: &MiddlewareConfig, answer: &Answer) -> Evaluation {
    let mut evaluation = Evaluation::default();
    let routes = match config.routes() {
        Ok(routes) => routes.unwrap_or_default(),
        Err(error) => {
            evaluation.doubt(format!("the routes cannot be read: {error}"));
            Vec::new()
        }
    };
    let is_default = |route: &MiddlewareRoute| matches!(route.is_default(), Ok(Some(true)));
    let (defaults, others): (Vec<_>, Vec<_>) = routes.iter().partition(|route| is_default(route));
    let fallback = defaults.first().map_or(DEFAULT.to_owned(), |route| key(route));
    if defaults.len() != 1 {
        let count = defaults.len();
        evaluation.doubt(format!(
            "the config has {count} routes with `isDefault` true in place of one, so FunnelFlux would \
             refuse it"
        ));
    }
    if answer.is_delivered() {
        evaluation.steps = steps(&others, answer);
        match answer.is_unread() {
            Some(why) if !others.is_empty() => {
                let keys: Vec<String> = evaluation.steps.iter().map(|it| it.key.clone()).collect();
                keys.iter().for_each(|key| evaluation.add(key));
                evaluation.doubt(why.to_owned());
            }
            _ => settle(&mut evaluation, answer),
        }
    }
    if !evaluation.is_settled {
        evaluation.add(&fallback);
    }
    evaluation
}

/// What each route makes of the answer, in ascending priority; without one last.
fn steps(routes: &[&MiddlewareRoute], answer: &Answer) -> Vec<Step> {
    let mut steps: Vec<Step> = routes.iter().map(|route| step(route, answer)).collect();
    steps.sort_by_key(|step| (step.priority.is_none(), step.priority));
    steps
}

/// Goes through the routes as FunnelFlux does, until one is taken for certain.
fn settle(evaluation: &mut Evaluation, answer: &Answer) {
    let steps = std::mem::take(&mut evaluation.steps);
    for tied in steps.chunk_by(|one, other| one.priority == other.priority) {
        let may_match = || tied.iter().filter(|step| step.fit != Fit::No);
        let priority = tied.first().and_then(|step| step.priority);
        if evaluation.is_settled && priority.is_some() {
            continue;
        }
        for step in may_match() {
            evaluation.add(&step.key);
            for why in &step.doubts {
                evaluation.doubt(format!("the route `{}`: {why}", step.key));
            }
            if priority.is_none() {
                evaluation.doubt(format!(
                    "the route `{}`: its priority cannot be read, so when it is tried is unknown",
                    step.key
                ));
            }
        }
        if let (Some(priority), true) = (priority, may_match().count() > 1) {
            evaluation.doubt(format!(
                "several routes of priority {priority} may match, and which one is taken is unknown"
            ));
        }
        evaluation.is_settled |= priority.is_some() && tied.iter().any(|step| step.fit == Fit::Yes);
    }
    if let (Some(why), false) = (answer.may_count_as_failed(), evaluation.possible.is_empty()) {
        evaluation.is_settled = false;
        evaluation.doubt(why.to_owned());
    }
    evaluation.steps = steps;
}

fn key(route: &MiddlewareRoute) -> String {
    route.key().ok().flatten().unwrap_or_default().into_owned()
}

fn step(route: &MiddlewareRoute, answer: &Answer) -> Step {
    let mut step = Step::new(key(route), route.priority().ok().flatten());
    let document = route.document();
    let known = ["idRoute", "priority", "isDefault", CONDITIONS];
    let others = document.members().filter(|(name, _)| !known.contains(&&**name));
    let others: Vec<_> = others.map(|(name, value)| (name, value.get())).collect();
    let found = match route.conditions() {
        Ok(Some(conditions)) if !conditions.is_empty() => {
            condition::together(conditions.iter().map(|one| condition::evaluate(one, answer)))
        }
        Ok(_) => {
            let parts = others.iter().filter(|(_, value)| value.starts_with(['{', '[']));
            let parts: Vec<String> = parts.map(|(name, _)| format!("`{name}`")).collect();
            Found::unknown(match parts.is_empty() {
                true => {
                    "it has no conditions, and whether it matches everything or nothing is unknown"
                        .to_owned()
                }
                false => format!(
                    "it has no `{CONDITIONS}`, whose name is a guess; {} may hold them, and a member \
                     override of the client corrects the name",
                    parts.join(" or ")
                ),
            })
        }
        Err(_) => {
            let json = document.get(CONDITIONS).map_or("", |value| value.get());
            Found::unknown(format!(
                "its `{CONDITIONS}` hold {} in place of a list of objects",
                describe(json)
            ))
        }
    };
    step.take(found);
    for (name, value) in others {
        match value.starts_with(['"', 'n']) {
            true => step.ignored.push(name.into_owned()),
            // A text names something; a flag, a number or an object may change what the route means.
            false if step.fit == Fit::Yes => {
                step.doubt(format!("the meaning of its member `{name}` is unknown"));
            }
            false => {}
        }
    }
    step
}
