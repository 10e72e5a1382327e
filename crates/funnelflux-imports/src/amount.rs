//! Columns of money. What a comma or a point means is decided for the whole column.

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::currency;
use crate::damage::is_invisible;

crate::words::words! {
    /// What separates the whole part of an amount from the rest.
    DecimalMark {
        /// `1,234.56`.
        Point = "point",
        /// `1.234,56`.
        Comma = "comma",
    }
}

/// Why a column of amounts cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unclear {
    /// Each of its separators may be for thousands or for decimals.
    Ambiguous,
    /// Some cells say one thing, and this one another.
    Mixed(usize),
}

/// An amount without what is around it: its digits and separators, and its sign.
struct Bare<'a> {
    digits: Cow<'a, str>,
    is_negative: bool,
    currency: Option<&'a str>,
}

/// What a cell says if there is none: no spend, which is not the same as 0.
pub(crate) fn is_none(cell: &str) -> bool {
    // Most cells begin with what is neither white space nor a dash.
    let is_some = cell.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    !is_some && cell.trim().chars().all(|c| DASHES.contains(&c))
}

/// Comes after a number of a workbook, whose point is one of decimals, where texts of the same column may have others.
pub(crate) const NUMBER: char = '\u{2063}';

const DASHES: [char; 4] = ['-', '–', '—', '−'];

/// Why a cell is no amount.
pub(crate) fn wrong(cell: &str, example: &str) -> String {
    match formula(cell) {
        Some(why) => why.to_owned(),
        None => format!("expected a decimal such as {example}"),
    }
}

/// What is wrong with a cell that holds a formula, as workbooks do that no spreadsheet program has saved.
pub(crate) fn formula(cell: &str) -> Option<&'static str> {
    cell.starts_with('=').then_some(
        "a formula that was never computed; open the file in a spreadsheet program and save it",
    )
}

/// Whether a cell is an amount by one of the marks.
pub(crate) fn is_amount(cell: &str) -> bool {
    bare(cell).is_some()
}

/// The currency that an amount names.
pub(crate) fn currency(cell: &str) -> Option<&str> {
    bare(cell)?.currency
}

/// Whether a cell spells an amount as a `Decimal` does: nothing around it, no needless zero in front.
pub(crate) fn is_plain(cell: &str) -> bool {
    // Each amount is looked at several times, so byte by byte.
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let bytes = cell.as_bytes();
    let (whole, rest) = bytes.split_at_checked(digits(bytes)).unwrap_or_default();
    let is_whole = matches!(whole, [b'0'] | [b'1'..=b'9', ..]);
    is_whole
        && match rest {
            [] => true,
            [b'.', rest @ ..] => !rest.is_empty() && digits(rest) == rest.len(),
            _ => false,
        }
}

fn bare(cell: &str) -> Option<Bare<'_>> {
    let mut rest = cell.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
    if is_plain(rest) {
        return Some(Bare { digits: rest.into(), is_negative: false, currency: None });
    }
    let mut is_negative = false;
    let (mut currency, mut signs) = (None, 0);
    loop {
        let before = rest;
        if let Some(inner) = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            (rest, is_negative) = (inner.trim(), true);
            signs += 1;
        }
        if let Some(after) = rest.strip_prefix(['-', '−', '–']) {
            (rest, is_negative) = (after.trim_start(), true);
            signs += 1;
        } else if let Some(after) = rest.strip_prefix('+') {
            rest = after.trim_start();
            signs += 1;
        }
        if let Some((name, after)) = currency::taken_off(rest) {
            // `$5 USD` names it twice; the code, which is taken off first, says more.
            if currency.is_some_and(|known| !currency::may_be_same(known, name)) {
                return None;
            }
            (currency, rest) = (currency.or(Some(name)), after.trim());
        }
        if rest == before {
            break;
        }
    }
    // A format of accounting shows zero so: `$ -`.
    if rest.is_empty() && currency.is_some() && cell.contains(DASHES) && signs == 1 {
        return Some(Bare { digits: "0".into(), is_negative: false, currency });
    }
    // A space is a separator of thousands, and of nothing else: `12 50` is no amount.
    let is_space =
        |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2007}' | '\u{2009}' | '\'' | '’');
    let mut groups = rest.split(is_space);
    let is_short = groups.next().is_some_and(|first| first.len() <= 3);
    let is_whole = |group: &str| group.bytes().take_while(u8::is_ascii_digit).count() == 3;
    if rest.contains(is_space) && !(is_short && groups.all(is_whole)) {
        return None;
    }
    let digits: String = rest.chars().filter(|c| !is_space(*c)).collect();
    let is_number = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',');
    let is_good = digits.bytes().all(is_number) && digits.bytes().any(|byte| byte.is_ascii_digit());
    let digits = digits.into();
    (is_good && signs <= 1).then_some(Bare { digits, is_negative, currency })
}

/// What the separators of a cell say of the column.
enum Says {
    Nothing,
    /// Only if there is no other: `1.234` or `1,234`.
    Either,
    Mark(DecimalMark),
}

fn says(digits: &str) -> Says {
    let count = |mark| digits.bytes().filter(|byte| *byte == mark).count();
    let (points, commas) = (count(b'.'), count(b','));
    let mark =
        |is_point| Says::Mark(if is_point { DecimalMark::Point } else { DecimalMark::Comma });
    match (points, commas) {
        (0, 0) => Says::Nothing,
        (1, 1..) if digits.rfind('.') > digits.rfind(',') => mark(true),
        (1.., 1) if digits.rfind(',') > digits.rfind('.') => mark(false),
        (2.., 0) => mark(false),
        (0, 2..) => mark(true),
        (1, 0) | (0, 1) => {
            let (whole, rest) = digits.split_once(['.', ',']).unwrap_or_default();
            let may_be_thousands =
                rest.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
            if may_be_thousands { Says::Either } else { mark(points == 1) }
        }
        _ => Says::Nothing,
    }
}

/// Decides for a column. Cells that are no amounts are left for [`amount`] to name.
pub(crate) fn decide<'a>(
    cells: impl Iterator<Item = &'a str>,
    set: Option<DecimalMark>,
) -> Result<DecimalMark, Unclear> {
    let (mut decided, mut is_open) = (set, false);
    for (at, cell) in cells.enumerate() {
        let bare = bare(cell).filter(|_| !cell.ends_with(NUMBER));
        match bare.map_or(Says::Nothing, |bare| says(&bare.digits)) {
            Says::Mark(mark) if decided.is_none() => decided = Some(mark),
            Says::Mark(mark) if decided != Some(mark) => return Err(Unclear::Mixed(at)),
            Says::Either => is_open = true,
            Says::Mark(_) | Says::Nothing => {}
        }
    }
    match decided {
        None if is_open => Err(Unclear::Ambiguous),
        decided => Ok(decided.unwrap_or(DecimalMark::Point)),
    }
}

/// An amount that has a comma of decimals with a point in its place; `None` if it has neither.
pub(crate) fn pointed(cell: &str) -> Option<String> {
    amount(cell, DecimalMark::Comma).filter(|_| !cell.ends_with(NUMBER))?;
    Some(cell.replace('.', "").replace(',', "."))
}

/// Reads an amount exactly.
pub(crate) fn amount(cell: &str, mark: DecimalMark) -> Option<Decimal> {
    if mark == DecimalMark::Point && is_plain(cell) {
        return Decimal::from_str_exact(cell).ok();
    }
    let Bare { digits, is_negative, .. } = bare(cell)?;
    let (decimal, thousands) = match mark {
        DecimalMark::Point => ('.', ','),
        DecimalMark::Comma => (',', '.'),
    };
    let (whole, rest) = digits.split_once(decimal).unwrap_or((&digits, ""));
    if rest.contains(['.', ','])
        || whole.is_empty()
        || (digits.contains(decimal) && rest.is_empty())
    {
        return None;
    }
    let mut groups = whole.split(thousands);
    let first = groups.next().unwrap_or_default();
    let mut others = groups.clone();
    // 1,210.00, and 1,21,000.00 as India writes it.
    let is_grouped = others.all(|group| matches!(group.len(), 2 | 3))
        && groups.clone().next_back().is_none_or(|last| last.len() == 3);
    if !is_grouped || (whole.contains(thousands) && !(1..=3).contains(&first.len())) {
        return None;
    }
    let plain: String = whole.chars().filter(|c| *c != thousands).collect();
    let sign = if is_negative { "-" } else { "" };
    let text =
        if rest.is_empty() { format!("{sign}{plain}") } else { format!("{sign}{plain}.{rest}") };
    Decimal::from_str_exact(&text).ok()
}

/// What amounts add up to, and by how much a total of them may differ since they are rounded: by half a unit in the last
/// place of each. Whole numbers are exact.
#[derive(Clone, Copy)]
pub(crate) struct Sum {
    pub(crate) sum: Decimal,
    slack: Decimal,
}

impl Sum {
    /// `None` if they are too large to add up.
    pub(crate) fn of(amounts: impl Iterator<Item = Decimal>) -> Option<Self> {
        let (mut sum, mut count, mut scale) = (Decimal::ZERO, Decimal::ZERO, 0);
        for amount in amounts {
            sum = sum.checked_add(amount)?;
            count += Decimal::ONE;
            scale = scale.max(amount.scale());
        }
        let half = Decimal::try_new(5, scale + 1).ok().filter(|_| scale > 0);
        Some(Self { sum, slack: count.checked_mul(half.unwrap_or_default())? })
    }

    /// Whether the amounts may come to this total.
    pub(crate) fn is(&self, total: Decimal) -> bool {
        total.checked_sub(self.sum).is_some_and(|by| by.abs() <= self.slack)
    }
}

/// The most money in one line. More is a typing error or a column of ids.
const MOST: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// Reads a decimal with an optional sign and no exponent. What may mean two numbers, such as `1,5`, is refused.
///
/// # Errors
/// With what is expected, such as `example`.
pub fn money(text: &str, example: &str) -> Result<Decimal, String> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let plain = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, rest) = plain.split_once('.').unwrap_or((plain, "0"));
    if !(is_plain(text) || (digits(whole) && digits(rest))) {
        return Err(wrong(text, example));
    }
    let amount = Decimal::from_str_exact(text).map_err(|_| "expected at most 28 digits")?;
    if amount.abs() > MOST {
        return Err(format!("expected at most {MOST} in one line"));
    }
    Ok(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_decides_what_comma_and_point_mean() {
        use DecimalMark::{Comma, Point};
        for (cells, expected) in [
            (&["1,234.56", "100.00", "49.5"][..], Ok(Point)),
            (&["1.234,56", "12,50"], Ok(Comma)),
            (&["12.5413", "0.00093"], Ok(Point)),
            (&["1.234", "12.50"], Ok(Point)),
            (&["1.234", "12,50"], Ok(Comma)),
            (&["1.234.567"], Ok(Comma)),
            (&["1,234,567"], Ok(Point)),
            (&["0.123"], Ok(Point)),
            (&["1234.567"], Ok(Point)),
            (&["12", "7"], Ok(Point)),
            (&["1.234"], Err(Unclear::Ambiguous)),
            (&["1,234", "56"], Err(Unclear::Ambiguous)),
            (&["1.5", "1,5"], Err(Unclear::Mixed(1))),
            (&["$1,051.20", "$0.63"], Ok(Point)),
            (&["", "--", "x", "1,5"], Ok(Comma)),
        ] {
            assert_eq!(decide(cells.iter().copied(), None), expected, "{cells:?}");
        }
        assert_eq!(decide(["1.234"].into_iter(), Some(Comma)), Ok(Comma));
        assert_eq!(decide(["1.5"].into_iter(), Some(Comma)), Err(Unclear::Mixed(0)));
    }

    #[test]
    fn an_amount_is_exact_and_without_its_trimmings() {
        for (cell, mark, expected, currency) in [
            ("12.50", DecimalMark::Point, "12.50", None),
            ("1,234.56", DecimalMark::Point, "1234.56", None),
            ("1.234,56", DecimalMark::Comma, "1234.56", None),
            ("$27.31", DecimalMark::Point, "27.31", Some("$")),
            ("($27.31)", DecimalMark::Point, "-27.31", Some("$")),
            ("-$27.31", DecimalMark::Point, "-27.31", Some("$")),
            ("$-27.31", DecimalMark::Point, "-27.31", Some("$")),
            ("$ 27.31 USD", DecimalMark::Point, "27.31", Some("USD")),
            ("27,31 zł", DecimalMark::Comma, "27.31", Some("zł")),
            ("R$ 1.234,50", DecimalMark::Comma, "1234.50", Some("R$")),
            ("CHF 1'234.50", DecimalMark::Point, "1234.50", Some("CHF")),
            ("−27.31", DecimalMark::Point, "-27.31", None),
            ("27,31 €", DecimalMark::Comma, "27.31", Some("€")),
            ("EUR 27,31", DecimalMark::Comma, "27.31", Some("EUR")),
            ("27.31 USD", DecimalMark::Point, "27.31", Some("USD")),
            ("US$1,000", DecimalMark::Point, "1000", Some("US$")),
            ("1 234,50", DecimalMark::Comma, "1234.50", None),
            ("1\u{a0}234,50", DecimalMark::Comma, "1234.50", None),
            ("1'234.50", DecimalMark::Point, "1234.50", None),
            ("1\u{202f}234\u{202f}567,5", DecimalMark::Comma, "1234567.5", None),
            ("1,21,000.00", DecimalMark::Point, "121000.00", None),
            ("+7", DecimalMark::Point, "7", None),
            ("0.00093", DecimalMark::Point, "0.00093", None),
            ("32.50000", DecimalMark::Point, "32.50000", None),
            (" $ 1,234.50 ", DecimalMark::Point, "1234.50", Some("$")),
            (" $ (1,234.50)", DecimalMark::Point, "-1234.50", Some("$")),
            (" $ -   ", DecimalMark::Point, "0", Some("$")),
            (" -   €", DecimalMark::Comma, "0", Some("€")),
        ] {
            let amount = amount(cell, mark).unwrap_or_else(|| panic!("{cell}"));
            let found = super::currency(cell);
            assert_eq!((amount.to_string().as_str(), found), (expected, currency), "{cell}");
        }
        for cell in [
            "", "x", "1e3", "--1", "1.2.3", "5.", "1,2", "12,34.5", "1,2345", "€", "1.5.", "٣",
            "(-5)", "1_000", "#N/A", "5%", "€5 USD", "kr", "12 50", "1 2345", "1234 567", "１２",
            "$",
        ] {
            assert!(amount(cell, DecimalMark::Point).is_none(), "{cell}");
        }
        assert!(is_none(" --") && is_none("") && is_none("—") && !is_none("0"));
    }

    #[test]
    fn money_is_digits_and_a_point_and_nothing_else() {
        for (text, expected) in [("12.50", "12.50"), ("+7", "7"), ("-0.10", "-0.10"), ("007", "7")]
        {
            assert_eq!(money(text, "1.00").unwrap().to_string(), expected);
        }
        for text in ["", "5_00", "1e3", ".5", "5.", "1,5", "1.2.3", "+", "--1", "€5", "1 000", "٣"]
        {
            assert!(money(text, "1.00").unwrap_err().contains("a decimal such as"), "{text}");
        }
        let decimals = format!("0.{}", "1".repeat(32));
        assert!(money(&decimals, "1").unwrap_err().contains("at most 28 digits"));
        for text in ["79228162514264337593543950335", "1000000000.01"] {
            assert!(money(text, "1").unwrap_err().contains("in one line"), "{text}");
        }
    }
}
