use super::{
    macros::{asset, model},
    words::Status,
};

model! {
    /// A visitor tag. The documentation of its members could not be read: those here follow the
    /// pattern of the other assets, and everything else is kept as it came.
    VisitorTag {
        "idVisitorTag": id(id, id_text, set_id, VisitorTag), Inferred, Pattern, "its id.";
        "visitorTagName": text(name, set_name), Inferred, Pattern, "its name.";
        "status": word(status, set_status, Status), Inferred, Pattern, "its state.";
        "idCategory": link(category_id, category_id_text, set_category_id, Category), Inferred, Pattern, "its category.";
        "meta": raw(meta, set_meta), Inferred, Pattern, "internal to the app. Never store anything in it: it goes back as it was read.";
    }
}

model! {
    /// A visitor tag as lists return it.
    VisitorTagInfo {
        "idVisitorTag": id(id, id_text, set_id, VisitorTag), Inferred, Pattern, "its id.";
        "visitorTagName": text(name, set_name), Inferred, Pattern, "its name.";
        "status": word(status, set_status, Status), Inferred, Pattern, "its state.";
        "idCategory": link(category_id, category_id_text, set_category_id, Category), Inferred, Pattern, "its category.";
        "categoryName": text(category_name, set_category_name), Inferred, Pattern, "its category's name.";
    }
}

asset!(VisitorTag, VisitorTagInfo, id = "idVisitorTag", name = "visitorTagName");
