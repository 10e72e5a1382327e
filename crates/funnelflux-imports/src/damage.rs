//! Values that a spreadsheet or a link has damaged, so that no visit can have them.

use std::collections::BTreeMap;
use std::fmt;

use crate::amount;
use crate::vocabulary::{is_one, words};

macro_rules! damages {
    ($($value:ident, $name:literal, $what:literal $(, $example:literal)?;)+) => {
        /// What is wrong with a value.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Damage {
            $(#[doc = concat!("It is ", $what $(, ", such as `", $example, "`")?, ".")] $value,)+
        }

        impl Damage {
            /// Its name on the command line.
            pub const fn name(self) -> &'static str {
                self.words().0
            }

            const fn words(self) -> (&'static str, &'static str) {
                match self {
                    $(Self::$value => ($name, $what),)+
                }
            }
        }
    };
}

damages! {
    Invisible, "invisible", "an invisible character";
    Lost, "lost",
        "a character that was lost or garbled when the file was saved in another encoding";
    Error, "error", "an error of a spreadsheet", "#N/A";
    Missing, "missing", "a word for a missing value", "null";
    Scientific, "scientific",
        "a number in scientific notation, as spreadsheets shorten ids", "1.21791E+17";
    Decimals, "decimals", "an id with decimals, as spreadsheets add them", "121791354005150485.0";
    Thousands, "thousands", "an id with separators of thousands", "121,791,354";
    Zeros, "zeros",
        "an id whose last digits became zeros, as spreadsheets keep 15 digits", "121791354005150000";
    Mark, "mark", "a mark of a spreadsheet in front of the value", "'121791354005150485";
    Quotes, "quotes", "quotes around the value";
    Token, "token", "a token that was never filled in", "{campaign_id}";
    Brackets, "brackets", "brackets around the value", "[371234567]";
    Patterns, "patterns", "`*` or `%`, which the server may take for any text", "summer*";
    Asset, "asset",
        "of the form of ids of landers, offers and funnels, not of a hit", "2nIemJxCKbFX";
    Capitals, "capitals",
        "a hit in capitals, as hits have small letters", "M8BSN4AS1RA9DPCDV1VYNRNH";
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words().1)
    }
}

/// Says why a value cannot be a hit, where its form says so. Forms of hits that are not known may be right.
pub(crate) fn of_hit(value: &str) -> Option<Damage> {
    let is_plain = value.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let has = |is: fn(&u8) -> bool| value.bytes().any(|byte| is(&byte));
    match value.len() {
        12 if is_plain && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) => {
            Some(Damage::Asset)
        }
        22 | 24 | 26 if is_plain && has(u8::is_ascii_uppercase) => Some(Damage::Capitals),
        _ => None,
    }
}

/// Says what is wrong with an id or another value that has to equal what visits have. A single value never has
/// [`Damage::Zeros`]: a sound id may end in zeros, so that only a column of them shows it.
///
/// ```
/// use funnelflux_imports::damage;
///
/// assert_eq!(damage("121791354005150485"), None);
/// assert_eq!(damage("1.21791E+17").map(|it| it.name()), Some("scientific"));
/// assert_eq!(damage("{campaign_id}").unwrap().to_string(), "a token that was never filled in");
/// ```
pub fn damage(value: &str) -> Option<Damage> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits(value) {
        return None;
    }
    let lower = value.to_lowercase();
    let is_within = |open, close| {
        value.len() > 1 && value.starts_with::<char>(open) && value.ends_with::<char>(close)
    };
    let has_decimals = value.split_once(['.', ',']).is_some_and(|(whole, rest)| {
        is_digits(whole) && whole.len() > 4 && is_digits(rest) && is_zeros(rest)
    });
    let mut groups = value.split(',');
    let has_groups = value.len() > 6
        && groups.next().is_some_and(is_digits)
        && groups.clone().next().is_some()
        && groups.all(|group| group.len() == 3 && is_digits(group));
    let is_filled = lower.len() >= 3 && lower.bytes().all(|byte| byte == b'#');
    let is_none = words("missing").contains(&lower) || amount::is_none(value);
    let found = [
        (value.chars().any(is_invisible), Damage::Invisible),
        (value.contains('\u{fffd}') || is_garbled(value), Damage::Lost),
        (is_error(&lower) || is_filled, Damage::Error),
        (is_none && !value.is_empty(), Damage::Missing),
        (is_scientific(&lower), Damage::Scientific),
        (has_decimals, Damage::Decimals),
        (has_groups, Damage::Thousands),
        (value.starts_with(['\'', '=']), Damage::Mark),
        (is_within('"', '"'), Damage::Quotes),
        (is_token(value, &lower), Damage::Token),
        (is_within('[', ']'), Damage::Brackets),
        (value.contains(['*', '%']), Damage::Patterns),
    ];
    found.into_iter().find_map(|(is, damage)| is.then_some(damage))
}

/// Whether the bytes of UTF-8 were read as those of Windows: `Ã¼` for `ü`.
fn is_garbled(value: &str) -> bool {
    if value.is_ascii() {
        return false;
    }
    let (bytes, _, is_lost) = encoding_rs::WINDOWS_1252.encode(value);
    !is_lost && std::str::from_utf8(&bytes).is_ok()
}

/// Whether a spreadsheet writes it for a value that it could not compute, in any language: `#REF!`, `#BEZUG!`,
/// `#¿NOMBRE?`, `#DIV/0!`, `#N/A`, `#NV`.
fn is_error(lower: &str) -> bool {
    let Some(word) = lower.strip_prefix('#') else { return false };
    let inner = word.trim_start_matches(['¡', '¿']).trim_end_matches(['!', '?']);
    let is_word = inner.chars().all(|c| c.is_alphabetic() || matches!(c, '/' | '0' | '_'));
    let is_marked = word.ends_with(['!', '?']) && inner.starts_with(char::is_alphabetic);
    (is_marked && is_word) || is_one("error", word)
}

/// The digits of a number that a spreadsheet keeps.
const DIGITS: usize = 15;

/// Ids of more than [`DIGITS`] digits: by the number of further ones, how many there are, and how many of them have
/// nothing but zeros there.
pub(crate) struct Tails(BTreeMap<usize, (u32, u32)>);

impl Tails {
    pub(crate) fn of<'a>(ids: impl Iterator<Item = &'a str>) -> Self {
        let mut all = BTreeMap::<usize, (u32, u32)>::new();
        for tail in ids.filter_map(tail) {
            let (ids, zeros) = all.entry(tail.len()).or_default();
            (*ids, *zeros) = (*ids + 1, *zeros + u32::from(is_zeros(tail)));
        }
        // Sound ids end so by chance, too: one of a thousand with 18 digits.
        all.retain(|digits, (ids, zeros)| {
            let ways = (0..*zeros).map(|at| (f64::from(*ids - at) / f64::from(at + 1)).log10());
            let digits = u32::try_from(*digits).map_or(f64::INFINITY, f64::from);
            *zeros > 0 && ways.sum::<f64>() - f64::from(*zeros) * digits <= -3.0
        });
        Self(all)
    }

    /// Why an id is damaged: more ids of its length end in zeros than chance makes.
    pub(crate) fn say(&self, id: &str) -> Option<(Damage, String)> {
        let tail = tail(id).filter(|tail| is_zeros(tail))?;
        let (ids, zeros) = self.0.get(&tail.len())?;
        let (what, digits, few) = (Damage::Zeros, id.len(), "0".repeat(tail.len()));
        let of = format!(
            "{zeros} of {ids} distinct ids of {digits} digits do, and of sound ones 1 in 1{few}"
        );
        Some((what, format!("{what} ({of})")))
    }
}

fn tail(id: &str) -> Option<&str> {
    let is_long = id.len() > DIGITS && id.bytes().all(|byte| byte.is_ascii_digit());
    id.get(DIGITS..).filter(|_| is_long)
}

fn is_zeros(text: &str) -> bool {
    text.bytes().all(|byte| byte == b'0')
}

pub(crate) fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{a0}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{180e}' | '\u{3164}'
    ) || c.is_control()
}

fn is_scientific(lower: &str) -> bool {
    let Some((mantissa, exponent)) = lower.split_once('e') else { return false };
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let has_point = mantissa.contains(['.', ',']) || mantissa.len() == 1;
    let is_number =
        mantissa.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
    !mantissa.is_empty()
        && has_point
        && is_number
        && (1..=3).contains(&exponent.len())
        && exponent.bytes().all(|byte| byte.is_ascii_digit())
}

/// `{campaign_id}`, `{{ad.id}}`, `%%CACHE%%`, `__CID__`, `${id}`, `[CLICK_ID]`, `<id>`, `%7Bcampaign%7D`, `$id$`.
fn is_token(value: &str, lower: &str) -> bool {
    let within = |open: &str, close: &str| {
        let inner = value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        inner.is_some_and(|inner| inner.chars().any(char::is_alphabetic))
    };
    let has_pair = |open: char, close: char| {
        value.find(open).zip(value.rfind(close)).is_some_and(|(open, close)| open < close)
    };
    let in_brackets = within("[", "]") && value.chars().all(|c| !c.is_ascii_digit());
    has_pair('{', '}')
        || value.starts_with('{')
        || value.ends_with('}')
        || in_brackets
        || within("%%", "%%")
        || within("__", "__")
        || within("<", ">")
        || within("$", "$")
        || lower.contains("%7b")
        || lower.ends_with("%7d")
        || lower == "replace"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_damaged_value_is_found() {
        let rows = [
            "1.21791E+17",
            "1.2E17",
            "1,21791E+17",
            "1e17",
            "2.3e+05",
            "7E10",
            "1.21791354005150E+017",
            "121791354005150485.0",
            "121791354005150485.00",
            "12179,0",
            "121,791,354,005,150,485",
            "[371234567]",
            "'121791354005150485",
            "=\"121791354005150485\"",
            "=A1",
            "\"quoted\"",
            "#N/A",
            "#n/a",
            "#REF!",
            "#VALUE!",
            "#NAME?",
            "#DIV/0!",
            "#NULL!",
            "#NUM!",
            "#SPILL!",
            "########",
            "null",
            "NULL",
            "undefined",
            "NaN",
            "None",
            "N/A",
            "(not set)",
            "[object Object]",
            "{campaign_id}",
            "{{campaign.id}}",
            "%%CAMPAIGN%%",
            "__CAMPAIGN_ID__",
            "${cid}",
            "[CLICK_ID]",
            "<campaign>",
            "%7Bcampaign%7D",
            "$campaign$",
            "pre-{adset.id}",
            "REPLACE",
            "1217\u{200b}9135",
            "\u{feff}12179",
            "12179\u{a0}",
            "12\u{ad}179",
            "121\t79",
            "\u{202a}12179\u{202c}",
            "Caf\u{fffd}",
            "100%",
            "summer*",
            "#NV",
            "#BEZUG!",
            "#ÜBERLAUF!",
            "#¡DIV/0!",
            "#¿NOMBRE?",
            "#N/D",
            "--",
            "—",
            "#ИМЯ?",
            "#Н/Д",
            "#YOK",
            "#GETTING_DATA",
            "{adset_id",
            "adset_id}",
            "adset_id%7D",
            "(empty)",
            "\\N",
            "MÃ¼nchen",
            "cafÃ©",
        ];
        assert!(rows.len() >= 40);
        for value in rows {
            assert!(damage(value).is_some(), "{value:?}");
        }
    }

    #[test]
    fn zeros_at_the_end_of_ids_are_damage_where_they_are_more_than_chance() {
        let sound = |digits: usize, count: u64| -> Vec<String> {
            // Every thousandth ends in three zeros.
            (0..count)
                .map(|n| format!("{:0<15}{n:0width$}", 12_179_u64 + n, width = digits - 15))
                .collect()
        };
        let zeroed = |digits: usize, count: u64| -> Vec<String> {
            (0..count)
                .map(|n| format!("{:015}{}", 121_791_354_005_150 + n, "0".repeat(digits - 15)))
                .collect()
        };
        for (ids, is_damaged) in [
            (zeroed(18, 1), true),
            (zeroed(19, 3), true),
            (zeroed(17, 1), false),
            (zeroed(17, 2), true),
            (zeroed(16, 2), false),
            (zeroed(16, 3), true),
            (sound(18, 1000), false),
            (sound(17, 100), false),
            ([sound(18, 999), zeroed(18, 1)].concat(), false),
            ([sound(18, 990), zeroed(18, 10)].concat(), true),
            ([sound(18, 3), zeroed(17, 1)].concat(), false),
            // Fifteen digits and fewer are kept.
            (vec!["121791354000000".to_owned(); 9], false),
        ] {
            let tails = Tails::of(ids.iter().map(String::as_str));
            let found = ids.iter().filter_map(|id| tails.say(id)).next();
            assert_eq!(found.is_some(), is_damaged, "{found:?} {:?}", ids.last());
        }
        let tails = Tails::of(
            ["121791354005150000", "121791354005151000", "121791354005151001"].into_iter(),
        );
        let (_, told) = tails.say("121791354005150000").unwrap();
        assert!(
            told.ends_with("(2 of 3 distinct ids of 18 digits do, and of sound ones 1 in 1000)"),
            "{told}"
        );
    }

    #[test]
    fn values_that_visits_have_are_sound() {
        for value in [
            "121791354005150485",
            "7712345",
            "zone-5988310",
            "recipes-hub",
            "m8bsncyw6m510ea17282nmrh",
            "FB | Prospecting 1",
            "Everyone 🎃",
            "Rated \"best\" coffee",
            "feed",
            "12e4567890ab",
            "e17",
            "2e",
            "1.5",
            "v1.0",
            "0",
            "100000",
            "1000",
            "hook-1",
            "a,b",
            "1,2",
            "10,000",
            "O'Brien",
            "The $49 Pillow",
            "ünïcödé",
            "Ã",
            "São Paulo – 1",
            "#итого",
            "a_b",
            "__",
            "#1",
            "#promo",
            "US",
            "[5]x",
            "3.000",
            "beat",
            "1e",
            "Do This Before Bed",
            "nonsense",
            "120000000000000001",
            // One of a hundred ids of 17 digits ends so.
            "12179135400515000",
        ] {
            assert_eq!(damage(value), None, "{value:?}");
        }
    }
}
