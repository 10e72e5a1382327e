//! The lines below the header, apart from totals and footers.

use std::sync::Arc;

use crate::grid::{Row, Rows};
use crate::header::Header;
use crate::reader::{FieldKind, Reader};
use crate::{Line, Note, Problems, Sheet, amount};

impl Reader {
    /// Reads the lines. Gives the totals: each with its line.
    pub(crate) fn lines(
        &self,
        header: &Header,
        mut rows: Rows,
        sheet: &mut Sheet,
    ) -> Result<Vec<(u64, String)>, Problems> {
        let given = self
            .given
            .iter()
            .filter(|(field, _)| !header.columns.iter().any(|(_, name)| name == field));
        let given: Vec<_> = given.collect();
        let names = header
            .columns
            .iter()
            .map(|(_, name)| name.as_str())
            .chain(given.iter().map(|(field, _)| *field));
        let names: Arc<[Box<str>]> = names.map(Box::from).collect();
        let strip = self.profile.as_ref().map_or("", |profile| &profile.strip);
        let amount_at = header
            .columns
            .iter()
            .find(|(_, name)| self.kind(name) == FieldKind::Amount)
            .map(|(at, _)| *at);
        let needs_amount =
            self.fields.iter().any(|field| field.kind == FieldKind::Amount && field.is_required);
        let (mut totals, mut problems) = (Vec::new(), Problems::default());
        let (mut without, mut footer) = (Vec::new(), Vec::new());
        for row in rows.by_ref() {
            if row.is_blank() {
                continue;
            }
            let amount = amount_at.map_or("", |at| row.get(at));
            if self.is_mapped() {
                if self.is_total(&row, header, amount) {
                    totals.push((row.line, amount.to_owned()));
                    continue;
                }
                if row.filled() == 1 && header.columns.len() > 1 {
                    footer.push(row.line);
                    continue;
                }
            }
            let extra = (header.width..row.cells.len()).any(|at| !row.get(at).is_empty());
            if row.cells.len() < header.width
                || (row.cells.len() > header.width && (extra || !self.is_mapped()))
            {
                let cells = if row.cells.len() == 1 { "cell" } else { "cells" };
                problems.add(
                    row.line,
                    format!(
                        "got {} {cells}; expected {}, as in the header",
                        row.cells.len(),
                        header.width
                    ),
                );
                continue;
            }
            if self.is_mapped() && needs_amount && amount::is_none(amount) {
                without.push(row.line);
                continue;
            }
            for (at, name) in &header.columns {
                if let Some(control) = row.get(*at).chars().find(|c| c.is_control()) {
                    let what = match control {
                        '\t' => "a tab".to_owned(),
                        '\n' if !self.is_mapped() => {
                            problems.add(row.line, "a quote (\") is never closed on its line");
                            continue;
                        }
                        '\n' => "a line break".to_owned(),
                        other => format!("the control character U+{:04X}", u32::from(other)),
                    };
                    problems.add(row.line, format!("{name} contains {what}"));
                }
            }
            let cell = |at: usize, name: &str| match self.kind(name) {
                FieldKind::Id => row.get(at).trim_matches(|c| strip.contains(c)).into(),
                _ => row.get(at).into(),
            };
            let cells = header.columns.iter().map(|(at, name)| cell(*at, name));
            let cells = cells.chain(given.iter().map(|(_, value)| value.as_str().into()));
            sheet.lines.push(Line {
                number: row.line,
                correction: None,
                names: Arc::clone(&names),
                cells: cells.collect(),
            });
        }
        if let Some(line) = rows.open() {
            problems.add(line, "a quote (\") is never closed");
            return problems.result(totals);
        }
        for (lines, note) in [(without, Note::NoAmount as fn(_) -> _), (footer, Note::Footer)] {
            sheet.notes.extend((!lines.is_empty()).then(|| note(lines)));
        }
        problems.result(totals)
    }

    /// A total says so in its first cell, or has an amount and nothing that an amount belongs to.
    pub(crate) fn is_total(&self, row: &Row, header: &Header, amount: &str) -> bool {
        if amount.is_empty() {
            return false;
        }
        let first = (0..row.cells.len())
            .map(|at| row.get(at))
            .find(|cell| !cell.is_empty())
            .unwrap_or_default();
        let first = first.to_lowercase();
        const WORDS: [&str; 14] = [
            "total",
            "totals",
            "grand total",
            "gesamt",
            "summe",
            "insgesamt",
            "totale",
            "suma",
            "sum",
            "totaal",
            "итого",
            "всего",
            "合計",
            "总计",
        ];
        let is_word = WORDS.iter().any(|word| {
            first.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        });
        let mut others = header
            .columns
            .iter()
            .filter(|(_, name)| matches!(self.kind(name), FieldKind::Day | FieldKind::Id));
        is_word || others.all(|(at, _)| row.get(*at).is_empty())
    }
}
