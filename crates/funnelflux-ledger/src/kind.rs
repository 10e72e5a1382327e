//! The traits of the kinds of assets, and which operations each kind has.

use funnelflux_contract::AssetKind;
use funnelflux_id::{AssetId, Id};
use funnelflux_model::Document;
use funnelflux_model::ledger::{Identified, LedgerAsset, Object};

/// A kind of asset, known at compile time.
///
/// A model such as [`OfferSource`](funnelflux_model::ledger::OfferSource) stands for its own kind.
/// [`CurrentFunnelGroups`](crate::CurrentFunnelGroups) and
/// [`TrafficSourceCategories`](crate::TrafficSourceCategories) have the objects of another kind.
pub trait Kind: Send + Sync + 'static {
    /// The objects of this kind.
    type Model: LedgerAsset;
    /// The request that copies one of them.
    type CopyRequest: Clone + Into<Document> + Send + Sync;
    /// The marker of what [`move_to`](crate::Assets::move_to) moves to: category or funnel group.
    type Parent: Send + Sync;
    /// The facts of the kind.
    const KIND: &'static AssetKind;
}

/// A kind for which the vendor's reference lists the operation `V`, one of [`verb`].
#[diagnostic::on_unimplemented(
    message = "assets of the kind `{Self}` have no operation `{V}`",
    label = "the vendor's reference lists no such operation for `{Self}`",
    note = "only operations that the vendor's reference lists for a kind compile; `AssetKind::verbs` has them",
    note = "if your account has it nevertheless, send it as a raw call: `call_raw(method, path)`"
)]
pub trait Supports<V>: Kind {}

/// A kind of asset: one known at compile time ([`Kind`]), or one chosen at run time ([`Dynamic`]).
pub trait AnyKind: Send + Sync + 'static {
    /// The objects of this kind.
    type Object: Object;
    /// The objects of its lists.
    type Info: Object;
    /// Their ids.
    type Id: AnyId;
    /// The id of what [`move_to`](crate::Assets::move_to) moves them to.
    type Parent: AnyId;
    /// The request that copies one of them.
    type CopyRequest: Clone + Into<Document> + Send + Sync;
}

impl<K: Kind> AnyKind for K {
    type Object = K::Model;
    type Info = InfoOf<K>;
    type Id = IdOf<K>;
    type Parent = Id<K::Parent>;
    type CopyRequest = K::CopyRequest;
}

/// The kind of [`DynamicAssets`](crate::DynamicAssets): its objects are documents.
#[derive(Debug)]
pub enum Dynamic {}

impl AnyKind for Dynamic {
    type Object = Document;
    type Info = Document;
    type Id = AssetId;
    type Parent = AssetId;
    type CopyRequest = Document;
}

/// The id of an asset, with its kind or without.
pub trait AnyId: Copy + Send + Sync {
    /// The id without its kind.
    fn untyped(self) -> AssetId;
}

impl<T> AnyId for Id<T> {
    fn untyped(self) -> AssetId {
        Self::untyped(self)
    }
}

impl AnyId for AssetId {
    fn untyped(self) -> AssetId {
        self
    }
}

/// A kind whose method for `V` compiles: one that [`Supports`] it, or [`Dynamic`], which checks it.
#[diagnostic::on_unimplemented(
    message = "assets of the kind `{Self}` have no operation `{V}`",
    label = "the vendor's reference lists no such operation for `{Self}`",
    note = "only operations that the vendor's reference lists for a kind compile; `AssetKind::verbs` has them",
    note = "if your account has it nevertheless, send it as a raw call: `call_raw(method, path)`"
)]
pub trait Has<V>: AnyKind {}

impl<V, K: Supports<V>> Has<V> for K {}
impl<V> Has<V> for Dynamic {}

/// The id of an asset of the kind `K`.
pub type IdOf<K> = Id<<<K as Kind>::Model as Identified>::Marker>;

/// What lists of the kind `K` hold.
pub type InfoOf<K> = <<K as Kind>::Model as LedgerAsset>::Info;

/// The operations of assets as types, for [`Supports`]; the values are [`Verb`](crate::Verb).
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

/// Declares the kinds: their facts, their operations, and their accessors in [`Ledger`](crate::Ledger).
macro_rules! kinds {
    ($(
        $(#[$meta:meta])*
        $accessor:ident: $kind:ty = $facts:ident,
        model = $model:ident, copy = $copy:ident, parent = $parent:ident,
        verbs = [$($verb:ident)*];
    )*) => {
        $(
            impl $crate::kind::Kind for $kind {
                type Model = funnelflux_model::ledger::$model;
                type CopyRequest = funnelflux_model::ledger::$copy;
                type Parent = funnelflux_id::$parent;
                const KIND: &'static funnelflux_contract::AssetKind =
                    &funnelflux_contract::kinds::$facts;
            }

            $(impl $crate::kind::Supports<$crate::verb::$verb> for $kind {})*
        )*

        #[derive(Debug)]
        pub(crate) struct Shelf {
            $($accessor: $crate::Assets<$kind>,)*
        }

        impl Shelf {
            pub(crate) fn new(client: &funnelflux_transport::Client) -> Self {
                Self { $($accessor: $crate::Assets::new(client.clone()),)* }
            }
        }

        impl $crate::Ledger {
            $(
                $(#[$meta])*
                pub fn $accessor(&self) -> &$crate::Assets<$kind> {
                    &self.shelf.$accessor
                }
            )*
        }
    };
}

pub(crate) use kinds;
