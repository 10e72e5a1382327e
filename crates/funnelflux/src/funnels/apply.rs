//! Sends a plan exactly. Nothing is sent if the account has changed since the plan was made. What is replaced is
//! kept, and the first failure stops; applying the same plan again continues.

use std::fmt;

use funnelflux_contract::AssetKind;
use funnelflux_funnels::{Plan, PlanAction, PlanFit, fingerprint, merged};
use funnelflux_id::AssetId;
use funnelflux_model::Document;
use funnelflux_transport::Error;

use super::record::Record;
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
    pub(super) object: Option<Document>,
    /// What has to be there afterwards.
    pub(super) wanted: Document,
}

/// Without the objects, which may hold secrets.
impl fmt::Debug for PlannedWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, id) = (self.kind.name, self.id);
        let mut shown = f.debug_struct("PlannedWrite");
        shown.field("kind", &kind).field("id", &id).field("action", &self.action);
        shown.finish_non_exhaustive()
    }
}

impl PlannedWrite {
    /// Kind, id and name, for messages.
    pub fn called(&self) -> String {
        format!("{} {} `{}`", self.kind.noun, self.id, self.name)
    }

    async fn send(&self, api: &FunnelFlux) -> Result<(), Error> {
        let assets = api.ledger().dynamic_of(self.kind);
        match (&self.object, self.action) {
            (Some(object), PlanAction::Create) => assets.create(object).await.map(drop),
            (Some(object), _) => assets.update(object).await.map(drop),
            (None, _) => {
                let there = assets.find_by_id(&self.id).await?.into_inner();
                let object = merged(there, &self.wanted);
                let object = object.map_err(|error| Error::local(error.to_string()))?;
                assets.update(&object).await.map(drop)
            }
        }
    }

    /// The fingerprint of what the account has now, if that is what was wanted.
    async fn read_back(&self, api: &FunnelFlux) -> Option<String> {
        let there = api.ledger().dynamic_of(self.kind).try_find_by_id(&self.id).await.ok()??;
        there.has_all_of(&self.wanted).then(|| fingerprint(there.text()))
    }
}

/// A plan that fits the account, being sent: one write after the other, until the first that fails.
#[must_use = "nothing is sent before `send` or `send_next`"]
pub struct Application<'a> {
    api: FunnelFlux,
    writes: Vec<PlannedWrite>,
    next: usize,
    there: usize,
    record: Record<'a>,
}

impl<'a> Application<'a> {
    /// Compares a plan with the account as it is now. What is there already is not sent again, so that the same plan
    /// goes on where a run of it was cut off.
    ///
    /// # Errors
    /// If the plan is for another account, or no longer fits it: all differences in one error. And as any read.
    pub async fn of(api: &FunnelFlux, plan: &Plan) -> Result<Self, Error> {
        let account = api.base_url().to_string();
        if plan.account() != account {
            let why = format!("the plan is for {}, and this is {account}", plan.account());
            return Err(Error::invalid_request(format!("{why}; nothing was sent"))
                .with_advice("Make the plan for this account."));
        }
        let (mut writes, mut there, mut stale) = (Vec::new(), 0, Vec::new());
        for step in plan.steps() {
            let object = &step.object;
            let now = api.ledger().dynamic_of(object.kind).try_find_by_id(&object.id).await?;
            let send = match step.fit(now.as_ref()) {
                PlanFit::Send(document) => Some(document),
                PlanFit::Later => None,
                PlanFit::Stale(how) => {
                    stale.push(how);
                    continue;
                }
                _ => {
                    there += 1;
                    continue;
                }
            };
            writes.push(PlannedWrite {
                kind: object.kind,
                id: object.id,
                name: step.name.clone(),
                action: step.action,
                before: now.map(|now| now.text().to_owned()),
                object: send,
                wanted: object.document.clone(),
            });
        }
        if stale.is_empty() {
            return Ok(Self::new(api, writes, there));
        }
        let why = format!("the plan no longer fits the account: {}", stale.join("; "));
        Err(Error::local(format!("{why}; nothing was sent")).with_advice("Make a new plan."))
    }

    pub(super) fn new(api: &FunnelFlux, writes: Vec<PlannedWrite>, there: usize) -> Self {
        Self { api: api.clone(), writes, next: 0, there, record: Record::default() }
    }

    /// Writes each step into a journal before its request, and what became of it after. An update can be taken back
    /// then, by [`rollback_of`](super::rollback_of).
    ///
    /// # Errors
    /// If the journal cannot be written.
    #[cfg(feature = "journal")]
    pub fn with_journal(
        mut self,
        writer: &'a funnelflux_journal::Writer,
        about: &str,
    ) -> Result<Self, Error> {
        self.record = Record::begin(writer, about, &self.writes)?;
        Ok(self)
    }

    /// All writes, in their order.
    pub fn writes(&self) -> &[PlannedWrite] {
        &self.writes
    }

    /// How many of the writes were sent and answered.
    pub fn done(&self) -> usize {
        self.next
    }

    /// How many objects of the plan need no write: the account has them so.
    pub fn already_there(&self) -> usize {
        self.there
    }

    /// The number of the run in the journal.
    #[cfg(feature = "journal")]
    pub fn run(&self) -> Option<funnelflux_journal::RunId> {
        self.record.run()
    }

    /// Sends the next write, and reads back what the account has of it; `false` if none is left.
    ///
    /// # Errors
    /// As the write, or if the journal cannot be written. Sent again, the write is looked up first: make the
    /// application anew.
    pub async fn send_next(&mut self) -> Result<bool, Error> {
        let Some(write) = self.writes.get(self.next) else {
            self.record.end()?;
            return Ok(false);
        };
        self.record.sending(self.next)?;
        let result = write.send(&self.api).await;
        let after = match &result {
            Ok(()) => write.read_back(&self.api).await,
            Err(_) => None,
        };
        self.record.settle(self.next, &result, after.as_deref());
        result?;
        self.next += 1;
        Ok(true)
    }

    /// Sends all writes.
    ///
    /// # Errors
    /// The first failure, with what was done before it. The same plan again goes on.
    pub async fn send(mut self) -> Result<usize, Error> {
        loop {
            match self.send_next().await {
                Ok(true) => {}
                Ok(false) => return Ok(self.next),
                Err(error) => {
                    let told = self.told();
                    return Err(error.with_advice(told));
                }
            }
        }
    }

    /// Says what was done and what is left, where it stopped.
    pub fn told(&self) -> String {
        let done = self.writes.iter().take(self.next).map(PlannedWrite::called);
        let done = done.collect::<Vec<_>>().join(", ");
        let done = if done.is_empty() { "nothing" } else { &done };
        let left = self.writes.len() - self.next;
        format!("Done before: {done}; {left} left. Apply the plan again to continue.")
    }
}

/// Counts, never objects.
impl fmt::Debug for Application<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Application");
        out.field("writes", &self.writes.len()).field("done", &self.next).finish_non_exhaustive()
    }
}
