//! "List available attributes".

use serde_json::json;

use super::attribute::ALL;
use crate::handlers::Exchange;
use crate::options::AttributeList;
use crate::wire::refusal::Refusal;
use crate::wire::reply::Reply;

pub(crate) fn list(exchange: &Exchange<'_>) -> Result<Reply, Refusal> {
    let entries: Vec<_> = ALL
        .iter()
        .map(|known| known.name)
        .map(|name| match exchange.core.options.attribute_list {
            AttributeList::Strings => json!(name),
            AttributeList::Objects => {
                let category = name.split_once(": ").map_or("Tracking", |(category, _)| category);
                json!({"attribute": name, "category": category})
            }
        })
        .collect();
    Ok(Reply::json(&entries))
}
