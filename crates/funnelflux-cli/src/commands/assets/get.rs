//! `get`.

use funnelflux::id::AssetId;
use funnelflux::model::Document;

use super::{Context, outcome};
use crate::failure::Failure;
use crate::output::{self, Format, write_object, write_objects};

pub(super) async fn run(context: &Context<'_>, ids: &[AssetId]) -> Result<(), Failure> {
    let assets = &context.assets;
    let read = assets.find_all(ids, outcome::options(context)).await;
    context.progress.finish();
    let (mut found, mut failure) = (Vec::new(), None);
    for (id, answer) in ids.iter().zip(read.into_results()) {
        match answer {
            Ok(object) => found.push(object),
            Err(error) => {
                failure.get_or_insert_with(|| Failure::from(error).about(id));
            }
        }
    }
    let format = context.settings.format();
    let told = match found.as_slice() {
        [] if failure.is_some() => Ok(()),
        found => show(found, ids.len() == 1, format),
    };
    failure.map_or(told, Err)
}

/// One id prints one object, several print a list, even if only one was found.
fn show(found: &[Document], one: bool, format: Format) -> Result<(), Failure> {
    output::print(|out| match found {
        [only] if one => write_object(out, only, format),
        found => write_objects(out, &found.iter().collect::<Vec<_>>(), format),
    })
}
