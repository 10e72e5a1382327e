//! No path leads out of the base URL, and no link out of a directory: neither `ffx api`, nor a
//! profile, nor a file beside an input.

use std::fs;

use funnelflux::emulator::Emulator;

use crate::support::{Ffx, Handmade, Reply, serve};

const OUT: &str = "\
/../x .. /a/.. /a/./b /%2e%2e/x /%2E%2E/x /%2E./x /.%2e/x /..;/x /..;a=b/x /.;/x /%2e%2e;/x \
/..%3b/x /a\\..\\b \\..\\x /a%5c..%5cb /a%5Cb /%252e%252e/x /%25252e%25252e/x /a%255cb \
/a%2f..%2fb /a%2F%2e%2e //evil.example/x /a//b /%2f/x /a/%2f/b /a%00 /a%0d%0ab /%c0%ae%c0%ae/x \
/a/..%3f/x /..%23 /%2e%2e%3Fx /a/．．/x /a/%ef%bc%8e%ef%bc%8e/x /a/‥/x /a／..／b /%u002e%u002e/x /a＼b \
/trafficsource/list/../../auth?x=1";

fn out() -> impl Iterator<Item = &'static str> {
    OUT.split(' ')
}

#[test]
fn a_raw_call_stays_below_the_base_url() {
    let server = Handmade::serve(|_, _| Reply::Json(200, "[]".into()));
    let ffx = Ffx::against(&server.base_url);
    for path in out() {
        for method in ["GET", "DELETE"] {
            ffx.run(&["api", method, path]).failed(
                2,
                &["PATH", "a path must not"]
                    .map(|word| if path.starts_with("/%c0") { "path" } else { word }),
            );
        }
    }
    assert!(server.seen().is_empty(), "{:?}", server.seen());
    for path in [
        "/trafficsource/list",
        "a/b.c",
        "/a/...",
        "/a/b/",
        "/a%20b?to=../..",
        "/x;v=1/y",
        "/%C3%A4",
    ] {
        ffx.run(&["api", "GET", path]).done();
    }
    assert!(server.seen().iter().all(|seen| seen.line.starts_with("GET /v1/")));
}

#[test]
fn a_path_of_the_profile_stays_below_the_base_url() {
    let server = Handmade::serve(|_, _| Reply::Json(200, "[]".into()));
    let ffx = Ffx::against(&server.base_url);
    for path in out().filter(|path| !path.contains('?')) {
        ffx.write(
            "profiles/default.toml",
            &format!("[paths]\n\"ledger.offersource.list\" = '{path}'\n"),
        );
        ffx.run(&["offer-sources", "list"]).failed(2, &["ledger.offersource.list", "path"]);
    }
    assert!(server.seen().is_empty(), "{:?}", server.seen());
}

#[test]
fn a_base_url_has_no_way_out_of_itself() {
    for prefix in ["/v1/..", "/v1/%2e%2e", "/a//b", "/v1/..;", "/a%5cb", "/%252e%252e"] {
        let ffx = Ffx::against(&format!("http://127.0.0.1:9{prefix}/x"));
        ffx.run(&["offer-sources", "list"]).failed(2, &["a path must not"]);
    }
}

#[test]
fn a_domain_in_a_path_stays_in_its_segment() {
    let server = Handmade::serve(|_, _| Reply::Json(200, "{}".into()));
    let ffx = Ffx::against(&server.base_url);
    for domain in
        ["..", ".", "%2e%2e", "..%2f..", "a/../b", "..;", "a\\b", "a%5cb", "", "%252e%252e", "a//b"]
    {
        let outcome = ffx.run(&["domains", "delete", "--yes", domain]);
        assert_eq!(outcome.code, 2, "{domain}: {}", outcome.stderr);
    }
    assert!(server.seen().is_empty(), "{:?}", server.seen());
}

#[cfg(unix)]
#[test]
fn all_names_of_one_input_share_its_ids() {
    use std::os::unix::fs::symlink;
    let served = serve(Emulator::builder().visits_per_hour(1));
    let ffx = Ffx::at(&served.emulator);
    ffx.write("profiles/default.toml", "rate = 10000.0\n");
    let file = ffx.write("below/objects.yaml", "- offerSourceName: One\n- offerSourceName: Two\n");
    let directory = file.parent().unwrap();
    fs::create_dir(directory.join("inner")).unwrap();
    symlink(&file, directory.join("link.yaml")).unwrap();
    symlink(directory.join("link.yaml"), directory.join("inner/link")).unwrap();
    symlink(directory, ffx.path("elsewhere")).unwrap();
    fs::hard_link(&file, directory.join("hard.yaml")).unwrap();
    let run = |name: &str| {
        let mut command = ffx.command(&["offer-sources", "create", "-f", name]);
        crate::support::Outcome::from(command.current_dir(directory).output().unwrap())
            .done()
            .stderr
    };
    let absolute = file.to_str().unwrap();
    let elsewhere = ffx.path("elsewhere/objects.yaml");
    for (at, name) in [
        "link.yaml",
        absolute,
        "objects.yaml",
        "./objects.yaml",
        "inner/../objects.yaml",
        "inner/link",
        "hard.yaml",
        "./hard.yaml",
        elsewhere.to_str().unwrap(),
        "../below/objects.yaml",
        "inner//../link.yaml",
        "../elsewhere/link.yaml",
    ]
    .into_iter()
    .enumerate()
    {
        let said = run(name);
        let expected =
            if at == 0 { "created 2 offer-sources" } else { "created 0 offer-sources, 2 existed" };
        assert!(said.contains(expected), "{name}: {said}");
    }
    assert_eq!(served.emulator.calls().of("ledger.offersource.create"), 2);
}

#[cfg(unix)]
#[test]
fn a_name_in_another_directory_is_not_made_twice() {
    let server = Handmade::serve(|_, _| Reply::Json(200, "{}".into()));
    let ffx = Ffx::against(&server.base_url);
    let first = ffx.write("one/objects.yaml", "- offerSourceName: One\n");
    let second = ffx.write("two/x", "").with_file_name("objects.yaml");
    let create = |file: &std::path::Path| {
        ffx.run(&["offer-sources", "create", "-f", file.to_str().unwrap()])
    };
    create(&first).done();
    let sent = server.seen().len();
    fs::hard_link(&first, &second).unwrap();
    create(&second).failed(2, &["hard link", "nothing was sent", "copy it"]);
    assert_eq!(server.seen().len(), sent);
    // Where its ids are known, all is well.
    create(&first).done();
}

#[cfg(unix)]
#[test]
fn a_journal_that_is_no_file_is_refused() {
    let server = Handmade::serve(|_, _| Reply::Json(200, "{}".into()));
    for make in ["mkfifo $0", "mkdir $0", "ln -s /dev/zero $0", "touch x; ln -s x $0"] {
        let ffx = Ffx::against(&server.base_url);
        let file = ffx.write("objects.yaml", "- offerSourceName: One\n");
        ffx.write("state/precious", "do not touch");
        let mut sh = std::process::Command::new("sh");
        sh.args(["-c", make, "journal-default.sqlite"]).current_dir(ffx.path("state"));
        assert!(sh.status().unwrap().success());
        for input in [file.to_str().unwrap(), "-"] {
            ffx.run_with(&["offer-sources", "create", "-f", input], "offerSourceName: One\n")
                .failed(1, &["journal-default.sqlite", "not a regular file", "nothing was sent"]);
        }
    }
    assert!(server.seen().is_empty());
}
