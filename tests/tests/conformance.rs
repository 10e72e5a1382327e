//! Every method of every client, once: against the emulator in this process, or, as
//! `cargo xtask conformance` does it, against whatever `FUNNELFLUX_CONFORMANCE_URL` and
//! `FUNNELFLUX_CONFORMANCE_TOKEN` say.
//!
//! Both flows end by comparing the operations that were answered with those of the contract, so an
//! operation without a method, or a method that calls another one, is found here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::indexing_slicing, reason = "test code")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use funnelflux::domains::WaitOptions;
use funnelflux::emulator::{Emulator, EmulatorBuilder};
use funnelflux::id::Id;
use funnelflux::ledger::{
    AssetKind, Assets, BulkOptions, DynamicAssets, IdOf, Kind, Ledger, ListFilter, Supports, Verb,
    verb,
};
use funnelflux::model::Document;
use funnelflux::model::explorer::{HitLookup, VisitorLookup};
use funnelflux::model::ledger::{
    Category, CategoryType, DuplicateRequest, Funnel, FunnelDuplicateRequest, FunnelGroup,
    Identified as _, LedgerAsset, LogicScript, LogicScriptDuplicateRequest, Model as _,
};
use funnelflux::model::logs::LogRequest;
use funnelflux::model::reporting::MergeOptions;
use funnelflux::model::updates::{
    Conversion, ConversionsUpdate, CostSegment, CostUpdate, PostbackCalls, ResetRequest,
};
use funnelflux::operations;
use funnelflux::prelude::*;
use funnelflux::reporting::{ResetToken, SplitOptions};
use funnelflux::testing::EmulatorTimer;
use funnelflux::transport::{Call, CallOptions, Event, Observer, Secret};
use funnelflux_tests::time::standing_clock;

/// The operations that were answered with success.
#[derive(Default)]
struct Answered(Mutex<BTreeSet<String>>);

impl Observer for Answered {
    fn on_event(&self, call: &Call, event: &Event<'_>) {
        if let Event::Finished { outcome: Ok(status), .. } = event
            && status.is_success()
        {
            self.0.lock().unwrap().insert(call.operation().id().to_owned());
        }
    }
}

struct Server {
    /// Dropped, it stops serving.
    _emulator: Option<Emulator>,
    access: String,
    client: FunnelFlux,
    answered: Arc<Answered>,
}

impl Server {
    async fn start() -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let builder = FunnelFlux::builder();
        let (emulator, builder, access) = match variable("FUNNELFLUX_CONFORMANCE_URL") {
            Some(url) => {
                let token = variable("FUNNELFLUX_CONFORMANCE_TOKEN");
                let token = token.expect("FUNNELFLUX_CONFORMANCE_TOKEN goes with the URL");
                (None, builder.base_url(url), token)
            }
            None => {
                let clock = standing_clock();
                let emulator = Emulator::builder().clock(clock.clone()).start().await.unwrap();
                let token = emulator.access_token();
                let builder = builder
                    .base_url(emulator.base_url())
                    .timer(Arc::new(EmulatorTimer::new(&clock)));
                (Some(emulator), builder, token)
            }
        };
        let answered = Arc::new(Answered::default());
        let client = builder
            .access_token(access.clone())
            .rate_limit(RateLimit::unlimited())
            .observer(answered.clone())
            .build()
            .unwrap();
        Self { _emulator: emulator, access, client, answered }
    }

    /// Operations of these sections that were not answered with success.
    fn missing(&self, sections: &[&str]) -> Vec<&'static str> {
        let answered = self.answered.0.lock().unwrap();
        operations::all()
            .map(|operation| operation.id())
            .filter(|id| sections.iter().any(|section| id.starts_with(section)))
            .filter(|id| !answered.contains(*id))
            .collect()
    }
}

/// A day that the emulator has traffic on, whatever its clock says.
fn day() -> TimeRange {
    TimeRange::days("2023-10-02", "2023-10-02", &"Europe/Berlin".parse::<Zone>().unwrap()).unwrap()
}

// ── reporting ────────────────────────────────────────────────────────────────────────────────

async fn reports(reporting: &Reporting) {
    let attributes = reporting.attributes().await.unwrap();
    assert!(!attributes.attributes.is_empty());

    let by_funnel = DrilldownRequest::builder(day()).attribute(Attribute::ELEMENT_FUNNEL);
    let request = by_funnel.clone().build().unwrap();
    assert!(!reporting.drilldown(&request).await.unwrap().is_empty());
    let options = CallOptions::new().with_timeout(Duration::from_secs(60));
    assert!(!reporting.drilldown_with(&request, options).await.unwrap().is_empty());

    let only = AttributeSelection::tracking_field(TrackingSlot::C1).whitelist(["*"]);
    let without = AttributeSelection::tracking_field(TrackingSlot::C2).blacklist(["none-*"]);
    let filtered = by_funnel
        .attribute(AttributeSelection::tracking_field(TrackingSlot::C3))
        .filter(only)
        .filter(without)
        .build()
        .unwrap();
    reporting.drilldown(&filtered).await.unwrap();

    let wanted = [Metric::VISITS, Metric::REVENUE];
    let options = SplitOptions::new(MergeOptions::new().select(wanted)).by_days();
    assert!(!reporting.drilldown_split(&request, options).await.unwrap().report.is_empty());
}

/// An offer hit that did not convert, its visitor and its funnel and traffic source.
struct Hit {
    hit: String,
    visitor: String,
    funnel: String,
    source: String,
}

async fn raw_events(reporting: &Reporting) -> Hit {
    let request = || RawEventsRequest::builder(day()).hits().clicks().conversions();
    let page = request().page(0, 10).build().unwrap();
    assert_eq!(reporting.raw_events_page(&page).await.unwrap().rows.len(), 10);

    let mut events = reporting.raw_events(request().page(0, 200).build().unwrap());
    let mut found = None;
    while let Some(event) = events.next().await {
        let event = event.unwrap();
        let text = |name: &str| event.text(name).map(|text| text.into_owned());
        if text("pageType").as_deref() == Some("offer") && text("kind").as_deref() == Some("hit") {
            found = Some(Hit {
                hit: event.hit_id().unwrap().into_owned(),
                visitor: event.visitor_id().unwrap().into_owned(),
                funnel: text("idFunnel").unwrap(),
                source: text("idTrafficSource").unwrap(),
            });
        }
    }
    found.unwrap()
}

async fn updates(reporting: &Reporting, hit: &Hit) {
    let conversion = || Conversion::new(hit.hit.parse().unwrap());
    let update = ConversionsUpdate::builder(PostbackCalls::OnlyOnce)
        .conversion(conversion().transaction("order-7").payout("12.50".parse().unwrap()))
        .conversion(conversion().transaction("order-8"))
        .conversion(Conversion::delete(hit.hit.parse().unwrap()))
        .build()
        .unwrap();
    reporting.conversions_update(&update).await.unwrap();
    reporting.custom_events_update("{}").await.unwrap();

    let (funnel, source) = (hit.funnel.parse().unwrap(), hit.source.parse().unwrap());
    let segment = |value: &str| {
        CostSegment::builder(funnel, source, day())
            .tracking_field(TrackingSlot::C1, [value])
            .whole_segment("1.25".parse().unwrap())
            .build()
            .unwrap()
    };
    let update = CostUpdate::new([segment("a"), segment("b")]).unwrap();
    reporting.cost_update(&update.plan()[0]).await.unwrap();
    let sent = update.plan().len();
    assert_eq!(reporting.cost_submit(update.plan()).await.unwrap().len(), sent);

    let request = ResetRequest::builder(day())
        .funnels([funnel])
        .traffic_sources([source])
        .country_codes(["DE"])
        .visitors([hit.visitor.parse().unwrap()])
        .ips(["192.0.2.7".parse().unwrap()])
        .tracking_field(TrackingSlot::C1, ["a"])
        .build()
        .unwrap();
    let token = reporting.reset_validate(&request).await.unwrap();
    let again = ResetToken::from_count(token.request().clone(), token.hits()).unwrap();
    reporting.reset_perform(again).await.unwrap();
}

async fn logs_and_look_ups(reporting: &Reporting, hit: &Hit) {
    let request = LogRequest::builder(day()).build().unwrap();
    reporting.postback_log(&request).await.unwrap().rows().unwrap();
    reporting.webhook_summary(&request).await.unwrap().rows().unwrap();
    reporting.middleware_summary(&request).await.unwrap().rows().unwrap();

    let by_visitor = VisitorLookup::by_visitor(hit.visitor.parse().unwrap(), day());
    let visitor = reporting.explore_visitor(&by_visitor).await.unwrap();
    assert!(!visitor.rows().unwrap().is_empty());
    let by_hit = VisitorLookup::by_hit(hit.hit.parse().unwrap());
    assert!(!reporting.explore_visitor(&by_hit).await.unwrap().rows().unwrap().is_empty());
    reporting.explore_hit(&HitLookup::new(hit.hit.parse().unwrap())).await.unwrap();
}

// ── domains and tokens ───────────────────────────────────────────────────────────────────────

async fn domains(domains: &funnelflux::domains::Domains) {
    let name = "conformance.example.com";
    let created = domains.create(name).await.unwrap();
    let id = created.id().unwrap().unwrap().into_owned();
    assert!(domains.list().await.unwrap().iter().any(|d| d.id().unwrap().unwrap() == id));
    domains.check(name).await.unwrap();
    domains.get(&id).await.unwrap();
    domains.refresh(&id).await.unwrap();
    let options = WaitOptions::new().with_patience(Duration::ZERO);
    match domains.wait_until_active(&id, options).await {
        Ok(domain) => assert!(domain.is_active()),
        Err(error) => assert!(error.is_timeout(), "{error}"),
    }
    domains.delete(&id).await.unwrap();
}

async fn tokens(server: &Server) {
    let auth = server.client.auth();
    let session = auth.validate(&Secret::new(server.access.clone()), None).await.unwrap();
    assert!(!session.tokens.access_token.expose().is_empty());
    // What the members are called is not known: the emulator takes any names.
    let credentials = BTreeMap::from([
        ("login", EmulatorBuilder::DEFAULT_LOGIN),
        ("password", EmulatorBuilder::DEFAULT_PASSWORD),
    ]);
    let fresh = auth.login(&credentials).await.unwrap();
    assert_ne!(fresh.tokens.access_token.expose(), session.tokens.access_token.expose());
}

#[tokio::test]
async fn every_report_update_log_domain_and_token_method_is_answered() {
    let server = Server::start().await;
    let reporting = server.client.reporting();
    reports(reporting).await;
    let hit = raw_events(reporting).await;
    logs_and_look_ups(reporting, &hit).await;
    Box::pin(updates(reporting, &hit)).await;
    domains(server.client.domains()).await;
    tokens(&server).await;

    let missing = server.missing(&["auth.", "billing.", "reporting."]);
    assert_eq!(missing, Vec::<&str>::new());
}

// ── assets, by their types ───────────────────────────────────────────────────────────────────

fn rename<A: LedgerAsset>(asset: &mut A) -> Result<(), funnelflux::transport::BoxError> {
    asset.set_asset_name("Renamed");
    Ok(())
}

fn new<A: LedgerAsset>(name: &str) -> (Id<A::Marker>, A) {
    let id = Id::generate().unwrap();
    (id, A::create(id, name))
}

/// The methods of every kind that can be created and changed, each once.
async fn made_and_changed<K>(assets: &Assets<K>, prepare: impl Fn(&mut K::Model)) -> IdOf<K>
where
    K: Supports<verb::List>
        + Supports<verb::FindById>
        + Supports<verb::FindByIds>
        + Supports<verb::Create>
        + Supports<verb::Update>,
{
    let made = |name: &str| {
        let (id, mut asset) = new::<K::Model>(name);
        prepare(&mut asset);
        (id, asset)
    };
    let ((id, first), (second_id, second), (_, third)) = (made("1"), made("2"), made("3"));
    assets.create_call(&first).unwrap().send().await.unwrap();
    assets.create(&second).await.unwrap();
    let options = BulkOptions::new;
    assert!(assets.create_all(std::slice::from_ref(&third), options()).await.is_all_ok());
    assert!(assets.create_missing(&[first, third], options()).await.is_all_ok());
    assert!(assets.create_if_missing(&second).await.unwrap().is_none());

    assets.list(&ListFilter::new()).await.unwrap();
    let found = assets.find_by_id(&id).await.unwrap().into_inner();
    assets.try_find_by_id(&id).await.unwrap().unwrap();
    assert_eq!(assets.find_by_ids(&[id, second_id]).await.unwrap().len(), 2);
    assert!(assets.find_all(&[id], options()).await.is_all_ok());

    assets.update(&found).await.unwrap();
    assert!(!assets.edit(&id, rename).await.unwrap().changed.is_empty());
    assert!(assets.edit_all(&[second_id], rename, options()).await.is_all_ok());
    let edits = [(id, "First"), (second_id, "Second")];
    let name = |asset: &mut K::Model, name: &&str| {
        asset.set_asset_name(name);
        Ok(())
    };
    assert!(assets.edit_each(&edits, name, options()).await.is_all_ok());
    id
}

/// Copied, archived and deleted.
async fn copied_and_removed<K>(assets: &Assets<K>, id: &IdOf<K>)
where
    K: Kind<CopyRequest = DuplicateRequest>
        + Supports<verb::FindByStatus>
        + Supports<verb::Duplicate>
        + Supports<verb::Archive>
        + Supports<verb::Delete>,
{
    assets.find_by_status("active").await.unwrap();
    assets.duplicate(id, &DuplicateRequest::new("Copy")).await.unwrap();
    assets.archive(&[*id]).await.unwrap();
    assert!(assets.archive(&[*id]).send_each(BulkOptions::new()).await.is_all_ok());
    assets.delete(&[*id]).await.unwrap();
}

async fn a_category(ledger: &Ledger, of: &str) -> Id<funnelflux::id::Category> {
    let (id, mut category) = new::<Category>("Drawer");
    category.set_category_type(&CategoryType::from(of));
    ledger.categories().create(&category).await.unwrap();
    id
}

/// Everything that most assets have.
async fn all_of<K>(ledger: &Ledger, assets: &Assets<K>, category_type: &str, extra: &[(&str, &str)])
where
    K: Kind<CopyRequest = DuplicateRequest, Parent = funnelflux::id::Category>
        + Supports<verb::List>
        + Supports<verb::FindById>
        + Supports<verb::FindByIds>
        + Supports<verb::FindByStatus>
        + Supports<verb::FindByCategory>
        + Supports<verb::Create>
        + Supports<verb::Update>
        + Supports<verb::Duplicate>
        + Supports<verb::Archive>
        + Supports<verb::Unarchive>
        + Supports<verb::Move>
        + Supports<verb::Delete>,
{
    let id = made_and_changed(assets, |asset| {
        for (name, value) in extra {
            asset.document_mut().set(name, value).unwrap();
        }
    })
    .await;
    let category = a_category(ledger, category_type).await;
    assets.move_to(&[id], Some(&category)).await.unwrap();
    let found = assets.find_by_category(&category).await.unwrap();
    assert_eq!(found.len(), 1, "{}", K::KIND.name);
    assert!(assets.move_to(&[id], None).send_each(BulkOptions::new()).await.is_all_ok());
    assets.archive(&[id]).await.unwrap();
    assets.unarchive(&[id]).await.unwrap();
    assert!(assets.unarchive(&[id]).send_each(BulkOptions::new()).await.is_all_ok());
    copied_and_removed(assets, &id).await;
    assert!(assets.delete(&[id]).send_each(BulkOptions::new()).await.results.len() == 1);
}

async fn funnels(ledger: &Ledger) {
    let (group, new_group) = new::<FunnelGroup>("Group");
    ledger.funnel_groups().create(&new_group).await.unwrap();
    let funnels = ledger.funnels();
    let id = made_and_changed(funnels, |funnel: &mut Funnel| {
        funnel.set_group_id(group);
    })
    .await;
    let (other, other_group) = new::<FunnelGroup>("Other group");
    ledger.current_funnel_groups().create(&other_group).await.unwrap();
    funnels.move_to(&[id], Some(&other)).await.unwrap();
    funnels.find_by_status("active").await.unwrap();
    funnels.find_by_type("default").await.unwrap();
    let category = a_category(ledger, "trafficsources").await;
    funnels.find_by_category(&category).await.unwrap();
    funnels.duplicate(&id, &FunnelDuplicateRequest::new("Copy", group)).await.unwrap();
    funnels.archive(&[id]).await.unwrap();
    funnels.unarchive(&[id]).await.unwrap();
    funnels.delete(&[id]).await.unwrap();
}

/// The kinds that the flow below goes through by their types.
const TYPED: [&str; 14] = [
    "traffic-sources",
    "offer-sources",
    "conditions",
    "pages",
    "page-groups",
    "webhook-configs",
    "middleware-configs",
    "funnel-groups",
    "current-funnel-groups",
    "funnels",
    "logic-scripts",
    "categories",
    "visitor-tags",
    "traffic-source-categories",
];

#[tokio::test]
async fn every_typed_method_of_every_asset_is_answered() {
    let server = Server::start().await;
    let ledger = server.client.ledger();
    all_of(ledger, ledger.traffic_sources(), "trafficsources", &[]).await;
    all_of(ledger, ledger.offer_sources(), "offersources", &[]).await;
    all_of(ledger, ledger.conditions(), "condition", &[]).await;
    all_of(ledger, ledger.pages(), "lander", &[("pageType", "lander")]).await;
    all_of(ledger, ledger.page_groups(), "landerGroup", &[]).await;
    all_of(ledger, ledger.webhook_configs(), "webhookconfig", &[]).await;
    all_of(ledger, ledger.middleware_configs(), "middlewareconfig", &[]).await;

    let groups = ledger.funnel_groups();
    let id = made_and_changed(groups, |_| {}).await;
    copied_and_removed(groups, &id).await;
    let groups = ledger.current_funnel_groups();
    let id = made_and_changed(groups, |_| {}).await;
    groups.archive(&[id]).await.unwrap();
    groups.unarchive(&[id]).await.unwrap();
    copied_and_removed(groups, &id).await;
    funnels(ledger).await;

    let scripts = ledger.logic_scripts();
    let id = made_and_changed(scripts, |_: &mut LogicScript| {}).await;
    scripts.duplicate(&id, &LogicScriptDuplicateRequest::new("Copy")).await.unwrap();
    made_and_changed(ledger.categories(), |category| {
        category.set_category_type(&CategoryType::OfferSources);
    })
    .await;
    made_and_changed(ledger.visitor_tags(), |_| {}).await;
    ledger.traffic_source_categories().list(&ListFilter::new()).await.unwrap();

    // The dynamic flow below covers the kinds that have no line above.
    let others = AssetKind::all().iter().filter(|kind| !TYPED.contains(&kind.name));
    let others: Vec<&str> =
        others.flat_map(|kind| kind.verbs).map(|(_, operation)| operation.id()).collect();
    let mut missing = server.missing(&["ledger."]);
    missing.retain(|id| !others.contains(id));
    assert_eq!(missing, Vec::<&str>::new());
}

// ── assets, dynamically ──────────────────────────────────────────────────────────────────────────

/// An object of this kind under a new id, with what a new one must have.
fn object(assets: &DynamicAssets, name: &str, members: &[(&str, &str)]) -> (AssetId, Document) {
    let id = funnelflux::id::new_id().unwrap();
    let mut object = Document::parse("{}").unwrap();
    object.set(assets.kind().id_members[0], id.as_str()).unwrap();
    object.set(assets.kind().name_members[0], name).unwrap();
    for (member, value) in members {
        object.set(member, value).unwrap();
    }
    (id, object)
}

async fn all_dynamic(ledger: &Ledger, assets: &DynamicAssets, group: &AssetId, category: &str) {
    let name = assets.kind().name;
    let can = |verb| assets.kind().operation(verb).is_some();
    assets.list(&ListFilter::new()).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    if !can(Verb::Create) {
        return;
    }
    let members: &[(&str, &str)] = match name {
        "funnels" => &[("idFunnelGroup", group.as_str())],
        "categories" => &[("categoryType", "offersources")],
        "pages" => &[("pageType", "lander")],
        _ => &[],
    };
    let (id, first) = object(assets, "First", members);
    let created = assets.create(&first).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    assert!(!created.was_lost);
    let found = assets.find_by_id(&id).await.unwrap().into_inner();
    assets.try_find_by_id(&id).await.unwrap().unwrap();
    assert_eq!(assets.find_by_ids(&[id]).await.unwrap().len(), 1, "{name}");
    assets.update(&found).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    let member = assets.kind().name_members[0];
    let edited = assets
        .edit(&id, |object| object.set(member, "Second").map_err(Into::into))
        .await
        .unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(edited.changed, [member], "{name}");

    for (verb, value) in [
        (Verb::FindByStatus, "active"),
        (Verb::FindByType, "default"),
        (Verb::FindByCategory, category),
    ] {
        if can(verb) {
            let found = assets.find_by(verb, value, ListFilter::new()).await;
            found.unwrap_or_else(|e| panic!("{name}, {verb}: {e}"));
        }
    }
    if can(Verb::Duplicate) {
        let copy = match name {
            "funnels" => format!(r#"{{"name":"Copy","parentId":"{group}"}}"#),
            _ => r#"{"name":"Copy"}"#.to_owned(),
        };
        let copied = assets.duplicate(&id, &Document::parse(&copy).unwrap()).await;
        copied.unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    if can(Verb::Archive) {
        assets.archive(&[id]).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    if can(Verb::Unarchive) {
        assets.unarchive(&[id]).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    if can(Verb::Move) && assets.kind().takes_one(Verb::Move) {
        let groups = ledger.dynamic("funnel-groups").unwrap();
        let (other, new) = object(&groups, "Other", &[]);
        groups.create(&new).await.unwrap();
        assets.move_to(&[id], Some(&other)).await.unwrap();
    } else if can(Verb::Move) {
        assets.move_to(&[id], None).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    if can(Verb::Delete) {
        assets.delete(&[id]).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }
}

#[tokio::test]
async fn every_operation_of_every_kind_is_answered_dynamically() {
    let server = Server::start().await;
    let ledger = server.client.ledger();
    let groups = ledger.dynamic("funnel-groups").unwrap();
    let (group, new) = object(&groups, "Group", &[]);
    groups.create(&new).await.unwrap();
    let category = a_category(ledger, "offersources").await;
    for kind in AssetKind::all() {
        let assets = ledger.dynamic_of(kind);
        all_dynamic(ledger, &assets, &group, category.as_str()).await;
    }
    assert_eq!(server.missing(&["ledger."]), Vec::<&str>::new());
}
