//! What was refused proves no path, no method, no name and no value.

use funnelflux_transport::Fact;

use super::*;

const HOST: &str = "https://api.funnelflux.pro/v1";

/// A call, by another path and other names than the one that works.
struct Probe {
    operation: &'static str,
    method: &'static str,
    wrong: String,
    right: (&'static str, String),
    body: Value,
    answer: Value,
}

fn probes() -> Vec<Probe> {
    let page = page(ID, "offer");
    let pages = json!([page]);
    let ids = json!({"ids": [ID]});
    let done = json!({"success": true});
    let mut probes = Vec::new();
    let mut probe = |operation,
                     method,
                     wrong: &str,
                     right: (&'static str, &str),
                     body: &Value,
                     answer: &Value| {
        let (wrong, right) = (wrong.replace("ID", ID), (right.0, right.1.replace("ID", ID)));
        probes.push(Probe {
            operation,
            method,
            wrong,
            right,
            body: body.clone(),
            answer: answer.clone(),
        });
    };
    let none = Value::Null;
    probe("list", "GET", "/page/list?filter=wrongword", ("GET", "/asset/page/all"), &none, &pages);
    probe("find-by-id", "GET", "/page/find/byId?wrongname=ID", ("GET", "/page/ID"), &none, &page);
    probe("create", "POST", "/page/save", ("POST", "/page/create"), &page, &page);
    probe("update", "PUT", "/page/save", ("PUT", "/page/update"), &page, &page);
    probe("archive", "PUT", "/page/archive", ("PUT", "/page/putaway/archive"), &ids, &done);
    probe("delete", "DELETE", "/page/delete?idPage=ID", ("DELETE", "/page/ID"), &none, &done);
    probe(
        "duplicate",
        "POST",
        "/page/duplicate?idPage=ID",
        ("POST", "/page/copy?idPage=ID"),
        &json!({"name": "y"}),
        &page,
    );
    probes
}

fn call(method: &str, path: &str, body: &Value, status: u16, answer: &Value) -> Value {
    let mut call = entry(method, &format!("{HOST}{path}"), status, answer);
    if !body.is_null() {
        call["request"]["postData"] = json!({"text": body.to_string()});
    }
    call
}

#[test]
fn no_status_and_no_kind_of_call_that_was_refused_proves_a_path_a_name_or_a_value() {
    let no = json!({"success": false, "message": "no"});
    let statuses =
        [302, 307, 400, 401, 403, 404, 405, 409, 410, 422, 429, 500, 501, 502, 503, 504, 200, 201];
    for status in statuses {
        for Probe { operation, method, wrong, right, body, answer } in probes() {
            let mut sent = body.clone();
            if let Some(sent) = sent.as_object_mut() {
                sent.insert("wrongName".to_owned(), json!("wrongword"));
            }
            let refused = call(method, &wrong, &sent, status, &no);
            let taken = call(right.0, &right.1, &body, 200, &answer);
            // Something of the kind that shows its ids and where the paths begin.
            let find = call(
                "GET",
                &format!("/page/find/byCategory?idCategory={OTHER}"),
                &Value::Null,
                200,
                &json!([page(ID, "offer")]),
            );
            for entries in [[refused.clone(), find.clone(), taken.clone()], [find, taken, refused]]
            {
                let got = lessons(&entries);
                let what = format!("{operation} {status}: {:#?} {:?}", told(&got), got.facts);
                let id = format!("ledger.page.{operation}");
                assert_eq!(got.called.get(&*id), Some(&1), "{what}");
                assert_eq!(got.called.len(), 2, "{what}");
                let learned: Vec<_> = got.facts.paths().filter(|(of, _)| *of == id).collect();
                let path = right.1.split('?').next().unwrap().replace(ID, "{idPage}");
                assert_eq!(learned, [(&*id, &*path)], "{what}");
                let told = told(&got).concat();
                assert!(!told.contains("wrong") && !told.contains("Required"), "{what}");
                assert_eq!(got.refused.len(), 1, "{what}");
                assert!(got.refused[0].ends_with(&format!(": {status}")), "{:?}", got.refused);
            }
        }
    }
}

#[test]
fn names_and_values_of_a_refused_call_are_none_where_another_call_of_its_path_was_taken() {
    let pages = json!([page(ID, "offer"), page(OTHER, "offer")]);
    let no = json!({"message": "unknown parameter state"});
    let got = lessons(&[
        call("GET", "/page/list?state=archived", &Value::Null, 400, &no),
        call("GET", "/page/list?show=active", &Value::Null, 200, &pages),
    ]);
    let told = told(&got);
    assert!(
        told.contains(&r#"ledger.page.list Query { ours: "status", theirs: "show" }"#.to_owned()),
        "{told:#?}"
    );
    assert!(!told.concat().contains("archived") && !told.concat().contains("state"), "{told:#?}");
}

#[test]
fn a_path_or_a_method_that_is_answered_as_absent_is_no_longer_true() {
    let known = || {
        let says = |says| Fact::new("ledger.page.archive", says);
        Overlay::new()
            .path("ledger.page.list", "/sites/all")
            .path("ledger.page.find-by-id", "/sites/{idPage}")
            .fact(says(Says::Path("/sites/archive".to_owned())))
            .fact(says(Says::Method("POST".to_owned())))
    };
    let (none, ids) = (Value::Null, json!({"ids": [ID]}));
    let one = format!("/sites/{ID}");
    let rows: [(&str, &str, &Value, u16, &[&str]); 9] = [
        ("GET", "/sites/all", &none, 404, &["path"]),
        ("GET", "/sites/all", &none, 410, &["path"]),
        ("GET", "/sites/all", &none, 405, &["path"]),
        ("GET", "/sites/all", &none, 403, &[]),
        ("GET", "/sites/all", &none, 500, &[]),
        ("GET", "/sites/others", &none, 404, &[]),
        // The page may not be there.
        ("GET", &one, &none, 404, &[]),
        ("POST", "/sites/archive", &ids, 404, &[]),
        ("POST", "/sites/archive", &ids, 405, &["path", "method"]),
    ];
    for (method, path, body, status, expected) in rows {
        let refused = call(method, path, body, status, &json!({"message": "no"}));
        let read = |entries: &[Value]| {
            let mut session = Session::new().under(known());
            let file = json!({"log": {"entries": entries}}).to_string();
            session.har("a.har", file.as_bytes()).unwrap();
            session.lessons().over(&known()).1
        };
        let dropped: Vec<&str> = read(std::slice::from_ref(&refused))
            .iter()
            .map(|fact| if matches!(fact.says(), Says::Method(_)) { "method" } else { "path" })
            .collect();
        assert_eq!(dropped, expected, "{method} {path} {status}");
        // It may have failed once.
        let taken = call(method, path, body, 200, &json!([page(ID, "offer")]));
        let others = path == "/sites/others";
        assert!(others || read(&[refused, taken]).is_empty(), "{method} {path} {status}");
    }
}

#[test]
fn a_member_is_needed_only_if_a_refusal_names_it_by_itself_and_every_taken_body_has_it() {
    let whole = json!({"idPage": ID, "pageName": "x", "pageType": "offer", "baseURL": "u",
        "notes": "", "tags": ["a", "b"], "status": "active"});
    let without = |names: &[&str]| {
        let mut less = whole.clone();
        names.iter().for_each(|name| drop(less.as_object_mut().unwrap().remove(*name)));
        less
    };
    let needed = |refused: &Value, status: u16, answer: &Value, others: &[Value]| -> Vec<String> {
        let save =
            |body: &Value, status, answer: &Value| call("POST", "/page/save", body, status, answer);
        let mut entries = vec![save(refused, status, answer), save(&whole, 200, &whole)];
        entries.extend(others.iter().map(|other| save(other, 200, other)));
        let all = told(&lessons(&entries)).into_iter().filter(|it| it.contains("Required"));
        all.map(|it| it.split('"').nth(1).unwrap().to_owned()).collect()
    };
    let message = |text: &str| json!({"error": {"code": 400, "message": text}});
    let rows: [(&[&str], Value, &[&str]); 17] = [
        (&["baseURL"], message("baseURL is missing"), &["baseURL"]),
        (&["baseURL"], json!({"errors": {"baseURL": ["This field is required."]}}), &["baseURL"]),
        (&["baseURL"], json!({"errors": [{"field": "baseURL", "code": "E1"}]}), &["baseURL"]),
        (
            &["baseURL"],
            json!({"detail": [{"loc": ["body", "baseURL"], "msg": "field required"}]}),
            &["baseURL"],
        ),
        (
            &["baseURL", "notes"],
            json!({"errors": {"baseURL": "required", "notes": "required"}}),
            &["baseURL", "notes"],
        ),
        // Another cause.
        (&["baseURL"], message("pageName is taken"), &[]),
        (&["baseURL"], message("baseURL is missing, see pageName"), &[]),
        (&["notes"], message("Conflict, see the notes of the release"), &[]),
        (&["status"], json!({"status": 400, "message": "no"}), &[]),
        (&["status"], json!({"status": "error", "title": "no"}), &[]),
        (&["baseURL"], json!({"error": "no", "request": without(&["baseURL"])}), &[]),
        // Of a kind only.
        (&["baseURL"], message("baseURL is required where pageType is offer"), &[]),
        (&["baseURL"], message("baseURL is required for offers"), &[]),
        (
            &["baseURL"],
            json!({"errors": [{"field": "baseURL", "message": "an offer wants one"}]}),
            &[],
        ),
        (&["baseURL", "notes"], message("baseURL or notes is required"), &[]),
        (&["baseURL", "notes"], json!({"errors": {"baseURL": "notes or it is required"}}), &[]),
        (&["idPage"], message("the server is down"), &[]),
    ];
    for (lacks, answer, expected) in rows {
        let less = without(lacks);
        assert_eq!(needed(&less, 400, &answer, &[]), expected, "{answer}");
        assert_eq!(needed(&less, 422, &answer, &[]), expected, "{answer}");
        for status in [401, 403, 404, 409, 500] {
            assert!(needed(&less, status, &answer, &[]).is_empty(), "{status} {answer}");
        }
        assert!(needed(&less, 400, &answer, std::slice::from_ref(&less)).is_empty(), "{answer}");
    }
    // A list of two counts once: another body has none.
    let (less, no) = (without(&["tags"]), message("tags is required"));
    assert_eq!(needed(&less, 400, &no, &[]), ["tags"]);
    assert!(needed(&less, 400, &no, std::slice::from_ref(&less)).is_empty());
}
