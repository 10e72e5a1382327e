//! Plans: the order of writes, what still fits, and their text.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

use std::collections::HashMap;

use funnelflux_contract::AssetKind;
use funnelflux_funnels::{
    FunnelDialect, Plan, PlanAction, PlanError, PlanFit, PlanObject, PlanStep, PlanUndo, merged,
    state_of, without_secrets,
};
use funnelflux_id::AssetId;
use funnelflux_model::Document;

static_assertions::assert_impl_all!(Plan: Send, Sync, Clone);
static_assertions::assert_impl_all!(PlanError: Send, Sync, std::error::Error);

const PAGE: &str = r#"{"idPage":"000000000pag","pageName":"Quiz","pageType":"lander"}"#;
const CONDITION: &str =
    r#"{"idCondition":"000000000con","conditionName":"Own","restrictToFunnelId":"000000000fun"}"#;
const FUNNEL: &str = r#"{"idFunnel":"000000000fun","funnelName":"Shoes","idFunnelGroup":"000000000grp","nodes":[
    {"idNode":"000000000n01","nodeType":"lander","nodePageParams":{"idPage":"000000000pag"}},
    {"idNode":"000000000n02","nodeType":"condition","nodeConditionParams":{"idCondition":"000000000con"}}],
    "connections":[]}"#;

/// As the account has it, or as it should.
fn document(text: &str) -> Document {
    let mut document = Document::parse(text).unwrap();
    document.mark_saved();
    document
}

fn object(kind: &str, text: &str) -> PlanObject {
    PlanObject::new(AssetKind::find(kind).unwrap(), document(text)).unwrap()
}

fn objects() -> Vec<PlanObject> {
    vec![object("funnels", FUNNEL), object("conditions", CONDITION), object("pages", PAGE)]
}

fn plan(there: &[(&str, &str)]) -> Plan {
    let there: HashMap<AssetId, Document> =
        there.iter().map(|(id, text)| (id.parse().unwrap(), document(text))).collect();
    Plan::of("https://a/", objects(), &there, &FunnelDialect::shipped()).unwrap()
}

fn steps(plan: &Plan) -> Vec<String> {
    let step = |step: &PlanStep| {
        format!("{:?} {} {}", step.action, step.object.kind.name, step.members.join(","))
    };
    plan.steps().iter().map(|it| step(it).trim_end().to_owned()).collect()
}

#[test]
fn what_is_referred_to_comes_first_and_a_condition_of_one_funnel_is_limited_at_the_end() {
    let plan = plan(&[]);
    let expected = [
        "Create pages",
        "Create conditions",
        "Create funnels",
        "Update conditions restrictToFunnelId",
    ];
    assert_eq!(steps(&plan), expected);
    let (open, rest) = (&plan.steps()[1].object.document, &plan.steps()[3]);
    assert!(!open.contains("restrictToFunnelId") && open.contains("conditionName"));
    assert!(rest.completes() && matches!(rest.fit(None), PlanFit::Later));
    // What the earlier step made, and more.
    let made = document(r#"{"idCondition":"000000000con","conditionName":"Own","meta":1.50}"#);
    let PlanFit::Send(sent) = rest.fit(Some(&made)) else { panic!("it is sent") };
    assert_eq!(sent.read::<String>("restrictToFunnelId").unwrap().unwrap(), "000000000fun");
    assert!(sent.text().contains("1.50"));
    assert!(matches!(rest.fit(Some(&sent)), PlanFit::Done));
}

#[test]
fn a_plan_that_was_cut_off_anywhere_goes_on() {
    let open = r#"{"idCondition":"000000000con","conditionName":"Own"}"#;
    for (there, expected) in [
        (vec![("000000000pag", PAGE)], "Keep pages|Create conditions|Create funnels|Update"),
        (vec![("000000000con", open)], "Create pages|Create funnels|Update conditions restrict"),
        (
            vec![("000000000pag", PAGE), ("000000000con", CONDITION), ("000000000fun", FUNNEL)],
            "Keep pages|Keep funnels|Keep conditions",
        ),
    ] {
        let plan = plan(&there);
        assert!(steps(&plan).join("|").starts_with(expected), "{:?}", steps(&plan));
    }
}

#[test]
fn a_step_fits_only_what_the_plan_saw() {
    let other = r#"{"idPage":"000000000pag","pageName":"Other","x":1}"#;
    let plan = plan(&[("000000000pag", other)]);
    let step = &plan.steps()[0];
    assert_eq!(
        (step.action, &*step.members),
        (PlanAction::Update, &["pageName".to_owned(), "pageType".to_owned()][..])
    );
    let PlanFit::Send(sent) = step.fit(Some(&document(other))) else { panic!("it is sent") };
    assert!(sent.contains("x") && sent.has_all_of(&document(PAGE)));
    assert!(matches!(step.fit(Some(&sent)), PlanFit::Done));
    let stale = |there: Option<&Document>| match step.fit(there) {
        PlanFit::Stale(how) => how,
        other => panic!("{other:?}"),
    };
    assert!(
        stale(Some(&document(r#"{"idPage":"000000000pag","pageName":"By hand"}"#)))
            .ends_with("was changed meanwhile")
    );
    assert!(stale(None).ends_with("is gone"));
}

#[test]
fn the_text_of_a_plan_is_read_back_and_no_other() {
    let plan = plan(&[("000000000pag", r#"{"idPage":"000000000pag"}"#)]);
    let text = plan.to_json();
    let again = Plan::from_json(&text).unwrap();
    assert_eq!(again.to_json(), text);
    assert_eq!((again.account(), again.to_do()), ("https://a/", 4));
    let guard = text.split("\"before\": \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let guard = format!("\"before\": \"{guard}\"");
    let condition = text.split("    {\n").nth(2).unwrap();
    let once_more = text.replace(condition, &format!("{condition}    {{\n{condition}"));
    for (wrong, why) in [
        (text.replace("funnelflux-plan/1", "funnelflux-plan/9"), "expected funnelflux-plan/1"),
        (text.replace("\"pages\"", "\"pagez\""), "steps[0] (pagez 000000000pag)"),
        ("{}".to_owned(), "is no plan"),
        // Without its guard, a step would overwrite whatever is there.
        (text.replace(&format!("{guard},"), ""), "missing field `before`"),
        (text.replace(&guard, "\"before\": null"), "steps[0] (pages 000000000pag): `before`"),
        (text.replace(&guard, "\"befor\": null"), "unknown field `befor`"),
        (
            text.replacen("\"before\": null", &guard, 1),
            "steps[1] (conditions 000000000con): `before`",
        ),
        (text.replacen("\"update\"", "\"create\"", 1), "steps[0] (pages 000000000pag): `before`"),
        (text.replacen("\"update\"", "\"change\"", 1), "unknown variant `change`"),
        (text.replacen("\"account\"", "\"x\": 1, \"account\"", 1), "unknown field `x`"),
        (once_more, "steps[2] (conditions 000000000con): the object of steps[1] once more"),
    ] {
        let error = Plan::from_json(&wrong).unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn an_object_that_is_given_twice_or_was_deleted_is_refused() {
    let plan = |objects, there| Plan::of("", objects, &there, &FunnelDialect::shipped());
    let twice = vec![object("pages", PAGE), object("funnels", FUNNEL), object("pages", PAGE)];
    let error = plan(twice, HashMap::new()).unwrap_err().to_string();
    assert!(error.contains("page 000000000pag `Quiz`: objects 1 and 3"), "{error}");
    let there = PAGE.replace('}', r#","status":"deleted"}"#);
    let there = HashMap::from([("000000000pag".parse().unwrap(), document(&there))]);
    let error = plan(vec![object("pages", PAGE)], there).unwrap_err();
    assert!(error.to_string().contains("deleted page 000000000pag `Quiz`"), "{error}");
    assert!(error.advice().contains("id"), "{}", error.advice());
}

#[test]
fn plans_of_one_purpose_are_known_again_whatever_the_account_has() {
    let open = r#"{"idCondition":"000000000con","conditionName":"Own"}"#;
    let purposes: Vec<String> =
        [vec![], vec![("000000000con", open)], vec![("000000000pag", PAGE)]]
            .iter()
            .map(|there| plan(there).purpose())
            .collect();
    assert!(purposes.iter().all(|purpose| *purpose == purposes[0]), "{purposes:?}");
    let text = plan(&[]).to_json();
    assert_eq!(Plan::from_json(&text).unwrap().purpose(), purposes[0]);
    let other = Plan::from_json(&text.replace("Shoes", "Boots")).unwrap();
    assert_ne!(other.purpose(), purposes[0]);
}

const CONFIG: &str = r#"{"idMiddlewareConfig":"000000000mid","middlewareConfigName":"Old",
    "destination":{"hmacSecret":"********","hasHmacSecret":true}}"#;

#[test]
fn a_write_is_taken_back_where_its_work_is_known_again() {
    let kind = AssetKind::find("middleware-configs").unwrap();
    let id = "000000000mid".parse().unwrap();
    let sent = document(&CONFIG.replace("Old", "New").replace("********", "s3cret"));
    let masked = without_secrets(&sent).unwrap();
    assert!(!masked.text().contains("s3cret") && masked.text().contains("New"));
    let now = document(&CONFIG.replace("Old", "New").replace("true}", "true,\"filled\":1}"));
    let undo = PlanUndo::new(kind, id, "Old", document(CONFIG));
    let known = undo.clone().after(Some(masked), None);
    let read_back = undo.clone().after(None, Some(state_of(kind, &now)));
    for undo in [&known, &read_back] {
        assert!(matches!(undo.fit(Some(&document(CONFIG))), PlanFit::Done));
        let PlanFit::Send(back) = undo.fit(Some(&now)) else { panic!("it is taken back") };
        assert!(back.text().contains("Old") && !back.text().contains("filled"), "{}", back.text());
    }
    let stale = |undo: &PlanUndo, there: Option<&Document>| match undo.fit(there) {
        PlanFit::Stale(how) => how,
        other => panic!("{other:?}"),
    };
    let by_hand = document(&now.text().replace("New", "By hand"));
    let added = document(&now.text().replacen('{', "{\"description\":\"By hand\",", 1));
    let deleted = document(&now.text().replacen('{', "{\"status\":\"deleted\",", 1));
    for undo in [&undo, &known, &read_back] {
        assert!(stale(undo, Some(&by_hand)).ends_with("was changed since"));
        assert!(stale(undo, Some(&added)).ends_with("was changed since"));
        assert!(stale(undo, Some(&deleted)).ends_with("is gone"));
        assert!(stale(undo, None).ends_with("is gone"));
    }
    assert!(stale(&undo, Some(&now)).ends_with("was changed since"), "nothing is known of it");
}

#[test]
fn a_mask_goes_only_where_the_account_has_stored_the_secret() {
    let node =
        r#"{"idNode":"000000000n03","nodeMiddlewareRefParams":{"destinationOverrides":{SECRET}}}"#;
    let funnel = |secret: &str| {
        FUNNEL.replace("\"nodes\":[", &format!("\"nodes\":[{},", node.replace("SECRET", secret)))
    };
    let (hmac, flag) =
        (r#""hmacSecret":"********","hasHmacSecret":true"#, r#""hasHmacSecret":true"#);
    let password = r#""basicAuth":{"username":"u","password":"********"}"#;
    let config = CONFIG.replace("000000000mid", "000000000new");
    let (kind, new) = (AssetKind::find("funnels").unwrap(), "x1x1x1x1x1x1".parse().unwrap());
    for (secret, place) in
        [(hmac, "hmacSecret"), (flag, "hmacSecret"), (password, "basicAuth.password")]
    {
        let with = funnel(secret);
        let there = |text: Option<&str>| {
            let there = text.map(|text| (object("funnels", text).id, document(text)));
            let plan = vec![object("funnels", &with.replace("Shoes", "New"))];
            Plan::of("", plan, &there.into_iter().collect(), &FunnelDialect::shipped())
        };
        for refused in [there(None), there(Some(FUNNEL))] {
            let error = refused.unwrap_err().to_string();
            let place = format!("nodes[0].nodeMiddlewareRefParams.destinationOverrides.{place}");
            assert!(error.contains(&place) && error.contains("000000000fun"), "{error}");
        }
        assert_eq!(there(Some(&with)).unwrap().to_do(), 1);
        // A plan has removed the node, and its secret with it.
        let undo = PlanUndo::new(kind, new, "Shoes", document(&with));
        let undo = undo.after(None, Some(state_of(kind, &document(FUNNEL))));
        let PlanFit::Stale(how) = undo.fit(Some(&document(FUNNEL))) else { panic!("{secret}") };
        assert!(how.contains("cannot be brought back") && how.contains(place), "{how}");
    }
    let objects = vec![object("pages", PAGE), object("middleware-configs", &config)];
    let error = Plan::of("", objects, &HashMap::new(), &FunnelDialect::shipped()).unwrap_err();
    assert!(error.to_string().contains("destination.hmacSecret"), "{error}");
}

#[test]
fn a_secret_that_a_plan_set_does_not_stop_it_from_going_on() {
    let wanted =
        object("middleware-configs", &CONFIG.replace("Old", "New").replace("********", "k"));
    let there = HashMap::from([(wanted.id, document(CONFIG))]);
    let plan = Plan::of("", vec![wanted], &there, &FunnelDialect::shipped()).unwrap();
    let step = &plan.steps()[0];
    assert!(matches!(step.fit(Some(&document(CONFIG))), PlanFit::Send(_)));
    // What a read shows after it was sent.
    assert!(matches!(step.fit(Some(&document(&CONFIG.replace("Old", "New")))), PlanFit::Done));
    assert!(matches!(step.fit(Some(&document(&CONFIG.replace("Old", "x")))), PlanFit::Stale(_)));
}

#[test]
fn another_circle_is_refused_with_its_members() {
    let page = PAGE.replace('}', r#","idFunnel":"000000000fun"}"#);
    let objects = vec![object("funnels", FUNNEL), object("pages", &page)];
    let error = Plan::of("", objects, &HashMap::new(), &FunnelDialect::shipped()).unwrap_err();
    assert!(error.to_string().contains("funnel 000000000fun, page 000000000pag"), "{error}");
    assert!(!error.advice().is_empty());
}

#[test]
fn merging_keeps_what_the_wanted_object_lacks() {
    let there = document(r#"{"a": 1e3, "b": {"c": 1.50, "d": 2}}"#);
    let out = merged(there, &document(r#"{"b":{"d":3}}"#)).unwrap();
    assert_eq!(out.text(), r#"{"a": 1e3, "b": {"c": 1.50, "d": 3}}"#);
}
