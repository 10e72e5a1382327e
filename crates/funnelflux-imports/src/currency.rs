//! The currency of a file: every place that names one has to mean the same.

use crate::files::Part;
use crate::problem::quoted;
use crate::reader::{FieldKind, Reader};
use crate::sheet::Column;
use crate::vocabulary::{ALL, is_one};
use crate::{Note, Problems, Sheet, amount};

/// The codes that a name of a currency may mean. Another text means itself.
fn codes(name: &str) -> impl Iterator<Item = &str> + Clone {
    let sign = ALL.signs.iter().find(|[sign, _]| *sign == name);
    sign.map_or(name, |[_, codes]| codes).split(' ')
}

/// Whether two names of currencies, codes or signs, may mean the same: `$` may be USD.
#[must_use]
pub fn may_be_same(one: &str, other: &str) -> bool {
    codes(one).any(|code| codes(other).any(|it| it.eq_ignore_ascii_case(code)))
}

/// A code or a sign at one end of an amount, and the rest of it.
pub(crate) fn taken_off(amount: &str) -> Option<(&str, &str)> {
    let is_code = |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase());
    let start = amount.split_at_checked(3).filter(|(code, _)| is_code(code));
    let end = || amount.len().checked_sub(3).and_then(|at| amount.split_at_checked(at));
    let end = || end().filter(|(_, code)| is_code(code)).map(|(rest, code)| (code, rest));
    let sign = || {
        ALL.signs.iter().find_map(|[sign, _]| {
            let sign = sign.as_str();
            let rest = amount.strip_prefix(sign).or_else(|| amount.strip_suffix(sign))?;
            Some((sign, rest))
        })
    };
    start.or_else(end).or_else(sign)
}

/// The currency that a title names: `Amount spent (USD)`, `Cost, EUR`, `Spend €`.
pub(crate) fn of_title(title: &str) -> Option<&str> {
    let is_code = |word: &str| word.to_uppercase() == word && is_one("code", word);
    let mut words = title.split(|c: char| !c.is_alphanumeric());
    let sign = || {
        let signs = ALL.signs.iter().map(|[sign, _]| sign.as_str());
        let is_sign = |sign: &&str| !sign.contains(char::is_alphabetic) || sign.ends_with('$');
        signs.filter(is_sign).find(|sign| title.contains(sign))
    };
    words.rfind(|word| is_code(word)).or_else(sign)
}

/// Whether a text is nothing but a currency, maybe in brackets.
pub(crate) fn is_currency(text: &str) -> bool {
    let inner = text.trim_matches(['(', ')', '[', ']', ' ']).to_uppercase();
    of_title(&inner).is_some_and(|found| found == inner)
}

/// The currency that a cell names: its amount does, or its column holds nothing else.
fn named<'a>(column: &str, cell: &'a str) -> Option<&'a str> {
    match column {
        "currency" => Some(cell).filter(|cell| !amount::is_none(cell)),
        _ => amount::currency(cell),
    }
}

impl Reader {
    /// Refuses a file whose amounts are in several currencies, or not in the one that is wanted.
    pub(crate) fn check_currency(
        &self,
        parts: &[Part],
        sheet: &mut Sheet,
        problems: &mut Problems,
    ) {
        let may_name = |column: &&Column| {
            *column.name == *"currency" || self.kind(&column.name) == FieldKind::Amount
        };
        let columns = || sheet.columns.iter().filter(may_name);
        let of_lines = columns()
            .flat_map(|column| column.texts().filter_map(|text| named(&column.name, text)));
        let totals = || parts.iter().flat_map(|part| &part.totals);
        let of_totals = totals().filter_map(|(_, text)| amount::currency(text));
        let of_titles = parts.iter().filter_map(|part| part.header.currency.as_deref());
        let of_profile = self.profile.as_ref().and_then(|profile| profile.currency.as_deref());
        let mut all: Vec<&str> = Vec::new();
        for name in of_titles.chain(of_profile).chain(of_lines).chain(of_totals) {
            if !all.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                all.push(name);
            }
        }
        let wanted = self.currency.as_deref();
        let fit = |code: &&str| all.iter().all(|name| may_be_same(name, code));
        let is_one = match wanted.or(all.first().copied()) {
            None => return,
            Some(first) => codes(first).any(|code| fit(&code)),
        };
        if is_one {
            // A code says more than a sign.
            let name = all.iter().max_by_key(|name| codes(name).count() == 1);
            let note = match (name, wanted) {
                (Some(_), Some(wanted)) => Note::Currency(wanted.to_uppercase()),
                (Some(name), None) => Note::Currency(name.to_uppercase()),
                (None, wanted) => Note::NoCurrency(wanted.unwrap_or_default().to_uppercase()),
            };
            // One of several files may be of another account.
            let names = |part: &Part, column: &Column| {
                part.lines.clone().any(|at| named(&column.name, column.at(at)).is_some())
            };
            let is_silent = |part: &&Part| {
                part.header.currency.as_deref().or(of_profile).is_none()
                    && !columns().any(|it| names(part, it))
            };
            let files = parts.iter().filter(|part| part.file.is_some()).filter(is_silent);
            let files: Vec<_> = files.filter_map(|part| part.file.clone()).collect();
            if let (Note::Currency(name), false) = (&note, files.is_empty()) {
                let silent = Note::NoCurrency(name.clone());
                sheet.notes.push(Note::OfFiles(files, Box::new(silent)));
            }
            sheet.notes.push(note);
            return;
        }
        let names = all.iter().map(|name| name.to_uppercase()).collect::<Vec<_>>().join(", ");
        problems.extend(Problems::of(match wanted {
            Some(wanted) => format!("the amounts are in {names}; --currency says {wanted}"),
            None => format!("the amounts are in several currencies: {names}"),
        }));
        let is_wrong = |name: &str| wanted.is_none_or(|wanted| !may_be_same(name, wanted));
        let told = |name: &str| is_wrong(name).then(|| format!("is in {}", name.to_uppercase()));
        for column in columns() {
            sheet.tell(column, problems, |_, text| told(named(&column.name, text)?));
        }
        for (line, text) in totals() {
            if let Some(why) = amount::currency(text).and_then(told) {
                problems.add(line.clone(), format!("the total {} {why}", quoted(text)));
            }
        }
        for part in parts {
            let why = part.header.currency.as_deref().and_then(told);
            if let Some((file, why)) = part.file.as_ref().zip(why) {
                problems.extend(Problems::of(format!("{file}: a title {why}")));
            }
        }
    }
}
