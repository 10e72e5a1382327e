//! Ids made from given times and numbers: of assets in the documented format, of hits and visitors in a
//! form that only samples suggest.

/// Documented: the zero of the millisecond counter in asset ids, 2019-07-23T00:00:00Z.
const ASSET_EPOCH_MILLIS: i64 = 1_563_840_000_000;
pub(crate) const BASE_62: &[u8; 62] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The digits of the published samples of hit ids (Crockford's base 32, as in a ULID).
const BASE_32: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// 12 characters: 7 base-62 digits of the time, 5 more from `random`.
pub(crate) fn asset_id(created_millis: i64, random: u64) -> String {
    let time = u64::try_from(created_millis - ASSET_EPOCH_MILLIS).unwrap_or(0);
    digits(time, 7, BASE_62) + &digits(random, 5, BASE_62)
}

/// 24 characters, one of the lengths of the samples. Help: that of an offer, which can convert, ends in
/// `h`. That no other does is a choice.
pub(crate) fn hit_id(at_millis: i64, random: [u64; 2], offer: bool) -> String {
    let mut id = ulid_tail(at_millis, random);
    let last = id.pop();
    id.push(match (offer, last) {
        (true, _) => 'h',
        (false, Some('h') | None) => 'g',
        (false, Some(other)) => other,
    });
    id
}

/// 26 characters, in the form of a ULID: an invention. The one sample has 27 of mixed case.
pub(crate) fn visitor_id(born_millis: i64, random: [u64; 2]) -> String {
    // The two leading digits of every time from 2004 to 2039.
    format!("01{}", ulid_tail(born_millis, random))
}

/// The time of a hit, from its id; `None` where the id is not of this form.
pub(crate) fn hit_millis(id: &str) -> Option<i64> {
    if id.len() != 24 {
        return None;
    }
    let low = id.bytes().take(8).try_fold(0_i64, |value, byte| {
        let digit = BASE_32.iter().position(|known| *known == byte)?;
        Some(value * 32 + i64::try_from(digit).ok()?)
    })?;
    // Eight digits hold 40 bits; every time from 2004 to 2039 has bit 41.
    Some((1 << 40) + low)
}

fn ulid_tail(at_millis: i64, [high, low]: [u64; 2]) -> String {
    let time = u64::try_from(at_millis).unwrap_or(0);
    digits(time, 8, BASE_32) + &digits(high, 8, BASE_32) + &digits(low, 8, BASE_32)
}

/// The lowest `width` digits of `value`, most significant first.
fn digits(mut value: u64, width: usize, alphabet: &[u8]) -> String {
    let base = u64::try_from(alphabet.len()).unwrap_or(1);
    let mut reversed = Vec::with_capacity(width);
    for _ in 0..width {
        let digit = usize::try_from(value % base).unwrap_or(0);
        reversed.push(alphabet.get(digit).copied().unwrap_or(b'0'));
        value /= base;
    }
    reversed.iter().rev().map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_samples_have_this_time_part() {
        // 2nIemJxCKbFX was made at 2024-08-02T13:51:12.853Z, 2n5JuOKWLTzd at 2024-07-31T07:06:46.620Z.
        assert_eq!(&asset_id(1_722_606_672_853, 0)[..7], "2nIemJx");
        assert_eq!(&asset_id(1_722_409_606_620, 0)[..7], "2n5JuOK");
    }

    #[test]
    fn hit_ids_have_the_length_and_the_ending_of_the_samples() {
        for random in 0..200 {
            let lander = hit_id(1_700_000_000_000, [random, random], false);
            let offer = hit_id(1_700_000_000_000, [random, random], true);
            assert_eq!((lander.len(), offer.len()), (24, 24));
            assert!(offer.ends_with('h') && !lander.ends_with('h'));
        }
        assert_eq!(visitor_id(1_700_000_000_000, [1, 2]).len(), 26);
        let id = hit_id(1_700_000_000_123, [1, 2], true);
        assert_eq!(hit_millis(&id), Some(1_700_000_000_123));
        assert_eq!(hit_millis("short"), None);
    }
}
