/** One colour a channel, everywhere and whatever the sort order. Unknown channels take the palette's colours by name, so they keep theirs too. */

const OWN: readonly [RegExp, string][] = [
  [/meta|facebook|instagram/, "--channel-meta"],
  [/google(?!.*organic)|paid.?search|\bppc\b|sem\b/, "--channel-google"],
  [/tiktok|tik.tok/, "--channel-tiktok"],
  [/linkedin/, "--channel-linkedin"],
  [/e-?mail|newsletter|klaviyo/, "--channel-email"],
  [/organic|\bseo\b/, "--channel-organic"],
  [/direct/, "--channel-direct"],
  [/referral|affiliate|partner/, "--channel-referral"],
];
const FALLBACK = ["--cat-1", "--cat-2", "--cat-3", "--cat-4", "--cat-5", "--cat-6", "--cat-7", "--cat-8"] as const;

/** A CSS colour for a channel's name. */
export function channelColour(channel: string | null): string {
  if (channel === null) return "var(--channel-unattributed)";
  const name = channel.toLowerCase();
  const own = OWN.find(([pattern]) => pattern.test(name));
  if (own) return `var(${own[1]})`;
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
  return `var(${FALLBACK[hash % FALLBACK.length] ?? "--cat-1"})`;
}

const WRITTEN: Record<string, string> = {
  email: "E-mail", "e-mail": "E-mail", meta: "Meta Ads", meta_ads: "Meta Ads", facebook: "Facebook", google: "Google Ads", google_ads: "Google Ads",
  tiktok: "TikTok Ads", tiktok_ads: "TikTok Ads", linkedin: "LinkedIn Ads", linkedin_ads: "LinkedIn Ads", organic: "Organic search",
  organic_search: "Organic search", direct: "Direct", referral: "Referral",
};

/** A channel's name as a marketer writes it; names that already have capitals are left alone. */
export function channelLabel(channel: string | null): string {
  if (channel === null) return "Unattributed";
  const written = WRITTEN[channel];
  if (written) return written;
  if (/[A-Z]/.test(channel)) return channel;
  const spaced = channel.replaceAll("_", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
