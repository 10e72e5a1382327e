//! Money on the wire: exact decimal strings.

use rust_decimal::{Decimal, RoundingStrategy};

/// Money in hundred-millionths of the account's currency: networks export costs such as 0.00093.
pub(crate) type Units = i64;

/// Digits after the point in [`Units`].
const SCALE: u32 = 8;
/// The units of a ten-thousandth, in which the made-up account has its amounts.
pub(crate) const TEN_THOUSANDTH: Units = 10_000;
/// Digits after the point in a quotient of money.
const RATE_SCALE: u32 = 6;

pub(crate) fn decimal(units: i128) -> Decimal {
    // 28 digits: an account would need 10^24 of its currency to pass the end.
    Decimal::try_from_i128_with_scale(units, SCALE).unwrap_or_default()
}

pub(crate) fn of(units: impl Into<i128>) -> String {
    text(decimal(units.into()))
}

/// `"12.34"`, `"0.0135"`: at least two digits after the point, no superfluous zeros after that.
fn text(amount: Decimal) -> String {
    let mut amount = amount.normalize();
    if amount.scale() < 2 {
        amount.rescale(2);
    }
    amount.to_string()
}

/// Money per something, rounded half away from zero to six digits; `None` for a division by zero.
pub(crate) fn per(units: i128, count: u64) -> Option<String> {
    let rate = decimal(units).checked_div(Decimal::from(count))?;
    Some(text(rate.round_dp_with_strategy(RATE_SCALE, RoundingStrategy::MidpointAwayFromZero)))
}

/// A ratio as a JSON number, to four digits; `None` for a division by zero.
pub(crate) fn ratio(part: i128, whole: i128) -> Option<f64> {
    let scaled = decimal(part).checked_div(decimal(whole))?.round_dp(4);
    f64::try_from(scaled).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_every_digit_and_at_least_two() {
        for (units, expected) in [
            (0, "0.00"),
            (1_234_000_000, "12.34"),
            (1_230_000_000, "12.30"),
            (1_350_000, "0.0135"),
            (-1, "-0.00000001"),
            (900_719_925_474_099_300_000_000_i128, "9007199254740993.00"),
        ] {
            assert_eq!(text(decimal(units)), expected);
        }
    }

    #[test]
    fn quotients_are_rounded_and_never_divide_by_zero() {
        assert_eq!(per(100_000_000, 3).as_deref(), Some("0.333333"));
        assert_eq!(per(200_000_000, 3).as_deref(), Some("0.666667"));
        assert_eq!(per(10_000, 0), None);
        assert_eq!(ratio(1, 3), Some(0.3333));
        assert_eq!(ratio(-3, 2), Some(-1.5));
        assert_eq!(ratio(1, 0), None);
    }
}
