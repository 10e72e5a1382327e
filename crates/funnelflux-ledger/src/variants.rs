//! Assets that live at two roots: the objects are the same, the operations differ.

use funnelflux_id::Id;
use funnelflux_model::ledger::{Category, FunnelGroup, Identified, LedgerAsset, Member, Model};
use funnelflux_model::{Document, Violation};
use serde::{Deserialize, Serialize};

macro_rules! variants {
    ($($(#[$meta:meta])* $name:ident($model:ident))*) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            #[serde(transparent)]
            pub struct $name(pub $model);

            impl Model for $name {
                const MEMBERS: &'static [Member] = $model::MEMBERS;

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
                const ID_MEMBERS: &'static [&'static str] = $model::ID_MEMBERS;
                const NAME_MEMBERS: &'static [&'static str] = $model::NAME_MEMBERS;
            }

            impl LedgerAsset for $name {
                type Info = <$model as LedgerAsset>::Info;

                fn create(id: Id<Self::Marker>, name: &str) -> Self {
                    Self(<$model as LedgerAsset>::create(id, name))
                }

                fn rules(&self, violations: &mut Vec<Violation>) {
                    self.0.rules(violations);
                }

                fn rules_for_new(&self, violations: &mut Vec<Violation>) {
                    self.0.rules_for_new(violations);
                }

                fn align(document: &mut Document) {
                    $model::align(document);
                }
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
