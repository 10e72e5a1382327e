//! A dialect as facts that an overlay holds, and back.

use rust_decimal::Decimal;

use super::{FunnelDialect, NodeDefault, NodePart, Scale, learn};
use crate::NodeKind;

/// One thing that funnels have shown of a dialect, as an overlay holds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct DialectFact {
    /// The kind of node, such as `lander`; `*` for all of them.
    pub kind: &'static str,
    /// `type`, `object`, `reference`, `exit` or `trigger`; of all kinds `positions` or `weights`; a member
    /// with a default, such as `object.NAME`.
    pub part: String,
    /// The word, or the default as JSON.
    pub is: String,
    /// How often it was shown.
    pub seen: u32,
}

impl FunnelDialect {
    /// Takes over what an overlay holds: kind, part, what it is, how often it was seen. Of several words for
    /// one part the first is written; all are read. What has no known kind or part is left out.
    ///
    /// ```
    /// use funnelflux_funnels::{FunnelDialect, NodeKind};
    ///
    /// let dialect = FunnelDialect::shipped().with_facts([("offer", "type", "moneyPage", 1)]);
    /// assert_eq!(dialect.words(NodeKind::Offer).types[0].text, "moneyPage");
    /// ```
    #[must_use]
    pub fn with_facts<'a>(
        mut self,
        facts: impl IntoIterator<Item = (&'a str, &'a str, &'a str, u64)>,
    ) -> Self {
        for (kind, part, is, seen) in facts {
            let seen = u32::try_from(seen.max(1)).unwrap_or(u32::MAX);
            match (kind, part) {
                ("*", "positions") => {
                    self.scale = if is == "canvas" { Scale::Canvas } else { Scale::Unit };
                    self.scale_seen = seen;
                }
                ("*", "weights") => {
                    self.sums = match is {
                        "1" => vec![Decimal::ONE],
                        "100" => vec![Decimal::ONE_HUNDRED],
                        _ => Vec::new(),
                    };
                    self.sums_seen = seen;
                }
                _ => {
                    let Some(kind) = NodeKind::find(kind) else { continue };
                    let words = self.kinds.entry(kind).or_default();
                    match NodePart::find(part) {
                        Some(part) => learn::show_behind(part.of_mut(words), is, seen),
                        None => words.defaults.push(NodeDefault {
                            member: part.to_owned(),
                            json: is.to_owned(),
                            seen,
                        }),
                    }
                    words.forget_shipped_defaults();
                }
            }
        }
        self
    }

    /// What funnels have shown, for an overlay.
    pub fn facts(&self) -> Vec<DialectFact> {
        let mut facts = Vec::new();
        let mut add = |kind, part: &str, is: &str, seen| {
            if seen > 0 {
                let (part, is) = (part.to_owned(), is.to_owned());
                facts.push(DialectFact { kind, part, is, seen });
            }
        };
        let scale = if self.scale == Scale::Canvas { "canvas" } else { "share" };
        add("*", "positions", scale, self.scale_seen);
        let sum = self.sums.first().map_or("any".to_owned(), |sum| sum.normalize().to_string());
        add("*", "weights", &sum, self.sums_seen);
        for (kind, words) in &self.kinds {
            for part in NodePart::ALL {
                for word in part.of(words) {
                    add(kind.as_str(), part.as_str(), &word.text, word.seen);
                }
            }
            for default in &words.defaults {
                add(kind.as_str(), &default.member, &default.json, default.seen);
            }
        }
        facts
    }
}
