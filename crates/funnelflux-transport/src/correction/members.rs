//! Members of JSON text under other names, and everything else byte for byte as it was.
//!
//! Two names are exchanged, not one replaced: what the server may happen to call by *our* name
//! keeps a name of its own, so nothing is overwritten, and the way back is exact.

use crate::error::Error;

/// One member that the server calls otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rename {
    /// The members around it, from the outermost; `*` is any. Arrays do not count.
    parents: Vec<String>,
    ours: String,
    theirs: String,
}

/// Which way a text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    ToServer,
    FromServer,
}

impl Rename {
    /// `ours` is a name with the names around it: `destination.headers`.
    pub(crate) fn new(ours: &str, theirs: &str) -> Result<Self, Error> {
        let mut parents: Vec<String> = ours.split('.').map(ToOwned::to_owned).collect();
        let ours_alone = parents.pop().unwrap_or_default();
        let plain = |name: &str| {
            !name.is_empty() && !name.contains(['"', '\\', '.']) && !name.contains(char::is_control)
        };
        if !plain(&ours_alone) || ours_alone == "*" || !parents.iter().all(|name| plain(name)) {
            return Err(Error::invalid_request(format!(
                "member {ours:?}: expected a member's name, with the names around it where it is \
                 not at the top: destination.headers"
            )));
        }
        if !plain(theirs) || theirs == "*" {
            return Err(Error::invalid_request(format!(
                "member {ours:?}: {theirs:?} should be the one name that the server has for it"
            )));
        }
        if theirs == ours_alone {
            return Err(Error::invalid_request(format!(
                "member {ours:?}: it is called {theirs:?} already"
            )));
        }
        Ok(Self { parents, ours: ours_alone, theirs: theirs.to_owned() })
    }

    /// Whether both could claim one member: which of them would win is nobody's guess.
    pub(crate) fn conflicts(&self, other: &Self) -> bool {
        let same_place = self.parents.len() == other.parents.len()
            && self.parents.iter().zip(&other.parents).all(|(a, b)| a == b || a == "*" || b == "*");
        let names = |rename: &Self| [rename.ours.clone(), rename.theirs.clone()];
        same_place && names(self).iter().any(|name| names(other).contains(name))
    }

    fn other_name(&self, parents: &[Frame], name: &[u8]) -> Option<&str> {
        let other = if name == self.ours.as_bytes() {
            &self.theirs
        } else if name == self.theirs.as_bytes() {
            &self.ours
        } else {
            return None;
        };
        let mut around = parents.iter().filter_map(Frame::key);
        let here = self.parents.iter().all(|parent| {
            around.next().is_some_and(|key| parent == "*" || parent.as_bytes() == key)
        });
        (here && around.next().is_none()).then_some(other)
    }
}

/// An object or array that is open.
enum Frame {
    Array,
    /// The member whose value is being read, by our name; `None` before a key.
    Object(Option<Vec<u8>>),
}

impl Frame {
    fn key(&self) -> Option<&[u8]> {
        match self {
            Self::Array => None,
            Self::Object(key) => key.as_deref(),
        }
    }
}

/// The text with the members' other names. Text that is no JSON comes out as it came in, as far as
/// it can be read: whoever decodes it says what is wrong.
pub(crate) fn renamed(text: &[u8], renames: &[&Rename], way: Way) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 64);
    let mut open: Vec<Frame> = Vec::new();
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        match byte {
            b'"' => {
                let (string, after) = string(rest);
                out.extend_from_slice(
                    named(string, &mut open, renames, way).as_deref().unwrap_or(string),
                );
                rest = after;
                continue;
            }
            b'{' => open.push(Frame::Object(None)),
            b'[' => open.push(Frame::Array),
            b'}' | b']' => drop(open.pop()),
            b',' => {
                if let Some(Frame::Object(key)) = open.last_mut() {
                    *key = None;
                }
            }
            _ => {}
        }
        out.push(byte);
        rest = after;
    }
    out
}

/// What stands in place of this string, if it is a key that has another name.
fn named(string: &[u8], open: &mut [Frame], renames: &[&Rename], way: Way) -> Option<Vec<u8>> {
    let (Frame::Object(key), parents) = open.split_last_mut()? else { return None };
    if key.is_some() {
        return None;
    }
    // A name with escapes in it is nobody's: no JSON writer makes them where none are needed.
    let name = string.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let other = renames.iter().find_map(|rename| rename.other_name(parents, name));
    *key = Some(match (way, other) {
        (Way::FromServer, Some(ours)) => ours.as_bytes().to_vec(),
        _ => name.to_vec(),
    });
    Some([b"\"", other?.as_bytes(), b"\""].concat())
}

/// The string at the beginning, quotes included, and what follows it.
fn string(text: &[u8]) -> (&[u8], &[u8]) {
    let mut escaped = false;
    let inner = text.get(1..).unwrap_or_default();
    let end = inner.iter().position(|&byte| match byte {
        _ if escaped => {
            escaped = false;
            false
        }
        b'\\' => {
            escaped = true;
            false
        }
        byte => byte == b'"',
    });
    // The opening quote, and the closing one where there is one.
    text.split_at(end.map_or(text.len(), |at| at + 2))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rename(ours: &str, theirs: &str) -> Rename {
        Rename::new(ours, theirs).unwrap()
    }

    fn through(text: &str, renames: &[Rename], way: Way) -> String {
        let renames: Vec<&Rename> = renames.iter().collect();
        String::from_utf8(renamed(text.as_bytes(), &renames, way)).unwrap()
    }

    #[test]
    fn only_the_member_at_its_place_gets_the_other_name() {
        let ours = r#"{ "destination" : {"headers":{"destination":"x"}, "n": 1.50},"routes":[{"destination":2}], "a":"destination" }"#;
        let theirs = r#"{ "target" : {"httpHeaders":{"destination":"x"}, "n": 1.50},"routes":[{"destination":2}], "a":"destination" }"#;
        let renames =
            [rename("destination", "target"), rename("destination.headers", "httpHeaders")];
        assert_eq!(through(ours, &renames, Way::ToServer), theirs);
        assert_eq!(through(theirs, &renames, Way::FromServer), ours);
    }

    #[test]
    fn arrays_do_not_count_and_a_star_is_any_member() {
        let renames = [rename("payout", "amount"), rename("*.deep", "low")];
        let ours = r#"[{"payout":1,"x":[{"deep":2}]},{"payout":null}]"#;
        let theirs = r#"[{"amount":1,"x":[{"low":2}]},{"amount":null}]"#;
        assert_eq!(through(ours, &renames, Way::ToServer), theirs);
        assert_eq!(through(theirs, &renames, Way::FromServer), ours);
    }

    #[test]
    fn a_member_that_has_our_name_at_the_server_is_not_overwritten() {
        let theirs = r#"{"target":1,"destination":2}"#;
        let renames = [rename("destination", "target")];
        let ours = through(theirs, &renames, Way::FromServer);
        assert_eq!(ours, r#"{"destination":1,"target":2}"#);
        assert_eq!(through(&ours, &renames, Way::ToServer), theirs);
    }

    #[test]
    fn names_that_make_no_sense_and_names_claimed_twice_are_refused() {
        for (ours, theirs) in
            [("", "a"), ("a..b", "c"), ("a", ""), ("a", "b.c"), ("a", "a"), ("a.*", "b")]
        {
            assert!(Rename::new(ours, theirs).is_err(), "{ours} {theirs}");
        }
        assert!(rename("a", "b").conflicts(&rename("b", "c")));
        assert!(rename("x.a", "b").conflicts(&rename("*.c", "b")));
        assert!(!rename("a", "b").conflicts(&rename("x.a", "b")));
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let key = prop_oneof!["[a-d]", ".{0,4}"];
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<i64>().prop_map(serde_json::Value::from),
            prop_oneof!["[a-d]", "\\PC{0,6}", ".{0,4}"].prop_map(serde_json::Value::from),
        ];
        leaf.prop_recursive(5, 48, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
                prop::collection::vec((key.clone(), inner), 0..5)
                    .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn there_and_back_is_exact(value in json(), pretty: bool) {
            let renames = [rename("a", "b"), rename("a.c", "d"), rename("*.a.b", "c")];
            let text = if pretty { format!("{value:#}") } else { value.to_string() };
            for (there, back) in [(Way::ToServer, Way::FromServer), (Way::FromServer, Way::ToServer)] {
                let sent = through(&text, &renames, there);
                prop_assert!(serde_json::from_str::<serde_json::Value>(&sent).is_ok());
                prop_assert_eq!(&through(&sent, &renames, back), &text);
            }
        }

        #[test]
        fn what_is_no_json_is_no_reason_to_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let renames = [rename("a", "b")];
            let renames: Vec<&Rename> = renames.iter().collect();
            let _ = renamed(&bytes, &renames, Way::FromServer);
        }
    }
}
