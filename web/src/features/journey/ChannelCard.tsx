/** Why a touch has its channel: the rule that decided, and what it saw. */
import type { WhyThisChannel } from "../../api/types";
import { channelLabel } from "../../lib/channels";
import { Card } from "../../ui/Card";

export function ChannelCard({ channel, why }: { channel: string | null; why: WhyThisChannel }) {
  const seen: [string, string | null][] = [
    ["Click id", why.click_id], ["UTM source", why.utm_source], ["UTM medium", why.utm_medium], ["UTM campaign", why.utm_campaign], ["UTM content", why.utm_content],
    ["UTM term", why.utm_term], ["Referrer", why.referrer], ["Landing page", why.landing_page],
  ];
  return (
    <Card
      title="Why this channel?"
      figure={channelLabel(channel)}
      steps={[{ text: why.rule_id === null ? "No rule decided" : `Rule “${why.rule_name ?? why.rule_id}”`, value: why.rule_version === null ? "" : `version ${why.rule_version}` }]}
      note={why.text}
      facts={seen.flatMap(([name, value]) => (value === null ? [] : [{ name, value: <span style={{ overflowWrap: "anywhere" }}>{value}</span> }]))}
    />
  );
}
