//! What came of a request, printed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::time::Duration;

use funnelflux::hooks::routes::{self, Evaluation};
use serde::Serialize;

use super::arrival::object;
use super::node::{Around, Node};
use super::send::{Sent, TOO_LONG};
use crate::failure::Failure;
use crate::output::{Format, Stdout, Terminal, print, visible_line, write_row};
use crate::settings::Settings;

/// What an answer should come earlier than it has to (documented).
const SAFETY_MS: f64 = 250.0;

#[derive(Default, Serialize)]
pub(super) struct Shown {
    /// Of a request that was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) number: Option<u64>,
    status: Option<u16>,
    pub(super) answer: Option<String>,
    time_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_left_ms: Option<f64>,
    #[serde(skip)]
    limit: Option<Duration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) decision: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    route: Option<Route>,
}

/// The route that FunnelFlux takes, or those that it may take, and why that is unknown.
#[derive(Serialize)]
pub(super) struct Route {
    taken: Option<String>,
    possible: Vec<String>,
    doubts: Vec<String>,
    ignored_members: Vec<String>,
    /// The nodes that the possible routes lead to.
    #[serde(skip_serializing_if = "Option::is_none")]
    leads_to: Option<BTreeMap<String, Vec<String>>>,
}

impl Route {
    /// The route of an answer, if the config is known.
    pub(super) fn find(around: &Around, answer: &routes::Answer) -> Option<Self> {
        let evaluation = routes::evaluate(around.config.as_ref()?, answer);
        Some(Self::of(&evaluation, around.node.as_ref()))
    }

    fn of(evaluation: &Evaluation, node: Option<&Node>) -> Self {
        let ignored = evaluation.steps().iter().flat_map(|step| step.ignored.iter().cloned());
        let ignored: BTreeSet<String> = ignored.collect();
        Self {
            taken: evaluation.route().map(str::to_owned),
            possible: evaluation.possible().to_vec(),
            doubts: evaluation.doubts().to_vec(),
            ignored_members: ignored.into_iter().collect(),
            leads_to: node.map(|node| {
                let to = |key: &String| (key.clone(), node.leads_to(key));
                evaluation.possible().iter().map(to).collect()
            }),
        }
    }

    /// Its lines of a table.
    pub(super) fn print(&self, out: &mut Stdout) -> Result<(), Failure> {
        match &self.taken {
            Some(key) => line(out, "route", key)?,
            None => line(out, "route", &format!("unknown: {}", self.possible.join(" or ")))?,
        }
        self.doubts.iter().try_for_each(|doubt| line(out, "", doubt))?;
        for (key, nodes) in self.leads_to.iter().flatten() {
            let of = if self.taken.is_some() { String::new() } else { format!("{key}: ") };
            let to = if nodes.is_empty() { "no connection".to_owned() } else { nodes.join(" or ") };
            line(out, "leads to", &format!("{of}{to}"))?;
        }
        if !self.ignored_members.is_empty() {
            let ignored = self.ignored_members.join(", ");
            line(out, "", &format!("not taken into account: {ignored}"))?;
        }
        Ok(())
    }
}

pub(super) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

pub(super) fn tenth(milliseconds: f64) -> f64 {
    (milliseconds * 10.0).round() / 10.0
}

fn shown(sent: &Sent, time: Duration) -> Shown {
    let (status, answer) = match sent {
        Sent::Answered(answer) => (Some(answer.status.as_u16()), answer.text()),
        Sent::TooLong(status) => (Some(status.as_u16()), None),
        _ => (None, None),
    };
    Shown { status, answer, time_ms: tenth(milliseconds(time)), ..Shown::default() }
}

pub(super) fn webhook(sent: &Sent, time: Duration) -> (Shown, Result<(), Failure>) {
    let verdict = match sent {
        Sent::Answered(answer) if answer.status.is_success() => Ok(()),
        Sent::Answered(answer) => Err(Failure::failed(format!(
            "the server answered {}",
            answer.status
        ))
        .hint(
            "which answers FunnelFlux takes for a success, and whether it sends again, is unknown",
        )),
        Sent::TooLong(_) => Err(Failure::failed(TOO_LONG)),
        Sent::Failed(why) => Err(Failure::failed(why)),
        Sent::Late => Err(Failure::failed("no answer within the time of --timeout")),
    };
    (shown(sent, time), verdict)
}

/// Shows the decision, and the route of a config that it takes.
pub(super) fn middleware(
    sent: &Sent,
    time: Duration,
    limit: Duration,
    around: &Around,
    terminal: Terminal,
) -> (Shown, Result<(), Failure>) {
    let mut shown = shown(sent, time);
    let body = match sent {
        Sent::Answered(answer) => object(&answer.body),
        _ => None,
    };
    let left = milliseconds(limit) - milliseconds(time);
    (shown.limit, shown.time_left_ms) = (Some(limit), Some(tenth(left)));
    shown.decision = body.as_ref().and_then(|body| body.read::<String>("decision").ok().flatten());
    let answer = match sent {
        Sent::Answered(it) => routes::Answer::new(it.status, &it.headers, &it.body),
        Sent::TooLong(status) => routes::Answer::too_long(*status),
        Sent::Failed(_) | Sent::Late => routes::Answer::none(),
    };
    shown.route = Route::find(around, &answer);
    let verdict = match sent {
        Sent::Answered(answer) if !answer.status.is_success() => {
            Err(Failure::failed(format!("the service answered {}", answer.status)).hint(
                "whether FunnelFlux reads such an answer or takes the route `default` is unknown",
            ))
        }
        Sent::Answered(_) if body.is_none() => Err(Failure::failed(
            "the answer is no plain JSON object",
        )
        .hint(
            "a route tests a member of one, such as {\"decision\":\"approved\"}; what FunnelFlux \
                 makes of another answer is unknown",
        )),
        Sent::TooLong(_) => Err(Failure::failed(TOO_LONG)
            .hint("what FunnelFlux makes of an answer of this length is unknown")),
        Sent::Answered(_) => {
            if left < SAFETY_MS {
                terminal.warn(&format!(
                    "less than {SAFETY_MS} ms were left, which the vendor advises to keep back"
                ));
            }
            Ok(())
        }
        Sent::Failed(why) => Err(Failure::failed(why)
            .hint("FunnelFlux takes the route `default` after a failed delivery (documented)")),
        Sent::Late => Err(Failure::failed(format!(
            "no answer within execute_timeout_ms, {} ms",
            limit.as_millis()
        ))
        .hint("FunnelFlux takes the route `default` after a late answer (documented)")),
    };
    (shown, verdict)
}

/// Prints what came of it; in a table a line for each part.
pub(super) fn show(shown: &Shown, settings: &Settings) -> Result<(), Failure> {
    print(|out| {
        let format = settings.format();
        if format != Format::Table {
            return write_row(out, shown, format);
        }
        let mut line = |name: &str, value: &str| line(out, name, value);
        if let Some(number) = shown.number {
            line("request", &format!("#{number}"))?;
        }
        line("status", &shown.status.map_or("none".to_owned(), |status| status.to_string()))?;
        if let Some(answer) = &shown.answer {
            line("answer", answer)?;
        }
        line("time", &format!("{:.1} ms", shown.time_ms))?;
        if let (Some(left), Some(limit)) = (shown.time_left_ms, shown.limit) {
            line("time left", &format!("{left:.1} of {} ms", limit.as_millis()))?;
            line("decision", shown.decision.as_deref().unwrap_or("none"))?;
        }
        shown.route.iter().try_for_each(|route| route.print(out))
    })
}

/// One line of a table of parts.
pub(super) fn line(out: &mut impl Write, name: &str, value: &str) -> Result<(), Failure> {
    Ok(writeln!(out, "{name:<9}  {}", visible_line(value))?)
}
