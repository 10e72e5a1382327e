/// Integers as narrow as the largest allows: most columns of a report fit into 16 bits, and those
/// of unused custom events are all zeros, which take no memory.
#[derive(Clone)]
pub(super) enum Ints {
    Zeros(usize),
    Narrow(Vec<i16>),
    Middle(Vec<i32>),
    Wide(Vec<i64>),
}

impl Ints {
    pub(super) const fn new() -> Self {
        Self::Zeros(0)
    }

    #[inline]
    pub(super) fn push(&mut self, number: i64) {
        match self {
            Self::Zeros(len) if number == 0 => *len += 1,
            Self::Narrow(numbers) => match i16::try_from(number) {
                Ok(number) => push(numbers, number),
                Err(_) => self.push_wider(number),
            },
            Self::Middle(numbers) => match i32::try_from(number) {
                Ok(number) => push(numbers, number),
                Err(_) => self.push_wider(number),
            },
            Self::Wide(numbers) => push(numbers, number),
            Self::Zeros(_) => self.push_wider(number),
        }
    }

    #[cold]
    #[inline(never)]
    fn push_wider(&mut self, number: i64) {
        self.widen_for(number);
        self.push(number);
    }

    /// Converts to the narrowest form that holds the present elements and `number`.
    fn widen_for(&mut self, number: i64) {
        let fits_narrow = i16::try_from(number).is_ok();
        let fits_middle = i32::try_from(number).is_ok();
        *self = match std::mem::replace(self, Self::new()) {
            Self::Zeros(len) if fits_narrow => Self::Narrow(vec![0; len]),
            Self::Zeros(len) if fits_middle => Self::Middle(vec![0; len]),
            Self::Zeros(len) => Self::Wide(vec![0; len]),
            Self::Narrow(numbers) if fits_middle => Self::Middle(convert(&numbers)),
            Self::Narrow(numbers) => Self::Wide(convert(&numbers)),
            Self::Middle(numbers) => Self::Wide(convert(&numbers)),
            wide @ Self::Wide(_) => wide,
        };
    }

    pub(super) fn get(&self, at: usize) -> Option<i64> {
        match self {
            Self::Zeros(len) => (at < *len).then_some(0),
            Self::Narrow(numbers) => numbers.get(at).copied().map(i64::from),
            Self::Middle(numbers) => numbers.get(at).copied().map(i64::from),
            Self::Wide(numbers) => numbers.get(at).copied(),
        }
    }

    pub(super) fn pop(&mut self) {
        match self {
            Self::Zeros(len) => *len = len.saturating_sub(1),
            Self::Narrow(numbers) => drop(numbers.pop()),
            Self::Middle(numbers) => drop(numbers.pop()),
            Self::Wide(numbers) => drop(numbers.pop()),
        }
    }

    pub(super) fn shrink(&mut self) {
        match self {
            Self::Zeros(_) => {}
            Self::Narrow(numbers) => numbers.shrink_to_fit(),
            Self::Middle(numbers) => numbers.shrink_to_fit(),
            Self::Wide(numbers) => numbers.shrink_to_fit(),
        }
    }
}

fn convert<A: Copy, B: From<A>>(numbers: &[A]) -> Vec<B> {
    numbers.iter().map(|number| B::from(*number)).collect()
}

#[inline]
pub(super) fn push<T>(items: &mut Vec<T>, item: T) {
    grow(items);
    items.push(item);
}

/// By a quarter: all columns grow at the same row, so doubling would nearly double the peak.
#[inline]
pub(super) fn grow<T>(items: &mut Vec<T>) {
    #[cold]
    #[inline(never)]
    fn reserve<T>(items: &mut Vec<T>) {
        items.reserve_exact((items.len() / 4).max(64));
    }

    if items.len() == items.capacity() {
        reserve(items);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_width_holds_what_was_pushed(
            numbers in prop::collection::vec(
                prop_oneof![Just(0), -9..9_i64, -70_000..70_000_i64, any::<i64>()], 0..200
            ),
        ) {
            let mut ints = Ints::new();
            numbers.iter().for_each(|number| ints.push(*number));
            let read: Vec<i64> = (0..).map_while(|at| ints.get(at)).collect();
            prop_assert_eq!(&read, &numbers);
            ints.pop();
            ints.shrink();
            let left = numbers.len().saturating_sub(1);
            prop_assert_eq!(ints.get(left), None);
        }
    }
}
