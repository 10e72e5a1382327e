//! Where the objects of a JSON text are, so that it can be changed as text, by no code of the SDK.

use std::ops::Range;

/// A JSON object inside a text.
#[derive(Clone, Debug)]
pub struct Object {
    /// From `{` to the end of `}`.
    pub range: Range<usize>,
    /// Its members, in their order.
    pub members: Vec<Member>,
}

/// A member of an object.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name, without escapes undone.
    pub name: String,
    /// From the opening quote of the name to the end of the value.
    pub range: Range<usize>,
    /// Where the value is.
    pub value: Range<usize>,
}

/// Every object at every depth, inner ones before those that hold them.
#[must_use]
pub fn objects(text: &str) -> Vec<Object> {
    let mut scan = Scan { text: text.as_bytes(), at: 0, objects: Vec::new(), items: Vec::new() };
    scan.value();
    scan.objects
}

/// The items of the text if it is a list, else the text itself.
#[must_use]
pub fn items(text: &str) -> Vec<&str> {
    let text = text.trim();
    if !text.starts_with('[') {
        return vec![text];
    }
    let mut scan = Scan { text: text.as_bytes(), at: 0, objects: Vec::new(), items: Vec::new() };
    scan.list(true);
    scan.items.into_iter().filter_map(|range| text.get(range)).collect()
}

/// The members of the text if it is an object: name and value.
#[must_use]
pub fn members(text: &str) -> Vec<(String, &str)> {
    let members = objects(text).pop().filter(|outer| outer.range.start == 0);
    let members = members.into_iter().flat_map(|outer| outer.members);
    members.filter_map(|member| Some((member.name, text.get(member.value)?))).collect()
}

/// Only for JSON that is known to be some: it checks nothing.
struct Scan<'a> {
    text: &'a [u8],
    at: usize,
    objects: Vec<Object>,
    items: Vec<Range<usize>>,
}

impl Scan<'_> {
    fn here(&mut self) -> u8 {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.text.get(self.at).copied().unwrap_or_default()
    }

    fn value(&mut self) -> Range<usize> {
        let first = self.here();
        let start = self.at;
        match first {
            b'{' => self.object(),
            b'[' => self.list(false),
            b'"' => self.string(),
            _ => {
                let scalar = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
                while self.text.get(self.at).is_some_and(scalar) {
                    self.at += 1;
                }
            }
        }
        start..self.at
    }

    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.text.get(self.at) {
            self.at += if *byte == b'\\' { 2 } else { 1 };
            if *byte == b'"' {
                return;
            }
        }
    }

    fn list(&mut self, outer: bool) {
        self.at += 1;
        while !matches!(self.here(), b']' | 0) {
            let item = self.value();
            if outer {
                self.items.push(item);
            }
            if self.here() == b',' {
                self.at += 1;
            }
        }
        self.at += 1;
    }

    fn object(&mut self) {
        let start = self.at;
        let mut members = Vec::new();
        self.at += 1;
        while !matches!(self.here(), b'}' | 0) {
            let name_at = self.at;
            self.string();
            let name = self.text.get(name_at + 1..self.at - 1).unwrap_or_default();
            let name = String::from_utf8_lossy(name).into_owned();
            if self.here() == b':' {
                self.at += 1;
            }
            let value = self.value();
            members.push(Member { name, range: name_at..value.end, value });
            if self.here() == b',' {
                self.at += 1;
            }
        }
        self.at += 1;
        self.objects.push(Object { range: start..self.at, members });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_found_at_every_depth() {
        let text = r#"{ "a\"}": [1.50, {"b": {}}], "c" : "{" }"#;
        let found: Vec<&str> =
            objects(text).into_iter().map(|object| &text[object.range]).collect();
        assert_eq!(found, ["{}", r#"{"b": {}}"#, text]);
        let outer = members(text);
        assert_eq!(outer[0], (r#"a\"}"#.to_owned(), r#"[1.50, {"b": {}}]"#));
        assert_eq!(outer[1], ("c".to_owned(), r#""{""#));
        assert_eq!(items(outer[0].1), ["1.50", r#"{"b": {}}"#]);
        assert_eq!(items("17"), ["17"]);
    }
}
