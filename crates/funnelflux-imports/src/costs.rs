//! The lines of a file as costs.

use std::time::SystemTime;

use funnelflux_id::{AssetId, Funnel, Id, TrafficSource};
use funnelflux_model::ValidationError;
use funnelflux_model::reporting::TrackingSlot;
use funnelflux_model::time::{TimeRange, Zone};
use funnelflux_model::updates::{CostSegment, CostSegmentType, CostUpdate};
use rust_decimal::Decimal;

use crate::groups::groups;
use crate::sheet::Column;
use crate::{Field, FieldKind, Line, Problems, Reader, Sheet};

/// The most money in one line. More is a typing error or a column of ids.
const MOST_MONEY: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

const FUNNEL: &str = "funnel";
const SOURCE: &str = "traffic_source";
/// The last day of a line. Only lines of one day are taken.
const END: &str = "end";

impl Reader {
    /// A reader of ad spend: a day, a funnel, a traffic source, a cost, and tracking fields that restrict it.
    #[must_use]
    pub fn costs() -> Self {
        let ids =
            |name, aliases| Field::new(name, FieldKind::Asset).with_aliases(aliases).required();
        let own = [
            Field::new("date", FieldKind::Day).with_aliases(&["day"]).required(),
            Field::new(END, FieldKind::Day),
            ids(FUNNEL, &["idFunnel", "funnel_id"]),
            ids(SOURCE, &["idTrafficSource", "traffic_source_id", "source"]),
            Field::new("cost", FieldKind::Amount).with_aliases(&["spend", "amount"]).required(),
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
    /// Costs of whole days of a zone, that of the ad account. A day that begins after `now` is refused.
    #[must_use]
    pub fn new(zone: Zone, now: SystemTime) -> Self {
        Self { zone, now, cost_type: CostSegmentType::WholeSegment, everything: false }
    }

    /// Sets what a cost means, in place of the total of a line.
    #[must_use]
    pub fn with_cost_type(self, cost_type: CostSegmentType) -> Self {
        Self { cost_type, ..self }
    }

    /// Allows lines without a tracking field, whose cost is spread over all visits of the funnel from the source.
    #[must_use]
    pub fn with_everything(self) -> Self {
        Self { everything: true, ..self }
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
    dates: Meaning<TimeRange>,
    funnels: Meaning<Id<Funnel>>,
    sources: Meaning<Id<TrafficSource>>,
    amounts: Meaning<Decimal>,
    /// The places of the columns of tracking fields.
    slots: Vec<(TrackingSlot, usize)>,
}

/// What the codes of a column mean.
#[derive(Clone, Debug)]
struct Meaning<T> {
    column: usize,
    values: Vec<Option<T>>,
}

impl<T> Meaning<T> {
    /// Reads the texts of a column, and tells those that are wrong.
    fn of(
        sheet: &Sheet,
        name: &str,
        problems: &mut Problems,
        read: impl FnMut(&str) -> Result<T, String>,
    ) -> Self {
        let Some((column, cells)) =
            sheet.place(name).and_then(|at| Some((at, sheet.columns.get(at)?)))
        else {
            problems.extend(Problems::of(format!("no column {name}")));
            return Self { column: usize::MAX, values: Vec::new() };
        };
        let read: Vec<Result<T, String>> = cells.texts().map(read).collect();
        sheet.tell(cells, problems, |code, _| read.get(code)?.as_ref().err().cloned());
        Self { column, values: read.into_iter().map(Result::ok).collect() }
    }

    fn get(&self, sheet: &Sheet, at: usize) -> Option<&T> {
        self.values.get(sheet.columns.get(self.column)?.code(at) as usize)?.as_ref()
    }

    /// A number for each line: those of the same meaning have the same.
    fn keys(&self, sheet: &Sheet) -> Vec<u32>
    where
        T: PartialEq,
    {
        // Few: funnels, sources and days; a name and an id may mean the same.
        let first = |value: &Option<T>| self.values.iter().position(|other| other == value);
        let firsts: Vec<u32> = self
            .values
            .iter()
            .map(|value| first(value).and_then(|at| u32::try_from(at).ok()).unwrap_or(u32::MAX))
            .collect();
        let codes = sheet.columns.get(self.column).into_iter().flat_map(Column::codes);
        codes.map(|code| firsts.get(code as usize).copied().unwrap_or(u32::MAX)).collect()
    }
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
        let (zone, now) = (&options.zone, options.now);
        let dates = Meaning::of(&sheet, "date", &mut problems, |day| {
            let range = TimeRange::days(day, day, zone);
            let range = range.map_err(|_| "expected a day such as 2026-11-25".to_owned())?;
            if range.start() > now {
                return Err(format!("has not begun yet in {zone}"));
            }
            Ok(range)
        });
        for line in sheet.lines().filter(|line| ![line.get("date"), ""].contains(&line.get(END))) {
            problems.add_value(line.number(), END, line.get(END), "expected the day of `date`");
        }
        let funnels = Meaning::of(&sheet, FUNNEL, &mut problems, |text| {
            asset(FUNNEL, text).map(Id::from_untyped)
        });
        let sources = Meaning::of(&sheet, SOURCE, &mut problems, |text| {
            asset(SOURCE, text).map(Id::from_untyped)
        });
        let amounts = Meaning::of(&sheet, "cost", &mut problems, amount);
        let slots = sheet.columns.iter().enumerate();
        let slots = slots.filter_map(|(at, column)| {
            let slot = TrackingSlot::KNOWN.iter().find(|slot| slot.as_str() == &*column.name)?;
            Some((*slot, at))
        });
        let slots: Vec<_> = slots.collect();
        for column in slots.iter().filter_map(|(_, at)| sheet.columns.get(*at)) {
            sheet.tell(column, &mut problems, |_, value| {
                let why = "the server may take `*` and `%` for any text; write the value itself";
                value.contains(['*', '%']).then(|| why.to_owned())
            });
        }
        let costs = Self {
            sheet,
            cost_type: options.cost_type.clone(),
            dates,
            funnels,
            sources,
            amounts,
            slots,
        };
        if !options.everything {
            let wide = (0..costs.len()).filter(|at| costs.is_everything(*at));
            let wide: Vec<u64> = wide.map(|at| costs.sheet.number(at)).collect();
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
        self.amounts.get(&self.sheet, at).copied()
    }

    /// The range of a position.
    #[must_use]
    pub fn range(&self, at: usize) -> Option<&TimeRange> {
        self.dates.get(&self.sheet, at)
    }

    /// Whether a line is restricted by no tracking field.
    #[must_use]
    pub fn is_everything(&self, at: usize) -> bool {
        self.restrictions(at).next().is_none()
    }

    fn restrictions(&self, at: usize) -> impl Iterator<Item = (TrackingSlot, &str)> {
        let columns = self.slots.iter();
        let cells = columns.filter_map(move |(slot, column)| {
            Some((*slot, self.sheet.columns.get(*column)?.at(at)))
        });
        cells.filter(|(_, value)| !value.is_empty())
    }

    /// The segment of the line at a position; `None` where there is no such line.
    #[must_use]
    pub fn segment(&self, at: usize) -> Option<CostSegment> {
        let sheet = &self.sheet;
        let (funnel, source) = (*self.funnels.get(sheet, at)?, *self.sources.get(sheet, at)?);
        let builder = CostSegment::builder(funnel, source, self.range(at)?.clone());
        let mut builder = builder.cost(self.cost(at)?, self.cost_type.clone());
        for (slot, value) in self.restrictions(at) {
            builder = builder.tracking_field(slot, [value]);
        }
        if self.is_everything(at) {
            builder = builder.everything();
        }
        builder.build().ok()
    }

    /// The sum of the costs; `None` if it is too large.
    #[must_use]
    pub fn sum(&self) -> Option<Decimal> {
        let mut costs = (0..self.len()).filter_map(|at| self.cost(at));
        costs.try_fold(Decimal::ZERO, Decimal::checked_add)
    }

    /// Refuses lines that would meet on a visit, as [`CostUpdate::new`] does.
    ///
    /// # Errors
    /// With the positions of the lines.
    pub fn check(&self) -> Result<(), ValidationError> {
        if self.are_apart() {
            return Ok(());
        }
        CostUpdate::new((0..self.len()).filter_map(|at| self.segment(at))).map(drop)
    }

    /// Whether the lines are restricted by the same fields and no two have the same day and values: days of one zone
    /// have no instant in common, so no two lines meet.
    fn are_apart(&self) -> bool {
        let columns = || self.slots.iter().filter_map(|(_, at)| self.sheet.columns.get(*at));
        // Each field restricts all lines or none.
        let is_even = |column: &Column| {
            let empty = column.codes().filter(|code| column.text(*code).is_empty()).count();
            empty == 0 || empty == self.len()
        };
        if self.is_empty() || !columns().all(is_even) {
            return false;
        }
        let mut keys = vec![
            self.dates.keys(&self.sheet),
            self.funnels.keys(&self.sheet),
            self.sources.keys(&self.sheet),
        ];
        keys.extend(columns().map(|column| column.codes().collect()));
        let groups = groups(keys, self.len());
        let mut seen = vec![false; self.len()];
        groups.into_iter().all(|group| {
            seen.get_mut(group as usize).is_some_and(|seen| !std::mem::replace(seen, true))
        })
    }

    /// The requests that send the lines at these positions: each has those of one funnel, traffic source and day, as
    /// [`CostUpdate::plan`] splits them.
    #[must_use]
    pub fn requests(&self, positions: &[usize]) -> Vec<Vec<usize>> {
        let keys = vec![
            self.dates.keys(&self.sheet),
            self.funnels.keys(&self.sheet),
            self.sources.keys(&self.sheet),
        ];
        let groups = groups(keys, self.len());
        let mut open: Vec<Option<usize>> = vec![None; self.len().max(1)];
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

/// Reads a decimal without an exponent. What may mean two numbers, such as `1,5`, is refused.
fn amount(text: &str) -> Result<Decimal, String> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let plain = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, rest) = plain.split_once('.').unwrap_or((plain, "0"));
    let wrong = |expected: &str| format!("expected {expected}");
    if !digits(whole) || !digits(rest) {
        return Err(wrong("a decimal such as 153.20"));
    }
    let amount = Decimal::from_str_exact(text).map_err(|_| wrong("at most 28 digits"))?;
    if amount.abs() > MOST_MONEY {
        return Err(wrong(&format!("at most {MOST_MONEY} in one line")));
    }
    if amount < Decimal::ZERO {
        return Err(wrong("zero or more"));
    }
    Ok(amount)
}
