//! A large drilldown answer, the same one each time.

use std::fmt::Write as _;

use fastrand::Rng;

use super::typed::{COUNTS, MONEY, RATIOS};

/// The different values of an attribute: sources, offers, countries, hours of four weeks, keywords.
const VALUES: [usize; 5] = [24, 60, 190, 672, 6000];

/// A report of at least `bytes` bytes and hardly more.
pub(crate) fn text(bytes: usize) -> String {
    let mut rng = Rng::with_seed(20_261_122);
    let attributes: Vec<Vec<String>> =
        (0..VALUES.len()).map(|attribute| values(attribute, &mut rng)).collect();
    let mut text = String::with_capacity(bytes + 4096);
    text.push_str("{\"rows\":[");
    while text.len() < bytes {
        if text.ends_with('}') {
            text.push(',');
        }
        text.push_str("{\"attributes\":[");
        for (at, values) in attributes.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            text.push_str(skewed(values, &mut rng));
        }
        text.push(']');
        metrics(&mut text, &mut rng);
        text.push('}');
    }
    text.push_str("]}");
    text
}

/// A few values have most of the rows, as a few offers have most of the traffic.
fn skewed<'a>(values: &'a [String], rng: &mut Rng) -> &'a str {
    let unit = rng.f64();
    let place = (unit * unit * values.len() as f64) as usize;
    values.get(place).map_or("null", String::as_str)
}

fn values(attribute: usize, rng: &mut Rng) -> Vec<String> {
    let count = VALUES.get(attribute).copied().unwrap_or_default();
    (0..count)
        .map(|n| match attribute {
            2 => format!(r#"{{"id":"{n:03}","value":"Country of {n}"}}"#),
            3 => {
                let (day, hour) = (1 + n / 24, n % 24);
                format!(
                    r#"{{"id":"2026-10-{day:02}T{hour:02}:00:00+02:00","value":"2026-10-{day:02} {hour:02}:00"}}"#
                )
            }
            4 => format!(r#"{{"id":"keyword-{n}","value":"keyword-{n}"}}"#),
            _ => {
                let id: String = (0..12).map(|_| rng.alphanumeric()).collect();
                format!(r#"{{"id":"{id}","value":"Some Product {n} - US - Mobile"}}"#)
            }
        })
        .collect()
}

fn metrics(text: &mut String, rng: &mut Rng) {
    // Most groups of five attributes are small.
    let visits = 1 + 1_000 / (1 + rng.u32(..1_000));
    for (at, name) in COUNTS.iter().enumerate() {
        let value = if at == 0 { visits } else { rng.u32(..=visits) / (1 + rng.u32(..4)) };
        let _ = write!(text, ",\"{name}\":{value}");
    }
    for name in MONEY {
        // No revenue is null in three groups of ten.
        if rng.u32(..10) < 3 {
            let _ = write!(text, ",\"{name}\":null");
        } else {
            let cents = rng.u32(..100 * visits);
            let _ = write!(text, ",\"{name}\":\"{}.{:02}\"", cents / 100, cents % 100);
        }
    }
    for name in RATIOS {
        let millionths = rng.u32(..2_000_000);
        let _ =
            write!(text, ",\"{name}\":{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_same_text_each_time_and_as_long_as_asked() {
        let one = text(100_000);
        assert_eq!(one, text(100_000));
        assert!((100_000..102_500).contains(&one.len()), "{}", one.len());
    }

    #[test]
    fn it_is_a_report_with_forty_five_metrics() {
        let report: serde_json::Value = serde_json::from_str(&text(10_000)).unwrap();
        for row in report["rows"].as_array().unwrap() {
            assert_eq!(row["attributes"].as_array().unwrap().len(), 5);
            assert_eq!(row.as_object().unwrap().len(), 46);
        }
    }
}
