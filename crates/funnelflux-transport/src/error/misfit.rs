//! Why JSON did not fit its type, without the value.

/// The kinds found and expected, and the place. serde's own text quotes the value, which may be a visitor's.
#[derive(Debug)]
pub(super) struct Misfit {
    what: Option<String>,
    line: usize,
    column: usize,
}

impl From<&serde_json::Error> for Misfit {
    fn from(error: &serde_json::Error) -> Self {
        let text = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let what = harmless(text.strip_suffix(&place).unwrap_or(&text));
        Self { what, line: error.line(), column: error.column() }
    }
}

funnelflux_contract::formats! {
    Error for Misfit, |it, f| {
        if let Some(what) = &it.what {
            write!(f, "{what}, ")?;
        }
        write!(f, "line {}, column {}", it.line, it.column)
    }
}

/// Rewrites the texts of serde that are known. Any other text is a type's own and may say anything.
fn harmless(text: &str) -> Option<String> {
    for lack in ["missing field `", "duplicate field `"] {
        // A name in the type's own source.
        if let Some(name) = text.strip_prefix(lack).and_then(|rest| rest.strip_suffix('`'))
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        {
            return Some(text.to_owned());
        }
    }
    if let Some((expected, found)) =
        text.strip_prefix("expected ").and_then(|rest| rest.rsplit_once(", found "))
    {
        // A text of the model's types, if it names kinds only.
        let is_ours = KINDS.contains(&found)
            && KINDS.iter().any(|kind| expected.contains(kind))
            && expected.bytes().all(|b| b.is_ascii_lowercase() || b" ,`".contains(&b));
        return is_ours.then(|| format!("got {found}, expected {expected}"));
    }
    let found =
        text.strip_prefix("invalid type: ").or_else(|| text.strip_prefix("invalid value: "))?;
    let (_, kind) = FOUND.into_iter().find(|(word, _)| found.starts_with(word))?;
    // The value comes before, so nothing of it is behind the last separator.
    let (_, expected) = found.rsplit_once(", expected ")?;
    Some(format!("got {kind}, expected {expected}"))
}

/// The kinds of JSON in the words of the model's own types.
const KINDS: [&str; 7] =
    ["null", "nothing", "a boolean", "a number", "a string", "a list", "an object"];
/// The words that serde begins a value with, and the kinds.
const FOUND: [(&str, &str); 8] = [
    ("string ", "a string"),
    ("integer ", "an integer"),
    ("floating point ", "a number"),
    ("boolean ", "a boolean"),
    ("character ", "a character"),
    ("null", "null"),
    ("map", "an object"),
    ("sequence", "a list"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn said<T: serde::de::DeserializeOwned + std::fmt::Debug>(json: &str) -> String {
        Misfit::from(&serde_json::from_str::<T>(json).unwrap_err()).to_string()
    }

    #[test]
    fn kinds_and_places_are_told_and_values_never() {
        assert_eq!(
            said::<u8>(r#""john, expected \"x\"""#),
            "got a string, expected u8, line 1, column 22"
        );
        assert_eq!(said::<u8>("203113"), "got an integer, expected u8, line 1, column 6");
        assert_eq!(said::<u8>("1.5"), "got a number, expected u8, line 1, column 3");
        assert_eq!(said::<String>("null"), "got null, expected a string, line 1, column 4");
        assert_eq!(said::<String>("\n[]"), "got a list, expected a string, line 2, column 0");
        assert_eq!(said::<bool>("{}"), "got an object, expected a boolean, line 1, column 0");
    }

    #[test]
    fn what_the_model_s_own_types_say_is_told_if_it_is_of_kinds_alone() {
        use serde::de::Error as _;
        let said = |text: &str| Misfit::from(&serde_json::Error::custom(text)).what;
        assert_eq!(
            said("expected a report, an object with `rows`, found a string").unwrap(),
            "got a string, expected a report, an object with `rows`"
        );
        assert_eq!(
            said("expected an object, found a number").unwrap(),
            "got a number, expected an object"
        );
        for foreign in [
            "expected john, found a string",
            "expected an object, found john",
            "expected an object like John, found a list",
            "expected an object, found a list, john",
        ] {
            assert_eq!(said(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_text_of_somebody_s_own_is_left_out() {
        #[derive(Debug, serde::Deserialize)]
        enum One {
            A,
        }
        assert!(matches!(serde_json::from_str(r#""A""#), Ok(One::A)));
        assert_eq!(said::<One>(r#""john""#), "line 1, column 6");
        assert_eq!(said::<std::net::IpAddr>(r#""john""#), "line 1, column 6");
    }
}
