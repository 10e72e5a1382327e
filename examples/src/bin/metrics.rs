//! Spans and two counters by OpenTelemetry's console exporter, of a call that refreshed the token and was
//! sent three times.
//!
//! ```sh
//! cargo run -p funnelflux-examples --bin metrics
//! ```

use std::time::SystemTime;

use funnelflux::auth::Tokens;
use funnelflux::prelude::*;
use funnelflux::testing::{Emulator, Fault};
use funnelflux::transport::{BoxError, Call, Event};
use http::StatusCode;
use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let spans = SdkTracerProvider::builder()
        .with_simple_exporter(opentelemetry_stdout::SpanExporter::default())
        .build();
    // The spans of the client alone: the emulator in this program has some too.
    let of_the_client = Targets::new().with_target("funnelflux_transport", LevelFilter::DEBUG);
    let layer = tracing_opentelemetry::layer()
        .with_tracer(spans.tracer("example"))
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false);
    tracing_subscriber::registry().with(layer.with_filter(of_the_client)).init();

    let metrics = SdkMeterProvider::builder()
        .with_periodic_exporter(opentelemetry_stdout::MetricExporter::default())
        .build();
    let meter = metrics.meter("example");
    let ended = meter.u64_counter("funnelflux.calls").build();
    let retries = meter.u64_counter("funnelflux.retries").build();
    let observer = move |call: &Call, event: &Event<'_>| {
        let operation = KeyValue::new("operation", call.operation().id().to_owned());
        let end = match event {
            Event::RetryScheduled { .. } => return retries.add(1, &[operation]),
            Event::Finished { outcome: Ok(_), .. } => "ok",
            Event::Finished { outcome: Err(error), .. } => error.label(),
            Event::Dropped { .. } => "dropped",
            _ => return,
        };
        ended.add(1, &[operation, KeyValue::new("end", end)]);
    };

    let emulator = Emulator::builder().start().await?;
    let unavailable = Fault::status(StatusCode::SERVICE_UNAVAILABLE).times(2);
    emulator.faults().push_for("reporting.attributes", unavailable)?;
    let tokens = Tokens::new(emulator.access_token()).with_refresh_token(emulator.refresh_token());
    let client = FunnelFlux::builder()
        .base_url(emulator.base_url())
        .tokens(tokens.with_expiry(SystemTime::UNIX_EPOCH))
        .observer(observer)
        .build()?;
    let answer = client.reporting().attributes().await?;

    spans.shutdown()?;
    metrics.shutdown()?;
    println!("{} attributes after {} attempts", answer.attributes.len(), answer.attempts());
    Ok(())
}
