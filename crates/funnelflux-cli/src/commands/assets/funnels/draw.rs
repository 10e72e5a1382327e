//! `ffx funnels show` and `ffx funnels graph`: a funnel as a tree and as a picture.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use funnelflux::funnels::{Account, Graph, Numbers, Picture, account_of, check_graph, link_faults};
use funnelflux::model::ledger::Funnel;
use funnelflux::model::reporting::{Attribute, DrilldownRequest, Metric, ReportCompleteness};
use funnelflux::transport::{Timer as _, TokioTimer};

use super::source;
use crate::args::{PictureArgs, PictureFormat};
use crate::commands::report::range;
use crate::failure::Failure;
use crate::files::{self, Readers};
use crate::names::Names;
use crate::output::{Format, counted, print};
use crate::settings::Settings;

/// What may count the visits of a node: which one does is unknown, so the largest is shown.
const VISITS: [Metric; 3] = [Metric::VISITS, Metric::LANDER_VIEWS, Metric::OFFER_VIEWS];

pub(super) async fn show(args: &PictureArgs, settings: &Settings) -> Result<(), Failure> {
    if settings.format() != Format::Table {
        let why = "a tree is text for a terminal; expected -o table";
        return Err(Failure::usage(why).hint("`ffx funnels get ID -o json` prints the funnel"));
    }
    let picture = Box::pin(draw(args, settings)).await?;
    print(|out| Ok(write!(out, "{}", picture.tree())?))
}

pub(super) async fn graph(
    format: PictureFormat,
    file: Option<&Path>,
    args: &PictureArgs,
    settings: &Settings,
) -> Result<(), Failure> {
    let picture = Box::pin(draw(args, settings)).await?;
    let text = match format {
        PictureFormat::Svg => picture.svg(),
        PictureFormat::Mermaid => picture.mermaid(),
        PictureFormat::Html => picture.html(),
    };
    let Some(file) = file else { return print(|out| Ok(write!(out, "{text}")?)) };
    // Numbers of a report are money.
    let readers = if is_timed(args) { Readers::Owner } else { Readers::Default };
    files::write(file, text.as_bytes(), readers).map_err(|cause| Failure::unwritable(file, &cause))
}

fn is_timed(args: &PictureArgs) -> bool {
    args.range.last.is_some() || args.range.from.is_some()
}

async fn draw(args: &PictureArgs, settings: &Settings) -> Result<Picture, Failure> {
    let names = Names::new(settings, "funnels");
    let range = is_timed(args).then(|| range::resolve(&args.range, settings, TokioTimer.wall()));
    let range = range.transpose()?;
    let given = Box::pin(source::read(std::slice::from_ref(&args.funnel), &names)).await?;
    let [one] = given.as_slice() else {
        let why = format!("{} has {}; expected one", args.funnel, counted(given.len(), "funnel"));
        return Err(Failure::usage(why));
    };
    let funnel: &Funnel = &one.funnel;
    let dialect = super::known_dialect(settings)?;
    let graph = Graph::of(funnel, &dialect);
    let account = match args.account {
        false => Account::offline().with_link_check(link_faults),
        true => {
            let session = Box::pin(names.session()).await?;
            let funnels = std::slice::from_ref(funnel);
            Box::pin(account_of(session.client.ledger(), funnels, &dialect)).await?
        }
    };
    let report = check_graph(funnel, &graph, &dialect, &account);
    let picture = Picture::of(&graph).with_findings(&report);
    let Some(range) = range else {
        names.opened().inspect(|session| session.progress.finish());
        return Ok(picture);
    };
    let node = Attribute::ELEMENT_NODE_ID;
    let grade = node.grade().as_str();
    let caption = format!("{range} · report by `{}`, whose grade is {grade}", node.name());
    let request = DrilldownRequest::builder(range).attribute(node).build()?;
    let session = Box::pin(names.session()).await?;
    let report = Box::pin(session.client.reporting().drilldown(&request)).await?;
    session.progress.finish();
    if report.completeness() == ReportCompleteness::Cut {
        let why = "the server says that there are more rows than it sent";
        settings
            .terminal
            .cut(&format!("{why}, so numbers of nodes may be missing; use a shorter time"))?;
    }
    let numbers: BTreeMap<String, Numbers> = (report.rows())
        .filter_map(|row| {
            let node = row.attribute(0)?;
            let number = |metric| row.metric(&metric).as_decimal();
            let visits = VISITS.iter().filter_map(|metric| number(metric.clone())).max();
            let numbers =
                Numbers::new(visits, number(Metric::CONVERSIONS), number(Metric::PROFIT_AND_LOSS));
            Some((node.id().or_else(|| node.value())?.into_owned(), numbers))
        })
        .collect();
    let known = graph.nodes.iter().filter(|node| numbers.contains_key(&node.id)).count();
    let nodes = counted(graph.nodes.len(), "node");
    settings.terminal.note(&format!("the report has numbers of {known} of {nodes}"));
    Ok(picture.with_traffic(&numbers, &caption))
}
