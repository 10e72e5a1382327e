//! JSON rewritten as text: what is not replaced stays byte for byte, order and the spelling of
//! numbers included.

/// A part of a JSON text that may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The name of a member.
    Name,
    /// A string, without its quotes and escapes.
    Text,
    /// A number, as it is spelled.
    Number,
}

struct Level {
    is_object: bool,
    /// Of the member that stands here, or of that which holds the list.
    name: String,
    awaits_name: bool,
}

/// The text with the parts replaced for which `replace` has something else, given the name of the
/// member that they belong to. `None` if the text is no JSON.
pub(super) fn rewrite(
    text: &str,
    mut replace: impl FnMut(Part, &str, &str) -> Option<String>,
) -> Option<String> {
    serde_json::from_str::<&serde_json::value::RawValue>(text).ok()?;
    let mut out = String::with_capacity(text.len());
    let mut levels: Vec<Level> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => string_length(rest),
            '-' | '0'..='9' => number_length(rest),
            other => other.len_utf8(),
        };
        let (token, behind) = rest.split_at_checked(length)?;
        rest = behind;
        let name = levels.last().map_or("", |level| level.name.as_str());
        let replacement = match first {
            '"' => {
                let value: String = serde_json::from_str(token).ok()?;
                let is_name = levels.last().is_some_and(|level| level.awaits_name);
                let part = if is_name { Part::Name } else { Part::Text };
                let replacement = replace(part, if is_name { "" } else { name }, &value);
                if let Some(level) = levels.last_mut().filter(|_| is_name) {
                    level.name = value;
                    level.awaits_name = false;
                }
                replacement.map(|text| serde_json::Value::from(text).to_string())
            }
            '-' | '0'..='9' => replace(Part::Number, name, token),
            '{' => {
                levels.push(Level { is_object: true, name: String::new(), awaits_name: true });
                None
            }
            '[' => {
                let name = name.to_owned();
                levels.push(Level { is_object: false, name, awaits_name: false });
                None
            }
            '}' | ']' => {
                levels.pop();
                None
            }
            ',' => {
                if let Some(level) = levels.last_mut() {
                    level.awaits_name = level.is_object;
                }
                None
            }
            _ => None,
        };
        out += replacement.as_deref().unwrap_or(token);
    }
    Some(out)
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}

fn number_length(text: &str) -> usize {
    let in_number = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    text.bytes().position(|byte| !in_number(byte)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_replaced_stays_byte_for_byte() {
        for text in [
            r#" { "z" : 1.50, "a":[1e3, "\u00e9\"\\", {"x": -0}], "n":null ,"t":true} "#,
            "[]",
            "17",
            r#""text""#,
            r#"{"é":{"":[[],{}]}}"#,
        ] {
            assert_eq!(rewrite(text, |_, _, _| None).unwrap(), text);
        }
        assert_eq!(rewrite("{", |_, _, _| None), None);
        assert_eq!(rewrite("<html>", |_, _, _| None), None);
    }

    #[test]
    fn parts_come_with_the_name_that_they_belong_to() {
        let text = r#"{"a":1,"b":["x",{"c":2},3],"d":"y"}"#;
        let mut seen = Vec::new();
        rewrite(text, |part, name, value| {
            if part != Part::Name {
                seen.push(format!("{name}={value}"));
            }
            None
        });
        assert_eq!(seen, ["a=1", "b=x", "c=2", "b=3", "d=y"]);
        let new = rewrite(text, |part, name, _| match (part, name) {
            (Part::Name, _) => Some("n\"".to_owned()),
            (Part::Number, "c") => Some("0".to_owned()),
            (Part::Text, "d") => Some("é".to_owned()),
            _ => None,
        });
        assert_eq!(new.unwrap(), r#"{"n\"":1,"n\"":["x",{"n\"":0},3],"n\"":"é"}"#);
    }
}
