use super::{
    macros::{asset, model},
    words::{PageType, PayoutType, RedirectType, Status},
};

model! {
    /// A page: a lander or an offer; the two are one asset.
    Page {
        "idPage": id(id, id_text, set_id, Page), Sibling, SelfHosted, "its id.";
        "pageName": text(name, set_name), Sibling, SelfHosted, "its name.";
        "pageType": word(page_type, set_page_type, PageType), Sibling, SelfHosted, "whether it is a lander or an offer.";
        "baseURL": text(base_url, set_base_url), Documented, Reference, "its address, called `url` by the self-hosted product.";
        "redirectType": word(redirect_type, set_redirect_type, RedirectType), Sibling, SelfHosted, "how visitors are sent there.";
        "tags": texts(tags, set_tags), Sibling, SelfHosted, "its tags.";
        "notes": text(notes, set_notes), Sibling, SelfHosted, "notes of the account's users.";
        "customFields": raw(custom_fields, set_custom_fields), Sibling, SelfHosted, "fields of its own.";
        "offerParams": part(offer_params, set_offer_params, OfferParams), Sibling, SelfHosted, "what an offer pays and who pays it.";
        "numberOfActions": integer(number_of_actions, set_number_of_actions), Sibling, SelfHosted, "how many ways lead out of it, 1 to 64.";
        "status": word(status, set_status, Status), Inferred, Pattern, "its state.";
        "idCategory": link(category_id, category_id_text, set_category_id, Category), Inferred, Pattern, "its category.";
        "meta": raw(meta, set_meta), Inferred, Pattern, "internal to the app. Never store anything in it: it goes back as it was read.";
    }
}

model! {
    /// What an offer pays and who pays it.
    OfferParams {
        "idOfferSource": link(offer_source_id, offer_source_id_text, set_offer_source_id, OfferSource), Sibling, SelfHosted, "the offer source.";
        "payout": number(payout, set_payout), Sibling, SelfHosted, "the amount or the share.";
        "payoutType": word(payout_type, set_payout_type, PayoutType), Sibling, SelfHosted, "which of the two.";
    }
}

model! {
    /// A page as lists return it.
    PageInfo {
        "idPage": id(id, id_text, set_id, Page), Sibling, SelfHosted, "its id.";
        "pageName": text(name, set_name), Sibling, SelfHosted, "its name.";
        "pageType": word(page_type, set_page_type, PageType), Sibling, SelfHosted, "whether it is a lander or an offer.";
        "status": word(status, set_status, Status), Inferred, Pattern, "its state.";
        "idCategory": link(category_id, category_id_text, set_category_id, Category), Inferred, Pattern, "its category.";
        "categoryName": text(category_name, set_category_name), Inferred, Pattern, "its category's name.";
    }
}

asset!(Page, PageInfo, id = "idPage", name = "pageName");
