//! An operation as a call carries it.

use std::borrow::Cow;

pub use funnelflux_contract::{Grade, Idempotency, Operation, Weight};

/// An operation to call: one of the contract, by reference, or one made at run time. Made from
/// either by `into()`.
#[derive(Clone, Debug)]
pub struct OperationRef(Cow<'static, Operation>);

impl OperationRef {
    /// The operation of the contract, if it is one.
    pub(crate) fn of_contract(&self) -> Option<&'static Operation> {
        match self.0 {
            Cow::Borrowed(operation) => Some(operation),
            Cow::Owned(_) => None,
        }
    }
}

impl std::ops::Deref for OperationRef {
    type Target = Operation;

    fn deref(&self) -> &Operation {
        &self.0
    }
}

impl From<&'static Operation> for OperationRef {
    fn from(operation: &'static Operation) -> Self {
        Self(Cow::Borrowed(operation))
    }
}

impl From<Operation> for OperationRef {
    fn from(operation: Operation) -> Self {
        Self(Cow::Owned(operation))
    }
}
