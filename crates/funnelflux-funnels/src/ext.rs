use funnelflux_model::ledger::Funnel;

use crate::{Account, FunnelDialect, Graph, Reference, Report, check};

/// What a funnel can do as a graph. The methods use the shipped dialect; each has a twin for another one.
pub trait FunnelExt {
    /// Reads the funnel as a graph.
    fn graph(&self) -> Graph {
        self.graph_in(&FunnelDialect::shipped())
    }

    /// Reads the funnel as a graph, in a dialect.
    fn graph_in(&self, dialect: &FunnelDialect) -> Graph;

    /// Lists every asset that the funnel names.
    fn references(&self, dialect: &FunnelDialect) -> Vec<Reference>;

    /// Checks the funnel: all findings at once. With [`Account::offline`], only what needs no account.
    fn check(&self, account: &Account) -> Report {
        self.check_in(&FunnelDialect::shipped(), account)
    }

    /// Checks the funnel, in a dialect.
    fn check_in(&self, dialect: &FunnelDialect, account: &Account) -> Report;
}

impl FunnelExt for Funnel {
    fn graph_in(&self, dialect: &FunnelDialect) -> Graph {
        Graph::of(self, dialect)
    }

    fn references(&self, dialect: &FunnelDialect) -> Vec<Reference> {
        Graph::of(self, dialect).references(self, dialect)
    }

    fn check_in(&self, dialect: &FunnelDialect, account: &Account) -> Report {
        check(self, dialect, account)
    }
}
