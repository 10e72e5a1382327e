//! What a report asks for: attributes and filters of `--by`, `--filter` and `--exclude`, and metrics.

use funnelflux::model::reporting::{
    AttributeSelection, DrilldownRequest, Metric, Report, TrackingAliases,
};
use funnelflux::model::time::TimeRange;

use crate::args::DrilldownArgs;
use crate::failure::Failure;

pub(super) fn request(
    args: &DrilldownArgs,
    range: TimeRange,
    fields: &TrackingAliases,
) -> Result<DrilldownRequest, Failure> {
    let by = args.by.iter().filter(|attribute| !attribute.trim().is_empty());
    let by = by.map(|attribute| parse("--by", attribute, fields));
    let mut attributes: Vec<_> = by.collect::<Result<_, _>>()?;
    let mut filters: Vec<AttributeSelection> = Vec::new();
    let filter = args.filter.iter().map(|text| ("--filter", text));
    for (flag, text) in filter.chain(args.exclude.iter().map(|text| ("--exclude", text))) {
        let (attribute, pattern) = split(flag, text)?;
        let selection = parse(flag, attribute, fields)?;
        let add = |selection: AttributeSelection| match flag {
            "--filter" => selection.whitelist([pattern]),
            _ => selection.blacklist([pattern]),
        };
        // The list of a grouped attribute is surer to work than the list `filters`.
        let mut known = attributes.iter_mut().chain(&mut filters);
        match known.find(|known| known.label() == selection.label()) {
            Some(known) => *known = add(known.clone()),
            None => filters.push(add(selection)),
        }
    }
    let builder = DrilldownRequest::builder(range).attributes(attributes);
    let builder = filters.into_iter().fold(builder, |builder, filter| builder.filter(filter));
    builder.build().map_err(|error| {
        let why = error.to_string().replace("attributes: got", "--by: got");
        Failure::usage(why.replace("attributes[", "--by["))
    })
}

fn parse(flag: &str, text: &str, fields: &TrackingAliases) -> Result<AttributeSelection, Failure> {
    AttributeSelection::parse(text, fields)
        .map_err(|error| Failure::usage(format!("{flag} {error}")))
}

fn split<'a>(flag: &str, text: &'a str) -> Result<(&'a str, &'a str), Failure> {
    let wrong = |why: &str| Failure::usage(format!("{flag}: got `{text}`; {why}"));
    match text.split_once('=') {
        Some((attribute, pattern)) if !pattern.trim().is_empty() => Ok((attribute, pattern)),
        Some(_) => Err(wrong("an empty pattern may match everything")
            .hint("`*` matches any text, such as country=Ger*")),
        None => {
            Err(wrong("expected ATTR=PATTERN")
                .hint("for example country=Germany, or field:c1=summer*"))
        }
    }
}

/// The metrics of a table without `--metric`, the most important first.
const USUAL: [Metric; 10] = [
    Metric::VISITS,
    Metric::CONVERSIONS,
    Metric::REVENUE,
    Metric::COST,
    Metric::PROFIT_AND_LOSS,
    Metric::RETURN_ON_INVESTMENT,
    Metric::LANDER_VIEWS,
    Metric::LANDER_CLICKS,
    Metric::OFFER_VIEWS,
    Metric::OFFER_CLICKS,
];

const COMMON_NAMES: [(&str, Metric); 3] = [
    ("profit", Metric::PROFIT_AND_LOSS),
    ("pnl", Metric::PROFIT_AND_LOSS),
    ("roi", Metric::RETURN_ON_INVESTMENT),
];

/// Reads `--metric`, without regard to case and dashes. The answer may have an unknown name.
pub(super) fn metrics(texts: &[String]) -> Vec<Metric> {
    let mut metrics: Vec<Metric> = Vec::new();
    for text in texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        let wanted = fold(text);
        let exact = Metric::KNOWN.iter().find(|metric| metric.name() == text);
        let common = || COMMON_NAMES.iter().find(|(name, _)| *name == wanted).map(|(_, it)| it);
        let folded = || Metric::KNOWN.iter().find(|metric| fold(metric.name()) == wanted);
        let metric = exact.or_else(common).or_else(folded).cloned();
        let metric = metric.unwrap_or_else(|| Metric::new(text.to_owned()));
        if !metrics.contains(&metric) {
            metrics.push(metric);
        }
    }
    metrics
}

fn fold(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect::<String>().to_ascii_lowercase()
}

/// The usual metrics that the report has; all of its metrics if it has none of the usual ones.
pub(super) fn usual(report: &Report) -> Vec<Metric> {
    let usual: Vec<Metric> =
        USUAL.iter().filter(|metric| report.column(metric.name()).is_some()).cloned().collect();
    if usual.is_empty() { report.metrics().map(|column| column.metric()).collect() } else { usual }
}

/// `Offer views` for `offerViews`.
pub(super) fn title(metric: &Metric) -> String {
    let name = match metric.name() {
        "profitAndLoss" => "profit",
        "returnOnInvestment" => return "ROI".to_owned(),
        name => name,
    };
    let mut title = String::new();
    for letter in name.chars() {
        match letter {
            first if title.is_empty() => title.extend(first.to_uppercase()),
            upper if upper.is_ascii_uppercase() => title.extend([' ', upper.to_ascii_lowercase()]),
            other => title.push(other),
        }
    }
    title
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_read_in_common_spellings() {
        let texts = ["visits", "offer-views", "ROI", "profit", "Visits", "moonPhases"];
        let read = metrics(&texts.map(str::to_owned));
        let names: Vec<&str> = read.iter().map(Metric::name).collect();
        assert_eq!(
            names,
            ["visits", "offerViews", "returnOnInvestment", "profitAndLoss", "moonPhases"]
        );
    }

    #[test]
    fn titles_are_split_into_words() {
        assert_eq!(title(&Metric::OFFER_VIEWS_UNIQUE), "Offer views unique");
        assert_eq!(title(&Metric::RETURN_ON_INVESTMENT), "ROI");
    }
}
