use serde_json::value::RawValue;

use crate::{
    DecodeError,
    json::{members, parse},
};

/// The answer of `POST /reporting/update/reset`: the number of hits that a reset would delete.
///
/// That it is an object with one int64 is *documented*; its name is hidden (`value`: *sibling*).
/// The only whole number is taken; none or several are an error, since a wrong guess deletes data.
///
/// ```
/// use funnelflux_model::updates::ResetCount;
///
/// let count = ResetCount::from_json(r#"{ "hitsToDelete": 42 }"#)?;
/// assert_eq!((count.hits, count.member.as_str()), (42, "hitsToDelete"));
///
/// let error = ResetCount::from_json(r#"{ "hits": 42, "clicks": 7 }"#).unwrap_err();
/// assert!(error.to_string().contains("`hits`, `clicks`"));
/// # Ok::<(), funnelflux_model::DecodeError>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct ResetCount {
    /// How many hits would be deleted.
    pub hits: u64,
    /// The name of the member that holds the number.
    pub member: String,
    /// The whole answer, unchanged.
    pub json: Box<RawValue>,
}

impl ResetCount {
    /// Reads the answer.
    ///
    /// # Errors
    /// When it is no JSON object, or not exactly one member is a whole number, or that is negative.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, DecodeError> {
        let json = parse(&json)?;
        let numbers: Vec<(String, i64)> = members(json.get())
            .into_iter()
            .filter_map(|(name, value)| Some((name.into_owned(), value.get().parse().ok()?)))
            .collect();
        let [(member, number)] = numbers.as_slice() else {
            let names: Vec<String> = numbers.iter().map(|(name, _)| format!("`{name}`")).collect();
            let found = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            return Err(DecodeError::shape(format!(
                "the answer should be an object with one whole number, the hits that would be \
                 deleted; whole numbers found: {found}"
            )));
        };
        let hits = u64::try_from(*number).map_err(|_| {
            DecodeError::shape(format!("the number of hits, `{member}`, is negative: {number}"))
        })?;
        Ok(Self { hits, member: member.clone(), json: json.to_owned() })
    }
}

funnelflux_contract::shows! { ResetCount, |it| hits: it.hits, member: it.member }
