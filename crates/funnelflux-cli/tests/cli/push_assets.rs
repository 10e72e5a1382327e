//! Funnels and traffic sources of a file of costs, held against the account before anything is sent.

use funnelflux::emulator::Emulator;

use crate::support::{FUNNEL, Ffx, Handmade, Outcome, Reply, SOURCE, serve};

fn push(ffx: &Ffx, lines: &[(&str, &str)], more: &[&str]) -> Outcome {
    let line = |(at, (funnel, source)): (usize, &(&str, &str))| {
        format!("2026-03-29,{funnel},{source},1.50,v{at}\n")
    };
    let lines: String = lines.iter().enumerate().map(line).collect();
    let file = ffx.write("costs.csv", &format!("date,funnel,traffic_source,cost,c1\n{lines}"));
    ffx.run(&[&["costs", "push", file.to_str().unwrap(), "--tz=UTC"][..], more].concat())
}

#[test]
fn ids_that_the_account_does_not_have_are_told_by_cause_before_anything_is_sent() {
    let server = Handmade::account(|_, _| Reply::Json(200, String::new()));
    let ffx = Ffx::against(&server.base_url);
    let good = (FUNNEL, SOURCE);
    for (lines, words) in [
        // Unknown, seven times; a letter of it is another one; a name of nothing.
        (
            [[("2nIemJxCKb99", SOURCE); 7].as_slice(), &[good]].concat(),
            &["lines 2 to 8: funnel \"2nIemJxCKb99\": no funnel of this account"][..],
        ),
        (vec![("2nIemJxCKbFY", SOURCE)], &["near: 2nIemJxCKbFX Blue shoes"]),
        (
            vec![(FUNNEL, "2n5JuOKWLTzz")],
            &["line 2: traffic_source \"2n5JuOKWLTzz\": no traffic source"],
        ),
        // Swapped, by id and by name.
        (
            vec![good, (SOURCE, FUNNEL)],
            &[
                "line 3: funnel \"2n5JuOKWLTzd\": is the traffic source `Facebook Ads`; are funnel and \
                 traffic_source swapped?",
            ],
        ),
        (vec![("Facebook Ads", SOURCE)], &["\"Facebook Ads\": is the traffic source", "swapped?"]),
        (vec![(FUNNEL, "Blue shoes")], &["\"Blue shoes\": is the funnel `Blue shoes`", "swapped?"]),
    ] {
        for yes in [&[][..], &["--yes"], &["--dry-run"]] {
            push(&ffx, &lines, yes).failed(2, &[words, &["nothing was sent"]].concat());
        }
    }
    assert!(server.seen().iter().all(|seen| seen.line.contains("/list")), "{:?}", server.seen());
    let shown = push(&ffx, &[good], &[]).done().stdout;
    assert!(shown.contains("Blue shoes (2nIemJxCKbFX)"), "{shown}");
    assert!(shown.contains("Facebook Ads (2n5JuOKWLTzd)"), "{shown}");
    push(&ffx, &[good], &["--yes"]).done();
    // Lists may be wrong: the user has the last word.
    let told = push(&ffx, &[("2nIemJxCKb99", SOURCE)], &["--unchecked-ids", "--yes"]).done();
    assert!(told.stderr.contains("NOT checked"), "{}", told.stderr);
    let sent = server.seen().iter().filter(|seen| seen.line.starts_with("PUT")).count();
    assert_eq!(sent, 2);
}

#[test]
fn an_archived_asset_is_a_warning_with_its_lines() {
    let served = serve(Emulator::builder().visits_per_hour(1));
    let ffx = Ffx::at(&served.emulator);
    let list = |kind: &str| ffx.run(&[kind, "list", "-o", "json"]).done().json();
    let id = |kind: &str, member: &str| list(kind)[0][member].as_str().unwrap().to_owned();
    let (funnel, source) = (id("funnels", "idFunnel"), id("traffic-sources", "idTrafficSource"));
    ffx.run(&["funnels", "archive", &funnel]).done();
    for given in [funnel.clone(), list("funnels")[0]["funnelName"].as_str().unwrap().to_owned()] {
        let told = push(&ffx, &[(&given, &source), (&given, &source)], &["--yes"]).done().stderr;
        let words = "warning: lines 2 to 3: the funnel `";
        assert!(
            told.contains(words) && told.contains(&format!("({funnel}) is archived")),
            "{told}"
        );
    }
}

#[test]
fn a_preview_without_an_account_says_that_ids_were_not_checked() {
    let lines = [("2nIemJxCKb99", SOURCE)];
    // Not logged in; a server without lists.
    let server = Handmade::serve(|_, _| Reply::Json(404, "{}".into()));
    for ffx in [Ffx::new(), Ffx::against(&server.base_url)] {
        for more in [&[][..], &["--dry-run"]] {
            let told = push(&ffx, &lines, more).done().stderr;
            assert!(told.contains("warning: the ids of funnels") && told.contains("NOT"), "{told}");
        }
        let refused = push(&ffx, &lines, &["--yes"]);
        assert_ne!(refused.code, 0);
        assert!(refused.stderr.contains("--unchecked-ids"), "{}", refused.stderr);
        // A name has to be looked up.
        assert_ne!(push(&ffx, &[("Blue shoes", SOURCE)], &[]).code, 0);
    }
    assert!(server.seen().iter().all(|seen| seen.line.starts_with("GET")));
}

#[test]
fn lines_whose_restrictions_cross_are_named_before_they_take_money_from_each_other() {
    let server = Handmade::account(|_, _| Reply::Json(200, String::new()));
    let ffx = Ffx::against(&server.base_url);
    let head = "date,funnel,traffic_source,cost,campaign,c1,c2";
    let push = |lines: &[&str], more: &[&str]| {
        let line = |line: &&str| {
            let (day, fields) = line.split_once(' ').unwrap();
            format!("2026-03-{day},{FUNNEL},{SOURCE},2,{fields}\n")
        };
        let lines: String = lines.iter().map(line).collect();
        let file = ffx.write("costs.csv", &format!("{head}\n{lines}"));
        ffx.run(&[&["costs", "push", file.to_str().unwrap(), "--tz=UTC"][..], more].concat()).done()
    };
    for (lines, words) in [
        (&["29 a,,", "29 ,b,"][..], "line 3 by c1, line 2 by campaign are of one funnel"),
        (&["29 a,,", "29 x,,", "29 ,b,", "28 ,b,"], "line 4 by c1, lines 2 to 3 by campaign"),
        (&["29 a,b,", "29 a,,c"], "line 2 by campaign and c1, line 3 by campaign and c2"),
        // A value in common of the field that both have is needed, and a day.
        (&["29 a,b,", "29 x,,c"], ""),
        (&["29 a,,", "28 ,b,"], ""),
        (&["29 a,,", "29 b,,"], ""),
        (&["29 a,b,", "29 a,c,"], ""),
    ] {
        let told = push(lines, &[]).stderr;
        assert_eq!(told.contains("restrictions cross"), !words.is_empty(), "{lines:?}: {told}");
        assert!(told.contains(words), "{lines:?}: {told}");
    }
    // Nor does a cost that left the file take the money of a line that crosses it.
    push(&["29 a,,"], &["--yes"]);
    let told = push(&["29 ,b,"], &["--zero-missing", "--yes", "--accept-overlap"]).stderr;
    assert!(told.contains("1 earlier cost had another restriction"), "{told}");
    let sent: Vec<_> = server.seen().iter().map(crate::support::Seen::json).collect();
    assert_eq!(sent[1]["costSegments"].as_array().unwrap().len(), 1, "{sent:?}");
    assert_eq!(sent.len(), 2);
}
