//! Hit and visitor ids: tolerant, and no asset ids.

#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use funnelflux_id::{AssetId, HitId, ParseIdError, VisitorId};
use proptest::prelude::*;
use static_assertions::{assert_impl_all, assert_not_impl_any};

assert_impl_all!(HitId: Clone, Eq, std::hash::Hash, Ord, Send, Sync);
assert_impl_all!(VisitorId: Clone, Eq, std::hash::Hash, Ord, Send, Sync);
assert_impl_all!(ParseIdError: std::error::Error, Clone, Send, Sync);
assert_not_impl_any!(HitId: From<VisitorId>, From<AssetId>, PartialEq<VisitorId>);

#[test]
fn the_known_samples_are_hit_ids_of_a_known_form_and_no_asset_ids() {
    for (sample, converts) in [
        ("1wj7y5680dz26p1g9p0101", false),
        ("3a3tmqba2w8weysjvt00ah", true),
        ("dkezmsf3bat8xdbz8rt039r0", false),
        ("01dkezmsf3bat8xdbz8rt039r0", false),
    ] {
        let hit: HitId = sample.parse().unwrap();
        assert_eq!(hit, sample);
        assert!(hit.has_known_form());
        assert_eq!(hit.can_convert(), converts);
        assert_eq!(format!("{hit} {hit:?}"), format!("{sample} HitId({sample})"));
        assert!(sample.parse::<AssetId>().is_err());
    }
}

#[test]
fn an_unknown_form_is_kept_and_only_hinted_at() {
    for odd in
        ["x", "2nIemJxCKbFX", "DKEZMSF3BAT8XDBZ8RT039R0", "a-b_c.d", "é", "dkezmsf3bat8xdbz8rt039r"]
    {
        let hit: HitId = odd.parse().unwrap();
        assert_eq!(hit.as_str(), odd);
        assert!(!hit.has_known_form(), "{odd}");
    }
}

#[test]
fn only_a_small_h_at_the_end_marks_an_offer_hit_that_can_convert() {
    let can_convert = |text: &str| text.parse::<HitId>().unwrap().can_convert();
    assert!(can_convert("dkezmsf3bat8xdbz8rt039rh"));
    assert!(!can_convert("hkezmsf3bat8xdbz8rt039r0"));
    assert!(!can_convert("dkezmsf3bat8xdbz8rt039rH"));
}

#[test]
fn slips_of_copying_are_named() {
    let error = "".parse::<HitId>().unwrap_err();
    assert!(error.is_wrong_length());
    assert_eq!(
        error.to_string(),
        "not a hit id: it is empty; a text without white space or control characters is expected"
    );
    let error = VisitorId::try_from("abc def").unwrap_err();
    assert_eq!(error.invalid_character(), Some((4, ' ')));
    assert_eq!(
        error.to_string(),
        "not a visitor id: character 4 is ' '; a text without white space or control characters is expected"
    );
}

proptest! {
    #[test]
    fn any_text_without_white_space_and_control_characters_is_kept_as_it_is(text in r"[^\s\p{Cc}]+") {
        prop_assert_eq!(text.parse::<HitId>().unwrap(), text.as_str());
        prop_assert_eq!(text.parse::<VisitorId>().unwrap(), text.as_str());
    }
}
