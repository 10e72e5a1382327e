//! `ffx custom-events push`: a body of unknown shape, sent unchanged.

use funnelflux::model::Document;
use funnelflux::reporting::operations;
use serde::Serialize;
use serde_json::value::RawValue;

use super::kept::Kept;
use super::{Batch, Rows, Upload};
use crate::args::CustomEventsArgs;
use crate::failure::Failure;
use crate::input::{Input, json};
use crate::output::indented;
use crate::settings::Settings;

#[derive(Serialize)]
struct Row {
    body: Option<Box<RawValue>>,
}

pub(crate) async fn run(args: &CustomEventsArgs, settings: &Settings) -> Result<(), Failure> {
    let input = Input::read(&args.file, false)?;
    let object = |json: &RawValue| Document::from_raw(json.to_owned()).map_err(|e| e.to_string());
    json(&input.text).and_then(object).map_err(|why| {
        Failure::usage(format!("{}: expected one JSON object: {why}", args.file.display()))
            .hint("nothing was sent; `ffx api PUT /reporting/update/customevents` sends any JSON")
    })?;
    let text = input.text;
    let sent = "would be sent unchanged; ffx does not know what its members mean";
    let preview = format!("{}\n\n{sent}\n", indented(text.trim()));
    let upload = Upload {
        noun: "custom event request",
        operation: &operations::CUSTOMEVENTS_UPDATE,
        rows: Rows::One(Row { body: serde_json::from_str(&text).ok() }),
        about: String::new(),
        kept: Kept::default(),
        requests: Box::new(move |_| Ok(vec![Batch::new(text.clone().into(), vec![0])])),
        preview: Box::new(|_| Ok(preview)),
        notice: "",
        verify: None,
    };
    Box::pin(super::run(upload, args.send, None, settings)).await
}
