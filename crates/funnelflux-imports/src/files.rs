//! Files that are read as one: each has a header of its own, and what its cells mean is decided for the columns of all.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::ops::Range;
use std::sync::Arc;

use crate::decode::{Decoded, LARGE, MOST, decoded};
use crate::grid::{Row, Text};
use crate::header::Header;
use crate::note::NO_AMOUNT;
use crate::rollups::Cells;
use crate::{Line, Note, Place, Problems, Reader, Sheet, states};

/// What is known of a file beside its lines.
pub(crate) struct Part {
    /// Its name, where there are several.
    pub(crate) file: Option<Arc<str>>,
    /// Of its text.
    size: usize,
    pub(crate) header: Header,
    pub(crate) totals: Vec<(Place, String)>,
    /// The positions of its lines, until some are left out.
    pub(crate) lines: Range<usize>,
    /// Of its lines, if several are of the same day and ids.
    pub(crate) cells: Vec<Cells>,
}

impl Reader {
    /// Reads a file.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once; also that it has no lines. Where each line is left out, such as by its
    /// status, the sheet is empty.
    pub fn read(&self, bytes: &[u8]) -> Result<Sheet, Problems> {
        self.joined([self.part(None, bytes)])
    }

    /// Reads a file of the disk: in pieces where it is plain UTF-8, which takes less time and memory.
    ///
    /// # Errors
    /// As [`read`](Self::read), and when it cannot be read.
    pub fn read_file(&self, file: &File) -> Result<Sheet, Problems> {
        if let Some(text) = Text::of_file(file).filter(|_| self.page.is_none()) {
            let found = self.part_of(None, &text);
            if !text.is_broken() {
                return self.joined([found]);
            }
        }
        let mut bytes = Vec::new();
        let most = MOST as u64 + 1;
        let read = { file }.rewind().and_then(|()| file.take(most).read_to_end(&mut bytes));
        read.map_err(|cause| Problems::of(format!("cannot be read: {cause}")))?;
        self.read(&bytes)
    }

    /// Reads several files as one, each with the name by which its lines are called. Each has a header, titles, totals
    /// and an encoding of its own, and what a comma means is decided for each. Which number of a date comes first and the
    /// currency are decided for all of them together. Lines that two files have in common are added up
    /// [with sums](Self::with_sums) only, since exports may overlap; an event of a conversion, known by its order, time
    /// and amount, counts once.
    ///
    /// ```
    /// use funnelflux_imports::Reader;
    ///
    /// let head = "date,funnel,traffic_source,cost,c1";
    /// let [one, two] = ["24", "25"].map(|day| format!("{head}\n2026-11-{day},F,S,1.50,x\n"));
    /// let sheet = Reader::costs().read_all([("a.csv", one.as_bytes()), ("b.csv", two.as_bytes())])?;
    /// assert_eq!(sheet.line(1).unwrap().place().to_string(), "b.csv:2");
    /// # Ok::<(), funnelflux_imports::Problems>(())
    /// ```
    ///
    /// # Errors
    /// As [`read`](Self::read), of all files.
    pub fn read_all<'a>(
        &self,
        files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<Sheet, Problems> {
        self.joined(files.into_iter().map(|(name, bytes)| self.part(Some(name), bytes)))
    }

    fn part(&self, name: Option<&str>, bytes: &[u8]) -> Result<(Sheet, Part), Problems> {
        let page = self.page.as_deref();
        // Of several files the workbooks have sheets.
        let page = page.filter(|_| name.is_none() || bytes.starts_with(b"PK\x03\x04"));
        let read = || {
            let Decoded { text, encoding, others, hidden, hidden_columns } = decoded(bytes, page)?;
            let (mut sheet, part) =
                self.part_of(name, &Text::new(text)).map_err(|mut problems| {
                    let unread = Note::Sheets(others.clone());
                    // Maybe it is the wrong sheet.
                    if !others.is_empty() && problems.all().iter().all(|one| one.lines.is_empty()) {
                        problems.extend(Problems::of(unread.to_string()));
                    }
                    problems
                })?;
            let hidden: HashSet<u64> = hidden.into_iter().collect();
            let hidden = sheet.lines().filter(|line| hidden.contains(&line.number()));
            let hidden: Vec<Place> = hidden.map(Line::place).collect();
            let why = "hidden in the workbook, such as by a filter, and READ all the same";
            sheet.notes.extend(Note::of(hidden, why));
            let columns = part.header.columns.iter().filter(|(at, _)| hidden_columns.contains(at));
            let columns: Vec<_> = columns.map(|(_, field)| field.clone()).collect();
            sheet.notes.extend((!columns.is_empty()).then_some(Note::Hidden(columns)));
            sheet.notes.splice(..0, (!others.is_empty()).then_some(Note::Sheets(others)));
            sheet.notes.splice(..0, encoding.map(Note::Encoding));
            Ok((sheet, part))
        };
        let (mut sheet, part) = read().map_err(|problems: Problems| problems.of_file(name))?;
        if let Some(file) = &part.file {
            for note in &mut sheet.notes {
                if let Note::Encoding(_) | Note::Sheets(_) | Note::Hidden(_) | Note::Ignored(_) =
                    note
                {
                    *note = Note::OfFiles(vec![file.clone()], Box::new(note.clone()));
                }
            }
        }
        Ok((sheet, part))
    }

    fn part_of(&self, name: Option<&str>, text: &Text<'_>) -> Result<(Sheet, Part), Problems> {
        if text.is_empty() {
            return Err(Problems::of("is empty"));
        }
        let size = text.len();
        if size > MOST {
            return Err(Problems::of(LARGE));
        }
        let is_given =
            |field: &&crate::Field| self.given.iter().any(|(name, _)| *name == field.name);
        let needed = self.fields.iter().filter(|field| field.is_required && !is_given(field));
        let needed = if self.is_mapped() { needed.count() } else { 0 };
        let header = |row: &Row| {
            // Most rows by the wrong separator have one cell.
            (row.cells.len() >= needed).then(|| self.header(row).ok()).flatten()
        };
        let found = text.rows(header, !self.is_mapped());
        let again = || text.rows(header, !self.is_mapped()).ok().map(|it| it.1);
        let (header, rows) =
            found.map_err(|first| self.header(&first).err().unwrap_or_default())?;
        self.check_unit(&header, rows.row())?;
        let file: Option<Arc<str>> = name.map(Into::into);
        let (sheet, totals) = self.lines(&header, rows, file.as_ref())?;
        let is_left_out = !totals.is_empty()
            || sheet.notes.iter().any(|it| matches!(it, Note::Lines(_, NO_AMOUNT)));
        if sheet.is_empty() && !is_left_out {
            return Err(Problems::of("has no lines below its header"));
        }
        let lines = 0..sheet.len();
        let cells = self.cells(&header, &sheet, again);
        Ok((sheet, Part { file, size, header, totals, lines, cells }))
    }

    fn joined(
        &self,
        files: impl IntoIterator<Item = Result<(Sheet, Part), Problems>>,
    ) -> Result<Sheet, Problems> {
        let (mut sheet, mut parts) = (None::<Sheet>, Vec::new());
        let (mut problems, mut unclear) = (Problems::default(), Problems::default());
        for file in files {
            match file {
                Ok((mut one, mut part)) => {
                    self.read_marks(&mut one, &mut part, &mut unclear);
                    self.leave_out_rollups(&part, &mut one, &mut unclear);
                    let before = sheet.as_ref().map_or(0, Sheet::len);
                    part.lines = before..before + one.len();
                    parts.push(part);
                    match &mut sheet {
                        Some(all) => all.append(one),
                        None => sheet = Some(one),
                    }
                }
                Err(more) => problems.extend(more),
            }
            if parts.iter().map(|part: &Part| part.size).sum::<usize>() > MOST {
                return Err(Problems::of("more than 512 MiB together; push fewer files at once"));
            }
        }
        problems.result(())?;
        let (mut sheet, mut problems) = (sheet.unwrap_or_default(), unclear);
        let is_clear = problems.all().is_empty();
        self.read_ends(&mut sheet);
        self.read_days(&parts, &mut sheet, &mut problems);
        self.check_ends(&parts, &sheet, &mut problems);
        self.check_currency(&parts, &mut sheet, &mut problems);
        if is_clear {
            self.read_amounts(&parts, &mut sheet, &mut problems);
        }
        // From the end, since it moves the lines behind.
        for part in parts.iter().rev().filter(|part| part.totals.is_empty() && self.is_mapped()) {
            self.leave_out_total(&mut sheet, part.lines.clone());
        }
        self.check_ids(&mut sheet, &mut problems);
        // A file of one's own says `delete` itself, and a negative amount in it is an error of the command.
        let counts = (self.is_mapped() && sheet.place("hit").is_some())
            .then(|| states::counted(&mut sheet, &self.all_states(), &mut problems));
        problems.result(())?;
        if let Some(counted) = counts {
            let times = self.times(&mut sheet)?;
            states::settle(&mut sheet, &counted, &times, self)?;
        }
        if self.is_mapped() || self.adds_up {
            self.add_up(&mut sheet)?;
        }
        self.convert(&mut sheet)?;
        Ok(sheet)
    }
}
