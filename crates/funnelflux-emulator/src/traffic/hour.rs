//! The visits of one hour, from the seed and the hour alone.

use super::visit::{Conversion, Visit, Visitor};
use crate::account::{DATA, LANDER_ACTIONS, Payout};
use crate::rng::{Rng, hash};
use crate::wire::{TEN_THOUSANDTH, Units};

pub(crate) const MILLIS: i64 = 3_600_000;

/// The hours from the entrance to the last event of a visit at most: less than 10 minutes on the lander,
/// less than 20 on the offer, and 3 hours until a conversion.
pub(crate) const LONGEST_VISIT_HOURS: i64 = 4;

/// The day's curve in UTC, per mille of the mean: a mostly American audience, quiet at 9 h.
const CURVE: [u64; 24] = [
    1290, 1240, 1130, 960, 760, 590, 470, 400, 370, 390, 470, 620, 800, 950, 1060, 1130, 1180,
    1220, 1280, 1360, 1450, 1510, 1530, 1840,
];

/// Per mille of visits by returning visitors.
const RETURNING: u64 = 140;
/// The most hours since the first visit of a returning visitor.
const RETURN_HOURS: i64 = 72;

/// The number of visits in an hour: the mean, the curve, and ±20 %.
fn visits_in(seed: u64, hour: i64, mean: u32) -> u64 {
    let of_day = usize::try_from(hour.rem_euclid(24)).unwrap_or(0);
    let mut rng = Rng::new(hash(&[seed, 0xB057, hour.cast_unsigned()]));
    let curve = CURVE.get(of_day).copied().unwrap_or(1000);
    let noise = 800 + rng.below(401);
    let scaled = u64::from(mean) * curve * noise;
    scaled / 1_000_000 + u64::from(rng.below(1_000_000) < scaled % 1_000_000)
}

pub(crate) fn visits(seed: u64, hour: i64, mean: u32) -> Vec<Visit> {
    (0..visits_in(seed, hour, mean)).map(|n| visit(seed, hour, n, mean)).collect()
}

fn visit(seed: u64, hour: i64, number: u64, mean: u32) -> Visit {
    let key = hash(&[seed, 0x0F11, hour.cast_unsigned(), number]);
    let mut rng = Rng::new(key);
    let source = rng.weighted(DATA.sources.iter().map(|source| source.weight));
    let funnel = rng.weighted(DATA.funnels.iter().map(|funnel| funnel.weight));
    let (cost, mobile) =
        DATA.sources.get(source).map_or(((0, 0), 500), |source| (source.cost, source.mobile));
    let own = DATA.funnels.get(funnel);
    let (landers, offers) = own.map_or((&[][..], &[][..]), |own| (&*own.landers, &*own.offers));
    let (born, first) = if rng.chance(RETURNING) {
        let before = hour - rng.between(1, RETURN_HOURS);
        (before, rng.below(visits_in(seed, before, mean).max(1)))
    } else {
        (hour, number)
    };
    let mut visit = Visit {
        key,
        entered: hour * MILLIS + rng.between(0, MILLIS - 1),
        visitor: Visitor::born(seed, born, first, mobile),
        source,
        funnel,
        ad: [4, 3, 4].map(|bound| small(&mut rng, bound)),
        cost: rng.between(cost.0, cost.1) * TEN_THOUSANDTH,
        lander: landers.get(rng.index(landers.len())).copied(),
        lander_click: None,
        action: 1 + small(&mut rng, u64::from(LANDER_ACTIONS)),
        offer: None,
        offer_view: None,
        offer_click: None,
        conversions: [None, None],
        uploaded: None,
    };
    if let Some(lander) = visit.lander {
        let rate = DATA.landers.get(lander).map_or(0, |lander| lander.click_rate);
        if !rng.chance(rate) {
            return visit;
        }
        let clicked = visit.entered + rng.between(2_000, 590_000);
        visit.lander_click = Some(clicked);
        visit.offer_view = Some(clicked + rng.between(150, 1_500));
    } else {
        visit.offer_view = Some(visit.entered);
    }
    visit.offer = offers.get(rng.index(offers.len())).copied();
    go_on(&mut rng, &mut visit);
    visit
}

/// Adds the events after the view of the offer.
fn go_on(rng: &mut Rng, visit: &mut Visit) {
    let Some(offer) = visit.offer.and_then(|at| DATA.offers.get(at)) else { return };
    let Some(viewed) = visit.offer_view else { return };
    if !rng.chance(420) {
        return;
    }
    let clicked = viewed + rng.between(3_000, 1_190_000);
    visit.offer_click = Some(clicked);
    // The rate is per view, and 42 % of the views click.
    if !rng.chance(offer.conversion_rate * 1000 / 420) {
        return;
    }
    let bought = clicked + rng.between(20_000, 9_000_000);
    visit.conversions[0] = Some(Conversion { at: bought, revenue: paid(rng, offer.payout) });
    // An upsell, with a transaction of its own.
    if rng.chance(90) {
        let again = bought + rng.between(15_000, 600_000);
        visit.conversions[1] = Some(Conversion { at: again, revenue: paid(rng, offer.payout) });
    }
}

fn paid(rng: &mut Rng, payout: Payout) -> Units {
    match payout {
        Payout::Fixed(amount) => amount * TEN_THOUSANDTH,
        // Whole cents.
        Payout::Share(low, high) => rng.between(low / 100, high / 100) * 100 * TEN_THOUSANDTH,
    }
}

fn small(rng: &mut Rng, bound: u64) -> u8 {
    u8::try_from(rng.below(bound)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_has_the_mean_it_promises() {
        assert_eq!(CURVE.iter().sum::<u64>(), 24_000);
    }

    #[test]
    fn an_hour_does_not_depend_on_what_was_asked_before() {
        let later = visits(9, 472_001, 40);
        let _ = visits(9, 472_000, 40);
        assert_eq!(visits(9, 472_001, 40), later);
        assert_ne!(visits(10, 472_001, 40), later);
    }

    #[test]
    fn a_thousand_hours_keep_every_promise() {
        let (mut total, mut returning, mut conversions) = (0_u64, 0_u64, 0_u64);
        let mut keys = std::collections::HashSet::new();
        for hour in 472_000..473_000 {
            for visit in visits(1, hour, 40) {
                total += 1;
                returning += u64::from(!keys.insert(visit.visitor.key));
                let [a, b, c, _] = visit.visitor.ip.octets();
                assert!([[192, 0, 2], [198, 51, 100], [203, 0, 113]].contains(&[a, b, c]));
                let times: Vec<i64> = visit.events().map(|event| event.at).collect();
                assert!(times.is_sorted(), "{visit:?}");
                assert!(times.iter().all(|at| (0..LONGEST_VISIT_HOURS * MILLIS)
                    .contains(&(at - hour * MILLIS))));
                assert_eq!(visit.events().filter(super::super::Event::is_entrance).count(), 1);
                conversions += u64::try_from(visit.conversions.iter().flatten().count()).unwrap();
            }
        }
        assert!((38_000..42_000).contains(&total), "40 an hour on average: {total}");
        assert!(returning * 100 / total >= 5, "{returning} of {total} returned");
        assert!(conversions * 100 > total, "{conversions} conversions of {total} visits");
    }
}
