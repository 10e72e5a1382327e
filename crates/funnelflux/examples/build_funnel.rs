//! A funnel of ten nodes, built from the words that the account's own funnels show, checked, planned and sent.
//!
//! `cargo run --example build_funnel -p funnelflux`

use funnelflux::FunnelFlux;
use funnelflux::emulator::Emulator;
use funnelflux::funnels::{
    Application, FunnelDialect, FunnelExt as _, NodeKind, Picture, PlanObject, account_of, plan_of,
};
use funnelflux::id::Id;
use funnelflux::journal::Journal;
use funnelflux::ledger::ListFilter;
use funnelflux::model::ledger::{Funnel, Identified as _};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("{}", Box::pin(build()).await?.tree());
    Ok(())
}

/// Builds the funnel, has the account take it, and reads it back.
pub(crate) async fn build() -> Result<Picture, Box<dyn std::error::Error>> {
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
    assert!(report.is_sound(), "a funnel with errors is not sent");

    // What has to be sent, and then exactly that. A program that is killed here goes on when it runs again.
    let plan = plan_of(&api, vec![PlanObject::funnel(&funnel)?], &dialect).await?;
    plan.steps().iter().for_each(|step| println!("{:?} {}", step.action, step.called()));
    let directory = std::env::temp_dir().join(format!("build_funnel-{}", std::process::id()));
    let journal = Journal::open(directory.join("journal.sqlite"))?;
    let writer = journal.book("funnels", plan.account())?.write()?.ok_or("another one writes")?;
    let application = Application::of(&api, &plan).await?.with_journal(&writer, "build_funnel")?;
    println!("{} sent", application.send().await?);
    drop((writer, journal));
    std::fs::remove_dir_all(directory)?;

    let id = funnel.asset_id()?.ok_or("a funnel has an id")?;
    let saved = funnels.find_by_id(&id).await?.into_inner();
    Ok(Picture::of(&saved.graph_in(&dialect)).with_findings(&report))
}
