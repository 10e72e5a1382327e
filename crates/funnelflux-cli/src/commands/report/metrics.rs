//! Which figures are shown, and how they are called above a table.

use funnelflux::model::reporting::{Metric, Report};

/// What a table shows if nobody asks for anything else, the most important first. The last ones go
/// where there is no room.
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

/// Names that people say, for names of the wire.
const SPOKEN: [(&str, Metric); 3] = [
    ("profit", Metric::PROFIT_AND_LOSS),
    ("pnl", Metric::PROFIT_AND_LOSS),
    ("roi", Metric::RETURN_ON_INVESTMENT),
];

/// Reads `--metric`: names of the wire, whatever their case; `offer-views` is `offerViews`. A name
/// that is not known here may still be one of the answer's.
pub(super) fn parse(texts: &[String]) -> Vec<Metric> {
    let mut metrics: Vec<Metric> = Vec::new();
    for text in texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()) {
        let wanted = fold(text);
        let exact = Metric::KNOWN.iter().find(|metric| metric.name() == text);
        let spoken = || SPOKEN.iter().find(|(name, _)| *name == wanted).map(|(_, metric)| metric);
        let folded = || Metric::KNOWN.iter().find(|metric| fold(metric.name()) == wanted);
        let metric = exact.or_else(spoken).or_else(folded).cloned();
        let metric = metric.unwrap_or_else(|| Metric::from(text.to_owned()));
        if !metrics.contains(&metric) {
            metrics.push(metric);
        }
    }
    metrics
}

fn fold(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect::<String>().to_ascii_lowercase()
}

/// What a table shows of a report: the usual figures that it has; all of it, if it has none.
pub(super) fn usual(report: &Report) -> Vec<Metric> {
    let usual: Vec<Metric> =
        USUAL.iter().filter(|metric| report.column(metric.name()).is_some()).cloned().collect();
    if usual.is_empty() { report.metrics().map(|column| column.metric()).collect() } else { usual }
}

/// What stands above a column: `Offer views` for `offerViews`.
pub(super) fn title(metric: &Metric) -> String {
    match metric.name() {
        "profitAndLoss" => return "Profit".to_owned(),
        "returnOnInvestment" => return "ROI".to_owned(),
        _ => {}
    }
    let mut title = String::new();
    for letter in metric.name().chars() {
        match letter {
            first if title.is_empty() => title.extend(first.to_uppercase()),
            upper if upper.is_ascii_uppercase() => {
                title.push(' ');
                title.push(upper.to_ascii_lowercase());
            }
            other => title.push(other),
        }
    }
    title
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_understood_as_people_type_them() {
        let texts = ["visits", "offer-views", "ROI", "profit", "Visits", "moonPhases"];
        let metrics = parse(&texts.map(str::to_owned));
        let names: Vec<&str> = metrics.iter().map(Metric::name).collect();
        assert_eq!(
            names,
            ["visits", "offerViews", "returnOnInvestment", "profitAndLoss", "moonPhases"]
        );
    }

    #[test]
    fn titles_are_words() {
        assert_eq!(title(&Metric::OFFER_VIEWS_UNIQUE), "Offer views unique");
        assert_eq!(title(&Metric::RETURN_ON_INVESTMENT), "ROI");
    }
}
