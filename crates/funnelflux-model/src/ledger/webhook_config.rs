use super::{
    macros::{asset, model},
    words::Status,
};

model! {
    /// A webhook config: whom FunnelFlux Pro tells when something happens. The documentation of its members could not be read: those here follow the
    /// pattern of the other assets, and everything else is kept as it came.
    WebhookConfig {
        "idWebhookConfig": id(id, id_text, set_id, WebhookConfig), Inferred, Pattern, "its id.";
        "webhookConfigName": text(name, set_name), Inferred, Pattern, "its name.";
        "status": word(status, set_status, Status), Inferred, Pattern, "its state.";
        "idCategory": link(category_id, category_id_text, set_category_id, Category), Inferred, Pattern, "its category.";
        "meta": raw(meta, set_meta), Inferred, Pattern, "internal to the app. Never store anything in it: it goes back as it was read.";
    }
}

model! {
    /// A webhook config as lists return it.
    WebhookConfigInfo {
        "idWebhookConfig": id(id, id_text, set_id, WebhookConfig), Inferred, Pattern, "its id.";
        "webhookConfigName": text(name, set_name), Inferred, Pattern, "its name.";
        "status": word(status, set_status, Status), Inferred, Pattern, "its state.";
        "idCategory": link(category_id, category_id_text, set_category_id, Category), Inferred, Pattern, "its category.";
        "categoryName": text(category_name, set_category_name), Inferred, Pattern, "its category's name.";
    }
}

asset!(WebhookConfig, WebhookConfigInfo, id = "idWebhookConfig", name = "webhookConfigName");
