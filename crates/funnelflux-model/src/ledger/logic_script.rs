use super::{LogicScript, Model as _};
use crate::{Document, Violation};

/// 10 KB (documented); taken as 10 × 1024 bytes, the larger reading, so that no script is refused
/// here that the server would accept.
const MOST_CODE: usize = 10 * 1024;

pub(super) fn rules(script: &Document, violations: &mut Vec<Violation>) {
    let script = LogicScript::from_document(script.clone());
    if script.name().is_err() {
        violations.push(Violation::new("logicScriptName", "something else", "text"));
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
