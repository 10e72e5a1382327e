//! The example `build_funnel`: its funnel is the picture of the front page.
#![allow(clippy::unwrap_used, reason = "test code")]

use std::path::Path;

#[allow(dead_code, reason = "its main is not run")]
#[path = "../examples/build_funnel.rs"]
mod example;

/// The picture without its ids, which are new each time.
#[cfg(test)]
fn without_ids(svg: &str) -> String {
    let mut parts = svg.split("id: ");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| format!("{text}id: {}", part.get(12..).unwrap()))
}

/// `FF_DRAW=1 cargo test -p funnelflux --test build_funnel` draws it anew.
#[tokio::test]
async fn the_picture_of_the_front_page_is_that_of_the_example() {
    let picture = Box::pin(example::build()).await.unwrap();
    let tree = picture.tree();
    assert!(tree.contains("70% → Quiz [lander]") && !tree.contains("error"), "{tree}");
    let svg = picture.svg();
    assert_eq!(svg.matches("class=\"node ").count(), 10);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/funnel.svg");
    if std::env::var_os("FF_DRAW").is_some() {
        std::fs::write(&path, &svg).unwrap();
    }
    let drawn = std::fs::read_to_string(&path).unwrap();
    assert!(without_ids(&drawn) == without_ids(&svg), "docs/funnel.svg is stale; draw it anew");
}
