//! Repeated measurements of one case.

/// What was measured, round by round.
#[derive(Clone, Debug, Default)]
pub struct Sample(Vec<f64>);

impl Sample {
    /// Adds the measurement of the next round.
    pub fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    /// The least: what the work costs when nothing disturbs it.
    #[must_use]
    pub fn min(&self) -> f64 {
        self.0.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// The middle one: what it costs as a rule.
    #[must_use]
    pub fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let upper = sorted.get(middle).copied().unwrap_or(f64::NAN);
        if sorted.len() % 2 == 1 {
            return upper;
        }
        let lower = middle.checked_sub(1).and_then(|at| sorted.get(at)).copied();
        (lower.unwrap_or(f64::NAN) + upper) / 2.0
    }

    /// The median of `self` in relation to `base`, each round to its own: what disturbs a whole
    /// round falls out.
    #[must_use]
    pub fn median_ratio(&self, base: &Self) -> f64 {
        Self(self.0.iter().zip(&base.0).map(|(a, b)| a / b).collect()).median()
    }

    /// The least of `self` in relation to the least of `base`.
    #[must_use]
    pub fn min_ratio(&self, base: &Self) -> f64 {
        self.min() / base.min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(values: &[f64]) -> Sample {
        Sample(values.to_vec())
    }

    #[test]
    fn the_middle_of_an_odd_and_of_an_even_count() {
        assert_eq!(sample(&[9.0, 1.0, 2.0]).median(), 2.0);
        assert_eq!(sample(&[9.0, 1.0, 2.0, 4.0]).median(), 3.0);
        assert!(Sample::default().median().is_nan());
    }

    #[test]
    fn a_round_in_which_all_were_slow_does_not_change_the_ratio() {
        let base = sample(&[10.0, 10.0, 100.0]);
        let twice = sample(&[20.0, 20.0, 200.0]);
        assert_eq!(twice.median_ratio(&base), 2.0);
        assert_eq!(twice.min_ratio(&base), 2.0);
    }
}
