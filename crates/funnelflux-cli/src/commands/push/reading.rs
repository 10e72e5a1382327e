//! Reads what the account has: the costs of a report, and the conversions of hits.

use std::collections::BTreeMap;

use funnelflux::FunnelFlux;
use funnelflux::id::HitId;
use funnelflux::model::OpenRow;
use funnelflux::model::explorer::VisitorLookup;
use funnelflux::model::reporting::{
    Attribute, AttributeSelection, DrilldownRequest, Metric, Report, TrackingSlot,
};
use funnelflux::model::updates::{Conversion, CostSegment};
use funnelflux::transport::Error;
use rust_decimal::Decimal;

use super::entry::{DEFAULT, DELETE, Value};

/// What the account has for one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// The sum over the visits of a segment, and their number.
    Cost { cost: Decimal, visits: i64 },
    /// The revenue of the conversion; `None` if there is none.
    Conversion(Option<Decimal>),
    /// The account has no such hit.
    NoHit,
    /// The answer does not say.
    Unclear,
}

/// What the account has of the hit of a conversion.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// The conversion of the same transaction.
    pub(super) reading: Reading,
    /// The transactions of its other conversions.
    pub(super) others: Vec<String>,
}

/// What is read.
pub(super) enum Source<'a> {
    /// The segment at a position.
    Costs(Box<dyn Fn(usize) -> Option<CostSegment> + 'a>),
    Conversions(&'a [Conversion]),
}

impl Reading {
    /// The amount as it is shown.
    pub(super) fn amount(self) -> Option<Decimal> {
        match self {
            Self::Cost { cost, .. } => Some(cost),
            Self::Conversion(revenue) => revenue,
            Self::NoHit | Self::Unclear => None,
        }
    }

    pub(super) fn visits(self) -> Option<i64> {
        match self {
            Self::Cost { visits, .. } => Some(visits),
            _ => None,
        }
    }

    /// The same as the journal keeps it, to be set back to.
    pub(super) fn before(self) -> Option<String> {
        match self {
            // What later visits bring of their own would be unknown.
            Self::Unclear | Self::Cost { visits: 0, .. } => None,
            known => Some(known.amount().map_or(DELETE.to_owned(), |amount| amount.to_string())),
        }
    }

    /// Whether there is nothing that an upload could change, which no queue brings.
    pub(super) fn is_nowhere(self) -> bool {
        matches!(self, Self::NoHit | Self::Cost { visits: 0, .. })
    }

    /// Whether the account has what `value` wrote; `None` if that cannot be told.
    pub(super) fn is(self, value: &Value) -> Option<bool> {
        let wanted = value.amount.parse::<Decimal>();
        match self {
            Self::Unclear => None,
            // Not even what deletes had an effect.
            Self::NoHit => Some(false),
            Self::Conversion(revenue) => Some(match (&*value.amount, wanted) {
                (DELETE, _) => revenue.is_none(),
                (DEFAULT, _) => revenue.is_some(),
                (_, Ok(wanted)) => revenue == Some(wanted),
                _ => return None,
            }),
            Self::Cost { cost, visits } => {
                let wanted = wanted.ok()?;
                let is_total = value.cost_type.as_deref().is_none_or(|it| it == "wholeSegment");
                let wanted = match is_total {
                    true => wanted,
                    // Any other type is a cost per visit.
                    false => wanted.checked_mul(visits.into())?,
                };
                Some((cost - wanted).abs() < ROUNDED)
            }
        }
    }
}

/// A total is spread over visits, and the server may round each share: less than a cent is no difference.
pub(super) const ROUNDED: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

impl Source<'_> {
    /// Reads the rows at these positions. Reports that share days and tracking fields are asked for once.
    pub(super) async fn read(
        &self,
        client: &FunnelFlux,
        positions: &[usize],
        mut tell: impl FnMut(usize),
    ) -> Result<Vec<Reading>, Error> {
        match self {
            Self::Costs(segment) => {
                let picked = positions.iter().map(|at| segment(*at)).collect::<Vec<_>>();
                costs(client, &picked, &mut tell).await
            }
            Self::Conversions(conversions) => {
                let found = hits(client, conversions, positions, &mut tell).await?;
                Ok(found.into_iter().map(|found| found.reading).collect())
            }
        }
    }
}

type Group = (String, String, Vec<TrackingSlot>);

async fn costs(
    client: &FunnelFlux,
    segments: &[Option<CostSegment>],
    tell: &mut impl FnMut(usize),
) -> Result<Vec<Reading>, Error> {
    let mut groups: BTreeMap<Group, Vec<usize>> = BTreeMap::new();
    for (at, segment) in segments.iter().enumerate() {
        let Some(segment) = segment else { continue };
        let slots = segment.tracking_fields().map(|(slot, _)| slot).collect();
        let range = segment.range();
        let group = (range.start_rfc3339(), range.end_rfc3339(), slots);
        groups.entry(group).or_default().push(at);
    }
    let mut readings = vec![Reading::Unclear; segments.len()];
    let mut done = 0;
    for ((_, _, slots), places) in groups {
        let Some(Some(first)) = places.first().and_then(|at| segments.get(*at)) else { continue };
        let mut request = DrilldownRequest::builder(first.range().clone())
            .attribute(Attribute::ELEMENT_FUNNEL)
            .attribute(Attribute::THIRD_PARTIES_TRAFFIC_SOURCE);
        for slot in &slots {
            request = request.attribute(AttributeSelection::tracking_field(*slot));
        }
        let wrong = |cause| Error::invalid_request("report of costs").with_source(cause);
        let request = request.build().map_err(wrong)?;
        let report = client.reporting().drilldown(&request).await?.into_inner();
        for at in &places {
            if let (Some(Some(segment)), Some(reading)) = (segments.get(*at), readings.get_mut(*at))
            {
                *reading = cost_of(&report, segment);
            }
        }
        done += places.len();
        tell(done);
    }
    Ok(readings)
}

/// The cost of the report's rows that the segment names.
fn cost_of(report: &Report, segment: &CostSegment) -> Reading {
    let funnel = segment.funnel().to_string();
    let source = segment.traffic_source().to_string();
    let is = |row: &funnelflux::model::reporting::Row<'_>, place: usize, wanted: &[String]| {
        let attribute = row.attribute(place);
        let texts = attribute.map(|it| (it.id(), it.value()));
        texts.is_some_and(|(id, value)| {
            wanted.iter().any(|it| id.as_deref() == Some(it) || value.as_deref() == Some(it))
        })
    };
    let (mut cost, mut visits) = (Decimal::ZERO, 0);
    for row in report.rows() {
        let mut fields = segment.tracking_fields().zip(2..);
        let has_fields = fields.all(|((_, values), place)| is(&row, place, values));
        if !has_fields
            || !is(&row, 0, std::slice::from_ref(&funnel))
            || !is(&row, 1, std::slice::from_ref(&source))
        {
            continue;
        }
        let now = row.metric(&Metric::COST);
        let Some(sum) = now.as_decimal().or(now.is_null().then_some(Decimal::ZERO)) else {
            return Reading::Unclear;
        };
        cost += sum;
        visits += row.metric(&Metric::VISITS).as_count().unwrap_or_default();
    }
    Reading::Cost { cost, visits }
}

/// Looks each hit up (documented), since a report does not say which hit a conversion belongs to.
pub(super) async fn hits(
    client: &FunnelFlux,
    conversions: &[Conversion],
    positions: &[usize],
    tell: &mut impl FnMut(usize),
) -> Result<Vec<Found>, Error> {
    let picked: Vec<Option<&Conversion>> =
        positions.iter().map(|at| conversions.get(*at)).collect();
    let mut hits: BTreeMap<&HitId, Vec<usize>> = BTreeMap::new();
    for (at, conversion) in picked.iter().enumerate() {
        let Some(conversion) = conversion else { continue };
        hits.entry(conversion.hit()).or_default().push(at);
    }
    let nothing = Found { reading: Reading::Unclear, others: Vec::new() };
    let mut all = vec![nothing; picked.len()];
    let mut done = 0;
    for (hit, places) in hits {
        done += places.len();
        let answer = client.reporting().explore_visitor(&VisitorLookup::by_hit(hit.clone())).await;
        tell(done);
        let answer = match answer {
            Ok(answer) => Some(answer),
            Err(error) if error.is_not_found() => None,
            Err(error) if error.is_decode() => continue,
            Err(error) => return Err(error),
        };
        let is_whole = answer.as_ref().is_none_or(|answer| answer.has_more() != Some(true));
        let rows = answer.as_ref().map(|answer| answer.rows().ok().filter(|_| is_whole));
        for at in places {
            let conversion = picked.get(at).copied().flatten();
            let Some((conversion, found)) = conversion.zip(all.get_mut(at)) else { continue };
            match &rows {
                Some(Some(rows)) => *found = of_hit(rows, conversion),
                Some(None) => {}
                None => found.reading = Reading::NoHit,
            }
        }
    }
    Ok(all)
}

/// The names of a conversion's members in rows of hits, in order of belief (inferred).
const TRANSACTION: [&str; 3] = ["transaction", "transactionId", "tx"];
const REVENUE: [&str; 2] = ["revenue", "payout"];

fn of_hit(rows: &[OpenRow<'_>], conversion: &Conversion) -> Found {
    let has_kinds = rows.iter().any(|row| row.kind().is_some());
    let hit = conversion.hit().as_str();
    let of_hit = rows.iter().filter(|row| row.hit_id().as_deref() == Some(hit));
    let sales = of_hit.filter(|row| row.kind().is_some_and(|kind| kind == "conversion"));
    let transaction = |row: &&OpenRow<'_>| {
        TRANSACTION.iter().find_map(|name| row.text(name)).unwrap_or_default().into_owned()
    };
    let (same, others): (Vec<_>, Vec<_>) =
        sales.partition(|row| transaction(row) == conversion.transaction_id());
    let reading = match same.first() {
        Some(row) => REVENUE.iter().find_map(|name| row.decimal(name)).map(Some),
        // Without kinds of events a conversion cannot be told from its hit.
        None => has_kinds.then_some(None),
    };
    let reading = reading.map_or(Reading::Unclear, Reading::Conversion);
    Found { reading, others: others.iter().map(transaction).collect() }
}
