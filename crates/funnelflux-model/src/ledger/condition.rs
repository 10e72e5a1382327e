use super::{
    macros::{asset, model},
    words::Status,
};

model! {
    /// A condition: rules that route visitors. Its routes, rule groups and rules are known by
    /// meaning only (help); they are kept as they came.
    Condition {
        "idCondition": id(id, id_text, set_id, Condition), Documented, Reference, "its id.";
        "conditionName": text(name, set_name), Documented, Reference, "its name.";
        "status": word(status, set_status, Status), Documented, Reference, "its state.";
        "idCategory": link(category_id, category_id_text, set_category_id, Category), Documented, Reference, "its category.";
        "categoryName": text(category_name, set_category_name), Documented, Reference, "its category's name.";
        "restrictToFunnelId": link(restrict_to_funnel_id, restrict_to_funnel_id_text, set_restrict_to_funnel_id, Funnel), Documented, Reference, "the only funnel that may use it: a local condition, hidden from global lists yet found by id.";
        "meta": raw(meta, set_meta), Documented, Reference, "internal to the app. Never store anything in it: it goes back as it was read.";
        "orTests": raw(or_tests, set_or_tests), Sibling, SelfHosted, "there in place of routes.";
    }
}

model! {
    /// A condition as lists return it.
    ConditionInfo {
        "idCondition": id(id, id_text, set_id, Condition), Documented, Reference, "its id.";
        "conditionName": text(name, set_name), Documented, Reference, "its name.";
        "status": word(status, set_status, Status), Documented, Reference, "its state.";
        "idCategory": link(category_id, category_id_text, set_category_id, Category), Documented, Reference, "its category.";
        "categoryName": text(category_name, set_category_name), Documented, Reference, "its category's name.";
    }
}

asset!(Condition, ConditionInfo, id = "idCondition", name = "conditionName");
