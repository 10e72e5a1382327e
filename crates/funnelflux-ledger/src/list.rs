//! List calls: the filters, and the objects of the answers.

use funnelflux_model::Document;
use funnelflux_model::json::list_in;
use funnelflux_model::ledger::Status;
use funnelflux_model::reporting::ReportCompleteness;
use funnelflux_transport::{CallBuilder, Error, Operation, Response};
use serde_json::value::RawValue;

/// The filters of a list call.
///
/// A server that ignores a parameter lists everything. So a named filter is refused unsent where the
/// contract has no such parameter for the operation, and an object in the answer that shows another
/// status, category, type or funnel is an error. [`query`](Self::query) sends any parameter, unchecked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "it has an effect only where it is passed"]
pub struct ListFilter {
    named: Vec<(&'static str, String)>,
    raw: Vec<(String, String)>,
    in_part: bool,
}

impl ListFilter {
    /// Creates no filter: the server lists its default.
    pub fn new() -> Self {
        Self::default()
    }

    funnelflux_contract::setters! {
        /// Only this status, such as one of [`StatusFilter`](funnelflux_model::ledger::StatusFilter).
        fn status(status: impl Into<String>), |it| put(&mut it.named, "status", status);
        /// Only this category; the empty text is *uncategorised*.
        fn category(id: impl Into<String>), |it| put(&mut it.named, "idCategory", id);
        /// Only objects that are limited to this funnel (conditions). It wins over `global_only`.
        fn funnel(id: impl Into<String>), |it| put(&mut it.named, "idFunnel", id);
        /// Only objects that are not local to a funnel (conditions).
        fn global_only(), |it| put(&mut it.named, "globalOnly", "true");
        /// Only this type (funnels).
        fn funnel_type(funnel_type: impl Into<String>),
            |it| put(&mut it.named, "funnelType", funnel_type);
        /// Only this type (categories), such as `offersources`.
        fn category_type(category_type: impl Into<String>),
            |it| put(&mut it.named, "categoryType", category_type);
        /// With the objects inside: a funnel group's funnels, a category's traffic sources.
        fn with_children(), |it| put(&mut it.named, "includeChilds", "true");
        /// Adds the filter of a parameter of the contract, such as `pageType`.
        fn named(name: &'static str, value: impl Into<String>), |it| put(&mut it.named, name, value);
        /// Adds any other query parameter: it is not looked up in the contract, nor the answer checked.
        fn query(name: impl Into<String>, value: impl Into<String>),
            |it| put(&mut it.raw, name.into(), value);
    }

    /// Adds a query parameter that asks for a part of the list; the API documents none. Without it, an
    /// answer that says that it is cut is an error, since a part would pass for the whole.
    pub fn part(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.in_part = true;
        self.query(name, value)
    }

    fn check_for(&self, operation: &Operation) -> Result<(), Error> {
        let has: Vec<&str> = operation.query().iter().map(|member| member.name).collect();
        let Some((name, _)) = self.named.iter().find(|(name, _)| !has.contains(name)) else {
            return Ok(());
        };
        let has = if has.is_empty() { "none".to_owned() } else { has.join(", ") };
        Err(Error::invalid_request(format!(
            "filter {name}: the contract has no such parameter for {}; expected one of its own: {has}",
            operation.id()
        ))
        .with_advice("`ListFilter::query` sends any parameter, without a check of the answer."))
    }

    fn check_answer(&self, objects: &[Document]) -> Result<(), Error> {
        let by_funnel = self.named.iter().any(|(name, _)| *name == "idFunnel");
        // A funnel wins over `globalOnly` (documented).
        for (name, asked) in self.named.iter().filter(|it| !(by_funnel && it.0 == "globalOnly")) {
            let count = objects.iter().filter(|object| is_left_out(object, name, asked)).count();
            if count > 0 {
                return Err(Error::unexpected_answer(format!(
                    "filter {name}: the server listed {count} of {} objects with another value than \
                     {asked:?}, so it ignores the filter",
                    objects.len()
                ))
                .with_advice(
                    "List without the filter and select yourself; if the parameter has another name, \
                     see `query_override`.",
                ));
            }
        }
        Ok(())
    }
}

/// Sets a parameter, in place of one of its name.
fn put<N: PartialEq>(to: &mut Vec<(N, String)>, name: N, value: impl Into<String>) {
    to.retain(|(other, _)| *other != name);
    to.push((name, value.into()));
}

/// Whether an object shows that the filter leaves it out. Of the statuses, only those that an object can
/// have are compared, without case; a funnel has global conditions, too.
fn is_left_out(object: &Document, name: &str, asked: &str) -> bool {
    let is_of_funnel = matches!(name, "idFunnel" | "globalOnly");
    let member = if is_of_funnel { "restrictToFunnelId" } else { name };
    let Some(shown) = object.read::<String>(member).ok().flatten() else { return false };
    let mut states = Status::KNOWN.iter().map(|state| state.as_str());
    match name {
        "globalOnly" => !shown.is_empty(),
        "idFunnel" => !shown.is_empty() && shown != asked,
        "status" if !states.any(|state| state.eq_ignore_ascii_case(asked)) => false,
        "status" => !shown.eq_ignore_ascii_case(asked),
        _ => shown != asked,
    }
}

/// Asks for a list and reads its objects: all, unless the filter asks for a part; see [`list_in`].
pub(crate) async fn list(
    call: CallBuilder<'_>,
    filter: &ListFilter,
) -> Result<Response<Vec<Document>>, Error> {
    filter.check_for(call.operation())?;
    let named = filter.named.iter().map(|(name, value)| (*name, value));
    let raw = filter.raw.iter().map(|(name, value)| (name.as_str(), value));
    let call = named.chain(raw).fold(call, |call, (name, value)| call.query(name, value));
    call.send().await?.agreed()?.read(|body| {
        let documents = documents(body, filter.in_part)?;
        filter.check_answer(&documents)?;
        Ok(documents)
    })
}

fn documents(bytes: &[u8], in_part: bool) -> Result<Vec<Document>, Error> {
    let json: &RawValue = serde_json::from_slice(bytes)
        .map_err(|cause| Error::unexpected_answer("the answer is not JSON").with_source(cause))?;
    let list = list_in(json, &[])
        .map_err(|cause| Error::unexpected_answer("the list").with_source(cause))?;
    if !in_part && list.completeness() == ReportCompleteness::Cut {
        let advice =
            "How lists are paged is not documented: ask for a part with `ListFilter::part`.";
        return Err(Error::unexpected_answer(format!(
            "the server says that there is more than the {} objects that it sent",
            list.items.len()
        ))
        .with_advice(advice));
    }
    let documents = list.items.into_iter().zip(1..).map(|(item, number)| {
        Document::from_raw(item.to_owned()).map_err(|cause| {
            Error::unexpected_answer(format!("item {number} of the list")).with_source(cause)
        })
    });
    documents.collect()
}
