//! The built `ffx`, its output and its exit codes, against the emulator and against small servers
//! that answer as production did.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on fails"
)]

mod a_refusal_in_a_normal_answer;
mod an_update_merges_objects;
mod api;
mod assets;
mod auth;
mod bulk;
mod codings_and_byte_order_marks;
mod dialect;
mod doctor;
mod domains;
mod drilldown;
mod dry_run;
mod emulator;
mod explore;
mod funnels;
mod funnels_carry;
mod funnels_clone;
mod funnels_files;
mod funnels_rollback;
mod hooks;
mod hooks_listen;
mod hooks_replay;
mod ids;
mod imports;
mod large_and_hostile_input;
mod learn;
mod learn_alone;
mod learn_canary;
mod learn_every_kind;
mod learn_file;
mod learn_schemas;
mod links;
mod logic_scripts;
mod numbers_at_the_edge;
mod objects;
mod operations;
mod outcomes;
mod paths_stay_below_their_base;
mod profile;
mod push;
mod push_assets;
mod push_files;
mod push_journal;
#[cfg(unix)]
mod push_killed;
mod push_lines;
mod push_listeners;
mod push_sales;
mod push_verify;
mod raw;
mod resilience;
mod rules;
mod secrets;
mod settings;
mod settings_that_are_not_understood;
mod stdin;
mod support;
#[cfg(unix)]
mod terminal;
#[cfg(unix)]
mod terminals_get_no_control_characters;
mod text_stays_as_it_is_spelled;
mod the_command_line_says_what_it_does;
#[cfg(unix)]
mod the_refresh_grant_is_never_lost;
