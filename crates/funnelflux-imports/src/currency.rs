//! The currency of a file: every place that names one has to mean the same.

use crate::files::Part;
use crate::reader::{FieldKind, Reader};
use crate::sheet::Column;
use crate::{Note, Problems, Sheet, amount};

/// The codes of ISO 4217, without `ALL` and `TOP`, which are words of titles.
const CODES: &str = "AED AFN AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD \
    CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD \
    HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD \
    MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG \
    QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TRY TTD TWD TZS \
    UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

/// What stands for a code, and the codes that it may stand for; longer ones first.
const SIGNS: &str = "US$ USD\nAU$ AUD\nCA$ CAD\nNZ$ NZD\nHK$ HKD\nSG$ SGD\nMX$ MXN\nNT$ TWD\nA$ AUD\nC$ CAD NIO\n\
    S$ SGD\nR$ BRL\n$ USD AUD CAD NZD HKD SGD MXN ARS CLP COP TWD BRL UYU DOP BBD BMD BND BSD BZD CUP FJD GYD JMD KYD \
    LRD NAD SBD SRD TTD XCD\n€ EUR\n£ GBP EGP FKP GIP LBP SHP SYP SDG SSP\n¥ JPY CNY\n￥ JPY CNY\n元 CNY\n円 JPY\n\
    ₽ RUB\n₹ INR\n₩ KRW KPW\n₺ TRY\n฿ THB\n₫ VND\n₴ UAH\n₦ NGN\n₪ ILS\n₱ PHP\n₸ KZT\nzł PLN\nKč CZK\n\
    kr. DKK SEK NOK ISK\nkr DKK SEK NOK ISK\nFt HUF\nRM MYR\nRp IDR\nR ZAR";

fn signs() -> impl Iterator<Item = (&'static str, &'static str)> + Clone {
    SIGNS.lines().filter_map(|line| line.split_once(' '))
}

/// The codes that a name of a currency may mean. Another text means itself.
fn codes(name: &str) -> impl Iterator<Item = &str> + Clone {
    let sign = signs().find(|(sign, _)| *sign == name);
    sign.map_or(name, |(_, codes)| codes).split(' ')
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
        signs().find_map(|(sign, _)| {
            let rest = amount.strip_prefix(sign).or_else(|| amount.strip_suffix(sign))?;
            Some((sign, rest))
        })
    };
    start.or_else(end).or_else(sign)
}

/// The currency that a title names: `Amount spent (USD)`, `Cost, EUR`, `Spend €`.
pub(crate) fn of_title(title: &str) -> Option<&str> {
    let is_code = |word: &str| word.len() == 3 && CODES.split(' ').any(|code| code == word);
    let mut words = title.split(|c: char| !c.is_alphanumeric());
    let sign = || {
        let signs = signs().map(|(sign, _)| sign);
        signs
            .filter(|sign| !sign.contains(char::is_alphabetic) || sign.ends_with('$'))
            .find(|sign| title.contains(sign))
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
                problems.add(line.clone(), format!("the total {text:?} {why}"));
            }
        }
        for (file, header) in
            parts.iter().filter_map(|part| Some((part.file.as_ref()?, &part.header)))
        {
            if let Some(why) = header.currency.as_deref().and_then(told) {
                problems.extend(Problems::of(format!("{file}: a title {why}")));
            }
        }
    }
}
