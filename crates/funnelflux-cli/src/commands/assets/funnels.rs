//! The verbs that funnels have beside those of every kind.

mod check;
mod source;

use crate::args::FunnelsCommand;
use crate::failure::Failure;
use crate::settings::Settings;

pub(super) async fn run(command: &FunnelsCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        FunnelsCommand::Check(args) => check::run(args, settings).await,
    }
}
