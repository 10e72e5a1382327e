//! `ffx report`: attributes, drilldowns, raw events.

mod attributes;
mod drilldown;
mod metrics;
pub(super) mod range;
mod raw;
mod rows;
mod selections;

use funnelflux::model::time::TimeRange;

use crate::args::ReportCommand;
use crate::failure::Failure;
use crate::session::Session;
use crate::settings::Settings;

pub(super) async fn run(command: &ReportCommand, settings: &Settings) -> Result<(), Failure> {
    match command {
        ReportCommand::Attributes => attributes::run(settings).await,
        ReportCommand::Drilldown(args) => drilldown::run(args, settings).await,
        ReportCommand::Raw(args) => raw::run(args, settings).await,
    }
}

/// What stands above a table, and on stderr otherwise: whose data, and the exact instants.
fn heading(session: &Session, range: &TimeRange) -> Vec<String> {
    session.origin().map(ToOwned::to_owned).into_iter().chain([range.to_string()]).collect()
}
