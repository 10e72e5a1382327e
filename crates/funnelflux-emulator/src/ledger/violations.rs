//! All violations of one object, in one message.

use serde_json::Value;

use crate::wire::Refusal;

/// The most violations in a message. A funnel may have a thousand broken nodes.
const MOST_SHOWN: usize = 20;

/// The violations found so far.
#[derive(Debug, Default)]
pub(crate) struct Violations(Vec<Refusal>);

impl Violations {
    pub(crate) fn add(&mut self, refusal: Refusal) {
        self.0.push(refusal);
    }

    /// Notes the value at a place, which the message shows, unless it is right.
    pub(crate) fn check(&mut self, is_right: bool, at: &str, value: &Value, right: &str) {
        if !is_right {
            self.add(Refusal::wrong(at, value, right));
        }
    }

    /// The value, or `otherwise` where it was refused, so that the check goes on.
    pub(crate) fn keep<T>(&mut self, outcome: Result<T, Refusal>, otherwise: T) -> T {
        outcome.unwrap_or_else(|refusal| {
            self.add(refusal);
            otherwise
        })
    }

    /// Joins the violations. A single one keeps its own message.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        let count = self.0.len();
        let mut all = self.0.into_iter();
        let Some(mut first) = all.next() else { return Ok(()) };
        if count > 1 {
            let mut message = format!("{count} things are wrong: (1) {}", first.message);
            for (number, other) in (2..=MOST_SHOWN).zip(all) {
                message.push_str(&format!("; ({number}) {}", other.message));
            }
            if count > MOST_SHOWN {
                message.push_str(&format!("; and {} more", count - MOST_SHOWN));
            }
            first.message = message;
        }
        Err(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(count: usize) -> String {
        let mut wrong = Violations::default();
        for number in 0..count {
            wrong.add(Refusal::bad_request(format!("`n{number}` is bad; expected good")));
        }
        wrong.finish().map_or_else(|refusal| refusal.message, |()| String::new())
    }

    #[test]
    fn one_violation_keeps_its_message_and_several_are_numbered() {
        assert_eq!(message(0), "");
        assert_eq!(message(1), "`n0` is bad; expected good");
        assert_eq!(
            message(2),
            "2 things are wrong: (1) `n0` is bad; expected good; (2) `n1` is bad; expected good"
        );
        let many = message(1000);
        assert!(many.starts_with("1000 things") && many.ends_with("; and 980 more"), "{many}");
        assert!(many.contains("(20) `n19`") && !many.contains("`n20`"), "{many}");
    }
}
