//! Lines of costs are checked and split into requests as the update of all of them is.
#![cfg(feature = "costs")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

use std::time::{Duration, SystemTime};

use funnelflux_imports::{CostOptions, Costs, Problems, Reader};
use funnelflux_model::updates::CostUpdate;
use proptest::prelude::*;

const FUNNELS: [(&str, &str); 3] =
    [("Shoes", "2nIemJxCKbFX"), ("2nIemJxCKbFX", "2nIemJxCKbFX"), ("Hats", "2nIemJxCKbFY")];

fn options() -> CostOptions {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    CostOptions::new("Europe/Berlin".parse().unwrap(), now).with_everything()
}

fn read(file: &str, options: &CostOptions) -> Result<Costs, Problems> {
    let sheet = Reader::costs().read(file.as_bytes())?;
    Costs::of(sheet, options, |_, text| {
        let known = FUNNELS.iter().find(|(name, _)| *name == text);
        known.map_or(text, |(_, id)| id).parse().map_err(|_| format!("no {text:?}"))
    })
}

/// Lines of a few funnels, days and campaigns, so that many meet.
fn lines() -> impl Strategy<Value = Vec<(usize, u8, &'static str, &'static str)>> {
    let value = || prop::sample::select(vec!["", "1", "2", "3"]);
    prop::collection::vec((0..FUNNELS.len(), 1..4_u8, value(), value()), 1..12)
}

proptest! {
    #[test]
    fn lines_that_meet_are_refused_and_others_become_the_same_requests(lines in lines(), is_even in any::<bool>()) {
        let mut file = "date,funnel,traffic_source,campaign,c1,cost\n".to_owned();
        for (at, (funnel, day, campaign, c1)) in lines.iter().enumerate() {
            let (name, c1) = (FUNNELS[*funnel].0, if is_even { "" } else { c1 });
            let campaign = if is_even && campaign.is_empty() { "4" } else { campaign };
            file += &format!("2026-10-{day:02},{name},2n5JuOKWLTzd,{campaign},{c1},{at}.50\n");
        }
        let costs = read(&file, &options()).unwrap();
        let segments: Vec<_> = (0..costs.len()).map(|at| costs.segment(at).unwrap()).collect();
        let whole = CostUpdate::new(segments);
        prop_assert_eq!(costs.check(), whole.clone().map(drop));
        if let Ok(whole) = whole {
            let all: Vec<usize> = (0..costs.len()).collect();
            let plan = whole.plan();
            let positions: Vec<_> = plan.iter().map(|request| request.positions().to_vec()).collect();
            prop_assert_eq!(costs.requests(&all), positions);
            for (request, positions) in plan.iter().zip(costs.requests(&all)) {
                let own = costs.update(&positions).unwrap().plan();
                prop_assert_eq!(own.len(), 1);
                prop_assert_eq!(own[0].segments(), request.segments());
            }
            prop_assert_eq!(costs.sum().unwrap(), whole.segments().iter().map(|it| it.cost()).sum());
        }
    }
}

#[test]
fn a_request_has_at_most_as_many_lines_as_the_plan_gives_it() {
    let mut file = "date,funnel,traffic_source,campaign,cost\n".to_owned();
    for at in 0..1201 {
        file += &format!("2026-10-01,Shoes,2n5JuOKWLTzd,{at},1.00\n");
    }
    let costs = read(&file, &options()).unwrap();
    assert_eq!(costs.check(), Ok(()));
    let all: Vec<usize> = (0..costs.len()).collect();
    let sizes: Vec<usize> = costs.requests(&all).iter().map(Vec::len).collect();
    assert_eq!(sizes, [500, 500, 201]);
    assert_eq!(costs.requests(&[7, 1200]), [[7, 1200]]);
    assert_eq!(costs.sum().unwrap().to_string(), "1201.00");
}

#[test]
fn a_line_of_several_days_is_no_cost_of_its_first() {
    let file = b"date,end,funnel,traffic_source,campaign,cost\n2026-10-01,2026-10-02,Shoes,2n5JuOKWLTzd,1,1\n";
    let sheet = Reader::costs().with_periods().read(file).unwrap();
    let wrong = Costs::of(sheet, &options(), |_, _| Ok("2n5JuOKWLTzd".parse().unwrap()));
    let told = "line 2: end \"2026-10-02\": expected the day of `date`";
    assert_eq!(wrong.unwrap_err().to_string(), told);
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let options = CostOptions::new("Europe/Berlin".parse().unwrap(), SystemTime::UNIX_EPOCH);
    let file = "date,funnel,traffic_source,campaign,cost\n\
                2026-10-01,Shoes,2n5JuOKWLTzd,1,1\n\
                1969-10-32,Boots,2n5JuOKWLTzd,a%,1e5\n\
                1969-10-01,Boots,2n5JuOKWLTzd,,-5\n\
                1969-10-01,Shoes,2n5JuOKWLTzd,1,2000000000\n";
    let wrong = read(file, &options).unwrap_err().to_string();
    for expected in [
        "line 2: date \"2026-10-01\": has not begun yet in Europe/Berlin",
        "lines 3, 4, 5: date \"1969-10-32\", \"1969-10-01\": expected a day",
        "lines 3, 4: funnel \"Boots\": no \"Boots\"",
        "line 3: campaign \"a%\": the server may take",
        "line 3: cost \"1e5\": expected a decimal such as 153.20",
        "line 4: cost \"-5\": expected zero or more",
        "line 4: no tracking field",
        "line 5: cost \"2000000000\": expected at most 1000000000 in one line",
    ] {
        assert!(wrong.contains(expected), "{expected}: {wrong}");
    }
}
