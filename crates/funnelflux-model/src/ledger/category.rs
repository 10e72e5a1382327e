use super::{
    macros::{asset, model},
    words::{CategoryType, Status},
};

model! {
    /// A category: a folder for the assets of one kind. The older categories of traffic sources
    /// are read as this, too (grade *inferred*).
    Category {
        "idCategory": id(id, id_text, set_id, Category), Documented, Reference, "its id.";
        "categoryName": text(name, set_name), Documented, Reference, "its name.";
        "categoryType": word(category_type, set_category_type, CategoryType), Documented, Reference, "what it holds.";
        "status": word(status, set_status, Status), Documented, Reference, "its state.";
        "meta": raw(meta, set_meta), Documented, Reference, "internal to the app. Never store anything in it: it goes back as it was read.";
    }
}

model! {
    /// A category as lists return it.
    CategoryInfo {
        "idCategory": id(id, id_text, set_id, Category), Inferred, Pattern, "its id.";
        "categoryName": text(name, set_name), Inferred, Pattern, "its name.";
        "categoryType": word(category_type, set_category_type, CategoryType), Inferred, Pattern, "what it holds.";
        "status": word(status, set_status, Status), Inferred, Pattern, "its state.";
    }
}

asset!(Category, CategoryInfo, id = "idCategory", name = "categoryName");

/// A category of traffic sources, as the older path `trafficsource/category/list` (proven) returns
/// it. With `includeChilds=true` it holds its traffic sources, in a shape that is not known.
pub type TrafficSourceCategory = CategoryInfo;
