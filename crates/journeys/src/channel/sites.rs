//! Sites that rules tell apart: what a referrer's host or the name in `utm_source` stands for.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// What a site is to a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteKind {
    /// The shop's own pages.
    Own,
    Payment,
    Ai,
    Email,
    Shopping,
    Social,
    Video,
    Search,
}

impl SiteKind {
    pub const ALL: [Self; 8] = [
        Self::Own,
        Self::Payment,
        Self::Ai,
        Self::Email,
        Self::Shopping,
        Self::Social,
        Self::Video,
        Self::Search,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Payment => "payment",
            Self::Ai => "ai",
            Self::Email => "email",
            Self::Shopping => "shopping",
            Self::Social => "social",
            Self::Video => "video",
            Self::Search => "search",
        }
    }
}

/// A host stands for itself and its subdomains; `google.*` for every top-level domain; a name without a dot is only one in `utm_source`.
#[rustfmt::skip]
const SITES: &[(SiteKind, &[&str])] = &[
    (
        SiteKind::Payment,
        &[
            "paypal.com", "paypalobjects.com", "paypal.me", "paypal", "klarna.com", "klarna", "stripe.com", "stripe.network", "stripe", "adyen.com",
            "adyenpayments.com", "adyen", "mollie.com", "mollie", "squareup.com", "square.site", "cash.app", "shop.app", "shopify.com", "shopifycs.com",
            "pay.google.com", "pay.amazon.com", "payments.amazon.com", "payments.amazon.de", "payments.amazon.co.uk", "apple-pay-gateway.apple.com",
            "afterpay.com", "clearpay.com", "clearpay.co.uk", "affirm.com", "sezzle.com", "zip.co", "quadpay.com", "checkout.com", "braintreegateway.com",
            "braintree-api.com", "worldpay.com", "worldpay.co.uk", "sagepay.com", "opayo.eu", "authorize.net", "cybersource.com", "2checkout.com",
            "payu.com", "payu.in", "payu.pl", "przelewy24.pl", "dotpay.pl", "tpay.com", "blik.com", "sofort.com", "giropay.de", "paydirekt.de",
            "unzer.com", "heidelpay.com", "heidelpay.de", "payone.com", "pay1.de", "computop.com", "computop-paygate.com", "saferpay.com",
            "datatrans.com", "datatrans.ch", "postfinance.ch", "twint.ch", "wallee.com", "six-payment-services.com", "ideal.nl", "bancontact.com",
            "bancontact.net", "multisafepay.com", "buckaroo.nl", "pay.nl", "payconiq.com", "ogone.com", "v-psp.com", "ingenico.com", "worldline.com",
            "worldline-solutions.com", "axepta.bnpparibas", "monetico-services.com", "payplug.com", "lyra.com", "payzen.eu", "alma.eu", "getalma.eu",
            "oney.io", "floapay.com", "scalapay.com", "nexi.it", "satispay.com", "redsys.es", "sermepa.es", "bizum.es", "trustly.com", "swish.nu",
            "nets.eu", "dibspayment.eu", "quickpay.net", "vipps.no", "mobilepay.dk", "mobilepay.fi", "bambora.com", "svea.com", "walleypay.com",
            "collector.se", "paytrail.com", "ratepay.com", "billie.io", "billpay.de", "riverty.com", "arvato-afterpay.com", "razorpay.com", "paytm.com",
            "paytm.in", "ccavenue.com", "billdesk.com", "billdesk.io", "phonepe.com", "instamojo.com", "cashfree.com", "mercadopago.com",
            "mercadopago.com.br", "mercadopago.com.ar", "mercadopago.com.mx", "pagseguro.uol.com.br", "pagseguro.com.br", "ebanx.com", "alipay.com",
            "wechatpay.cn", "unionpay.com", "unionpaysecure.com", "paystack.com", "paystack.co", "flutterwave.com", "paygate.co.za", "payfast.co.za",
            "paypay.ne.jp", "omise.co", "xendit.co", "midtrans.com", "iyzipay.com", "iyzico.com", "yookassa.ru", "yoomoney.ru", "robokassa.ru",
            "gocardless.com", "paysafecard.com", "paysafe.com", "skrill.com", "neteller.com", "bluesnap.com", "recurly.com", "chargebee.com",
            "paddle.com", "paddle.net", "fastspring.com", "bolt.com", "rapyd.net", "primer.io", "payoneer.com", "coinbase.com", "commerce.coinbase.com",
            "bitpay.com", "laybuy.com", "humm.com.au", "openpay.com.au", "eway.com.au", "securepay.com.au", "windcave.com", "paymentexpress.com",
            "moneris.com", "cardinalcommerce.com", "arcot.com", "3dsecure.io", "3ds.gpayments.com", "acs.touchtechpayments.com", "securesuite.co.uk",
            "securesuite.net", "rsa3dsauth.com", "rsa3dsauth.co.uk", "3dsecure.no", "acs.sia.eu", "acs.modirum.com", "wlp-acs.com", "netcetera-payment.ch",
            "3dsecure-cardprocess.de", "acs1.3ds.modirum.com", "verifiedbyvisa.com", "mastercardidentitycheck.com", "entersekt.com", "girogate.de",
            "eps-ueberweisung.at", "wirecard.com", "concardis.com", "novalnet.de", "micropayment.de", "vrpayment.de", "s-payment.com", "paybyrd.com",
        ],
    ),
    (
        SiteKind::Ai,
        &[
            "chatgpt.com", "chat.openai.com", "openai.com", "chatgpt", "openai", "perplexity.ai", "perplexity", "claude.ai", "claude", "anthropic.com",
            "gemini.google.com", "bard.google.com", "gemini", "copilot.microsoft.com", "copilot.cloud.microsoft", "copilot", "deepseek.com", "deepseek",
            "chat.deepseek.com", "grok.com", "x.ai", "grok", "meta.ai", "mistral.ai", "chat.mistral.ai", "you.com", "phind.com", "poe.com", "pi.ai",
            "character.ai", "chat.qwen.ai", "kimi.com", "kimi.moonshot.cn", "doubao.com", "iask.ai", "andisearch.com", "duck.ai", "felo.ai", "genspark.ai",
            "com.openai.chatgpt", "ai.perplexity.app.android",
        ],
    ),
    (
        SiteKind::Email,
        &[
            "mail.google.com", "com.google.android.gm", "outlook.live.com", "outlook.office.com", "outlook.office365.com", "mail.yahoo.com",
            "mail.aol.com", "mail.proton.me", "mail.zoho.com", "mail.ru", "e.mail.ru", "mail.yandex.ru", "mail.yandex.com", "webmail.gmx.net", "navigator.gmx.net",
            "navigator.web.de", "3c.gmx.net", "3c.web.de", "deref-gmx.net", "deref-web.de", "deref-mail.com", "app.fastmail.com", "mail.t-online.de",
            "email.t-online.de", "webmail.freenet.de", "mail.orange.fr", "webmail.laposte.net", "webmail.free.fr", "mail.libero.it", "mail01.orange.fr",
            "mail.163.com", "mail.qq.com", "icloud.com", "email", "e-mail", "e_mail", "mail", "newsletter", "klaviyo", "mailchimp", "sendgrid", "brevo",
            "sendinblue", "hubspot_email", "activecampaign", "campaignmonitor", "omnisend", "sendlane", "convertkit", "mailerlite", "customer.io", "braze",
            "list-manage.com", "campaign-archive.com", "klaviyomail.com", "mailchi.mp", "substack.com", "substack", "beehiiv.com", "com.microsoft.office.outlook",
        ],
    ),
    (
        SiteKind::Shopping,
        &[
            "amazon.*", "ebay.*", "etsy.com", "etsy", "walmart.com", "walmart", "alibaba.com", "aliexpress.com", "idealo.de", "idealo.at", "idealo.fr",
            "idealo.it", "idealo.es", "idealo.co.uk", "idealo", "geizhals.de", "geizhals.at", "geizhals", "billiger.de", "billiger", "guenstiger.de",
            "preisvergleich.de", "check24.de", "kelkoo.*", "pricerunner.*", "pricerunner", "pricespy.co.uk", "prisjakt.nu", "prisjakt.no", "shopping.google.com",
            "shopping.yahoo.com", "shopping.com", "shopzilla.com", "bizrate.com", "ceneo.pl", "heureka.cz", "heureka.sk", "skroutz.gr", "trovaprezzi.it",
            "leguide.com", "twenga.*", "kieskeurig.nl", "beslist.nl", "tweakers.net", "mercadolibre.com", "mercadolivre.com.br", "rakuten.*", "zalando.*",
            "otto.de", "kaufland.de", "bol.com", "cdiscount.com", "allegro.pl", "temu.com", "google_shopping", "igshopping",
        ],
    ),
    (
        SiteKind::Video,
        &[
            "youtube.com", "youtu.be", "youtube-nocookie.com", "youtube", "com.google.android.youtube", "vimeo.com", "vimeo", "dailymotion.com",
            "dailymotion", "twitch.tv", "twitch", "netflix.com", "netflix", "hulu.com", "hulu", "disneyplus.com", "iqiyi.com", "youku.com", "bilibili.com",
            "rumble.com", "wistia.com", "wistia", "loom.com", "ted.com", "crunchyroll.com", "ustream",
        ],
    ),
    (
        SiteKind::Social,
        &[
            "facebook.com", "fb.com", "fb.me", "fb.gg", "messenger.com", "m.me", "facebook", "fb", "com.facebook.katana", "com.facebook.orca", "instagram.com",
            "instagram", "ig", "ig.me", "com.instagram.android", "meta", "threads.net", "threads.com", "threads", "tiktok.com", "tiktok", "tiktokv.com",
            "com.zhiliaoapp.musically", "linkedin.com", "lnkd.in", "linkedin", "com.linkedin.android", "twitter.com", "x.com", "t.co", "twitter", "x",
            "com.twitter.android", "pinterest.*", "pin.it", "pinterest", "com.pinterest", "snapchat.com", "snapchat", "com.snapchat.android", "reddit.com",
            "redd.it", "reddit", "com.reddit.frontpage", "quora.com", "quora", "tumblr.com", "tumblr", "vk.com", "vk.ru", "vkontakte", "ok.ru", "weibo.com",
            "weibo.cn", "weibo", "wechat.com", "wechat", "weixin.qq.com", "qq.com", "whatsapp.com", "wa.me", "whatsapp", "com.whatsapp", "telegram.org",
            "t.me", "telegram", "org.telegram.messenger", "web.telegram.org", "discord.com", "discord.gg", "discord", "mastodon.social", "mastodon",
            "bsky.app", "bluesky", "xing.com", "xing", "nextdoor.com", "nextdoor", "medium.com", "flipboard.com", "flipboard", "getpocket.com", "mix.com",
            "stumbleupon.com", "digg.com", "delicious.com", "meetup.com", "linktr.ee", "linktree", "lemon8-app.com", "line.me", "kakao.com", "viber.com",
            "slack.com", "teams.microsoft.com", "news.ycombinator.com", "hackernews", "producthunt.com", "livejournal.com", "myspace.com", "social",
            "kununu.com", "stackoverflow.com", "stackexchange.com", "disqus.com", "yelp.*", "tripadvisor.*", "trustpilot.com", "github.com",
        ],
    ),
    (
        SiteKind::Search,
        &[
            "google.*", "google", "googlesearch", "com.google.android.googlequicksearchbox", "bing.com", "bing", "cn.bing.com", "duckduckgo.com", "duckduckgo",
            "com.duckduckgo.mobile.android", "yahoo.*", "search.yahoo.com", "yahoo", "yandex.*", "yandex", "ya.ru", "baidu.com", "baidu", "ecosia.org", "ecosia",
            "qwant.com", "qwant", "startpage.com", "startpage", "search.brave.com", "brave", "kagi.com", "ask.com", "ask", "aol.com", "search.aol.com", "aol",
            "naver.com", "naver", "daum.net", "daum", "sogou.com", "sogou", "so.com", "360.cn", "sm.cn", "seznam.cz", "seznam", "rambler.ru", "swisscows.com",
            "mojeek.com", "metager.de", "metager.org", "dogpile.com", "lycos.com", "excite.com", "info.com", "search.com", "presearch.com", "presearch.io",
            "you.yahoo.com", "suche.t-online.de", "suche.web.de", "suche.gmx.net", "suche.gmx.at", "search.ch", "coccoc.com", "goo.ne.jp", "biglobe.ne.jp",
            "centrum.cz", "onet.pl", "virgilio.it", "eniro.se", "kvasir.no", "babylon.com", "conduit.com", "avg.com", "incredimail.com", "alice.com",
            "terra.com.br", "najdi.si", "ozu.es", "search.lilo.org", "lilo.org", "oceanhero.today", "rakuten.co.jp", "gibiru.com", "msn.com", "msn",
        ],
    ),
];

/// Earlier kinds win where a name stands twice.
static KINDS: LazyLock<HashMap<&'static str, SiteKind>> = LazyLock::new(|| {
    let mut kinds = HashMap::new();
    for (kind, names) in SITES {
        for name in *names {
            kinds.entry(*name).or_insert(*kind);
        }
    }
    kinds
});

/// The kind of a host, found by the longest ending of it that is known.
pub(super) fn kind_of_host(host: &str) -> Option<SiteKind> {
    let mut rest = host;
    loop {
        if rest.contains('.')
            && let Some(kind) = KINDS.get(rest)
        {
            return Some(*kind);
        }
        if let Some((name, ending)) = rest.split_once('.')
            && is_public_ending(ending)
            && let Some(kind) = KINDS.get(format!("{name}.*").as_str())
        {
            return Some(*kind);
        }
        rest = rest.split_once('.')?.1;
    }
}

/// The kind of what `utm_source` names: a host, or a name.
pub(super) fn kind_of_source(source: &str) -> Option<SiteKind> {
    let source = source.to_lowercase();
    let source = source.strip_prefix("www.").unwrap_or(&source);
    match KINDS.get(source) {
        Some(kind) => Some(*kind),
        None if source.contains('.') => kind_of_host(source),
        None => None,
    }
}

/// Whether what follows a name can be what a registry sells names under: `com`, `de`, `co.uk`. A list of all of them is not needed for the
/// few names that are looked up.
fn is_public_ending(ending: &str) -> bool {
    match ending.split_once('.') {
        None => !ending.is_empty(),
        Some((second, top)) => top.len() == 2 && second.len() <= 3,
    }
}

/// Whether one host is the other, or its subdomain.
pub(super) fn are_related(one: &str, other: &str) -> bool {
    is_within(one, other) || is_within(other, one)
}

/// Whether `host` is `domain` or a subdomain of it.
pub(super) fn is_within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
