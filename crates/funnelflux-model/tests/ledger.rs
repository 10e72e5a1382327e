#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at its first surprise"
)]
//! Assets: what they hold, the rules they keep, what is sent.

use std::collections::BTreeSet;

use funnelflux_id::{Category, FunnelGroup as Group, Id};
use funnelflux_model::{
    Document, Grade, ValidationError,
    ledger::{
        CategoryType, Condition, DuplicateRequest, Funnel, FunnelDuplicateRequest, FunnelGroup,
        Identified, LedgerAsset, LogicScript, LogicScriptDuplicateRequest, Model, OfferSource,
        Page, Status, StatusFilter, TrackingField, TrafficSource,
    },
    reporting::TrackingSlot,
};

const ID: &str = "2nIemJxCKbFX";

fn read<M: Model>(text: &str) -> M {
    serde_json::from_str(text).unwrap()
}

fn fields(error: &ValidationError) -> Vec<&str> {
    error.violations().iter().map(|violation| violation.field.as_str()).collect()
}

#[test]
fn getters_read_and_a_wrong_shape_spoils_one_member_only() {
    let source: TrafficSource = read(
        r#"{"idTrafficSource":"2nIemJxCKbFX","trafficSourceName":7,"idCategory":"","status":"paused",
            "incomingCostModifier":1.5e1,"outgoingRevenueModifier":"110.50","disableZeroRevenuePostbacks":null}"#,
    );
    assert_eq!(source.id().unwrap().unwrap(), ID);
    assert_eq!(
        source.name().unwrap_err().to_string(),
        "the member `trafficSourceName` holds a number, which cannot be read as text"
    );
    assert_eq!(source.category_id().unwrap(), None, "empty is uncategorised");
    assert_eq!(source.status().unwrap(), Some(Status::Unknown("paused".into())));
    assert_eq!(source.incoming_cost_modifier().unwrap(), Some("15".parse().unwrap()));
    assert_eq!(source.outgoing_revenue_modifier().unwrap(), Some("110.50".parse().unwrap()));
    assert_eq!(source.disable_zero_revenue_postbacks().unwrap(), None);
    assert_eq!(source.default_cost().unwrap(), None);
}

#[test]
fn an_id_that_is_none_is_told_and_still_readable() {
    let source: OfferSource = read(r#"{"idOfferSource":"8001000000000001"}"#);
    let error = source.id().unwrap_err().to_string();
    assert!(error.starts_with("the member `idOfferSource` is not an asset id"), "{error}");
    assert_eq!(source.id_text(), "8001000000000001");
    assert_eq!(source.asset_id_text(), "8001000000000001");
    assert_eq!(fields(&source.validate().unwrap_err()), ["idOfferSource"]);
}

#[test]
fn numbers_keep_every_digit_and_too_many_are_refused_not_rounded() {
    let text = r#"{"incomingCostModifier":1.2345678901234567890123456789012345}"#;
    let source: TrafficSource = read(text);
    assert!(source.incoming_cost_modifier().is_err());
    assert_eq!(source.document().text(), text);
}

#[test]
fn every_spelling_of_a_number_is_read_exactly() {
    let modifier = |json: &str| {
        let source: TrafficSource = read(&format!(r#"{{"incomingCostModifier":{json}}}"#));
        source.incoming_cost_modifier().ok().flatten().map(|number| number.to_string())
    };
    for (json, number) in
        [("1e2", "100"), ("1.50", "1.50"), ("\"0.10\"", "0.10"), ("25E-1", "2.5"), ("-0.5", "-0.5")]
    {
        assert_eq!(modifier(json).as_deref(), Some(number), "{json}");
    }
    for json in ["\"1_000\"", "\"\"", "\"{cost}\"", "1e40", "1e-40", "true", "[]"] {
        assert_eq!(modifier(json), None, "{json}");
    }
    let page: Page = read(r#"{"numberOfActions":-1}"#);
    assert_eq!(
        page.number_of_actions().unwrap_err().to_string(),
        "the member `numberOfActions` holds a number, which cannot be read as a whole number that \
         is not negative"
    );
}

#[test]
fn uncategorised_is_the_empty_string() {
    let mut source = OfferSource::new(ID.parse().unwrap(), "Acme");
    source.set_category_id(Some("2n5JuOKWLTzd".parse::<Id<Category>>().unwrap()));
    source.set_category_id(None);
    assert_eq!(source.document().get("idCategory").unwrap().get(), "\"\"");
}

#[test]
fn percentages_out_of_range_are_named_all_at_once() {
    let mut source = TrafficSource::new(ID.parse().unwrap(), "Ads");
    source
        .set_incoming_cost_modifier("500".parse().unwrap())
        .set_outgoing_revenue_modifier("500.01".parse().unwrap())
        .set_outgoing_postback_probability("-1".parse().unwrap());
    let error = source.validate().unwrap_err();
    assert_eq!(fields(&error), ["outgoingRevenueModifier", "outgoingPostbackProbability"]);
    assert_eq!(
        error.to_string(),
        "outgoingRevenueModifier: got `500.01`; expected a number from 0 to 500; also \
         outgoingPostbackProbability: got `-1`; expected a number from 0 to 100"
    );
    source.document_mut().set("incomingCostModifier", "lots").unwrap();
    assert_eq!(source.validate().unwrap_err().violations()[0].value, "a string");
}

#[test]
fn a_tracking_field_is_changed_among_its_neighbours() {
    let mut source: TrafficSource = read(
        r#"{"trackingFieldSlots":{"c1":{"name":"adset","value":"{{adset.id}}","extra":1.0},"c2":{}}}"#,
    );
    let mut field = source.tracking_field(TrackingSlot::C1).unwrap().unwrap();
    field.set_name("ad");
    source.set_tracking_field(TrackingSlot::C1, &field).unwrap();
    source.set_tracking_field(TrackingSlot::External, &TrackingField::default()).unwrap();
    assert_eq!(
        source.document().text(),
        r#"{"trackingFieldSlots":{"c1":{"name":"ad","value":"{{adset.id}}","extra":1.0},"c2":{},"external":{}}}"#
    );
}

#[test]
fn what_the_server_manages_is_left_out_of_what_is_sent() {
    let text = r#"{"idLogicScript":"2nIemJxCKbFX","codeHash":"ab","logicScriptName":"Geo", "code":"return \"us\"","owner":{"id":7}}"#;
    let script: LogicScript = read(text);
    assert_eq!(script.code_hash().unwrap().as_deref(), Some("ab"));
    assert_eq!(script.owner().unwrap().get(), r#"{"id":7}"#);
    assert_eq!(
        script.for_save().unwrap().text(),
        r#"{"idLogicScript":"2nIemJxCKbFX","logicScriptName":"Geo", "code":"return \"us\""}"#
    );
    assert_eq!(script.document().text(), text, "the asset itself keeps them");
}

#[test]
fn a_script_has_a_name_and_at_most_ten_kilobytes() {
    let mut script = LogicScript::new(ID.parse().unwrap(), " \t");
    script.set_code(&"x".repeat(10_241));
    assert_eq!(fields(&script.validate().unwrap_err()), ["logicScriptName", "code"]);
    script.set_name("Geo").set_code(&"x".repeat(10_240));
    script.validate().unwrap();
}

#[test]
fn a_funnel_group_is_read_by_either_name_and_made_with_both() {
    let legacy: FunnelGroup = read(r#"{"idCampaign":"2nIemJxCKbFX","campaignName":"Old"}"#);
    assert_eq!(legacy.asset_id().unwrap().unwrap(), ID);
    assert_eq!(legacy.asset_name(), "Old");
    let mut renamed = legacy.clone();
    renamed.set_asset_name("New");
    assert_eq!(renamed.document().text(), r#"{"idCampaign":"2nIemJxCKbFX","campaignName":"New"}"#);
    let new = FunnelGroup::create(ID.parse().unwrap(), "Mine");
    assert_eq!(
        new.document().text(),
        r#"{"idFunnelGroup":"2nIemJxCKbFX","idCampaign":"2nIemJxCKbFX","funnelGroupName":"Mine","campaignName":"Mine"}"#
    );
    new.validate_new().unwrap();
    assert_eq!(FunnelGroup::ID_MEMBERS[0], "idFunnelGroup");
}

#[test]
fn a_funnels_group_and_its_alias_do_not_part() {
    let other: Id<Group> = "2n5JuOKWLTzd".parse().unwrap();
    let mut funnel: Funnel = read(
        r#"{"idFunnel":"2nIemJxCKbFX","idCampaign":"2nIemJxCKbFX","idFunnelGroup":"2nIemJxCKbFX"}"#,
    );
    funnel.set_group_id(other);
    assert_eq!(
        funnel.document().text(),
        r#"{"idFunnel":"2nIemJxCKbFX","idCampaign":"2n5JuOKWLTzd","idFunnelGroup":"2n5JuOKWLTzd"}"#
    );
    let only_alias: Funnel = read(r#"{"idCampaign":"2n5JuOKWLTzd"}"#);
    assert_eq!(only_alias.group_id().unwrap(), Some(other));
}

#[test]
fn a_new_funnel_is_made_in_a_group() {
    let mut funnel = Funnel::create(ID.parse().unwrap(), "Shoes");
    funnel.validate().unwrap();
    assert_eq!(fields(&funnel.for_create().unwrap_err()), ["idFunnelGroup"]);
    funnel.set_group_id("2n5JuOKWLTzd".parse().unwrap());
    funnel.for_create().unwrap();
}

#[test]
fn a_funnels_route_keys_are_checked_and_its_graph_kept() {
    let text = r#"{"idFunnel":"2nIemJxCKbFX","owner":"me","nodes":[{"posX":0.50}],"connections":[{"connectionLogicParams":{"onRouteKeys":["us","Tier One",""]}},{}]}"#;
    let funnel: Funnel = read(text);
    assert_eq!(
        fields(&funnel.validate().unwrap_err()),
        [
            "connections[0].connectionLogicParams.onRouteKeys[1]",
            "connections[0].connectionLogicParams.onRouteKeys[2]"
        ]
    );
    let good: Funnel = read(&text.replace("Tier One", "tier_1").replace(",\"\"", ""));
    assert_eq!(
        good.for_save().unwrap().text(),
        text.replace("Tier One", "tier_1").replace(",\"\"", "").replace(r#""owner":"me","#, "")
    );
}

#[test]
fn money_keeps_the_spelling_it_came_in() {
    let mut funnel: Funnel = read(r#"{"defaultCost":"0.10"}"#);
    funnel.set_default_cost("0.1".parse().unwrap());
    assert!(!funnel.document().is_changed());
    funnel.set_default_cost("0.25".parse().unwrap());
    assert_eq!(funnel.document().text(), r#"{"defaultCost":"0.25"}"#);
    let mut funnel: Funnel = read(r#"{"defaultCost":0.10}"#);
    funnel.set_default_cost("0.25".parse().unwrap());
    assert_eq!(funnel.document().text(), r#"{"defaultCost":0.25}"#);
}

#[test]
fn references_in_an_asset_are_checked_too() {
    let mut condition = Condition::new(ID.parse().unwrap(), "Mobile?");
    condition.document_mut().set("idCategory", "misc").unwrap();
    condition.document_mut().set("restrictToFunnelId", "").unwrap();
    assert_eq!(fields(&condition.validate().unwrap_err()), ["idCategory"]);
}

#[test]
fn every_word_is_read_as_it_is_written() {
    for word in CategoryType::KNOWN {
        assert_eq!(&CategoryType::from(word.as_str()), word);
        assert_eq!(word.grade(), Grade::Documented);
    }
    let spelled: BTreeSet<&str> = StatusFilter::KNOWN.iter().map(StatusFilter::as_str).collect();
    assert_eq!(
        spelled,
        ["", "active", "all", "archived", "deleted", "not-deleted"].into_iter().collect()
    );
    let odd: CategoryType = serde_json::from_str("\"od\\u0064\"").unwrap();
    assert_eq!(odd, CategoryType::Unknown("odd".into()));
    assert_eq!(odd.grade(), Grade::Unknown);
    assert_eq!(serde_json::to_string(&odd).unwrap(), "\"odd\"");
}

#[test]
fn guesses_are_marked_in_the_table_of_members() {
    let grade = |name: &str| {
        Page::MEMBERS.iter().find(|member| member.name == name).map(|member| member.grade)
    };
    assert_eq!(grade("baseURL"), Some(Grade::Inferred));
    assert_eq!(grade("pageName"), Some(Grade::Sibling));
    assert_eq!(grade("status"), Some(Grade::Inferred));
    let managed: Vec<&str> = LogicScript::MEMBERS
        .iter()
        .filter(|member| member.server_managed)
        .map(|member| member.name)
        .collect();
    assert_eq!(managed, ["codeHash", "owner"]);
}

#[test]
fn what_the_server_has_it_may_keep_and_what_changes_is_checked() {
    let text = r#"{"idOfferSource":"2nIemJxCKbFX","offerSourceName":"Old","idCategory":"0"}"#;
    let mut document = Document::parse(text).unwrap();
    assert_eq!(
        fields(&OfferSource::from_document(document.clone()).validate().unwrap_err()),
        ["idCategory"]
    );
    document.mark_saved();
    let mut source = OfferSource::from_document(document);
    source.set_name("New");
    assert_eq!(source.for_save().unwrap().text(), text.replace("Old", "New"));
    source.document_mut().set("idCategory", "1").unwrap();
    assert_eq!(fields(&source.for_save().unwrap_err()), ["idCategory"]);
}

#[test]
fn an_asset_keeps_the_id_that_it_was_read_with() {
    let mut document = Document::parse(r#"{"idOfferSource":"2nIemJxCKbFX"}"#).unwrap();
    document.mark_saved();
    let mut source = OfferSource::from_document(document);
    source.set_id("2n5JuOKWLTzd".parse().unwrap());
    assert_eq!(fields(&source.for_save().unwrap_err()), ["idOfferSource"]);
    source.for_create().unwrap();

    // The same id under its other name is the same id.
    let mut document = Document::parse(r#"{"idCampaign":"2nIemJxCKbFX"}"#).unwrap();
    document.mark_saved();
    let mut group = FunnelGroup::from_document(document);
    group.set_only_funnel_group_id(ID.parse().unwrap());
    group.for_save().unwrap();
}

#[test]
fn a_funnel_group_is_renamed_under_both_its_names() {
    let mut group: FunnelGroup =
        serde_json::from_str(r#"{"idCampaign":"2nIemJxCKbFX","campaignName":"Old"}"#).unwrap();
    group.set_asset_name("New");
    assert_eq!(group.document().text(), r#"{"idCampaign":"2nIemJxCKbFX","campaignName":"New"}"#);
    let mut group = FunnelGroup::new(ID.parse().unwrap(), "Old");
    group.set_asset_name("New");
    assert_eq!(group.funnel_group_name().unwrap(), group.campaign_name().unwrap());
    assert_eq!(group.asset_name(), "New");
}

#[test]
fn a_new_funnels_cost_is_a_number_and_an_old_ones_keeps_its_kind() {
    let mut funnel = Funnel::new(ID.parse().unwrap(), "F", ID.parse().unwrap());
    funnel.set_default_cost("0.05".parse().unwrap());
    assert_eq!(funnel.document().get("defaultCost").unwrap().get(), "0.05");
    let mut funnel: Funnel = serde_json::from_str(r#"{"defaultCost":"0.10"}"#).unwrap();
    funnel.set_default_cost("0.1".parse().unwrap());
    assert!(!funnel.document().is_changed());
    funnel.set_default_cost("0.05".parse().unwrap());
    assert_eq!(funnel.document().text(), r#"{"defaultCost":"0.05"}"#);
}

#[test]
fn copies_are_asked_for_as_documented() {
    let group: Id<Group> = ID.parse().unwrap();
    let funnel = FunnelDuplicateRequest::new("Copy", group).set("defaultCost", "0.50").unwrap();
    assert_eq!(
        serde_json::to_string(&funnel).unwrap(),
        r#"{"name":"Copy","parentId":"2nIemJxCKbFX","bodyUpdates":{"defaultCost":"0.50"}}"#
    );
    let funnel = funnel.set("idFunnelGroup", ID).unwrap().set("owner", "me").unwrap();
    assert_eq!(
        fields(&funnel.validate().unwrap_err()),
        ["bodyUpdates.idFunnelGroup", "bodyUpdates.owner"]
    );

    let text = r#"{"name":"Copy","bodyUpdates":{"idCampaign":"x"},"new":1.50}"#;
    let by_hand = FunnelDuplicateRequest::from_document(Document::parse(text).unwrap());
    assert_eq!(fields(&by_hand.validate().unwrap_err()), ["parentId", "bodyUpdates.idCampaign"]);
    assert!(by_hand.document().text().contains("\"new\":1.50"));
    for (rest, wrong) in [
        (r#""parentId":"2nIemJxCKbFX""#, &[][..]),
        (r#""parentId":"x""#, &["parentId"]),
        (r#""parentId":5"#, &["parentId"]),
        (r#""parentId":null"#, &["parentId"]),
        (r#""parentId":"  ""#, &["parentId"]),
        (
            r#""parentId":"2nIemJxCKbFX","bodyUpdates":{"nodes":[{"idNode":"x"}]}"#,
            &["bodyUpdates.nodes[0].idNode"],
        ),
        (r#""parentId":"x","bodyUpdates":{"idFunnel":"x"}"#, &["bodyUpdates.idFunnel", "parentId"]),
    ] {
        let text = format!(r#"{{"name":"Copy",{rest}}}"#);
        let by_hand = FunnelDuplicateRequest::from_document(Document::parse(&text).unwrap());
        let found =
            by_hand.validate().map_or_else(|error| fields(&error).join(" "), |()| String::new());
        assert_eq!(found, wrong.join(" "), "{rest}");
    }
    let other = Document::parse(r#"{"name":"Copy","parentId":"x"}"#).unwrap();
    let other = DuplicateRequest::from_document(other).validate();
    assert_eq!(fields(&other.unwrap_err()), ["parentId"]);

    let script = LogicScriptDuplicateRequest::new("Copy").set("description", "x").unwrap();
    let script = script.set("idCategory", "").unwrap();
    assert_eq!(
        serde_json::to_string(&script).unwrap(),
        r#"{"name":"Copy","bodyUpdates":{"description":"x","idCategory":""}}"#
    );
    script.validate().unwrap();
    assert!(script.set("code", "return 1").unwrap().validate().is_err());

    let plain = DuplicateRequest::new("Copy").parent_id(ID.parse().unwrap());
    assert_eq!(
        serde_json::to_string(&plain.clone()).unwrap(),
        r#"{"name":"Copy","parentId":"2nIemJxCKbFX"}"#
    );
    let changed = plain.set("baseURL", "x").unwrap();
    assert_eq!(
        changed.document().text(),
        r#"{"name":"Copy","parentId":"2nIemJxCKbFX","bodyUpdates":{"baseURL":"x"}}"#
    );
}

#[test]
fn members_that_hold_something_else_are_named_and_the_rest_stays_usable() {
    let page: Page = serde_json::from_str(
        r#"{"pageName":7,"pageType":"hologram","offerParams":{"payout":"much"},"numberOfActions":3}"#,
    )
    .unwrap();
    let misfits: Vec<String> = page.misfits().iter().map(ToString::to_string).collect();
    assert_eq!(misfits.len(), 2, "{misfits:?}");
    assert!(misfits[0].contains("`pageName`") && misfits[1].contains("`payout`"), "{misfits:?}");
    assert_eq!(page.number_of_actions().unwrap(), Some(3));
    assert!(Page::default().misfits().is_empty());
}
