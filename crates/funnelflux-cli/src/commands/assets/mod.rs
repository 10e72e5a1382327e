//! `ffx <asset>`: every kind of asset by the same verbs.

mod change;
mod create;
mod find;
mod items;
mod members;
mod notes;
mod operations;
mod outcome;
mod resume;
mod show;
mod update;
mod yaml;

use funnelflux::ledger::AnyAssets;

use crate::args::AssetCommand;
use crate::failure::Failure;
use crate::output::Terminal;
use crate::progress::Progress;
use crate::session::Session;
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
    let verb = operations::verb(command);
    let progress = Progress::start(settings.terminal(), format!("{name} {}", verb.name()));
    let session = Session::open(settings, &progress).await?;
    let assets = session
        .client()
        .ledger()
        .by_name(name)
        .ok_or_else(|| Failure::failed(format!("{name}: no such assets")))?;
    if verb.capability(&assets).is_none() {
        return Err(Failure::failed(format!(
            "{name}: the vendor's reference lists no operation for `{}`; nothing was sent",
            verb.name()
        ))
        .hint(offered(&assets)));
    }
    session.note_origin(settings.terminal());
    let context = Context { assets, progress, settings };
    match command {
        AssetCommand::List(args) => show::list(&context, args).await,
        AssetCommand::Get(args) => show::get(&context, &args.ids).await,
        AssetCommand::Find(args) => find::run(&context, args).await,
        AssetCommand::Create(args) => create::run(&context, args).await,
        AssetCommand::Update(args) => update::run(&context, args).await,
        AssetCommand::Duplicate(args) => change::duplicate(&context, args).await,
        AssetCommand::Archive(args) => change::archive(&context, args).await,
        AssetCommand::Unarchive(args) => change::unarchive(&context, args).await,
        AssetCommand::Delete(args) => change::delete(&context, args).await,
        AssetCommand::Move(args) => change::move_to(&context, args).await,
    }
}

fn offered(assets: &AnyAssets) -> String {
    let verbs = operations::Verb::ALL.iter().filter(|verb| verb.capability(assets).is_some());
    let verbs: Vec<&str> = verbs.map(|verb| verb.name()).collect();
    format!("what there is: {}; `ffx api` reaches any other path", verbs.join(", "))
}
