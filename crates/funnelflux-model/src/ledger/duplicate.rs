//! Requests to copy an asset.

use funnelflux_id::{AssetId, Category, FunnelGroup, Id};
use serde::{Serialize, Serializer};

use super::wire;
use crate::{Document, EditError, ValidationError, Violation, document::quote, validation::quoted};

/// The member that holds the overrides. Its name is *inferred*: the reference describes it and
/// hides its name.
pub const OVERRIDES_MEMBER: &str = "bodyUpdates";

/// What every copy is given by the server, whatever is asked for (documented).
const SET_BY_SERVER: [&str; 2] = ["owner", "status"];

macro_rules! request {
    ($(#[$doc:meta])* $request:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $request {
            document: Document,
            overrides: Document,
            overrides_member: String,
        }

        impl $request {
            fn named(name: &str) -> Self {
                let mut document = Document::new();
                document.put("name", &quote(name));
                Self {
                    document,
                    overrides: Document::new(),
                    overrides_member: OVERRIDES_MEMBER.to_owned(),
                }
            }

            /// A request that was written by hand, with its overrides under [`OVERRIDES_MEMBER`].
            #[must_use]
            pub fn from_document(mut document: Document) -> Self {
                let overrides = document
                    .get(OVERRIDES_MEMBER)
                    .and_then(|raw| Document::parse(raw.get()).ok());
                if overrides.is_some() {
                    document.remove(OVERRIDES_MEMBER);
                }
                Self {
                    document,
                    overrides: overrides.unwrap_or_default(),
                    overrides_member: OVERRIDES_MEMBER.to_owned(),
                }
            }

            /// A value that the copy is to have in place of the original's, by its name on the
            /// wire.
            ///
            /// # Errors
            ///
            /// When the value cannot be written as JSON.
            pub fn set<T: Serialize + ?Sized>(
                mut self,
                member: &str,
                value: &T,
            ) -> Result<Self, EditError> {
                self.overrides.set(member, value)?;
                Ok(self)
            }

            /// Sends the overrides under another name than [`OVERRIDES_MEMBER`], which is a guess.
            #[must_use]
            pub fn with_overrides_member(mut self, name: &str) -> Self {
                name.clone_into(&mut self.overrides_member);
                self
            }

            /// The request as it is sent.
            #[must_use]
            pub fn document(&self) -> Document {
                let mut document = self.document.clone();
                if self.overrides != Document::new() {
                    document.put(&self.overrides_member, self.overrides.text());
                }
                document
            }

            /// The members that the copy is to have otherwise than the original.
            pub fn overridden(&self) -> impl Iterator<Item = std::borrow::Cow<'_, str>> {
                self.overrides.members().map(|(name, _)| name)
            }

            /// Checks that what is required is there, and what the server would ignore: overrides
            /// of what it sets itself.
            ///
            /// # Errors
            ///
            /// Every violation, in one error.
            pub fn validate(&self) -> Result<(), ValidationError> {
                let mut violations = Vec::new();
                Self::required(&self.document, &mut violations);
                for (member, _) in self.overrides.members() {
                    if let Some(expected) = Self::refused(&member) {
                        let field = format!("{}.{member}", self.overrides_member);
                        violations.push(Violation::new(field, quoted(&member), expected));
                    }
                }
                ValidationError::check(violations)
            }
        }

        impl Serialize for $request {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.document().serialize(serializer)
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
    DuplicateRequest
}

impl DuplicateRequest {
    /// A copy of this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self::named(name)
    }

    /// The category or other parent of the copy; the original's if it is not set.
    #[must_use]
    pub fn parent_id(mut self, parent: AssetId) -> Self {
        self.document.put("parentId", &quote(parent.as_str()));
        self
    }

    fn required(_: &Document, _: &mut Vec<Violation>) {}

    fn refused(member: &str) -> Option<&'static str> {
        SET_BY_SERVER.contains(&member).then_some("a member that the server does not set itself")
    }
}

request! {
    /// A request to copy a funnel (documented: `name`, `parentId`, which is required, and
    /// overrides).
    FunnelDuplicateRequest
}

impl FunnelDuplicateRequest {
    /// A copy of this name in this group.
    #[must_use]
    pub fn new(name: &str, group: Id<FunnelGroup>) -> Self {
        let mut new = Self::named(name);
        new.document.put("parentId", &quote(group.as_str()));
        new
    }

    fn required(document: &Document, violations: &mut Vec<Violation>) {
        if !matches!(wire::id::<FunnelGroup>(document, "parentId"), Ok(Some(_))) {
            let value = quoted(&wire::any_text(document, "parentId"));
            let expected = "the id of the funnel group that the copy is made in";
            violations.push(Violation::new("parentId", value, expected));
        }
    }

    fn refused(member: &str) -> Option<&'static str> {
        (SET_BY_SERVER.contains(&member)
            || matches!(member, "idFunnel" | "idFunnelGroup" | "idCampaign"))
        .then_some("a member that the server does not set itself; the group is `parentId`")
    }
}

request! {
    /// A request to copy a logic script (documented: `name` and overrides, of which only
    /// `idCategory`, `categoryName` and `description` are honoured).
    LogicScriptDuplicateRequest
}

impl LogicScriptDuplicateRequest {
    /// A copy of this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self::named(name)
    }

    /// The category of the copy; `None` is none.
    #[must_use]
    pub fn category_id(mut self, category: Option<Id<Category>>) -> Self {
        self.overrides.put("idCategory", &quote(category.as_ref().map_or("", Id::as_str)));
        self
    }

    /// What the copy is for.
    #[must_use]
    pub fn description(mut self, description: &str) -> Self {
        self.overrides.put("description", &quote(description));
        self
    }

    fn required(_: &Document, _: &mut Vec<Violation>) {}

    fn refused(member: &str) -> Option<&'static str> {
        (!matches!(member, "idCategory" | "categoryName" | "description"))
            .then_some("idCategory, categoryName or description: nothing else is honoured")
    }
}
