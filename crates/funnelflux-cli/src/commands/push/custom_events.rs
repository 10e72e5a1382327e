//! `ffx custom-events push`: a body of unknown shape, sent unchanged.

use std::io::Write as _;

use funnelflux::model::Document;
use funnelflux::reporting::{Reporting, operations};
use funnelflux::transport::CallBuilder;
use funnelflux::{Error, FunnelFlux};
use serde::Serialize;
use serde_json::value::RawValue;

use super::transcript::Transcript;
use super::{Batch, Upload};
use crate::args::CustomEventsCommand;
use crate::failure::Failure;
use crate::input::Input;
use crate::output::{Format, Stdout, harmless, indented};
use crate::settings::Settings;

#[derive(Serialize)]
struct Row {
    body: Option<Box<RawValue>>,
}

struct CustomEvents {
    text: String,
    batches: [Batch<String>; 1],
}

pub(in crate::commands) async fn run(
    command: &CustomEventsCommand,
    settings: &Settings,
) -> Result<(), Failure> {
    let CustomEventsCommand::Push(args) = command;
    let text = Input::read(&args.file)?.into_text();
    Document::parse(&text).map_err(|cause| {
        Failure::usage(format!("{}: expected one JSON object: {cause}", args.file.display()))
            .hint("nothing was sent; `ffx api PUT /reporting/update/customevents` sends any JSON")
    })?;
    let batches = [Batch { body: text.clone(), positions: vec![0] }];
    super::run(&CustomEvents { text, batches }, args.send, settings).await
}

impl Upload for CustomEvents {
    type Row = Row;
    type Body = String;

    const NOUN: &str = "custom event request";

    fn batches(&self) -> &[Batch<String>] {
        &self.batches
    }

    fn transcript(&self, format: Format) -> Transcript<Row> {
        Transcript::of_one(format, Row { body: serde_json::from_str(&self.text).ok() })
    }

    fn preview(&self, out: &mut Stdout) -> Result<(), Failure> {
        writeln!(out, "{}", harmless(&indented(self.text.trim())))?;
        writeln!(out, "\nwould be sent unchanged; ffx does not know what its members mean")?;
        Ok(())
    }

    fn call<'a>(client: &'a FunnelFlux, body: &String) -> CallBuilder<'a> {
        client.call(&operations::CUSTOMEVENTS_UPDATE).json_text(body.clone())
    }

    async fn send(reporting: &Reporting, body: &String) -> Result<(), Error> {
        reporting.custom_events_update(body).await.map(drop)
    }
}
