//! Assets that live at two roots: the objects are the same, the operations differ.

use funnelflux_contract::{AssetKind, Schema};
use funnelflux_model::ledger::{Category, FunnelGroup, Identified, LedgerAsset, Model};
use funnelflux_model::{DecodeError, Document};
use serde::{Deserialize, Serialize};

macro_rules! variants {
    ($($(#[$meta:meta])* $name:ident($model:ident))*) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            #[serde(transparent)]
            pub struct $name(pub $model);

            impl Model for $name {
                const SCHEMA: &'static Schema = $model::SCHEMA;

                fn misfits(&self) -> Vec<DecodeError> {
                    self.0.misfits()
                }

                fn document(&self) -> &Document {
                    self.0.document()
                }

                fn document_mut(&mut self) -> &mut Document {
                    self.0.document_mut()
                }

                fn from_document(document: Document) -> Self {
                    Self($model::from_document(document))
                }

                fn into_document(self) -> Document {
                    self.0.into_document()
                }
            }

            impl Identified for $name {
                type Marker = <$model as Identified>::Marker;
                const KIND: &'static AssetKind = $model::KIND;
            }

            impl LedgerAsset for $name {
                type Info = <$model as LedgerAsset>::Info;
            }
        )*
    };
}

variants! {
    /// A funnel group by the current root `funnelgroup` (inferred), which also knows *unarchive*.
    CurrentFunnelGroup(FunnelGroup)
    /// A traffic source category by the older root `trafficsource/category` (proven): a list alone.
    OldTrafficSourceCategory(Category)
}
