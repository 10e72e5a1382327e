//! A setting that is not understood is refused by name. It is never skipped, since a skipped profile,
//! address or proxy means another account or another way to it.

use crate::support::{Ffx, Handmade, Reply};

const LIST: [&str; 2] = ["offer-sources", "list"];

fn answering() -> Handmade {
    Handmade::serve(|_, _| Reply::Json(200, "[]".into()))
}

#[test]
fn a_profile_that_does_not_exist_is_refused_before_anything_is_sent() {
    let server = answering();
    let ffx = || {
        let ffx = Ffx::against(&server.base_url);
        ffx.write("profiles/client-a.toml", "tz = \"UTC\"\n");
        ffx.write("tokens/client-b.json", "{}");
        ffx
    };
    for name in ["client-c", "Client-a", "client-a.toml", "client", "production", "a"] {
        let words = [&format!("profile `{name}`"), "known: client-a, client-b", "auth login"];
        ffx().run(&[&["--profile", name], &LIST[..]].concat()).failed(2, &words);
        ffx().with("FUNNELFLUX_PROFILE", name).run(&LIST).failed(2, &words);
        ffx().run(&["--profile", name, "--emulator", "funnels", "list"]).failed(2, &words);
    }
    assert!(server.seen().is_empty());
    // The default needs no file, and a login makes a profile.
    Ffx::against(&server.base_url).run(&[&["--profile", "default"], &LIST[..]].concat()).done();
    let new = Ffx::new();
    new.run_with(&["--profile", "new", "auth", "login", "--stdin"], r#"{"access_token":"t"}"#)
        .done();
    new.run(&["--profile", "new", "auth", "status"]).done();
    new.run(&["--profile", "nwe", "auth", "status"]).failed(3, &[]);
}

#[test]
fn tokens_of_a_profile_that_is_named_on_the_command_line_win_over_the_environment() {
    let server = answering();
    let ffx = Ffx::new().with("FUNNELFLUX_BASE_URL", &server.base_url);
    ffx.run_with(&["--profile", "work", "auth", "login", "--stdin"], r#"{"access_token":"own"}"#)
        .done();
    ffx.write("profiles/bare.toml", "tz = \"UTC\"\n");
    let both = |ffx: Ffx| ffx.with("FUNNELFLUX_ACCESS_TOKEN", "env");
    let ffx = both(ffx);
    for (arguments, token, is_told) in [
        (&["--profile", "work"][..], "own", true),
        (&["--profile", "bare"], "env", false),
        (&["--profile", "default"], "env", false),
        (&[], "env", false),
    ] {
        let outcome = ffx.run(&[arguments, &LIST].concat()).done();
        assert!(server.seen().last().unwrap().has_bearer(token), "{arguments:?}");
        assert_eq!(outcome.stderr.contains("is ignored"), is_told, "{}", outcome.stderr);
        assert!(!outcome.stderr.contains("env\""), "{}", outcome.stderr);
    }
    // The variable names a profile, but not on the command line.
    let ffx = ffx.with("FUNNELFLUX_PROFILE", "work");
    ffx.run(&LIST).done();
    assert!(server.seen().last().unwrap().has_bearer("env"));
}

#[test]
fn a_misspelt_variable_is_refused_by_name() {
    for (name, near) in [
        ("FUNNELFLUX_BASEURL", "FUNNELFLUX_BASE_URL"),
        ("FUNNELFLUX_BASE_URI", "FUNNELFLUX_BASE_URL"),
        ("FUNNELFLUX_URL", ""),
        ("FUNNELFLUX_PROFIL", "FUNNELFLUX_PROFILE"),
        ("FUNNELFLUX_PROFILES", "FUNNELFLUX_PROFILE"),
        ("FUNNELFLUX_ACCESSTOKEN", "FUNNELFLUX_ACCESS_TOKEN"),
        ("FUNNELFLUX_ACCES_TOKEN", "FUNNELFLUX_ACCESS_TOKEN"),
        ("FUNNELFLUX_REFRESH_TOKENS", "FUNNELFLUX_REFRESH_TOKEN"),
        ("FUNNELFLUX_CONFIGDIR", "FUNNELFLUX_CONFIG_DIR"),
        ("FUNNELFLUX_CONFIG_DIRECTORY", ""),
        ("FUNNELFLUX_OTHER_PROGRAM", ""),
        ("OTHER_FUNNELFLUX_PROFILE", ""),
        ("funnelflux_profile", "FUNNELFLUX_PROFILE"),
        ("FunnelFlux_Base_Url", "FUNNELFLUX_BASE_URL"),
        ("funnelflux_access_token", "FUNNELFLUX_ACCESS_TOKEN"),
        ("Funnelflux_Config_Dir", "FUNNELFLUX_CONFIG_DIR"),
        ("FUNNEL_FLUX_PROFILE", "FUNNELFLUX_PROFILE"),
        ("FUNNEL_FLUX_BASE_URL", "FUNNELFLUX_BASE_URL"),
        ("FUNNELFLUXPROFILE", "FUNNELFLUX_PROFILE"),
        ("FUNNELFUX_PROFILE", "FUNNELFLUX_PROFILE"),
        ("FUNELFLUX_BASE_URL", "FUNNELFLUX_BASE_URL"),
        ("FUNNELFLUX-PROFILE", "FUNNELFLUX_PROFILE"),
        ("FFX_PROFILE", "FUNNELFLUX_PROFILE"),
        ("ffx_base_url", "FUNNELFLUX_BASE_URL"),
        ("FFX_ACCESS_TOKEN", "FUNNELFLUX_ACCESS_TOKEN"),
        ("FFX_OTHER_PROGRAM", ""),
    ] {
        let outcome = Ffx::new().with(name, "secret").run(&["--emulator", "domains", "list"]);
        assert!(!outcome.stderr.contains("secret"), "{}", outcome.stderr);
        match near {
            "" => drop(outcome.done()),
            near => drop(outcome.failed(2, &[name, near])),
        }
    }
}

#[test]
fn a_proxy_that_would_be_bypassed_is_refused() {
    for (address, is_right) in [
        ("http://127.0.0.1:3128", true),
        ("https://127.0.0.1:3128", true),
        ("127.0.0.1:3128", true),
        ("http://user:hidden@127.0.0.1:3128", true),
        ("\"http://127.0.0.1:3128\"", false),
        ("'127.0.0.1:3128'", false),
        ("socks5://127.0.0.1:1080", false),
        ("socks5h://user:hidden@127.0.0.1:1080", false),
        ("socks4://127.0.0.1:1080", false),
        ("htp://127.0.0.1:3128", false),
        ("ftp://127.0.0.1", false),
        ("http://", false),
        ("file:///etc/passwd", false),
    ] {
        for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            let server = answering();
            // Plain HTTP to this machine uses no proxy, but the setting is checked.
            let ffx = Ffx::against(&server.base_url);
            let mut command = ffx.command(&LIST);
            for other in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
                command.env_remove(other);
            }
            let output = command.env(name, address).output().unwrap();
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert!(!stderr.contains("hidden"), "{stderr}");
            assert_eq!(
                output.status.code(),
                Some(if is_right { 0 } else { 2 }),
                "{address}: {stderr}"
            );
            if !is_right {
                assert!(stderr.contains(name) && stderr.contains("http://HOST:PORT"), "{stderr}");
            }
        }
    }
}

#[test]
fn a_token_in_quotes_is_refused_by_name_and_not_shown() {
    let server = answering();
    for name in ["FUNNELFLUX_ACCESS_TOKEN", "FUNNELFLUX_REFRESH_TOKEN"] {
        for value in [
            "\"hidden-token\"",
            "'hidden-token'",
            " \"hidden-token\" ",
            "\"hidden-token",
            "{\"access_token\":\"hidden-token\"}",
            "Bearer hidden-token",
            "hidden-token; other",
            "“hidden-token”",
            "`hidden-token`",
            "<hidden-token>",
            "[hidden-token]",
            "${HIDDEN_hidden}",
            "%hidden%",
            "access_token=hidden-token",
            "hidden-token\\n",
        ] {
            let ffx = Ffx::against(&server.base_url).with(name, value);
            let told = ffx.run(&LIST).failed(2, &[name, "expected the token alone"]).stderr;
            assert!(!told.contains("hidden"), "{told}");
        }
    }
    assert!(server.seen().is_empty());
}

#[test]
fn an_address_of_which_a_part_would_be_skipped_is_refused() {
    for (end, words) in [
        ("#staging", "a fragment has no place in it"),
        ("/v1#", "a fragment has no place in it"),
        ("/v1?x=1", "a query has no place in it"),
        (":99999/v1", "the port must be a number"),
        (":/v1", "the port must be a number"),
    ] {
        let address = format!("http://127.0.0.1{end}");
        let settings = format!("base_url = '{address}'\n");
        Ffx::against(&address).run(&LIST).failed(2, &["base URL", words]);
        Ffx::new().run(&[&["--base-url", &address], &LIST[..]].concat()).failed(2, &[words]);
        let ffx = Ffx::new().with("FUNNELFLUX_ACCESS_TOKEN", "token");
        ffx.write("profiles/default.toml", &settings);
        ffx.run(&LIST).failed(2, &["base URL", words]);
    }
}

#[test]
fn a_configuration_directory_that_is_none_is_refused_by_name() {
    let server = answering();
    let ffx = Ffx::against(&server.base_url);
    let file = ffx.write("a-file", "");
    let below = format!("{}/x", file.display());
    let missing = ffx.path("missing");
    for given in [missing.to_str().unwrap(), file.to_str().unwrap(), &below, "~/.ffx", "-", " "] {
        let ffx = Ffx::against(&server.base_url).with("FUNNELFLUX_CONFIG_DIR", given);
        for command in [
            &LIST[..],
            &["--emulator", "funnels", "list"],
            &["--profile", "default", "funnels", "list"],
            &["api", "GET", "/x"],
            &["doctor"],
            &["report", "metrics"],
        ] {
            ffx.run(command).failed(2, &[&format!("FUNNELFLUX_CONFIG_DIR: got `{given}`")]);
        }
        ffx.run(&["id", "new"]).done();
    }
    assert!(server.seen().is_empty() && !missing.exists());
    // An empty variable counts as unset, and a first login makes the directory.
    Ffx::against(&server.base_url).with("FUNNELFLUX_CONFIG_DIR", "").run(&LIST).done();
    let first = Ffx::new()
        .with("FUNNELFLUX_BASE_URL", &server.base_url)
        .with("FUNNELFLUX_CONFIG_DIR", missing.to_str().unwrap());
    first.run(&["auth", "status"]).failed(3, &["missing/tokens/default.json"]);
    first.run_with(&["auth", "login", "--stdin"], r#"{"access_token":"a-token"}"#).done();
    first.run(&LIST).done();
    first.run(&["auth", "logout"]).done();
    let of_file = Ffx::new().with("FUNNELFLUX_CONFIG_DIR", file.to_str().unwrap());
    of_file.run(&["auth", "status"]).failed(2, &["FUNNELFLUX_CONFIG_DIR: got `"]);
}

#[cfg(unix)]
#[test]
fn a_profile_that_is_no_file_is_refused_and_not_taken_for_a_missing_one() {
    let server = answering();
    for make in [
        "mkfifo profiles/client.toml",
        "mkdir profiles/client.toml",
        "ln -s nowhere.toml profiles/client.toml",
        "ln -s client.toml profiles/client.toml",
        "ln -s /dev/null profiles/client.toml",
        "mkfifo x; ln -s ../x profiles/client.toml",
        "rmdir profiles; touch profiles; mkdir tokens; touch tokens/client.json",
    ] {
        for name in ["client", "default"] {
            let ffx = Ffx::against(&server.base_url);
            std::fs::create_dir(ffx.path("profiles")).unwrap();
            let make = make.replace("client", name);
            let mut sh = std::process::Command::new("sh");
            let made = sh.args(["-c", &make]).current_dir(ffx.path("")).status();
            assert!(made.unwrap().success());
            let file = format!("{name}.toml cannot be read");
            ffx.run(&[&["--profile", name], &LIST[..]].concat()).failed(1, &[&file]);
        }
    }
    assert!(server.seen().is_empty());
}
