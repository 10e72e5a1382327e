//! The command line.

use crate::Result;

/// What `--help` prints.
pub const USAGE: &str = "\
Usage: cargo xtask bench [NAME…] [OPTIONS]

Measures what the SDK costs, side by side with what it could be replaced by.

Names:
  client         CPU time and allocations per HTTP request
  report         speed and memory of decoding a drilldown report
  ids            time per id
  (none)         all of them

Options:
  --quick        a short run: a rough look, not numbers to quote
  --json         for machines
  --size MB      how large a report to decode (default 80; with --quick 16)
  --only TEXT    only the client's cases that have TEXT in their name, timed alone and not compared:
                 for a profiler
  --help         this text";

/// What was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Arguments {
    /// Names of benchmarks; none means all.
    pub names: Vec<String>,
    /// A short run.
    pub quick: bool,
    /// JSON instead of tables.
    pub json: bool,
    /// The usage was asked for.
    pub help: bool,
    /// Megabytes of the report.
    pub size: Option<usize>,
    /// Client cases to run alone.
    pub only: Option<String>,
}

const NAMES: &[&str] = &["client", "report", "ids"];

impl Arguments {
    /// Reads them.
    ///
    /// # Errors
    /// An unknown name or option, or a bad value.
    pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Self> {
        let mut parsed = Self::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--quick" => parsed.quick = true,
                "--json" => parsed.json = true,
                "--help" | "-h" => parsed.help = true,
                "--size" => {
                    let value = arguments.next().unwrap_or_default();
                    let size = value.parse().ok().filter(|size| (1..=2000).contains(size));
                    parsed.size = Some(size.ok_or_else(|| {
                        format!(
                            "--size {value}: a whole number of megabytes from 1 to 2000 is expected"
                        )
                    })?);
                }
                "--only" => {
                    parsed.only = Some(arguments.next().ok_or("--only: a text is expected")?);
                }
                name if NAMES.contains(&name) => parsed.names.push(argument),
                other => {
                    return Err(format!(
                        "`{other}` is neither a benchmark nor an option\n\n{USAGE}"
                    )
                    .into());
                }
            }
        }
        Ok(parsed)
    }

    /// Whether a benchmark was asked for.
    #[must_use]
    pub fn wants(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|wanted| wanted == name)
    }

    /// How many bytes of report to decode.
    #[must_use]
    pub fn report_bytes(&self) -> usize {
        self.size.unwrap_or(if self.quick { 16 } else { 80 }) * 1_000_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Arguments> {
        Arguments::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn without_names_everything_is_wanted() {
        assert!(parse("--quick").unwrap().wants("ids"));
        let one = parse("client --json").unwrap();
        assert!(one.wants("client") && !one.wants("ids") && one.json);
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
