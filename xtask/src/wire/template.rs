//! The templates of the generated files: each `*.in` beside the modules, in the language of Jinja.

use heck::{ToShoutySnakeCase as _, ToUpperCamelCase as _};
use minijinja::value::{Value, ValueKind};
use minijinja::{Environment, UndefinedBehavior};

use super::prose::{doc, escape};
use crate::Result;

pub(super) fn fill(template: &str, facts: Value) -> Result<String> {
    let mut environment = Environment::new();
    environment.set_keep_trailing_newline(true);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // Texts and lists as Rust writes them, and the names of constants and variants.
    environment.add_filter("literal", |value: Value| match value.kind() {
        ValueKind::Bool => value.is_true().to_string(),
        _ => format!("{value:?}"),
    });
    environment.add_filter("constant", |name: String| name.to_shouty_snake_case());
    environment.add_filter("variant", |word: String| word.to_upper_camel_case());
    environment.add_filter("doc", |blocks: Vec<String>, indent: &str| doc(&blocks, indent));
    environment.add_filter("escape", |text: String| escape(&text));
    Ok(environment.render_str(template, facts)?)
}
