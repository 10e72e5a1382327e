//! Logs and summaries.

use funnelflux_model::logs::{LogAnswer, LogRequest};
use funnelflux_transport::{Error, Operation, Response};

use crate::operations;
use crate::query_limit;
use crate::service::{Reporting, decode};

impl Reporting {
    /// The postbacks that were called (`POST /reporting/logs/postback`, path inferred; body and
    /// answer unknown, so the answer is kept as it came). It reads only, so a lost answer is asked
    /// for again.
    ///
    /// # Errors
    /// Every way a call can fail; [`QueryLimit::is_query_killed`](crate::QueryLimit::is_query_killed) when it ran into the server's
    /// 30-second limit.
    pub async fn postback_log(&self, request: &LogRequest) -> Result<Response<LogAnswer>, Error> {
        self.log(&operations::LOGS_POSTBACK, request).await
    }

    /// How each webhook config fared (`POST /reporting/logs/webhook/summary`, path inferred; body
    /// and answer unknown).
    ///
    /// # Errors
    /// As [`postback_log`](Self::postback_log).
    pub async fn webhook_summary(
        &self,
        request: &LogRequest,
    ) -> Result<Response<LogAnswer>, Error> {
        self.log(&operations::LOGS_WEBHOOK_SUMMARY, request).await
    }

    /// How each middleware config fared (`POST /reporting/logs/middleware/summary`, path inferred;
    /// body unknown). Rows carry
    /// [`averageLatencyMs`](funnelflux_model::logs::LogRow::average_latency_ms) (documented).
    ///
    /// # Errors
    /// As [`postback_log`](Self::postback_log).
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
        let call = self.client().call(operation).json(request);
        let answer = call.send().await.map_err(query_limit::recognise)?;
        decode(answer, |bytes| LogAnswer::from_json(bytes))
    }
}
