//! Lines of more than one day.

use crate::files::Part;
use crate::reader::Reader;
use crate::sheet::Column;
use crate::{DayOrder, Problems, Sheet, day};

impl Reader {
    /// Gives the lines whose day is a longer time, such as `2026-11-01 - 2026-11-07`, a last day. A time that ends at
    /// midnight has the day before as its last one.
    pub(crate) fn read_ends(&self, sheet: &mut Sheet) {
        let Some(date) = sheet.place("date").and_then(|at| sheet.columns.get(at)) else { return };
        let spans: Vec<_> = date.texts().map(span).collect();
        if sheet.place("end").is_none() && spans.iter().any(Option::is_some) {
            let (first, last): (Vec<_>, Vec<_>) = spans.into_iter().map(Option::unzip).unzip();
            let mut end = Column::new("end");
            let last = date.codes().iter().map(|code| last.get(*code as usize)?.as_deref());
            last.for_each(|last| end.push(last.unwrap_or_default()));
            let place = sheet.place("date").unwrap_or_default();
            let first = |code: usize, _: &str| first.get(code)?.clone();
            sheet.columns.get_mut(place).into_iter().for_each(|date| date.replace(first));
            sheet.columns.push(end);
        }
        let column = |name: &str| sheet.columns.get(sheet.place(name)?);
        let Some((date, end)) = column("date").zip(column("end")) else { return };
        let Ok(order) = self.day_order(end.texts(), &mut Vec::new()) else { return };
        let before = |text: &str| {
            let is_midnight = day::seconds(day::readings(text).1) == Some(0);
            Some(day::day(text, order).filter(|_| is_midnight)?.yesterday().ok()?.to_string())
        };
        let before: Vec<_> = end.texts().map(before).collect();
        let lines =
            end.codes().iter().enumerate().filter(|(at, code)| date.at(*at) != end.text(**code));
        let lines = lines.filter_map(|(at, code)| Some((at, before.get(*code as usize)?.clone()?)));
        let (lines, place) = (lines.collect::<Vec<_>>(), sheet.place("end").unwrap_or_default());
        if let Some(end) = sheet.columns.get_mut(place) {
            lines.into_iter().for_each(|(at, day)| end.set(at, &day));
        }
    }

    /// Refuses lines of more than one day: their cost would be put on the first.
    pub(crate) fn check_ends(&self, parts: &[Part], sheet: &Sheet, problems: &mut Problems) {
        let column = |name: &str| sheet.columns.get(sheet.place(name)?);
        // Days of another zone than that of --tz are refused later.
        let zone = sheet.zones.keys().next().map(|(_, zone)| zone);
        let zone = zone
            .map_or_else(String::new, |zone| format!(" and the zone of its days, {zone}, as --tz"));
        for title in parts.iter().filter_map(|part| part.header.period.as_ref()) {
            if column("end").is_none() {
                let also = if self.takes_periods { "" } else { " and --periods" };
                problems.extend(Problems::of(format!(
                    "column {title:?} is of longer times, and a cost is of one day; break the report down by day, or give \
                     the last days by --map end=COLUMN{also}{zone}"
                )));
            }
        }
        if self.takes_periods {
            return;
        }
        let Some((end, date)) = column("end").zip(column("date")) else { return };
        let order = self.day_order(end.texts(), &mut Vec::new());
        let order = order.unwrap_or(DayOrder::MonthFirst);
        let last = |text| day::day(text, order).map_or_else(String::new, |day| day.to_string());
        let ends: Vec<String> = end.texts().map(last).collect();
        for (at, code) in end.codes().iter().enumerate() {
            let (last, first) = (end.text(*code), date.at(at));
            if !last.is_empty() && ends.get(*code as usize).is_none_or(|day| day != first) {
                let why = format!(
                    "the line is of {first} to {last}, and a cost is of one day; break the report down by day, or take it with --periods{zone}",
                );
                problems.add(sheet.place_of(at), why);
            }
        }
    }
}

/// The first and the last day of a cell that has two.
fn span(cell: &str) -> Option<(String, String)> {
    let is_day = |text: &str| day::is_day(text) && day::readings(text).1.is_empty();
    if day::is_iso(cell) {
        return None;
    }
    let between = ["-", "–", "—", "~", "/", "to", "bis", "until", "au", "al"];
    let parts = between.iter().flat_map(|between| {
        cell.match_indices(between)
            .filter_map(|(at, _)| Some((cell.get(..at)?, cell.get(at + between.len()..)?)))
    });
    let mut parts = parts.map(|(first, last)| (first.trim(), last.trim()));
    let (first, last) = parts.find(|(first, last)| is_day(first) && is_day(last))?;
    Some((first.to_owned(), last.to_owned()))
}
