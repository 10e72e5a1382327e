//! Changes of the lists of a funnel that leave every other byte as it is.

use funnelflux_model::Document;
use serde_json::value::RawValue;

/// Changes the items of a list, drops those for which `change` says so, and appends others. What is
/// between the items stays.
pub(crate) fn list(
    document: &mut Document,
    name: &str,
    mut change: impl FnMut(usize, &mut Document) -> bool,
    added: &[Document],
) {
    let old = document.get(name).map(RawValue::get).filter(|raw| raw.starts_with('['));
    let old = old.unwrap_or("[]").to_owned();
    let spans = funnelflux_json::items(&old, &(0..old.len())).unwrap_or_default();
    let mut text = String::with_capacity(old.len());
    let (mut kept, mut end) = (0, 1);
    for (index, span) in spans.iter().enumerate() {
        let item = old.get(span.clone()).unwrap_or_default();
        let between = old.get(end..span.start).unwrap_or_default();
        end = span.end;
        let mut item = match Document::parse(item) {
            Ok(item) => item,
            // Not an object: nothing to change.
            Err(_) => {
                push(&mut text, &mut kept, between, item);
                continue;
            }
        };
        if change(index, &mut item) {
            push(&mut text, &mut kept, between, item.text());
        }
    }
    let space: String =
        old.get(1..).unwrap_or_default().chars().take_while(|c| c.is_whitespace()).collect();
    let space = if spans.is_empty() { "" } else { &space };
    for item in added {
        push(&mut text, &mut kept, &format!(",{space}"), item.text());
    }
    let tail = old.get(end..).filter(|_| !spans.is_empty()).unwrap_or("]");
    let text = format!("[{text}{tail}");
    if text != old
        && let Ok(raw) = RawValue::from_string(text)
    {
        // Over another list, only the differences would be taken, in the spelling of the items before.
        let done = document.set(name, &()).and_then(|()| document.set(name, &raw));
        debug_assert!(done.is_ok(), "a member of an object can be set");
    }
}

fn push(text: &mut String, kept: &mut usize, between: &str, item: &str) {
    match *kept {
        // The first has no comma before it.
        0 => text.push_str(between.trim_start().strip_prefix(',').unwrap_or(between)),
        _ if between.contains(',') => text.push_str(between),
        _ => {
            text.push(',');
            text.push_str(between);
        }
    }
    text.push_str(item);
    *kept += 1;
}
