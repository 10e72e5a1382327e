use super::{LONGEST_KEY, MOST_CODE, MOST_CODE_FOR_CERTAIN};
use crate::Severity;

/// A place in the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
}

impl Place {
    pub(super) fn of(code: &str, byte: usize) -> Self {
        let before = code.get(..byte).unwrap_or(code);
        let line = before.rsplit('\n').next().unwrap_or_default();
        Self { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 }
    }
}

funnelflux_contract::formats! { Display for Place, |it, f| write!(f, "{}:{}", it.line, it.column) }

/// Something wrong with a script, or something that cannot be checked, and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Where it is.
    pub place: Place,
    /// What it is.
    pub problem: Problem,
}

funnelflux_contract::formats! {
    Display for Finding, |it, f| {
        let Self { place, problem } = it;
        write!(f, "{place} {} {}: {problem}", problem.severity(), problem.code())
    }
}

macro_rules! problems {
    ($(
        $(#[$doc:meta])*
        $name:ident $({ $(#[$about:meta])* $field:ident: $type:ty })?,
        $code:literal, $severity:ident, $mend:literal;
    )+) => {
        /// What is wrong with a script.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Problem {
            $($(#[$doc])* $name $({ $(#[$about])* $field: $type })?,)+
        }

        impl Problem {
            /// The code of the finding, which stays the same from version to version.
            pub fn code(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => $code,)+
                }
            }

            /// How bad it is.
            pub fn severity(&self) -> Severity {
                match self {
                    $(Self::$name { .. } => Severity::$severity,)+
                }
            }

            /// How to mend it.
            pub fn mend(&self) -> String {
                match self {
                    $(Self::$name { .. } => format!($mend),)+
                }
            }
        }
    };
}

problems! {
    /// The text is not Go.
    Syntax {
        /// What is wrong at the place.
        what: String
    }, "FL001", Error, "write Go statements as they stand in the body of a function";
    /// The script has a part that is only of whole programs: a package, an import or a function with a name.
    Wrapper {
        /// The first word of it.
        word: &'static str
    }, "FL002", Error, "leave it out: the statements alone are the script";
    /// The script can end at the place without a return.
    NoReturn {
        /// What lets it end.
        why: &'static str
    }, "FL003", Error, "add `return \"default\"` as the last line";
    /// A return that has not exactly one value.
    ValueCount {
        /// How many it has.
        count: usize
    }, "FL004", Error, "return one route key, such as `return \"default\"`";
    /// A return of a literal that is no text.
    NotText {
        /// The literal.
        literal: String
    }, "FL005", Error, "return a route key in quotes";
    /// A literal that cannot be a route key.
    Key {
        /// The text.
        key: String
    }, "FL006", Error, "use 1 to {LONGEST_KEY} characters of a-z, 0-9 and _";
    /// No path returns the fallback.
    NoDefault, "FL007", Warning,
        "return \"default\" where nothing else applies; keep it connected in any case";
    /// A return that computes its key, so that it cannot be compared with the connections.
    Computed {
        /// The expression.
        expression: String
    }, "FL008", Note,
        "return literal keys in branches, or check by hand that each value is connected";
    /// The code is longer than the server takes.
    TooLong {
        /// Its length.
        bytes: usize
    }, "FL009", Error, "shorten it to {MOST_CODE_FOR_CERTAIN} bytes";
    /// The code may be longer than the server takes.
    MaybeTooLong {
        /// Its length.
        bytes: usize
    }, "FL010", Warning, "shorten it to {MOST_CODE_FOR_CERTAIN} bytes";
    /// A statement that no path reaches.
    Unreachable, "FL011", Warning, "delete it, or move it before the return";
    /// The code is not read.
    NotRead {
        /// The reason.
        why: &'static str
    }, "FL012", Error, "split the decision over several logic nodes";
}

impl Problem {
    /// Whether the script does not work with it.
    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }
}

funnelflux_contract::formats! {
    Display for Problem, |it, f| match it {
        Self::Syntax { what } => write!(f, "not Go: {what}"),
        Self::Wrapper { word } => write!(f, "a script has no `{word}` of its own"),
        Self::NoReturn { why } => {
            write!(f, "the script can end here without a return: {why}")
        }
        Self::ValueCount { count: 0 } => write!(f, "this return has no value"),
        Self::ValueCount { count } => write!(f, "this return has {count} values, not one"),
        Self::NotText { literal } => write!(f, "{literal} is no text, so no route key"),
        Self::Key { key } if key.is_empty() => write!(f, "the route key is empty"),
        Self::Key { key } if key.chars().count() > LONGEST_KEY => {
            let length = key.chars().count();
            write!(f, "the route key {} has {length} characters", quoted(key))
        }
        Self::Key { key } => {
            write!(f, "the route key {} has a character that no key may have", quoted(key))
        }
        Self::NoDefault => write!(f, "no path returns \"default\", the fallback"),
        Self::Computed { expression } => {
            let expression = shown(expression);
            write!(f, "`{expression}` cannot be checked: its value is known at run time only")
        }
        Self::TooLong { bytes } => {
            write!(f, "the code has {bytes} bytes; the server takes 10 KB, at most {MOST_CODE}")
        }
        Self::MaybeTooLong { bytes } => write!(
            f,
            "the code has {bytes} bytes; whether 10 KB means {MOST_CODE_FOR_CERTAIN} or {MOST_CODE} is unknown"
        ),
        Self::Unreachable => write!(f, "no path reaches this statement"),
        Self::NotRead { why } => write!(f, "the code was not checked: {why}"),
    }
}

/// The beginning of a text on one line, without control characters.
pub(super) fn shown(text: &str) -> String {
    const SHOWN: usize = 60;
    let more = if text.chars().nth(SHOWN).is_some() { "…" } else { "" };
    let start: String = text.chars().take(SHOWN).collect();
    let words: Vec<&str> = start.split_whitespace().collect();
    let safe = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    format!("{}{more}", words.join(" ").chars().map(safe).collect::<String>())
}

fn quoted(key: &str) -> String {
    let short: String = key.chars().take(LONGEST_KEY).collect();
    let more = if key.chars().nth(LONGEST_KEY).is_some() { "…" } else { "" };
    format!("{short:?}{more}")
}
