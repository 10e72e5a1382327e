//! What can be done with an asset: one trait per operation of the family, so that exactly what the
//! vendor's reference lists for an asset compiles.
//!
//! An asset states its operations in `assets.rs`; the methods stand once, in
//! [`Assets`](crate::Assets).

use std::borrow::Cow;

use funnelflux_model::ledger::{
    DuplicateRequest, FunnelDuplicateRequest, LedgerAsset, LogicScriptDuplicateRequest,
};
use funnelflux_model::{Document, ValidationError};
use funnelflux_transport::Operation;
use serde::Serialize;

/// A kind of asset that the ledger has operations for.
pub trait Kind: LedgerAsset {
    /// What the product's interface calls these assets, as one word: `offer-sources`.
    const NAME: &'static str;
    /// The query parameter that carries an id.
    const ID_QUERY: &'static str;
    /// What says how a copy is to differ.
    type CopyRequest: CopyRequest;
}

/// A request to copy an asset.
pub trait CopyRequest: Serialize + Send + Sync {
    /// A request that was written by hand.
    fn from_document(document: Document) -> Self
    where
        Self: Sized;

    /// Checks its rules.
    ///
    /// # Errors
    /// Every broken rule, in one error.
    fn check(&self) -> Result<(), ValidationError>;

    /// The members that the copy is to have otherwise than the original.
    fn overridden(&self) -> Vec<String>;
}

macro_rules! copy_requests {
    ($($request:ident)*) => {
        $(impl CopyRequest for $request {
            fn from_document(document: Document) -> Self {
                Self::from_document(document)
            }

            fn check(&self) -> Result<(), ValidationError> {
                self.validate()
            }

            fn overridden(&self) -> Vec<String> {
                self.overridden().map(Cow::into_owned).collect()
            }
        })*
    };
}

copy_requests! { DuplicateRequest FunnelDuplicateRequest LogicScriptDuplicateRequest }

macro_rules! capabilities {
    ($($(#[$meta:meta])* $name:ident { $operation:ident })*) => {
        $(
            $(#[$meta])*
            pub trait $name: Kind {
                /// The operation.
                const $operation: &'static Operation;
            }
        )*
    };
}

capabilities! {
    /// Can be listed.
    List { LIST }
    /// Can be found by id.
    FindById { FIND_BY_ID }
    /// Can be found by a list of ids.
    FindByIds { FIND_BY_IDS }
    /// Can be found by status.
    FindByStatus { FIND_BY_STATUS }
    /// Can be found by category.
    FindByCategory { FIND_BY_CATEGORY }
    /// Can be found by type: funnels.
    FindByType { FIND_BY_TYPE }
    /// Can be made, under an id of the caller's.
    Create { CREATE }
    /// Can be saved over.
    Update { UPDATE }
    /// Can be copied by the server.
    Duplicate { DUPLICATE }
    /// Can be deleted, which is not archiving.
    Delete { DELETE }
    /// Can be archived, several at once.
    Archive { ARCHIVE }
    /// Can be brought back from the archive, several at once.
    Unarchive { UNARCHIVE }
    /// Can be moved to a category, several at once.
    Move { MOVE_TO }
    /// Can be archived one at a time: funnels.
    ArchiveOne { ARCHIVE_ONE }
    /// Can be brought back one at a time: funnels.
    UnarchiveOne { UNARCHIVE_ONE }
    /// Can be moved to a group, one at a time: funnels.
    MoveOne { MOVE_TO_GROUP }
}
