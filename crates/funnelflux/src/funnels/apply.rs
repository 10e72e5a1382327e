//! Sends a plan exactly. Nothing is sent if the account has changed since the plan was made. What is replaced is
//! kept, and the first failure stops; applying the same plan again continues.

use funnelflux_contract::AssetKind;
use funnelflux_funnels::{
    Plan, PlanAction, PlanFit, PlanStep, PlanUndo, has_but_for_secrets, state_of,
};
use funnelflux_id::AssetId;
use funnelflux_model::Document;
use funnelflux_transport::{Error, Outcome};
use serde::{Deserialize, Serialize};

use super::dialect_of;
use super::plan::missing;
use super::record::{Record, Seen};
use crate::FunnelFlux;

/// One write of an application.
#[derive(Clone)]
#[non_exhaustive]
pub struct PlannedWrite {
    /// The kind of asset.
    pub kind: &'static AssetKind,
    /// The id.
    pub id: AssetId,
    /// Its name.
    pub name: String,
    /// Whether it creates or updates the object.
    pub action: PlanAction,
    /// The text before an update; `None` if another write of the plan makes the object.
    pub before: Option<String>,
    /// What is sent; `None` if that depends on what an earlier write makes.
    #[cfg_attr(not(feature = "journal"), expect(dead_code, reason = "for the journal"))]
    pub(super) object: Option<Document>,
    /// Whether the account had it so before the first write.
    pub(super) is_done: bool,
    pub(super) aim: Aim,
}

/// What an object is to become.
#[derive(Clone)]
pub(super) enum Aim {
    Step(PlanStep),
    Undo(PlanUndo),
}

/// What an application is for: one that was cut off is continued by the next of the same purpose.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Purpose {
    /// A digest of what is wanted.
    Plan(String),
    /// The number of the run that is taken back.
    Rollback(i64),
}

funnelflux_contract::shows! {
    /// Without the objects, which may hold secrets.
    PlannedWrite, |it| kind: it.kind.name, id: it.id, action: it.action
}

impl PlannedWrite {
    /// Kind, id and name, for messages.
    pub fn called(&self) -> String {
        format!("{} {} `{}`", self.kind.noun, self.id, self.name)
    }

    async fn read(&self, api: &FunnelFlux) -> Result<Option<Document>, Error> {
        api.ledger().dynamic_of(self.kind).try_find_by_id(&self.id).await
    }

    fn fit(&self, there: Option<&Document>) -> PlanFit {
        match &self.aim {
            Aim::Step(step) => step.fit(there),
            Aim::Undo(undo) => undo.fit(there),
        }
    }

    fn stale(&self, how: String) -> Error {
        Error::local(how).with_advice(match self.aim {
            Aim::Step(_) => "It was left as it is: make a new plan.",
            Aim::Undo(_) => "It was left as it is.",
        })
    }

    async fn send(&self, api: &FunnelFlux, object: &Document) -> Result<(), Error> {
        let assets = api.ledger().dynamic_of(self.kind);
        match self.action {
            PlanAction::Create => assets.create(object).await.map(drop),
            _ => assets.update(object).await.map(drop),
        }
    }

    /// Whether the account has what was wanted, as far as reads show it.
    fn seen(&self, there: &Document) -> Seen {
        let is_so = match &self.aim {
            Aim::Step(step) => has_but_for_secrets(there, &step.object.document),
            Aim::Undo(undo) => matches!(undo.fit(Some(there)), PlanFit::Done),
        };
        Seen { is_so, state: state_of(self.kind, there) }
    }
}

/// A plan that fits the account, being sent: one write after the other, until the first that fails.
#[must_use = "nothing is sent before `send` or `send_next`"]
pub struct Application<'a> {
    api: FunnelFlux,
    #[cfg_attr(not(feature = "journal"), expect(dead_code, reason = "for the journal"))]
    purpose: Purpose,
    writes: Vec<PlannedWrite>,
    /// The other objects, for the journal.
    rest: Vec<PlannedWrite>,
    next: usize,
    /// The places of writes that were passed over.
    passed: Vec<usize>,
    different: Vec<String>,
    record: Record<'a>,
}

impl<'a> Application<'a> {
    /// Compares a plan with the account as it is now. What is there already is not sent again, so that the same plan
    /// goes on where a run of it was cut off.
    ///
    /// # Errors
    /// If the plan is for another account, or no longer fits it: all differences in one error, and all assets that
    /// its funnels refer to and that are gone. And as any read.
    pub async fn of(api: &FunnelFlux, plan: &Plan) -> Result<Self, Error> {
        let account = api.base_url().to_string();
        if plan.account() != account {
            let why = format!("the plan is for {}, and this is {account}", plan.account());
            return Err(Error::invalid_request(format!("{why}; nothing was sent"))
                .with_advice("Make the plan for this account."));
        }
        let mut new = Self::new(api, Purpose::Plan(plan.purpose()));
        let mut stale = Vec::new();
        for step in plan.steps() {
            let write = PlannedWrite {
                kind: step.object.kind,
                id: step.object.id,
                name: step.name.clone(),
                action: step.action,
                before: None,
                object: None,
                is_done: false,
                aim: Aim::Step(step.clone()),
            };
            stale.extend(new.add(write).await?);
        }
        if stale.is_empty() {
            let objects: Vec<_> = plan.steps().iter().map(|step| step.object.clone()).collect();
            missing(api, &objects, &dialect_of(api.client().overlay())).await?;
            return Ok(new);
        }
        let why = format!("the plan no longer fits the account: {}", stale.join("; "));
        Err(Error::local(format!("{why}; nothing was sent")).with_advice("Make a new plan."))
    }

    pub(super) fn new(api: &FunnelFlux, purpose: Purpose) -> Self {
        Self {
            api: api.clone(),
            purpose,
            writes: Vec::new(),
            rest: Vec::new(),
            next: 0,
            passed: Vec::new(),
            different: Vec::new(),
            record: Record::default(),
        }
    }

    /// Adds what is to be written, if that fits the account: gives why it does not.
    pub(super) async fn add(&mut self, mut write: PlannedWrite) -> Result<Option<String>, Error> {
        let there = write.read(&self.api).await?;
        let fit = write.fit(there.as_ref());
        write.before = there.map(|there| there.text().to_owned());
        write.is_done = matches!(fit, PlanFit::Done);
        let (is_sent, stale) = match fit {
            PlanFit::Send(document) => {
                write.object = Some(document);
                (true, None)
            }
            PlanFit::Stale(how) => (false, Some(how)),
            fit => (matches!(fit, PlanFit::Later), None),
        };
        if is_sent { &mut self.writes } else { &mut self.rest }.push(write);
        Ok(stale)
    }

    /// Writes each step into a journal before its request, and what became of it after. An update can be taken back
    /// then, by [`rollback_of`](super::rollback_of). A run that was cut off goes on under its number, if the account
    /// was not changed meanwhile.
    ///
    /// # Errors
    /// If the journal cannot be read or written.
    #[cfg(feature = "journal")]
    pub fn with_journal(
        mut self,
        writer: &'a funnelflux_journal::Writer,
        about: &str,
    ) -> Result<Self, Error> {
        self.record = Record::begin(writer, about, &self.purpose, &self.writes, &self.rest)?;
        Ok(self)
    }

    /// All writes, in their order.
    pub fn writes(&self) -> &[PlannedWrite] {
        &self.writes
    }

    /// How many of the writes were sent and answered, or passed over.
    pub fn done(&self) -> usize {
        self.next
    }

    /// How many objects of the plan need no write: the account has them so.
    pub fn already_there(&self) -> usize {
        self.rest.iter().filter(|write| write.is_done).count()
    }

    /// The objects that the account has otherwise than they were sent, though it accepted them.
    pub fn different(&self) -> &[String] {
        &self.different
    }

    /// The number of the run in the journal.
    #[cfg(feature = "journal")]
    pub fn run(&self) -> Option<funnelflux_journal::RunId> {
        self.record.run()
    }

    /// Sends the next write, and reads back what the account has of it; `false` if none is left.
    ///
    /// Before it is sent the object is read, so that a write whose outcome is unknown is not repeated, and a change of
    /// the last moment is not overwritten: the same call again goes on after an error.
    ///
    /// # Errors
    /// As the write; if the object was changed meanwhile; or if the journal cannot be written.
    pub async fn send_next(&mut self) -> Result<bool, Error> {
        let Some(write) = self.writes.get(self.next) else {
            // What was left as it is may be taken back later.
            if self.passed.is_empty() && self.rest.iter().all(|write| write.is_done) {
                self.record.end()?;
            }
            return Ok(false);
        };
        let there = write.read(&self.api).await?;
        let object = match (write.fit(there.as_ref()), there) {
            (PlanFit::Send(object), _) => object,
            (PlanFit::Done, Some(there)) => {
                self.record.found(self.next, &state_of(write.kind, &there));
                self.next += 1;
                return Ok(true);
            }
            (PlanFit::Stale(how), _) => return Err(write.stale(how)),
            _ => return Err(write.stale(format!("{} is gone", write.called()))),
        };
        self.record.sending(self.next)?;
        let result = write.send(&self.api, &object).await;
        let there = match &result {
            Ok(()) => write.read(&self.api).await.ok().flatten(),
            Err(_) => None,
        };
        let seen = there.map(|there| write.seen(&there));
        if seen.as_ref().is_some_and(|seen| !seen.is_so) {
            self.different.push(write.called());
        }
        self.record.settle(self.next, &result, seen.as_ref());
        result?;
        self.next += 1;
        Ok(true)
    }

    /// Goes on behind the next write without sending it, such as one that the server refuses. The run stays open, and
    /// another application of the same tries it again.
    pub fn pass_over(&mut self) {
        if self.next < self.writes.len() {
            self.passed.push(self.next);
            self.next += 1;
        }
    }

    /// Sends all writes.
    ///
    /// # Errors
    /// The first failure, with what was done before it. The same again goes on.
    pub async fn send(mut self) -> Result<usize, Error> {
        loop {
            match self.send_next().await {
                Ok(true) => {}
                Ok(false) => return Ok(self.next),
                Err(error) => {
                    let told = self.told(Some(&error));
                    return Err(error.with_further_advice(&told));
                }
            }
        }
    }

    /// Says what was done and what is left, where it stopped, and whether the same again goes on.
    pub fn told(&self, error: Option<&Error>) -> String {
        let done = self.writes.iter().enumerate().take(self.next);
        let done = done.filter(|(at, _)| !self.passed.contains(at)).map(|(_, it)| it.called());
        let done = done.collect::<Vec<_>>().join(", ");
        let done = if done.is_empty() { "nothing" } else { &done };
        let again = match error.map(Error::outcome) {
            Some(Outcome::Refused | Outcome::NotDone { transient: false, .. }) => {
                "Once the cause is gone, the same again goes on"
            }
            _ => "The same again goes on",
        };
        format!("Done before: {done}; {} left. {again}.", self.writes.len() - self.next)
    }
}

funnelflux_contract::shows! {
    /// Counts, never objects.
    Application<'_>, |it| writes: it.writes.len(), done: it.next
}
