//! `ffx KIND VERB`: every kind of asset by the same verbs.

mod change;
mod create;
pub(super) mod funnels;
mod journal;
mod logic_scripts;
pub(super) mod members;
mod outcome;
mod read;
mod update;

use std::cell::RefCell;
use std::collections::HashSet;
use std::time::Duration;

use funnelflux::id::AssetId;
use funnelflux::ledger::{AssetKind, DynamicAssets};
use funnelflux::transport::Overlay;

use crate::args::{AssetCommand, AssetsCommand, OwnCommand};
use crate::failure::Failure;
use crate::names::{Found, Names};
use crate::progress::Progress;
use crate::session::Session;
use crate::settings::Settings;

struct Context<'a> {
    kind: &'static AssetKind,
    assets: DynamicAssets,
    progress: Progress,
    settings: &'a Settings,
    names: Names<'a>,
    overlay: Overlay,
    /// What was told of some objects, and is not told again of the others.
    told: RefCell<HashSet<String>>,
}

impl Context<'_> {
    /// `3 offer-sources`, `1 offer source`.
    fn count(&self, number: usize) -> String {
        let name = if number == 1 { self.kind.noun } else { self.kind.name };
        format!("{number} {name}")
    }

    fn once(&self, text: &str, tell: fn(&Progress, &str)) {
        if self.told.borrow_mut().insert(text.to_owned()) {
            tell(&self.progress, text);
        }
    }

    /// How long work on so many objects waits for a throttled account. One is tried as any call.
    fn patience(&self, count: usize) -> Option<Duration> {
        (count > 1).then_some(self.settings.patience)
    }
}

fn once_each(mut assets: Vec<Found>) -> Vec<Found> {
    let mut seen = HashSet::new();
    assets.retain(|(id, _)| seen.insert(*id));
    assets
}

fn no_id_twice(ids: &[AssetId]) -> Result<(), Failure> {
    let mut seen = HashSet::new();
    match ids.iter().find(|id| !seen.insert(**id)) {
        Some(id) => Err(Failure::usage(format!("two objects have the id {id}; nothing was sent"))),
        None => Ok(()),
    }
}

pub(super) async fn run(command: &AssetsCommand, settings: &Settings) -> Result<(), Failure> {
    let AssetsCommand { kind, needs, is_offline, verb: command } = command;
    match command {
        AssetCommand::Own(OwnCommand::LogicScripts(command)) => {
            return logic_scripts::run(command, settings).await;
        }
        AssetCommand::Own(OwnCommand::Funnels(command)) => {
            return Box::pin(funnels::run(command, settings)).await;
        }
        _ => {}
    }
    let Some(verb) = *needs else { return read::members(kind, settings) };
    let typed = AssetCommand::typed(verb);
    if kind.operation(verb).is_none() {
        let offered = AssetCommand::offered(kind).join(", ");
        let why = format!("the vendor's reference lists no operation for `{typed}`");
        return Err(Failure::usage(format!("{}: {why}; nothing was sent", kind.name))
            .hint(format!("available: {offered}, members; `ffx api` reaches any other path")));
    }
    let what = &format!("{} {typed}", kind.name);
    let session = match is_offline {
        true => Session::without_tokens(settings, what)?,
        false => Session::open(settings, what).await?,
    };
    session.note_origin();
    let (assets, progress) = (session.client.ledger().dynamic_of(kind), session.progress.clone());
    let overlay = session.client.client().overlay().clone();
    let names = Names::new(settings, "names");
    let names = if *is_offline { names } else { names.with(session) };
    let told = RefCell::default();
    let context = &Context { kind, assets, progress, settings, names, overlay, told };
    match command {
        AssetCommand::Members | AssetCommand::Own(_) => Ok(()),
        AssetCommand::List(args) => read::list(context, args).await,
        AssetCommand::Get { ids } => read::get(context, ids).await,
        AssetCommand::Find(args) => read::find(context, args).await,
        AssetCommand::Create(args) => create::run(context, args).await,
        AssetCommand::Update(args) => update::run(context, args).await,
        AssetCommand::Duplicate(args) => change::duplicate(context, args).await,
        AssetCommand::Archive(args) | AssetCommand::Unarchive(args) => {
            change::change(context, verb, args, None, true).await
        }
        AssetCommand::Delete { change, yes } => {
            change::change(context, verb, change, None, *yes).await
        }
        AssetCommand::Move { change, to, .. } => {
            change::change(context, verb, change, to.as_ref(), true).await
        }
    }
}
