//! The verbs that funnels have beside those of every kind.

mod check;
mod draw;
mod source;

use crate::args::FunnelsCommand;
use crate::failure::Failure;
use crate::settings::Settings;

pub(super) async fn run(command: &FunnelsCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        FunnelsCommand::Check(args) => check::run(args, settings).await,
        FunnelsCommand::Show(args) => draw::show(args, settings).await,
        FunnelsCommand::Graph { format, out, picture } => {
            draw::graph(*format, out.as_deref(), picture, settings).await
        }
    }
}
