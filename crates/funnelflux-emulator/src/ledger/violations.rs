//! Everything that is wrong with one object, told at once.

use crate::wire::refusal::Refusal;

/// How many are told: a funnel of a thousand broken nodes must not make a megabyte of message.
const MOST_TOLD: usize = 20;

/// What was found to be wrong so far.
#[derive(Debug, Default)]
pub(crate) struct Violations(Vec<Refusal>);

impl Violations {
    pub(crate) fn add(&mut self, refusal: Refusal) {
        self.0.push(refusal);
    }

    /// The value, or `otherwise` where it was refused: what follows is checked all the same.
    pub(crate) fn keep<T>(&mut self, outcome: Result<T, Refusal>, otherwise: T) -> T {
        outcome.unwrap_or_else(|refusal| {
            self.add(refusal);
            otherwise
        })
    }

    /// One alone is told in its own words.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        let count = self.0.len();
        let mut all = self.0.into_iter();
        let Some(mut first) = all.next() else { return Ok(()) };
        if count > 1 {
            let mut message = format!("{count} things are wrong: (1) {}", first.message);
            for (number, other) in (2..=MOST_TOLD).zip(all) {
                message.push_str(&format!("; ({number}) {}", other.message));
            }
            if count > MOST_TOLD {
                message.push_str(&format!("; and {} more", count - MOST_TOLD));
            }
            first.message = message;
        }
        Err(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(count: usize) -> String {
        let mut wrong = Violations::default();
        for number in 0..count {
            wrong.add(Refusal::bad_request(format!("`n{number}` is bad; expected good")));
        }
        wrong.finish().map_or_else(|refusal| refusal.message, |()| String::new())
    }

    #[test]
    fn one_is_told_in_its_own_words_and_several_are_numbered() {
        assert_eq!(told(0), "");
        assert_eq!(told(1), "`n0` is bad; expected good");
        assert_eq!(
            told(2),
            "2 things are wrong: (1) `n0` is bad; expected good; (2) `n1` is bad; expected good"
        );
        let many = told(1000);
        assert!(many.starts_with("1000 things") && many.ends_with("; and 980 more"), "{many}");
        assert!(many.contains("(20) `n19`") && !many.contains("`n20`"), "{many}");
    }
}
