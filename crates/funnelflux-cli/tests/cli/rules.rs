//! Rules of the vendor and limits of the API that `ffx` states or enforces before it sends anything.

use funnelflux::emulator::Emulator;

use crate::support::{Ffx, Handmade, Reply, serve};

const FUNNEL: &str = "2nIemJxCKbFX";
const SOURCE: &str = "2n5JuOKWLTzd";
const HIT: &str = "01dkezmsf3bat8xdbz8rt039rh";

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

#[test]
fn a_filter_that_the_operation_lacks_is_refused_before_anything_is_sent() {
    let server = Handmade::serve(|_, _| Reply::Json(200, "[]".into()));
    let ffx = Ffx::against(&server.base_url);
    let category = format!("--category {SOURCE}");
    for (command, filter, offered) in [
        ("funnels list", category.as_str(), "--status, --type"),
        ("funnel-groups list", &category, "--status, --with-children"),
        ("current-funnel-groups list", "--with-children", "--status"),
        ("page-groups list", "--status active", "no filter"),
        ("webhook-configs list", "--category=", "no filter"),
        ("visitor-tags list", &category, "no filter"),
        ("categories list", &category, "--status, --type"),
        ("traffic-source-categories list", &category, "--status, --with-children"),
        ("offer-sources list", "--global-only", "--status, --category"),
        ("traffic-sources list", "--with-children", "--status, --category"),
        ("logic-scripts list", "--type x", "--status, --category"),
        ("pages list", "--global-only", "--status, --category, --type"),
        ("pages find", "--status active --funnel 2nIemJxCKbFX", "--status"),
    ] {
        let refused = ffx.run(&words(&format!("{command} {filter}"))).failed(2, &[offered]);
        let flag = filter.rsplit("--").next().unwrap().split(['=', ' ']).next().unwrap();
        assert!(refused.stderr.contains(&format!("--{flag}: ")), "{}", refused.stderr);
        assert!(refused.stderr.contains("nothing was sent"), "{}", refused.stderr);
        let help = ffx.run(&words(&format!("{command} --help"))).done().stdout;
        assert!(!help.contains(&format!("--{flag} ")), "{command}: {help}");
    }
    for (kind, usage) in [
        ("categories", "<--ids <ID|NAME>...>"),
        ("offer-sources", "<--status <STATUS>|--category <ID|NAME>|--ids <ID|NAME>...>"),
        ("conditions", "<--status <STATUS>|--category <ID|NAME>|--ids <ID|NAME>...>"),
        ("funnels", "<--status <STATUS>|--category <ID|NAME>|--type <TYPE>|--ids <ID|NAME>...>"),
    ] {
        let help = ffx.run(&[kind, "find", "--help"]).done().stdout;
        let usage = format!("Usage: ffx {kind} find [OPTIONS] {usage}\n");
        assert!(help.contains(&usage), "{help}");
    }
    assert!(server.seen().is_empty());
}

#[test]
fn a_filter_that_the_operation_has_is_sent_by_its_name() {
    let server = Handmade::serve(|_, _| Reply::Json(200, "[]".into()));
    let ffx = Ffx::against(&server.base_url);
    for (command, expected) in [
        ("funnels list --type x --status active", "status=active&funnelType=x"),
        ("funnel-groups list --with-children", "includeChilds=true"),
        (
            "conditions list --funnel 2nIemJxCKbFX --global-only",
            "idFunnel=2nIemJxCKbFX&globalOnly=true",
        ),
        (
            "conditions find --status active --funnel 2nIemJxCKbFX",
            "idFunnel=2nIemJxCKbFX&status=active",
        ),
        ("categories list --type pages", "categoryType=pages"),
        ("pages list --type lander --category=", "idCategory=&pageType=lander"),
        ("visitor-tags list --query idCategory=x", "idCategory=x"),
    ] {
        ffx.run(&words(command)).done();
        let line = server.seen().last().unwrap().line.clone();
        assert!(line.contains(&format!("?{expected} ")), "{command}: {line}");
    }
}

#[test]
fn an_answer_that_ignores_the_filter_is_no_result() {
    let server = Handmade::serve(|_, _| {
        let rows = r#"[{"idOfferSource":"2nIemJxCKbFX","status":"archived"},{"status":"active"}]"#;
        Reply::Json(200, rows.into())
    });
    let ffx = Ffx::against(&server.base_url);
    for command in ["offer-sources list --status active", "offer-sources find --status active"] {
        let failed = ffx.run(&words(command)).failed(1, &["1 of 2 objects", "[queries]"]);
        assert!(failed.stdout.is_empty(), "{}", failed.stdout);
        // Advice of the SDK names flags and sections of the profile, not functions in Rust.
        assert!(!failed.stderr.contains("_override"), "{}", failed.stderr);
    }
    let landers = Handmade::serve(|_, _| Reply::Json(200, r#"[{"pageType":"offer"}]"#.into()));
    Ffx::against(&landers.base_url)
        .run(&words("pages list --type lander"))
        .failed(1, &["filter pageType", "1 of 1 objects"]);
    // A status that is no state of an object cannot be checked; an unchecked parameter is not.
    ffx.run(&words("offer-sources list --status all")).done();
    ffx.run(&words("offer-sources list --query status=active")).done();
}

#[test]
fn a_domain_is_added_or_deleted_only_with_consent_because_of_the_bill() {
    let served = serve(Emulator::builder().visits_per_hour(1));
    let ffx = Ffx::at(&served.emulator);
    for command in ["domains add go.example.com", "domains delete 1"] {
        let refused =
            ffx.run(&words(command)).failed(2, &["--yes", "the bill", "nothing was sent"]);
        assert!(refused.stdout.is_empty(), "{}", refused.stdout);
        // Nothing is asked, and nothing is warned of, where nothing is sent.
        let dry = ffx.run(&words(&format!("{command} --dry-run"))).done();
        assert!(!dry.stderr.contains("the bill"), "{}", dry.stderr);
        // An answer on stdin is no consent: a script may have anything there.
        ffx.run_with(&words(command), "y\n").failed(2, &["--yes"]);
    }
    assert_eq!(served.emulator.calls().of("billing.domains.create"), 0);
    assert_eq!(served.emulator.calls().of("billing.domains.delete"), 0);
    let added = ffx.run(&words("domains add go.example.com --yes -q")).done();
    assert!(added.stderr.contains("warning: beyond the free tier"), "{}", added.stderr);
    assert_eq!(served.emulator.calls().of("billing.domains.create"), 1);
}

#[test]
fn many_new_objects_get_a_notice_of_the_vendors_rule() {
    let ffx = Ffx::new();
    for (count, is_told) in [(1, false), (100, false), (101, true), (250, true)] {
        let lines: String =
            (0..count).map(|n| format!("{{\"offerSourceName\":\"source {n}\"}}\n")).collect();
        let file = ffx.write(&format!("{count}.ndjson"), &lines);
        let file = file.to_str().unwrap();
        let dry = ffx.run(&["offer-sources", "create", "-f", file, "--dry-run"]).done();
        assert_eq!(dry.stderr.contains("excessive asset generation"), is_told, "{}", dry.stderr);
    }
}

#[test]
fn what_an_upload_cannot_do_is_said_before_it_is_sent() {
    let ffx = Ffx::new();
    let sales = ffx.write("sales.csv", &format!("hit,payout\n{HIT},1\n"));
    let spend = ffx.write(
        "spend.csv",
        &format!("date,funnel,traffic_source,cost,c1\n2026-03-29,{FUNNEL},{SOURCE},1,x\n"),
    );
    let (sales, spend) = (sales.to_str().unwrap(), spend.to_str().unwrap());
    for (command, notice) in [
        (["conversions", "push", sales, "--postbacks=none", "-o=table"], "cannot set the time"),
        (["conversions", "push", sales, "--postbacks=none", "-o=json"], "cannot set the time"),
        (["conversions", "push", sales, "--postbacks=none", "--dry-run"], "cannot set the time"),
        (["costs", "push", spend, "--tz=UTC", "-o=table"], "set, not added"),
        (["costs", "push", spend, "--tz=UTC", "--dry-run"], "set, not added"),
    ] {
        let shown = ffx.run(&command).done();
        assert!(shown.stderr.contains(notice), "{command:?}: {}", shown.stderr);
        let help = ffx.run(&[command[0], "push", "--help"]).done().stdout;
        assert!(help.replace('\n', " ").contains(notice), "{help}");
    }
    let typed = ["costs", "push", spend, "--tz=UTC", "--cost-type=costPerEntrance", "--dry-run"];
    let sent = ffx.run(&typed).done().stdout;
    assert!(sent.contains(r#""costType":"costPerEntrance""#), "{sent}");
}

#[test]
fn ids_slots_and_meta_are_checked_before_an_object_is_sent() {
    let server = Handmade::serve(|seen, _| {
        let is_read = seen.line.starts_with("GET");
        let funnel = r#"{"idFunnel":"2nIemJxCKbFX","funnelName":"Old","meta":{"v":3},
            "nodes":[{"idNode":"serverside","nodeType":"root"}]}"#;
        Reply::Json(200, if is_read { funnel } else { "{}" }.into())
    });
    let ffx = Ffx::against(&server.base_url);
    let new = |json: &str| {
        let file = ffx.write("new.json", json);
        let file = file.to_str().unwrap().to_owned();
        let kind = if json.contains("trafficSourceName") { "traffic-sources" } else { "funnels" };
        ffx.run(&[kind, "create", "-f", &file, "--dry-run"])
    };
    let funnel = |rest: &str| format!(r#"{{"funnelName":"F","idFunnelGroup":"{SOURCE}",{rest}}}"#);
    for (rest, place, value) in [
        (r#""nodes":[{"idNode":"badid"}]"#, "nodes[0].idNode", "badid"),
        (r#""nodes":[{"idNode":"2nIemJxCKbFX"},{"idNode":"x"}]"#, "nodes[1].idNode", "x"),
        (r#""connections":[{"idConnection":"badid"}]"#, "connections[0].idConnection", "badid"),
        (r#""connections":[{"idSourceNode":"badid"}]"#, "connections[0].idSourceNode", "badid"),
        (r#""connections":[{"idTargetNode":"badid"}]"#, "connections[0].idTargetNode", "badid"),
        (r#""idCategory":"bad""#, "idCategory", "bad"),
        (r#""idCategory":null"#, "idCategory", "null"),
        (r#""nodes":[{"nodePageParams":{"idPage":"bad"}}]"#, "idPage", "bad"),
        (r#""nodes":[{"unknown":{"idOffer":"bad"}}]"#, "idOffer", "bad"),
        (r#""nodes":[{"idNode":7}]"#, "nodes[0].idNode", "7"),
    ] {
        new(&funnel(rest)).failed(2, &[place, value, "12 characters", "nothing was sent"]);
    }
    for slot in ["c21", "c0", "C1", "sub1", "c01"] {
        let json = format!(r#"{{"trafficSourceName":"S","trackingFieldSlots":{{"{slot}":{{}}}}}}"#);
        new(&json).failed(2, &["trackingFieldSlots", slot, "c20"]);
    }

    // A new object has no meta, so it is dropped; the one that the server has is kept.
    let made = new(&funnel(r#""meta":{"mine":1}"#)).done();
    assert!(made.stderr.contains("not sent: meta"), "{}", made.stderr);
    assert!(!made.stdout.contains("mine"), "{}", made.stdout);
    let update = |set: &str| ffx.run(&["funnels", "update", FUNNEL, "--set", set]);
    assert!(server.seen().is_empty());
    for set in ["meta.note=hello", r#"meta={"a":1}"#, "meta=null"] {
        update(set).failed(2, &["meta", "only the app writes it"]);
    }
    assert!(server.seen().iter().all(|seen| seen.line.starts_with("GET")));
    // An equal value changes nothing, and bad ids that the server has may stay.
    update(r#"meta={"v":3}"#).done();
    assert!(server.seen().iter().all(|seen| seen.line.starts_with("GET")));
    update("funnelName=New").done();
    let sent = server.seen().last().unwrap().json();
    assert_eq!(
        (&sent["meta"]["v"], &sent["nodes"][0]["idNode"]),
        (&3.into(), &"serverside".into())
    );
}

#[test]
fn the_list_of_members_says_that_only_the_app_writes_meta() {
    let members = Ffx::new().run(&["funnels", "members"]).done().stdout;
    let line = members.lines().find(|line| line.starts_with("meta ")).unwrap();
    assert!(line.contains("the app"), "{line}");
}
