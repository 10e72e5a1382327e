//! Members under other names. Two names are exchanged, not one replaced: a member that has the new name
//! already gets the old one, so nothing is overwritten, and the way back is exact.

use std::borrow::Cow;

use crate::edit_error::EditError;
use crate::token::{Around, Role, tokens};

/// One member with two names: ours and theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// The members around it by our names, the outermost first; `*` is any. Arrays do not count.
    parents: Vec<String>,
    ours: String,
    theirs: String,
}

/// The direction in which names are exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The text has our names and gets theirs.
    ToTheirs,
    /// The text has their names and gets ours.
    ToOurs,
}

impl Rename {
    /// Gives the member `ours` the name `theirs`. `ours` is a name with the names around it,
    /// `destination.headers`, where `*` is any name.
    ///
    /// # Errors
    /// When a name is empty, has a quote, a backslash or a control character in it, when `theirs`
    /// is not one name, or the two are the same.
    pub fn new(ours: &str, theirs: &str) -> Result<Self, EditError> {
        let refuse = |why: String| Err(EditError::new(format!("member {ours:?}: {why}")));
        let mut parents: Vec<String> = ours.split('.').map(ToOwned::to_owned).collect();
        let ours_alone = parents.pop().unwrap_or_default();
        let plain = |name: &str| {
            !name.is_empty() && !name.contains(['"', '\\', '.']) && !name.contains(char::is_control)
        };
        if !plain(&ours_alone) || ours_alone == "*" || !parents.iter().all(|name| plain(name)) {
            return refuse(
                "expected a member's name, with the names around it where it is not at the top: \
                 destination.headers"
                    .to_owned(),
            );
        }
        if !plain(theirs) || theirs == "*" {
            return refuse(format!("{theirs:?} should be the one name that the server has for it"));
        }
        if theirs == ours_alone {
            return refuse(format!("it is called {theirs:?} already"));
        }
        Ok(Self { parents, ours: ours_alone, theirs: theirs.to_owned() })
    }

    /// The same exchange within a member of the object.
    ///
    /// # Errors
    /// When the name of the member is none.
    pub fn below(&self, member: &str) -> Result<Self, EditError> {
        let names = std::iter::once(member).chain(self.parents.iter().map(String::as_str));
        let ours: Vec<&str> = names.chain([&*self.ours]).collect();
        Self::new(&ours.join("."), &self.theirs)
    }

    /// Whether both could apply to one member, so that the result would be undefined.
    pub fn conflicts(&self, other: &Self) -> bool {
        let same_place = self.parents.len() == other.parents.len()
            && self.parents.iter().zip(&other.parents).all(|(a, b)| a == b || a == "*" || b == "*");
        let names = |rename: &Self| [rename.ours.clone(), rename.theirs.clone()];
        same_place && names(self).iter().any(|name| names(other).contains(name))
    }

    fn other_name(&self, around: &Around<'_>, name: &str) -> Option<&str> {
        let other = match name {
            _ if name == self.ours => &self.theirs,
            _ if name == self.theirs => &self.ours,
            _ => return None,
        };
        let mut around = around.members();
        let is_around =
            |parent: &String| around.next().is_some_and(|name| parent == "*" || parent == name);
        let is_here = self.parents.iter().all(is_around);
        (is_here && around.next().is_none()).then_some(other)
    }
}

/// Exchanges the names of members in a text. Text that is not JSON is returned as far as possible as
/// it is: its reader reports what is wrong.
///
/// ```
/// use funnelflux_json::{Direction, Rename, rename};
///
/// let headers = Rename::new("destination.headers", "httpHeaders")?;
/// let ours = r#"{ "destination": {"headers": 1.50}, "headers": 2 }"#;
/// let theirs = r#"{ "destination": {"httpHeaders": 1.50}, "headers": 2 }"#;
/// assert_eq!(rename(ours, &[&headers], Direction::ToTheirs), theirs);
/// assert_eq!(rename(theirs, &[&headers], Direction::ToOurs), ours);
/// # Ok::<(), funnelflux_json::EditError>(())
/// ```
#[must_use]
pub fn rename(text: &str, renames: &[&Rename], direction: Direction) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut around = Around::default();
    for token in tokens(text) {
        // A name with escapes matches no rename: JSON writers escape only where they must.
        let name = token.strip_prefix('"').and_then(|token| token.strip_suffix('"'));
        let is_name = around.role(token) == Role::Name;
        let Some(name) = name.filter(|_| is_name) else {
            out += token;
            continue;
        };
        let other = renames.iter().find_map(|rename| rename.other_name(&around, name));
        out.extend(["\"", other.unwrap_or(name), "\""]);
        let ours = other.filter(|_| direction == Direction::ToOurs);
        around.enter(Cow::Borrowed(ours.unwrap_or(name)));
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn exchange(ours: &str, theirs: &str) -> Rename {
        Rename::new(ours, theirs).unwrap()
    }

    fn through(text: &str, renames: &[Rename], direction: Direction) -> String {
        rename(text, &renames.iter().collect::<Vec<_>>(), direction)
    }

    #[test]
    fn only_the_member_at_its_place_gets_the_other_name() {
        let ours = r#"{ "destination" : {"headers":{"destination":"x"}, "n": 1.50},"routes":[{"destination":2}], "a":"destination" }"#;
        let theirs = r#"{ "target" : {"httpHeaders":{"destination":"x"}, "n": 1.50},"routes":[{"destination":2}], "a":"destination" }"#;
        let renames =
            [exchange("destination", "target"), exchange("destination.headers", "httpHeaders")];
        assert_eq!(through(ours, &renames, Direction::ToTheirs), theirs);
        assert_eq!(through(theirs, &renames, Direction::ToOurs), ours);
    }

    #[test]
    fn arrays_do_not_count_and_a_star_is_any_member() {
        let renames = [exchange("payout", "amount"), exchange("*.deep", "low")];
        let ours = r#"[{"payout":1,"x":[{"deep":2}]},{"payout":null}]"#;
        let theirs = r#"[{"amount":1,"x":[{"low":2}]},{"amount":null}]"#;
        assert_eq!(through(ours, &renames, Direction::ToTheirs), theirs);
        assert_eq!(through(theirs, &renames, Direction::ToOurs), ours);
    }

    #[test]
    fn an_exchange_may_be_below_a_member() {
        let below = exchange("a.b", "c").below("x").unwrap();
        assert_eq!(below, exchange("x.a.b", "c"));
        let ours = r#"{"x":{"a":{"b":1}},"a":{"b":2}}"#;
        let theirs = through(ours, &[below], Direction::ToTheirs);
        assert_eq!(theirs, r#"{"x":{"a":{"c":1}},"a":{"b":2}}"#);
        assert!(exchange("a", "b").below("").is_err());
    }

    #[test]
    fn a_member_that_has_our_name_at_the_server_is_not_overwritten() {
        let theirs = r#"{"target":1,"destination":2}"#;
        let renames = [exchange("destination", "target")];
        let ours = through(theirs, &renames, Direction::ToOurs);
        assert_eq!(ours, r#"{"destination":1,"target":2}"#);
        assert_eq!(through(&ours, &renames, Direction::ToTheirs), theirs);
    }

    #[test]
    fn names_that_make_no_sense_and_names_claimed_twice_are_refused() {
        for (ours, theirs) in
            [("", "a"), ("a..b", "c"), ("a", ""), ("a", "b.c"), ("a", "a"), ("a.*", "b")]
        {
            assert!(Rename::new(ours, theirs).is_err(), "{ours} {theirs}");
        }
        assert!(exchange("a", "b").conflicts(&exchange("b", "c")));
        assert!(exchange("x.a", "b").conflicts(&exchange("*.c", "b")));
        assert!(!exchange("a", "b").conflicts(&exchange("x.a", "b")));
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
            let renames = [exchange("a", "b"), exchange("a.c", "d"), exchange("*.a.b", "c")];
            let text = if pretty { format!("{value:#}") } else { value.to_string() };
            for (there, back) in [(Direction::ToTheirs, Direction::ToOurs), (Direction::ToOurs, Direction::ToTheirs)] {
                let sent = through(&text, &renames, there);
                prop_assert!(serde_json::from_str::<serde_json::Value>(&sent).is_ok());
                prop_assert_eq!(&through(&sent, &renames, back), &text);
            }
        }

        #[test]
        fn text_that_is_not_json_does_not_panic(text in "[\\[\\]{}\",:a-c\\\\ é]{0,80}") {
            let _ = through(&text, &[exchange("a", "b")], Direction::ToOurs);
        }
    }
}
