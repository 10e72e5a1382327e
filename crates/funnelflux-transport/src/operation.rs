//! An operation as a call carries it.

use std::sync::Arc;

pub use funnelflux_contract::{Grade, Idempotency, Operation, Weight};

/// An operation handed about by reference: `'static` for the contract's, shared for made ones.
#[derive(Clone, Debug)]
pub(crate) enum OperationRef {
    Static(&'static Operation),
    Shared(Arc<Operation>),
}

impl std::ops::Deref for OperationRef {
    type Target = Operation;

    fn deref(&self) -> &Operation {
        match self {
            Self::Static(operation) => operation,
            Self::Shared(operation) => operation,
        }
    }
}

impl From<&'static Operation> for OperationRef {
    fn from(operation: &'static Operation) -> Self {
        Self::Static(operation)
    }
}

impl From<Operation> for OperationRef {
    fn from(operation: Operation) -> Self {
        Self::Shared(Arc::new(operation))
    }
}
