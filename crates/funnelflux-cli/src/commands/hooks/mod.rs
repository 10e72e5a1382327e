//! `ffx hooks`: the other direction, servers that FunnelFlux calls.

mod config;
mod send;
mod trigger;

use crate::args::{HooksCommand, TriggerCommand};
use crate::failure::Failure;
use crate::settings::Settings;

pub(super) async fn run(command: &HooksCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        HooksCommand::Trigger(TriggerCommand::Webhook(args)) => {
            trigger::webhook(args, settings).await
        }
        HooksCommand::Trigger(TriggerCommand::Middleware(args)) => {
            Box::pin(trigger::middleware(args, settings)).await
        }
    }
}
