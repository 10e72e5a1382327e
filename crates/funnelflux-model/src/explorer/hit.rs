use std::fmt;

use serde_json::value::RawValue;

use super::ExplorerRow;
use crate::DecodeError;

/// The answer of `POST /reporting/explorer/hit`, as it came. Its shape is *unknown*.
///
/// ```
/// use funnelflux_model::explorer::ExplorerHit;
///
/// let hit = ExplorerHit::from_json(r#"{ "hitId": "dkezmsf3bat8xdbz8rt039r0" }"#)?;
/// assert_eq!(hit.row().text("hitId").as_deref(), Some("dkezmsf3bat8xdbz8rt039r0"));
/// assert!(!format!("{hit:?}").contains("dkezmsf3bat8xdbz8rt039r0"));
/// # Ok::<(), funnelflux_model::DecodeError>(())
/// ```
#[derive(Clone)]
pub struct ExplorerHit {
    json: Box<RawValue>,
}

impl ExplorerHit {
    /// Takes the answer in.
    ///
    /// # Errors
    ///
    /// When the text is no JSON.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, DecodeError> {
        let text = std::str::from_utf8(json.as_ref()).map_err(DecodeError::utf8)?;
        let json = serde_json::from_str(text).map_err(|error| DecodeError::from_json(&error))?;
        Ok(Self { json })
    }

    /// The whole answer, as it came.
    #[must_use]
    pub fn json(&self) -> &RawValue {
        &self.json
    }

    /// The answer by its members.
    #[must_use]
    pub fn row(&self) -> ExplorerRow<'_> {
        ExplorerRow::new(&self.json)
    }
}

/// How much, never what.
impl fmt::Debug for ExplorerHit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExplorerHit({} bytes)", self.json.get().len())
    }
}
