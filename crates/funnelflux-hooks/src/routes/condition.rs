//! Whether an answer fits conditions, in three values.

use funnelflux_json::{describe, unquote};
use funnelflux_model::Document;
use funnelflux_model::ledger::{MiddlewareOperator, MiddlewareRouteCondition, Model as _};

use super::{Answer, Fit};

/// What is found about conditions.
pub(super) struct Found {
    pub(super) fit: Fit,
    /// Why it is unknown.
    pub(super) doubts: Vec<String>,
    /// Members that are not taken into account.
    pub(super) ignored: Vec<String>,
}

impl Found {
    fn known(fits: bool) -> Self {
        let fit = if fits { Fit::Yes } else { Fit::No };
        Self { fit, doubts: Vec::new(), ignored: Vec::new() }
    }

    pub(super) fn unknown(why: String) -> Self {
        Self { fit: Fit::Unknown, doubts: vec![why], ignored: Vec::new() }
    }
}

/// What holds for several conditions together, whether all or any of them have to fit.
pub(super) fn together(conditions: impl Iterator<Item = Found>) -> Found {
    let found: Vec<Found> = conditions.collect();
    let count = |fit| found.iter().filter(|one| one.fit == fit).count();
    let fit = match found.len() {
        all if count(Fit::Yes) == all => Fit::Yes,
        all if count(Fit::No) == all => Fit::No,
        _ => Fit::Unknown,
    };
    let mixed = count(Fit::Yes) > 0 && count(Fit::No) > 0;
    let mut together = Found { fit, doubts: Vec::new(), ignored: Vec::new() };
    for one in found {
        together.doubts.extend(one.doubts);
        together.ignored.extend(one.ignored);
    }
    if mixed {
        let why = "some of its conditions fit, and whether all or any of them have to is unknown";
        together.doubts.push(why.to_owned());
    }
    together
}

const PARTS: [&str; 3] = ["path", "operator", "value"];

pub(super) fn evaluate(condition: &MiddlewareRouteCondition, answer: &Answer) -> Found {
    let mut found = compare(condition, answer);
    for (name, value) in condition.document().members() {
        if PARTS.contains(&&*name) {
            continue;
        }
        match value.get().starts_with(['"', 'n']) {
            true => found.ignored.push(name.into_owned()),
            // A negation, or a group of conditions.
            false => {
                found.fit = Fit::Unknown;
                found
                    .doubts
                    .push(format!("the meaning of a condition's member `{name}` is unknown"));
            }
        }
    }
    found
}

fn compare(condition: &MiddlewareRouteCondition, answer: &Answer) -> Found {
    let lacks = |part: &str| {
        Found::unknown(format!(
            "a condition has no text `{part}`, whose name is a guess; a member override of the client \
             corrects it"
        ))
    };
    let Ok(Some(path)) = condition.path() else { return lacks("path") };
    let member = path.strip_prefix(MiddlewareRouteCondition::BODY);
    let Some(member) = member.filter(|name| !name.is_empty() && !name.contains(['.', '[', '/']))
    else {
        return Found::unknown(format!(
            "the path `{path}` is of an unknown form; only `body_json.<member>` is documented"
        ));
    };
    match condition.operator() {
        Ok(Some(MiddlewareOperator::Is)) => {}
        Ok(Some(other)) => {
            return Found::unknown(format!(
                "the operator `{}` is unknown; only `is` is documented",
                other.as_str()
            ));
        }
        _ => return lacks("operator"),
    }
    let Some(wanted) = condition.value() else { return lacks("value") };
    let Some(body) = answer.body() else {
        return Found::unknown(answer.is_unread().unwrap_or("there is no answer").to_owned());
    };
    let fits = match given(body, member) {
        Ok(Some(given)) => is(wanted.get(), given),
        Ok(None) => missing(wanted.get()),
        Err(why) => Err(why),
    };
    fits.map_or_else(|why| Found::unknown(format!("`{path}`: {why}")), Found::known)
}

/// The member of an answer. It is unknown which of several is read, and whether case matters.
fn given<'a>(body: &'a Document, name: &str) -> Result<Option<&'a str>, &'static str> {
    let mut found = None;
    let mut nearly = false;
    for (known, value) in body.members() {
        if known == name {
            if found.is_some_and(|earlier| earlier != value.get()) {
                return Err("the answer has the member twice, and which one counts is unknown");
            }
            found = Some(value.get());
        } else {
            nearly |= known.to_lowercase() == name.to_lowercase();
        }
    }
    if found.is_none() && nearly {
        return Err(
            "the answer has a member that differs in case, and whether that counts is unknown",
        );
    }
    Ok(found)
}

fn missing(wanted: &str) -> Result<bool, &'static str> {
    match wanted {
        r#""""# | "null" => Err("whether a missing member is the empty text is unknown"),
        _ => Ok(false),
    }
}

/// Whether a value of an answer is that of a condition, both as JSON.
fn is(wanted: &str, given: &str) -> Result<bool, &'static str> {
    let is_scalar = |json: &str| !json.starts_with(['{', '[']);
    if !is_scalar(wanted) || !is_scalar(given) {
        return Err("how a list or an object is compared is unknown");
    }
    if given == "null" {
        return missing(wanted);
    }
    let plain = |json: &str| match json.starts_with('"') {
        true => unquote(json).into_owned(),
        false => json.to_owned(),
    };
    let (one, other) = (plain(wanted), plain(given));
    let is_same_kind = describe(wanted) == describe(given);
    if is_same_kind && one == other {
        return Ok(true);
    }
    if number(&one).is_some() && number(&one) == number(&other) {
        return Err("whether other spellings of a number are equal is unknown");
    }
    match loosely(&one) == loosely(&other) {
        true if is_same_kind => Err("whether case and white space count is unknown"),
        true => Err("whether a text equals a number or boolean of the same spelling is unknown"),
        false => Ok(false),
    }
}

fn number(text: &str) -> Option<funnelflux_model::Decimal> {
    funnelflux_model::Decimal::from_scientific(text).or_else(|_| text.parse()).ok()
}

fn loosely(text: &str) -> String {
    text.trim().to_lowercase()
}
