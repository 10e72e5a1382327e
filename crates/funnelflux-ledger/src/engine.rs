//! The calls of a kind of asset, whatever its objects are read as.

use std::time::Duration;

use funnelflux_contract::{AssetKind, Verb};
use funnelflux_transport::{CallBuilder, CallOptions, Client, Error, Operation};

#[derive(Clone, Debug)]
pub(crate) struct Engine {
    client: Client,
    pub(crate) kind: &'static AssetKind,
    options: CallOptions,
}

impl Engine {
    pub(crate) fn new(client: Client, kind: &'static AssetKind) -> Self {
        Self { client, kind, options: CallOptions::new() }
    }

    pub(crate) fn with_patience(&self, patience: impl Into<Option<Duration>>) -> Self {
        Self { options: self.options.clone().with_patience(patience), ..self.clone() }
    }

    pub(crate) fn operation(&self, verb: Verb) -> Result<&'static Operation, Error> {
        self.kind.operation(verb).ok_or_else(|| {
            Error::invalid_request(format!(
                "{}: the vendor's reference lists no operation `{verb}` for them",
                self.kind.name
            ))
        })
    }

    pub(crate) fn call(&self, verb: Verb) -> Result<CallBuilder<'_>, Error> {
        Ok(self.client.call(self.operation(verb)?).with_options(self.options.clone()))
    }

    /// Whether the account takes the ids of this verb one by one, though the contract has a list.
    pub(crate) fn takes_each(&self, verb: Verb) -> bool {
        let id = self.kind.operation(verb).map(Operation::id);
        id.is_some_and(|id| self.client.overlay().takes_each_id(id))
    }

    /// The call with its first parameter, which is what it asks for.
    pub(crate) fn call_with(&self, verb: Verb, value: &str) -> Result<CallBuilder<'_>, Error> {
        let operation = self.operation(verb)?;
        let asked = operation.query().first().ok_or_else(|| {
            Error::local(format!("{}: the contract has no parameter for it", operation.id()))
        })?;
        Ok(self.call(verb)?.query(asked.name, value))
    }
}
