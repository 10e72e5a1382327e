//! `ffx learn`: what recorded sessions, schema files, objects or the account itself show of the API.

mod file;
mod files;
mod scrub;
mod show;
mod tell;

use funnelflux::learn::session::Session as Recording;
use funnelflux::ledger::ListFilter;
use funnelflux::model::ledger::Identified as _;
use funnelflux::operations::find_by_id;
use funnelflux::transport::bytes::Bytes;
use funnelflux::transport::{BaseUrl, Error, Fact, Overlay};

use file::ContractFile;

use super::doctor;
use crate::args::LearnArgs;
use crate::failure::Failure;
use crate::output::counted;
use crate::session::Session;
use crate::settings::Settings;

/// More funnels than that show no other words.
const MOST_FUNNELS: usize = 50;

/// So many parts of schema files are named that are of no use.
const MOST_FAULTS: usize = 5;

pub(super) async fn run(args: &LearnArgs, settings: &Settings) -> Result<(), Failure> {
    if args.show {
        return show::run(settings);
    }
    let base: Option<BaseUrl> = settings.base_url().parse().ok();
    let mut recording = args.hosts.iter().fold(Recording::new(), Recording::host);
    if let Some(base) = &base {
        recording = recording.base_url(base);
    }
    if let Some(out) = &args.scrub {
        let known = ContractFile::read(settings)?.known;
        return scrub::run(&args.files, out, recording.under(known), settings);
    }
    files::read_all(&args.files, &mut recording, settings)?;
    if args.account {
        ask(&mut recording, settings).await?;
    }
    let mut contract = ContractFile::read(settings)?;
    contract.tell_wrong(settings);
    recording = recording.under(contract.known.clone());
    let mut lessons = recording.lessons();
    if let count @ 1.. = lessons.without_content {
        let answers = counted(count, "answer");
        settings.terminal.warn(&format!(
            "without content: {answers} of the API. Names in them are not learned: save the log with content"
        ));
    }
    if lessons.facts.is_empty() {
        return Err(nothing(&lessons));
    }
    if !args.dry_run {
        let locked = ContractFile::locked(settings).await?;
        // Of two commands at once the second learns over what the first has written.
        if locked.text != contract.text {
            lessons = recording.under(locked.known.clone()).lessons();
        }
        contract = locked;
    }
    let (mut overlay, mut dropped) = lessons.over(&contract.known);
    if args.likely {
        let likely = lessons.facts.likely().map(|it| it.clone().without_doubt());
        // What makes no sense beside the others is no reason to lose them.
        let all = overlay.facts().cloned().chain(likely).fold(Overlay::new(), Overlay::fact);
        let (sound, wrong) = all.sound();
        let says = |it: &Fact| (it.operations().to_owned(), it.says().clone());
        let taken: Vec<_> = sound.facts().map(says).collect();
        let left = overlay.likely().filter(|it| !taken.contains(&says(it)));
        overlay = left.cloned().fold(sound, Overlay::fact);
        dropped.extend(wrong.into_iter().map(|(fact, _)| fact));
    }
    if !args.dry_run {
        contract.write(&overlay)?;
    }
    tell::tell(&lessons, &overlay, &dropped, &contract.path, args, settings)
}

fn nothing(lessons: &funnelflux::learn::session::Lessons) -> Failure {
    if lessons.printed > 0 {
        let why = "the objects have the names and values of the contract, and `ffx` prints by these: it proves nothing";
        return Failure::failed(why)
            .hint("record the app, or ask the account: `ffx learn --account`");
    }
    let others = lessons.unmatched.len();
    let why = match others {
        0 => "no call of the API was found".to_owned(),
        _ => format!("no call of the API was found for sure; {others} could be one of it"),
    };
    let read: Vec<&str> =
        lessons.faults.iter().chain(&lessons.read).map(String::as_str).take(MOST_FAULTS).collect();
    if !read.is_empty() {
        return Failure::failed(format!("{why}. {}", read.join("; ")))
            .hint("give the schema files with all that they refer to, or a recording of the app");
    }
    let ignored = lessons.ignored;
    Failure::failed(format!("{why}; requests to other hosts, or without JSON: {ignored}"))
        .hint("save the HAR file with content, and name the host of the API: `--host HOST`")
}

/// Asks the account for its lists, as `ffx doctor` does, and for its funnels.
async fn ask(recording: &mut Recording, settings: &Settings) -> Result<(), Failure> {
    let mut number = 0;
    let mut note = |base: &BaseUrl, path: &str, answer: &[u8]| {
        number += 1;
        if let Ok(answer) = serde_json::from_slice(answer) {
            let path = format!("{}{path}", base.prefix());
            recording.answer("account", number, "GET", &path, &answer);
        }
    };
    let (session, diagnosis) = Box::pin(doctor::read_lists(settings, &mut note)).await?;
    let missed = diagnosis.checks.iter().filter(|check| !check.is_found());
    let missed: Vec<&str> = missed.map(|check| check.operation.id()).collect();
    if !missed.is_empty() {
        let missed = missed.join(", ");
        settings
            .terminal
            .warn(&format!("not found, or not read: {missed}; `ffx doctor` says more"));
    }
    // Lists hold no nodes.
    match Box::pin(funnels(&session)).await {
        Ok(None) => {}
        Ok(Some((path, answer))) => note(session.client.client().base_url(), &path, &answer),
        // The path of funnels may be a wrong guess; what the lists have shown is worth keeping.
        Err(error) => settings.terminal.warn(&format!("the funnels were not read: {error}")),
    }
    Ok(())
}

/// The newest funnels of the account, by the names of the server, and the path where they are.
async fn funnels(session: &Session) -> Result<Option<(String, Bytes)>, Error> {
    let funnels = session.client.ledger().funnels();
    let listed = funnels.list(&ListFilter::new()).await?.into_inner();
    let mut ids: Vec<_> = listed.iter().filter_map(|it| it.asset_id().ok().flatten()).collect();
    // Ids begin with the time.
    ids.sort_unstable_by(|one, other| other.cmp(one));
    ids.truncate(MOST_FUNNELS);
    if ids.is_empty() {
        return Ok(None);
    }
    let ids = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let Some(find) = find_by_id("ledger.funnel.find-by-ids") else { return Ok(None) };
    let call = session.client.client().call(find).leave_names().query("idFunnels", ids);
    let (_, path, _) = call.preview()?;
    Ok(Some((path, call.send().await?.into_inner())))
}
