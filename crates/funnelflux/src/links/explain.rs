//! A link, part by part: what each part is, and what is wrong with it.

use funnelflux_contract::{Grade, Schema, schemas};
use funnelflux_id::{AssetId, HitId, Id, TrafficSource};
use funnelflux_model::links::{LinkParameter, LinkPath};
use funnelflux_model::reporting::TrackingSlot;

use super::{Domain, MOST_ACTIONS, MOST_CHARACTERS, TrackingFields, shortened, tokens};
use Verdict::{Note, Right, Wrong};

/// The verdict on a part of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// As it should be.
    Right,
    /// Worth a look.
    Note,
    /// The link does not do what it is for.
    Wrong,
}

/// A part of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LinkPart {
    /// The place: `domain`, `path`, `funnel`, the name of a parameter.
    pub place: String,
    /// The beginning of its text. A user name and password are left out.
    pub text: String,
    /// Whether it is right.
    pub verdict: Verdict,
    /// The meaning, or the fault and what would be right.
    pub meaning: String,
    /// The grade of the meaning; `None` where it does not depend on the API.
    pub grade: Option<Grade>,
}

/// A link, part by part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The kind of link; `None` if it is no link of FunnelFlux.
    pub path: Option<LinkPath>,
    /// The traffic source that an entrance link names.
    pub traffic_source: Option<Id<TrafficSource>>,
    /// The parts, from left to right.
    pub parts: Vec<LinkPart>,
}

/// Explains a link. With the traffic source, its aliases and placeholders are known.
pub fn explain(url: &str, source: Option<&TrackingFields>) -> Explanation {
    let mut explanation = Explanation::default();
    explanation.tell(url, source);
    explanation
}

impl Explanation {
    /// Whether it is a link of FunnelFlux and no part of it is wrong.
    pub fn is_right(&self) -> bool {
        self.path.is_some() && self.parts.iter().all(|part| part.verdict != Wrong)
    }

    fn say(&mut self, verdict: Verdict, place: &str, text: &str, meaning: impl Into<String>) {
        self.say_graded(verdict, place, text, None, meaning);
    }

    fn say_graded(
        &mut self,
        verdict: Verdict,
        place: &str,
        text: &str,
        grade: impl Into<Option<Grade>>,
        meaning: impl Into<String>,
    ) {
        let (place, text) = (shortened(place), shortened(text));
        let (meaning, grade) = (meaning.into(), grade.into());
        self.parts.push(LinkPart { place, text, verdict, meaning, grade });
    }

    fn tell(&mut self, url: &str, source: Option<&TrackingFields>) {
        let length = url.chars().count();
        if length > MOST_CHARACTERS {
            let why = format!("{length} characters; expected at most {MOST_CHARACTERS}");
            return self.say(Wrong, "link", url, why);
        }
        let is_bad = |letter: char| letter.is_control() || letter.is_whitespace();
        if let Some((at, bad)) = (1..).zip(url.chars()).find(|(_, letter)| is_bad(*letter)) {
            let why = format!("character {at} is {bad:?}; expected it encoded, or not at all");
            return self.say(Wrong, "link", &url.escape_debug().to_string(), why);
        }
        let Some((scheme, rest)) = url.split_once("://") else {
            return self.say(Wrong, "link", url, "no scheme; expected https:// and a domain");
        };
        if !scheme.eq_ignore_ascii_case("https") {
            self.say(Wrong, "scheme", scheme, "expected https");
        }
        let (rest, fragment) = split(rest, '#');
        let (rest, query) = split(rest, '?');
        let (authority, path) = rest.split_at(rest.find(['/', '\\']).unwrap_or(rest.len()));
        let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        if user.len() + host.len() < authority.len() {
            let why = "a user before @, which hides the true host; expected none";
            self.say(Wrong, "user", "", why);
        }
        let (host, port) = split(host, ':');
        let (app, form) = LinkPath::Editor.as_str().split_once('/').unwrap_or_default();
        let is_app = host.eq_ignore_ascii_case(app);
        let (grade, meaning) = match is_app {
            true => (LinkPath::Editor.grade(), "the app of FunnelFlux Pro"),
            false => (LinkPath::Entrance.grade(), "determines the account of the link"),
        };
        match host.parse::<Domain>() {
            Ok(_) => self.say_graded(Right, "domain", host, grade, meaning),
            Err(error) => self.say(Wrong, "domain", host, error.message),
        }
        if let Some(port) = port {
            self.say(Wrong, "port", port, "no link has a port; expected none");
        }
        self.tell_path(path, is_app.then_some(form));
        if let (Some(named), Some(source)) = (self.traffic_source, source)
            && named != source.id()
        {
            let why = format!("got the tracking fields of {}; expected those of this", source.id());
            self.say(Wrong, "traffic source", named.as_str(), why);
        }
        if self.path.is_some() {
            self.tell_query(query.unwrap_or_default(), source);
        }
        if let Some(fragment) = fragment {
            self.say(Note, "fragment", fragment, "browsers do not send what follows #");
        }
    }

    /// `app` is the beginning of the path in the app.
    fn tell_path(&mut self, path: &str, app: Option<&str>) {
        let below = path.strip_prefix('/').unwrap_or(path);
        let is_trick = |part: &str| matches!(part, "." | "..");
        if path.contains(['%', '\\', ';']) || path.contains("//") || path.split('/').any(is_trick) {
            let why = "expected a plain path, without %, \\, ;, //, . and ..";
            return self.say(Wrong, "path", path, why);
        }
        let forms: Vec<(LinkPath, &str)> = match app {
            Some(form) => vec![(LinkPath::Editor, form)],
            None => LinkPath::KNOWN.iter().map(|path| (*path, path.as_str())).collect(),
        };
        let found = forms.iter().find_map(|(kind, form)| {
            let (begin, rest) = below.split_at_checked(form.len())?;
            let is_whole = rest.is_empty() || rest.starts_with('/');
            (is_whole && begin.eq_ignore_ascii_case(form)).then_some((*kind, *form, begin, rest))
        });
        let Some((kind, form, begin, rest)) = found else {
            let forms: Vec<&str> = forms.iter().map(|(_, form)| *form).collect();
            let why = format!("no path of a link; expected one of {}", forms.join(", "));
            return self.say(Wrong, "path", path, why);
        };
        self.path = Some(kind);
        match begin == form {
            true => {
                let meaning = meaning(&schemas::LINK_PATH, kind.as_str());
                self.say_graded(Right, "path", form, kind.grade(), meaning);
            }
            false => self.say(Wrong, "path", begin, format!("expected small letters: {form}")),
        }
        let rest = rest.strip_prefix('/').unwrap_or_default();
        match kind {
            LinkPath::Entrance => match rest.split_once('-') {
                Some((funnel, source)) => {
                    self.tell_id("funnel", funnel, kind);
                    self.tell_id("traffic source", source, kind);
                    self.traffic_source = source.parse().ok();
                }
                None => self.say(Wrong, "path", rest, "expected <idFunnel>-<idTrafficSource>"),
            },
            LinkPath::Action => match rest.parse::<u32>() {
                Ok(number @ 1..=MOST_ACTIONS) if number.to_string() == rest => {
                    let meaning = "the action that the visitor takes";
                    self.say_graded(Right, "action", rest, kind.grade(), meaning);
                }
                _ => {
                    let why = format!("expected a number from 1 to {MOST_ACTIONS}");
                    self.say(Wrong, "action", rest, why);
                }
            },
            LinkPath::Editor => self.tell_id("funnel", rest, kind),
            _ if !rest.is_empty() => self.say(Wrong, "path", rest, "expected nothing here"),
            _ => {}
        }
    }

    fn tell_id(&mut self, place: &str, text: &str, of: LinkPath) {
        match text.parse::<AssetId>() {
            Ok(id) => {
                let meaning = format!("its id, made {}", id.created_at_rfc3339());
                self.say_graded(Right, place, text, of.grade(), meaning);
            }
            Err(error) => self.say(Wrong, place, text, error.to_string()),
        }
    }

    fn tell_query(&mut self, query: &str, source: Option<&TrackingFields>) {
        let mut seen: Vec<String> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match (tokens::decoded(name), tokens::decoded(value)) {
                (Some(name), _) if seen.contains(&name) => {
                    let why = "given twice; expected once: which counts is unknown";
                    self.say(Wrong, &name, value, why);
                }
                (Some(name), Some(plain)) => {
                    self.tell_parameter(&name, value, &plain, source);
                    seen.push(name);
                }
                _ => {
                    let why = "a broken % code; expected % and two digits of 0-9, A-F, or %25";
                    self.say(Wrong, name, value, why);
                }
            }
        }
        let hit = LinkParameter::Hit.as_str();
        if self.path == Some(LinkPath::Postback) && !self.parts.iter().any(|it| it.place == hit) {
            self.say(Wrong, hit, "", "missing: the hit that converts");
        }
    }

    fn tell_parameter(
        &mut self,
        name: &str,
        value: &str,
        plain: &str,
        source: Option<&TrackingFields>,
    ) {
        let as_is = tokens::tokens(value);
        if let Some(token) = tokens::tokens(plain).into_iter().find(|token| !as_is.contains(token))
        {
            let why = format!("an encoded token, which is not replaced; expected {token}");
            return self.say(Wrong, name, value, why);
        }
        let slot = TrackingSlot::KNOWN.iter().copied().find(|slot| slot.as_str() == name);
        let word = LinkParameter::KNOWN.iter().copied().find(|known| known.as_str() == name);
        let help = LinkPath::Entrance.grade();
        let aliased = source.filter(|_| slot.is_none()).map(|source| source.of_alias(name));
        let aliased = aliased.unwrap_or_default();
        let is_known = slot.zip(source).is_none_or(|(slot, source)| !source.is_unconfigured(slot));
        let (verdict, grade, meaning) = match (self.path, word, slot) {
            (Some(LinkPath::Postback), Some(word), _) if word != LinkParameter::Vid => {
                if let Err(why) = tokens::check_postback(word, plain) {
                    return self.say(Wrong, name, value, why);
                }
                let hit = plain.parse::<HitId>().ok().filter(|_| as_is.is_empty());
                match hit.filter(|hit| word == LinkParameter::Hit && !hit.can_convert()) {
                    Some(_) => {
                        (Note, Some(help), "an offer's hit that can convert ends in h".into())
                    }
                    None => (Right, Some(word.grade()), of_parameter(word)),
                }
            }
            (Some(LinkPath::Entrance), _, Some(slot)) if is_known => {
                let more = match source {
                    Some(source) => source.alias(slot).map(|it| format!(", called {it:?}")),
                    None => Some(", if the traffic source has it".to_owned()),
                };
                let more = more.unwrap_or_default();
                (Right, Some(help), format!("tracking field {slot}{more}"))
            }
            (_, Some(word @ LinkParameter::Vid), _) => {
                (Note, Some(word.grade()), of_parameter(word))
            }
            (Some(LinkPath::Entrance), ..) if !aliased.is_empty() => {
                let slots: Vec<&str> = aliased.iter().map(|slot| slot.as_str()).collect();
                let meaning = format!(
                    "the alias of tracking field {}, which samples have here; that aliases are \
                     tracked is a guess",
                    slots.join(", ")
                );
                (Note, Some(Grade::Inferred), meaning)
            }
            (Some(LinkPath::Entrance | LinkPath::Action), ..) => {
                (Note, Some(help), tokens::UNCONFIGURED.to_owned())
            }
            _ => (Note, None, "no parameter that such a link is known to have".to_owned()),
        };
        self.say_graded(verdict, name, value, grade, meaning);
        let placeholder = slot.zip(source).map_or("", |(slot, source)| source.placeholder(slot));
        let verdict = if tokens::waits_for_a_person(value) { Wrong } else { Note };
        for note in tokens::notes(value, placeholder) {
            self.say(verdict, name, value, note);
        }
    }
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn of_parameter(parameter: LinkParameter) -> String {
    meaning(&schemas::LINK_PARAMETER, parameter.as_str()).to_owned()
}

fn meaning(schema: &'static Schema, word: &str) -> &'static str {
    let known = schema.values.iter().find(|value| value.value == word);
    known.map_or("", |value| value.meaning)
}
