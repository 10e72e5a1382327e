//! Names of the API in code: each must be in the contract.
//!
//! A text is such a name by its place: the member of an accessor (`get("…")`), of an index or of
//! `json!`, the first of a pair, a name that serde is given, a query parameter, a segment of a path, the
//! value of a member that is an enumeration anywhere in the contract. Elsewhere a text in camel case is
//! one, and so are the other texts of its list. The emulator's templates are read as such code.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, Group, TokenTree};

use crate::Result;
use crate::contract::{Contract, Type};
use crate::source::{Source, is_punct};

/// Calls whose first text is the name of a member or of a query parameter.
const ACCESSORS: &str = "any_text append_pair array contains_key count decimal entry flag get \
get_mut insert items keep list member optional_mills optional_secret optional_string put query remove \
serialize_entry serialize_field set set_member string sum text";

/// Calls whose first text names a thing of Rust.
const OTHERS: &[&str] = &["debug_struct", "debug_tuple", "field"];

/// The crates whose pairs hold words for a person.
const PAIRS_OF_WORDS: &[&str] = &["crates/funnelflux-cli", "crates/funnelflux-transport"];

/// The crate that reads the files of the contract and schema files, whose formats are not the API's.
const READER: &str = "crates/funnelflux-learn";

pub(crate) struct Names {
    pub(crate) count: usize,
    /// Those that the contract does not hold, and foreign names that no code needs.
    pub(crate) wrong: Vec<String>,
}

pub(crate) fn check(contract: &Contract, sources: &[Source]) -> Result<Names> {
    let mut places: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for source in sources {
        let is_crate = source.package.starts_with("crates/") && source.package != READER;
        if is_crate && !source.is_generated() {
            for name in Scan::of(source)? {
                places.entry(name).or_default().insert(&source.path);
            }
        }
    }
    let known = Known::of(contract);
    let foreign = contract.vocabulary.foreign.iter().flat_map(|group| &group.names);
    let foreign: BTreeSet<&str> = foreign.map(String::as_str).collect();
    let file = "docs/contract/vocabulary.toml";
    let unused = foreign.iter().filter(|name| !places.contains_key(**name) || known.holds(name));
    let unused = unused.map(|name| format!("{file}: the foreign name `{name}` is not needed"));
    let mut wrong: Vec<String> = unused.collect();
    for (name, files) in &places {
        if !known.holds(name) && !foreign.contains(name.as_str()) {
            let files = files.iter().copied().collect::<Vec<_>>().join(", ");
            wrong.push(format!("`{name}` is in no entry of the contract: {files}"));
        }
    }
    Ok(Names { count: places.len(), wrong })
}

#[derive(Default)]
struct Known<'a> {
    names: BTreeSet<&'a str>,
    segments: BTreeSet<&'a str>,
    /// The values of each member and parameter that is an enumeration in some schema or operation.
    values: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Known<'a> {
    fn of(contract: &'a Contract) -> Self {
        let mut known = Self::default();
        let groups = &contract.vocabulary.groups;
        known.names.extend(groups.iter().flat_map(|group| &group.names).map(String::as_str));
        for (name, kind) in contract.members() {
            known.names.insert(name);
            let kind = Type::parse(kind);
            if let Some(schema) = kind.schema().filter(|schema| contract.is_enum(schema)) {
                let values = contract.schema(schema).into_iter().flat_map(|schema| &schema.values);
                let values = values.map(|value| &*value.value);
                known.values.entry(name).or_default().extend(values);
            }
        }
        known.segments.extend(contract.segments());
        let values = contract.schemas.iter().flat_map(|schema| &schema.values);
        known.names.extend(values.map(|value| &*value.value));
        known
    }

    /// Whether the contract holds a member, `/a/path` or `member=value`. A value is held against every
    /// enumeration that the member has anywhere, whatever other schemas have under its name.
    fn holds(&self, name: &str) -> bool {
        if let Some(path) = name.strip_prefix('/') {
            let is_known = |part: &str| {
                part.is_empty()
                    || part.contains('{')
                    || self.segments.contains(part)
                    || self.names.contains(part)
            };
            return path.split(['/', '?']).all(is_known);
        }
        match name.split_once('=') {
            None => self.names.contains(name),
            Some((member, value)) => self.values.get(member).is_none_or(|all| all.contains(value)),
        }
    }
}

/// The names in the tokens of a file: `member`, `/path` and `member=value`.
struct Scan {
    names: BTreeSet<String>,
    reads_pairs: bool,
}

impl Scan {
    fn of(source: &Source) -> Result<BTreeSet<String>> {
        let reads_pairs = !PAIRS_OF_WORDS.contains(&&*source.package);
        let mut scan = Self { names: BTreeSet::new(), reads_pairs };
        scan.scan(&source.parts()?.tokens);
        Ok(scan.names)
    }

    fn scan(&mut self, tokens: &[TokenTree]) {
        let mut before = None;
        for token in tokens {
            match token {
                TokenTree::Group(group) => self.group(before, group),
                token => {
                    let text = text_of(token).filter(|text| is_camel(text) || is_path(text));
                    self.names.extend(text);
                }
            }
            before = Some(token);
        }
    }

    fn group(&mut self, before: Option<&TokenTree>, group: &Group) {
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        let called = before.map(ToString::to_string).unwrap_or_default();
        let first = inner.first().and_then(text_of).filter(|text| is_name(text));
        // The arguments, each if it is a text and nothing else.
        let texts = inner.split(|token| is_punct(token, ','));
        let texts = texts.map(|part| if let [text] = part { text_of(text) } else { None });
        let mut texts: Vec<Option<String>> = texts.collect();
        let follows_word = matches!(before, Some(TokenTree::Ident(_)));
        match group.delimiter() {
            Delimiter::Parenthesis if called == "serde" => return self.renames(&inner),
            Delimiter::Parenthesis if OTHERS.contains(&&*called) => {
                return self.scan(inner.get(1..).unwrap_or_default());
            }
            Delimiter::Parenthesis if ACCESSORS.split(' ').any(|accessor| accessor == called) => {
                let value = texts.get_mut(1).and_then(Option::take);
                if let (Some(name), Some(value)) = (&first, value.filter(|v| !v.contains(' '))) {
                    self.names.insert(format!("{name}={value}"));
                }
                self.names.extend(first);
            }
            // A node of a funnel by its name and type.
            Delimiter::Parenthesis if called == "node" => {
                let value = texts.get_mut(1).and_then(Option::take);
                self.names.extend(value.map(|value| format!("nodeType={value}")));
            }
            Delimiter::Parenthesis if self.reads_pairs && !follows_word => {
                let of_api = texts.into_iter().enumerate().filter_map(|(index, text)| {
                    text.filter(|text| is_name(text) && (index == 0 || text.contains('_')))
                });
                self.names.extend(of_api);
            }
            Delimiter::Bracket if follows_word && inner.len() == 1 => self.names.extend(first),
            Delimiter::Bracket => self.list(&inner),
            _ => {}
        }
        self.members(&inner);
        self.scan(&inner);
    }

    fn renames(&mut self, inner: &[TokenTree]) {
        for part in inner.windows(3) {
            let [TokenTree::Ident(word), _, name] = part else { continue };
            if word == "rename" || word == "alias" {
                self.names.extend(text_of(name));
            }
        }
    }

    /// All of a list of texts, if one of them is a name by its spelling.
    fn list(&mut self, inner: &[TokenTree]) {
        let texts: Vec<_> = inner.iter().filter_map(text_of).collect();
        if texts.iter().any(|text| is_camel(text)) {
            self.names.extend(texts.into_iter().filter(|text| is_name(text)));
        }
    }

    /// The members of JSON, which are texts before a single colon, and their values.
    fn members(&mut self, inner: &[TokenTree]) {
        for (index, part) in inner.windows(3).enumerate() {
            let [name, colon, value] = part else { continue };
            if !is_punct(colon, ':') || is_punct(value, ':') {
                continue;
            }
            let Some(name) = text_of(name).filter(|text| is_name(text)) else { continue };
            let is_alone = inner.get(index + 3).is_none_or(|next| is_punct(next, ','));
            let value = text_of(value).filter(|_| is_alone);
            self.names.extend(value.map(|value| format!("{name}={value}")));
            self.names.insert(name);
        }
    }
}

/// The text of a string literal; `None` for any other token.
fn text_of(token: &TokenTree) -> Option<String> {
    let TokenTree::Literal(literal) = token else { return None };
    let literal = literal.to_string();
    let text = literal.trim_start_matches('r').trim_matches('#');
    text.strip_prefix('"')?.strip_suffix('"').map(str::to_owned)
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// Two small letters at least, and a capital: `idPage`, not `iOS`.
fn is_camel(text: &str) -> bool {
    let small = text.chars().take_while(char::is_ascii_lowercase).count();
    small > 1 && is_name(text) && !text.contains('-') && text.contains(char::is_uppercase)
}

fn is_path(text: &str) -> bool {
    text.strip_prefix('/').is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_alphabetic())
            && rest.chars().all(|c| c.is_ascii_alphanumeric() || "/-_{}?".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::SourceFile;

    fn names(text: &str) -> Vec<String> {
        let (package, path) = ("crates/a".to_owned(), "crates/a/src/lib.rs".to_owned());
        let source = Source { package, path, text: text.to_owned() };
        Scan::of(&source).unwrap().into_iter().collect()
    }

    #[test]
    fn a_name_is_found_by_its_place() {
        for (text, expected) in [
            // Members of documents, by accessor, by index and as JSON.
            ("fn f() { row.text(\"pageGroupName\"); }", "pageGroupName"),
            ("fn f() { raw.get(\"type\"); }", "type"),
            ("fn f() { map.insert(\"total\".to_owned(), 1); }", "total"),
            ("fn f() { value[\"purpose\"]; }", "purpose"),
            ("fn f() { json!({\"dns_records\": [], x: 1}); }", "dns_records"),
            ("fn f() { json!([{\"a\": {\"statusCode\": code}}]); }", "a statusCode"),
            // Names in lists, whatever the spelling of the others.
            ("const A: &[&str] = &[\"eventType\", \"type\", \"kind\"];", "eventType kind type"),
            ("const A: [&str; 2] = [\"txt_name\", \"pointsTo\"];", "pointsTo txt_name"),
            // Constants, tuples, match arms: by their spelling.
            ("const HAS_MORE: &str = \"hasMore\";", "hasMore"),
            ("fn f() { g((\"nodeWebhookRefParams\", 1)); }", "nodeWebhookRefParams"),
            ("fn f() { [(\"requests\", all), (\"failures\", 1)]; }", "failures requests"),
            ("const A: (&str, &str) = (\"TXT\", \"txt_name\");", "txt_name"),
            ("fn f(a: &str) { match a { \"idWebhookConfig\" => 1, _ => 2 }; }", "idWebhookConfig"),
            // Serde, query parameters and paths.
            ("struct A { #[serde(rename = \"expires_at\")] b: u8 }", "expires_at"),
            ("struct A { #[serde(default, alias = \"token\")] b: u8 }", "token"),
            ("fn f() { call.query(\"status\", x).query(\"idFunnel\", y); }", "idFunnel status"),
            ("const A: &str = \"/campaign/funnel/list\";", "/campaign/funnel/list"),
            ("fn f() { value.pointer(\"/meta/editVersion\"); }", "/meta/editVersion"),
            // Values of enumerations.
            ("fn f() { json!({\"type\": \"http\"}); }", "type type=http"),
            ("fn f() { graph.node(name, \"webhook\", params); }", "nodeType=webhook"),
            ("fn f() { call.query(\"status\", \"frozen\"); }", "status status=frozen"),
            ("fn f() { page.set(\"pageType\", \"popup\", x); }", "pageType pageType=popup"),
        ] {
            assert_eq!(names(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_name_of_the_api_is_left_alone() {
        for text in [
            "fn f() { f.debug_struct(\"clientBuilder\").field(\"baseUrl\", &1).finish(); }",
            "fn f() { println!(\"a: {a}\"); format!(\"{}: b\", c); }",
            "const OS: &[&str] = &[\"iOS\", \"Android\"]; const L: &[&str] = &[\"de-DE\", \"x\"];",
            "#[serde(rename_all = \"camelCase\")] struct A { b: u8 }",
            "#[cfg(test)] mod tests { const A: &str = \"idPage\"; }",
            "//! `idPage` and [`get`](\"idPage\")\nfn f(a: u8) { a.parse(\"Name\"); }",
            "fn f() { let a: [u8; 2] = b[\"Key\"]; }",
        ] {
            assert_eq!(names(text), [""; 0], "{text}");
        }
    }

    /// `status` is an enumeration here, another there and any text elsewhere; `label` is any text.
    fn schemas() -> String {
        let schema = |(name, kind, has): &(&str, &str, &str)| {
            let head = format!("[[schema]]\nname = \"{name}\"\nkind = \"{kind}\"");
            format!("{head}\ngrade = \"sibling\"\nsource = \"a test\"\n{has}\n")
        };
        let status = r#"{ name = "status", grade = "sibling", type = "#;
        let label = r#"{ name = "label", type = "string", grade = "sibling" }"#;
        let schemas = [
            ("Status", "enum", r#"values = [{ value = "active", grade = "sibling" }]"#),
            ("DomainState", "enum", r#"values = [{ value = "pending", grade = "sibling" }]"#),
            ("Page", "object", &format!("fields = [{status}\"Status\" }}, {label}]")),
            ("Domain", "object", &format!("fields = [{status}\"DomainState[]\" }}]")),
            ("Row", "object", &format!("fields = [{status}\"string\" }}]")),
        ];
        format!("title = \"Schemas\"\n{}", schemas.iter().map(schema).collect::<String>())
    }

    /// What the check complains of in a file of one crate, beside the file.
    fn wrong(text: &str, vocabulary: &str) -> Vec<String> {
        let file = |name: &str, text: &str| SourceFile {
            name: format!("docs/contract/{name}.toml"),
            text: text.to_owned(),
        };
        let files = [file("schemas/common", &schemas()), file("vocabulary", vocabulary)];
        let contract = Contract::parse(&files).unwrap();
        let (package, path) = ("crates/a".to_owned(), "crates/a/src/lib.rs".to_owned());
        check(&contract, &[Source { package, path, text: text.to_owned() }]).unwrap().wrong
    }

    #[test]
    fn a_value_is_held_against_every_enumeration_of_its_member() {
        const NONE: &str = "harmless = []\nstopped_query = []\n";
        for known in [
            "fn f() { call.query(\"status\", \"active\"); json!({\"status\": \"pending\"}); }",
            "fn f() { call.query(\"label\", \"frozen\"); json!({\"label\": \"frozen\"}); }",
        ] {
            assert_eq!(wrong(known, NONE), [""; 0], "{known}");
        }
        let complaint = "`status=frozen` is in no entry of the contract: crates/a/src/lib.rs";
        for unknown in [
            "fn f() { call.query(\"status\", \"frozen\"); }",
            "fn f() { json!({\"status\": \"frozen\"}); }",
            "fn f() { page.set(\"status\", \"frozen\"); }",
        ] {
            assert_eq!(wrong(unknown, NONE), [complaint], "{unknown}");
            let foreign = "[[foreign]]\nnames = [\"status=frozen\"]\nreason = \"a test\"\n";
            assert_eq!(wrong(unknown, &format!("{NONE}{foreign}")), [""; 0], "{unknown}");
        }
    }

    #[test]
    fn a_path_and_a_value_are_held_by_their_parts() {
        let mut known = Known::default();
        known.names.extend(["meta", "type"]);
        known.segments.extend(["campaign", "list"]);
        known.values.insert("type", BTreeSet::from(["http"]));
        for held in ["/campaign/{id}/list", "/meta/type", "type=http", "label=anything", "meta"] {
            assert!(known.holds(held), "{held}");
        }
        for missing in ["/campaign/find", "type=https", "list", "campaign"] {
            assert!(!known.holds(missing), "{missing}");
        }
    }
}
