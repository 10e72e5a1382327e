//! Look-ups of one visitor and of one hit.

use funnelflux_model::explorer::{ExplorerHit, ExplorerVisitor, HitLookup, VisitorLookup};
use funnelflux_transport::{Error, Response};

use crate::operations;
use crate::query_limit;
use crate::service::{Reporting, decode};

impl Reporting {
    /// What a visitor did (`POST /reporting/explorer/visitor`, documented). It reads only, so a
    /// lost answer is asked for again.
    ///
    /// # Errors
    /// Every way a call can fail; [`QueryLimit::is_query_killed`](crate::QueryLimit::is_query_killed) when it ran into the server's
    /// 30-second limit.
    pub async fn explore_visitor(
        &self,
        lookup: &VisitorLookup,
    ) -> Result<Response<ExplorerVisitor>, Error> {
        let call = self.client().call(&operations::EXPLORER_VISITOR).json(lookup);
        let answer = call.send().await.map_err(query_limit::recognise)?;
        decode(answer, |bytes| ExplorerVisitor::from_json(bytes))
    }

    /// A single hit (`POST /reporting/explorer/hit`, path and body inferred, answer unknown and
    /// kept as it came).
    ///
    /// # Errors
    /// As [`explore_visitor`](Self::explore_visitor).
    pub async fn explore_hit(&self, lookup: &HitLookup) -> Result<Response<ExplorerHit>, Error> {
        let call = self.client().call(&operations::EXPLORER_HIT).json(lookup);
        let answer = call.send().await.map_err(query_limit::recognise)?;
        decode(answer, |bytes| ExplorerHit::from_json(bytes))
    }
}
