//! What is known of a touch, made comparable.

use std::borrow::Cow;

use url::Url;

use super::click_id;
use super::sites::{self, SiteKind};

/// What a file, a platform or an event says of a touch. Empty texts count as absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Raw<'a> {
    pub data_source: &'a str,
    pub utm_source: Option<&'a str>,
    pub utm_medium: Option<&'a str>,
    pub utm_campaign: Option<&'a str>,
    pub utm_content: Option<&'a str>,
    pub utm_term: Option<&'a str>,
    /// Kind (one of [`super::CLICK_IDS`]) and value.
    pub click_id: Option<(&'static str, &'a str)>,
    /// The referrer's address, or only its host.
    pub referrer: Option<&'a str>,
    /// The address of the page that was opened; its parameters stand in for those that are not given otherwise.
    pub landing_page: Option<&'a str>,
}

/// What the rules compare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts<'a> {
    pub data_source: &'a str,
    pub utm_source: Option<Cow<'a, str>>,
    pub utm_medium: Option<Cow<'a, str>>,
    pub utm_campaign: Option<Cow<'a, str>>,
    pub utm_content: Option<Cow<'a, str>>,
    pub utm_term: Option<Cow<'a, str>>,
    /// Which click id there is: the parameter's name, lower case.
    pub click_id_kind: Option<&'static str>,
    pub click_id: Option<Cow<'a, str>>,
    /// The campaign's id at the platform, where the address has it (`utm_id`, `gad_campaignid`, `hsa_cam`, …).
    pub campaign_key: Option<Cow<'a, str>>,
    /// Host of the referrer, lower case, without `www.`.
    pub referrer: Option<String>,
    pub referrer_kind: Option<SiteKind>,
    /// What `utm_source` names, be it a host or a name such as `fb`.
    pub utm_source_kind: Option<SiteKind>,
    pub landing_host: Option<String>,
    pub landing_path: Option<String>,
}

/// Parameters that hold a campaign's id, most telling first.
const CAMPAIGN_IDS: &[&str] = &["utm_id", "gad_campaignid", "hsa_cam", "campaign_id", "campaignid", "mc_cid"];
/// Longest address that is read, in bytes. What is longer has been filled by something else than a campaign.
const ADDRESS_BYTES_MAX: usize = 8192;

impl<'a> Facts<'a> {
    /// What the rules compare of a touch. Parameters that are given win over those of the landing page.
    pub fn of(raw: &Raw<'a>) -> Self {
        let mut facts = Self {
            data_source: raw.data_source,
            utm_source: given(raw.utm_source),
            utm_medium: given(raw.utm_medium),
            utm_campaign: given(raw.utm_campaign),
            utm_content: given(raw.utm_content),
            utm_term: given(raw.utm_term),
            ..Self::default()
        };
        if let Some((kind, value)) = raw.click_id {
            facts.click_id_kind = Some(kind);
            facts.click_id = Some(Cow::Borrowed(value));
        }
        if let Some(address) = raw.landing_page.map(str::trim).filter(|text| !text.is_empty()) {
            facts.read_landing_page(address);
        }
        facts.referrer = raw.referrer.and_then(host_of);
        facts.referrer_kind = facts.referrer.as_deref().and_then(|host| {
            let is_own = facts.landing_host.as_deref().is_some_and(|own| sites::are_related(host, own));
            if is_own { Some(SiteKind::Own) } else { sites::kind_of_host(host) }
        });
        facts.utm_source_kind = facts.utm_source.as_deref().and_then(sites::kind_of_source);
        facts
    }

    fn read_landing_page(&mut self, address: &str) {
        let Some((url, is_whole)) = parse(address) else { return };
        if is_whole {
            self.landing_host = url.host_str().map(bare_host);
        }
        self.landing_path = Some(url.path().to_lowercase());
        if url.query().is_none() {
            return;
        }
        let mut best_click = self.click_id_kind.map(|_| 0);
        let mut best_campaign = usize::MAX;
        for (name, value) in url.query_pairs() {
            let name = name.to_lowercase();
            let value = value.trim();
            if value.is_empty() || is_nothing(value) {
                continue;
            }
            let slot = match name.as_str() {
                "utm_source" => Some(&mut self.utm_source),
                "utm_medium" => Some(&mut self.utm_medium),
                "utm_campaign" => Some(&mut self.utm_campaign),
                "utm_content" => Some(&mut self.utm_content),
                "utm_term" => Some(&mut self.utm_term),
                _ => None,
            };
            if let Some(slot) = slot {
                if slot.is_none() {
                    *slot = Some(Cow::Owned(value.to_owned()));
                }
                continue;
            }
            if let Some(rank) = click_id::rank(&name)
                && best_click.is_none_or(|best| rank < best)
            {
                best_click = Some(rank);
                self.click_id_kind = click_id::CLICK_IDS.get(rank).copied();
                self.click_id = Some(Cow::Owned(value.to_owned()));
            }
            // `{{campaign.id}}` means that the platform did not fill its placeholder.
            if let Some(rank) = CAMPAIGN_IDS.iter().position(|known| *known == name)
                && rank < best_campaign
                && !value.contains(['{', '}'])
            {
                best_campaign = rank;
                self.campaign_key = Some(Cow::Owned(value.to_owned()));
            }
        }
    }
}

fn given(text: Option<&str>) -> Option<Cow<'_, str>> {
    let text = text?.trim();
    (!text.is_empty() && !is_nothing(text)).then_some(Cow::Borrowed(text))
}

/// What analytics programs write where there is nothing.
fn is_nothing(text: &str) -> bool {
    ["(direct)", "(none)", "(not set)", "(not provided)"]
        .iter()
        .any(|nothing| nothing.eq_ignore_ascii_case(text))
}

/// The address, and whether it names its host: shops also send `/sale?utm_source=x`.
fn parse(address: &str) -> Option<(Url, bool)> {
    if address.len() > ADDRESS_BYTES_MAX {
        return None;
    }
    if let Ok(url) = Url::parse(address)
        && url.has_host()
    {
        return Some((url, true));
    }
    if address.starts_with(['/', '?']) {
        let base = Url::parse("https://relative.invalid").ok()?;
        return Some((base.join(address).ok()?, address.starts_with("//")));
    }
    Url::parse(&format!("https://{address}"))
        .ok()
        .filter(Url::has_host)
        .map(|url| (url, true))
}

/// The host of an address or of a bare host; None where there is none, as in `about:blank`.
fn host_of(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || is_nothing(text) {
        return None;
    }
    let (url, is_whole) = parse(text)?;
    is_whole
        .then(|| url.host_str().map(bare_host))
        .flatten()
        .filter(|host| host.contains('.'))
}

/// Lower case, without `www.` and the dot that a full name may end with.
pub(super) fn bare_host(host: &str) -> String {
    let host = host.to_lowercase();
    let host = host.trim_end_matches('.');
    host.strip_prefix("www.").unwrap_or(host).to_owned()
}
