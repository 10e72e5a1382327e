//! Amounts of money as they stand in a cell, read strictly: what is not clear is refused.

use rust_decimal::Decimal;

/// A thousand million for one line is a slip of the keyboard or a column of ids.
const MOST: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// `12.50`, with a sign or without: digits, and after a point more of them.
pub(super) fn read(column: &str, text: &str, example: &str) -> Result<Decimal, String> {
    let refused = || format!("{column} {text:?}: expected a decimal such as {example}");
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let plain = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, rest) = plain.split_once('.').unwrap_or((plain, "0"));
    if !digits(whole) || !digits(rest) {
        return Err(refused());
    }
    let amount = Decimal::from_str_exact(text)
        .map_err(|_| format!("{column} {text:?}: expected at most 28 digits"))?;
    if amount.abs() > MOST {
        return Err(format!("{column} {text:?}: expected at most {MOST} in one line"));
    }
    Ok(amount)
}

/// The sum, unless it is too large for a decimal.
pub(super) fn sum(amounts: impl IntoIterator<Item = Decimal>) -> Option<Decimal> {
    amounts.into_iter().try_fold(Decimal::ZERO, Decimal::checked_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_digits_and_a_point_and_nothing_else() {
        for (text, amount) in [("12.50", "12.50"), ("+7", "7"), ("-0.10", "-0.10"), ("007", "7")] {
            assert_eq!(read("cost", text, "1.00").unwrap().to_string(), amount);
        }
        for text in ["", "5_00", "1e3", ".5", "5.", "1,5", "1.2.3", "+", "--1", "€5", "1 000", "٣"]
        {
            assert!(
                read("cost", text, "1.00").unwrap_err().contains("a decimal such as"),
                "{text}"
            );
        }
    }

    #[test]
    fn what_would_be_rounded_or_is_absurd_is_refused() {
        let decimals = format!("0.{}", "1".repeat(32));
        assert!(read("cost", &decimals, "1").unwrap_err().contains("at most 28 digits"));
        for text in ["79228162514264337593543950335", "1000000000.01"] {
            assert!(read("cost", text, "1").unwrap_err().contains("in one line"), "{text}");
        }
        assert_eq!(sum([Decimal::MAX, Decimal::MAX]), None);
        assert_eq!(sum([Decimal::ONE, Decimal::ONE]), Some(Decimal::TWO));
    }
}
