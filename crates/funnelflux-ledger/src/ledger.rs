//! The entry point: one accessor per kind of asset. The accessors are generated from the contract.

use std::sync::Arc;

use funnelflux_contract::AssetKind;
use funnelflux_transport::Client;

use crate::assets::{Assets, DynamicAssets};
use crate::engine::Engine;
use crate::generated::Shelf;

/// The assets of an account. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Ledger {
    client: Client,
    pub(crate) shelf: Arc<Shelf>,
}

impl Ledger {
    /// Creates a ledger that calls through `client`.
    pub fn new(client: Client) -> Self {
        Self { shelf: Arc::new(Shelf::new(&client)), client }
    }

    /// Returns the assets of the kind of this name, such as `offer-sources`, or `None`: for programs
    /// that choose the kind at run time. [`AssetKind::all`] lists the kinds.
    pub fn dynamic(&self, name: &str) -> Option<DynamicAssets> {
        AssetKind::find(name).map(|kind| self.dynamic_of(kind))
    }

    /// Returns the assets of this kind.
    pub fn dynamic_of(&self, kind: &'static AssetKind) -> DynamicAssets {
        Assets::from_engine(Engine::new(self.client.clone(), kind))
    }
}
