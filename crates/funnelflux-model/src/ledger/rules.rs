//! Rules that several assets share.

use rust_decimal::Decimal;

use super::wire;
use crate::{Document, Violation, document::describe, validation::quoted};

/// A number in a range, both ends included. Absent and `null` are fine.
pub(super) fn range(
    document: &Document,
    field: &str,
    member: &str,
    (least, most): (u32, u32),
    violations: &mut Vec<Violation>,
) {
    let expected = || format!("a number from {least} to {most}");
    match wire::decimal(document, member) {
        Ok(None) => {}
        Ok(Some(number)) if number >= Decimal::from(least) && number <= Decimal::from(most) => {}
        Ok(Some(number)) => {
            violations.push(Violation::new(field, quoted(&number.to_string()), expected()));
        }
        Err(_) => {
            let found = document.json(member).map_or("nothing", describe);
            violations.push(Violation::new(field, found, expected()));
        }
    }
}

/// `^[a-z0-9_]{1,64}$` (documented for the routes of logic scripts).
pub(super) fn is_route_key(key: &str) -> bool {
    (1..=64).contains(&key.len())
        && key.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}
