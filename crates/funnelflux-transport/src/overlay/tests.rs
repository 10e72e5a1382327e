use bytes::Bytes;
use funnelflux_contract::{Operation, operations::ledger};
use funnelflux_json::Direction;

use super::*;

#[cfg(feature = "overlay-file")]
mod nonsense;

fn theirs(overlay: &Overlay, operation: &Operation, body: &'static str) -> String {
    let bytes = overlay.to_theirs(operation, Bytes::from_static(body.as_bytes()), false);
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn ours(overlay: &Overlay, operation: &Operation, answer: &'static str) -> Option<String> {
    let bytes = overlay.to_ours(operation, Bytes::from_static(answer.as_bytes()), true)?;
    Some(String::from_utf8(bytes.to_vec()).unwrap())
}

#[test]
fn an_override_covers_one_operation_or_a_family() {
    let overlay = Overlay::new().query("ledger.page.*", "idPage", "id").member(
        "ledger.page.update",
        "baseURL",
        "url",
    );
    overlay.check().unwrap();
    assert_eq!(overlay.query_name("ledger.page.delete", "idPage"), "id");
    assert_eq!(overlay.query_name("ledger.pagegroup.delete", "idPage"), "idPage");
    assert_eq!(theirs(&overlay, &ledger::PAGE_UPDATE, r#"{"baseURL":1}"#), r#"{"url":1}"#);
    assert_eq!(theirs(&overlay, &ledger::PAGE_CREATE, r#"{"baseURL":1}"#), r#"{"baseURL":1}"#);
    let latin = Bytes::from_static(b"{\"baseURL\":\"\xe9\"}");
    assert_eq!(
        overlay.renamed(&ledger::PAGE_UPDATE, latin.clone(), Direction::ToOurs, true),
        latin
    );
}

#[test]
fn what_a_family_says_of_its_objects_is_not_about_requests_that_hold_none() {
    let overlay = Overlay::new()
        .member("ledger.page.*", "pageName", "name")
        .member("ledger.page.*", "baseURL", "url")
        .member("ledger.page.*", "offerParams.payout", "amount")
        .member("ledger.page.*", "ids", "pages");
    overlay.check().unwrap();
    for (operation, ours, expected) in [
        (&ledger::PAGE_CREATE, r#"{"pageName":1,"baseURL":2}"#, r#"{"name":1,"url":2}"#),
        (
            &ledger::PAGE_DUPLICATE,
            r#"{"name":1,"bodyUpdates":{"baseURL":2,"offerParams":{"payout":3}},"baseURL":4}"#,
            r#"{"name":1,"bodyUpdates":{"url":2,"offerParams":{"amount":3}},"baseURL":4}"#,
        ),
        // `ids` is a member of the request, and of no object.
        (&ledger::PAGE_ARCHIVE, r#"{"ids":[],"pageName":1}"#, r#"{"pages":[],"pageName":1}"#),
    ] {
        assert_eq!(theirs(&overlay, operation, ours), expected);
        let back = overlay.to_ours(operation, Bytes::from_static(expected.as_bytes()), false);
        assert_eq!(back.unwrap(), ours);
    }
    let own = Overlay::new().member("ledger.page.duplicate", "name", "copyName");
    assert_eq!(theirs(&own, &ledger::PAGE_DUPLICATE, r#"{"name":1}"#), r#"{"copyName":1}"#);
    let answer = r#"{"name":1}"#;
    assert_eq!(ours(&overlay, &ledger::PAGE_DUPLICATE, answer).unwrap(), r#"{"pageName":1}"#);
}

#[test]
fn two_overrides_of_one_name_are_refused_and_the_last_path_holds() {
    let overlay = Overlay::new().query("ledger.page.*", "status", "y").member(
        "ledger.page.list",
        "status",
        "y",
    );
    overlay.check().unwrap();
    overlay.clone().query("ledger.page.*", "status", "y").check().unwrap();
    assert!(overlay.clone().query("ledger.page.list", "status", "z").check().is_err());
    assert!(overlay.clone().member("ledger.page.*", "pageName", "y").check().is_err());
    assert!(overlay.clone().path("ledger.page.*", "/x").check().is_err());
    assert!(overlay.clone().path("ledger.page.list", "/x?y=1").check().is_err());
    assert!(overlay.clone().base_path("v1").check().is_err());
    assert!(overlay.clone().answer_in("ledger.page.list", "data..x").check().is_err());
    let twice = overlay.clone().value("Status", "active", "b").value("Status", "archived", "b");
    assert!(twice.check().is_err());
    // Both words are read; a default is one.
    overlay.clone().node("offer", "type", "a").node("offer", "type", "b").check().unwrap();
    let twice = overlay.clone().node("offer", "node.x", "1").node("offer", "node.x", "2");
    assert!(twice.check().is_err());
    let overlay = overlay
        .merge(Overlay::new().path("ledger.page.list", "/one").path("ledger.page.list", "/two"));
    overlay.check().unwrap();
    assert_eq!(overlay.path_of("ledger.page.list"), Some("/two"));
}

#[test]
fn a_body_lacks_what_a_fact_says_that_the_account_needs() {
    let needs = |of: &str, member: &str| {
        Overlay::new().fact(Fact::new(of, Says::Required(member.to_owned())))
    };
    let own = || needs("ledger.page.create", "pageName");
    let all = || needs("ledger.page.*", "pageName");
    let inner = || needs("ledger.page.update", "offer.payout");
    for (overlay, operation, body, lacks) in [
        (own(), &ledger::PAGE_CREATE, r#"{"idPage":"a"}"#, true),
        (own(), &ledger::PAGE_CREATE, "{}", true),
        (own(), &ledger::PAGE_CREATE, r#"{"pageName":null}"#, false),
        (own(), &ledger::PAGE_CREATE, r#"{ "x": {"pageName":1} }"#, true),
        (own(), &ledger::PAGE_UPDATE, "{}", false),
        (own(), &ledger::FUNNEL_CREATE, "{}", false),
        // A fact of a family is about its objects: a deed has a list of ids, and no names.
        (all(), &ledger::PAGE_CREATE, "{}", true),
        (all(), &ledger::PAGE_UPDATE, r#"{"pageName":"b"}"#, false),
        (all(), &ledger::PAGE_ARCHIVE, r#"{"ids":["a"]}"#, false),
        (needs("ledger.page.archive", "ids"), &ledger::PAGE_ARCHIVE, "{}", true),
        // What is around it may be left out, and then it is not needed.
        (inner(), &ledger::PAGE_UPDATE, "{}", false),
        (inner(), &ledger::PAGE_UPDATE, r#"{"offer":{}}"#, true),
        (inner(), &ledger::PAGE_UPDATE, r#"{"offer":null}"#, false),
        (inner(), &ledger::PAGE_UPDATE, r#"{"offer":{"payout":0}}"#, false),
        // Of another shape: the server says what is wrong.
        (own(), &ledger::PAGE_CREATE, r#"[{"idPage":"a"}]"#, false),
        (own(), &ledger::PAGE_CREATE, "", false),
        (own(), &ledger::PAGE_CREATE, "no JSON", false),
    ] {
        let said = overlay.lacks(operation, body.as_bytes());
        assert_eq!(said.is_some(), lacks, "{} {body}: {said:?}", operation.id());
        let fact = overlay.facts().next().unwrap().to_string();
        assert!(said.is_none_or(|said| said.contains("the object has no") && said.contains(&fact)));
    }
    assert_eq!(own().lacks(&ledger::PAGE_CREATE, b"{\"pageName\":\"\xe9\"}"), None);
}

#[test]
fn an_overlay_lists_its_overrides() {
    let overlay = Overlay::new().path("a.b", "/x").query("a.*", "q", "p").member("a.*", "m.n", "o");
    assert!(!overlay.is_empty() && Overlay::new().is_empty());
    assert_eq!(overlay.paths().collect::<Vec<_>>(), [("a.b", "/x")]);
    assert_eq!(overlay.members().collect::<Vec<_>>(), [("a.*", "m.n", "o")]);
}

#[test]
fn envelopes_names_and_values_are_undone_byte_for_byte() {
    let overlay = Overlay::new()
        .answer_in("ledger.page.list", "data.items")
        .body_in("ledger.page.create", "page")
        .member("ledger.page.*", "baseURL", "url")
        .value("Status", "archived", "paused");
    overlay.check().unwrap();
    let sent =
        theirs(&overlay, &ledger::PAGE_CREATE, r#"{ "baseURL" : 1.50, "status":"archived"}"#);
    assert_eq!(sent, r#"{"page":{ "url" : 1.50, "status":"paused"}}"#);
    let answer =
        r#"{"data":{"total":2,"items":[ {"url":1.50,"status":"paused"} ],"more":{}},"x":[]}"#;
    assert_eq!(
        ours(&overlay, &ledger::PAGE_LIST, answer).unwrap(),
        r#"{"items":[ {"baseURL":1.50,"status":"archived"} ],"total":2}"#
    );
    assert_eq!(ours(&overlay, &ledger::PAGE_LIST, r#"{"data":{"items":[]}}"#).unwrap(), "[]");
    assert_eq!(ours(&overlay, &ledger::PAGE_LIST, r#"{"data":[]}"#), None);
    // Of another operation nothing is undone but what is of all.
    assert_eq!(
        ours(&overlay, &ledger::FUNNEL_LIST, answer).unwrap(),
        answer.replace("paused", "archived")
    );
}

#[test]
fn a_write_is_in_doubt_by_what_is_only_likely_and_has_another_name() {
    let of = "ledger.page.*";
    let member = |ours: &str, theirs: &str| Overlay::new().member(of, ours, theirs);
    let has = r#"{"baseURL":1,"offerParams":{"payout":2},"status":"archived"}"#;
    let needs = Overlay::new().fact(Fact::new(of, Says::Required("pageName".to_owned())));
    for (likely, operation, body, is_doubted) in [
        (member("baseURL", "url"), &ledger::PAGE_UPDATE, has, true),
        (member("offerParams.payout", "amount"), &ledger::PAGE_CREATE, has, true),
        (member("baseURL", "url"), &ledger::PAGE_UPDATE, r#"{"url":1}"#, false),
        (member("baseURL", "url"), &ledger::FUNNEL_UPDATE, has, false),
        // The account's name is ours.
        (member("baseURL", "baseURL"), &ledger::PAGE_UPDATE, has, false),
        (Overlay::new().value("Status", "archived", "paused"), &ledger::PAGE_UPDATE, has, true),
        (Overlay::new().value("Status", "active", "on"), &ledger::PAGE_UPDATE, has, false),
        (Overlay::new().path("ledger.page.update", "/sites"), &ledger::PAGE_UPDATE, "", true),
        (Overlay::new().path("ledger.page.update", "/page/save"), &ledger::PAGE_UPDATE, "", false),
        (Overlay::new().path("ledger.page.create", "/sites"), &ledger::PAGE_UPDATE, "", false),
        (
            Overlay::new().method("ledger.page.update", &Method::PATCH),
            &ledger::PAGE_UPDATE,
            "",
            true,
        ),
        (
            Overlay::new().method("ledger.page.update", &Method::PUT),
            &ledger::PAGE_UPDATE,
            "",
            false,
        ),
        (
            Overlay::new().query("ledger.page.delete", "idPage", "id"),
            &ledger::PAGE_DELETE,
            "",
            true,
        ),
        (Overlay::new().body_in("ledger.page.update", "page"), &ledger::PAGE_UPDATE, "", true),
        (Overlay::new().answer_in("ledger.page.update", "page"), &ledger::PAGE_UPDATE, "", false),
        (needs.clone(), &ledger::PAGE_UPDATE, r#"{"pageName":1}"#, false),
        (needs, &ledger::PAGE_UPDATE, has, true),
    ] {
        let fact = likely.facts().next().unwrap();
        let doubted = Overlay::new().fact(fact.clone().with_doubt("x"));
        let doubts: Vec<String> = doubted.doubts(operation, body).collect();
        assert_eq!(!doubts.is_empty(), is_doubted, "{fact} {body}: {doubts:?}");
        let said = format!("only likely is {fact}; or x");
        assert!(doubts.iter().all(|doubt| doubt.contains(&said)), "{doubts:?}");
        // What is settled is no doubt, and what is in doubt is no fact.
        assert_eq!(likely.doubts(operation, body).count(), 0);
        assert_eq!(doubted.facts().count() + doubted.paths().count(), 0);
        assert!(doubted.applied(operation).is_none() && doubted.lacks(operation, b"{}").is_none());
    }
}

#[cfg(feature = "overlay-file")]
mod files {
    use super::*;

    fn all() -> Overlay {
        let seen = |fact: Fact| {
            fact.with_evidence(Evidence::new("session.har", "entry 7").seen(3, "2026-11-27"))
        };
        let note = Says::Note { topic: "order".to_owned(), text: "a, \"b\"\n".to_owned() };
        Overlay::new()
            .base_path("/api/v2")
            .path("ledger.page.find-by-id", "/pages/{idPage}/")
            .method("ledger.page.update", &Method::PATCH)
            .query("ledger.page.*", "status", "state")
            .member("ledger.page.*", "offerParams.payout", "amount")
            .answer_in("ledger.page.list", "data.items")
            .body_in("ledger.page.create", "page")
            .value("Status", "archived", "paused")
            .node("*", "positions", "canvas")
            .node("lander", "type", "landingStep")
            .node("lander", "object.additionalTokens", "[]")
            .fact(seen(Fact::new(
                "*",
                Says::Value { of: "Status".to_owned(), ours: None, theirs: "held".to_owned() },
            )))
            .fact(seen(Fact::new("ledger.page.create", Says::Required("pageName".to_owned()))))
            .fact(seen(Fact::new("ledger.*", note)))
            .fact(
                seen(Fact::new("ledger.funnel.list", Says::Path("/x".to_owned()))).with_doubt("/y"),
            )
            .fact(Fact::new("ledger.funnel.list", Says::Path("/z".to_owned())).with_doubt(""))
    }

    #[test]
    fn a_file_holds_every_fact_with_its_evidence_and_its_line() {
        let text = all().to_toml();
        let read = Overlay::from_toml("a.toml", &text).unwrap();
        assert_eq!(read.to_toml(), text);
        let facts = |overlay: &Overlay| -> Vec<_> {
            let all = overlay.facts().chain(overlay.likely());
            let said = |fact: &Fact| {
                (fact.says().clone(), fact.evidence().cloned(), fact.doubt().map(str::to_owned))
            };
            all.map(said).collect()
        };
        assert_eq!(facts(&read), facts(&all()));
        // Without that one line it is a fact.
        let sure = text.replace("certain = false\n", "");
        let sure = Overlay::unchecked("a.toml", &sure).unwrap();
        assert_eq!((sure.likely().count(), sure.path_of("ledger.funnel.list")), (0, Some("/z")));
        let line = |at: usize| text.lines().nth(at - 1).unwrap();
        for fact in read.facts().chain(read.likely()) {
            let place = fact.place().unwrap();
            let at = place.strip_prefix("a.toml, line ").unwrap().parse().unwrap();
            assert_eq!(line(at), "[[fact]]", "{fact}");
        }
        assert_eq!(read.facts().next().unwrap().place().unwrap(), "a.toml, line 6");
    }

    #[test]
    fn a_fact_is_as_sure_as_its_evidence_and_the_file_says_so() {
        let written = |rest: &str| {
            let head = "format = 1\n\n[[fact]]\nof = \"ledger.page.list\"\npath = \"/x\"\n";
            Overlay::from_toml("a.toml", &format!("{head}{rest}")).unwrap()
        };
        let (of_session, of_file) =
            ("file = \"s.har\"\nentry = \"entry 2\"", "file = \"a.yaml\"\nentry = \"/paths/~1x\"");
        for (grade, evidence, expected) in [
            ("", "", Grade::Observed),
            ("observed", "", Grade::Observed),
            ("", of_session, Grade::Observed),
            ("observed", of_session, Grade::Observed),
            ("", of_file, Grade::Documented),
            ("documented", of_file, Grade::Documented),
            // As it was written before the two were told apart.
            ("observed", of_file, Grade::Documented),
        ] {
            let grade = if grade.is_empty() { "" } else { &format!("grade = \"{grade}\"\n") };
            let overlay = written(&format!("{grade}{evidence}\n"));
            let case = format!("{grade}{evidence}");
            let own = overlay.applied(&ledger::PAGE_LIST).unwrap();
            assert_eq!((own.path_grade(), own.path()), (expected, "/x"), "{case}");
            let line = format!("grade = \"{expected}\"");
            assert_eq!(overlay.to_toml().contains(&line), !evidence.is_empty(), "{case}");
            let member = Says::Query { ours: "status".to_owned(), theirs: "state".to_owned() };
            let fact = Fact::new("ledger.page.*", member);
            let first = overlay.facts().next().unwrap();
            let fact = match first.evidence() {
                Some(evidence) => fact.with_evidence(evidence.clone()),
                None => fact,
            };
            let grade = Overlay::new().fact(fact).grade_of("ledger.page.list", "status");
            assert_eq!(grade, Some(expected), "{case}");
        }
    }

    #[test]
    fn a_file_without_a_fact_is_no_override_and_what_the_contract_leaves_open_is_one() {
        for text in ["", "\u{feff}", "\n# Ours.\n", "format = 1\n"] {
            assert!(Overlay::from_toml("a.toml", text).unwrap().is_empty(), "{text}");
        }
        for (of, member) in [
            ("ledger.page.archive", "ids"),
            ("ledger.page.*", "bodyUpdates.anything"),
            ("ledger.funnel.*", "nodes.nodePageParams.idPage"),
            ("ledger.funnel.*", "*.nodeType"),
            ("reporting.customevents.update", "anything"),
        ] {
            Overlay::new().member(of, member, "x").check().unwrap();
        }
        for (of, path) in [
            ("ledger.page.archive", "/x/{ids}"),
            ("ledger.page.delete", "/x/{ids}/"),
            ("ledger.page.update", "/x/{idPage}"),
            ("billing.domains.get", "/domain?key={id}"),
        ] {
            Overlay::new().path(of, path).check().unwrap();
        }
        // What a recording shows need not be in the contract, and two parameters of two operations have one name.
        let evidence = "file = \"a.har\"\nentry = \"1\"";
        let of = "[[fact]]\nof = \"ledger.page";
        let text = format!(
            "format = 1\n{of}.create\"\nrequired = \"workspace\"\n{evidence}\n[[fact]]\nvalue_of = \"Status\"\n\
             name = \"held\"\n{evidence}\n{of}.find-by-id\"\nquery = \"idPage\"\nname = \"id\"\n\
             {of}.find-by-ids\"\nquery = \"idPages\"\nname = \"id\"\n{of}.list\"\nanswer_in = \"data\"\n\
             {of}.*\"\nanswer_in = \"\"\n{of}.list\"\npath = \"/z\"\ncertain = false\nor = \"/y\"\n\
             {of}.list\"\npath = \"/x\"\nor = \"/y\"\n"
        );
        let overlay = Overlay::from_toml("a.toml", &text).unwrap();
        assert_eq!((overlay.facts().count(), overlay.likely().count()), (7, 1));
    }

    #[test]
    fn a_wrong_file_is_refused_with_the_line_and_what_would_be_right() {
        let fact = |rest: &str| format!("format = 1\n\n[[fact]]\n{rest}\n");
        let mut failed = Vec::new();
        let of_list = |rest: &str| fact(&format!("of = \"ledger.page.list\"\n{rest}"));
        for (text, line, words) in [
            ("format = 2\n".to_owned(), 1, "reads 1"),
            ("[[fact]]\n".to_owned(), 1, "format"),
            (fact("of = \"a.b\"\npat = \"/x\""), 5, "unknown field `pat`"),
            (fact("of = \"a.b\""), 3, "says nothing"),
            (fact("of = \"a.b\"\npath = \"/x\"\nmethod = \"PUT\""), 3, "says two things"),
            (fact("path = \"/x\""), 3, "needs of"),
            (fact("of = \"a.b\"\nquery = \"x\""), 3, "needs name"),
            (fact("of = \"a.b\"\npath = \"/x\"\nname = \"y\""), 3, "without what they belong to"),
            (fact("of = \"a.b\"\npath = \"/x\"\ngrade = \"documented\""), 3, "observed"),
            (
                fact(
                    "of = \"a.b\"\npath = \"/x\"\ngrade = \"documented\"\nfile = \"a.har\"\nentry = \"2\"",
                ),
                3,
                "JSON pointer",
            ),
            (
                fact(
                    "of = \"a.b\"\npath = \"/x\"\ngrade = \"proven\"\nfile = \"a.yaml\"\nentry = \"/a\"",
                ),
                3,
                "documented",
            ),
            (fact("of = \"ledger.page.list\"\npath = \"x\""), 3, "a path such as"),
            (fact("of = \"ledger.page.*\"\nmember = \"a..b\"\nname = \"c\""), 3, "the member"),
            (fact("node = \"landing\"\npart = \"type\"\nname = \"c\""), 3, "lander-group"),
            (fact("node = \"lander\"\npart = \"kind\"\nname = \"c\""), 3, "object, reference"),
            (fact("node = \"lander\"\npart = \"object.a\"\nname = \"c\""), 3, "JSON"),
            (fact("node = \"*\"\npart = \"weights\"\nname = \"2\""), 3, "1, 100 or any"),
            (fact("node = \"lander\"\nname = \"c\""), 3, "node needs part"),
            (
                fact("of = \"a.*\"\nnode = \"lander\"\npart = \"type\"\nname = \"c\""),
                3,
                "ledger.funnel",
            ),
            (fact("of = \"ledger.pag.list\"\npath = \"/x\""), 3, "such as ledger.page.list"),
            (fact("of = \"ledger.pag.*\"\nanswer_in = \"x\""), 3, "such as ledger.page.*"),
            (
                fact("of = \"ledger.page.list\"\nquery = \"sttus\"\nname = \"s\""),
                3,
                "such as status",
            ),
            (
                fact("of = \"ledger.page.*\"\nmember = \"pageNme\"\nname = \"t\""),
                3,
                "such as pageName",
            ),
            (
                fact("of = \"ledger.page.*\"\nmember = \"offerParams.pyout\"\nname = \"t\""),
                3,
                "such as payout",
            ),
            (
                fact("of = \"ledger.page.*\"\nmember = \"ofrParams.payout\"\nname = \"t\""),
                3,
                "such as offerParams",
            ),
            (
                fact("of = \"ledger.page.*\"\nmember = \"pageName.x\"\nname = \"t\""),
                3,
                "no member \"x\"",
            ),
            (fact("of = \"ledger.page.delete\"\npath = \"/x/{idPge}\""), 3, "such as idPage"),
            (fact("of = \"ledger.page.find-by-id\"\npath = \"/x/{ids}\""), 3, "parameter {ids}"),
            (fact("of = \"billing.domains.get\"\npath = \"/x?a={idd}\""), 3, "such as id"),
            (fact("value_of = \"Statuss\"\nvalue = \"active\"\nname = \"t\""), 3, "such as Status"),
            (fact("value_of = \"Status\"\nvalue = \"activ\"\nname = \"t\""), 3, "such as active"),
            (fact("value_of = \"Status\"\nname = \"t\""), 3, "needs value = \"…\", ours: active"),
            (fact("value_of = \"Status\"\nvalue = \"active\"\nname = \"t\tu\""), 3, "a value of"),
            (of_list("method = \"PTACH\""), 3, "no method \"PTACH\"; expected such as"),
            (of_list("method = \"get\""), 3, "such as GET"),
            (of_list("path = \"/x/{status\""), 3, "a place in a path is {name}"),
            (of_list("path = \"/x/status}\""), 3, "a place in a path is {name}"),
            (of_list("path = \"/x/{}\""), 3, "a place in a path is {name}"),
            (of_list("path = \"/x/{stat us}\""), 3, "a place in a path is {name}"),
            // No list is sent the name of a page.
            (of_list("path = \"/x/{pageName}\""), 3, "no parameter {pageName}"),
            (of_list("path = \"/x/{statsu}\""), 3, "such as status"),
            (of_list("path = \"/x y\""), 3, "a path such as"),
            (of_list("path = \"/x\ty\""), 3, "control characters"),
            (of_list("path = \"/x#y\""), 3, "a path such as"),
            (of_list("path = \"/x?y=z\""), 3, "a path such as"),
            (of_list("path = \"pages/list\""), 3, "a path such as"),
            (of_list("path = \"//x\""), 3, "empty segment"),
            (fact("base_path = \"v2\""), 3, "such as /v1"),
            (fact("base_path = \"/v 2\""), 3, "such as /v1"),
            (of_list("body_in = \"page\""), 3, "no body of ledger.page.list"),
            (of_list("answer_in = \"da ta\""), 3, "dots between them"),
            (of_list("query = \"status\"\nname = \"st ate\""), 3, "without spaces"),
            (of_list("required = \"pageNme\""), 3, "such as pageName"),
            (of_list("required = \"page Name\""), 3, "without spaces"),
            (of_list("required = \"workspace\""), 3, "no member \"workspace\""),
            // Though a recording showed one, a slip of the pen is one.
            (of_list("required = \"pageNme\"\nfile = \"a.har\""), 3, "such as pageName"),
            (
                fact("of = \"ledger.page.*\"\nmember = \"pageName\"\nname = \"a b\""),
                3,
                "without spaces",
            ),
            (fact("topic = \"odrer\"\nnote = \"x\""), 3, "such as error, order"),
            (fact("note = \"x\""), 3, "no topic \"\""),
            ("format = 1\n\n[fact]\nof = \"ledger.page.list\"\n".to_owned(), 3, "[[fact]]"),
            (of_list("path = \"/x\"") + &of_list("path = \"/y\"")[11..], 7, "keep one of the two"),
            (
                of_list("answer_in = \"x\"") + &of_list("answer_in = \"y\"")[11..],
                7,
                "(see a.toml, line 3)",
            ),
            (
                of_list("query = \"status\"\nname = \"s\"")
                    + &of_list("query = \"pageType\"\nname = \"s\"")[11..],
                8,
                "\"s\" is the name of \"status\", too",
            ),
            (of_list("path = \"x\"") + &of_list("method = \"PUTT\"")[11..], 7, "such as PUT"),
            (
                of_list("path = \"x\"") + &of_list("method = \"PUT\"\nname = \"x\"")[11..],
                7,
                "without what",
            ),
        ] {
            let said = Overlay::from_toml("a.toml", &text)
                .map_or_else(|it| it.to_string(), |_| text.clone());
            let is_told = said.contains(&format!("a.toml, line {line}: ")) && said.contains(words);
            failed.extend((!is_told).then(|| format!("{words}: {text}: {said}")));
        }
        assert!(failed.is_empty(), "{}", failed.join("\n"));
    }
}
