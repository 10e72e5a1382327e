//! The client of the section *Reporting*.

mod lookups;
mod updates;

use std::sync::Arc;

use async_trait::async_trait;
use funnelflux_model::DecodeError;
use funnelflux_model::explorer::{ExplorerHit, ExplorerVisitor, HitLookup, VisitorLookup};
use funnelflux_model::logs::{LogAnswer, LogRequest};
use funnelflux_model::reporting::{
    AttributeList, DrilldownRequest, RawEvents, RawEventsRequest, Report,
};
use funnelflux_model::updates::{ConversionsUpdate, CostRequest, ResetRequest};
use funnelflux_transport::bytes::Bytes;
use funnelflux_transport::{Accepted, CallBuilder, CallOptions, Client, Error, Response};

#[cfg(doc)]
use crate::QueryLimit;
use crate::api::ReportingApi;
use crate::api::split::{self, SplitOptions, SplitReport};
use crate::operations;
use crate::query_limit::{looks_killed, pause, recognise};
use crate::raw_events::RawEventStream;
use crate::reset::ResetToken;

/// Asks for reports, logs and visitors, and writes conversions, costs and resets. Cheap to clone.
///
/// Each method can fail as any call can, and each that reads with [`QueryLimit::is_query_killed`] at
/// the server's 30-second limit. A read whose answer was lost is asked for again.
#[derive(Clone, Debug)]
pub struct Reporting {
    client: Client,
}

impl Reporting {
    /// Calls through `client`.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// The attributes that reports can be grouped by (`GET /reporting/attributes`, path written;
    /// shape unknown, so the answer is kept raw beside the typed view).
    pub async fn attributes(&self) -> Result<Response<AttributeList>, Error> {
        ask(self.client.call(&operations::ATTRIBUTES), |bytes| AttributeList::from_json(bytes))
            .await
    }

    /// A drilldown report (`POST /reporting/drilldown`; path, request and rows proven, the shape of
    /// `filters` inferred). A query that the server stopped is asked for once more, after a pause.
    pub async fn drilldown(&self, request: &DrilldownRequest) -> Result<Response<Report>, Error> {
        self.drilldown_with(request, CallOptions::new()).await
    }

    /// Asks for a [`drilldown`](Self::drilldown) with options for this call.
    pub async fn drilldown_with(
        &self,
        request: &DrilldownRequest,
        options: CallOptions,
    ) -> Result<Response<Report>, Error> {
        let call = self.client.call(&operations::DRILLDOWN).json(request).with_options(options);
        ask(call, |bytes| Report::from_bytes(bytes, request)).await
    }

    /// A drilldown report whose range is split into smaller windows where the server kills the
    /// query, and put together again. Metrics whose sum over windows is not true are refused by
    /// name, or dropped if the options say so. A killed query is not asked for again as it is.
    ///
    /// Where two windows meet, up to a second may be lost or counted twice, since it is unknown what
    /// the server makes of `timeEnd`: [`SplitOptions`] lists the effect of each spelling.
    ///
    /// # Errors
    /// As [`drilldown`](Self::drilldown); [`QueryLimit::is_query_killed`] if even the smallest
    /// window is too large; [`Error::is_invalid_request`] for metrics that cannot be summed, and
    /// for extra members that are [not permitted](SplitOptions::with_extra_members).
    pub async fn drilldown_split(
        &self,
        request: &DrilldownRequest,
        options: SplitOptions,
    ) -> Result<SplitReport, Error> {
        split::run(self, request, options).await
    }

    /// One page of raw events (`POST /reporting/hits`; path and request written, rows unknown).
    pub async fn raw_events_page(
        &self,
        request: &RawEventsRequest,
    ) -> Result<Response<RawEvents>, Error> {
        let call = self.client.call(&operations::HITS).json(request);
        ask(call, |bytes| RawEvents::from_json(bytes)).await
    }

    /// All raw events of a request, page after page, in constant memory.
    pub fn raw_events(&self, request: RawEventsRequest) -> RawEventStream {
        RawEventStream::new(Arc::new(self.clone()), request)
    }
}

/// Sends a call that reads, and reads its answer. A failure keeps the call and the answer.
async fn ask<T>(
    call: CallBuilder<'_>,
    read: impl FnOnce(&Bytes) -> Result<T, DecodeError>,
) -> Result<Response<T>, Error> {
    let call = call.with_options(CallOptions::new().with_pause(pause));
    let answer = call.send().await.map_err(recognise)?;
    match read(&answer) {
        Ok(value) => Ok(answer.map(|_| value)),
        Err(cause) => {
            let is_syntax = cause.is_syntax();
            let error = Error::unexpected_answer("the answer has an unexpected shape");
            let error = answer.error(error.with_source(cause));
            // The transport says what a text that is not JSON is instead.
            let named = is_syntax.then(|| answer.json::<()>().err()).flatten();
            Err(named.unwrap_or(error))
        }
    }
}

/// Implements the trait by methods of the same names: those that answer with a response, and others.
macro_rules! by_namesakes {
    ($($method:ident($($name:ident: $type:ty)?) -> $value:ty $(=> $inner:path)?;)+) => {
        #[async_trait]
        impl ReportingApi for Reporting {
            async fn window(&self, request: &DrilldownRequest, splittable: bool) -> Result<Report, Error> {
                let mut options = CallOptions::new();
                if splittable {
                    // A killed query looks like a failure that passes (504, 5xx). Repeated as it is, it
                    // would be killed again, each time after 30 seconds.
                    options = options.without_retries_if(looks_killed);
                }
                self.drilldown_with(request, options).await.map(Response::into_inner)
            }

            $(async fn $method(&self $(, $name: $type)?) -> Result<$value, Error> {
                Self::$method(self $(, $name)?).await$(.map($inner))?
            })+
        }
    };
}

by_namesakes! {
    attributes() -> AttributeList => Response::into_inner;
    drilldown(request: &DrilldownRequest) -> Report => Response::into_inner;
    raw_events_page(request: &RawEventsRequest) -> RawEvents => Response::into_inner;
    conversions_update(update: &ConversionsUpdate) -> Accepted;
    custom_events_update(json: &str) -> Accepted;
    cost_update(request: &CostRequest) -> Accepted;
    reset_validate(request: &ResetRequest) -> ResetToken;
    reset_perform(token: ResetToken) -> Accepted;
    postback_log(request: &LogRequest) -> LogAnswer => Response::into_inner;
    webhook_summary(request: &LogRequest) -> LogAnswer => Response::into_inner;
    middleware_summary(request: &LogRequest) -> LogAnswer => Response::into_inner;
    explore_visitor(lookup: &VisitorLookup) -> ExplorerVisitor => Response::into_inner;
    explore_hit(lookup: &HitLookup) -> ExplorerHit => Response::into_inner;
}
