//! `ffx hooks`: the other direction, servers that FunnelFlux calls.

mod arrival;
mod config;
mod desk;
mod kept;
mod listen;
mod mask;
mod node;
mod proofs;
mod replay;
mod send;
mod shown;
mod signature;
mod trigger;

use crate::args::{HooksCommand, TriggerCommand};
use crate::failure::Failure;
use crate::output::Format;
use crate::settings::Settings;

pub(super) async fn run(command: &HooksCommand, settings: &Settings) -> Result<(), Failure> {
    if settings.format() == Format::Csv {
        return Err(Failure::usage("-o csv: a request with its answer is no row of a table")
            .hint("-o ndjson has a line for each"));
    }
    match command {
        HooksCommand::Trigger(TriggerCommand::Webhook(args)) => {
            trigger::webhook(args, settings).await
        }
        HooksCommand::Trigger(TriggerCommand::Middleware(args)) => {
            Box::pin(trigger::middleware(args, settings)).await
        }
        HooksCommand::Listen(args) => Box::pin(listen::run(args, settings)).await,
        HooksCommand::Replay(args) => Box::pin(replay::run(args, settings)).await,
    }
}
