//! Lists: filters out, slim objects in.

use funnelflux_model::Document;
use funnelflux_model::ledger::{LedgerAsset, Model as _};
use funnelflux_transport::bytes::Bytes;
use funnelflux_transport::{Error, Response};
use serde_json::value::RawValue;

/// The filters of a list call. What an asset's list understands beyond the status is named in its
/// operation's documentation; anything can be sent by [`query`](Self::query).
///
/// ```
/// use funnelflux_ledger::ListFilter;
/// let filter = ListFilter::new().status("active").category("");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFilter {
    pub(crate) pairs: Vec<(String, String)>,
}

impl ListFilter {
    /// No filter: whatever the server lists by default.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only this status: `active` (proven), `archived` (sibling), `not-deleted` (documented for
    /// middleware configs), `deleted` (inferred), `all` (sibling).
    #[must_use]
    pub fn status(self, status: impl Into<String>) -> Self {
        self.query("status", status)
    }

    /// Only this category; the empty text is *uncategorised*.
    #[must_use]
    pub fn category(self, id: impl Into<String>) -> Self {
        self.query("idCategory", id)
    }

    /// Only what can be used in this funnel (conditions; wins over [`global_only`](Self::global_only)).
    #[must_use]
    pub fn funnel(self, id: impl Into<String>) -> Self {
        self.query("idFunnel", id)
    }

    /// Only what is not local to a funnel (conditions).
    #[must_use]
    pub fn global_only(self) -> Self {
        self.query("globalOnly", "true")
    }

    /// Only this type (funnels).
    #[must_use]
    pub fn funnel_type(self, funnel_type: impl Into<String>) -> Self {
        self.query("funnelType", funnel_type)
    }

    /// Only this type (categories), such as `offersources`.
    #[must_use]
    pub fn category_type(self, category_type: impl Into<String>) -> Self {
        self.query("categoryType", category_type)
    }

    /// With what is inside: a funnel group's funnels, a category's traffic sources (proven).
    #[must_use]
    pub fn with_children(self) -> Self {
        self.query("includeChilds", "true")
    }

    /// Any other query parameter.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        self.pairs.retain(|(other, _)| *other != name);
        self.pairs.push((name, value.into()));
        self
    }
}

/// The objects of a list answer. The shape around them is unknown: a bare array, or an object with
/// one array in it, are both understood.
pub(crate) fn objects(answer: Response<Bytes>) -> Result<Response<Vec<Document>>, Error> {
    match read(&answer) {
        Ok(documents) => Ok(answer.map(|_| documents)),
        Err(error) => Err(answer.error(error)),
    }
}

fn read(bytes: &[u8]) -> Result<Vec<Document>, Error> {
    let shape = |message: String| Error::unexpected_answer(message);
    let json: Box<RawValue> = serde_json::from_slice(bytes)
        .map_err(|cause| shape("the answer is not JSON".into()).with_source(cause))?;
    let items = match json.get().as_bytes().first() {
        Some(b'[') => items(&json)?,
        // A list of nothing.
        Some(b'n') => Vec::new(),
        Some(b'{') => {
            let object =
                Document::from_raw(json).map_err(|e| shape("list".into()).with_source(e))?;
            let mut arrays = object.members().filter(|(_, value)| value.get().starts_with('['));
            match (arrays.next(), arrays.next()) {
                (Some((_, only)), None) => items(only)?,
                (found, _) => {
                    let many = if found.is_some() { "several arrays" } else { "no array" };
                    return Err(shape(format!(
                        "a list was expected; the answer is an object with {many}"
                    )));
                }
            }
        }
        _ => return Err(shape("a list was expected; the answer is a single value".into())),
    };
    items
        .into_iter()
        .enumerate()
        .map(|(index, item)| {
            Document::from_raw(item).map_err(|cause| {
                shape(format!("item {} of the list", index + 1)).with_source(cause)
            })
        })
        .collect()
}

fn items(array: &RawValue) -> Result<Vec<Box<RawValue>>, Error> {
    serde_json::from_str(array.get())
        .map_err(|cause| Error::unexpected_answer("the list cannot be read").with_source(cause))
}

/// Slim objects from documents.
pub(crate) fn infos<A: LedgerAsset>(documents: Vec<Document>) -> Vec<A::Info> {
    documents.into_iter().map(A::Info::from_document).collect()
}
