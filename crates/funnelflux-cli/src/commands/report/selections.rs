//! The attributes and filters of `--by`, `--filter` and `--exclude`.

use funnelflux::model::reporting::{AttributeSelection, DrilldownRequest, TrackingAliases};
use funnelflux::model::time::TimeRange;

use crate::args::DrilldownArgs;
use crate::failure::Failure;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Whitelist,
    Blacklist,
}

/// Builds the request from the flags.
pub(super) fn request(
    args: &DrilldownArgs,
    range: TimeRange,
    fields: &TrackingAliases,
) -> Result<DrilldownRequest, Failure> {
    let mut attributes = Vec::new();
    for attribute in args.by.iter().filter(|attribute| !attribute.trim().is_empty()) {
        attributes.push(parse("--by", attribute, fields)?);
    }
    let mut filters: Vec<AttributeSelection> = Vec::new();
    let filter = args.filter.iter().map(|text| ("--filter", Side::Whitelist, text));
    let exclude = args.exclude.iter().map(|text| ("--exclude", Side::Blacklist, text));
    for (flag, side, text) in filter.chain(exclude) {
        let (attribute, pattern) = split(flag, text)?;
        let selection = parse(flag, attribute, fields)?;
        // The list of a grouped attribute is proven to work; the list `filters` is less certain.
        let grouped = attributes.iter_mut().find(|known| known.label() == selection.label());
        let known =
            grouped.or_else(|| filters.iter_mut().find(|known| known.label() == selection.label()));
        match known {
            Some(known) => *known = add(known.clone(), side, pattern),
            None => filters.push(add(selection, side, pattern)),
        }
    }
    let mut builder = DrilldownRequest::builder(range).attributes(attributes);
    for filter in filters {
        builder = builder.filter(filter);
    }
    Ok(builder.build()?)
}

fn add(selection: AttributeSelection, side: Side, pattern: &str) -> AttributeSelection {
    match side {
        Side::Whitelist => selection.whitelist([pattern]),
        Side::Blacklist => selection.blacklist([pattern]),
    }
}

fn parse(flag: &str, text: &str, fields: &TrackingAliases) -> Result<AttributeSelection, Failure> {
    AttributeSelection::parse(text, fields)
        .map_err(|error| Failure::usage(format!("{flag} {error}")))
}

fn split<'a>(flag: &str, text: &'a str) -> Result<(&'a str, &'a str), Failure> {
    match text.split_once('=') {
        Some((attribute, pattern)) if !pattern.trim().is_empty() => Ok((attribute, pattern)),
        Some(_) => Err(Failure::usage(format!(
            "{flag}: got `{text}`; an empty pattern may match everything"
        ))
        .hint("`*` matches any text, such as country=Ger*")),
        None => Err(Failure::usage(format!("{flag}: got `{text}`; expected ATTR=PATTERN"))
            .hint("for example country=Germany, or field:c1=summer*")),
    }
}
