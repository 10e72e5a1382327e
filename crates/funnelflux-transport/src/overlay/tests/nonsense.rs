//! Facts of files that could have no effect or do harm, and what is near to them and right.

use super::*;

/// One fact for each part between bars, one key for each part between semicolons.
fn read(facts: &str) -> Result<Overlay, String> {
    let table = |fact: &str| format!("[[fact]]\n{}\n", fact.trim().replace("; ", "\n"));
    let facts: String = facts.split(" | ").map(table).collect();
    Overlay::from_toml("a.toml", &format!("format = 1\n{facts}")).map_err(|it| it.to_string())
}

fn of(operation: &str, rest: &str) -> String {
    format!("of = \"{operation}\"; {rest}")
}

#[test]
fn a_fact_without_effect_or_with_harm_is_refused_with_what_would_be_right() {
    let page = |verb: &str, rest: &str| of(&format!("ledger.page.{verb}"), rest);
    let both = |one: String, other: String| format!("{one} | {other}");
    let mut failed = Vec::new();
    for (facts, words) in [
        // What holds for all operations.
        (page("*", r#"base_path = "/v2""#), "leave out of = \"ledger.page.*\""),
        (of("ledger.*", r#"value_of = "Status"; value = "active"; name = "on""#), "leave out of"),
        (of("ledger.pag.*", r#"base_path = "/v2""#), "leave out of = \"ledger.pag.*\""),
        // Another name of ours.
        (
            r#"value_of = "Status"; value = "active"; name = "archived""#.into(),
            "\"archived\" is a name of ours",
        ),
        (r#"value_of = "AssetStatus"; value = "all"; name = """#.into(), "\"\" is a name of ours"),
        (page("*", r#"member = "pageName"; name = "notes""#), "\"notes\" is a name of ours"),
        (page("update", r#"member = "offerParams.payout"; name = "payoutType""#), "name of ours"),
        (page("duplicate", r#"member = "name"; name = "parentId""#), "name of ours"),
        (of("reporting.drilldown", r#"member = "rows"; name = "hasMore""#), "name of ours"),
        (page("list", r#"query = "status"; name = "pageType""#), "\"pageType\" is a name of ours"),
        (
            both(
                page("*", r#"member = "pageName"; name = "notes""#),
                of("ledger.offersource.*", r#"member = "notes"; name = "memo""#),
            ),
            "a.toml, line 2: ",
        ),
        // Two names are exchanged, and a third would be lost.
        (
            both(
                r#"value_of = "Status"; value = "active"; name = "archived""#.into(),
                r#"value_of = "Status"; value = "archived"; name = "off""#.into(),
            ),
            "(see a.toml, line 2)",
        ),
        (
            both(
                page("*", r#"member = "pageName"; name = "notes""#),
                page("*", r#"member = "notes"; name = "memo""#),
            ),
            "share a name (see a.toml, line 2)",
        ),
        // Places of paths.
        (
            page("archive", r#"path = "/page/{idPage}/archive""#),
            "no parameter {idPage} there; expected such as",
        ),
        (page("move", r#"path = "/page/{ids}/to/{pageName}""#), "no parameter {pageName}"),
        (page("list", r#"path = "/pages/{status}""#), "query = \"status\""),
        (
            of("ledger.condition.find-by-status", r#"path = "/c/{status}/{idFunnel}""#),
            "\"idFunnel\"",
        ),
        (page("find-by-id", r#"path = "/x/{idPage}/{idPage}""#), "should have {idPage} in it once"),
        (of("billing.domains.get", r#"path = "/x/{id}?id={id}""#), "should have {id} in it once"),
        (page("find-by-id", r#"path = "/page/get?id={idPage}""#), "query = \"idPage\""),
        (
            page("update", r#"path = "/page/save?id={idPage}""#),
            "query = \"idPage\" gives it another name",
        ),
        (of("ledger.campaign.delete", r#"path = "/x/{idFunnelGroup}""#), "such as idCampaign"),
        (page("list", r#"path = "/""#), "a path such as"),
        (page("list", r#"path = """#), "a path such as"),
        (page("list", r#"path = "//""#), "a path such as"),
        // Without effect.
        (page("list", r#"required = "pageName""#), "no body of ledger.page.list"),
        (page("delete", r#"required = "pageName""#), "no body of ledger.page.delete"),
        (page("delete", r#"body_in = "page""#), "no body of ledger.page.delete"),
        (page("delete", r#"answer_in = "data""#), "nothing is read in the answer"),
        (of("reporting.cost.update", r#"answer_in = "data""#), "nothing is read in the answer"),
        (of("billing.domains.get", r#"query = "id"; name = "key""#), "no parameter \"id\""),
        (
            of("ledger.campaign.delete", r#"query = "idFunnelGroup"; name = "id""#),
            "such as idCampaign",
        ),
        (page("list", r#"path = "/x"; certain = false; or = """#), "leave out an empty one"),
        (page("list", r#"path = "/x"; or = " ""#), "leave out an empty one"),
        (
            both(
                page("delete", r#"path = "/pages/{idPage}""#),
                page("delete", r#"query = "idPage"; name = "id""#),
            ),
            "line 5: the parameter \"id\" of ledger.page.delete, ours \"idPage\": \
             the path /pages/{idPage} of ledger.page.delete has {idPage} in it (see a.toml, line 2)",
        ),
        (
            both(
                page("delete", r#"query = "idPage"; name = "id""#),
                page("delete", r#"path = "/pages/{idPage}""#),
            ),
            "has {idPage} in it (see a.toml, line 6)",
        ),
        (
            both(
                page("archive", r#"path = "/pages/{ids}/archive""#),
                page("archive", r#"member = "ids"; name = "pages""#),
            ),
            "has {ids} in it (see a.toml, line 2)",
        ),
        (
            both(page("move", r#"required = "ids""#), page("move", r#"path = "/pages?id={ids}""#)),
            "has {ids} in it (see a.toml, line 5)",
        ),
        // Methods.
        (page("list", r#"method = "DELETE""#), "\"DELETE\" should be GET or POST"),
        (page("find-by-id", r#"method = "PATCH""#), "GET or POST"),
        (page("update", r#"method = "GET""#), "\"GET\" should be PATCH or POST or PUT"),
        (page("create", r#"method = "DELETE""#), "PATCH or POST or PUT"),
        (page("duplicate", r#"method = "GET""#), "PATCH or POST or PUT"),
        (of("reporting.drilldown", r#"method = "GET""#), "PATCH or POST or PUT"),
        (of("reporting.cost.update", r#"method = "DELETE""#), "PATCH or POST or PUT"),
        // One name of two, two names of one: both lines are told.
        (
            both(
                page("*", r#"member = "pageName"; name = "title""#),
                page("update", r#"member = "pageName"; name = "label""#),
            ),
            "line 6: the member \"label\" of ledger.page.update, ours \"pageName\": \
             \"pageName\" is called \"title\", too (see a.toml, line 2)",
        ),
        (
            both(
                page("*", r#"member = "pageName"; name = "pageName""#),
                page("*", r#"member = "pageName"; name = "label""#),
            ),
            "\"pageName\" is called \"pageName\", too (see a.toml, line 2)",
        ),
        (
            both(
                page("*", r#"member = "pageName"; name = "title""#),
                page("*", r#"member = "notes"; name = "title""#),
            ),
            "\"title\" is the name of \"pageName\", too (see a.toml, line 2)",
        ),
        (
            both(
                page("list", r#"query = "status"; name = "a""#),
                page("*", r#"query = "status"; name = "b""#),
            ),
            "\"status\" is called \"a\", too (see a.toml, line 2)",
        ),
        (
            both(
                r#"value_of = "Status"; value = "active"; name = "on""#.into(),
                r#"value_of = "Status"; value = "active"; name = "live""#.into(),
            ),
            "\"active\" is called \"on\", too (see a.toml, line 2)",
        ),
    ] {
        let said = read(&facts).map_or_else(|it| it, |_| "taken".to_owned());
        let is_told = said.contains("a.toml, line ") && said.contains(words);
        failed.extend((!is_told).then(|| format!("{words}: {facts}\n    {said}")));
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn what_is_near_to_nonsense_and_right_is_taken() {
    let mut failed = Vec::new();
    for facts in [
        r#"of = "*"; base_path = "/v2""#,
        r#"of = "*"; value_of = "Status"; value = "active"; name = "on""#,
        // Both are renamed, or each is the other.
        r#"value_of = "Status"; value = "active"; name = "archived" | value_of = "Status"; value = "archived"; name = "active""#,
        r#"of = "ledger.page.*"; member = "pageName"; name = "notes" | of = "ledger.page.*"; member = "notes"; name = "pageName""#,
        r#"of = "ledger.page.list"; query = "status"; name = "pageType" | of = "ledger.page.list"; query = "pageType"; name = "kind""#,
        // A name of another schema, or of another enumeration.
        r#"of = "ledger.page.*"; member = "pageName"; name = "name""#,
        r#"value_of = "PageType"; value = "offer"; name = "active""#,
        r#"of = "ledger.page.*"; member = "pageName"; name = "pageName" | of = "ledger.page.update"; member = "pageName"; name = "title""#,
        r#"of = "ledger.page.find-by-status"; path = "/pages/{status}""#,
        r#"of = "ledger.page.move"; path = "/pages/{ids}/to/{idCategory}""#,
        r#"of = "ledger.funnel.archive"; path = "/funnels/{idFunnel}/archive""#,
        r#"of = "ledger.page.archive"; path = "/page/archive?id={ids}" | of = "ledger.page.archive"; method = "GET""#,
        r#"of = "ledger.page.archive"; path = "/page/{ids}" | of = "ledger.page.archive"; method = "DELETE""#,
        r#"of = "billing.domains.refresh"; path = "/refresh?domain={id}""#,
        r#"of = "ledger.page.list"; method = "POST""#,
        r#"of = "reporting.reset.perform"; method = "DELETE""#,
        r#"of = "ledger.page.delete"; method = "GET""#,
        r#"of = "ledger.page.*"; answer_in = "data" | of = "ledger.page.*"; required = "pageName""#,
        r#"of = "ledger.page.archive"; answer_in = "data""#,
        // The parameter is in the path of one operation of the family.
        r#"of = "ledger.page.*"; query = "idPage"; name = "id" | of = "ledger.page.delete"; path = "/pages/{idPage}""#,
        r#"of = "ledger.page.delete"; path = "/pages/{idPage}" | of = "ledger.page.find-by-id"; query = "idPage"; name = "id""#,
        // What is only likely need make sense alone.
        r#"of = "ledger.page.*"; member = "pageName"; name = "notes"; certain = false; or = "x""#,
        // As `ffx learn` writes it, and as it is without the one line.
        r#"of = "ledger.page.list"; path = "/x"; certain = false"#,
        r#"of = "ledger.page.list"; path = "/x"; or = "/y""#,
        // Kinds of nodes may share a type.
        r#"node = "lander"; part = "type"; name = "page" | node = "offer"; part = "type"; name = "page""#,
    ] {
        failed.extend(read(facts).err().map(|why| format!("{facts}\n    {why}")));
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
