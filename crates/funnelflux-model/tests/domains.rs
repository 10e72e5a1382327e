#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at its first surprise"
)]
//! Domains: answers that refuse, and the DNS records to add.

use funnelflux_model::domains::{
    CheckDomainResponse, CloudflareSslStatus, CloudflareStatus, CreateDomainResponse,
    DomainErrorCode, DomainInfo, DomainRequest, DomainResponse, ListDomainsResponse,
};
use proptest::prelude::*;
use serde_json::json;

/// The vendor's own sample of a list.
const SAMPLE: &str = r#"{ "success": true, "domains": [ { "id": "id", "domain": "domain", "cloudflare_id": "cloudflare_id", "status": "status", "ssl_status": "ssl_status", "verification_errors": [ "string" ], "created_at": "created_at" } ], "error_code": "error_code", "error_message": "error_message" }"#;

#[test]
fn the_documented_sample_reads_and_comes_back() {
    let answer: ListDomainsResponse = serde_json::from_str(SAMPLE).unwrap();
    assert_eq!(answer.refusal(), None, "success is true, whatever else it says");
    let domains = answer.domains().unwrap().unwrap();
    assert_eq!(domains[0].id().unwrap().as_deref(), Some("id"));
    assert_eq!(domains[0].status().unwrap(), Some(CloudflareStatus::Unknown("status".into())));
    assert_eq!(domains[0].verification_errors().unwrap(), Some(vec!["string".to_owned()]));
    assert!(!domains[0].is_active());
    assert_eq!(serde_json::to_string(&answer).unwrap(), SAMPLE);
}

#[test]
fn a_refusal_says_why() {
    let refused = |text: &str| {
        serde_json::from_str::<CreateDomainResponse>(text).unwrap().accepted().unwrap_err()
    };
    let taken = refused(
        r#"{"success":false,"error_code":"DOMAIN_EXISTS","error_message":"Already there"}"#,
    );
    assert!(taken.is_taken() && !taken.is_not_found());
    assert_eq!(taken.to_string(), "refused with DOMAIN_EXISTS: Already there");
    let new = refused(r#"{"success":false,"error_code":"QUOTA","message":"Too many"}"#);
    assert_eq!(new.code(), Some(&DomainErrorCode::Unknown("QUOTA".into())));
    assert_eq!(new.message(), Some("Too many"));
    assert!(refused(r#"{"error_code":"NOT_FOUND"}"#).is_not_found());
    assert_eq!(refused(r#"{"success":"no"}"#).to_string(), "refused");
    assert_eq!(refused(r#"{"success":false}"#).answer().text(), r#"{"success":false}"#);
}

#[test]
fn an_accepted_answer_without_a_flag_is_accepted() {
    let answer: CreateDomainResponse = serde_json::from_str(
        r#"{"domain":{"id":"d1","status":"active","ssl_status":"active"},"error_code":""}"#,
    )
    .unwrap();
    assert!(answer.accepted().unwrap().domain().unwrap().unwrap().is_active());
}

#[test]
fn the_domain_of_an_answer_is_found_under_another_name() {
    let find = |text: &str| {
        let answer: CreateDomainResponse = serde_json::from_str(text).unwrap();
        answer.find_domain().and_then(|domain| Some(domain.id().unwrap()?.into_owned()))
    };
    assert_eq!(find(r#"{"domain":{"id":"d1"},"data":{"id":"d2"}}"#).as_deref(), Some("d1"));
    assert_eq!(find(r#"{"success":true,"data":{"id":"d1"}}"#).as_deref(), Some("d1"));
    assert_eq!(find(r#"{"domain":"go.example.com","data":{"id":"d1"}}"#).as_deref(), Some("d1"));
    for unclear in [r#"{"success":true}"#, r#"{"a":{"id":"d1"},"b":{"id":"d2"}}"#] {
        assert_eq!(find(unclear), None, "{unclear}");
    }
}

#[test]
fn a_check_tells_both_states() {
    let check: CheckDomainResponse = serde_json::from_str(
        r#"{"success":true,"found":true,"ssl_valid":false,"http_status":200,"check_timestamp":1700000000,"cloudflare_status":"moved","cloudflare_ssl_status":"pending_validation"}"#,
    )
    .unwrap();
    assert_eq!(check.ssl_valid().unwrap(), Some(false));
    assert_eq!(check.cloudflare_status().unwrap(), Some(CloudflareStatus::Moved));
    assert_eq!(
        check.cloudflare_ssl_status().unwrap(),
        Some(CloudflareSslStatus::PendingValidation)
    );
    assert_eq!(check.check_timestamp().unwrap(), Some(1_700_000_000));
}

#[test]
fn only_bare_domains_are_asked_for() {
    for good in ["go.example.com", "bücher.example", "a.b."] {
        let request = DomainRequest::new(good).unwrap();
        assert_eq!(serde_json::to_value(&request).unwrap(), json!({ "domain": good }));
    }
    for bad in ["", "localhost", "https://a.b", "a.b/c", "a.b:443", "a b.c", ".a.b", "a..b", "."] {
        assert!(DomainRequest::new(bad).is_err(), "{bad}");
    }
}

#[test]
fn records_are_found_at_any_depth_and_once() {
    let record = json!({ "type": "txt", "name": "_v.example.com", "value": "a\"b\\c" });
    let domain: DomainInfo = serde_json::from_value(json!({
        "ssl": { "records": [record, { "txt_name": "_acme", "txt_value": "x" }] },
        "verification": record,
        "other": [{ "type": "A", "name": "@", "content": "192.0.2.1" }, { "type": "A", "name": "x" }],
        "odd": { "type": "CAA", "name": "c", "value": "0 issue" },
    }))
    .unwrap();
    let records = domain.dns_records();
    assert_eq!(records.0.len(), 4);
    assert_eq!(
        records.zone_snippet().unwrap(),
        "@ IN A 192.0.2.1\n_v.example.com. IN TXT \"a\\\"b\\\\c\"\n_acme IN TXT \"x\"\n"
    );
}

#[test]
fn where_nothing_is_recognised_there_is_no_snippet() {
    let domain: DomainInfo = serde_json::from_str(r#"{"records":["cname go edge"]}"#).unwrap();
    assert!(domain.dns_records().0.is_empty());
    assert_eq!(domain.dns_records().zone_snippet(), None);
}

#[test]
fn long_texts_are_cut_into_strings_that_dns_can_hold() {
    let domain: DomainInfo =
        serde_json::from_value(json!({ "type": "TXT", "name": "k", "value": "x".repeat(300) }))
            .unwrap();
    let line = domain.dns_records().zone_snippet().unwrap();
    assert_eq!(line, format!("k IN TXT \"{}\" \"{}\"\n", "x".repeat(255), "x".repeat(45)));
}

proptest! {
    /// A value from the wire must not become a line of its own in the user's zone file.
    #[test]
    fn a_record_is_one_line(kind in "A|AAAA|TXT|CNAME|NS|.{0,5}", name in ".{0,9}|[ \n;a]{1,4}", value in "(?s).{0,20}|[ \n;a\"]{1,6}") {
        let domain: DomainInfo =
            serde_json::from_value(json!({ "type": kind, "name": name, "value": value })).unwrap();
        if let Some(snippet) = domain.dns_records().zone_snippet() {
            prop_assert_eq!(snippet.lines().count(), 1);
            prop_assert!(snippet.starts_with(&name));
        }
    }
}
