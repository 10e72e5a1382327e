//! Money on the wire: exact decimal strings.

use rust_decimal::{Decimal, RoundingStrategy};

/// Money in ten-thousandths of the account's currency: fine enough for a cost per view of 0.0008.
pub(crate) type Mills = i64;

/// Digits after the point in [`Mills`].
const SCALE: u32 = 4;
/// Digits after the point in a quotient of money.
const RATE_SCALE: u32 = 6;

pub(crate) fn decimal(mills: i128) -> Decimal {
    // 28 digits: an account would need 10^24 of its currency to pass the end.
    Decimal::try_from_i128_with_scale(mills, SCALE).unwrap_or_default()
}

pub(crate) fn of(mills: impl Into<i128>) -> String {
    text(decimal(mills.into()))
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
pub(crate) fn per(mills: i128, count: u64) -> Option<String> {
    let rate = decimal(mills).checked_div(Decimal::from(count))?;
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
        for (mills, expected) in [
            (0, "0.00"),
            (123_400, "12.34"),
            (123_000, "12.30"),
            (135, "0.0135"),
            (-1, "-0.0001"),
            (90_071_992_547_409_930_000_i128, "9007199254740993.00"),
        ] {
            assert_eq!(text(decimal(mills)), expected);
        }
    }

    #[test]
    fn quotients_are_rounded_and_never_divide_by_zero() {
        assert_eq!(per(10_000, 3).as_deref(), Some("0.333333"));
        assert_eq!(per(20_000, 3).as_deref(), Some("0.666667"));
        assert_eq!(per(10_000, 0), None);
        assert_eq!(ratio(1, 3), Some(0.3333));
        assert_eq!(ratio(-3, 2), Some(-1.5));
        assert_eq!(ratio(1, 0), None);
    }
}
