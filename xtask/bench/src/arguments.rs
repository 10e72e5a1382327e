//! The command line.

use clap::{Parser, ValueEnum, value_parser};

/// Measures what the SDK costs, side by side with what it could be replaced by.
#[derive(Debug, Parser)]
#[command(name = "bench", bin_name = "cargo xtask bench")]
pub(crate) struct Arguments {
    /// The benchmarks to run; all but `build` where none is named
    names: Vec<Name>,
    /// A short run: a rough look, not numbers to quote
    #[arg(long)]
    pub(crate) quick: bool,
    /// JSON instead of tables
    #[arg(long)]
    pub(crate) json: bool,
    /// How large a report to decode, in megabytes [default: 80; with --quick 16]
    #[arg(long, value_name = "MB", value_parser = value_parser!(u16).range(1..=2000))]
    size: Option<u16>,
    /// Only the client's cases that have TEXT in their name, timed alone and not compared: for a profiler
    #[arg(long, value_name = "TEXT")]
    pub(crate) only: Option<String>,
    /// Decode once by the decoder of this number, and print the seconds
    #[arg(long, hide = true)]
    pub(crate) decode_once: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Name {
    /// CPU time and allocations per HTTP request
    Client,
    /// Speed and memory of decoding a drilldown report
    Report,
    /// Time per id
    Ids,
    /// 500 objects made under a limit of 15 requests a second, beside reqwest-retry and naive loops
    Limit,
    /// Speed and memory of reading a browser's recording of 300 MB
    Learn,
    /// Speed and memory of the preview of 100,000 lines of ad spend, beside the csv crate alone
    Import,
    /// Time to build, check and draw funnels of 10, 100 and 1,000 nodes, and how it grows
    Funnels,
    /// CPU time and crates of clean builds, beside reqwest, octocrab and kube-client; with --quick the
    /// facade and reqwest alone. Fails when the facade is over its bound
    Build,
}

impl Arguments {
    pub(crate) fn wants(&self, name: Name) -> bool {
        // A quarter of an hour, most of it spent in dependencies.
        (self.names.is_empty() && name != Name::Build) || self.names.contains(&name)
    }

    pub(crate) fn report_bytes(&self) -> usize {
        usize::from(self.size.unwrap_or(if self.quick { 16 } else { 80 })) * 1_000_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> clap::error::Result<Arguments> {
        Arguments::try_parse_from(std::iter::once("bench").chain(line.split_whitespace()))
    }

    #[test]
    fn without_names_everything_is_wanted() {
        let every = parse("--quick").unwrap();
        assert!(every.wants(Name::Ids) && !every.wants(Name::Build));
        let one = parse("client --json").unwrap();
        assert!(one.wants(Name::Client) && !one.wants(Name::Ids) && one.json);
    }

    #[test]
    fn the_report_is_80_mb_unless_told() {
        assert_eq!(parse("").unwrap().report_bytes(), 80_000_000);
        assert_eq!(parse("--size 3").unwrap().report_bytes(), 3_000_000);
    }

    #[test]
    fn wrong_words_are_named() {
        for wrong in ["cleint", "--size", "--size 0", "--size many", "--only"] {
            let error = parse(wrong).unwrap_err().to_string();
            assert!(error.contains(wrong.split(' ').next_back().unwrap()), "{error}");
        }
    }
}
