//! Sales that earlier uploads and postbacks made are neither doubled nor lost.

use std::time::Duration;

use funnelflux::emulator::Emulator;

use crate::support::{Ffx, serve};

const A: &str = "m8bsn4as1ra9dpcdv1vynrnh";

/// Runs pushes of `status amount order day`, one after the other, each with options, its exit code and words of what it
/// says; then compares the account with `transaction payout`.
fn story(name: &str, steps: &[(&str, &str, i32, &str)], account: &[&str]) {
    let served = serve(Emulator::builder().seed(1));
    let noon = std::time::UNIX_EPOCH + Duration::from_secs(1_795_780_800);
    served.emulator.clock().set(noon);
    let (ffx, other) = (Ffx::at(&served.emulator), Ffx::at(&served.emulator));
    let rows = |lines: &[&str]| -> String {
        lines.iter().map(|line| format!("{A},{}\n", line.replace(' ', ","))).collect()
    };
    let plain = ["--postbacks=none", "--settled-after=0"];
    for (lines, options, code, words) in steps {
        let lines: Vec<&str> = lines.split(", ").collect();
        let (by, head, network) = match options.strip_prefix("postback") {
            Some(_) => (&other, "hit,transaction,payout", None),
            None if options.starts_with("plain") => (&ffx, "hit,transaction,payout", None),
            None => (&ffx, "SubId1,Status,Payout,Order Id,Action Date", Some("--network=impact")),
        };
        let outcome = if let Some(upload) = lines[0].strip_prefix("undo ") {
            ffx.run(&["conversions", "undo", upload, "--yes"])
        } else {
            let file = by.write("sales.csv", &format!("{head}\n{}", rows(&lines)));
            let words = options.trim_start_matches("postback").trim_start_matches("plain");
            let words = words.split_whitespace();
            let words: Vec<String> = words.map(|word| word.replace('_', " ")).collect();
            let push = ["conversions", "push", file.to_str().unwrap(), "--postbacks=none", "--yes"];
            let more = network.into_iter().chain(words.iter().map(String::as_str));
            by.run(&push.into_iter().chain(more).collect::<Vec<_>>())
        };
        served.emulator.advance(Duration::from_secs(60));
        assert_eq!(outcome.code, *code, "{name}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(words), "{name}: {}", outcome.stderr);
    }
    let reader = Ffx::at(&served.emulator);
    let file = reader.write("all.csv", &format!("hit,transaction,payout\n{}", rows(account)));
    let verify = ["conversions", "verify", file.to_str().unwrap()];
    let verified = reader.run(&[&verify[..], &plain].concat());
    assert_eq!(verified.code, 0, "{name}: {}{}", verified.stdout, verified.stderr);
}

#[test]
fn what_was_there_before_is_neither_doubled_nor_replaced_nor_lost() {
    const BY_ORDER: &str = "--map=transaction=Order_Id";
    const DOUBLED: &str = "under another transaction id";
    const AGAIN: &str = "not newer than what was sent after it";
    const SET: &str = "--corrections=set";
    let sale = "approved 27.31 A 2026-11-20";
    for (name, steps, account) in [
        (
            "a second order in a later file",
            &[
                (sale, "", 0, ""),
                ("approved 9 B 2026-11-21", "", 2, "second sale of the hit of upload 1"),
                ("approved 9 B 2026-11-21", BY_ORDER, 0, ""),
            ][..],
            &[" 27.31", "B 9"][..],
        ),
        (
            "transactions that the first upload did not send",
            &[
                (sale, "", 0, ""),
                ("approved 27.31 A 2026-11-20, approved 9 B 2026-11-21", BY_ORDER, 2, DOUBLED),
                (
                    "approved 27.31 A 2026-11-20, approved 9 B 2026-11-21",
                    "--map=transaction=Order_Id --existing=skip",
                    0,
                    "line 2: the hit has a conversion",
                ),
            ],
            &[" 27.31", "A delete", "B 9"],
        ),
        (
            "transactions that the second upload does not send",
            &[(sale, BY_ORDER, 0, ""), (sale, "", 2, DOUBLED)],
            &["A 27.31", " delete"],
        ),
        (
            "undone first",
            &[(sale, "", 0, ""), ("undo 1", "", 0, ""), (sale, BY_ORDER, 0, "")],
            &["A 27.31", " delete"],
        ),
        (
            "a sale that a postback made",
            &[
                ("T1 27.31", "postback", 0, ""),
                (sale, "", 2, DOUBLED),
                (sale, "--existing=skip", 0, "nothing to send: every line"),
            ],
            &["T1 27.31", " delete"],
        ),
        (
            "two sales of which a postback made one",
            &[("T1 27.31", "postback", 0, ""), (sale, "--existing=add", 0, "")],
            &["T1 27.31", " 27.31"],
        ),
        (
            "a postback of the same transaction is updated, and an undo goes back to it",
            &[("A 20", "postback", 0, ""), (sale, BY_ORDER, 0, ""), ("undo 1", "", 0, "")],
            &["A 20"],
        ),
        (
            "an undo of a deletion brings the sale back",
            &[
                ("A 20", "postback", 0, ""),
                ("reversed 20 A 2026-11-21", BY_ORDER, 0, ""),
                ("undo 1", "", 0, ""),
            ],
            &["A 20"],
        ),
        (
            "an older export",
            &[
                (
                    "approved 27.31 A 2026-11-20, reversed 7.31 A 2026-11-22",
                    "--corrections=set",
                    0,
                    "",
                ),
                (sale, "", 0, "an older state of the hit"),
            ],
            &[" 20.00"],
        ),
        (
            "an older export beside a deletion of the time of its sale",
            &[
                (sale, "", 0, ""),
                ("reversed 27.31 A 2026-11-20", "", 0, ""),
                (sale, "", 0, "not newer than what was sent after it"),
            ],
            &[" delete"],
        ),
        (
            "an older export beside a part refunded at the time of its sale",
            &[
                (sale, "", 0, ""),
                ("reversed -7.31 A 2026-11-20", "--corrections=set", 0, ""),
                (sale, "", 0, AGAIN),
                ("reversed -7.31 A 2026-11-20", "--corrections=set", 0, "is not repeated"),
                (sale, "", 0, AGAIN),
            ],
            &[" 20.00"],
        ),
        (
            "an older export without times beside a refund of a part",
            &[
                ("approved 27.31 A ", "", 0, ""),
                ("reversed -7.31 A ", "--corrections=set", 0, ""),
                ("approved 27.31 A ", "", 0, AGAIN),
                ("reversed -7.31 A ", "--corrections=set", 0, "is not repeated"),
            ],
            &[" 20.00"],
        ),
        (
            "an older export without times beside a refund of the whole",
            &[
                ("approved 27.31 A ", "", 0, ""),
                ("reversed 27.31 A ", "", 0, ""),
                ("approved 27.31 A ", "", 0, AGAIN),
            ],
            &[" delete"],
        ),
        (
            "an export with the sale alone, after one with its refund",
            &[
                ("approved 27.31 A 2026-11-20, reversed 7.31 A 2026-11-20", SET, 0, ""),
                (sale, "", 0, AGAIN),
                ("approved 27.31 A 2026-11-20, reversed 7.31 A 2026-11-20", SET, 0, "same value"),
                (
                    "approved 27.31 A 2026-11-20, reversed 7.31 A 2026-11-20, reversed 5 A 2026-11-21",
                    SET,
                    0,
                    "20.00 → 15.00",
                ),
            ],
            &[" 15.00"],
        ),
        (
            "a sale that a postback made, and a refund of the same time",
            &[
                ("A 27.31", "postback", 0, ""),
                (
                    "reversed -7.31 A 2026-11-20",
                    "--map=transaction=Order_Id --corrections=set",
                    0,
                    "",
                ),
                (sale, BY_ORDER, 0, AGAIN),
            ],
            &["A 20.00"],
        ),
        (
            "a payout that changes at the same time, and the older export by mistake and on purpose",
            &[
                (sale, "", 0, ""),
                ("approved 30 A 2026-11-20", "", 0, "27.31 → 30"),
                (sale, "", 0, AGAIN),
                (sale, "--resend", 0, "accepted"),
            ],
            &[" 27.31"],
        ),
        (
            "a payout that is sent again after its undo",
            &[
                (sale, "", 0, ""),
                ("approved 30 A 2026-11-20", "", 0, ""),
                ("undo 2", "", 0, ""),
                ("approved 30 A 2026-11-20", "", 0, "27.31 → 30"),
            ],
            &[" 30"],
        ),
        (
            "a sale that counts again by a later time",
            &[
                (sale, "", 0, ""),
                ("reversed 27.31 A 2026-11-20", "", 0, ""),
                ("approved 27.31 A 2026-11-21", "", 0, ""),
            ],
            &[" 27.31"],
        ),
        (
            "a reversal of another order",
            &[(sale, "", 0, ""), ("reversed 9 B 2026-11-21", "", 0, "of another order")],
            &[" 27.31"],
        ),
        (
            "a refund of a part, of the whole, and of a sale that a postback made",
            &[
                (sale, "", 0, ""),
                ("reversed -7.31 A 2026-11-21", "", 2, "corrects 27.31 to 20.00"),
                ("reversed -7.31 A 2026-11-21", "--corrections=set", 0, ""),
                ("reversed -20 A 2026-11-22", "", 0, ""),
            ],
            &[" delete"],
        ),
    ] {
        story(name, steps, account);
    }
}

#[test]
fn a_refund_is_taken_off_once_however_its_time_is_spelled() {
    const SET: &str = "--corrections=set";
    const ASKED: &str = "and no time tells whether it is the same refund";
    let sale = ("approved 27.31 A 2026-11-20", "", 0, "");
    let (day, noon) = ("reversed -7.31 A 2026-11-21", "reversed -7.31 A 2026-11-21T12:00:00");
    for (first, second, is_asked) in [
        (day, noon, true),
        (noon, day, true),
        // By the clocks of two zones, of which one shows the next day or the day before.
        (noon, "reversed -7.31 A 2026-11-21T17:00:00Z", true),
        ("reversed -7.31 A 2026-11-21T23:30:00", "reversed -7.31 A 2026-11-22T04:30:00Z", true),
        ("reversed -7.31 A 2026-11-22T04:30:00Z", "reversed -7.31 A 2026-11-21T23:30:00", true),
        (day, "reversed -7.31 A 2026-11-22T04:30:00Z", true),
        ("reversed -7.31 A 2026-11-20T23:30:00Z", day, true),
        (noon, "reversed -7.31 A 2026-11-21T12:30:00", false),
        (day, "reversed -7.31 A 2026-11-22T12:00:00", false),
        (noon, "reversed -7.31 A 2026-11-22", false),
        (noon, "reversed -7.31 A 2026-11-24T17:00:00Z", false),
    ] {
        let name = format!("{first}, then {second}");
        let (code, words) = if is_asked { (2, ASKED) } else { (0, "20.00 → 12.69") };
        let rest = if is_asked { " 20.00" } else { " 12.69" };
        story(&name, &[sale, (first, SET, 0, ""), (second, SET, code, words)], &[rest]);
        // The answer, and the first one again.
        let steps = [
            sale,
            (first, SET, 0, ""),
            (second, "--corrections=skip", 0, ""),
            (first, SET, 0, "is not repeated"),
        ];
        if is_asked {
            story(&name, &steps, &[" 20.00"]);
        }
    }
    for (name, steps, account) in [
        (
            "another amount of that day",
            &[sale, (day, SET, 0, ""), ("reversed -5 A 2026-11-21T12:00:00", SET, 0, "20.00 → 15")]
                [..],
            &[" 15.00"][..],
        ),
        (
            "what is left is that amount",
            &[
                ("approved 14.62 A 2026-11-20", "", 0, ""),
                (day, SET, 0, ""),
                (noon, "--corrections=skip", 0, "nothing to send"),
            ],
            &[" 7.31"],
        ),
    ] {
        story(name, steps, account);
    }
}

#[test]
fn what_is_booked_again_after_a_refund_is_added_where_it_is_newer() {
    const SET: &str = "--corrections=set";
    let sale = ("approved 27.31 A 2026-11-20", "", 0, "");
    let part = ("reversed -7.31 A 2026-11-21", SET, 0, "");
    let again = "approved 9 A 2026-11-22";
    for (name, steps, account) in [
        (
            "asked, added, and not added again",
            &[
                sale,
                part,
                (again, "", 2, "booked after a refund that left 20.00, with which it comes to 29"),
                (again, SET, 0, "9 is booked again after a refund: 29.00 in all"),
                (again, SET, 0, "not newer"),
                ("reversed -7.31 A 2026-11-21", SET, 0, "is not repeated"),
            ][..],
            &[" 29.00"][..],
        ),
        (
            "left out, and deleted",
            &[
                sale,
                part,
                (again, "--corrections=skip", 0, "nothing to send"),
                ("approved 9 A 2026-11-23", "--corrections=delete", 0, "20.00 → delete"),
            ],
            &[" delete"],
        ),
        (
            "older",
            &[sale, part, ("approved 9 A 2026-11-19", SET, 0, "an older state")],
            &[" 20.00"],
        ),
        (
            "of the day of the refund",
            &[sale, part, ("approved 9 A 2026-11-21", SET, 0, "not newer")],
            &[" 20.00"],
        ),
        (
            "after a refund of the whole, which comes again",
            &[
                sale,
                ("reversed 27.31 A 2026-11-21", "", 0, ""),
                (again, "", 0, "9 is booked again after a refund: 9 in all"),
                ("reversed 27.31 A 2026-11-21", "", 0, "is not repeated"),
                ("reversed 9 A 2026-11-23", "", 0, "9 → delete"),
            ],
            &[" delete"],
        ),
        (
            "a whole history in one file afterwards",
            &[
                sale,
                part,
                (again, SET, 0, ""),
                (
                    "approved 27.31 A 2026-11-20, reversed -7.31 A 2026-11-21, approved 9 A 2026-11-22",
                    SET,
                    0,
                    "same value",
                ),
            ],
            &[" 29.00"],
        ),
    ] {
        story(name, steps, account);
    }
}

#[test]
fn a_refund_that_would_reach_nothing_beside_a_sale_of_its_hit_is_asked_for() {
    const BY_ORDER: &str = "--map=transaction=Order_Id";
    const BY_DATE: &str = "--map=transaction=Action_Date";
    const ASKED: &str = "under another transaction id";
    let sale = ("approved 27.31 A 2026-11-20", "", 0, "");
    let plain = ("T1 27.31", "plain", 0, "");
    for (name, steps, account) in [
        (
            "the order of the sale, which was sent without it",
            &[
                sale,
                ("reversed 27.31 A 2026-11-21", BY_ORDER, 2, ASKED),
                (
                    "reversed 27.31 A 2026-11-21",
                    "--map=transaction=Order_Id --existing=skip",
                    0,
                    "nothing to send",
                ),
            ][..],
            &[" 27.31"][..],
        ),
        (
            "a part",
            &[
                ("approved 27.31 A 2026-11-20", BY_DATE, 0, ""),
                (
                    "reversed -7.31 A 2026-11-21",
                    "--map=transaction=Action_Date --corrections=set",
                    2,
                    ASKED,
                ),
            ],
            &["2026-11-20 27.31"],
        ),
        (
            "an amount, with its sale in the file",
            &[("approved 27.31 A 2026-11-20, reversed -27.31 A 2026-11-21", BY_DATE, 2, ASKED)],
            &["2026-11-20 delete"],
        ),
        (
            "a status, beside another sale in the file",
            &[("approved 27.31 A 2026-11-20, reversed 9 B 2026-11-21", BY_ORDER, 0, "")],
            &["A 27.31", "B delete"],
        ),
        (
            "a status of another order",
            &[
                ("approved 27.31 A 2026-11-20", BY_DATE, 0, ""),
                ("reversed 9 B 2026-11-21", BY_DATE, 0, ""),
            ],
            &["2026-11-20 27.31", "2026-11-21 delete"],
        ),
        (
            "a status of another transaction, which may be that of a refund",
            &[
                ("approved 27.31 A 2026-11-20", BY_ORDER, 0, ""),
                ("reversed 27.31 R 2026-11-21", BY_ORDER, 2, ASKED),
            ],
            &["A 27.31"],
        ),
        ("without orders", &[plain, ("T2 delete", "plain", 2, ASKED)], &["T1 27.31"]),
        (
            "without orders, by force",
            &[plain, ("T2 delete", "plain --existing=add", 0, "")],
            &["T1 27.31"],
        ),
        (
            "without orders, of a sale",
            &[plain, ("T2 9", "plain", 0, ""), ("T2 delete", "plain", 0, "9 → delete")],
            &["T1 27.31", "T2 delete"],
        ),
        (
            "of a sale that a postback made",
            &[plain, ("T2 9", "postback --existing=add", 0, ""), ("T2 delete", "plain", 0, "")],
            &["T1 27.31", "T2 delete"],
        ),
        (
            "of a sale that was undone",
            &[plain, ("undo 1", "", 0, ""), ("T2 delete", "plain", 0, "")],
            &["T1 delete", "T2 delete"],
        ),
    ] {
        story(name, steps, account);
    }
}
