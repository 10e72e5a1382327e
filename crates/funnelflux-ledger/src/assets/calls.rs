//! The calls of writes, before they are sent.

use funnelflux_id::Id;
use funnelflux_model::ledger::Model as _;
use funnelflux_transport::{CallBuilder, Error};

use super::{Assets, untyped};
use crate::kind::{IdOf, Kind, Supports, verb};

impl<K: Kind> Assets<K> {
    /// Builds the call that creates this object: to preview it, or to send it.
    ///
    /// # Errors
    /// [`Error::is_invalid_request`] naming every broken rule.
    pub fn create_call(&self, asset: &K::Model) -> Result<CallBuilder<'_>, Error>
    where
        K: Supports<verb::Create>,
    {
        self.all.create_call(asset.document())
    }

    /// Builds the call that saves this object.
    ///
    /// # Errors
    /// [`Error::is_invalid_request`] naming every broken rule.
    pub fn update_call(&self, asset: &K::Model) -> Result<CallBuilder<'_>, Error>
    where
        K: Supports<verb::Update>,
    {
        self.all.update_call(asset.document())
    }

    /// Builds the call that has the server copy the object.
    ///
    /// # Errors
    /// [`Error::is_invalid_request`] naming every broken rule.
    pub fn duplicate_call(
        &self,
        id: &IdOf<K>,
        request: &K::CopyRequest,
    ) -> Result<CallBuilder<'_>, Error>
    where
        K: Supports<verb::Duplicate>,
    {
        self.all.duplicate_call(&id.untyped(), &request.clone().into())
    }

    /// Builds the call that deletes the object.
    ///
    /// # Errors
    /// As any call that cannot be built.
    pub fn delete_call(&self, id: &IdOf<K>) -> Result<CallBuilder<'_>, Error>
    where
        K: Supports<verb::Delete>,
    {
        self.all.delete_call(&id.untyped())
    }

    /// Builds the calls that archive these objects.
    ///
    /// # Errors
    /// [`Error::is_invalid_request`] for an empty list.
    pub fn archive_calls(&self, ids: &[IdOf<K>]) -> Result<Vec<CallBuilder<'_>>, Error>
    where
        K: Supports<verb::Archive>,
    {
        self.all.archive_calls(&untyped(ids))
    }

    /// Builds the calls that take these objects out of the archive.
    ///
    /// # Errors
    /// As [`archive_calls`](Self::archive_calls).
    pub fn unarchive_calls(&self, ids: &[IdOf<K>]) -> Result<Vec<CallBuilder<'_>>, Error>
    where
        K: Supports<verb::Unarchive>,
    {
        self.all.unarchive_calls(&untyped(ids))
    }

    /// Builds the calls that move these objects.
    ///
    /// # Errors
    /// As [`archive_calls`](Self::archive_calls); a funnel without a group is refused.
    pub fn move_calls(
        &self,
        ids: &[IdOf<K>],
        to: Option<&Id<K::Parent>>,
    ) -> Result<Vec<CallBuilder<'_>>, Error>
    where
        K: Supports<verb::Move>,
    {
        self.all.move_calls(&untyped(ids), to.map(|to| to.untyped()).as_ref())
    }
}
