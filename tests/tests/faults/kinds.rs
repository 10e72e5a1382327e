//! The kinds of faults that were found once, and the table test that holds each.

use funnelflux_tests::{files, root};

/// A kind of fault: the rule that it broke, in one sentence, and the test that holds the rule.
pub(crate) struct Kind {
    pub(crate) rule: &'static str,
    pub(crate) test: &'static str,
}

const fn kind(test: &'static str, rule: &'static str) -> Kind {
    Kind { rule, test }
}

pub(crate) const KINDS: [Kind; 19] = [
    kind(
        "a_refusal_in_a_normal_answer",
        "A no inside of a 2xx answer to a write is a refusal, in every command and every typed call.",
    ),
    kind(
        "an_answer_that_cannot_be_read",
        "A 2xx answer to a write that cannot be read leaves the outcome unknown; a read fails.",
    ),
    kind(
        "attempts_and_reasons_are_the_true_ones",
        "Attempts are counted once, and an error names the part that failed: token issuer, proxy or API.",
    ),
    kind(
        "rows_that_shift_between_pages",
        "Rows that move while pages are read are neither told twice nor lost without a word.",
    ),
    kind(
        "days_across_a_clock_change",
        "A day has one number: alone, in a week, with and without `--split`, also where clocks change.",
    ),
    kind(
        "text_stays_as_it_is_spelled",
        "The text of an input file stays as it is spelled where the member is a text.",
    ),
    kind(
        "an_update_merges_objects",
        "An update merges nested objects, replaces lists whole and says so.",
    ),
    kind(
        "codings_and_byte_order_marks",
        "Content codings are read in any spelling, or named; byte order marks are skipped, or named.",
    ),
    kind(
        "terminals_get_no_control_characters",
        "No control character of data reaches a terminal; a pipe gets the data unchanged.",
    ),
    kind(
        "large_and_hostile_input",
        "Input of any size and depth is read in bounded memory, or refused with the reason.",
    ),
    kind(
        "secrets_that_the_server_says_back",
        "A secret in use is never printed, logged or recorded, even if the server says it back.",
    ),
    kind(
        "the_refresh_grant_is_never_lost",
        "A refresh token is presented only if the result can be stored, and the result is stored.",
    ),
    kind(
        "settings_that_are_not_understood",
        "A setting that is not understood is refused by name, never skipped.",
    ),
    kind(
        "numbers_at_the_edge",
        "Numbers, zones, dates and status words at the edge are taken for what they say, or refused.",
    ),
    kind(
        "paths_stay_below_their_base",
        "No id, path or override leaves the base path; own files are made without following links.",
    ),
    kind(
        "the_command_line_says_what_it_does",
        "A command tells progress, outcomes and next steps, in the words of the command line.",
    ),
    kind(
        "the_emulator_has_limits",
        "The emulator bounds times and connections, checks `Host`, and stops within two seconds.",
    ),
    kind(
        "the_tested_binary_is_the_shipped_one",
        "The tests run the `ffx` that `cargo install` builds: the same features, one TLS library.",
    ),
    kind(
        "limits_far_below_the_default_rate",
        "Work in bulk finds the account's limit and waits for it; throttling is no failure of an item.",
    ),
];

/// The files of the test, below the root of the workspace.
pub(crate) fn places(kind: &Kind) -> Vec<String> {
    let (function, module) = (format!("fn {}(", kind.test), format!("mod {} ", kind.test));
    let declared = format!("mod {};", kind.test);
    let mut places = Vec::new();
    for folder in ["crates", "tests", "xtask"] {
        for path in files(&root().join(folder), "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let path = if text.contains(&declared) {
                // A module may be a file of its own.
                let own = path.with_file_name(kind.test).with_extension("rs");
                assert!(own.is_file(), "{}: declared in {}", own.display(), path.display());
                own
            } else if text.contains(&function) || text.contains(&module) {
                path
            } else {
                continue;
            };
            let below = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
            places.push(below);
        }
    }
    places
}
