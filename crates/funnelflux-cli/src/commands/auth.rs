//! `ffx auth`: login, status and logout. Only a login with a password makes a call.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::time::Duration;

use funnelflux::auth::{FileStore, TokenStore as _, Tokens};
use funnelflux::transport::{AccessToken, Secret, Timer as _, TokioTimer};
use futures_util::future::{Either, select};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::args::AuthCommand;
use crate::failure::Failure;
use crate::input::Input;
use crate::output::{Format, SECRETS, print, rfc3339, stderr, write_row};
use crate::session::Session;
use crate::settings::{Settings, TokenSource, not_given, not_logged_in};

/// How long a logout waits for a process that refreshes the tokens: a refresh takes a second.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn run(command: &AuthCommand, settings: &Settings) -> Result<(), Failure> {
    if settings.emulator {
        let why = "--emulator needs no login: ffx uses the tokens of the emulator";
        return Err(Failure::usage(why).hint("leave out --emulator"));
    }
    match command {
        AuthCommand::Login { stdin, legacy } => login(*stdin, *legacy, settings).await,
        AuthCommand::Status => status(settings).await,
        AuthCommand::Logout => logout(settings).await,
    }
}

async fn login(stdin: bool, legacy: bool, settings: &Settings) -> Result<(), Failure> {
    let store = TokenSource::file(settings)?;
    let tokens = match (stdin, legacy) {
        (true, _) => from_stdin()?,
        (_, true) => from_password(settings).await?,
        _ => from_prompts()?,
    };
    SECRETS.add(&tokens.access_token);
    tokens.refresh_token.as_ref().map(|token| SECRETS.add(token));
    // A token that cannot be sent is refused now rather than at the first call.
    AccessToken::new(tokens.access_token.clone(), None)?;
    let lock = store.lock().await?;
    store.save(&tokens).await?;
    drop(lock);
    let terminal = settings.terminal;
    let (path, name) = (store.path().display(), &settings.name);
    terminal.note(&format!("stored in {path}, readable by you alone (profile `{name}`)"));
    if tokens.refresh_token.is_none() {
        let when = "when the access token expires, 72 hours after it was created";
        terminal.warn(&format!("there is no refresh token: you have to log in again {when}"));
    }
    if let TokenSource::Environment(_) = TokenSource::find(settings)? {
        terminal.warn("FUNNELFLUX_ACCESS_TOKEN is set and overrides the stored tokens");
    }
    Ok(())
}

fn stdin_text() -> Result<Secret, Failure> {
    Input::read(Path::new("-"), false).map(|input| Secret::new(input.text))
}

async fn from_password(settings: &Settings) -> Result<Tokens, Failure> {
    let text = stdin_text()?;
    let json = serde_json::from_str::<&RawValue>(text.expose()).ok();
    let object = json.filter(|json| json.get().starts_with('{'));
    let wrong = || Failure::usage("stdin: expected one JSON object with the credentials");
    let session = Session::without_tokens(settings, "login")?;
    Ok(session.client.auth().login(object.ok_or_else(wrong)?).await?.tokens)
}

fn from_stdin() -> Result<Tokens, Failure> {
    let text = stdin_text()?;
    let example = r#"{"access_token": "…", "refresh_token": "…", "expires_at": 1767225600}"#;
    let hint = format!("expected on stdin: {example}; the last two are optional");
    Tokens::from_json(text.expose()).map_err(|error| Failure::from(error).hint(hint))
}

fn from_prompts() -> Result<Tokens, Failure> {
    if io::stdin().is_terminal() {
        // Printed even with -q, because the prompts cannot be understood without it.
        let told = "The app shows both tokens once, under Settings > API Access.";
        let _ = writeln!(stderr(), "{told} Your input is hidden.");
    }
    let access = ask("Access token: ")?;
    if access.is_empty() {
        return Err(Failure::usage("no access token was given; nothing was stored"));
    }
    let refresh = ask("Refresh token (Enter for none): ")?;
    Ok(Tokens::new(access).with_refresh_token(refresh))
}

fn ask(prompt: &str) -> Result<String, Failure> {
    let answer = rpassword::prompt_password(prompt).map(Secret::new).map_err(|cause| {
        Failure::usage(format!("the tokens cannot be asked for without a terminal: {cause}"))
            .hint("pass them as JSON: `ffx auth login --stdin < tokens.json`")
    })?;
    Ok(answer.expose().trim().to_owned())
}

#[derive(Serialize)]
struct Status {
    profile: String,
    base_url: String,
    logged_in: bool,
    /// `environment`, `file` or `none`.
    source: &'static str,
    file: Option<String>,
    expires_at: Option<String>,
    expired: bool,
    has_refresh_token: bool,
}

async fn status(settings: &Settings) -> Result<(), Failure> {
    let source = TokenSource::find(settings)?;
    let (name, file, tokens) = match &source {
        TokenSource::Environment(store) => ("environment", None, store.load().await?),
        TokenSource::File(store) => {
            let tokens = store.load().await.map_err(|error| not_given(settings, error))?;
            ("file", Some(store), tokens)
        }
    };
    let now = TokioTimer.wall();
    let expires_at = tokens.as_ref().and_then(|tokens| tokens.expires_at);
    let status = Status {
        profile: settings.name.clone(),
        base_url: settings.base_url().to_owned(),
        logged_in: tokens.is_some(),
        source: if tokens.is_some() { name } else { "none" },
        file: file.map(|store| store.path().display().to_string()),
        expires_at: expires_at.map(rfc3339),
        expired: expires_at.is_some_and(|at| at <= now),
        has_refresh_token: tokens.as_ref().is_some_and(|tokens| tokens.refresh_token.is_some()),
    };
    show(&status, settings.format())?;
    match file {
        Some(store) if !status.logged_in => {
            let failure = not_logged_in(settings, store);
            // The row already says so.
            Err(if settings.format() == Format::Table { failure } else { failure.silently() })
        }
        _ if status.expired && !status.has_refresh_token => Err(Failure::authorise(
            "the access token has expired, and there is no refresh token to renew it",
        )
        .hint("get new tokens in the app (Settings > API Access), then run `ffx auth login`")),
        _ => Ok(()),
    }
}

fn show(status: &Status, format: Format) -> Result<(), Failure> {
    let yes_no = |yes: bool| if yes { "yes" } else { "no" };
    let source = match (&status.file, status.source) {
        (Some(file), "file") => format!("file {file}"),
        (_, source) => source.to_owned(),
    };
    print(|out| {
        if format != Format::Table {
            return write_row(out, status, format);
        }
        for (what, value) in [
            ("profile", status.profile.as_str()),
            ("base URL", &status.base_url),
            ("logged in", yes_no(status.logged_in)),
            ("tokens from", &source),
            ("expires at", status.expires_at.as_deref().unwrap_or("unknown")),
            ("expired", yes_no(status.expired)),
            ("refresh token", yes_no(status.has_refresh_token)),
        ] {
            writeln!(out, "{what:<15}{value}")?;
        }
        Ok(())
    })
}

async fn logout(settings: &Settings) -> Result<(), Failure> {
    let store: FileStore = TokenSource::file(settings)?;
    let terminal = settings.terminal;
    let path = store.path();
    let was_there = path.symlink_metadata().is_ok();
    // Without a directory there is nothing, and a lock would make it.
    let mut lock = None;
    if path.parent().is_some_and(Path::is_dir) {
        match select(store.lock(), TokioTimer.sleep(PATIENCE)).await {
            Either::Left((locked, _)) => lock = locked.ok(),
            Either::Right(_) => {
                let why = "another process holds the lock of these tokens and may hang";
                terminal.warn(&format!("{why}; they are removed all the same"));
            }
        }
    }
    store.clear().await?;
    drop(lock);
    terminal.note(&match was_there {
        true => format!("removed {}", path.display()),
        false => format!("profile `{}` was not logged in", settings.name),
    });
    if let TokenSource::Environment(_) = TokenSource::find(settings)? {
        terminal.warn("FUNNELFLUX_ACCESS_TOKEN is set and will still be used");
    }
    Ok(())
}
