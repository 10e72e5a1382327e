//! What is an asset id, what is not, and what the error says.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use funnelflux_id::{AssetId, Funnel, Id, ParseIdError};
use proptest::prelude::*;

fn error_of(text: &str) -> ParseIdError {
    text.parse::<AssetId>().unwrap_err()
}

#[test]
fn the_known_samples_tell_their_known_instants() {
    for (text, unix_millis, created_at) in [
        ("2nIemJxCKbFX", 1_722_606_672_853, "2024-08-02T13:51:12.853Z"),
        ("2n5JuOKWLTzd", 1_722_409_606_620, "2024-07-31T07:06:46.620Z"),
        ("0NEijfZTGYU4", 1_585_128_585_829, "2020-03-25T09:29:45.829Z"),
        ("0XJbzUwQYEWa", 1_594_362_188_378, "2020-07-10T06:23:08.378Z"),
        ("2LUKJGNKi8CP", 1_697_127_391_331, "2023-10-12T16:16:31.331Z"),
    ] {
        let id: AssetId = text.parse().unwrap();
        assert_eq!(id.to_string(), text);
        assert_eq!(id.as_bytes(), text.as_bytes());
        assert_eq!(id.unix_millis(), unix_millis);
        assert_eq!(id.created_at_rfc3339().as_str(), created_at);
    }
}

#[test]
fn the_smallest_and_the_greatest_id_are_the_ends_of_the_documented_range() {
    assert_eq!(AssetId::MIN, "000000000000");
    assert_eq!(AssetId::MIN.unix_millis(), 1_563_840_000_000);
    assert_eq!(AssetId::MAX, "zzzzzzzzzzzz");
    assert_eq!(AssetId::MAX.created_at_rfc3339().as_str(), "2131-02-25T10:16:46.207Z");
    assert_eq!(AssetId::MAX.unix_millis(), AssetId::LATEST_UNIX_MILLIS);
}

#[test]
fn a_wrong_length_is_named_before_anything_else() {
    let error = error_of("");
    assert!(error.is_wrong_length());
    assert_eq!(
        error.to_string(),
        "not an asset id: it is empty; 12 characters of 0-9, A-Z, a-z are expected"
    );
    assert_eq!(
        error_of("x").to_string(),
        "not an asset id: it has 1 character; 12 characters of 0-9, A-Z, a-z are expected"
    );
    let error = error_of("2nIemJxCKbF");
    assert_eq!((error.length(), error.invalid_character()), (11, None));
    assert_eq!(
        error_of("2nIemJxCKbFX\r").to_string(),
        "not an asset id: it has 13 characters, and character 13 is '\\r'; \
         12 characters of 0-9, A-Z, a-z are expected"
    );
}

#[test]
fn a_hit_or_visitor_id_in_the_place_of_an_asset_id_is_recognised() {
    for (id, kind) in [
        ("1wj7y5680dz26p1g9p0101", "22 characters, as known hit ids have;"),
        ("dkezmsf3bat8xdbz8rt039r0", "24 characters, as known hit ids have;"),
        ("01dkezmsf3bat8xdbz8rt039r0", "26 characters, as known hit ids have;"),
        ("afdwb7QPV6Y59aTP3fQxZ3tX2ox", "27 characters, as the known visitor id has;"),
    ] {
        let message = error_of(id).to_string();
        assert!(message.contains(kind), "{message}");
    }
}

#[test]
fn characters_are_counted_not_bytes() {
    // 12 bytes, 11 characters; then 12 characters, 13 bytes.
    let error = error_of("2nIemJé2345");
    assert_eq!((error.length(), error.invalid_character()), (11, Some((7, 'é'))));
    let error = error_of("2nIemJé23456");
    assert!(!error.is_wrong_length());
    assert_eq!(
        error.to_string(),
        "not an asset id: character 7 is 'é'; 12 characters of 0-9, A-Z, a-z are expected"
    );
}

#[test]
fn a_misplaced_secret_is_not_repeated_by_the_error() {
    let secret = "eyJhbGciOiJSUzI1NiJ9.canary-of-a-token.signature";
    let error = error_of(secret);
    assert!(!format!("{error} {error:?}").contains("canary"));
}

#[test]
fn all_the_ways_to_parse_agree() {
    let id: AssetId = "2nIemJxCKbFX".parse().unwrap();
    assert_eq!(AssetId::try_from("2nIemJxCKbFX"), Ok(id));
    assert_eq!(Id::<Funnel>::try_from("2nIemJxCKbFX").unwrap().untyped(), id);
    assert_eq!(AssetId::try_from("?"), Err(error_of("?")));
    assert_eq!("?".parse::<Id<Funnel>>(), Err(error_of("?")));
}

#[test]
fn ids_print_themselves_and_obey_a_column_width() {
    let id: AssetId = "2nIemJxCKbFX".parse().unwrap();
    assert_eq!(format!("{id:>14}|{id:?}"), "  2nIemJxCKbFX|AssetId(2nIemJxCKbFX)");
    let id: Id<Funnel> = Id::from_untyped(id);
    assert_eq!(format!("{id:<14}|{id:?}"), "2nIemJxCKbFX  |Id<Funnel>(2nIemJxCKbFX)");
}

proptest! {
    #[test]
    fn every_id_comes_back_as_it_went_in(text in "[0-9A-Za-z]{12}") {
        let id: AssetId = text.parse().unwrap();
        prop_assert_eq!(id.to_string(), text);
        prop_assert!((AssetId::EARLIEST_UNIX_MILLIS..=AssetId::LATEST_UNIX_MILLIS)
            .contains(&id.unix_millis()));
    }

    #[test]
    fn order_is_the_order_of_time(one in "[0-9A-Za-z]{12}", other in "[0-9A-Za-z]{12}") {
        let (one, other): (AssetId, AssetId) = (one.parse().unwrap(), other.parse().unwrap());
        let by_time = one.unix_millis().cmp(&other.unix_millis());
        if by_time.is_ne() {
            prop_assert_eq!(one.cmp(&other), by_time);
            prop_assert_eq!(one.created_at_rfc3339().cmp(&other.created_at_rfc3339()), by_time);
        }
        prop_assert_eq!(one.cmp(&other), one.as_str().cmp(other.as_str()));
    }

    #[test]
    fn the_first_bad_character_is_found(
        start in "[0-9A-Za-z]{0,11}",
        bad in any::<char>().prop_filter("not of the alphabet", |c| !c.is_ascii_alphanumeric()),
        rest in any::<char>(),
    ) {
        let text: String = start.chars().chain([bad]).chain(std::iter::repeat(rest)).take(12).collect();
        let error = error_of(&text);
        prop_assert!(!error.is_wrong_length());
        prop_assert_eq!(error.invalid_character(), Some((start.len() + 1, bad)));
        let where_and_what = format!("character {} is {bad:?}", start.len() + 1);
        prop_assert!(error.to_string().contains(&where_and_what));
    }

    #[test]
    fn any_text_is_an_id_or_a_reasoned_error(text in ".*") {
        let right = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match text.parse::<AssetId>() {
            Ok(_) => prop_assert!(right),
            Err(error) => {
                prop_assert!(!right);
                prop_assert!(error.is_wrong_length() || error.invalid_character().is_some());
            }
        }
    }
}
