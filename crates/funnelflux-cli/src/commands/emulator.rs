//! `ffx emulator`: serves the emulator.

use std::io::Write as _;
use std::time::Duration;

use funnelflux::emulator::{Emulator, ExpiredStatus, Hooks, Rotation};
use funnelflux::transport::{Overlay, ReqwestTransport};

use crate::args::{EmulatorArgs, Global};
use crate::failure::Failure;
use crate::files;
use crate::output::{Format, Row, Terminal, print, write_row};

pub(super) async fn run(args: &EmulatorArgs, global: &Global) -> Result<(), Failure> {
    let terminal = global.terminal;
    let given = [("--base-url", &global.base_url), ("--profile", &global.profile)];
    if let Some((flag, _)) = given.iter().find(|(_, value)| value.is_some()) {
        return Err(Failure::usage(format!("{flag} says nothing to `ffx emulator`"))
            .hint("leave it out; --port gives the emulator's port, and it needs no profile"));
    }
    let mut builder = Emulator::builder()
        .port(args.port)
        .seed(args.seed)
        .visits_per_hour(args.visits_per_hour)
        .access_token_lifetime(Duration::from_secs(args.token_lifetime))
        .update_delay(Duration::from_secs(args.update_delay))
        .expired_status(match args.expired_status.as_str() {
            "400" => ExpiredStatus::BadRequest,
            _ => ExpiredStatus::Unauthorized,
        })
        .rotation(if args.rotate { Rotation::Rotate } else { Rotation::Keep });
    if let Some(hours) = args.max_query_hours {
        builder = builder.max_query_hours(hours);
    }
    if let Some(rows) = args.raw_event_cap {
        builder = builder.raw_event_cap(rows);
    }
    let paths = args.paths.iter().fold(Overlay::new(), |all, (id, path)| all.path(id, path));
    let builder = builder.overlay(paths);
    let builder = match &args.overlay {
        Some(file) => builder.overlay(Overlay::from_file(file)?),
        None => builder,
    };
    let builder = match &args.record {
        Some(path) => builder.record(files::make(path).map_err(|error| {
            Failure::usage(format!("--record {}: {error}", path.display()))
                .hint("expected the path of a new file; it will hold the emulator's tokens")
        })?),
        None => builder,
    };
    let is_calling = args.call_hooks || args.webhook_url.is_some() || args.middleware_url.is_some();
    let builder = if is_calling { builder.hooks(hooks(args)?) } else { builder };
    let emulator = builder.start().await.map_err(|cause| {
        let message = format!("the emulator cannot be started: {cause}");
        let failure =
            if cause.is_setting() { Failure::usage(message) } else { Failure::failed(message) };
        if cause.is_far_hook() {
            failure.hint("--call-anywhere allows other machines")
        } else if cause.is_bind() {
            failure.hint("leave out --port to use a free one")
        } else {
            failure
        }
    })?;
    announce(&emulator, terminal)?;
    let wrong = |cause| Failure::failed(format!("cannot wait for Ctrl-C: {cause}"));
    tokio::signal::ctrl_c().await.map_err(wrong)?;
    terminal.note("stopping");
    emulator.shutdown().await;
    Ok(())
}

fn hooks(args: &EmulatorArgs) -> Result<Hooks, Failure> {
    let mut hooks = Hooks::new(ReqwestTransport::new()?);
    if let Some(url) = &args.webhook_url {
        hooks = hooks.with_webhook_url(url.clone());
    }
    if let Some(url) = &args.middleware_url {
        hooks = hooks.with_middleware_url(url.clone());
    }
    Ok(if args.call_anywhere { hooks.anywhere() } else { hooks })
}

/// Prints the address and the tokens. The output can be pasted into a shell.
fn announce(emulator: &Emulator, terminal: Terminal) -> Result<(), Failure> {
    let base_url = emulator.base_url();
    let (access_token, refresh_token) = (&emulator.access_token(), &emulator.refresh_token());
    print(|out| match terminal.output {
        Some(format @ (Format::Json | Format::Ndjson)) => {
            let row = [
                ("base_url", base_url),
                ("access_token", access_token),
                ("refresh_token", refresh_token),
            ];
            write_row(out, &Row(row), format)
        }
        _ => Ok(write!(
            out,
            "# FunnelFlux Pro, emulated, at {base_url}: all data is made up. Ctrl-C stops it.\n\
             # For another terminal:\n\
             export FUNNELFLUX_BASE_URL='{base_url}'\n\
             export FUNNELFLUX_ACCESS_TOKEN='{access_token}'\n\
             export FUNNELFLUX_REFRESH_TOKEN='{refresh_token}'\n\
             # Then, for example:\n\
             #   ffx report drilldown --by traffic-source --last 7d --tz UTC\n"
        )?),
    })
}
