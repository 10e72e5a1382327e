//! The verbs that funnels have beside those of every kind.

mod apply;
mod bundle;
mod carry;
mod check;
mod draw;
mod plan;
mod source;

use crate::args::FunnelsCommand;
use crate::failure::Failure;
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
        FunnelsCommand::Plan { file, save } => {
            let (plan, _session) = Box::pin(carry::plan(file, settings)).await?;
            plan.show(settings)?;
            if let Some(save) = save {
                plan.save(save)?;
            }
            match plan.to_do() {
                0 => Ok(()),
                count => Err(Failure::to_do(format!("{} to send", counted(count, "object")))
                    .hint("`ffx funnels apply` sends exactly a saved plan")),
            }
        }
        FunnelsCommand::Apply { plan } => {
            let about = format!("plan {}", plan.display());
            let plan = plan::Plan::read(plan)?;
            let session = Session::open(settings, "funnels apply").await?;
            session.note_origin();
            Box::pin(apply::run(&plan, &about, &session, settings)).await
        }
        FunnelsCommand::Rollback { run, yes } => {
            let session = Session::open(settings, "funnels rollback").await?;
            Box::pin(apply::rollback(*run, *yes, &session, settings)).await
        }
    }
}
