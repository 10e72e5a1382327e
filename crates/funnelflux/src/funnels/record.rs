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

#[cfg(not(feature = "journal"))]
#[allow(clippy::unnecessary_wraps, clippy::unused_self, reason = "as with a journal")]
impl Record<'_> {
    pub(super) fn sending(&self, _: usize) -> Result<(), Error> {
        Ok(())
    }

    pub(super) fn settle(&self, _: usize, _: &Result<(), Error>, _: Option<&str>) {}

    pub(super) fn end(&self) -> Result<(), Error> {
        Ok(())
    }
}

#[cfg(feature = "journal")]
pub(super) mod journal {
    use funnelflux_funnels::fingerprint;
    use funnelflux_id::AssetId;
    use funnelflux_journal::{Draft, RunId, State, StepId, Writer};
    use funnelflux_transport::Error;
    use serde::{Deserialize, Serialize};

    use super::Record;
    use crate::funnels::{PlanAction, PlannedWrite};

    pub(super) struct Kept<'a> {
        writer: &'a Writer,
        run: RunId,
        steps: Vec<StepId>,
    }

    /// What the journal keeps of a step: enough to take it back. Secrets are masked by the server.
    #[derive(Serialize, Deserialize)]
    pub(in crate::funnels) struct KeptStep {
        pub(in crate::funnels) action: PlanAction,
        pub(in crate::funnels) kind: String,
        pub(in crate::funnels) id: AssetId,
        pub(in crate::funnels) name: String,
        /// The text before an update.
        pub(in crate::funnels) before: Option<String>,
    }

    impl<'a> Record<'a> {
        pub(in crate::funnels) fn begin(
            writer: &'a Writer,
            about: &str,
            writes: &[PlannedWrite],
        ) -> Result<Self, Error> {
            if writes.is_empty() {
                return Ok(Self::default());
            }
            let drafts = writes.iter().map(|write| {
                let (kind, name) = (write.kind.name.to_owned(), write.name.clone());
                let kept = KeptStep {
                    action: write.action,
                    kind,
                    id: write.id,
                    name,
                    before: write.before.clone(),
                };
                let payload = serde_json::to_string(&kept).unwrap_or_default();
                Draft::new(format!("{} {}", write.kind.name, write.id), payload)
                    .with_digest(fingerprint(write.object.as_ref().unwrap_or(&write.wanted).text()))
            });
            let (run, steps) = writer.begin(about, drafts)?;
            Ok(Self { kept: Some(Kept { writer, run, steps }), ..Self::default() })
        }

        pub(in crate::funnels) fn run(&self) -> Option<RunId> {
            self.kept.as_ref().map(|kept| kept.run)
        }

        pub(in crate::funnels) fn sending(&self, at: usize) -> Result<(), Error> {
            let Some(kept) = &self.kept else { return Ok(()) };
            kept.writer.sending(kept.steps.get(at..=at).unwrap_or_default())
        }

        /// Notes what became of a step. One that cannot be noted is looked at again by the next run.
        pub(in crate::funnels) fn settle(
            &self,
            at: usize,
            result: &Result<(), Error>,
            after: Option<&str>,
        ) {
            let Some(kept) = &self.kept else { return };
            let ids = kept.steps.get(at..=at).unwrap_or_default();
            let _ = kept.writer.settle(ids, State::after(result), None);
            if after.is_some() {
                let _ = kept.writer.settle(ids, State::Confirmed, after);
            }
        }

        pub(in crate::funnels) fn end(&self) -> Result<(), Error> {
            self.kept.as_ref().map_or(Ok(()), |kept| kept.writer.end(kept.run))
        }
    }
}
