//! Which top-level modules of a crate use which, read from the paths in its sources.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenTree};

use crate::Result;
use crate::source::{Source, is_punct};

/// The arrows between the top-level modules of one crate, each with the first file that draws it.
#[derive(Debug, Default)]
pub(crate) struct Modules(BTreeMap<(String, String), String>);

impl Modules {
    pub(crate) fn of<'a>(sources: impl Iterator<Item = &'a Source>) -> Result<Self> {
        let mut files = Vec::new();
        for source in sources {
            let (module, mut found) = (module_of(source), Vec::new());
            read_paths(&module, &source.parts()?.tokens, &mut found);
            files.push((source, module.into_iter().next(), found));
        }
        let modules: BTreeSet<_> = files.iter().filter_map(|(_, it, _)| it.as_ref()).collect();
        // The names that the root of the crate brings in, with the first segment of their paths.
        let in_root = files.iter().filter(|(_, module, _)| module.is_none());
        let homes: BTreeMap<&String, &String> = in_root
            .flat_map(|(.., found)| found)
            .filter_map(|path| Some((path.last()?, path.first()?)))
            .collect();
        let mut arrows = Self::default();
        for (source, module, found) in &files {
            let Some(from) = module else { continue };
            for first in found.iter().filter_map(|path| path.first()) {
                let home = if modules.contains(first) { Some(&first) } else { homes.get(first) };
                if let Some(&to) = home.filter(|to| **to != from && modules.contains(**to)) {
                    let arrow = (from.clone(), to.clone());
                    arrows.0.entry(arrow).or_insert_with(|| source.path.clone());
                }
            }
        }
        Ok(arrows)
    }

    /// The modules that use each other, directly or through others, with the arrows between them.
    pub(crate) fn circle(mut self) -> Option<String> {
        // A module that uses none of the others, or that none of them uses, is in no circle.
        let mut count = usize::MAX;
        while self.0.len() < count {
            count = self.0.len();
            let (from, to): (BTreeSet<_>, BTreeSet<_>) = self.0.keys().cloned().unzip();
            self.0.retain(|(one, other), _| to.contains(one) && from.contains(other));
        }
        let modules: BTreeSet<&str> = self.0.keys().map(|(from, _)| from.as_str()).collect();
        let mut text = modules.into_iter().collect::<Vec<_>>().join(", ");
        for ((from, to), file) in &self.0 {
            text.push_str(&format!("\n    {from} → {to}  ({file})"));
        }
        (!text.is_empty()).then_some(text)
    }
}

fn module_of(source: &Source) -> Vec<String> {
    let below = source.path.strip_prefix(&source.package).unwrap_or(&source.path);
    let below = below.trim_start_matches("/src/").trim_end_matches(".rs");
    let mut module: Vec<String> = below.split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|last| ["lib", "main", "mod"].contains(&last.as_str())) {
        module.pop();
    }
    module
}

/// Finds the paths that begin with `crate` or `super`, and in the root of the crate those after `use`.
fn read_paths(module: &[String], tokens: &[TokenTree], found: &mut Vec<Vec<String>>) {
    for (index, token) in tokens.iter().enumerate() {
        let here = tokens.get(index..).unwrap_or_default();
        let before = |back: usize| index.checked_sub(back).and_then(|place| tokens.get(place));
        // The rest of a path does not begin another path.
        let is_rest = || [1, 2].iter().all(|back| before(*back).is_some_and(|t| is_punct(t, ':')));
        match token {
            TokenTree::Ident(word) if word == "use" && module.is_empty() => {
                let used = paths(here.get(1..).unwrap_or_default());
                found.extend(used.iter().map(|path| absolute(module, path)));
            }
            TokenTree::Ident(word) if (word == "crate" || word == "super") && !is_rest() => {
                found.extend(paths(here).iter().map(|path| absolute(module, path)));
            }
            TokenTree::Group(group) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                let mut module = module.to_vec();
                if let (Some(TokenTree::Ident(word)), Some(name)) = (before(2), before(1))
                    && word == "mod"
                {
                    module.push(name.to_string());
                }
                read_paths(&module, &inner, found);
            }
            _ => {}
        }
    }
}

/// A path in a module, from the root.
fn absolute(module: &[String], path: &[String]) -> Vec<String> {
    let supers = path.iter().take_while(|name| *name == "super").count();
    let base = module.get(..module.len().saturating_sub(supers)).filter(|_| supers > 0);
    let below = path.iter().filter(|name| !["crate", "self", "super"].contains(&name.as_str()));
    base.unwrap_or_default().iter().chain(below).cloned().collect()
}

/// Every path of a `use` tree or of an expression, as its segments.
fn paths(tokens: &[TokenTree]) -> Vec<Vec<String>> {
    let mut path = Vec::new();
    let mut rest = tokens;
    loop {
        match rest {
            [TokenTree::Ident(name), TokenTree::Punct(a), TokenTree::Punct(b), after @ ..]
                if a.as_char() == ':' && b.as_char() == ':' =>
            {
                path.push(name.to_string());
                rest = after;
            }
            [TokenTree::Ident(_), TokenTree::Ident(word), TokenTree::Ident(alias), ..]
                if word == "as" =>
            {
                path.push(alias.to_string());
                return vec![path];
            }
            [TokenTree::Ident(name), ..] => {
                path.push(name.to_string());
                return vec![path];
            }
            [TokenTree::Group(group), ..] if group.delimiter() == Delimiter::Brace => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                let trees = inner.split(|token| is_punct(token, ',')).flat_map(paths);
                return trees.map(|tail| path.iter().cloned().chain(tail).collect()).collect();
            }
            _ => return vec![path],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles(files: &[(&str, &str)]) -> Option<String> {
        let sources: Vec<Source> = files
            .iter()
            .map(|(name, text)| Source {
                package: "crates/x".to_owned(),
                path: format!("crates/x/src/{name}.rs"),
                text: (*text).to_owned(),
            })
            .collect();
        Modules::of(sources.iter()).unwrap().circle()
    }

    #[test]
    fn arrows_that_point_one_way_form_no_circle() {
        let files = [
            ("lib", "mod a; mod b; use a::A; use b::B;"),
            ("a", "use crate::b::B; fn f() { crate::b::g() }"),
            ("b", "//! Used by [`crate::a`].\nfn g() { let text = \"crate::a\"; }"),
        ];
        assert_eq!(circles(&files), None);
    }

    #[test]
    fn a_circle_is_found_through_groups_through_supers_and_through_the_root() {
        let lib = ("lib", "mod a; mod b; mod c; pub use b::{Thing as Other};");
        for text in [
            "use crate::{a::{self, A}, c};",
            "fn f(a: super::a::A) {}",
            "mod inner { use super::super::a::A; }",
            "fn f() { if x { crate::a::f() } }",
        ] {
            let files = [lib, ("a", "use crate::Other;"), ("b/mod", text), ("c", "")];
            let found = circles(&files).unwrap_or_default();
            assert!(found.starts_with("a, b\n    a → b  (crates/x/src/a.rs)"), "{text}: {found:?}");
        }
    }

    #[test]
    fn what_only_tests_use_is_no_arrow() {
        let tests = "#[cfg(test)] mod tests { use crate::a::A; }";
        assert_eq!(circles(&[("a", "use crate::b::B;"), ("b", tests)]), None);
    }

    #[test]
    fn modules_inside_of_one_top_level_module_may_use_each_other() {
        let files = [("a/b", "use super::c::C;"), ("a/c", "use super::b::B;")];
        assert_eq!(circles(&files), None);
    }
}
