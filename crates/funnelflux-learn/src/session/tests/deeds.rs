//! Calls whose words sound like a deed on an object of a kind, and which are none.

use std::collections::BTreeSet;

use super::*;

/// A kind as an app has it: its place, the names of id and name, and what else an object has.
struct Own {
    family: &'static str,
    root: &'static str,
    id: &'static str,
    name: &'static str,
    more: Value,
}

fn kinds() -> [Own; 3] {
    [
        Own {
            family: "page",
            root: "pages",
            id: "idPage",
            name: "pageName",
            more: json!({"pageType": "offer", "url": "https://x.example"}),
        },
        Own {
            family: "offersource",
            root: "offer-sources",
            id: "idOfferSource",
            name: "offerSourceName",
            more: json!({"postbackSubId": "s", "postbackTxId": "t"}),
        },
        Own {
            family: "trafficsource",
            root: "trafficsources",
            id: "idTrafficSource",
            name: "trafficSourceName",
            more: json!({"costType": "cpc", "postbackURL": "https://x.example"}),
        },
    ]
}

impl Own {
    fn object(&self, id: &str) -> Value {
        let mut object = json!({self.id: id, self.name: "a", "status": "active"});
        object.as_object_mut().unwrap().extend(self.more.as_object().unwrap().clone());
        object
    }

    /// `ID` is the id of an object that was listed, `NEW` one that the app made, `GROUP` that of another kind.
    fn call(&self, method: &str, path: &str, body: &Value, answer: &Value) -> Value {
        let path = path.replace("ROOT", self.root).replace("NEW", NEW).replace("GROUP", GROUP);
        let path = path.replace("ID", ID);
        let call = entry(method, &format!("https://api.funnelflux.pro/v1/{path}"), 200, answer);
        if body.is_null() { call } else { sent(call, body) }
    }

    fn reads(&self) -> Vec<Value> {
        let both = json!([self.object(ID), self.object(OTHER)]);
        vec![
            self.call("GET", "ROOT", &Value::Null, &both),
            self.call("GET", "ROOT/ID", &Value::Null, &self.object(ID)),
            self.call("GET", "funnels", &Value::Null, &json!([{"idFunnel": GROUP, "funnelName": "g", "idFunnelGroup": PARENT, "nodes": [], "connections": []}])),
        ]
    }

    /// All that is done, as REST has it, and by words.
    fn sessions(&self) -> [Vec<Value>; 2] {
        let (one, new, ok) = (self.object(ID), self.object(NEW), json!({"success": true}));
        let (none, ids) = (Value::Null, json!({"ids": [ID]}));
        let moved = json!({"ids": [ID], "idCategory": OTHER});
        let with = |calls: Vec<Value>| [self.reads(), calls].concat();
        let made = self.call("GET", "ROOT/NEW", &none, &new);
        [
            with(vec![
                self.call("PUT", "ROOT/ID", &one, &one),
                self.call("POST", "ROOT", &new, &new),
                made.clone(),
                self.call("POST", "ROOT/ID/copy", &json!({"name": "b"}), &self.object(COPY)),
                self.call("POST", "ROOT/ID/archive", &none, &ok),
                self.call("POST", "ROOT/ID/unarchive", &none, &ok),
                self.call("DELETE", "ROOT/ID", &none, &ok),
            ]),
            with(vec![
                self.call("POST", "ROOT/update", &one, &one),
                self.call("POST", "ROOT/create", &new, &new),
                made,
                self.call("PUT", "ROOT/archive", &ids, &ok),
                self.call("PUT", "ROOT/activate", &ids, &ok),
                self.call("PUT", "ROOT/move", &moved, &ok),
                self.call("DELETE", "ROOT/NEW", &none, &ok),
            ]),
        ]
    }
}

const GROUP: &str = "2n8KzzKWLTaa";
const PARENT: &str = "2n8KzzKWLTbb";
const COPY: &str = "3pJfnKDyLGwX";

fn facts(entries: &[Value]) -> BTreeSet<String> {
    let got = lessons(entries);
    got.facts.paths().map(|(id, path)| format!("{id} {path}")).collect()
}

/// A word that is a noun as well, a deed without what it is done with, and ids of other kinds: nothing of it is certain,
/// alone, twice, and beside all that is genuine, which stays as certain as it is without.
#[test]
fn what_sounds_like_a_deed_is_certain_only_with_what_it_is_done_with() {
    let mut wrong = Vec::new();
    for (which, kind) in kinds().iter().enumerate() {
        let (one, new, ok) = (kind.object(ID), kind.object(NEW), json!({"success": true}));
        let both = json!([one, kind.object(OTHER)]);
        let [first, second] = kind.sessions();
        let genuine = [kind.reads(), first, second].map(|calls| (calls.clone(), facts(&calls)));
        assert_eq!(genuine.each_ref().map(|(_, facts)| facts.len()), [3, 9, 9], "{genuine:?}");
        let (none, ids, others) = (Value::Null, json!({"ids": [ID]}), json!({"ids": [GROUP]}));
        let rows = [
            ("GET", "ROOT/status", &none, &both),
            ("GET", "ROOT/status?limit=5", &none, &both),
            ("GET", "ROOT/status?sort=name", &none, &both),
            ("GET", "ROOT/state", &none, &both),
            ("GET", "ROOT/find/byStatus", &none, &both),
            ("GET", "ROOT/find/byCategory", &none, &both),
            ("GET", "ROOT/by-category?page=2", &none, &both),
            ("GET", "ROOT/category", &none, &both),
            ("GET", "ROOT/type", &none, &both),
            ("POST", "ROOT/move", &json!({"ids": [ID], "position": 3}), &ok),
            ("POST", "ROOT/move", &ids, &ok),
            ("PUT", "ROOT/ID/move", &none, &ok),
            ("POST", "ROOT/ID/move", &json!({"position": 3}), &ok),
            ("POST", "ROOT/ID/move?direction=up", &none, &ok),
            ("POST", "ROOT/ID/move", &json!({"before": OTHER}), &ok),
            ("DELETE", "ROOT/groups/GROUP", &none, &ok),
            ("DELETE", "ROOT/GROUP", &none, &ok),
            ("DELETE", "ROOT?id=GROUP", &none, &ok),
            ("POST", "ROOT/remove", &others, &ok),
            ("POST", "ROOT/GROUP/archive", &none, &ok),
            ("PUT", "ROOT/archive", &others, &ok),
            ("PUT", "ROOT/unarchive", &others, &ok),
            ("POST", "ROOT/GROUP/copy", &json!({"name": "b"}), &ok),
            ("DELETE", "page-groups/ID", &none, &ok),
            ("DELETE", "page/groups/ID", &none, &ok),
            ("DELETE", "campaigns/ID", &none, &ok),
            ("DELETE", "campaigns?id=ID", &none, &ok),
            ("POST", "campaigns/ID/archive", &none, &ok),
            ("POST", "funnels/ID/archive", &none, &ok),
            ("PUT", "funnels/archive", &ids, &ok),
            ("POST", "conditions/ID/copy", &json!({"name": "b"}), &ok),
            ("DELETE", "ROOT/assets/ID", &none, &ok),
            ("DELETE", "ROOT/assets/17", &none, &ok),
            ("PUT", "ROOT/assets/ID", &one, &one),
            ("POST", "ROOT/assets", &new, &new),
            ("POST", "ROOT/asset", &new, &new),
            ("GET", "ROOT/assets", &none, &both),
            ("GET", "ROOT/assets/ID", &none, &one),
            ("DELETE", "ROOT/views/17", &none, &ok),
            ("DELETE", "ROOT/view/17", &none, &ok),
            ("DELETE", "ROOT/items/17", &none, &ok),
            ("DELETE", "ROOT/full", &ids, &ok),
            ("POST", "store/ROOT", &new, &new),
            ("POST", "stores/ROOT", &new, &new),
            ("POST", "new/ROOT", &new, &new),
            ("POST", "sets/ROOT", &new, &new),
            ("POST", "post/ROOT", &new, &new),
            ("PUT", "changes/ROOT/ID", &one, &one),
            ("PUT", "edit/ROOT/ID", &one, &one),
            ("PUT", "ROOT/changes/ID", &one, &one),
            ("PUT", "ROOT/edits/ID", &one, &one),
            ("PUT", "ROOT-changes/ID", &one, &one),
            ("POST", "ROOT/stores", &new, &new),
            ("POST", "ROOT/sets", &new, &new),
            ("POST", "ROOT-sets", &new, &new),
            ("GET", "index/ROOT", &none, &both),
            ("GET", "query/ROOT", &none, &both),
            ("GET", "queries/ROOT", &none, &both),
            ("GET", "ROOT/queries", &none, &both),
            ("GET", "ROOT/indexes", &none, &both),
            ("GET", "ROOT/views", &none, &both),
            ("GET", "ROOT/edits/ID", &none, &one),
            ("GET", "edit/ROOT/ID", &none, &one),
            ("POST", "ROOT/ID/activate", &none, &ok),
            ("PUT", "ROOT/activate", &ids, &ok),
            ("POST", "ROOT/ID/restore", &none, &ok),
            ("POST", "ROOT/restore", &ids, &ok),
            ("PUT", "ROOT/archive/ID", &one, &one),
            ("PUT", "ROOT/archive/ID", &one, &ok),
            ("POST", "ROOT/archive", &one, &one),
            ("PUT", "ROOT/unarchive/ID", &one, &one),
            ("POST", "ROOT/move", &one, &one),
            ("POST", "ROOT/delete", &one, &one),
            ("POST", "ROOT/ID/archives", &none, &ok),
            ("DELETE", "ROOT/archives/ID", &none, &ok),
            ("GET", "ROOT/archive", &none, &both),
            ("DELETE", "ROOT/archive/ID", &none, &ok),
            ("DELETE", "ROOT/trash/ID", &none, &ok),
            ("DELETE", "ROOT/trash", &ids, &ok),
            ("DELETE", "ROOT/ID/versions/17", &none, &ok),
            ("GET", "ROOT/history", &none, &both),
            ("GET", "ROOT/history/ID", &none, &one),
            ("GET", "ROOT/ID/history", &none, &both),
            ("GET", "ROOT/export", &none, &both),
            ("GET", "ROOT/export/ID", &none, &one),
            ("POST", "ROOT/import", &new, &new),
            ("POST", "ROOT/validate", &new, &new),
            ("POST", "ROOT/batch", &json!([new]), &json!([new])),
            ("POST", "ROOT/bulk", &json!([new]), &json!([new])),
            ("DELETE", "ROOT/bulk", &ids, &ok),
            ("POST", "ROOT/bulk", &json!({"ids": [ID], "action": "archive"}), &ok),
            ("GET", "ROOT/count", &none, &json!({"count": 2})),
            ("GET", "ROOT/ID/stats", &none, &json!({kind.id: ID, "visits": 2})),
            ("GET", "ROOT/stats", &none, &both),
            ("GET", "ROOT/preview/ID", &none, &one),
            ("POST", "ROOT/preview", &new, &new),
        ];
        // Each row is tried with one kind in whole sessions, and without them with another one, too.
        for (row, (method, path, body, answer)) in rows.into_iter().enumerate() {
            let tried = [3, 1, 0][(row + which) % 3];
            let extra = kind.call(method, path, body, answer);
            for (at, (genuine, expected)) in genuine.iter().enumerate().take(tried) {
                if at > 0 && is_genuine(genuine, &extra) {
                    continue;
                }
                let entries = [&vec![extra.clone(); 9], &genuine[..]].concat();
                let got = facts(&entries);
                let more = got.difference(expected).map(|it| format!("+{it}"));
                let less = expected.difference(&got).map(|it| format!("-{it}"));
                let all: Vec<_> = more.chain(less).collect();
                if !all.is_empty() {
                    wrong.push(format!(
                        "{at} {} {method} {path} {body}: {}",
                        kind.family,
                        all.join(" ")
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} {wrong:#?}", wrong.len());
}

/// A word more makes another place, which is within the one that has none, however it is put there.
#[test]
fn a_place_with_a_word_more_gives_way() {
    for (at, kind) in kinds().iter().enumerate() {
        let ([first, second], reads) = (kind.sessions(), kind.reads());
        for (more, place) in [
            "ROOT-drafts",
            "drafts-ROOT",
            "ROOT_history",
            "trashROOT",
            "ROOT/drafts",
            "drafts/ROOT",
            "myROOT",
        ]
        .iter()
        .enumerate()
        {
            let both = json!([kind.object(ID), kind.object(OTHER)]);
            let one = kind.object(ID);
            let decoys = [
                kind.call("GET", place, &Value::Null, &both),
                kind.call("GET", &format!("{place}/ID"), &Value::Null, &one),
                kind.call("PUT", &format!("{place}/ID"), &one, &one),
            ];
            let genuine = [&reads, &first, &second][(at + more) % 3];
            let expected = facts(genuine);
            for decoys in [&decoys[..1], &decoys[..2], &decoys[..]] {
                for entries in [[genuine, decoys].concat(), [decoys, decoys, genuine].concat()] {
                    assert_eq!(facts(&entries), expected, "{place} {}", decoys.len());
                }
            }
        }
    }
}

/// Names that parts of anything have show none of them.
#[test]
fn a_list_of_parts_is_a_member_by_names_of_its_own() {
    for (member, parts, is_it) in [
        ("links", json!([{"key": "a", "value": "b"}]), false),
        ("links", json!([{"name": "a", "value": "b"}]), false),
        ("tags", json!([{"id": "a", "name": "b", "type": "c"}]), false),
        ("pairs", json!([{"key": "a", "value": "b", "status": "active"}]), false),
        ("fieldsForTracking", json!([{"key": "a", "value": "b"}]), true),
        ("slots", json!([{"name": "a", "value": "b", "previousName": "c"}]), false),
    ] {
        let mut source = kinds()[2].object(ID);
        source[member] = parts.clone();
        let url = "https://api.funnelflux.pro/v1/trafficsource/list";
        let got = lessons(&[entry("GET", url, 200, &json!([source]))]);
        let theirs: Vec<_> = got.facts.members().filter(|(.., theirs)| *theirs == member).collect();
        assert_eq!(!theirs.is_empty(), is_it, "{member} {parts} {theirs:?}");
    }
}

/// Whether the session has a call of this form.
fn is_genuine(session: &[Value], call: &Value) -> bool {
    let of = |call: &Value| {
        let url = call["request"]["url"].as_str().unwrap().replace(NEW, ID).replace(GROUP, ID);
        (call["request"]["method"].clone(), url.split('?').next().unwrap().to_owned())
    };
    session.iter().any(|own| of(own) == of(call))
}
