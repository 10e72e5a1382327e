//! `ffx report`: attributes, metrics, drilldown reports and raw events.

mod attributes;
mod drilldown;
mod metrics;
pub(super) mod range;
mod raw;
mod rows;
mod selections;

use crate::args::ReportCommand;
use crate::failure::Failure;
use crate::settings::Settings;

pub(super) async fn run(command: &ReportCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        ReportCommand::Attributes => attributes::run(settings).await,
        ReportCommand::Metrics => metrics::run(settings),
        ReportCommand::Drilldown(args) => drilldown::run(args, settings).await,
        ReportCommand::Raw(args) => raw::run(args, settings).await,
    }
}
