//! `guides`: the Rust blocks of each guide compile with the `[dependencies]` that the guide shows, and
//! nothing else. Each guide becomes a crate below `target/guides`; the versions are those of `Cargo.lock`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use walkdir::WalkDir;

use crate::Result;
use crate::manifest::packages;
use crate::run::{cargo, root, run, text_of, write};

pub(crate) fn verb() -> Result {
    let scratch = root().join("target/guides");
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    let mut members = Vec::new();
    for path in pages()? {
        let text = text_of(&path)?;
        let below = path.strip_prefix(root())?.with_extension("");
        let name = below.to_string_lossy().to_lowercase().replace('/', "-");
        let guide = Guide::read(&text).with_context(|| path.display().to_string())?;
        if guide.programs.is_empty() {
            continue;
        }
        let folder = scratch.join(&name);
        let package = format!("[package]\nname = \"guide-{name}\"\nedition = \"2024\"\n\n");
        write(&folder.join("Cargo.toml"), package + &guide.dependencies)?;
        for (line, program) in guide.programs {
            write(&folder.join(format!("examples/line-{line}.rs")), program)?;
        }
        members.push(name);
    }
    write(&scratch.join("Cargo.toml"), workspace(&members)?)?;
    fs::copy(root().join("Cargo.lock"), scratch.join("Cargo.lock"))?;
    // A guide gets the versions of `Cargo.lock`, since it is built offline and these are fetched.
    run(&mut cargo("fetch --quiet --locked"))?;
    // Crate by crate: together, one guide would get the features of another.
    for name in members {
        let line = format!("check -q --offline --examples --target-dir .. -p guide-{name}");
        run(cargo(&line).current_dir(&scratch))?;
    }
    Ok(())
}

fn pages() -> Result<Vec<PathBuf>> {
    let docs = WalkDir::new(root().join("docs")).sort_by_file_name().into_iter();
    let docs = docs.map(|entry| Ok(entry?.into_path()));
    let mut pages: Vec<PathBuf> =
        std::iter::once(Ok(root().join("README.md"))).chain(docs).collect::<Result<_>>()?;
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    Ok(pages)
}

/// A manifest that puts this workspace's crates in the place of the published ones, with the workspace's
/// profiles, so that dependencies are built once.
fn workspace(members: &[String]) -> Result<String> {
    let mut main: toml::Table = text_of(&root().join("Cargo.toml"))?.parse()?;
    main.retain(|key, _| key == "profile");
    let mut manifest =
        format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n[patch.crates-io]\n");
    for package in packages()? {
        let path = root().join("crates").join(&package.name);
        manifest += &format!("{} = {{ path = {path:?} }}\n", package.name);
    }
    Ok(manifest + &main.to_string())
}

#[derive(Debug)]
struct Guide {
    /// The block of TOML that begins with `[dependencies]`.
    dependencies: String,
    /// Each block of Rust by the line of its fence.
    programs: Vec<(usize, String)>,
}

impl Guide {
    fn read(text: &str) -> Result<Self> {
        let mut guide = Self { dependencies: String::new(), programs: Vec::new() };
        let mut lines = text.lines().zip(1..);
        while let Some((fence, number)) = lines.next() {
            let Some(language) = fence.strip_prefix("```") else { continue };
            let block: Vec<&str> =
                lines.by_ref().map(|(line, _)| line).take_while(|line| *line != "```").collect();
            match language.split(',').next() {
                Some("rust") if language.contains("ignore") => {
                    bail!("line {number}: `{language}`: a block of Rust that nothing compiles")
                }
                Some("rust") => guide.programs.push((number, program(number, &block))),
                Some("toml") if block.first() == Some(&"[dependencies]") => {
                    if !guide.dependencies.is_empty() {
                        bail!("line {number}: a second block of `[dependencies]`; show one");
                    }
                    guide.dependencies = block.join("\n");
                }
                _ => {}
            }
        }
        if !guide.programs.is_empty() && guide.dependencies.is_empty() {
            bail!("blocks of Rust, but no block of TOML that begins with `[dependencies]`");
        }
        Ok(guide)
    }
}

/// A block as rustdoc takes it: `# ` hides a line, and a block without `main` is the body of one. Each
/// line keeps its number, so that an error of the compiler names the line of the guide.
fn program(fence: usize, block: &[&str]) -> String {
    let shown = |line: &&str| match line.trim_start().strip_prefix('#') {
        Some(hidden) if hidden.is_empty() || hidden.starts_with(' ') => hidden.to_owned(),
        _ => (*line).to_owned(),
    };
    let body = block.iter().map(shown).collect::<Vec<_>>().join("\n");
    let (open, close) = if body.contains("fn main(") { ("", "") } else { ("fn main() {", "}") };
    format!("{}#![allow(unused)] {open}\n{body}\n{close}\n", "\n".repeat(fence - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# A page\n\n```toml\n[dependencies]\nhttp = \"1\"\n```\n\n```rust\n# use http::Uri;\nlet x = 1;\n```\n";

    #[test]
    fn a_block_becomes_a_program_with_the_line_numbers_of_its_guide() {
        let guide = Guide::read(PAGE).unwrap();
        assert_eq!(guide.dependencies, "[dependencies]\nhttp = \"1\"");
        let [(line, program)] = guide.programs.as_slice() else { panic!("{guide:?}") };
        assert_eq!((*line, program.lines().nth(9)), (8, Some("let x = 1;")));
        assert_eq!(program.lines().nth(8), Some(" use http::Uri;"));
        assert!(program.contains("fn main() {"), "{program}");
    }

    #[test]
    fn a_whole_program_stays_whole_and_attributes_are_not_hidden() {
        let page = PAGE.replace("let x = 1;", "#[derive(Debug)]\nstruct A;\nasync fn main() {}");
        let program = &Guide::read(&page).unwrap().programs[0].1;
        assert!(program.contains("\n#[derive(Debug)]\nstruct A;\n"), "{program}");
        assert_eq!(program.matches("fn main(").count(), 1);
    }

    #[test]
    fn what_would_not_be_compiled_is_refused_with_its_line() {
        for (page, why) in [
            (PAGE.replace("[dependencies]", "[package]"), "no block of TOML"),
            (PAGE.replace("```rust", "```rust,ignore"), "line 8: `rust,ignore`"),
            (PAGE.replace("```rust", "```toml\n[dependencies]\n```\n```rust"), "line 8: a second"),
        ] {
            let said = Guide::read(&page).unwrap_err().to_string();
            assert!(said.contains(why), "{said}");
        }
        assert!(Guide::read("```sh\ncargo test\n```\n").unwrap().programs.is_empty());
    }

    #[test]
    fn pages_in_folders_below_docs_are_guides_too() {
        let pages = pages().unwrap();
        for page in ["README.md", "docs/extending.md", "docs/contract/README.md"] {
            assert!(pages.contains(&root().join(page)), "{page}: {pages:?}");
        }
    }

    #[test]
    fn the_scratch_workspace_takes_our_own_crates_and_profiles() {
        let manifest: toml::Table = workspace(&["testing".to_owned()]).unwrap().parse().unwrap();
        assert!(manifest["patch"]["crates-io"]["funnelflux"]["path"].is_str());
        assert!(manifest["profile"]["dev"].is_table());
    }
}
