//! The lines of a file as costs.

use std::borrow::Cow;
use std::time::SystemTime;

use funnelflux_id::{AssetId, Funnel, Id, TrafficSource};
use funnelflux_model::ValidationError;
use funnelflux_model::reporting::TrackingSlot;
use funnelflux_model::time::{TimeRange, Zone};
use funnelflux_model::updates::{CostSegment, CostSegmentType, CostUpdate};
use rust_decimal::Decimal;

use crate::amount::money;
use crate::groups::{are_single, groups};
use crate::meaning::Meaning;
use crate::sheet::Column;
use crate::span::{DATE, END, HOUR, span};
use crate::{Field, FieldKind, Line, Problems, Reader, Sheet, day};

const FUNNEL: &str = "funnel";
const SOURCE: &str = "traffic_source";
const COST: &str = "cost";

impl Reader {
    /// A reader of ad spend: a day or an hour of it, a funnel, a traffic source, a cost, and tracking fields that
    /// restrict it. A line of several days, up to its `end`, is taken [with periods](Self::with_periods).
    #[must_use]
    pub fn costs() -> Self {
        let ids =
            |name, aliases| Field::new(name, FieldKind::Asset).with_aliases(aliases).required();
        let own = [
            Field::new(DATE, FieldKind::Day).with_aliases(&["day"]).required(),
            Field::new(HOUR, FieldKind::Text),
            Field::new(END, FieldKind::Day),
            ids(FUNNEL, &["idFunnel", "funnel_id"]),
            ids(SOURCE, &["idTrafficSource", "traffic_source_id", "source"]),
            Field::new(COST, FieldKind::Amount).with_aliases(&["spend", "amount"]).required(),
        ];
        let slots = TrackingSlot::KNOWN.iter().map(|slot| Field::new(slot.as_str(), FieldKind::Id));
        Self::new(&own.into_iter().chain(slots).collect::<Vec<_>>())
    }
}

/// What the lines of a file of costs have in common.
#[derive(Clone, Debug)]
pub struct CostOptions {
    zone: Zone,
    now: SystemTime,
    cost_type: CostSegmentType,
    everything: bool,
}

impl CostOptions {
    /// Costs of days and hours of a zone, that of the ad account. A time that begins after `now` is refused.
    #[must_use]
    pub fn new(zone: Zone, now: SystemTime) -> Self {
        Self { zone, now, cost_type: CostSegmentType::WholeSegment, everything: false }
    }

    funnelflux_contract::setters! {
        /// Sets what a cost means, in place of the total of a line.
        fn with_cost_type(cost_type: CostSegmentType) => cost_type = cost_type;
        /// Allows lines without a tracking field, whose cost is spread over all visits of the funnel from the source.
        fn with_everything() => everything = true;
    }
}

/// The lines of a file as costs: what the distinct values of each column mean. A segment is made when it is asked for,
/// because 100,000 of them take more memory than their file ten times over.
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use funnelflux_imports::{CostOptions, Costs, Profile, Reader};
///
/// let file = b"Day,Campaign ID,Amount spent (USD)\n2026-10-01,1201,3.50\n2026-10-02,1201,1.25\n";
/// let reader = Reader::costs().with_profile(Profile::find("meta").unwrap());
/// let reader = reader.with_value("funnel", "Shoes").with_value("traffic_source", "2n5JuOKWLTzd");
/// let sheet = reader.read(file)?;
///
/// // Names are the caller's business: `funnelflux-ledger` lists them.
/// let id = |text: &str| if text == "Shoes" { "2nIemJxCKbFX" } else { text }.parse();
/// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
/// let options = CostOptions::new("Europe/Berlin".parse()?, now);
/// let costs = Costs::of(sheet, &options, |_, text| id(text).map_err(|why| format!("{why}")))?;
/// assert_eq!((costs.len(), costs.sum().unwrap().to_string().as_str()), (2, "4.75"));
/// assert_eq!(costs.requests(&[0, 1]).len(), 2);
/// assert_eq!(costs.segment(1).unwrap().cost().to_string(), "1.25");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Costs {
    sheet: Sheet,
    cost_type: CostSegmentType,
    times: Meaning<TimeRange>,
    funnels: Meaning<Id<Funnel>>,
    sources: Meaning<Id<TrafficSource>>,
    amounts: Meaning<Decimal>,
    /// The places of the columns of tracking fields.
    slots: Vec<(TrackingSlot, usize)>,
}

/// Refuses days that cells say to be of another zone. A name such as `EST` is used all year for a zone that has it for
/// a part of the year.
fn tell_zones(sheet: &Sheet, zone: &Zone, problems: &mut Problems) {
    let ends = |day: &str, zone: &Zone| {
        let range = TimeRange::days(day, day, zone).ok()?;
        let offset = |time: String| time.chars().skip("2026-03-29T00:00:00".len()).collect();
        Some([offset(range.start_rfc3339()), offset(range.end_rfc3339())])
    };
    for ((day, said), (cell, lines)) in &sheet.zones {
        let offsets = day::offsets(said);
        let year = day.get(..4).unwrap_or_default();
        let (winter, summer) = (format!("{year}-01-01"), format!("{year}-07-01"));
        let is_name = !said.contains(['+', '-']);
        let days = [day, &winter, &summer].into_iter().take(if is_name { 3 } else { 1 });
        let own = days.filter_map(|day| ends(day, zone)).flatten();
        let is_same = match said.parse::<Zone>() {
            Ok(named) if offsets.is_empty() => ends(day, &named) == ends(day, zone),
            _ => own.into_iter().any(|own: String| offsets.contains(&own)),
        };
        if !is_same {
            let why = format!(
                "a day of {said}, and --tz says {zone}, which is another zone; give --tz the zone of the file's days"
            );
            problems.add_all(lines.clone(), DATE, cell, why);
        }
    }
}

/// The lines of one day, funnel and traffic source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subtotal {
    /// The position of the first.
    pub first: usize,
    /// How many they are.
    pub lines: usize,
    /// The sum of their costs.
    pub cost: Decimal,
}

impl Costs {
    /// The lines of a sheet that [`Reader::costs`] read. `asset` gives the id of a funnel or a traffic source: of each
    /// distinct text once, with its column `funnel` or `traffic_source`.
    ///
    /// # Errors
    /// Everything that is wrong with the lines, at once.
    pub fn of(
        sheet: Sheet,
        options: &CostOptions,
        mut asset: impl FnMut(&str, &str) -> Result<AssetId, String>,
    ) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let times = Meaning::of(&sheet, &[DATE, HOUR, END], &mut problems, |line| {
            span(line, &options.zone, options.now)
        });
        tell_zones(&sheet, &options.zone, &mut problems);
        let mut id =
            |name, line: Line<'_>| asset(name, line.get(name)).map_err(|cause| (name, cause));
        let funnels = Meaning::of(&sheet, &[FUNNEL], &mut problems, |line| {
            id(FUNNEL, line).map(Id::from_untyped)
        });
        let sources = Meaning::of(&sheet, &[SOURCE], &mut problems, |line| {
            id(SOURCE, line).map(Id::from_untyped)
        });
        let amounts = Meaning::of(&sheet, &[COST], &mut problems, |line| {
            let amount = money(line.get(COST), "153.20").map_err(|cause| (COST, cause))?;
            let is_good = amount >= Decimal::ZERO;
            is_good.then_some(amount).ok_or_else(|| (COST, "expected zero or more".to_owned()))
        });
        let slots = sheet.columns.iter().enumerate();
        let slots = slots.filter_map(|(at, column)| {
            let slot = TrackingSlot::KNOWN.iter().find(|slot| slot.as_str() == &*column.name)?;
            Some((*slot, at))
        });
        let slots: Vec<_> = slots.collect();
        for column in slots.iter().filter_map(|(_, at)| sheet.columns.get(*at)) {
            // Refused even where patterns are accepted: `*` alone would restrict nothing.
            let why = "`*` alone may mean every value, so it restricts nothing";
            sheet.tell(column, &mut problems, |_, value| (value == "*").then(|| why.to_owned()));
        }
        let cost_type = options.cost_type.clone();
        if cost_type.as_str().trim().is_empty() {
            problems.extend(Problems::of("the type of the costs is empty"));
        }
        let costs = Self { sheet, cost_type, times, funnels, sources, amounts, slots };
        if !options.everything {
            let wide: Vec<_> = costs.everything().map(|at| costs.sheet.place_of(at)).collect();
            if !wide.is_empty() {
                let why = "no tracking field, so the cost would be spread over all visits that the traffic \
                           source sent to the funnel; --everything allows that";
                problems.add_all(wide, "", "", why.to_owned());
            }
        }
        problems.result(costs)
    }

    /// How many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sheet.len()
    }

    /// Whether there is no line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sheet.is_empty()
    }

    /// The line at a position.
    #[must_use]
    pub fn line(&self, at: usize) -> Option<Line<'_>> {
        self.sheet.line(at)
    }

    /// The cost at a position.
    #[must_use]
    pub fn cost(&self, at: usize) -> Option<Decimal> {
        self.amounts.get(at).copied()
    }

    /// The range of a position.
    #[must_use]
    pub fn range(&self, at: usize) -> Option<&TimeRange> {
        self.times.get(at)
    }

    /// The place of the range of a position among the [`ranges`](Self::ranges).
    #[must_use]
    pub fn range_place(&self, at: usize) -> Option<usize> {
        self.times.place(at)
    }

    /// The distinct ranges, in the order of their first lines.
    pub fn ranges(&self) -> impl Iterator<Item = &TimeRange> {
        self.times.values()
    }

    /// The funnel of a position.
    #[must_use]
    pub fn funnel(&self, at: usize) -> Option<Id<Funnel>> {
        self.funnels.get(at).copied()
    }

    /// The traffic source of a position.
    #[must_use]
    pub fn traffic_source(&self, at: usize) -> Option<Id<TrafficSource>> {
        self.sources.get(at).copied()
    }

    /// What the costs mean.
    #[must_use]
    pub fn cost_type(&self) -> &CostSegmentType {
        &self.cost_type
    }

    /// The positions of the lines that are restricted by no tracking field.
    pub fn everything(&self) -> impl Iterator<Item = usize> {
        let columns: Vec<_> = self.slot_columns().map(Column::empty).collect();
        (0..self.len()).filter(move |at| columns.iter().all(|is_empty| is_empty(*at)))
    }

    /// The tracking fields that restrict a line, each with its value.
    pub fn restrictions(&self, at: usize) -> impl Iterator<Item = (TrackingSlot, &str)> {
        let columns = self.slots.iter();
        let cells = columns.filter_map(move |(slot, column)| {
            Some((*slot, self.sheet.columns.get(*column)?.at(at)))
        });
        cells.filter(|(_, value)| !value.is_empty())
    }

    /// The segment of the line at a position; `None` where there is no such line.
    #[must_use]
    pub fn segment(&self, at: usize) -> Option<CostSegment> {
        let (funnel, source) = (self.funnel(at)?, self.traffic_source(at)?);
        let builder = CostSegment::builder(funnel, source, self.range(at)?.clone());
        let mut builder = builder.cost(self.cost(at)?, self.cost_type.clone());
        let mut restrictions = self.restrictions(at).peekable();
        if restrictions.peek().is_none() {
            builder = builder.everything();
        }
        for (slot, value) in restrictions {
            builder = builder.tracking_field(slot, [value]);
        }
        builder.build().ok()
    }

    /// The sum of the costs; `None` if it is too large.
    #[must_use]
    pub fn sum(&self) -> Option<Decimal> {
        let mut costs = (0..self.len()).filter_map(|at| self.cost(at));
        costs.try_fold(Decimal::ZERO, Decimal::checked_add)
    }

    /// The sums by day, funnel and traffic source, in the order of their first lines; `None` if one is too large.
    #[must_use]
    pub fn subtotals(&self) -> Option<Vec<Subtotal>> {
        let days = self.sheet.place(DATE).and_then(|at| self.sheet.columns.get(at));
        let days = days.map_or(&[][..], Column::codes).into();
        let mut keys = self.keys();
        keys.splice(..1, [days]);
        let groups = groups(keys, self.len());
        let mut all: Vec<Subtotal> = Vec::new();
        for (at, group) in groups.iter().enumerate() {
            let cost = self.cost(at)?;
            match all.get_mut(*group as usize) {
                Some(known) => {
                    known.lines += 1;
                    known.cost = known.cost.checked_add(cost)?;
                }
                None => all.push(Subtotal { first: at, lines: 1, cost }),
            }
        }
        Some(all)
    }

    /// Refuses lines that would meet on a visit, as [`CostUpdate::new`] does, and gives the positions of those that
    /// cross another one, as [`CostUpdate::crossings`] does.
    ///
    /// # Errors
    /// With the positions of the lines.
    pub fn check(&self) -> Result<Vec<(usize, usize)>, ValidationError> {
        let mut times: Vec<&TimeRange> = self.ranges().collect();
        times.sort_unstable_by_key(|range| range.start());
        times.dedup();
        let are_apart = times.is_sorted_by(|range, next| range.end() <= next.start());
        if are_apart && self.are_told_apart() {
            return Ok(Vec::new());
        }
        // Lines of different times, funnels or sources have no visit in common. Parts of a file take less memory.
        let groups =
            if are_apart { groups(self.keys(), self.len()) } else { vec![0; self.len()].into() };
        let mut parts: Vec<Vec<usize>> = Vec::new();
        for (at, group) in groups.iter().enumerate() {
            match parts.get_mut(*group as usize) {
                Some(part) => part.push(at),
                None => parts.push(vec![at]),
            }
        }
        let mut crossings = Vec::new();
        for part in &parts {
            let Ok(update) = self.update(part) else {
                // With the positions in the whole, and all that meet.
                let all = (0..self.len()).filter_map(|at| self.segment(at));
                return CostUpdate::new(all).map(|update| update.crossings());
            };
            let pairs = update.crossings().into_iter();
            crossings.extend(
                pairs.filter_map(|(at, other)| part.get(at).copied().zip(part.get(other).copied())),
            );
        }
        crossings.sort_unstable();
        Ok(crossings)
    }

    /// Whether the lines are restricted by the same fields, and no two of a time have the same values.
    fn are_told_apart(&self) -> bool {
        // Each field restricts all lines or none.
        let is_even = |column: &Column| {
            let is_empty = column.empty();
            let empty = (0..self.len()).filter(|at| is_empty(*at)).count();
            empty == 0 || empty == self.len()
        };
        if !self.slot_columns().all(is_even) {
            return false;
        }
        let mut keys = self.keys();
        keys.extend(self.slot_columns().map(|column| column.codes().into()));
        are_single(&groups(keys, self.len()))
    }

    fn slot_columns(&self) -> impl Iterator<Item = &Column> {
        self.slots.iter().filter_map(|(_, at)| self.sheet.columns.get(*at))
    }

    /// The columns by which lines are put into requests.
    fn keys(&self) -> Vec<Cow<'_, [u32]>> {
        vec![
            self.times.keys(|range| (range.start(), range.end())),
            self.funnels.keys(|id| *id),
            self.sources.keys(|id| *id),
        ]
    }

    /// The requests that send the lines at these positions: each has those of one funnel, traffic source and time, as
    /// [`CostUpdate::plan`] splits them.
    #[must_use]
    pub fn requests(&self, positions: &[usize]) -> Vec<Vec<usize>> {
        let groups = groups(self.keys(), self.len());
        let count = groups.iter().max().map_or(0, |last| *last as usize + 1);
        let mut open: Vec<Option<usize>> = vec![None; count];
        let mut requests: Vec<Vec<usize>> = Vec::new();
        for at in positions {
            let Some(last) = groups.get(*at).and_then(|group| open.get_mut(*group as usize)) else {
                continue;
            };
            match last.and_then(|last| requests.get_mut(last)) {
                Some(request) if request.len() < CostUpdate::PER_REQUEST => request.push(*at),
                _ => {
                    *last = Some(requests.len());
                    requests.push(vec![*at]);
                }
            }
        }
        requests
    }

    /// The update of the lines at these positions: its [`plan`](CostUpdate::plan) is one request where they are those
    /// of one of the [`requests`](Self::requests).
    ///
    /// # Errors
    /// When they meet on a visit.
    pub fn update(&self, positions: &[usize]) -> Result<CostUpdate, ValidationError> {
        CostUpdate::new(positions.iter().filter_map(|at| self.segment(*at)))
    }
}
