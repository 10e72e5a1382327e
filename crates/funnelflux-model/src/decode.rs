/// An answer that does not have the expected shape.
///
/// The message names row and member where known, and never a value: answers hold visitors' data.
#[derive(Debug)]
pub struct DecodeError {
    message: String,
    line: usize,
    column: usize,
    syntax: bool,
}

impl DecodeError {
    pub(crate) fn from_json(error: &serde_json::Error) -> Self {
        Self {
            message: error.to_string(),
            line: error.line(),
            column: error.column(),
            syntax: error.is_syntax() || error.is_eof(),
        }
    }

    pub(crate) fn utf8(error: std::str::Utf8Error) -> Self {
        Self { syntax: true, ..Self::shape(format!("the answer is not UTF-8: {error}")) }
    }

    pub(crate) fn shape(message: impl Into<String>) -> Self {
        Self { message: message.into(), line: 0, column: 0, syntax: false }
    }

    /// A fault at a byte of a text that is JSON.
    pub(crate) fn at(message: &str, text: &str, place: usize) -> Self {
        let before = text.get(..place).unwrap_or_default();
        let line = 1 + before.matches('\n').count();
        let column = before.len() - before.rfind('\n').map_or(0, |end| end + 1);
        let message = format!("{message} at line {line} column {column}");
        Self { line, column, ..Self::shape(message) }
    }

    pub(crate) fn member(name: &str, json: &str, expected: &str) -> Self {
        let kind = crate::document::describe(json);
        Self::shape(format!("the member `{name}` holds {kind}, which cannot be read as {expected}"))
    }

    /// Whether the text is not JSON, or is cut; otherwise it is JSON of another shape.
    pub fn is_syntax(&self) -> bool {
        self.syntax
    }

    /// Line (from 1) and column of the fault; zeros when it has no place.
    pub fn position(&self) -> (usize, usize) {
        (self.line, self.column)
    }
}

funnelflux_contract::formats! { Error for DecodeError, |it, f| f.write_str(&it.message) }
