//! List calls: the filters, and the objects of the answers.

use funnelflux_model::Document;
use funnelflux_model::json::list_in;
use funnelflux_model::reporting::ReportCompleteness;
use funnelflux_transport::{CallBuilder, Error, Response};
use serde_json::value::RawValue;

use crate::answer::ask;

/// The filters of a list call. The documentation of the operation names the filters of each kind
/// beyond the status; [`query`](Self::query) sends any parameter.
///
/// ```
/// use funnelflux_ledger::ListFilter;
/// let filter = ListFilter::new().status("active").category("");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFilter {
    pub(crate) pairs: Vec<(String, String)>,
    pub(crate) in_part: bool,
}

impl ListFilter {
    /// Creates no filter: the server lists its default.
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

    /// Only objects that can be used in this funnel (conditions; overrides [`global_only`](Self::global_only)).
    #[must_use]
    pub fn funnel(self, id: impl Into<String>) -> Self {
        self.query("idFunnel", id)
    }

    /// Only objects that are not local to a funnel (conditions).
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

    /// With the objects inside: a funnel group's funnels, a category's traffic sources (proven).
    #[must_use]
    pub fn with_children(self) -> Self {
        self.query("includeChilds", "true")
    }

    /// Adds a query parameter that asks for a part of the list. The API documents none. Without one,
    /// an answer that says that it is cut is an error, since a part would pass for the whole.
    ///
    /// ```
    /// use funnelflux_ledger::ListFilter;
    /// let second = ListFilter::new().part("start", "50").part("length", "50");
    /// ```
    #[must_use]
    pub fn part(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.in_part = true;
        self.query(name, value)
    }

    /// Adds any other query parameter.
    #[must_use]
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        self.pairs.retain(|(other, _)| *other != name);
        self.pairs.push((name, value.into()));
        self
    }
}

/// Asks for a list and reads all its objects, or, if `in_part`, those that came. The shape around
/// them is unknown: see [`funnelflux_model::json::list_in`].
pub(crate) async fn list(
    call: CallBuilder<'_>,
    in_part: bool,
) -> Result<Response<Vec<Document>>, Error> {
    let answer = ask(call).await?;
    match documents(&answer, in_part) {
        Ok(documents) => Ok(answer.map(|_| documents)),
        Err(error) => Err(answer.error(error)),
    }
}

fn documents(bytes: &[u8], in_part: bool) -> Result<Vec<Document>, Error> {
    let shape = |message: String| Error::unexpected_answer(message);
    let json: &RawValue = serde_json::from_slice(bytes)
        .map_err(|cause| shape("the answer is not JSON".into()).with_source(cause))?;
    let list = list_in(json).map_err(|cause| shape("the list".into()).with_source(cause))?;
    if !in_part && list.completeness() == ReportCompleteness::Cut {
        return Err(shape(format!(
            "the server says that there is more than the {} objects that it sent",
            list.items().len()
        ))
        .with_advice(
            "How lists are paged is not documented: ask for a part with `ListFilter::part`.",
        ));
    }
    let documents = list.into_items().into_iter().enumerate().map(|(index, item)| {
        Document::from_raw(item.to_owned())
            .map_err(|cause| shape(format!("item {} of the list", index + 1)).with_source(cause))
    });
    documents.collect()
}
