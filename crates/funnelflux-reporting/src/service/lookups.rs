//! Logs, summaries, and look-ups of one visitor and of one hit.

use funnelflux_model::OpenAnswer;
use funnelflux_model::explorer::{ExplorerHit, ExplorerVisitor, HitLookup, VisitorLookup};
use funnelflux_model::logs::{LogAnswer, LogRequest};
use funnelflux_transport::{CallBuilder, Error, Response};

use super::{Reporting, ask};
use crate::operations;

impl Reporting {
    /// Lists the postbacks that were called (`POST /reporting/logs/postback`, path inferred).
    pub async fn postback_log(&self, log: &LogRequest) -> Result<Response<LogAnswer>, Error> {
        open(self.client.call(&operations::LOGS_POSTBACK).json(log)).await
    }

    /// Sums up the webhook configs (`POST /reporting/logs/webhook/summary`, path inferred).
    pub async fn webhook_summary(&self, log: &LogRequest) -> Result<Response<LogAnswer>, Error> {
        open(self.client.call(&operations::LOGS_WEBHOOK_SUMMARY).json(log)).await
    }

    /// Sums up the middleware configs (`POST /reporting/logs/middleware/summary`, path inferred).
    /// Rows have [`averageLatencyMs`](funnelflux_model::OpenRow::average_latency_ms) (documented).
    pub async fn middleware_summary(&self, log: &LogRequest) -> Result<Response<LogAnswer>, Error> {
        open(self.client.call(&operations::LOGS_MIDDLEWARE_SUMMARY).json(log)).await
    }

    /// Looks up what a visitor did (`POST /reporting/explorer/visitor`, documented).
    pub async fn explore_visitor(
        &self,
        lookup: &VisitorLookup,
    ) -> Result<Response<ExplorerVisitor>, Error> {
        open(self.client.call(&operations::EXPLORER_VISITOR).json(lookup)).await
    }

    /// Looks up one hit (`POST /reporting/explorer/hit`: path and body inferred, answer unknown).
    pub async fn explore_hit(&self, lookup: &HitLookup) -> Result<Response<ExplorerHit>, Error> {
        open(self.client.call(&operations::EXPLORER_HIT).json(lookup)).await
    }
}

async fn open(call: CallBuilder<'_>) -> Result<Response<OpenAnswer>, Error> {
    ask(call, |bytes| OpenAnswer::from_json(bytes)).await
}
