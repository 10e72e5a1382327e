//! Writes that need only ids: delete, archive, unarchive, move.

use std::pin::Pin;

use funnelflux_contract::Verb;
use funnelflux_id::AssetId;
use funnelflux_transport::{Accepted, CallBuilder, EACH_ID, Error, Response};

use crate::bulk::{BulkOptions, BulkReport};
use crate::engine::Engine;

/// A write to the objects of these ids, not sent yet.
///
/// ```no_run
/// # async fn example(ledger: funnelflux_ledger::Ledger, ids: Vec<funnelflux_id::Id<funnelflux_id::Page>>)
/// # -> Result<(), funnelflux_transport::Error> {
/// use funnelflux_ledger::BulkOptions;
///
/// let pages = ledger.pages();
/// for call in pages.archive(&ids).calls()? {
///     println!("{:?}", call.preview()?); // what would be sent
/// }
/// let answers = pages.archive(&ids).await?; // in as few requests as the API allows
/// let report = pages.delete(&ids).send_each(BulkOptions::new()).await; // a result for each object
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before it is awaited, or `send` or `send_each` is"]
pub struct Writes<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) verb: Verb,
    pub(crate) ids: Vec<AssetId>,
    pub(crate) to: Option<AssetId>,
}

impl<'a> Writes<'a> {
    /// Builds the calls of [`send`](Self::send), as few as the API allows, in the order of the ids.
    ///
    /// # Errors
    /// [`Error::is_invalid_request`] for a kind that has no such operation, for an empty list, and
    /// for a funnel that would be moved out of all groups.
    pub fn calls(&self) -> Result<Vec<CallBuilder<'a>>, Error> {
        let (engine, verb, ids) = (self.engine, self.verb, &self.ids);
        // Whether the server takes an empty list for nothing or for everything is unknown.
        if ids.is_empty() {
            return Err(Error::invalid_request("ids: got an empty list; expected at least one id"));
        }
        // What goes beside the ids: sibling, and inferred for a move.
        let rest = match verb {
            Verb::Archive => Some(r#""archive":true"#.to_owned()),
            Verb::Move => {
                let category = self.to.as_ref().map_or("", AssetId::as_str);
                Some(format!(r#""idCategory":"{category}""#))
            }
            _ => None,
        };
        if engine.takes_each(verb) {
            let call = |id: &AssetId| {
                let call = engine.call(verb)?.path_param(EACH_ID, id);
                Ok(rest.iter().fold(call, |call, rest| call.json_text(format!("{{{rest}}}"))))
            };
            return ids.iter().map(call).collect();
        }
        if verb == Verb::Delete || engine.kind.takes_one(verb) {
            return ids.iter().map(|id| self.call_for(id)).collect();
        }
        let list: Vec<&str> = ids.iter().map(AssetId::as_str).collect();
        let list = list.join(r#"",""#);
        let rest = rest.map(|rest| format!(",{rest}")).unwrap_or_default();
        let body = format!(r#"{{"ids":["{list}"]{rest}}}"#);
        Ok(vec![engine.call(verb)?.json_text(body)])
    }

    /// Sends [the calls](Self::calls) one after another, and none after a failure. The report has a
    /// result for each *request*, so the answers before a failure are kept.
    pub async fn send(self) -> BulkReport<Response<Accepted>> {
        let calls = match self.calls() {
            Ok(calls) => calls.into_iter().map(Ok).collect(),
            Err(error) => vec![Err(error)],
        };
        let options = BulkOptions::new().with_concurrency(1).stop_when(|_| true);
        options.run(calls.into_iter(), async |call| call?.send_write().await).await
    }

    /// Sends a request for each object, so that each has its own result; a repeated id is refused.
    pub async fn send_each(self, options: BulkOptions) -> BulkReport<Accepted> {
        let ids: Vec<_> = self.ids.iter().map(|id| (Some(*id), id)).collect();
        let engine = &self.engine.with_patience(options.patience);
        let work = async |id: &AssetId| {
            let call = Writes { engine, ids: vec![*id], ..self }.calls()?.pop();
            let call = call.ok_or_else(|| Error::local("no call was built for the object"))?;
            call.send_write().await.map(Response::into_inner)
        };
        options.run_once_each(&ids, work).await
    }

    fn call_for(&self, id: &AssetId) -> Result<CallBuilder<'a>, Error> {
        if self.verb != Verb::Move {
            return self.engine.call_with(self.verb, id.as_str());
        }
        let group = self.to.ok_or_else(|| {
            Error::invalid_request("a funnel is always in a group: say which one to move it to")
        })?;
        // Sibling; `idCampaign` is the legacy name of a funnel's group (documented).
        let member = self.engine.kind.id_query;
        let body = format!(r#"{{"idCampaign":"{group}","{member}":"{id}"}}"#);
        Ok(self.engine.call(Verb::Move)?.json_text(body))
    }
}

/// Sends as [`send`](Writes::send) does; an error says how many requests were accepted before it.
impl<'a> IntoFuture for Writes<'a> {
    type Output = Result<Vec<Response<Accepted>>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async {
            let report = self.send().await;
            let all = report.results.len();
            let done = report.failed().next().map_or(0, |(at, _)| at);
            report.into_result().map_err(|error| {
                let advice = format!(
                    "{done} of {all} requests were accepted before it; `Writes::send` keeps their answers."
                );
                if done > 0 { error.with_further_advice(&advice) } else { error }
            })
        })
    }
}
