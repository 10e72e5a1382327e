//! The operations of a file.

use super::file::{Place, Spot, path_of};

const METHODS: &[&str] = &["get", "post", "put", "delete", "patch", "head", "options"];

/// Headers that every call has, and that are no parameters of one.
const USUAL_HEADERS: &[&str] = &["accept", "authorization", "content-type"];

/// An operation as a file has it.
#[derive(Clone, Debug)]
pub(super) struct Call<'a> {
    pub(super) spot: Spot<'a>,
    /// Upper case.
    pub(super) method: String,
    /// Below the API's base URL.
    pub(super) path: String,
    pub(super) title: String,
    pub(super) parameters: Vec<Parameter<'a>>,
    pub(super) body: Option<Spot<'a>>,
    pub(super) response: Option<Spot<'a>>,
    /// The parameters that it has from its path.
    pub(super) shared: Option<Spot<'a>>,
}

#[derive(Clone, Debug)]
pub(super) struct Parameter<'a> {
    pub(super) name: &'a str,
    /// `path`, `query`, `header`, `cookie`, `formData`.
    pub(super) location: &'a str,
    pub(super) required: bool,
    pub(super) spot: Spot<'a>,
    pub(super) schema: Option<Spot<'a>>,
    /// Whether the values of a list come as one parameter each.
    pub(super) is_repeated: bool,
}

impl Call<'_> {
    pub(super) fn place(&self) -> Place {
        self.spot.place()
    }
}

/// Every operation of a file, in the order of its paths.
pub(super) fn calls<'a>(top: &Spot<'a>) -> Vec<Call<'a>> {
    let mut found = Vec::new();
    for (path, item) in top.get("paths").into_iter().flat_map(|paths| paths.members()) {
        let Some(item) = item.resolved() else { continue };
        for method in METHODS {
            if let Some(spot) = item.get(method) {
                found.push(call(path, method, &item, spot));
            }
        }
    }
    found
}

/// The addresses that say where the paths of a file are.
pub(super) fn servers<'a>(top: &Spot<'a>) -> Vec<Spot<'a>> {
    let mut around = vec![top.clone()];
    for (_, item) in top.get("paths").into_iter().flat_map(|paths| paths.members()) {
        let Some(item) = item.resolved() else { continue };
        around.extend(METHODS.iter().filter_map(|method| item.get(method)));
        around.push(item);
    }
    let first = around.iter().filter_map(|at| at.elements("servers").into_iter().next());
    top.get("basePath").into_iter().chain(first).collect()
}

fn call<'a>(path: &str, method: &str, item: &Spot<'a>, spot: Spot<'a>) -> Call<'a> {
    let server = |at: &Spot<'a>| path_of(at.elements("servers").first()?.value).ok();
    let all = parameters(item, &spot);
    let (bodies, parameters): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|parameter| parameter.location == "body");
    let body = match bodies.into_iter().next() {
        Some(body) => body.schema,
        None => spot.get("requestBody").and_then(|body| content(&body.resolved()?)),
    };
    Call {
        method: method.to_ascii_uppercase(),
        path: spot.document.full_path(path, server(&spot).or_else(|| server(item)).as_deref()),
        title: title(&spot),
        response: success(&spot),
        shared: item.get("parameters"),
        parameters,
        body,
        spot,
    }
}

/// What a person would call it.
fn title(spot: &Spot<'_>) -> String {
    let first_line = |text: &str| text.lines().next().unwrap_or_default().trim().to_owned();
    let texts = ["summary", "operationId", "description"];
    let mut texts = texts.iter().filter_map(|name| spot.text(name)).map(first_line);
    texts.find(|text| !text.is_empty()).unwrap_or_default()
}

/// Those of the operation, and those of its path that it does not have itself.
fn parameters<'a>(item: &Spot<'a>, spot: &Spot<'a>) -> Vec<Parameter<'a>> {
    let mut found: Vec<Parameter<'a>> = Vec::new();
    for place in [spot, item] {
        for parameter in place.elements("parameters").iter().filter_map(parameter) {
            let same = |other: &Parameter<'_>| {
                other.name == parameter.name && other.location == parameter.location
            };
            if !found.iter().any(same) {
                found.push(parameter);
            }
        }
    }
    found
}

fn parameter<'a>(spot: &Spot<'a>) -> Option<Parameter<'a>> {
    let spot = spot.resolved()?;
    let name = spot.text("name")?;
    let location = spot.text("in")?;
    if location == "header" && USUAL_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
        return None;
    }
    let is_repeated = if spot.document.is_swagger_2 {
        spot.text("collectionFormat") == Some("multi")
    } else {
        // OpenAPI 3 repeats the parameter unless told otherwise.
        let form = spot.text("style").is_none_or(|style| style == "form");
        form && spot.flag("explode").unwrap_or(true)
    };
    let nested = spot.get("schema").or_else(|| content(&spot));
    // Swagger 2.0 writes the type of a parameter beside its name.
    let schema = nested.or_else(|| spot.document.is_swagger_2.then(|| spot.clone()));
    let required = spot.flag("required").unwrap_or(false);
    Some(Parameter { name, location, required, schema, is_repeated, spot })
}

/// The schema of the first answer that means success.
fn success<'a>(spot: &Spot<'a>) -> Option<Spot<'a>> {
    let responses = spot.get("responses")?;
    let members = responses.members();
    let success = members.iter().find(|(status, _)| status.starts_with('2'));
    let default = || members.iter().find(|(status, _)| *status == "default");
    let (_, response) = success.or_else(default)?;
    let response = response.resolved()?;
    response.get("schema").or_else(|| content(&response))
}

/// The schema of the JSON in a `content`. Forms and files say nothing of what we send and get.
fn content<'a>(spot: &Spot<'a>) -> Option<Spot<'a>> {
    let is_json = |name: &str| name.contains("json") || name.contains('*');
    let types = spot.get("content")?.members();
    types.into_iter().find(|(name, _)| is_json(name))?.1.get("schema")
}
