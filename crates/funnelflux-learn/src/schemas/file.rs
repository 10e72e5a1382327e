//! A schema file and the places in it, for Swagger 2.0, OpenAPI 3.0 and 3.1 alike.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

/// A reference that leads through more others than this is taken for a circle.
const MAX_HOPS: usize = 64;

/// A schema file of the vendor.
#[derive(Clone, Debug)]
pub struct SchemaFile {
    pub(crate) about: About,
    pub(crate) is_swagger_2: bool,
    /// The prefix of every path, without the `/v1` of the API's base URL.
    base: String,
    /// The path in front of all others that is none of ours.
    pub(crate) moved_base: Option<String>,
    /// Whether the version of the API's base URL stands in front of the paths.
    has_version: bool,
    value: Arc<Value>,
}

/// What a file says of itself.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct About {
    #[serde(rename = "file")]
    pub(crate) name: String,
    /// Such as `Swagger 2.0`.
    pub(crate) format: String,
    pub(crate) title: String,
    pub(crate) version: String,
}

impl SchemaFile {
    pub(crate) fn understand(name: String, value: Value) -> Result<Self, String> {
        let text = |pointer: &str| value.pointer(pointer).map(plain).unwrap_or_default();
        let (swagger, openapi) = (text("/swagger"), text("/openapi"));
        let format = if is_2(&swagger) {
            format!("Swagger {swagger}")
        } else if openapi.starts_with("3.") {
            format!("OpenAPI {openapi}")
        } else {
            return Err("neither `swagger: \"2.0\"` nor `openapi: 3.…` stands at its top".into());
        };
        let holds = |name| value.get(name).is_some_and(Value::is_object);
        if !["paths", "definitions", "components"].into_iter().any(holds) {
            return Err("has no `paths`".into());
        }
        let (title, version) = (text("/info/title"), text("/info/version"));
        Ok(Self::of(About { name, format, title, version }, value))
    }

    pub(super) fn of(about: About, value: Value) -> Self {
        let server = value.get("basePath").or_else(|| value.pointer("/servers/0"));
        let base = &*server.and_then(|it| path_of(it).ok()).unwrap_or_default();
        let is_swagger_2 = value.get("swagger").is_some_and(|version| is_2(&plain(version)));
        let has_version = base.split('/').any(|part| part == "v1");
        let (base, value) = (without_version(base), Arc::new(value));
        Self { about, is_swagger_2, base, moved_base: None, has_version, value }
    }

    /// Whether it describes an API, and not only parts of a description.
    pub fn is_whole(&self) -> bool {
        !self.about.format.is_empty()
    }

    /// Whether a reference leads to the file of this name.
    pub fn refers_to(&self, name: &str) -> bool {
        let mut open = vec![&*self.value];
        while let Some(value) = open.pop() {
            let reference = value.get("$ref").and_then(Value::as_str).unwrap_or_default();
            if file_of(reference).is_some_and(|file| file == name) {
                return true;
            }
            match value {
                Value::Array(items) => open.extend(items),
                Value::Object(members) => open.extend(members.values()),
                _ => {}
            }
        }
        false
    }

    /// The server that it is of, where it says one.
    #[cfg(feature = "sessions")]
    pub(crate) fn host(&self) -> Option<&str> {
        let url = self.value.pointer("/servers/0/url").and_then(Value::as_str).unwrap_or_default();
        let of_url = url.split_once("://").and_then(|(_, rest)| rest.split('/').next());
        self.value.get("host").and_then(Value::as_str).or(of_url)
    }

    /// The path in front of all its paths, where it says one.
    pub(crate) fn root(&self) -> Option<String> {
        self.moved_base.clone().or_else(|| self.has_version.then(|| "/v1".to_owned()))
    }

    /// Takes a base path off every path if the contract has no path that begins like it.
    pub(crate) fn take_base(&mut self, is_ours: impl Fn(&str) -> bool) {
        let first = self.base.split('/').find(|segment| !segment.is_empty());
        if first.is_some_and(|first| !is_ours(first)) {
            self.moved_base = Some(format!("/{}", std::mem::take(&mut self.base)));
        }
    }

    /// A path of this file as it stands below the API's base URL.
    pub(crate) fn full_path(&self, path: &str, servers: Option<&str>) -> String {
        let base = servers.map_or_else(|| self.base.clone(), without_version);
        let moved = self.moved_base.as_deref().unwrap_or_default().trim_start_matches('/');
        let base = base.strip_prefix(moved).filter(|_| !moved.is_empty()).unwrap_or(&base);
        // A file may repeat its base path in its paths.
        let path = if self.has_version { without_version(path) } else { path.to_owned() };
        let path = path.trim_start_matches('/');
        let is_below = |rest: &&str| !moved.is_empty() && rest.starts_with('/');
        let path = path.strip_prefix(moved).filter(is_below).unwrap_or(path);
        let full = format!("{base}/{path}");
        let segments = full.split('/').filter(|segment| !segment.is_empty());
        let end = if path.ends_with('/') { "/" } else { "" };
        segments.map(|segment| format!("/{segment}")).chain([end.to_owned()]).collect()
    }
}

/// The path of a server or of a `basePath`, with the values of its variables; or why there is none.
pub(super) fn path_of(server: &Value) -> Result<String, String> {
    let url = server.get("url").unwrap_or(server);
    let mut url = url.as_str().ok_or("is no text")?.trim().to_owned();
    for (name, variable) in server.get("variables").and_then(Value::as_object).into_iter().flatten()
    {
        if let Some(value) = variable.get("default").filter(|it| it.is_string() || it.is_number()) {
            url = url.replace(&format!("{{{name}}}"), &plain(value));
        }
    }
    let path = match url.split_once("://") {
        Some(("http" | "https", rest)) => rest.find('/').and_then(|at| rest.get(at..)),
        Some(_) => Some(":"),
        None => Some(&*url),
    };
    let path = path.unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let is_step = |part: &str| part == "." || part == "..";
    if !path.bytes().all(is_plain) || path.split('/').any(is_step) {
        let shown: String = url.chars().take(80).collect();
        return Err(format!("{shown:?} is no address with a plain path"));
    }
    Ok(path.to_owned())
}

/// A path without the version that our base URL holds already.
fn without_version(path: &str) -> String {
    let path = path.trim_matches('/');
    let below = match path.split_once('/') {
        Some(("v1", below)) => below,
        None if path == "v1" => "",
        _ => path,
    };
    below.to_owned()
}

/// A scalar as text: a version may be written as a number.
pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// All files of one run, which may refer to each other by name.
#[derive(Debug)]
pub(crate) struct Files(pub(crate) Vec<SchemaFile>);

impl Files {
    /// The top of each file.
    pub(crate) fn tops(&self) -> impl Iterator<Item = Spot<'_>> {
        self.0.iter().map(|document| Spot {
            files: self,
            document,
            pointer: String::new(),
            value: &document.value,
        })
    }
}

/// A place in a file.
#[derive(Clone, Debug)]
pub(crate) struct Spot<'a> {
    files: &'a Files,
    pub(crate) document: &'a SchemaFile,
    pub(crate) pointer: String,
    pub(crate) value: &'a Value,
}

impl<'a> Spot<'a> {
    /// File and JSON pointer.
    pub(crate) fn place(&self) -> Place {
        Place { file: self.document.about.name.clone(), pointer: self.pointer.clone() }
    }

    pub(crate) fn get(&self, name: &str) -> Option<Self> {
        Some(self.at(name, self.value.get(name)?))
    }

    pub(crate) fn text(&self, name: &str) -> Option<&'a str> {
        self.value.get(name)?.as_str()
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.value.get(name)?.as_bool()
    }

    /// Every member of an object, in the order of their names.
    pub(crate) fn members(&self) -> Vec<(&'a str, Self)> {
        self.inner().into_iter().filter_map(|(name, spot)| Some((name?, spot))).collect()
    }

    /// Every element of the list called `name`.
    pub(crate) fn elements(&self, name: &str) -> Vec<Self> {
        let list = self.get(name).filter(|list| list.value.is_array());
        list.iter().flat_map(Self::inner).map(|(_, spot)| spot).collect()
    }

    /// Every member of an object with its name, or every element of a list.
    pub(crate) fn inner(&self) -> Vec<(Option<&'a str>, Self)> {
        match self.value {
            Value::Array(list) => {
                let elements = list.iter().enumerate();
                elements.map(|(index, value)| (None, self.at(&index.to_string(), value))).collect()
            }
            Value::Object(members) => {
                let members = members.iter();
                members.map(|(name, value)| (Some(name.as_str()), self.at(name, value))).collect()
            }
            _ => Vec::new(),
        }
    }

    fn at(&self, name: &str, value: &'a Value) -> Self {
        let name = name.replace('~', "~0").replace('/', "~1");
        Self { pointer: format!("{}/{name}", self.pointer), value, ..self.clone() }
    }

    /// The place that the references from here lead to; `None` where one has no target or forms a circle.
    pub(crate) fn resolved(&self) -> Option<Self> {
        self.target().ok()
    }

    /// As above, or why there is nothing.
    pub(crate) fn target(&self) -> Result<Self, &'static str> {
        let mut spot = self.clone();
        for _ in 0..MAX_HOPS {
            let Some(reference) = spot.text("$ref") else { return Ok(spot) };
            spot = spot.follow(reference)?;
        }
        Err("leads in a circle")
    }

    fn follow(&self, reference: &str) -> Result<Self, &'static str> {
        let (_, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let document = match file_of(reference) {
            None => self.document,
            Some(name) => {
                let same =
                    |document: &&SchemaFile| document.about.name.rsplit('/').next() == Some(&name);
                self.files.0.iter().find(same).ok_or("is in a file that was not given")?
            }
        };
        let pointer = decoded(pointer);
        let value = document.value.pointer(&pointer).ok_or("leads nowhere")?;
        Ok(Self { files: self.files, document, pointer, value })
    }

    /// The name of the definition that a reference here leads to.
    pub(crate) fn reference_name(&self) -> Option<String> {
        let name = decoded(self.text("$ref")?.rsplit('/').next()?);
        Some(name.replace("~1", "/").replace("~0", "~"))
    }
}

fn is_2(swagger: &str) -> bool {
    swagger.starts_with("2.") || swagger == "2"
}

/// The name of the file that a reference leads to, if it is another.
fn file_of(reference: &str) -> Option<String> {
    let file = reference.split('#').next().filter(|file| !file.is_empty())?;
    file.rsplit('/').next().map(decoded)
}

/// A part of a URI without its percent signs; as it stands where they mean nothing.
fn decoded(text: &str) -> String {
    let bytes = percent_encoding::percent_decode_str(text);
    bytes.decode_utf8().map_or_else(|_| text.to_owned(), Cow::into_owned)
}

/// File and JSON pointer, ready to print.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) pointer: String,
}

funnelflux_contract::formats! {
    Display for Place, |it, f| write!(f, "{}#{}", it.file, it.pointer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_version_and_slashes_are_taken_off_a_base() {
        for (url, below) in [
            ("/v1", ""),
            ("/v1/", ""),
            ("/v1/billing", "billing"),
            ("http://x:8080", ""),
            ("https://api.funnelflux.pro/v1", ""),
            ("https://api.funnelflux.pro", ""),
            ("https://api.funnelflux.pro/v1/auth/", "auth"),
            ("/billing", "billing"),
            ("/v10", "v10"),
            ("", ""),
        ] {
            let path = path_of(&url.into()).unwrap();
            assert_eq!(without_version(&path), below, "{url}");
        }
    }

    #[test]
    fn an_address_with_variables_has_a_path_and_what_is_no_address_has_none() {
        use serde_json::json;
        let of = |url: &str, default: Value| json!({"url": url, "variables": {"v": {"default": default, "enum": [null, 7, {}]}}});
        for (server, path) in [
            (of("https://{host}.x.example/api/{v}", json!("v2")), "/api/v2"),
            (of("/{v}/a", json!(3)), "/3/a"),
            (json!("/a/b"), "/a/b"),
            (json!("https://x.example"), ""),
        ] {
            assert_eq!(path_of(&server).unwrap(), path, "{server}");
        }
        for server in [
            of("/{v}", json!({"a": 1})),
            of("/{w}", json!("v2")),
            of("/{v}", json!("a b?c")),
            of("javascript:alert(1)", Value::Null),
            of("ftp://x.example/v1", Value::Null),
            of("https://x.example/v1?key=1", Value::Null),
            of("/a/../b", Value::Null),
            json!("/{basePath}"),
            json!({"url": 7}),
            json!(["/v1"]),
            Value::Null,
        ] {
            assert!(path_of(&server).is_err(), "{server}");
        }
    }

    #[test]
    fn what_is_no_schema_file_is_refused_saying_why() {
        let refuse = |json| SchemaFile::understand("f".to_owned(), json).unwrap_err();
        assert!(refuse(serde_json::json!({"paths": {}})).contains("swagger"));
        assert!(refuse(serde_json::json!({"openapi": "3.0.3"})).contains("paths"));
    }

    #[test]
    fn references_in_a_circle_and_into_nowhere_lead_nowhere() {
        let json = serde_json::json!({"swagger": "2.0", "paths": {},
            "a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}, "c": {"$ref": "other.yaml#/d"},
            "d": {"$ref": "#/e"}});
        let files = Files(vec![SchemaFile::understand("f".to_owned(), json).unwrap()]);
        let top = files.tops().next().unwrap();
        let nowhere = |name| top.get(name).unwrap().target().unwrap_err();
        assert_eq!(nowhere("a"), "leads in a circle");
        assert_eq!(nowhere("c"), "is in a file that was not given");
        assert_eq!(nowhere("d"), "leads nowhere");
    }

    #[test]
    fn a_reference_is_a_uri_whose_percent_signs_are_taken_out() {
        let json = serde_json::json!({"swagger": "2.0", "paths": {},
            "An id/ü": {"type": "string"}, "100%": {}, "%2G": {},
            "a": {"$ref": "#/An%20id~1%C3%BC"}, "b": {"$ref": "#/100%"}, "c": {"$ref": "#/%2G"},
            "d": {"$ref": "my%20file#/An%20id~1ü"}});
        let files = Files(vec![SchemaFile::understand("my file".to_owned(), json).unwrap()]);
        let top = files.tops().next().unwrap();
        for (name, target, shown) in [
            ("a", "/An id~1ü", "An id/ü"),
            ("b", "/100%", "100%"),
            ("c", "/%2G", "%2G"),
            ("d", "/An id~1ü", "An id/ü"),
        ] {
            let spot = top.get(name).unwrap();
            assert_eq!(spot.target().unwrap().pointer, target);
            assert_eq!(spot.reference_name().unwrap(), shown);
        }
    }
}
