//! The verbs that funnels have beside those of every kind.

mod apply;
mod bundle;
mod carry;
mod check;
mod copy;
mod diff;
mod draw;
mod new;
mod plan;
pub(in crate::commands) mod source;

use funnelflux::funnels::{FunnelDialect, dialect_of};
use funnelflux::model::ledger::Funnel;

use crate::args::{FunnelsCommand, WordsArgs};
use crate::failure::Failure;
use crate::names::Names;
use crate::output::counted;
use crate::session::Session;
use crate::settings::Settings;

pub(super) async fn run(command: &FunnelsCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        FunnelsCommand::Check(args) => check::run(args, settings).await,
        FunnelsCommand::Show(args) => draw::show(args, settings).await,
        FunnelsCommand::Graph { format, out, picture } => {
            draw::graph(*format, out.as_deref(), picture, settings).await
        }
        FunnelsCommand::Export(args) => Box::pin(carry::export(args, settings)).await,
        FunnelsCommand::Import(args) => Box::pin(carry::import(args, settings)).await,
        FunnelsCommand::Plan { file, save, allow } => {
            let (plan, _session) = Box::pin(carry::plan(file, allow, settings)).await?;
            plan::show(&plan, settings)?;
            if let Some(save) = save {
                plan::save(&plan, save)?;
            }
            match plan.to_do() {
                0 => Ok(()),
                count => Err(Failure::to_do(format!("{} to send", counted(count, "object")))
                    .hint("`ffx funnels apply` sends exactly a saved plan")),
            }
        }
        FunnelsCommand::Apply { plan } => {
            let about = format!("plan {}", plan.display());
            let plan = plan::read(plan)?;
            let session = Session::open(settings, "funnels apply").await?;
            session.note_origin();
            Box::pin(apply::run(&plan, &about, &session, settings)).await
        }
        FunnelsCommand::Rollback { run, yes } => {
            let session = Session::open(settings, "funnels rollback").await?;
            Box::pin(apply::rollback(*run, *yes, &session, settings)).await
        }
        FunnelsCommand::Diff { old, new, words } => diff::run(old, new, words, settings).await,
        FunnelsCommand::New(args) => new::run(args, settings).await,
        FunnelsCommand::Clone { funnel, name, group, dry } => {
            copy::run(funnel, name, group.as_ref(), *dry, settings).await
        }
    }
}

/// The dialect that `ffx learn` found for the profile. The emulator speaks the shipped one.
pub(in crate::commands) fn known_dialect(settings: &Settings) -> Result<FunnelDialect, Failure> {
    match settings.emulator {
        true => Ok(FunnelDialect::shipped()),
        false => Ok(dialect_of(&settings.learned()?)),
    }
}

/// The dialect of the profile; what funnels that are given as examples show goes before it.
async fn dialect(
    words: &WordsArgs,
    names: &Names<'_>,
    settings: &Settings,
) -> Result<FunnelDialect, Failure> {
    let examples = Box::pin(source::read(&words.like, names)).await?;
    let examples: Vec<Funnel> = examples.into_iter().map(|given| given.funnel).collect();
    let known = known_dialect(settings)?;
    if examples.is_empty() {
        return Ok(known);
    }
    let (dialect, lesson) = known.like(&examples);
    for contradiction in lesson.contradictions {
        settings
            .terminal
            .warn(&format!("--like: the funnels contradict each other: {contradiction}"));
    }
    for node in lesson.unlearned {
        let objects = node.objects.join(", ");
        let candidates: Vec<&str> = node.candidates.iter().map(|kind| kind.as_str()).collect();
        let may = match candidates.as_slice() {
            [] => String::new(),
            kinds => format!("; it may be {}", kinds.join(" or ")),
        };
        settings.terminal.warn(&format!(
            "--like: nothing was learned of the type `{}` with {objects}{may}",
            node.node_type
        ));
    }
    Ok(dialect)
}
