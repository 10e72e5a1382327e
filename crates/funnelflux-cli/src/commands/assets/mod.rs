//! `ffx <asset>`: every kind of asset by the same verbs.

mod catalogue;
mod change;
mod create;
mod find;
mod members;
mod notes;
mod operations;
mod outcome;
mod resume;
mod show;
mod update;

use funnelflux::FunnelFlux;
use funnelflux::ledger::{AnyAssets, Ledger};

use crate::args::AssetCommand;
use crate::failure::Failure;
use crate::output::Terminal;
use crate::progress::Progress;
use crate::session::{Session, anonymous};
use crate::settings::Settings;

/// What a verb works with.
struct Context<'a> {
    assets: AnyAssets,
    progress: Progress,
    settings: &'a Settings,
}

impl Context<'_> {
    fn terminal(&self) -> Terminal {
        self.settings.terminal()
    }

    /// `3 offer-sources`, `1 category`.
    fn count(&self, number: usize) -> String {
        let name = self.assets.name();
        let one = match name.strip_suffix("ies") {
            Some(stem) => format!("{stem}y"),
            None => name.trim_end_matches('s').to_owned(),
        };
        if number == 1 { format!("1 {one}") } else { format!("{number} {name}") }
    }
}

pub(super) async fn run(
    name: &'static str,
    command: &AssetCommand,
    settings: &Settings,
) -> Result<(), Failure> {
    // Without tokens: enough to know what there is, and what would be sent.
    let assets = by_name(&anonymous(settings)?, name)?;
    let Some(verb) = operations::verb(command) else {
        return catalogue::print(&assets, settings);
    };
    if verb.capability(&assets).is_none() {
        return Err(Failure::usage(format!(
            "{name}: the vendor's reference lists no operation for `{}`; nothing was sent",
            verb.name()
        ))
        .hint(offered(&assets)));
    }
    let progress = Progress::start(settings.terminal(), format!("{name} {}", verb.name()));
    if command.asks_nobody() {
        return act(&Context { assets, progress, settings }, command).await;
    }
    let session = Session::open(settings, &progress).await?;
    session.note_origin(settings.terminal());
    let assets = by_name(session.client(), name)?;
    act(&Context { assets, progress, settings }, command).await
}

fn by_name(client: &FunnelFlux, name: &str) -> Result<AnyAssets, Failure> {
    let assets = client.ledger().by_name(name);
    assets.ok_or_else(|| Failure::failed(format!("{name}: no such assets")))
}

/// Hides from each asset's help the verbs that the vendor's reference lists no operation for.
pub(super) fn offered_only(mut command: clap::Command) -> clap::Command {
    let Ok(client) = FunnelFlux::builder().access_token("none").build() else { return command };
    for name in Ledger::names() {
        let Some(assets) = client.ledger().by_name(name) else { continue };
        for missing in operations::Verb::missing(&assets) {
            command = command.mut_subcommand(name, |asset| {
                asset.mut_subcommand(missing, |verb| verb.hide(true))
            });
        }
    }
    command
}

async fn act(context: &Context<'_>, command: &AssetCommand) -> Result<(), Failure> {
    match command {
        AssetCommand::Members(_) => catalogue::print(&context.assets, context.settings),
        AssetCommand::List(args) => show::list(context, args).await,
        AssetCommand::Get(args) => show::get(context, &args.ids).await,
        AssetCommand::Find(args) => find::run(context, args).await,
        AssetCommand::Create(args) => create::run(context, args).await,
        AssetCommand::Update(args) => update::run(context, args).await,
        AssetCommand::Duplicate(args) => change::duplicate(context, args).await,
        AssetCommand::Archive(args) => change::archive(context, args).await,
        AssetCommand::Unarchive(args) => change::unarchive(context, args).await,
        AssetCommand::Delete(args) => change::delete(context, args).await,
        AssetCommand::Move(args) => change::move_to(context, args).await,
    }
}

fn offered(assets: &AnyAssets) -> String {
    let verbs = operations::Verb::ALL.iter().filter(|verb| verb.capability(assets).is_some());
    let verbs: Vec<&str> = verbs.map(|verb| verb.name()).collect();
    format!("what there is: {}, members; `ffx api` reaches any other path", verbs.join(", "))
}
