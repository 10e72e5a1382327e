use super::{LogicScript, Model as _};
use crate::{Document, Violations};

/// 10 KB (documented), read as 10 × 1024 bytes: no script is refused that the server may accept.
const MOST_CODE: usize = 10 * 1024;

pub(super) fn rules(script: &Document, found: &mut Violations) {
    let script = LogicScript::from_document(script.clone());
    if script.name().is_err() {
        found.add("logicScriptName", "something else", "text");
    }
    match script.code() {
        Ok(Some(code)) if code.len() > MOST_CODE => {
            let value = format!("{} bytes", code.len());
            found.add("code", value, format!("at most {MOST_CODE} bytes (10 KB)"));
        }
        Ok(_) => {}
        Err(_) => found.add("code", "something else", "text"),
    }
}
