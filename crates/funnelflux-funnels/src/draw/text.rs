//! Texts of other people in pictures: escaped, and cut to the space there is.

use funnelflux_model::Decimal;

/// Text for XML and HTML, in elements and in quoted attributes. Characters that XML has not, and those that
/// turn the direction of writing, are replaced.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\r' | '\t' => out.push(' '),
            c => out.push(if is_harmless(c) { c } else { '\u{fffd}' }),
        }
    }
    out
}

pub(super) fn is_harmless(c: char) -> bool {
    !(c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2066}'..='\u{2069}' | '\u{fffe}' | '\u{ffff}'))
}

/// The text on one line, without characters that command a terminal or turn the direction of writing.
pub(super) fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().map(|c| if is_harmless(c) { c } else { '\u{fffd}' }).collect()
}

/// The text, cut to a width in pixels at a size of the font. The width is estimated: there is no font here.
pub(super) fn fitted(text: &str, size: f64, width: f64) -> String {
    let text = plain(text);
    if length(&text, size) <= width {
        return text;
    }
    let mut left = width - size;
    let cut = text.chars().take_while(|c| {
        left -= width_of(*c) * size;
        left > 0.0
    });
    format!("{}…", cut.collect::<String>().trim_end())
}

/// The estimated width of a text in pixels at a size of the font.
pub(super) fn length(text: &str, size: f64) -> f64 {
    text.chars().map(|c| width_of(c) * size).sum()
}

/// The width of a character, as a share of the size of the font.
fn width_of(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | ' ' => 0.31,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.92,
        'A'..='Z' => 0.7,
        '\u{1100}'.. => 1.05,
        _ => 0.58,
    }
}

/// A number with so many decimals and groups of three digits.
pub(super) fn grouped(number: Decimal, decimals: u32) -> String {
    let mut number = number.round_dp(decimals);
    number.rescale(decimals);
    let text = number.abs().to_string();
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(a, b)| (a, Some(b)));
    let mut out =
        String::from(if number.is_sign_negative() && !number.is_zero() { "−" } else { "" });
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(rest) = rest {
        out.push('.');
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_rounded_exactly() {
        for (number, decimals, expected) in [
            ("0", 0, "0"),
            ("999", 0, "999"),
            ("1234567.8", 0, "1,234,568"),
            ("-1234.5", 2, "−1,234.50"),
            ("-0.001", 2, "0.00"),
            ("12", 2, "12.00"),
        ] {
            assert_eq!(grouped(number.parse().unwrap(), decimals), expected, "{number}");
        }
    }

    #[test]
    fn a_text_cannot_leave_its_place() {
        assert_eq!(
            escaped("</title>\"'&\u{1b}\u{202e}\n"),
            "&lt;/title&gt;&quot;&#39;&amp;\u{fffd}\u{fffd} "
        );
        assert_eq!(plain(" a\n b\u{7} "), "a b\u{fffd}");
    }

    #[test]
    fn a_long_text_is_cut_and_a_short_one_is_not() {
        assert_eq!(fitted("Short", 13.0, 200.0), "Short");
        let cut = fitted(&"Long ".repeat(20), 13.0, 100.0);
        assert!(cut.ends_with('…') && cut.chars().count() < 20, "{cut}");
        assert!(fitted(&"漢".repeat(50), 13.0, 100.0).chars().count() < 9);
    }
}
