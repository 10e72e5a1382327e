//! A funnel of ten nodes, built from the words that the account's own funnels show, checked and saved.
//!
//! `cargo run --example build_funnel -p funnelflux`

use funnelflux::FunnelFlux;
use funnelflux::emulator::Emulator;
use funnelflux::funnels::{FunnelDialect, FunnelExt as _, NodeKind, account_of};
use funnelflux::id::Id;
use funnelflux::ledger::ListFilter;
use funnelflux::model::ledger::{Funnel, Identified as _};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::builder().start().await?;
    let token = emulator.access_token();
    let api = FunnelFlux::builder().base_url(emulator.base_url()).access_token(token).build()?;
    let funnels = api.ledger().funnels();

    // The words of the account: what its own funnels show.
    let listed = funnels.list(&ListFilter::new()).await?.into_inner();
    let ids: Vec<Id<_>> = listed.iter().filter_map(|it| it.asset_id().ok()?).collect();
    let dialect = FunnelDialect::learn(&funnels.find_by_ids(&ids).await?);

    // What the nodes show and ask, by name.
    let pages = api.ledger().pages().list(&ListFilter::new()).await?.into_inner();
    let page = |name: &str| pages.iter().find(|it| it.asset_name() == name)?.asset_id().ok()?;
    let (Some(quiz), Some(story), Some(foam), Some(hybrid)) = (
        page("Sleep Quiz"),
        page("Sleep Advertorial A"),
        page("DreamFoam Mattress"),
        page("CloudNine Hybrid"),
    ) else {
        return Err("the emulator has other pages".into());
    };
    let hooks = api.ledger().webhook_configs().list(&ListFilter::new()).await?.into_inner();
    let hook = hooks.first().and_then(|it| it.asset_id().ok()?).ok_or("no webhook config")?;
    let configs = api.ledger().middleware_configs().list(&ListFilter::new()).await?.into_inner();
    let scoring = configs.iter().find(|it| it.asset_name() == "Lead Scoring");
    let scoring = scoring.and_then(|it| it.asset_id().ok()?).ok_or("no middleware config")?;
    let groups = api.ledger().funnel_groups().list(&ListFilter::new()).await?.into_inner();
    let group = groups.first().and_then(|it| it.asset_id().ok()?).ok_or("no funnel group")?;

    let mut new = Funnel::builder_in(dialect.clone(), "Mattress – Scored", group);
    // No funnel of the account has such a node, so its words are a guess that must be taken.
    new.accept_guess(NodeKind::ExternalUrl);
    let traffic = new.root("Traffic");
    let quiz = new.lander("Quiz", quiz);
    let story = new.lander("Story", story);
    let tell = new.webhook("Tell the warehouse", hook);
    let score = new.middleware("Score the lead", scoring);
    let offers = new.rotator("Offers");
    let foam = new.offer("Foam", foam);
    let hybrid = new.offer("Hybrid", hybrid);
    let thanks = new.external_url("Thanks", "https://example.com/thanks");
    let blog = new.external_url("Blog", "https://example.com/blog");
    new.split(traffic, &[(quiz, 70), (story, 30)]);
    new.on_action(quiz, 1, tell).on_action(story, 1, score).then(tell, score);
    new.on_route(score, "approved", offers).on_route(score, "default", blog);
    new.split(offers, &[(foam, 1), (hybrid, 1)]);
    new.on_conversion(foam, 1, thanks).on_conversion(hybrid, 1, thanks);
    let funnel = new.finish()?;

    let account = account_of(api.ledger(), std::slice::from_ref(&funnel), &dialect).await?;
    let report = funnel.check_in(&dialect, &account);
    report.findings.iter().for_each(|finding| println!("{finding}"));
    if report.is_sound() {
        funnels.create(&funnel).await?;
    }

    let id = funnel.asset_id()?.ok_or("a funnel has an id")?;
    let saved = funnels.find_by_id(&id).await?.into_inner();
    let graph = saved.graph_in(&dialect);
    println!("{} nodes, {} findings", graph.nodes.len(), report.findings.len());
    for node in &graph.nodes {
        println!("{} `{}`", node.kind, node.label());
        for way in graph.ways_out(node) {
            let target = way.target.and_then(|at| graph.nodes.get(at)).map(|it| it.label());
            println!("    {} → {}", way.trigger, target.unwrap_or_default());
        }
    }
    Ok(())
}
