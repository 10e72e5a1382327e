//! Lines that have the same in several columns.

use std::borrow::Cow;

use hashbrown::HashMap;

/// A number for each line, from 0 in the order of their first lines: those that have the same codes in all columns have
/// the same.
pub(crate) fn groups<'a>(
    columns: impl IntoIterator<Item = Cow<'a, [u32]>>,
    lines: usize,
) -> Cow<'a, [u32]> {
    let mut columns = columns.into_iter().filter(|codes| {
        let first = codes.first();
        codes.iter().any(|code| Some(code) != first)
    });
    let Some(groups) = columns.next() else { return vec![0; lines].into() };
    let mut codes = match columns.next() {
        Some(next) => next,
        None if are_numbered(&groups) => return groups,
        None => vec![0; lines].into(),
    };
    let mut groups = groups.into_owned();
    loop {
        pair(&mut groups, &codes);
        match columns.next() {
            Some(next) => codes = next,
            None => return groups.into(),
        }
    }
}

/// Whether codes are numbers in the order of their first lines.
fn are_numbered(codes: &[u32]) -> bool {
    let mut next = 0;
    codes.iter().all(|code| {
        let is_known = *code <= next;
        next += u32::from(*code == next);
        is_known
    })
}

/// Whether each line is a group of its own: groups are numbered in the order of their first lines.
pub(crate) fn are_single(groups: &[u32]) -> bool {
    groups.iter().zip(0..).all(|(group, at)| *group == at)
}

/// Numbers the pairs of a group and a code in the order of their first lines.
fn pair(groups: &mut [u32], codes: &[u32]) {
    let size = |codes: &[u32]| codes.iter().max().map_or(0, |most| *most as usize + 1);
    let (width, height) = (size(codes), size(groups));
    let (mut next, pairs) = (0, codes.iter().map(|code| *code as usize));
    let mut number = |known: &mut u32| {
        if *known == u32::MAX {
            (*known, next) = (next, next + 1);
        }
        *known
    };
    // A table where it is small: days and campaigns, but not two columns of ids.
    if let Some(size) = width.checked_mul(height).filter(|size| *size <= 8 * groups.len()) {
        let mut table = vec![u32::MAX; size];
        for (group, code) in groups.iter_mut().zip(pairs) {
            let known = table.get_mut(*group as usize * width + code);
            *group = known.map_or(u32::MAX, &mut number);
        }
    } else {
        let mut table: HashMap<(u32, usize), u32> = HashMap::with_capacity(groups.len());
        for (group, code) in groups.iter_mut().zip(pairs) {
            *group = number(table.entry((*group, code)).or_insert(u32::MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_grouped_by_all_columns() {
        for (columns, expected) in [
            (Vec::<Vec<u32>>::new(), vec![0, 0, 0, 0]),
            (vec![vec![7, 7, 7, 7]], vec![0, 0, 0, 0]),
            (vec![vec![9, 3, 9, 3]], vec![0, 1, 0, 1]),
            (vec![vec![0, 1, 1, 2]], vec![0, 1, 1, 2]),
            (vec![vec![0, 2, 1, 2]], vec![0, 1, 2, 1]),
            (vec![vec![9, 3, 9, 3], vec![5, 5, 5, 5], vec![0, 0, 0, 1]], vec![0, 1, 0, 2]),
        ] {
            assert_eq!(*groups(columns.into_iter().map(Cow::from), 4), expected);
        }
    }
}
