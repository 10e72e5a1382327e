//! Logs, summaries, and look-ups of one visitor and of one hit.

use funnelflux_model::explorer::{ExplorerHit, ExplorerVisitor, HitLookup, VisitorLookup};
use funnelflux_model::logs::{LogAnswer, LogRequest};
use funnelflux_transport::{Error, Operation, Response};

use super::{Reporting, ask};
#[cfg(doc)]
use crate::QueryLimit;
use crate::operations;

impl Reporting {
    /// Lists the postbacks that were called (`POST /reporting/logs/postback`, path inferred; body and
    /// answer unknown, so the answer is kept unchanged). It only reads, so a lost answer is asked for
    /// again.
    pub async fn postback_log(&self, request: &LogRequest) -> Result<Response<LogAnswer>, Error> {
        self.log(&operations::LOGS_POSTBACK, request).await
    }

    /// Sums up how each webhook config fared (`POST /reporting/logs/webhook/summary`, path inferred; body
    /// and answer unknown).
    pub async fn webhook_summary(
        &self,
        request: &LogRequest,
    ) -> Result<Response<LogAnswer>, Error> {
        self.log(&operations::LOGS_WEBHOOK_SUMMARY, request).await
    }

    /// Sums up how each middleware config fared (`POST /reporting/logs/middleware/summary`, path inferred;
    /// body unknown). Rows carry
    /// [`averageLatencyMs`](funnelflux_model::OpenRow::average_latency_ms) (documented).
    pub async fn middleware_summary(
        &self,
        request: &LogRequest,
    ) -> Result<Response<LogAnswer>, Error> {
        self.log(&operations::LOGS_MIDDLEWARE_SUMMARY, request).await
    }

    async fn log(
        &self,
        operation: &'static Operation,
        request: &LogRequest,
    ) -> Result<Response<LogAnswer>, Error> {
        let call = self.client.call(operation).json(request);
        ask(call, |bytes| LogAnswer::from_json(bytes)).await
    }

    /// Looks up what a visitor did (`POST /reporting/explorer/visitor`, documented). It only reads, so a
    /// lost answer is asked for again.
    pub async fn explore_visitor(
        &self,
        lookup: &VisitorLookup,
    ) -> Result<Response<ExplorerVisitor>, Error> {
        let call = self.client.call(&operations::EXPLORER_VISITOR).json(lookup);
        ask(call, |bytes| ExplorerVisitor::from_json(bytes)).await
    }

    /// Looks up a single hit (`POST /reporting/explorer/hit`, path and body inferred, answer unknown and
    /// kept unchanged).
    pub async fn explore_hit(&self, lookup: &HitLookup) -> Result<Response<ExplorerHit>, Error> {
        let call = self.client.call(&operations::EXPLORER_HIT).json(lookup);
        ask(call, |bytes| ExplorerHit::from_json(bytes)).await
    }
}
