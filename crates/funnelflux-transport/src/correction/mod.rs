//! Corrections of the contract: what an account shows to be called otherwise than this SDK
//! guessed, told by the user without a release.

mod members;

use bytes::Bytes;

use crate::error::Error;
use members::{Rename, Way, renamed};

/// All corrections of a client. Most have none.
#[derive(Debug, Default)]
pub(crate) struct Corrections {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    operations: String,
    what: What,
}

#[derive(Debug)]
enum What {
    Path(String),
    Query { ours: String, theirs: String },
    Member(Rename),
}

impl Corrections {
    pub(crate) fn path(&mut self, operation: String, path: String) -> Result<(), Error> {
        let sound = path.starts_with('/') && !path.contains(['?', '#', ' ']);
        if !sound || operation.ends_with('*') {
            return Err(Error::invalid_request(format!(
                "path override of {operation:?}: {path:?} should be a path such as /campaign/list, \
                 of one operation"
            )));
        }
        // The last word counts.
        self.rules
            .retain(|rule| !(rule.operations == operation && matches!(rule.what, What::Path(_))));
        self.rules.push(Rule { operations: operation, what: What::Path(path) });
        Ok(())
    }

    pub(crate) fn query(
        &mut self,
        operations: String,
        ours: String,
        theirs: String,
    ) -> Result<(), Error> {
        if ours.is_empty() || theirs.is_empty() || ours == theirs {
            return Err(Error::invalid_request(format!(
                "query override of {operations:?}: {ours:?} = {theirs:?} should be our name of a \
                 parameter and another one, the server's"
            )));
        }
        let twice = self.rules.iter().any(|rule| {
            overlap(&rule.operations, &operations)
                && matches!(&rule.what, What::Query { ours: other, .. } if *other == ours)
        });
        if twice {
            return Err(Error::invalid_request(format!(
                "query override of {operations:?}: the parameter {ours:?} is overridden twice"
            )));
        }
        self.rules.push(Rule { operations, what: What::Query { ours, theirs } });
        Ok(())
    }

    pub(crate) fn member(
        &mut self,
        operations: String,
        ours: &str,
        theirs: &str,
    ) -> Result<(), Error> {
        let about = |cause: Error| {
            Error::invalid_request(format!("member override of {operations:?}")).with_source(cause)
        };
        let rename = Rename::new(ours, theirs).map_err(about)?;
        let twice = self.rules.iter().any(|rule| {
            overlap(&rule.operations, &operations)
                && matches!(&rule.what, What::Member(other) if other.conflicts(&rename))
        });
        if twice {
            return Err(Error::invalid_request(format!(
                "member override of {operations:?}: {ours:?} = {theirs:?} uses a name that another \
                 override uses at the same place"
            )));
        }
        self.rules.push(Rule { operations, what: What::Member(rename) });
        Ok(())
    }

    /// What the rules speak of: ids of operations, or their beginnings with `.*` behind them.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|rule| rule.operations.as_str())
    }

    fn of(&self, id: &str) -> impl Iterator<Item = &What> {
        self.rules.iter().filter(move |rule| speaks_of(&rule.operations, id)).map(|rule| &rule.what)
    }

    pub(crate) fn path_of(&self, id: &str) -> Option<&str> {
        self.of(id).find_map(|what| match what {
            What::Path(path) => Some(path.as_str()),
            _ => None,
        })
    }

    pub(crate) fn query_name<'a>(&'a self, id: &str, name: &'a str) -> &'a str {
        self.of(id)
            .find_map(|what| match what {
                What::Query { ours, theirs } if ours == name => Some(theirs.as_str()),
                _ => None,
            })
            .unwrap_or(name)
    }

    /// A request's body with the server's names.
    pub(crate) fn in_the_servers_names(&self, id: &str, body: Bytes) -> Bytes {
        self.renamed(id, body, Way::ToServer)
    }

    /// An answer's body with our names.
    pub(crate) fn in_our_names(&self, id: &str, body: Bytes) -> Bytes {
        self.renamed(id, body, Way::FromServer)
    }

    fn renamed(&self, id: &str, body: Bytes, way: Way) -> Bytes {
        let renames: Vec<&Rename> = self
            .of(id)
            .filter_map(|what| match what {
                What::Member(rename) => Some(rename),
                _ => None,
            })
            .collect();
        if renames.is_empty() || body.is_empty() {
            return body;
        }
        renamed(&body, &renames, way).into()
    }
}

/// Whether a rule for `operations` speaks of the operation `id`.
pub(crate) fn speaks_of(operations: &str, id: &str) -> bool {
    match operations.strip_suffix('*') {
        Some(beginning) => id.starts_with(beginning),
        None => operations == id,
    }
}

fn overlap(a: &str, b: &str) -> bool {
    speaks_of(a, b.trim_end_matches('*')) || speaks_of(b, a.trim_end_matches('*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_speaks_of_one_operation_or_of_all_below_a_name() {
        let mut corrections = Corrections::default();
        corrections.query("ledger.page.*".into(), "idPage".into(), "id".into()).unwrap();
        corrections.member("ledger.page.update".into(), "baseURL", "url").unwrap();
        assert_eq!(corrections.query_name("ledger.page.delete", "idPage"), "id");
        assert_eq!(corrections.query_name("ledger.pagegroup.delete", "idPage"), "idPage");
        let body = Bytes::from_static(br#"{"baseURL":1}"#);
        assert_eq!(
            corrections.in_the_servers_names("ledger.page.update", body.clone()),
            r#"{"url":1}"#
        );
        assert_eq!(
            corrections.in_the_servers_names("ledger.page.create", body),
            r#"{"baseURL":1}"#
        );
    }

    #[test]
    fn two_rules_for_one_thing_are_refused_and_the_last_path_counts() {
        let mut corrections = Corrections::default();
        corrections.query("a.*".into(), "x".into(), "y".into()).unwrap();
        assert!(corrections.query("a.b".into(), "x".into(), "z".into()).is_err());
        corrections.member("a.b".into(), "x", "y").unwrap();
        assert!(corrections.member("a.*".into(), "y", "z").is_err());
        corrections.path("a.b".into(), "/one".into()).unwrap();
        corrections.path("a.b".into(), "/two".into()).unwrap();
        assert_eq!(corrections.path_of("a.b"), Some("/two"));
        assert!(corrections.path("a.*".into(), "/x".into()).is_err());
    }
}
