//! What a kind of asset is at compile time.

use funnelflux_contract::AssetKind;
use funnelflux_id::Id;
use funnelflux_model::Document;
use funnelflux_model::ledger::{Identified, LedgerAsset};

/// A kind of asset, known at compile time.
///
/// A model such as [`OfferSource`](funnelflux_model::ledger::OfferSource) stands for its own kind.
/// [`CurrentFunnelGroups`](crate::CurrentFunnelGroups) and
/// [`TrafficSourceCategories`](crate::TrafficSourceCategories) are second kinds, with the objects of
/// another and other operations.
pub trait Kind: Send + Sync + 'static {
    /// The objects of this kind.
    type Model: LedgerAsset;
    /// The request that copies one of them.
    type CopyRequest: Clone + Into<Document> + Send + Sync;
    /// The marker of the ids that [`move_to`](crate::Assets::move_to) takes: of a category, or of a
    /// funnel group.
    type Parent: Send + Sync;
    /// The facts of the kind.
    const KIND: &'static AssetKind;
}

/// A kind that has the operation `V`, one of [`verb`]: exactly what the vendor's reference lists
/// for the kind compiles.
#[diagnostic::on_unimplemented(
    message = "assets of the kind `{Self}` have no operation `{V}`",
    label = "the vendor's reference lists no such operation for `{Self}`",
    note = "`AssetKind::verbs` lists the operations of a kind"
)]
pub trait Supports<V>: Kind {}

/// The id of an asset of the kind `K`.
pub type IdOf<K> = Id<<<K as Kind>::Model as Identified>::Marker>;

/// What lists of the kind `K` hold.
pub type InfoOf<K> = <<K as Kind>::Model as LedgerAsset>::Info;

/// The operations of assets as types, for the bound [`Supports`]; as values they are
/// [`Verb`](funnelflux_contract::Verb).
pub mod verb {
    macro_rules! verbs {
        ($($verb:ident)*) => {$(
            #[doc = concat!("[`Verb::", stringify!($verb), "`](funnelflux_contract::Verb::", stringify!($verb), ") as a type.")]
            #[derive(Debug)]
            pub enum $verb {}
        )*};
    }

    verbs! {
        List FindById FindByIds FindByStatus FindByCategory FindByType Update Create Duplicate
        Delete Archive Unarchive Move
    }
}

/// Declares one kind: its facts, its operations, and its accessor in [`Ledger`](crate::Ledger).
macro_rules! kind {
    (
        $(#[$meta:meta])*
        $accessor:ident: $kind:ty = $facts:ident,
        model = $model:ident, copy = $copy:ident, parent = $parent:ident,
        verbs = [$($verb:ident)*]
    ) => {
        impl $crate::kind::Kind for $kind {
            type Model = funnelflux_model::ledger::$model;
            type CopyRequest = funnelflux_model::ledger::$copy;
            type Parent = funnelflux_id::$parent;
            const KIND: &'static funnelflux_contract::AssetKind =
                &funnelflux_contract::kinds::$facts;
        }

        $(impl $crate::kind::Supports<$crate::verb::$verb> for $kind {})*

        impl $crate::Ledger {
            $(#[$meta])*
            pub fn $accessor(&self) -> $crate::Assets<$kind> {
                self.assets()
            }
        }
    };
}

pub(crate) use kind;
