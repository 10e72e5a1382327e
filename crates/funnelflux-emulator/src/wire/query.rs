//! The query parameters of a request.

use super::{Refusal, fields::list};

/// The decoded parameters, in their order.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the parameters. A strict reader refuses those that the operation does not take.
    pub(crate) fn read(query: &str, known: &[&str], strict: bool) -> Result<Self, Refusal> {
        let pairs: Vec<(String, String)> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        for (index, (name, _)) in pairs.iter().enumerate() {
            if strict && !known.contains(&name.as_str()) {
                let right = if known.is_empty() {
                    "it takes none".to_owned()
                } else {
                    format!("it takes {}", list(known))
                };
                return Err(Refusal::bad_request(format!(
                    "`{name}` is not a query parameter of this operation; {right}"
                )));
            }
            if known.contains(&name.as_str())
                && pairs.iter().skip(index + 1).any(|(other, _)| other == name)
            {
                return Err(Refusal::bad_request(format!(
                    "the query parameter `{name}` is there twice; expected it once"
                )));
            }
        }
        Ok(Self(pairs))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter, under any of its spellings.
    pub(crate) fn require(&self, names: &[&str], right: &str) -> Result<&str, Refusal> {
        names.iter().find_map(|name| self.get(name)).ok_or_else(|| {
            let name = names.first().copied().unwrap_or_default();
            Refusal::bad_request(format!(
                "the query parameter `{name}` is missing; expected {right}"
            ))
        })
    }

    /// A flag; absent is false.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.get(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => Err(Refusal::bad_request(format!(
                "the query parameter `{name}` is {other:?}; expected true or false"
            ))),
        }
    }
}
