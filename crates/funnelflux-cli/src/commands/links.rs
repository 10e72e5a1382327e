//! `ffx links`: builds links and explains them. Sends nothing but look-ups of names and for `--account`.

use std::io::Write as _;

use funnelflux::id::{Id, TrafficSource};
use funnelflux::ledger::Kind;
use funnelflux::links::{self, Explanation, Link, LinkError, LinkPart, TrackingFields, Verdict};
use funnelflux::model::ledger::TrafficSource as Source;
use serde_json::Value;

use super::assets::funnels::source::FUNNELS;
use crate::args::{EntranceArgs, LinksCommand};
use crate::failure::Failure;
use crate::names::Names;
use crate::output::{Column, Format, Row, print, write_listing, write_row};
use crate::settings::Settings;

pub(super) async fn run(command: &LinksCommand, settings: &Settings) -> Result<(), Failure> {
    let wrong = |error: LinkError| Failure::usage(error.to_string());
    let names = Names::new(settings, "names");
    let link = match command {
        LinksCommand::Entrance(args) => Box::pin(entrance(args, &names)).await?,
        LinksCommand::Action { domain, number } => links::action(domain, *number).map_err(wrong)?,
        LinksCommand::Postback(args) => {
            let (tx, rev) = (args.tx.as_deref(), args.rev.as_deref());
            links::postback(&args.domain, &args.hit, tx, rev).map_err(wrong)?
        }
        LinksCommand::Editor { funnel } => {
            links::editor(Id::from_untyped(Box::pin(names.find(FUNNELS, &[], funnel)).await?))
        }
        LinksCommand::Check { url, account } => {
            let fields = match links::explain(url, None).traffic_source {
                Some(id) if *account => Some(Box::pin(fields_of(id, &names)).await?),
                _ => None,
            };
            return check(&links::explain(url, fields.as_ref()), settings);
        }
    };
    show(&link, settings)
}

async fn fields_of(id: Id<TrafficSource>, names: &Names<'_>) -> Result<TrackingFields, Failure> {
    let session = names.session().await?;
    let found = session.client.ledger().traffic_sources().find_by_id(&id).await?;
    session.progress.finish();
    TrackingFields::of(&found).map_err(|error| Failure::failed(error.to_string()))
}

async fn entrance(args: &EntranceArgs, names: &Names<'_>) -> Result<Link, Failure> {
    let funnel = Id::from_untyped(names.find(FUNNELS, &[], &args.funnel).await?);
    let id = Id::from_untyped(names.find(<Source as Kind>::KIND, &[], &args.source).await?);
    let mut source = match args.account {
        true => fields_of(id, names).await?,
        false => TrackingFields::unknown(id),
    };
    if args.by_alias {
        source = source.by_alias();
    }
    let set = args.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    links::entrance(&args.domain, funnel, &source, set).map_err(|error| {
        let failure = Failure::usage(error.to_string());
        match args.account {
            true => failure,
            false => failure.hint("--account, which reads the aliases of the traffic source"),
        }
    })
}

fn show(link: &Link, settings: &Settings) -> Result<(), Failure> {
    let (url, warnings) = (&*link.url, &*link.warnings);
    let grade = link.path.grade().as_str();
    print(|out| match settings.format() {
        Format::Table => Ok(writeln!(out, "{url}")?),
        format => {
            let warnings = Value::from(warnings);
            let row = [("url", url.into()), ("grade", grade.into()), ("warnings", warnings)];
            write_row(out, &Row(row), format)
        }
    })?;
    warnings.iter().for_each(|warning| settings.terminal.warn(warning));
    settings.terminal.note(&format!("grade of the form of this link: {grade}"));
    Ok(())
}

fn check(explanation: &Explanation, settings: &Settings) -> Result<(), Failure> {
    let rows = explanation.parts.iter().map(|part| {
        let verdict = match part.verdict {
            Verdict::Right => "right",
            Verdict::Wrong => "wrong",
            _ => "note",
        };
        Row([
            ("part", Value::from(&*part.place)),
            ("text", part.text.as_str().into()),
            ("verdict", verdict.into()),
            ("meaning", part.meaning.as_str().into()),
            ("grade", part.grade.map(|grade| grade.as_str()).into()),
        ])
    });
    let columns = vec![
        Column::word("Part").of(&["part"]),
        Column::word("Text").of(&["text"]),
        Column::word("Verdict").of(&["verdict"]),
        Column::text("Meaning").of(&["meaning"]),
        Column::word("Grade").of(&["grade"]),
    ];
    print(|out| write_listing(out, rows, columns, settings.format()))?;
    let is_wrong = |part: &&LinkPart| matches!(part.verdict, Verdict::Wrong);
    match explanation.parts.iter().filter(is_wrong).count() {
        0 => Ok(()),
        1 => Err(Failure::failed("1 part of the link is wrong")),
        count => Err(Failure::failed(format!("{count} parts of the link are wrong"))),
    }
}
