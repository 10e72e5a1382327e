//! An operation as a call carries it.

use std::sync::Arc;

pub use funnelflux_contract::{Grade, Idempotency, Operation, Weight};

/// An operation to call: one of the contract, by reference, or one made at run time. Made from
/// either by `into()`.
#[derive(Clone, Debug)]
pub struct OperationRef(Ref);

#[derive(Clone, Debug)]
enum Ref {
    Contract(&'static Operation),
    Made(Arc<Operation>),
}

impl OperationRef {
    /// The operation of the contract, if it is one.
    pub(crate) fn of_contract(&self) -> Option<&'static Operation> {
        match self.0 {
            Ref::Contract(operation) => Some(operation),
            Ref::Made(_) => None,
        }
    }
}

impl std::ops::Deref for OperationRef {
    type Target = Operation;

    fn deref(&self) -> &Operation {
        match &self.0 {
            Ref::Contract(operation) => operation,
            Ref::Made(operation) => operation,
        }
    }
}

impl From<&'static Operation> for OperationRef {
    fn from(operation: &'static Operation) -> Self {
        Self(Ref::Contract(operation))
    }
}

impl From<Operation> for OperationRef {
    fn from(operation: Operation) -> Self {
        Self(Ref::Made(Arc::new(operation)))
    }
}
