//! The click ids that platforms append to the address of the page they send somebody to.

/// Names of the parameters, most telling first: where an address has several, the first in this list counts. A platform's id of a paid
/// click comes before `fbclid` and `igshid`, which Facebook and Instagram append to every link, paid or not, and those before the ids of
/// e-mail programs, which stay in an address that is passed on. Case does not matter (`ScCid`).
pub const CLICK_IDS: &[&str] = &[
    "gclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "ttclid",
    "li_fat_id",
    "twclid",
    "sccid",
    "epik",
    "rdt_cid",
    "qclid",
    "yclid",
    "dclid",
    "tblci",
    "dicbo",
    "irclickid",
    "awc",
    "cjevent",
    "sscid",
    "fbclid",
    "igshid",
    "srsltid",
    "mc_eid",
    "_kx",
];

/// The place of a parameter in [`CLICK_IDS`].
pub(super) fn rank(name: &str) -> Option<usize> {
    CLICK_IDS.iter().position(|known| known.eq_ignore_ascii_case(name))
}

/// Kind and value of a text such as `gclid:Cj0K`; the kind alone is allowed, because a file may only say that there was one.
pub fn split_click_id(text: &str) -> Option<(&'static str, &str)> {
    let (kind, value) = text.split_once(':').unwrap_or((text, ""));
    CLICK_IDS.get(rank(kind.trim())?).map(|kind| (*kind, value.trim()))
}
