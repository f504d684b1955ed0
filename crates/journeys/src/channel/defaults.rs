//! The rules that an organisation has until it changes them.
//!
//! They follow the default channel group of GA4 (<https://support.google.com/analytics/answer/9756891>), with four differences.
//! Advertising is told apart by platform (`Meta Ads`, `Google Ads`), because that is where its spend is. A click id that only paid clicks
//! have (`gclid`, `msclkid`, `ttclid`, `li_fat_id` …) decides against UTM parameters that say otherwise, as in Google Analytics, unless
//! they name e-mail, SMS or push: then the address of an advertisement was copied into a message, and the message brought the visitor.
//! `fbclid` and `igshid` are appended to every link out of Facebook and Instagram, so alone they only prove a social network. Payment
//! pages and the shop's own pages bring nobody.

use super::rule::{Condition, Field, Match, Operator, Rule, RuleSet};
use super::{INTERNAL, PAYMENT_PROVIDER};
use Field::{ClickId, DataSource, ReferrerKind, Source, SourceKind, UtmCampaign, UtmMedium, UtmSource};

/// Media that say that a click was paid for.
const PAID: &[&str] = &[
    "*cp*",
    "ppc",
    "retargeting",
    "remarketing",
    "paid*",
    "*_paid",
    "*-paid",
    "sem",
    "ads",
    "ad",
];

impl RuleSet {
    /// The rules before anybody changed them.
    pub fn standard() -> Self {
        Self {
            own_hosts: Vec::new(),
            payment_hosts: Vec::new(),
            rules: rules(),
        }
    }
}

#[rustfmt::skip]
fn rules() -> Vec<Rule> {
    let meta = &["facebook*", "fb*", "instagram*", "ig", "meta", "meta-*", "meta_*", "an", "msg", "messenger", "threads", "threads.net"];
    let google = &["google*", "adwords", "youtube*", "gdn", "dv360"];
    vec![
        all("payment-marketing", "Advertising by a payment provider", "Affiliates", None,
            vec![is(SourceKind, &["payment"]), filled(UtmSource), like(UtmMedium, &["affiliate*", "partner*", "*cp*", "ppc", "paid*", "display", "email"])]),
        any("payment-provider", "Back from paying", PAYMENT_PROVIDER, None,
            vec![is(ReferrerKind, &["payment"]), is(SourceKind, &["payment"])]),
        all("own-site", "From page to page of the own site", INTERNAL, None,
            vec![is(ReferrerKind, &["own"]), empty(UtmSource), empty(UtmMedium), empty(ClickId)]),

        any("source-meta", "Reported by Meta Ads", "Meta Ads", Some("meta_ads"), vec![is(DataSource, &["meta_ads", "facebook_ads"])]),
        any("source-google", "Reported by Google Ads", "Google Ads", Some("google_ads"), vec![is(DataSource, &["google_ads"])]),
        any("source-tiktok", "Reported by TikTok Ads", "TikTok Ads", Some("tiktok_ads"), vec![is(DataSource, &["tiktok_ads"])]),
        any("source-linkedin", "Reported by LinkedIn Ads", "LinkedIn Ads", Some("linkedin_ads"), vec![is(DataSource, &["linkedin_ads"])]),
        any("source-microsoft", "Reported by Microsoft Ads", "Microsoft Ads", Some("microsoft_ads"), vec![is(DataSource, &["microsoft_ads", "bing_ads"])]),
        any("source-email", "Reported by an e-mail program", "E-mail", None, vec![is(DataSource, &["klaviyo", "mailchimp", "brevo", "sendgrid"])]),

        any("email-medium", "A link in an e-mail", "E-mail", None,
            vec![is(UtmMedium, &["email", "e-mail", "e_mail", "e mail", "mail", "newsletter"])]),
        any("sms-medium", "A link in a text message", "SMS", None, vec![is(UtmMedium, &["sms", "mms", "text"]), is(UtmSource, &["sms"])]),
        any("push-medium", "A push notification", "Push", None,
            vec![like(UtmMedium, &["*push", "*mobile*", "*notification*"]), is(UtmSource, &["firebase"])]),

        any("google-click", "Click id of Google Ads", "Google Ads", Some("google_ads"), vec![is(ClickId, &["gclid", "gbraid", "wbraid"])]),
        any("microsoft-click", "Click id of Microsoft Ads", "Microsoft Ads", Some("microsoft_ads"), vec![is(ClickId, &["msclkid"])]),
        any("tiktok-click", "Click id of TikTok Ads", "TikTok Ads", Some("tiktok_ads"), vec![is(ClickId, &["ttclid"])]),
        any("linkedin-click", "Click id of LinkedIn Ads", "LinkedIn Ads", Some("linkedin_ads"), vec![is(ClickId, &["li_fat_id"])]),
        any("x-click", "Click id of X Ads", "X Ads", Some("x_ads"), vec![is(ClickId, &["twclid"])]),
        any("snapchat-click", "Click id of Snapchat Ads", "Snapchat Ads", Some("snapchat_ads"), vec![is(ClickId, &["sccid"])]),
        any("pinterest-click", "Click id of Pinterest Ads", "Pinterest Ads", Some("pinterest_ads"), vec![is(ClickId, &["epik"])]),
        any("reddit-click", "Click id of Reddit Ads", "Reddit Ads", Some("reddit_ads"), vec![is(ClickId, &["rdt_cid"])]),
        any("quora-click", "Click id of Quora Ads", "Quora Ads", Some("quora_ads"), vec![is(ClickId, &["qclid"])]),
        any("yandex-click", "Click id of Yandex Direct", "Yandex Ads", Some("yandex_ads"), vec![is(ClickId, &["yclid"])]),
        any("display-click", "Click id of a display or native network", "Display", None, vec![is(ClickId, &["dclid", "tblci", "dicbo"])]),
        any("affiliate-click", "Click id of an affiliate network", "Affiliates", None, vec![is(ClickId, &["irclickid", "awc", "cjevent", "sscid"])]),

        any("affiliate-medium", "A partner's link", "Affiliates", None, vec![like(UtmMedium, &["affiliat*", "partner*"])]),
        all("meta-paid", "Paid, on Facebook or Instagram", "Meta Ads", Some("meta_ads"), vec![like(Source, meta), like(UtmMedium, PAID)]),
        all("meta-click-paid", "Paid, with the click id of Meta", "Meta Ads", Some("meta_ads"), vec![is(ClickId, &["fbclid", "igshid"]), like(UtmMedium, PAID)]),
        all("google-paid", "Paid, on Google or YouTube", "Google Ads", Some("google_ads"), vec![like(Source, google), like(UtmMedium, PAID)]),
        all("microsoft-paid", "Paid, on Bing", "Microsoft Ads", Some("microsoft_ads"), vec![like(Source, &["bing*", "microsoft*", "msn*"]), like(UtmMedium, PAID)]),
        all("tiktok-paid", "Paid, on TikTok", "TikTok Ads", Some("tiktok_ads"), vec![like(Source, &["tiktok*", "tt"]), like(UtmMedium, PAID)]),
        all("linkedin-paid", "Paid, on LinkedIn", "LinkedIn Ads", Some("linkedin_ads"), vec![like(Source, &["linkedin*", "lnkd.in"]), like(UtmMedium, PAID)]),
        all("pinterest-paid", "Paid, on Pinterest", "Pinterest Ads", Some("pinterest_ads"), vec![like(Source, &["pinterest*", "pin.it"]), like(UtmMedium, PAID)]),
        all("snapchat-paid", "Paid, on Snapchat", "Snapchat Ads", Some("snapchat_ads"), vec![like(Source, &["snapchat*", "snap"]), like(UtmMedium, PAID)]),
        all("reddit-paid", "Paid, on Reddit", "Reddit Ads", Some("reddit_ads"), vec![like(Source, &["reddit*"]), like(UtmMedium, PAID)]),
        all("x-paid", "Paid, on X", "X Ads", Some("x_ads"), vec![like(Source, &["twitter*", "x", "x.com", "t.co"]), like(UtmMedium, PAID)]),
        all("shopping-paid", "Paid, on a shopping site", "Paid shopping", None, vec![is(SourceKind, &["shopping"]), like(UtmMedium, PAID)]),
        all("search-paid", "Paid, on another search engine", "Paid search", None, vec![is(SourceKind, &["search"]), like(UtmMedium, PAID)]),
        all("social-paid", "Paid, on another social network", "Paid social", None, vec![is(SourceKind, &["social"]), like(UtmMedium, PAID)]),
        all("video-paid", "Paid, on another video site", "Paid video", None, vec![is(SourceKind, &["video"]), like(UtmMedium, PAID)]),
        any("display", "Display advertising", "Display", None, vec![is(UtmMedium, &["display", "banner", "expandable", "interstitial", "cpm", "native"])]),
        any("social-paid-medium", "The medium says paid social", "Paid social", None, vec![like(UtmMedium, &["paid*social*"])]),
        any("search-paid-medium", "The medium says paid search", "Paid search", None, vec![like(UtmMedium, &["paid*search*", "sem"])]),
        any("other-paid", "Paid, elsewhere", "Other paid", None, vec![like(UtmMedium, PAID)]),

        any("ai", "An assistant's answer", "AI assistants", None, vec![is(SourceKind, &["ai"]), is(UtmMedium, &["ai", "llm", "chatbot"])]),
        any("email-source", "The source is an e-mail program", "E-mail", None, vec![is(SourceKind, &["email"])]),
        any("organic-shopping", "A listing on a shopping site", "Organic shopping", None,
            vec![is(SourceKind, &["shopping"]), is(ClickId, &["srsltid"]), is(UtmMedium, &["shopping", "organic_shopping"]), like(UtmCampaign, &["shopping*", "*-shopping", "*_shopping"])]),
        any("organic-social", "A post on a social network", "Organic social", None,
            vec![is(SourceKind, &["social"]), is(ClickId, &["fbclid", "igshid"]),
                 is(UtmMedium, &["social", "social-network", "social-media", "social_media", "sm", "social network", "social media", "organic_social", "organic-social"])]),
        any("organic-video", "A video", "Organic video", None, vec![is(SourceKind, &["video"]), like(UtmMedium, &["*video*"])]),
        any("organic-search", "A search engine's result", "Organic search", None, vec![is(SourceKind, &["search"]), is(UtmMedium, &["organic", "organic_search"])]),
        any("email-click", "Click id of an e-mail program", "E-mail", None, vec![is(ClickId, &["mc_eid", "_kx"])]),
        any("audio", "A podcast or audio advertisement", "Audio", None, vec![is(UtmMedium, &["audio", "podcast"])]),
        any("offline", "A printed code", "Offline", None, vec![is(UtmMedium, &["qr", "qr_code", "qr-code", "qrcode", "print", "offline", "flyer"])]),
        any("referral", "A link on another site", "Referral", None, vec![is(UtmMedium, &["referral", "app", "link"]), filled(Field::Referrer)]),
        all("direct", "No trace of where the visit came from", "Direct", None, vec![empty(Source), empty(UtmMedium), empty(UtmCampaign), empty(ClickId)]),
    ]
}

fn all(id: &str, name: &str, channel: &str, source: Option<&str>, conditions: Vec<Condition>) -> Rule {
    rule(id, name, channel, source, Match::All, conditions)
}

fn any(id: &str, name: &str, channel: &str, source: Option<&str>, conditions: Vec<Condition>) -> Rule {
    rule(id, name, channel, source, Match::Any, conditions)
}

fn rule(id: &str, name: &str, channel: &str, source: Option<&str>, matches: Match, conditions: Vec<Condition>) -> Rule {
    Rule {
        id: id.to_owned(),
        name: name.to_owned(),
        channel: channel.to_owned(),
        source: source.map(str::to_owned),
        matches,
        conditions,
    }
}

fn condition(field: Field, operator: Operator, values: &[&str]) -> Condition {
    Condition {
        field,
        operator,
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    }
}

fn is(field: Field, values: &[&str]) -> Condition {
    condition(field, Operator::Is, values)
}

fn like(field: Field, values: &[&str]) -> Condition {
    condition(field, Operator::Like, values)
}

fn empty(field: Field) -> Condition {
    condition(field, Operator::IsEmpty, &[])
}

fn filled(field: Field) -> Condition {
    condition(field, Operator::IsFilled, &[])
}
