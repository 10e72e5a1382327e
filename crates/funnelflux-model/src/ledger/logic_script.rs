use super::{
    macros::{asset, model},
    words::Status,
};
use crate::{Violation, validation::quoted};

model! {
    /// A logic script: statements of Go that return the key of a route.
    ///
    /// ```
    /// use funnelflux_model::ledger::{LedgerAsset, LogicScript};
    ///
    /// let mut script = LogicScript::new("2nIemJxCKbFX".parse()?, "By country");
    /// script.set_code("if country == \"US\" {\n\treturn \"us\"\n}\nreturn \"default\"");
    /// script.validate_new()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    LogicScript {
        "idLogicScript": id(id, id_text, set_id, LogicScript), Documented, Reference, "its id.";
        "logicScriptName": text(name, set_name), Documented, Reference, "its name, trimmed by the server; must not be empty.";
        "code": text(code, set_code), Documented, Reference, "the statements, at most 10 KB.";
        "codeHash": server_text(code_hash), Documented, Reference, "SHA-256 of `code`.";
        "status": word(status, set_status, Status), Documented, Reference, "its state; defaults to `active`.";
        "owner": server_raw(owner), Documented, Reference, "whose it is.";
        "idCategory": link(category_id, category_id_text, set_category_id, Category), Documented, Reference, "its category.";
        "description": text(description, set_description), Documented, Reference, "what it is for.";
        "meta": raw(meta, set_meta), Documented, Reference, "internal to the app. Never store anything in it: it goes back as it was read.";
    }
}

model! {
    /// A logic script as lists return it.
    LogicScriptInfo {
        "idLogicScript": id(id, id_text, set_id, LogicScript), Documented, Reference, "its id.";
        "logicScriptName": text(name, set_name), Documented, Reference, "its name.";
        "status": word(status, set_status, Status), Documented, Reference, "its state.";
        "idCategory": link(category_id, category_id_text, set_category_id, Category), Documented, Reference, "its category.";
        "categoryName": text(category_name, set_category_name), Documented, Reference, "its category's name.";
        "codeHash": server_text(code_hash), Documented, Reference, "SHA-256 of the code.";
    }
}

asset!(LogicScript, LogicScriptInfo, id = "idLogicScript", name = "logicScriptName", rules = rules);

/// 10 KB (documented); taken as 10 × 1024 bytes, the larger reading, so that nothing is refused here
/// that the server would take.
const MOST_CODE: usize = 10 * 1024;

fn rules(script: &LogicScript, violations: &mut Vec<Violation>) {
    match script.name() {
        Ok(Some(name)) if !name.trim().is_empty() => {}
        Ok(name) => violations.push(Violation::new(
            "logicScriptName",
            quoted(&name.unwrap_or_default()),
            "a name that is not blank",
        )),
        Err(_) => {
            violations.push(Violation::new("logicScriptName", "something else", "text"));
        }
    }
    match script.code() {
        Ok(Some(code)) if code.len() > MOST_CODE => violations.push(Violation::new(
            "code",
            format!("{} bytes", code.len()),
            format!("at most {MOST_CODE} bytes (10 KB)"),
        )),
        Ok(_) => {}
        Err(_) => violations.push(Violation::new("code", "something else", "text")),
    }
}
