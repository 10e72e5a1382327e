//! A sheet of a workbook as CSV, so that one reader serves all files.

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{
    Data, DataRef, DataType as _, Reader as _, SheetType, Xlsx, XlsxError, XlsxFormulaMetadata,
};

use crate::decode::{Decoded, MOST};
use crate::{Problems, amount, currency, hidden};

/// What spreadsheet programs allow.
const COLUMNS: u32 = 16_384;

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

/// A sheet as text, its hidden rows, and the names of the others that hold data. `wanted` is a name or a number; the
/// first sheet is read where there is none.
pub(crate) fn read<'a>(bytes: &[u8], wanted: Option<&str>) -> Result<Decoded<'a>, Problems> {
    let mut book: Book<'_> = calamine::open_workbook_from_rs(Cursor::new(bytes))
        .map_err(|cause| Problems::of(format!("is no workbook that can be read: {cause}")))?;
    let sheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = sheets.map(|sheet| sheet.name.clone()).collect();
    let by_name = |wanted: &str| {
        let same = |name: &&String| name.to_lowercase() == wanted.to_lowercase();
        let at = || wanted.parse::<usize>().ok()?.checked_sub(1);
        let exact = names.iter().find(|name| *name == wanted);
        exact.or_else(|| names.iter().find(same)).or_else(|| names.get(at()?))
    };
    let name = match wanted {
        Some(wanted) => by_name(wanted).ok_or_else(|| {
            let names = names.join("\", \"");
            Problems::of(format!("has no sheet {wanted:?}; its sheets are \"{names}\""))
        })?,
        None => names.first().ok_or_else(|| Problems::of("is a workbook without sheets"))?,
    };
    let (text, first) = text(&mut book, name).map_err(|cause| {
        Problems::of(format!("is a workbook whose sheet {name:?} is damaged: {cause}"))
    })??;
    let others = names.iter().filter(|other| *other != name && holds_data(&mut book, other));
    let (hidden, columns) = hidden::rows_and_columns(bytes, name).unwrap_or_default();
    let hidden_columns = columns.into_iter().filter_map(|at| at.checked_sub(first)).collect();
    let (text, others) = (text.into(), others.cloned().collect());
    Ok(Decoded { text, encoding: Some("a workbook"), others, hidden, hidden_columns })
}

fn holds_data(book: &mut Book<'_>, name: &str) -> bool {
    let Ok(mut cells) = book.worksheet_cells_reader(name) else { return false };
    while let Ok(Some(cell)) = cells.next_cell() {
        if *cell.get_value() != DataRef::Empty {
            return true;
        }
    }
    false
}

/// The text of a sheet, and the first of its columns.
type Text = Result<(String, usize), Problems>;

fn text(book: &mut Book<'_>, name: &str) -> Result<Text, XlsxError> {
    // A first look: which columns the table has, and which formulas no program has computed.
    let (mut first, mut width, mut formulas) = (u32::MAX, 0, Vec::new());
    // Those where texts are amounts, whose points and commas may mean something else than those of numbers.
    let mut texts = BTreeSet::new();
    let mut cells = book.worksheet_cells_reader(name)?;
    while let Some(cell) = cells.next_cell_with_formula_metadata()? {
        let is_empty = cell.value == DataRef::Empty;
        if is_empty && cell.formula.is_none() {
            continue;
        }
        (first, width) = (first.min(cell.pos.1), width.max(cell.pos.1 + 1));
        if let Some(text) = cell.value.get_string()
            && text.contains(['.', ','])
            && amount::is_amount(text)
        {
            texts.insert(cell.pos.1);
        }
        if let Some(formula) = cell.formula.filter(|_| is_empty) {
            use XlsxFormulaMetadata::{Normal, Shared};
            let text = match formula {
                Normal { formula } | Shared { formula, .. } => formula,
                _ => "…".to_owned(),
            };
            formulas.push((cell.pos, text));
        }
    }
    if width > COLUMNS {
        return Ok(Err(Problems::of(format!("is a workbook with more than {COLUMNS} columns"))));
    }
    drop(cells);
    let mut formulas = formulas.into_iter().peekable();
    let mut cells = book.worksheet_cells_reader(name)?;
    let signs = cells.styles().iter().map(|style| {
        let format = style.number_format.as_ref()?;
        sign(&format.format_code)
    });
    let signs: Vec<Option<String>> = signs.collect();
    let mut csv = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let (mut row, mut line, mut size) = (Vec::<String>::new(), 0, 0);
    let empty = || Ok(Err(Problems::of("is a workbook whose sheet is too large; save it as CSV")));
    loop {
        let next = cells.next_cell_with_style_id()?;
        let at = next.as_ref().map(|(cell, _)| cell.get_position());
        // Line numbers count from the top of the sheet.
        while at.is_none_or(|(this, _)| this > line) && (at.is_some() || !row.is_empty()) {
            row.resize(row.len().max(1), String::new());
            size += row.iter().map(|cell| cell.len() + 1).sum::<usize>();
            if size > MOST || csv.write_record(&row).is_err() {
                return empty();
            }
            row.clear();
            line += 1;
        }
        let Some((cell, style)) = next else { break };
        let ((this, column), value) = (cell.get_position(), cell.get_value());
        let formula = formulas.next_if(|(at, _)| *at == (this, column)).map(|(_, text)| text);
        if this < line {
            return Ok(Err(Problems::of(
                "is a workbook whose rows are not in order; save it anew",
            )));
        }
        if *value == DataRef::Empty && formula.is_none() {
            continue;
        }
        let (at, width) = ((column - first) as usize, (width - first) as usize);
        if row.is_empty() {
            row.resize(width, String::new());
        }
        let mut text = match formula {
            Some(formula) => format!("={formula}"),
            None => shown(value, signs.get(style).and_then(Option::as_deref)),
        };
        if value.is_float() && text.contains('.') && texts.contains(&column) {
            text.push(amount::NUMBER);
        }
        row.get_mut(at).into_iter().for_each(|cell| cell.clone_from(&text));
    }
    let csv = csv.into_inner().ok().and_then(|csv| String::from_utf8(csv).ok());
    let csv = csv.map(|csv| (csv, first as usize));
    Ok(csv.ok_or_else(|| Problems::of("is a workbook whose sheet is no text")))
}

fn shown(value: &DataRef<'_>, sign: Option<&str>) -> String {
    /// Above this a number in a workbook has lost digits.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    // A spreadsheet shows 15 digits: `0.1+0.2` is 0.3 there.
    let rounded = |number: f64| format!("{number:.14e}").parse().unwrap_or(number).to_string();
    let data = Data::from(value.clone());
    let number = match data {
        Data::DateTime(time) => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            let day = format!("{year:04}-{month:02}-{day:02}");
            return match (hour, minute, second) {
                // Half a millisecond before midnight it is still the day before.
                (0, 0, 0) if time.as_f64().fract() > 0.5 => {
                    let before = day.parse::<jiff::civil::Date>().and_then(|day| day.yesterday());
                    before.map_or(day, |before| format!("{before} 23:59:59"))
                }
                (0, 0, 0) => day,
                _ => format!("{day} {hour:02}:{minute:02}:{second:02}"),
            };
        }
        // As a spreadsheet shows it, so that it is found to be damaged.
        Data::Float(number) if number.abs() >= EXACT => format!("{number:E}").replace('E', "E+"),
        // A share is no amount.
        Data::Float(number) if sign == Some("%") => return rounded(number * 100.0) + "%",
        Data::Float(number) if number.fract() != 0.0 => rounded(number),
        Data::Float(_) | Data::Int(_) => data.to_string(),
        Data::Empty => return String::new(),
        other => return other.to_string(),
    };
    // An id in a format of money is none that a visit has: the space is told as an invisible character.
    sign.map_or(number.clone(), |sign| format!("{sign}\u{a0}{number}"))
}

/// The currency or percent sign that a number format shows: `[$€-407] #,##0.00`, `"$"#,##0.00`, `_($* #,##0.00_)`, `#,##0.00\ "kr"`.
fn sign(format: &str) -> Option<String> {
    let mut literals = vec![String::new()];
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        let mut add = |c: char| literals.last_mut().into_iter().for_each(|last| last.push(c));
        match c {
            ';' => break,
            '_' | '*' => drop(chars.next()),
            '\\' => chars.next().into_iter().for_each(add),
            '"' => chars.by_ref().take_while(|c| *c != '"').for_each(add),
            '[' => {
                let inner: String = chars.by_ref().take_while(|c| *c != ']').collect();
                let sign = inner.strip_prefix('$').map(|it| it.split('-').next().unwrap_or(it));
                literals.extend([sign.unwrap_or_default().to_owned(), String::new()]);
            }
            '%' => return Some("%".to_owned()),
            '#' | '0' | '?' | '.' | ',' => literals.push(String::new()),
            other => add(other),
        }
    }
    let signs = literals.iter().map(|literal| literal.trim());
    let is_sign = |text: &&str| {
        let whole = currency::taken_off(text).is_some_and(|(_, rest)| rest.is_empty());
        whole && amount::currency(&format!("{text}\u{a0}1")).is_some()
    };
    signs.into_iter().find(is_sign).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_currency_of_a_number_format_is_found() {
        for (format, expected) in [
            ("[$€-407] #,##0.00", Some("€")),
            ("#,##0.00\\ [$€-407]", Some("€")),
            ("\"$\"#,##0.00", Some("$")),
            ("$#,##0.00_);[Red]($#,##0.00)", Some("$")),
            ("_($* #,##0.00_);_($* (#,##0.00);_($* \"-\"??_);_(@_)", Some("$")),
            ("_-* #,##0.00\\ \"€\"_-;\\-* #,##0.00\\ \"€\"_-", Some("€")),
            ("_-[$£-809]* #,##0.00_-", Some("£")),
            ("[$USD]\\ #,##0.00", Some("USD")),
            ("#,##0.00\\ \"zł\"", Some("zł")),
            ("[$kr.-406]\\ #,##0.00", Some("kr.")),
            ("[$CHF-807]\\ #,##0.00", Some("CHF")),
            ("General", None),
            ("#,##0.00", None),
            ("_(* #,##0.00_);_(* (#,##0.00)", None),
            ("0.00%", Some("%")),
            ("0\" %\"", None),
            ("[Red]0.00", None),
            ("[$-409]#,##0.00", None),
            ("0\" clicks\"", None),
            ("@", None),
        ] {
            assert_eq!(sign(format).as_deref(), expected, "{format}");
        }
    }
}
