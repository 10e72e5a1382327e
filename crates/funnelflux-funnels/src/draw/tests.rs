use base64::Engine as _;
use sha2::{Digest as _, Sha256};

use super::*;

pub(super) fn spot(label: &str, kind: &'static str) -> Spot {
    Spot { label: label.to_owned(), kind, is_root: kind == "root", ..Spot::default() }
}

pub(super) fn line(from: usize, to: usize, label: &str) -> Line {
    Line { from, to, labels: vec![label.to_owned()], ..Line::default() }
}

fn numbers(visits: i64, conversions: i64, cents: i64) -> Option<Numbers> {
    Some(Numbers::new(Some(visits.into()), Some(conversions.into()), Some(Decimal::new(cents, 2))))
}

/// Traffic → 70/30 → two landers → offers → thank you, with numbers and findings.
fn small() -> Picture {
    let mut picture = Picture {
        title: "Spring sale".into(),
        caption: Some("20 to 26 November, Europe/Berlin".into()),
        nodes: vec![
            spot("Traffic", "root"),
            spot("Which quiz?", "rotator"),
            spot("Quiz with a dog & a very long name that does not fit", "lander"),
            spot("Quiz B", "lander-group"),
            spot("Shoes", "offer-group"),
            spot("From the US?", "condition"),
            spot("Thank you", "external-url"),
            spot("Tell the CRM", "webhook"),
        ],
        lines: vec![
            line(0, 1, "100%"),
            line(1, 2, "70%"),
            line(1, 3, "30%"),
            line(2, 5, "action 1"),
            line(3, 5, "action 1"),
            line(5, 4, "us"),
            line(5, 6, "default"),
            line(4, 7, "action 1, converts"),
            line(7, 6, ""),
            line(4, 1, "action 2"),
        ],
        ..Picture::default()
    };
    for (node, (visits, conversions, cents)) in picture.nodes.iter_mut().zip([
        (12_345, 210, 123_456),
        (12_345, 210, 123_456),
        (8_600, 180, 110_034),
        (3_745, 30, 13_422),
        (6_100, 210, 123_456),
        (9_900, 0, 0),
        (2_050, 0, -5_050),
        (210, 0, 0),
    ]) {
        node.numbers = numbers(visits, conversions, cents);
        node.details = vec![("id", "2nIemJxCKbFX".into())];
    }
    for at in [0, 1, 2, 5, 7] {
        let to = picture.lines[at].to;
        picture.lines[at].visits = picture.nodes[to].numbers.and_then(|numbers| numbers.visits);
    }
    picture.nodes[3].marks =
        vec![Mark { severity: Severity::Error, text: "FF021: weights sum to 90%".into() }];
    picture.nodes[6].marks =
        vec![Mark { severity: Severity::Warning, text: "FF040: no https".into() }];
    picture.lines[9].marks =
        vec![Mark { severity: Severity::Error, text: "FF013: leads back".into() }];
    picture
}

fn large(count: usize) -> Picture {
    let kinds = [
        "rotator",
        "lander",
        "lander-group",
        "offer-group",
        "condition",
        "logic",
        "middleware",
        "webhook",
        "external-url",
        "other",
        "ai",
        "visitor-tag",
    ];
    let mut nodes = vec![spot("Traffic", "root")];
    let mut lines = Vec::new();
    for at in 1..count {
        nodes.push(spot(&format!("Node number {at}"), kinds[(at * 7) % kinds.len()]));
        lines.push(line((at - 1) / 3, at, ["action 1", "70%", "us", "default"][at % 4]));
        if at % 5 == 0 && at + 9 < count {
            lines.push(line(at, at + 9, "tier_one"));
        }
    }
    Picture { title: format!("{count} nodes"), nodes, lines, ..Picture::default() }
}

#[test]
fn pictures_are_written_for_a_look_at_them() {
    // `FF_PICTURES=/tmp cargo test -p funnelflux-funnels pictures` writes them.
    let Some(directory) = std::env::var_os("FF_PICTURES") else { return };
    let directory = std::path::Path::new(&directory);
    for (name, picture) in [("small", small()), ("large", large(50)), ("huge", large(1000))] {
        std::fs::write(directory.join(format!("{name}.svg")), picture.svg()).unwrap();
        std::fs::write(directory.join(format!("{name}.html")), picture.html()).unwrap();
        std::fs::write(directory.join(format!("{name}.mmd")), picture.mermaid()).unwrap();
        std::fs::write(directory.join(format!("{name}.txt")), picture.tree()).unwrap();
    }
}

#[test]
fn the_page_allows_its_own_script_and_no_other() {
    let script = include_bytes!("page.js");
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(script));
    assert!(small().html().contains(&format!("script-src 'sha256-{hash}'")), "the hash is {hash}");
}

/// The tags of a document, without texts and values.
fn tags(xml: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = xml;
    while let Some((_, tag)) = rest.split_once('<') {
        let (tag, after) = tag.split_once('>').expect("a tag that does not end");
        assert_eq!(tag.matches('"').count() % 2, 0, "a quote in {tag}");
        tags.push(tag.split([' ', '\n']).next().unwrap_or_default().to_owned());
        rest = after;
    }
    tags
}

const HOSTILE: &[&str] = &[
    "</title><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onload='alert(1)",
    "&lt;b&gt; & ]]> --> */ </style>",
    "\u{1b}[31m\u{202e}\u{0}\u{ffff}",
    "a\nb|c\"]; n0 --> n1 %% #quot; `x` {{y}}",
];

fn renamed(name: &str) -> Picture {
    let mut picture = small();
    let mark = Mark { severity: Severity::Error, text: name.to_owned() };
    (picture.title, picture.caption) = (name.to_owned(), Some(name.to_owned()));
    picture.marks = vec![mark.clone()];
    for node in &mut picture.nodes {
        (node.label, node.marks) = (name.to_owned(), vec![mark.clone()]);
        node.details = vec![("id", name.to_owned())];
    }
    for line in &mut picture.lines {
        (line.labels, line.marks) = (vec![name.to_owned()], vec![mark.clone()]);
    }
    picture
}

#[test]
fn names_cannot_leave_their_place_in_any_form() {
    let harmless = renamed("A name");
    for name in HOSTILE {
        let picture = renamed(name);
        assert_eq!(tags(&picture.svg()), tags(&harmless.svg()), "{name}");
        let (page, other) = (picture.html(), harmless.html());
        let body = |page: &str| {
            page.split_once("<svg").unwrap().1.rsplit_once("<script>").unwrap().0.to_owned()
        };
        assert_eq!(tags(&body(&page)), tags(&body(&other)), "{name}");
        for text in [&picture.svg(), &page] {
            assert!(!text.contains("<script>alert") && !text.contains("<img"), "{name}");
        }
        assert_eq!(picture.mermaid().lines().count(), harmless.mermaid().lines().count(), "{name}");
        assert!(!picture.mermaid().contains("{{") && !picture.mermaid().contains('`'));
        assert_eq!(picture.tree().lines().count(), harmless.tree().lines().count(), "{name}");
        for text in [picture.tree(), picture.svg(), page, picture.mermaid()] {
            assert!(!text.contains(['\u{1b}', '\u{202e}', '\u{0}', '\u{ffff}']), "{name}");
        }
    }
}

#[test]
fn a_picture_shows_each_node_and_each_line_once() {
    for picture in [small(), large(50)] {
        let (svg, page) = (picture.svg(), picture.html());
        assert_eq!(svg.matches("<g class=\"node ").count(), picture.nodes.len());
        assert_eq!(svg.matches("<path class=\"line").count(), picture.lines.len());
        assert_eq!(page.matches("role=\"tooltip\"").count(), picture.nodes.len());
        assert_eq!(picture.mermaid().matches(" -->").count(), picture.lines.len());
        assert_eq!(
            picture
                .tree()
                .lines()
                .filter(|line| line.contains('[') && !line.contains("see above"))
                .count(),
            picture.nodes.len()
        );
        // Nothing is loaded from elsewhere.
        for text in [&svg, &page] {
            assert!(
                !text.contains("href")
                    && !text.contains("@import")
                    && !text.replace("http://www.w3.org/2000/svg", "").contains("://")
            );
        }
    }
}

#[test]
fn the_tree_shows_numbers_findings_and_nodes_without_a_way_in() {
    let mut picture = small();
    picture.nodes.push(spot("Forgotten", "lander"));
    let tree = picture.tree();
    for line in [
        "Traffic [root]  12,345 visits · 210 conv. · 1,234.56",
        "   └─ 30% (3,745) → Quiz B [lander-group]  3,745 visits · 30 conv. · 134.22",
        "      │  error: FF021: weights sum to 90%",
        "   │     └─ default → Thank you [external-url] ↑ see above",
        "not reached from the root:",
        "Forgotten [lander]",
    ] {
        assert!(tree.lines().any(|it| it == line), "no {line:?} in\n{tree}");
    }
}

#[test]
fn a_chain_of_ten_thousand_nodes_is_drawn_as_a_tree() {
    let nodes =
        (0..10_000).map(|at| spot(&at.to_string(), if at == 0 { "root" } else { "lander" }));
    let nodes: Vec<_> = nodes.collect();
    let lines = (1..nodes.len()).map(|at| line(at - 1, at, "")).collect();
    let picture = Picture { nodes, lines, ..Picture::default() };
    assert_eq!(picture.tree().lines().count(), 10_400);
}
