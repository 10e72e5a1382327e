//! What the journal holds of an application; nothing without the feature `journal`.

use std::marker::PhantomData;

#[cfg(not(feature = "journal"))]
use funnelflux_transport::Error;

/// The run that is written down, if one is.
#[derive(Default)]
pub(super) struct Record<'a> {
    #[cfg(feature = "journal")]
    kept: Option<journal::Kept<'a>>,
    _of: PhantomData<&'a ()>,
}

/// What a read showed of an object after its write.
pub(super) struct Seen {
    /// Whether it is what was sent.
    pub(super) is_so: bool,
    /// Its state.
    pub(super) state: String,
}

#[cfg(not(feature = "journal"))]
#[allow(clippy::unnecessary_wraps, clippy::unused_self, reason = "as with a journal")]
impl Record<'_> {
    pub(super) fn sending(&mut self, _: usize) -> Result<(), Error> {
        Ok(())
    }

    pub(super) fn settle(&mut self, _: usize, _: &Result<(), Error>, _: Option<&Seen>) {}

    pub(super) fn found(&mut self, _: usize, _: &str) {}

    pub(super) fn end(&self) -> Result<(), Error> {
        Ok(())
    }
}

#[cfg(feature = "journal")]
pub(super) mod journal {
    use std::slice::from_ref;

    use funnelflux_contract::AssetKind;
    use funnelflux_funnels::{state_of, without_secrets};
    use funnelflux_id::AssetId;
    use funnelflux_journal::{Book, Draft, Run, RunId, State, StepId, Writer};
    use funnelflux_model::Document;
    use funnelflux_model::ledger::rules;
    use funnelflux_transport::Error;
    use serde::{Deserialize, Serialize};

    use super::{Record, Seen};
    use crate::funnels::apply::Purpose;
    use crate::funnels::{PlanAction, PlannedWrite};

    /// What the runs that take another one back are called, before its number.
    const ROLLBACK: &str = "rollback of run ";

    pub(super) struct Kept<'a> {
        writer: &'a Writer,
        run: RunId,
        steps: Vec<(StepId, State)>,
    }

    /// What the journal keeps of a step: enough to take it back. The server masks passwords
    /// and secrets; values of headers and logins in addresses are in `before`, because a rollback needs them.
    #[derive(Serialize, Deserialize)]
    pub(in crate::funnels) struct KeptStep {
        pub(in crate::funnels) action: PlanAction,
        pub(in crate::funnels) kind: String,
        pub(in crate::funnels) id: AssetId,
        pub(in crate::funnels) name: String,
        /// The text before an update.
        pub(in crate::funnels) before: Option<String>,
        /// What an update sends, without secrets.
        #[serde(default)]
        pub(in crate::funnels) sent: Option<String>,
        #[serde(default)]
        purpose: Option<Purpose>,
    }

    impl KeptStep {
        fn of(write: &PlannedWrite, purpose: &Purpose) -> Self {
            let body = |object: &Document| rules::for_save(write.kind, object).ok();
            let sent = write.object.as_ref().filter(|_| write.before.is_some()).and_then(body);
            Self {
                action: write.action,
                kind: write.kind.name.to_owned(),
                id: write.id,
                name: write.name.clone(),
                before: write.before.clone(),
                sent: sent.and_then(|sent| Some(without_secrets(&sent)?.text().to_owned())),
                purpose: Some(purpose.clone()),
            }
        }

        fn key(&self) -> String {
            format!("{} {}", self.kind, self.id)
        }

        /// Whether this is the step of the write, and the object is as it was when the step was written down.
        fn is_of(&self, write: &PlannedWrite) -> bool {
            let state = |text: &Option<String>| {
                Document::parse(text.as_deref()?).ok().map(|object| state_of(write.kind, &object))
            };
            self.is_about(write)
                && self.action == write.action
                && (self.before.is_none() || state(&self.before) == state(&write.before))
        }

        fn is_about(&self, write: &PlannedWrite) -> bool {
            self.id == write.id && self.kind == write.kind.name
        }

        pub(in crate::funnels) fn kind(&self) -> Option<&'static AssetKind> {
            AssetKind::find(&self.kind)
        }
    }

    /// The steps of a run.
    pub(in crate::funnels) fn steps_of(
        book: &Book,
        run: RunId,
    ) -> Result<Vec<(funnelflux_journal::Step, KeptStep)>, Error> {
        let other = || Error::local(format!("run {run} was written by another version"));
        let steps = book.steps(run)?.into_iter().map(|step| {
            let kept = serde_json::from_str(&step.payload).map_err(|_| other())?;
            Ok((step, kept))
        });
        steps.collect()
    }

    /// The run that this one takes back, if it is a rollback.
    pub(in crate::funnels) fn taken_back_by(run: &Run) -> Option<RunId> {
        run.about.strip_prefix(ROLLBACK)?.parse().ok().map(RunId)
    }

    impl<'a> Record<'a> {
        /// Goes on with the run of the same purpose that was cut off, or begins one. `writes`: what is to be sent;
        /// `rest`: what is not.
        pub(in crate::funnels) fn begin(
            writer: &'a Writer,
            about: &str,
            purpose: &Purpose,
            writes: &[PlannedWrite],
            rest: &[PlannedWrite],
        ) -> Result<Self, Error> {
            let begun =
                |run, steps| Self { kept: Some(Kept { writer, run, steps }), ..Self::default() };
            let mut taken_back = Vec::new();
            for run in writer.runs()? {
                taken_back.extend(taken_back_by(&run));
                if run.ended.is_some() || taken_back.contains(&run.id) {
                    continue;
                }
                if let Some(steps) = going_on(writer, run.id, purpose, writes, rest)? {
                    return Ok(begun(run.id, steps));
                }
            }
            let is_new = |write: &&PlannedWrite| write.action != PlanAction::Keep;
            if writes.is_empty() && !matches!(purpose, Purpose::Rollback(_)) {
                return Ok(Self::default());
            }
            let about = match purpose {
                Purpose::Rollback(of) => format!("{ROLLBACK}{of}"),
                // Its name is no number of a run.
                Purpose::Plan(_) => about.trim_start_matches(ROLLBACK).to_owned(),
            };
            let drafts = writes.iter().chain(rest).filter(is_new).map(|write| {
                let kept = KeptStep::of(write, purpose);
                Draft::new(kept.key(), serde_json::to_string(&kept).unwrap_or_default())
            });
            let (run, steps) = writer.begin(&about, drafts)?;
            Ok(begun(run, steps.into_iter().map(|step| (step, State::Ready)).collect()))
        }

        pub(in crate::funnels) fn run(&self) -> Option<RunId> {
            self.kept.as_ref().map(|kept| kept.run)
        }

        fn step(&mut self, at: usize) -> Option<(&Writer, &mut (StepId, State))> {
            let kept = self.kept.as_mut()?;
            Some((kept.writer, kept.steps.get_mut(at)?))
        }

        /// Notes that a write is about to be sent. A read has shown that the account has nothing of it.
        pub(in crate::funnels) fn sending(&mut self, at: usize) -> Result<(), Error> {
            let Some((writer, (id, state))) = self.step(at) else { return Ok(()) };
            if *state == State::Confirmed {
                // A later write has undone it.
                writer.settle(from_ref(id), State::Different, None)?;
            }
            if *state != State::Ready {
                writer.settle(from_ref(id), State::Ready, None)?;
            }
            writer.sending(from_ref(id))?;
            *state = State::Sending;
            Ok(())
        }

        /// Notes what became of a step. One that cannot be noted is looked at again by the next run.
        pub(in crate::funnels) fn settle(
            &mut self,
            at: usize,
            result: &Result<(), Error>,
            seen: Option<&Seen>,
        ) {
            let Some((writer, (id, state))) = self.step(at) else { return };
            *state = State::after(result);
            let _ = writer.settle(from_ref(id), *state, None);
            if let Some(seen) = seen {
                *state = if seen.is_so { State::Confirmed } else { State::Different };
                let _ = writer.settle(from_ref(id), *state, Some(&seen.state));
            }
        }

        /// Notes that a read showed the effect of a write whose outcome was not known.
        pub(in crate::funnels) fn found(&mut self, at: usize, shown: &str) {
            if let Some((writer, (id, state))) = self.step(at)
                && settle_found(writer, *id, *state, shown).is_ok()
            {
                *state = State::Confirmed;
            }
        }

        pub(in crate::funnels) fn end(&self) -> Result<(), Error> {
            self.kept.as_ref().map_or(Ok(()), |kept| kept.writer.end(kept.run))
        }
    }

    /// A step that was never sent is not the work of this run, even if the account has it so.
    fn settle_found(writer: &Writer, id: StepId, state: State, shown: &str) -> Result<(), Error> {
        match state.is_unsettled() || state == State::Accepted {
            true => writer.settle(from_ref(&id), State::Confirmed, Some(shown)),
            false => Ok(()),
        }
    }

    /// The steps of the writes in a run that was cut off; `None` if it was for another purpose, or the account was
    /// changed since.
    fn going_on(
        writer: &Writer,
        run: RunId,
        purpose: &Purpose,
        writes: &[PlannedWrite],
        rest: &[PlannedWrite],
    ) -> Result<Option<Vec<(StepId, State)>>, Error> {
        let mut left = steps_of(writer, run)?;
        if left.is_empty() || left.iter().any(|(_, kept)| kept.purpose.as_ref() != Some(purpose)) {
            return Ok(None);
        }
        let mut steps = Vec::with_capacity(writes.len());
        for write in writes {
            let Some(at) = left.iter().position(|(_, kept)| kept.is_of(write)) else {
                return Ok(None);
            };
            let (step, _) = left.remove(at);
            steps.push((step.id, step.state));
        }
        for write in rest.iter().filter(|write| write.is_done) {
            let Some(shown) = write.before.as_deref().and_then(|it| Document::parse(it).ok())
            else {
                continue;
            };
            for (step, _) in left.iter().filter(|(_, kept)| kept.is_about(write)) {
                settle_found(writer, step.id, step.state, &state_of(write.kind, &shown))?;
            }
        }
        Ok(Some(steps))
    }
}
