//! `once`: what must exist once in the workspace does, and the transport names no member of the API.

use std::collections::BTreeSet;

use anyhow::ensure;
use proc_macro2::TokenStream;

use crate::Result;
use crate::contract::Contract;
use crate::run::root;
use crate::source::{Source, sources};

/// Things that must exist once, each with the tokens by which it is found.
const THINGS: &[(&str, [&str; 3])] = &[
    ("enum Grade", ["enum", "Grade", ""]),
    ("struct Accepted", ["struct", "Accepted", ""]),
    ("struct of secret text", ["Zeroizing <", "String", ">"]),
    ("edit distance", ["strsim", "::", ""]),
];

const WITHOUT_NAMES: &str = "crates/funnelflux-transport";

pub(crate) fn verb() -> Result {
    let contract = Contract::load(&root())?;
    // Only this API has such names of members and parameters: words in camel case.
    let names = contract.members().map(|(name, _)| name);
    let names = names.filter(|name| name.contains(char::is_uppercase)).collect();
    let complaints = complaints(&sources(&root())?, &names)?;
    ensure!(complaints.is_empty(), complaints.join("\n"));
    println!("{} things exist once, and the transport names no member of the API", THINGS.len());
    Ok(())
}

fn complaints(sources: &[Source], names: &BTreeSet<&str>) -> Result<Vec<String>> {
    let mut places = vec![Vec::new(); THINGS.len()];
    let mut complaints = Vec::new();
    for source in sources {
        let (path, tokens) = (source.path.as_str(), source.parts()?.tokens);
        let text = TokenStream::from_iter(tokens).to_string();
        for ((_, tokens), places) in THINGS.iter().zip(&mut places) {
            places.extend(text.matches(&tokens.join(" ")).map(|_| path));
        }
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        let name = words.find(|word| names.contains(word));
        if let Some(name) = name.filter(|_| source.package == WITHOUT_NAMES) {
            complaints.push(format!("{path}: names `{name}`, a member of the API"));
        }
    }
    let wrong = THINGS.iter().zip(&places).filter(|(_, places)| places.len() != 1);
    let told = |places: &[&str]| format!("must exist once, and is in: {}", places.join(", "));
    complaints.extend(wrong.map(|((thing, _), places)| format!("{thing}: {}", told(places))));
    Ok(complaints)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(package: &str, text: &str) -> Vec<String> {
        let path = format!("{package}/src/lib.rs");
        let source = Source { package: package.to_owned(), path, text: text.to_owned() };
        complaints(&[source], &BTreeSet::from(["idPage"])).unwrap()
    }

    const ONE_OF_EACH: &str = "enum Grade {} struct Accepted { a: u8 } \
        mod inner { pub struct Secret(Zeroizing<String>); fn edits() { strsim::levenshtein() } }";

    #[test]
    fn one_of_each_passes_and_a_second_one_is_named() {
        assert_eq!(found("crates/a", ONE_OF_EACH), [""; 0]);
        let twice = found("crates/a", &format!("{ONE_OF_EACH} enum Grade {{}}"));
        assert_eq!(twice.len(), 1);
        assert!(twice[0].starts_with("enum Grade: must exist once"), "{twice:?}");
        assert_eq!(found("crates/a", "").len(), THINGS.len());
    }

    #[test]
    fn a_name_of_the_api_is_found_in_the_transport_alone_also_in_a_longer_text() {
        let text = format!("{ONE_OF_EACH} const QUERY: &str = \"?idPage=1\";");
        assert_eq!(found("crates/a", &text), [""; 0]);
        let named = found(WITHOUT_NAMES, &text);
        assert_eq!(
            named,
            [format!("{WITHOUT_NAMES}/src/lib.rs: names `idPage`, a member of the API")]
        );
    }
}
