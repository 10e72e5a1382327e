use funnelflux_id::{AssetId, FunnelGroup, GenerateError, Id};
use funnelflux_model::Document;
use funnelflux_model::ledger::Funnel;

use crate::copy::copy;
use crate::{
    Account, Difference, FunnelCopy, FunnelDialect, FunnelEdit, Graph, Reference, Report, check,
    diff,
};

/// What a funnel can do as a graph. The methods use the shipped dialect; those with `_in` take another one.
pub trait FunnelExt: Sized {
    /// Begins a new funnel with a new id, in a group.
    fn builder(name: &str, group: Id<FunnelGroup>) -> FunnelEdit {
        Self::builder_in(FunnelDialect::shipped(), name, group)
    }

    /// Begins a new funnel, in a dialect.
    fn builder_in(dialect: FunnelDialect, name: &str, group: Id<FunnelGroup>) -> FunnelEdit;

    /// Begins to change the funnel. The original stays as it is.
    fn edit(&self) -> FunnelEdit {
        self.edit_in(FunnelDialect::shipped())
    }

    /// Begins to change the funnel, in a dialect.
    fn edit_in(&self, dialect: FunnelDialect) -> FunnelEdit;

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

    /// Tells in words what another state of the funnel changes.
    fn diff(&self, new: &Self) -> Vec<Difference>;

    /// Copies the funnel under new ids. Of `conditions`, those that only this funnel may use are copied, too.
    ///
    /// # Errors
    /// When no id can be made.
    fn copy_as(
        &self,
        name: &str,
        group: Option<Id<FunnelGroup>>,
        conditions: &[Document],
        dialect: &FunnelDialect,
    ) -> Result<FunnelCopy, GenerateError>;
}

impl FunnelExt for Funnel {
    fn builder_in(dialect: FunnelDialect, name: &str, group: Id<FunnelGroup>) -> FunnelEdit {
        let id: Result<AssetId, _> = funnelflux_id::new_id();
        let mut edit = match &id {
            Ok(id) => FunnelEdit::of(&Self::new(Id::from_untyped(*id), name, group), dialect),
            Err(_) => FunnelEdit::of(&Self::default(), dialect),
        };
        if let Err(error) = id {
            edit.fault(&error);
        }
        edit
    }

    fn edit_in(&self, dialect: FunnelDialect) -> FunnelEdit {
        FunnelEdit::of(self, dialect)
    }

    fn graph_in(&self, dialect: &FunnelDialect) -> Graph {
        Graph::of(self, dialect)
    }

    fn references(&self, dialect: &FunnelDialect) -> Vec<Reference> {
        Graph::of(self, dialect).references(self, dialect)
    }

    fn check_in(&self, dialect: &FunnelDialect, account: &Account) -> Report {
        check(self, dialect, account)
    }

    fn diff(&self, new: &Self) -> Vec<Difference> {
        diff(self, new, &FunnelDialect::shipped())
    }

    fn copy_as(
        &self,
        name: &str,
        group: Option<Id<FunnelGroup>>,
        conditions: &[Document],
        dialect: &FunnelDialect,
    ) -> Result<FunnelCopy, GenerateError> {
        copy(self, name, group, conditions, dialect)
    }
}
