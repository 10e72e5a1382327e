//! Requests to copy an asset.

use funnelflux_contract::Schema;
use funnelflux_id::{AssetId, FunnelGroup, Id};
use serde::Serialize;

use super::{links, rules::required};
use crate::{Document, EditError, ValidationError, Violations, document::quote, quoted};

/// The member of the overrides: the reference describes it and hides its name (*inferred*).
const OVERRIDES: &str = "bodyUpdates";

/// Members of a copy that the server always sets itself (documented).
const SET_BY_SERVER: [&str; 2] = ["owner", "status"];

macro_rules! request {
    ($(#[$doc:meta])* $request:ident, $new:literal $(, $parent:ident: $id:ty)?) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $request(Document);

        crate::macros::written! { $request(0) }

        impl $request {
            #[doc = $new]
            pub fn new(name: &str $(, $parent: $id)?) -> Self {
                let mut document = Document::new();
                document.put("name", &quote(name));
                $(document.put("parentId", &quote($parent.as_str()));)?
                Self(document)
            }

            /// Reads a request that was written by hand.
            pub fn from_document(document: Document) -> Self {
                Self(document)
            }

            /// Overrides a member of the copy, by its name on the wire.
            ///
            /// # Errors
            /// When the value cannot be written as JSON, or the overrides are not an object.
            pub fn set<T: Serialize + ?Sized>(
                mut self,
                member: &str,
                value: &T,
            ) -> Result<Self, EditError> {
                self.0.set_at(&[OVERRIDES, member], value)?;
                Ok(self)
            }

            /// The request as it is sent.
            pub fn document(&self) -> &Document {
                &self.0
            }

            /// Checks what is required, every id, and overrides that the server would ignore.
            ///
            /// # Errors
            /// Every violation, in one error.
            pub fn validate(&self) -> Result<(), ValidationError> {
                let mut found = Violations::default();
                rules(stringify!($request), &self.0, &mut found);
                found.into_result()
            }
        }

        impl From<$request> for Document {
            fn from(request: $request) -> Self {
                request.0
            }
        }
    };
}

request! {
    /// A request to copy an asset (documented: `name`, `parentId` and overrides).
    ///
    /// ```
    /// use funnelflux_model::ledger::DuplicateRequest;
    ///
    /// let request = DuplicateRequest::new("Copy").set("baseURL", "https://example.com/")?;
    /// request.validate()?;
    /// assert_eq!(
    ///     serde_json::to_string(&request)?,
    ///     r#"{"name":"Copy","bodyUpdates":{"baseURL":"https://example.com/"}}"#
    /// );
    /// assert!(request.set("status", "active")?.validate().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    DuplicateRequest, "A copy with this name."
}

impl DuplicateRequest {
    funnelflux_contract::setters! {
        /// Sets the category or other parent of the copy; the default is the original's.
        fn parent_id(parent: AssetId), |it| it.0.put("parentId", &quote(parent.as_str()));
    }
}

request! {
    /// A request to copy a funnel (documented: `name`, overrides, and the required `parentId`).
    FunnelDuplicateRequest, "A copy with this name, in this group.", group: Id<FunnelGroup>
}

request! {
    /// A request to copy a logic script (documented: `name` and overrides, of which only
    /// `idCategory`, `categoryName` and `description` are honoured).
    LogicScriptDuplicateRequest, "A copy with this name."
}

pub(super) fn overridden(request: &Document) -> Vec<String> {
    let overrides = request.object_at(&format!("/{OVERRIDES}")).unwrap_or_default();
    overrides.members().map(|(name, _)| name.into_owned()).collect()
}

pub(super) fn field(member: &str) -> String {
    format!("{OVERRIDES}.{member}")
}

pub(super) fn rules(schema: &str, request: &Document, found: &mut Violations) {
    if let Some(schema) = Schema::find(schema) {
        required(schema, &[], request, found);
    }
    for member in overridden(request) {
        if let Some(expected) = refused(schema, &member) {
            found.add(field(&member), quoted(&member), expected);
        }
    }
    found.add_new(|new| links::check(request, None, new));
}

/// What is expected in place of an override that the server would ignore.
fn refused(schema: &str, member: &str) -> Option<&'static str> {
    let set_by_server = SET_BY_SERVER.contains(&member);
    match schema {
        "FunnelDuplicateRequest" => {
            let protected = matches!(member, "idFunnel" | "idFunnelGroup" | "idCampaign");
            (set_by_server || protected)
                .then_some("a member that the server does not set itself; the group is `parentId`")
        }
        "LogicScriptDuplicateRequest" => {
            let honoured = matches!(member, "idCategory" | "categoryName" | "description");
            (!honoured)
                .then_some("idCategory, categoryName or description: nothing else is honoured")
        }
        _ => set_by_server.then_some("a member that the server does not set itself"),
    }
}
