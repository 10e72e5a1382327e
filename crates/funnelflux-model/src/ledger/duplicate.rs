//! Requests to copy an asset.

use funnelflux_contract::Schema;
use funnelflux_id::{AssetId, FunnelGroup, Id};
use serde::Serialize;

use super::{links, rules::required};
use crate::{Document, EditError, ValidationError, Violation, document::quote, validation::quoted};

/// The member that holds the overrides. Its name is *inferred*: the reference describes the member
/// and hides its name.
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

            /// Sets a member of the copy, by its name on the wire, to another value than the
            /// original's.
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
                let mut violations = Vec::new();
                rules(stringify!($request), &self.0, &mut violations);
                ValidationError::check(violations)
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
    /// Sets the category or other parent of the copy; the default is the original's.
    #[must_use]
    pub fn parent_id(mut self, parent: AssetId) -> Self {
        self.0.put("parentId", &quote(parent.as_str()));
        self
    }
}

request! {
    /// A request to copy a funnel (documented: `name`, `parentId`, which is required, and
    /// overrides).
    FunnelDuplicateRequest, "A copy with this name, in this group.", group: Id<FunnelGroup>
}

request! {
    /// A request to copy a logic script (documented: `name` and overrides, of which only
    /// `idCategory`, `categoryName` and `description` are honoured).
    LogicScriptDuplicateRequest, "A copy with this name."
}

fn overrides(request: &Document) -> Option<Document> {
    Document::parse(request.get(OVERRIDES)?.get()).ok()
}

/// The members that the copy has otherwise than the original.
pub(super) fn overridden(request: &Document) -> Vec<String> {
    overrides(request).unwrap_or_default().members().map(|(name, _)| name.into_owned()).collect()
}

pub(super) fn field(member: &str) -> String {
    format!("{OVERRIDES}.{member}")
}

pub(super) fn rules(schema: &str, request: &Document, violations: &mut Vec<Violation>) {
    if let Some(schema) = Schema::find(schema) {
        required(schema, &[], request, violations);
    }
    for member in overridden(request) {
        if let Some(expected) = refused(schema, &member) {
            violations.push(Violation::new(field(&member), quoted(&member), expected));
        }
    }
    let mut ids = Vec::new();
    links::check(request, None, &mut ids);
    ids.retain(|id| violations.iter().all(|violation| violation.field != id.field));
    violations.extend(ids);
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
