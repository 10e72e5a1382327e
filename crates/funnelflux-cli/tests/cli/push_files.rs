//! Several files in one upload, and what is said of the money of earlier ones.

use std::io::Write as _;
use std::process::Stdio;

use funnelflux::journal::{Draft, Journal, State};

use crate::support::{FUNNEL, Ffx, Handmade, Outcome, Reply, SOURCE, steps};

const HIT: &str = "01dkezmsf3bat8xdbz8rt039rh";

fn accepting() -> Handmade {
    Handmade::account(|_, _| Reply::Json(200, String::new()))
}

/// Runs a verb for costs with these files in the working directory: each a name and its lines `day,c1,cost`.
fn costs(ffx: &Ffx, verb: &str, files: &[(&str, &str)], more: &[&str]) -> Outcome {
    let paths = files.iter().map(|(name, lines)| {
        let path = ffx.write(name, &format!("date,c1,cost\n{}\n", lines.replace(' ', "\n")));
        path.to_str().unwrap().to_owned()
    });
    let paths: Vec<String> = paths.collect();
    let options = ["--tz=UTC", "--funnel", FUNNEL, "--traffic-source", SOURCE];
    let words = ["costs", verb].into_iter().chain(paths.iter().map(String::as_str));
    ffx.run(&words.chain(options).chain(more.iter().copied()).collect::<Vec<_>>())
}

#[test]
fn several_files_are_one_upload_and_each_line_is_named_with_its_file() {
    let server = accepting();
    let ffx = Ffx::against(&server.base_url);
    let both = [("a.csv", "2026-03-28,x,1 2026-03-29,x,2"), ("b.csv", "2026-03-29,y,4")];
    let shown = costs(&ffx, "push", &both, &[]).done();
    for words in ["a.csv:3", "b.csv:2", "3 lines of ", "7 in total, in 2 requests"] {
        assert!(shown.stdout.contains(words), "{words}: {}", shown.stdout);
    }
    let sent = costs(&ffx, "push", &both, &["--yes", "-o=json"]).done().json();
    let last = &sent[2];
    assert!(last["file"].as_str().unwrap().ends_with("b.csv"), "{last}");
    assert_eq!((&last["line"], &last["outcome"]), (&2.into(), &"accepted".into()));
    // The same in another order, one of them alone, and one with a changed cell.
    let again = [both[1], both[0]];
    for (files, sends) in [(&again[..], 0), (&both[..1], 0), (&[("b.csv", "2026-03-29,y,5")], 1)] {
        let before = server.seen().len();
        costs(&ffx, "push", files, &["--yes"]).done();
        assert_eq!(server.seen().len() - before, sends, "{files:?}");
    }
    let listed = ffx.run(&["costs", "history", "-o=json"]).done().json();
    let name = listed[1]["file"].as_str().unwrap();
    assert!(name.contains("a.csv, ") && name.ends_with("b.csv"), "{name}");
    let lines = ffx.run(&["costs", "history", "1", "-o=json"]).done().json();
    assert!(lines[2]["file"].as_str().unwrap().ends_with("b.csv"), "{lines}");
    // What is zero in one file is missing in none of them.
    let told = costs(&ffx, "push", &[("b.csv", "2026-03-29,y,5")], &[]).done().stderr;
    assert!(told.contains("--zero-missing"), "{told}");
    let all = [both[0], ("b.csv", "2026-03-29,y,5")];
    let told = costs(&ffx, "push", &all, &["--zero-missing"]).done().stderr;
    assert!(!told.contains("uploaded before and is"), "{told}");
}

#[test]
fn files_that_are_no_upload_together_are_refused() {
    let ffx = Ffx::new();
    let line = "2026-03-28,x,1";
    let unchecked = ["--unchecked-ids"];
    for (files, more, words) in [
        (&[("a.csv", line), ("a.csv", line)][..], &[][..], &["a.csv and ", "the same file"][..]),
        (&[("a.csv", line), ("b.csv", line)], &[], &["a.csv and ", "b.csv are the same file"]),
        (&[("a.csv", line), ("b.csv", "2026-03-28,x,2")], &[], &["b.csv:2: ", "a.csv:2"]),
        (&[("a.csv", line), ("b.csv", "soon,x,2")], &[], &["b.csv:2: date \"soon\""]),
        (&[("a.csv", line), ("b.csv", "")], &[], &["b.csv: has no lines below its header"]),
        (&[("a.csv", line), ("b.csv", "2026-03-29,x,2")], &["--from-line=2"], &["which of"]),
    ] {
        costs(&ffx, "push", files, &[more, &unchecked].concat()).failed(2, words);
    }
    let stdin = ["conversions", "push", "-", "-", "--postbacks=none"];
    ffx.run_with(&stdin, &format!("hit\n{HIT}\n")).failed(2, &["- and - are the same file"]);
}

#[test]
fn money_of_another_file_is_not_replaced_unasked() {
    const NO: &str = "replaces 12.50 of upload 1 (";
    for (name, pushes) in [
        (
            "two accounts",
            &[
                ("a.csv", "2026-03-28,x,12.50", "", 0, ""),
                ("b.csv", "2026-03-28,x,7", "", 2, NO),
                ("b.csv", "2026-03-28,x,7 2026-03-28,y,3", "--dry-run", 2, "line 2: replaces"),
                ("b.csv", "2026-03-28,x,7", "--accept-replaced", 0, NO),
                ("b.csv", "2026-03-28,x,8", "", 0, "7 → 8"),
                ("a.csv", "2026-03-28,x,12.50", "", 2, "replaces 8 of upload 3 ("),
            ][..],
        ),
        (
            "a file that grows, and one that shrinks",
            &[
                ("a.csv", "2026-03-28,x,12.50", "", 0, ""),
                ("a.csv", "2026-03-28,x,14 2026-03-29,x,1", "", 0, "12.50 → 14"),
                ("a.csv", "2026-03-29,x,2", "", 0, "1 → 2"),
            ],
        ),
        (
            "a file of another name each day, with lines in common with the one before",
            &[
                ("1.csv", "2026-03-27,x,5 2026-03-28,x,12.50", "", 0, ""),
                ("2.csv", "2026-03-27,x,5 2026-03-28,x,14 2026-03-29,x,1", "", 0, "12.50 → 14"),
                ("3.csv", "2026-03-28,x,14 2026-03-29,x,2", "", 0, "1 → 2"),
                // A common line of nothing is none.
                ("4.csv", "2026-03-29,x,3 2026-03-29,z,0", "", 2, "replaces 2 of upload 3 ("),
            ],
        ),
        (
            "a file split into two, in another order, and put together again",
            &[
                ("a.csv", "2026-03-28,x,12.50 2026-03-28,y,2 2026-03-29,x,3", "", 0, ""),
                ("b.csv", "2026-03-28,y,2 2026-03-28,x,13", "", 0, "12.50 → 13"),
                ("c.csv", "2026-03-29,x,3", "", 0, "same value"),
                ("a.csv", "2026-03-29,x,4 2026-03-28,y,2 2026-03-28,x,13", "", 0, "3 → 4"),
            ],
        ),
        (
            "two accounts that were added up, then one of them alone",
            &[
                ("a.csv+b.csv", "2026-03-28,x,1+2026-03-28,x,2 2026-03-28,y,3", "--sum", 0, ""),
                ("a.csv", "2026-03-28,x,1", "", 2, "replaces 3 of upload 1 ("),
                ("b.csv", "2026-03-28,x,2 2026-03-28,y,3", "", 2, "replaces 3 of upload 1 ("),
                ("a.csv+b.csv", "2026-03-28,x,1+2026-03-28,x,4", "--sum", 0, "3 → 5"),
                ("c.csv+d.csv", "2026-03-28,x,2+2026-03-28,y,3", "--sum", 0, "5 → 2"),
            ],
        ),
        (
            "another network",
            &[
                ("a.csv", "2026-03-28,x,12.50", "", 0, ""),
                ("a.csv", "2026-03-28,x,7", "--network=mine", 2, NO),
            ],
        ),
        (
            "what another file had, set to 0",
            &[
                ("a.csv", "2026-03-28,x,12.50", "", 0, ""),
                ("b.csv", "2026-03-28,y,7", "--zero-missing", 2, "--zero-missing: replaces 12.50"),
                ("b.csv", "2026-03-28,y,7", "", 0, "--zero-missing sets it to 0"),
                ("a.csv", "2026-03-28,z,1", "--zero-missing", 2, "replaces 7 of upload 2 ("),
            ],
        ),
        (
            "after an undo",
            &[
                ("a.csv", "2026-03-28,x,12.50", "", 0, ""),
                ("undo", "1", "--clear-unread", 0, ""),
                ("b.csv", "2026-03-28,x,7", "", 0, "0 → 7"),
            ],
        ),
    ] {
        let server = accepting();
        let ffx = Ffx::against(&server.base_url);
        let columns = "[columns]\ndate = [\"date\"]\ncost = [\"cost\"]\nc1 = [\"c1\"]\n";
        let shape = format!("name = \"mine\"\ntitle = \"Mine\"\nupload = \"costs\"\n{columns}");
        ffx.write("networks/mine.toml", &shape);
        for (file, lines, option, code, words) in pushes {
            let more: Vec<&str> =
                ["--yes", option].into_iter().filter(|it| !it.is_empty()).collect();
            let outcome = match *file {
                "undo" => ffx.run(&[&["costs", "undo", lines][..], &more].concat()),
                _ => {
                    let files: Vec<_> = file.split('+').zip(lines.split('+')).collect();
                    costs(&ffx, "push", &files, &more)
                }
            };
            let told = format!("{name}: {file} {lines}: {}", outcome.stderr);
            assert_eq!(outcome.code, *code, "{told}");
            assert!(outcome.stderr.contains(words), "{words:?} {told}");
        }
    }
}

/// Runs a push in a folder, with the paths as they are typed; `-` reads what is given of it.
fn push_in(ffx: &Ffx, folder: &str, files: &[(&str, &str)], more: &[&str]) -> Outcome {
    let folder = ffx.path(folder);
    std::fs::create_dir_all(&folder).unwrap();
    let mut stdin = "";
    for (path, text) in files {
        match *path {
            "-" => stdin = text,
            _ => std::fs::write(folder.join(path), text).unwrap(),
        }
    }
    let paths = files.iter().map(|(path, _)| *path);
    let words: Vec<&str> =
        more[..2].iter().copied().chain(paths).chain(more[2..].to_vec()).collect();
    let mut push = ffx.command(&words);
    let mut child = push.current_dir(folder).stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
    child.wait_with_output().unwrap().into()
}

#[test]
fn a_file_is_known_by_its_place_and_not_by_how_it_is_typed() {
    const NO: &str = "of which no line is in the file";
    for (name, pushes) in [
        (
            "of two accounts, in two folders",
            &[
                ("one", "report.csv", "28,x,12.50", 0, ""),
                ("two", "report.csv", "28,x,7", 2, NO),
                ("one", "report.csv", "28,x,7", 0, "12.50 → 7"),
            ][..],
        ),
        (
            "typed in four ways",
            &[
                ("one", "report.csv", "28,x,12.50", 0, ""),
                ("one", "./report.csv", "28,x,13", 0, "12.50 → 13"),
                ("", "one/report.csv", "28,x,14", 0, "13 → 14"),
                ("two", "../one/report.csv", "28,x,15", 0, "14 → 15"),
            ],
        ),
        (
            "stdin",
            &[
                ("", "-", "28,x,12.50", 0, ""),
                ("", "-", "28,x,7", 2, NO),
                ("", "-", "28,x,12.50", 0, "same value"),
                // With a line in common.
                ("", "-", "28,x,12.50 28,y,3", 0, "accepted"),
                ("", "-", "28,x,14 28,y,3", 0, "12.50 → 14"),
            ],
        ),
        (
            "several in two folders",
            &[
                ("one", "a.csv b.csv", "28,x,12.50+28,y,3", 0, ""),
                ("two", "a.csv b.csv", "28,x,7+28,y,4", 2, "replaces 15.50 of upload 1 ("),
                ("one", "./b.csv", "28,y,5", 0, "3 → 5"),
                ("one", "- b.csv", "28,x,7+28,y,6", 2, "replaces 12.50 of upload 1 ("),
            ],
        ),
    ] {
        let server = accepting();
        let ffx = Ffx::against(&server.base_url);
        for (folder, paths, lines, code, words) in pushes {
            let lines = lines.split('+').map(|lines| {
                let lines = lines.split(' ').map(|line| format!("2026-03-{line}\n"));
                format!("date,c1,cost\n{}", lines.collect::<String>())
            });
            let lines: Vec<String> = lines.collect();
            let files: Vec<_> = paths.split(' ').zip(lines.iter().map(String::as_str)).collect();
            let more = ["costs", "push", "--tz=UTC", "--funnel", FUNNEL, "--yes"];
            let more = [&more[..], &["--traffic-source", SOURCE]].concat();
            let outcome = push_in(&ffx, folder, &files, &more);
            assert_eq!(outcome.code, *code, "{name} {folder} {paths}: {}", outcome.stderr);
            assert!(outcome.stderr.contains(words), "{name} {folder} {paths}: {}", outcome.stderr);
        }
    }
}

#[test]
fn a_journal_that_has_paths_as_they_were_typed_is_read() {
    for (typed, code) in [(" report.csv", 0), (" ./report.csv", 2), (" other.csv", 2)] {
        let server = accepting();
        let ffx = Ffx::against(&server.base_url);
        let more = ["costs", "push", "--tz=UTC", "--funnel", FUNNEL, "--traffic-source", SOURCE];
        let push = |cost: &str| {
            let text = format!("date,c1,cost\n2026-03-28,x,{cost}\n");
            push_in(&ffx, "one", &[("report.csv", &text)], &[&more[..], &["--yes"]].concat())
        };
        push("1").done();
        let scope = &server.base_url;
        let step = steps(&ffx, "costs", scope).pop().unwrap();
        let journal = Journal::open(ffx.path("state/journal-default.sqlite")).unwrap();
        let writer = journal.book("costs", scope).unwrap().write().unwrap().unwrap();
        let mut payload: serde_json::Value = serde_json::from_str(&step.payload).unwrap();
        payload["source"] = typed.into();
        let draft = Draft::new(step.key, payload.to_string()).with_digest(step.digest);
        let (_, ids) = writer.begin("report.csv\nffx", [draft]).unwrap();
        writer.sending(&ids).unwrap();
        writer.settle(&ids, State::Accepted, None).unwrap();
        drop(writer);
        assert_eq!(push("2").code, code, "{typed}");
    }
}

#[test]
fn an_equal_refund_without_a_time_is_that_of_the_same_file_only() {
    let server = Handmade::serve(|_, _| Reply::Json(200, String::new()));
    let ffx = Ffx::against(&server.base_url);
    let push = |folder: &str, file: &str, payout: &str| {
        let text = format!("Status,SID,Commission (USD),Order ID\nclosed,{HIT},{payout},O1\n");
        let more = ["conversions", "push", "--network=cj", "--yes", "--corrections=set"];
        push_in(&ffx, folder, &[(file, &text)], &[&more[..], &["--postbacks=none"]].concat())
    };
    push("one", "a.csv", "32.50").done();
    push("one", "b.csv", "-5").done();
    for (folder, file, code) in [
        ("one", "b.csv", 0),
        ("one", "./b.csv", 0),
        ("two", "../one/b.csv", 0),
        ("two", "b.csv", 2),
        ("one", "-", 2),
    ] {
        let outcome = push(folder, file, "-5");
        assert_eq!(outcome.code, code, "{folder} {file}: {}", outcome.stderr);
        let words = if code == 0 { "is not repeated" } else { "of another file" };
        assert!(outcome.stderr.contains(words), "{folder} {file}: {}", outcome.stderr);
    }
}

/// Pushes files with the columns `date,funnel,traffic_source,cost,c1,c2`, from lines `day cost c1 c2` of a funnel.
fn spend(ffx: &Ffx, files: &[(&str, &str)], more: &[&str]) -> Outcome {
    let text = |lines: &str| {
        let lines = lines.split(", ").map(|line| {
            let mut cells = line.split(' ');
            let mut cell = || cells.next().unwrap_or_default();
            let (day, cost, c1, c2, funnel) = (cell(), cell(), cell(), cell(), cell());
            let funnel = if funnel.is_empty() { FUNNEL } else { funnel };
            let c2 = c2.trim_start_matches('-');
            format!("2026-03-{day},{funnel},{SOURCE},{cost},{c1},{c2}\n")
        });
        let lines: String = lines.collect();
        format!("date,funnel,traffic_source,cost,c1,c2\n{lines}")
    };
    let files: Vec<_> = files.iter().map(|(name, lines)| (*name, text(lines))).collect();
    let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let push = ["costs", "push", "--tz=UTC", "--unchecked-ids"];
    push_in(ffx, "", &files, &[&push[..], more].concat())
}

#[test]
fn only_days_and_pairs_of_one_file_are_set_to_zero() {
    const OTHER: &str = "2nIemJxCKbFY";
    // Costs of days that no later file has.
    let earlier = format!("02 1 z, 06 2 z, 11 4 z, 02 8 z - {OTHER}, 11 16 z - {OTHER}");
    for (files, sum) in [
        (
            &[("a.csv", "01 3 x, 04 3 x"), ("b.csv", "10 3 x, 12 3 x")][..],
            "2 costs of these days, funnels and traffic sources, 5 ",
        ),
        (
            &[("a.csv", "01 3 x, 05 3 x"), ("b.csv", "06 3 x, 12 3 x")],
            "3 costs of these days, funnels and traffic sources, 7 ",
        ),
        (
            &[("a.csv", "01 3 x, 08 3 x"), ("b.csv", "04 3 y, 07 3 y")],
            "2 costs of these days, funnels and traffic sources, 3 ",
        ),
        (&[("a.csv", "01 3 x, 12 3 x")], "3 costs of these days, funnels and traffic sources, 7 "),
        // Each of another funnel.
        (
            &[
                ("a.csv", "01 3 x, 04 3 x"),
                ("b.csv", "10 3 x - 2nIemJxCKbFY, 12 3 x - 2nIemJxCKbFY"),
            ],
            "2 costs of these days, funnels and traffic sources, 17 ",
        ),
        (&[("a.csv", "03 3 x, 04 3 x"), ("b.csv", "07 3 x, 10 3 x")], ""),
    ] {
        let server = accepting();
        let ffx = Ffx::against(&server.base_url);
        spend(&ffx, &[("earlier.csv", &earlier)], &["--yes"]).done();
        let told = spend(&ffx, files, &["--zero-missing", "--accept-replaced"]).done().stderr;
        assert!(told.contains(sum), "{files:?}: {told}");
        assert_eq!(told.contains("set to 0"), !sum.is_empty(), "{files:?}: {told}");
    }
}

#[test]
fn costs_that_share_visits_are_set_to_zero_together() {
    let server = accepting();
    let ffx = Ffx::against(&server.base_url);
    spend(&ffx, &[("a.csv", "28 5 x, 28 1 y")], &["--yes"]).done();
    let beside = ["--yes", "--accept-overlap", "--accept-replaced"];
    spend(&ffx, &[("b.csv", "28 2 x c, 28 3 z d")], &beside).done();
    let told = spend(&ffx, &[("c.csv", "28 1 y, 28 4 z d")], &["--zero-missing", "--yes"]);
    let told = told.failed(2, &["replaces 5 of upload 2"]).stderr;
    assert!(!told.contains("another restriction"), "{told}");
    let before = server.seen().len();
    let accepted = ["--zero-missing", "--yes", "--accept-replaced"];
    let told = spend(&ffx, &[("c.csv", "28 1 y, 28 4 z d")], &accepted).done().stderr;
    for words in ["2 costs of these days", "c1=x 5 (upload 1) → 0", "c1=x c2=c 2 (upload 2) → 0"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    let seen = server.seen();
    let costs = seen[before..].iter().map(|seen| {
        let segments = seen.json()["costSegments"].as_array().unwrap().clone();
        segments.iter().map(|it| it["cost"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    });
    assert_eq!(costs.collect::<Vec<_>>(), [["4"], ["0"], ["0"]]);
}

#[test]
fn a_file_beside_an_accepted_overlap_is_refused_only_for_what_it_sends_there() {
    const NO: &str = "1 earlier cost had another restriction or time";
    let (wide, narrow) = ("a.csv", "b.csv");
    for (file, lines, more, code, words) in [
        (wide, "28 5 x, 28 1 y", "", 0, "same value"),
        (wide, "28 5 x, 28 2 y", "", 0, "1 → 2"),
        (wide, "28 5 x, 28 1 y, 28 7 z", "", 0, "accepted"),
        (wide, "28 6 x, 28 1 y", "", 2, NO),
        (wide, "28 6 x, 28 1 y", "--accept-overlap", 0, "5 → 6"),
        (wide, "28 5 x, 28 1 y", "--resend", 2, NO),
        (narrow, "28 2 x c", "", 0, "same value"),
        (narrow, "28 3 x c", "", 2, NO),
        // What shares visits with a line is not set to 0, whether the line is sent or not.
        (wide, "28 5 x, 28 1 y", "--zero-missing", 0, "no line is to be sent"),
        (wide, "28 5 x", "--zero-missing", 0, "c1=y 1 (upload 1) → 0"),
    ] {
        let server = accepting();
        let ffx = Ffx::against(&server.base_url);
        spend(&ffx, &[(wide, "28 5 x, 28 1 y")], &["--yes"]).done();
        spend(&ffx, &[(narrow, "28 2 x c")], &["--yes"]).failed(2, &[NO]);
        spend(&ffx, &[(narrow, "28 2 x c")], &["--yes", "--accept-overlap"]).done();
        let before = server.seen().len();
        let more: Vec<&str> = ["--yes", more].into_iter().filter(|it| !it.is_empty()).collect();
        let outcome = spend(&ffx, &[(file, lines)], &more);
        let told = format!("{file} {lines} {more:?}: {}", outcome.stderr);
        assert_eq!(outcome.code, code, "{told}");
        assert!(outcome.stderr.contains(words), "{told}");
        let is_sent = code == 0 && !words.contains("same") && !words.contains("no line");
        assert_eq!(server.seen().len() > before, is_sent, "{told}");
    }
}

#[test]
fn a_line_is_not_sent_in_another_currency_or_at_another_rate_unasked() {
    for (first, second, is_refused) in [
        (&["--currency=USD"][..], &["--currency=EUR"][..], true),
        (&["--currency=EUR"], &["--currency=EUR", "--rate=1.08"], true),
        (&["--rate=1.08"], &["--rate=1.09"], true),
        (&["--rate=1.08"], &["--rate=1.080"], false),
        (&["--currency=USD"], &["--currency=usd"], false),
        // Nothing says that it is another one.
        (&["--currency=USD"], &[], false),
        (&[], &["--currency=USD"], false),
    ] {
        let server = accepting();
        let ffx = Ffx::against(&server.base_url);
        let push = |more: &[&str]| {
            costs(&ffx, "push", &[("a.csv", "2026-03-28,x,1")], &[more, &["--yes"]].concat())
        };
        push(first).done();
        let outcome = push(second);
        assert_eq!(outcome.code, if is_refused { 2 } else { 0 }, "{second:?}: {}", outcome.stderr);
        let said =
            outcome.stderr.contains("upload 1 sent it in") && outcome.stderr.contains("line 2");
        assert_eq!(said, is_refused, "{second:?}: {}", outcome.stderr);
        assert_eq!(server.seen().len(), 1);
        push(&[second, &["--accept-currency"]].concat()).done();
        assert_eq!(server.seen().len(), 1 + usize::from(is_refused), "{second:?}");
        // It is known from then on.
        push(second).done();
    }
    let server = accepting();
    let ffx = Ffx::against(&server.base_url);
    let push = |currency: &str| {
        let file = ffx.write("c.csv", &format!("hit,payout\n{HIT},5\n"));
        let push = ["conversions", "push", file.to_str().unwrap(), "--postbacks=none", "--yes"];
        ffx.run(&[&push[..], &["--existing=add", currency]].concat())
    };
    push("--currency=USD").done();
    push("--currency=EUR").failed(2, &["line 2: now in EUR; upload 1 sent it in USD"]);
}

#[test]
fn a_file_of_which_nothing_is_to_be_sent_is_no_failure_and_a_file_without_lines_is_one() {
    let ffx = Ffx::new();
    let meta = "Day,Campaign ID,Amount spent (USD)";
    for (verb, csv, code, words) in [
        ("costs", format!("{meta}\n2026-03-28,1,\n"), 0, "nothing to send"),
        ("costs", format!("{meta}\n,,0.00\n"), 0, "nothing to send"),
        ("costs --zero-missing", format!("{meta}\n2026-03-28,1,\n"), 2, "none says for which day"),
        ("costs", format!("{meta}\n,,7.00\n"), 2, "the file says 7.00 in total"),
        ("costs", format!("{meta}\n"), 2, "has no lines below its header"),
        ("conversions", format!("Status,SID,Commission (USD)\nnew,{HIT},1\n"), 0, "nothing to"),
        ("conversions", "Status,SID,Commission (USD)\n".to_owned(), 2, "has no lines below"),
    ] {
        let file = ffx.write("x.csv", &csv);
        let (verb, option) = verb.split_once(' ').unwrap_or((verb, "--resend"));
        let more: &[&str] = match verb {
            "costs" => &["--network=meta", "--tz=UTC", "--funnel=F", "--traffic-source=S"],
            _ => &["--network=cj", "--postbacks=none"],
        };
        let push = [verb, "push", file.to_str().unwrap(), "--yes", "-o=json", option];
        let push = [&push[..], more].concat();
        let outcome = ffx.run(&push);
        assert_eq!(outcome.code, code, "{csv}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(words), "{csv}: {}", outcome.stderr);
        assert_eq!(outcome.stdout, if code == 0 { "[]\n" } else { "" }, "{csv}");
    }
}
