//! `ffx KIND VERB`: every kind of asset by the same verbs.

mod change;
mod create;
mod describe;
mod get;
mod journal;
mod list;
mod outcome;
mod set;
mod unknown;
mod update;

use funnelflux::FunnelFlux;
use funnelflux::ledger::{AssetKind, DynamicAssets};

use crate::args::{AssetCommand, AssetsCommand};
use crate::failure::Failure;
use crate::output::Terminal;
use crate::progress::Progress;
use crate::session::{Session, anonymous};
use crate::settings::Settings;

/// What a verb works with.
struct Context<'a> {
    kind: &'static AssetKind,
    assets: DynamicAssets,
    progress: Progress,
    settings: &'a Settings,
}

impl Context<'_> {
    fn terminal(&self) -> Terminal {
        self.settings.terminal()
    }

    /// `3 offer-sources`, `1 offer source`.
    fn count(&self, number: usize) -> String {
        let name = if number == 1 { self.kind.noun() } else { self.kind.name() };
        format!("{number} {name}")
    }
}

pub(super) async fn run(command: &AssetsCommand, settings: &Settings) -> Result<(), Failure> {
    let AssetsCommand { kind, verb: command } = command;
    let Some((verb, typed)) = command.verb() else {
        return describe::print(kind, settings);
    };
    if kind.operation(verb).is_none() {
        let offered = AssetCommand::offered(kind).join(", ");
        return Err(Failure::usage(format!(
            "{}: the vendor's reference lists no operation for `{typed}`; nothing was sent",
            kind.name()
        ))
        .hint(format!("available: {offered}, members; `ffx api` reaches any other path")));
    }
    let progress = Progress::start(settings.terminal(), format!("{} {typed}", kind.name()));
    let with = |client: &FunnelFlux| client.ledger().dynamic_of(kind);
    if command.is_offline() {
        let assets = with(&anonymous(settings)?);
        return act(&Context { kind, assets, progress, settings }, command).await;
    }
    let session = Session::open(settings, &progress).await?;
    session.note_origin(settings.terminal());
    let assets = with(session.client());
    act(&Context { kind, assets, progress, settings }, command).await
}

async fn act(context: &Context<'_>, command: &AssetCommand) -> Result<(), Failure> {
    match command {
        AssetCommand::Members => describe::print(context.kind, context.settings),
        AssetCommand::List(args) => list::list(context, args).await,
        AssetCommand::Get(args) => get::run(context, &args.ids).await,
        AssetCommand::Find(args) => list::find(context, args).await,
        AssetCommand::Create(args) => create::run(context, args).await,
        AssetCommand::Update(args) => update::run(context, args).await,
        AssetCommand::Duplicate(args) => change::duplicate(context, args).await,
        AssetCommand::Archive(args) => change::archive(context, args).await,
        AssetCommand::Unarchive(args) => change::unarchive(context, args).await,
        AssetCommand::Delete(args) => change::delete(context, args).await,
        AssetCommand::Move(args) => change::move_to(context, args).await,
    }
}
