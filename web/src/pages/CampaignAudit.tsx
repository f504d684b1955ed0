import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { campaignAuditQuery } from "../api/queries";
import type { AuditedCampaign, AuditedTouches, CampaignAudit as Audit, CampaignMatch } from "../api/types";
import { PageFrame } from "../features/shell/PageFrame";
import { NoData } from "../features/view/NoData";
import { RangeOf } from "../features/view/controls";
import { useView } from "../features/view/useView";
import { Waiting } from "../features/view/Waiting";
import { channelColour, channelLabel } from "../lib/channels";
import { divide, parseDecimal, toNumber } from "../lib/decimal";
import { amount, count, currencySymbol, money, NOTHING, percent, plural } from "../lib/format";
import { type Column, DataTable } from "../table/DataTable";
import { Named, Tag, type Tone } from "../ui/Mark";
import { PageHead, Panel } from "../ui/Panel";
import { Empty } from "../ui/State";

const MATCHES: Record<CampaignMatch, { label: string; tone: Tone; means: string }> = {
  by_id: { label: "by id", tone: "good", means: "The touch has the campaign’s id" },
  by_name: { label: "by name", tone: "good", means: "One campaign of the channel has the touch’s name for it" },
  ambiguous: { label: "ambiguous", tone: "warn", means: "Several campaigns of the channel have that name: nothing is guessed" },
  unmatched: { label: "unmatched", tone: "bad", means: "Spend without touches, and touches of campaigns that spent nothing" },
  no_campaign: { label: "no campaign", tone: "plain", means: "Touches that name no campaign, spend that is of none" },
};

export default function CampaignAudit() {
  const state = useView();
  const audit = useQuery(campaignAuditQuery(state.range));
  return (
    <PageFrame place={["Sources", "Campaign audit"]} controls={<RangeOf state={state} />}>
      <Waiting query={audit} label="Loading the audit" rows={10}>
        {(answer) => (answer.campaigns.length === 0 && answer.total.touches === 0 && state.lastDay === null ? <NoData /> : <Loaded audit={answer} stale={audit.isPlaceholderData} />)}
      </Waiting>
    </PageFrame>
  );
}

function Loaded({ audit, stale }: { audit: Audit; stale: boolean }) {
  const { currency } = audit;
  const spendOf = (...statuses: CampaignMatch[]) => audit.parts.filter((part) => statuses.includes(part.status)).reduce((sum, part) => sum + parseDecimal(part.spend), 0n);
  const total = parseDecimal(audit.total.spend);
  const untracked = spendOf("ambiguous", "unmatched", "no_campaign");
  const share = divide(untracked, total);
  const title = total === 0n ? "No spend in these days" : untracked === 0n ? "All spend has touches" : `${money(untracked, currency)} of spend has no touch to show for it`;
  return (
    <>
      <PageHead title={title} context={`${share === null ? "" : untracked === 0n ? `${money(total, currency)} in all. ` : `${percent(share)} of ${money(total, currency)}. `}Touches and spend meet by campaign id first, by name within the channel second, and never by a guess.`} />
      <Panel title="How spend and touches met" sub="The parts add up to all spend and all touches of the period" flush stale={stale} footer={audit.is_truncated ? "There are more campaigns than an answer holds: ask about fewer days." : undefined}>
        <DataTable caption="How spend and touches met" columns={partColumns(audit)} rows={audit.parts} rowKey={(part) => part.status} totalLabel="All" />
      </Panel>
      <Panel title="Spend by campaign" sub="What was found for each" flush stale={stale} footer={plural(audit.campaigns.length, "campaign")}>
        {audit.campaigns.length === 0 ? <Empty title="No spend" why="Nothing was spent in these days, or no spend was imported." /> : (
          <DataTable caption="Spend by campaign" columns={campaignColumns(currency)} rows={audit.campaigns} rowKey={(campaign) => `${campaign.source} ${campaign.campaign_id ?? ""}`} initialSort={{ id: "match", descending: true }} />
        )}
      </Panel>
      <Panel title="Touches without spend" sub="They name a campaign that spent nothing, or one that cannot be told" flush stale={stale} footer={<><span>{plural(audit.touches.length, "name")}</span><Link to="/sources/channels" search={true}>Change channel rules</Link></>}>
        {audit.touches.length === 0 ? <Empty title="None" why="Every touch that names a campaign has met its spend." /> : (
          <DataTable caption="Touches without spend" columns={touchColumns} rows={audit.touches} rowKey={(group) => `${group.source} ${group.channel ?? ""} ${group.campaign ?? ""} ${group.campaign_id ?? ""}`} />
        )}
      </Panel>
    </>
  );
}

type Part = Audit["parts"][number];

function partColumns(audit: Audit): Column<Part>[] {
  const { currency } = audit;
  const all = amount(parseDecimal(audit.total.spend), currency);
  return [
    { id: "match", header: "Matched", text: (part) => MATCHES[part.status].label, cell: (part) => <Match status={part.status} /> },
    { id: "means", header: "Meaning", text: (part) => MATCHES[part.status].means, cell: (part) => <span className="sec">{MATCHES[part.status].means}</span> },
    { id: "campaigns", header: "Campaigns", align: "end", startsGroup: true, text: (part) => String(part.campaigns), cell: (part) => count(part.campaigns), total: count(audit.parts.reduce((sum, part) => sum + part.campaigns, 0)) },
    { id: "spend", header: "Spend", unit: currencySymbol(currency), align: "end", text: (part) => part.spend, cell: (part) => amount(parseDecimal(part.spend), currency), total: all, totalText: audit.total.spend },
    { id: "touches", header: "Touches", align: "end", text: (part) => String(part.touches), cell: (part) => count(part.touches), total: count(audit.total.touches), totalText: String(audit.total.touches) },
  ];
}

const ORDER: readonly CampaignMatch[] = ["no_campaign", "by_id", "by_name", "ambiguous", "unmatched"];

function campaignColumns(currency: string): Column<AuditedCampaign>[] {
  return [
    { id: "campaign", header: "Campaign", sortBy: (row) => row.name ?? row.key, text: (row) => row.name ?? row.key ?? "", cell: (row) => <span title={row.key ?? undefined}>{row.name ?? row.key ?? "Not of any campaign"}</span> },
    { id: "source", header: "Source", sortBy: (row) => row.source, text: (row) => row.source, cell: (row) => <span className="sec">{row.source}</span> },
    { id: "match", header: "Matched", sortBy: (row) => ORDER.indexOf(row.status), text: (row) => MATCHES[row.status].label, cell: (row) => <Match status={row.status} /> },
    { id: "spend", header: "Spend", unit: currencySymbol(currency), align: "end", startsGroup: true, sortBy: (row) => toNumber(parseDecimal(row.spend)), text: (row) => row.spend, cell: (row) => amount(parseDecimal(row.spend), currency) },
    { id: "touches", header: "Touches", align: "end", sortBy: (row) => row.touches, text: (row) => String(row.touches), cell: (row) => count(row.touches) },
  ];
}

function candidates(group: AuditedTouches): string {
  return group.candidates.map((candidate) => `${candidate.name ?? candidate.key ?? NOTHING} (${candidate.source}${candidate.key ? ` ${candidate.key}` : ""})`).join(", ");
}

const touchColumns: Column<AuditedTouches>[] = [
  { id: "campaign", header: "Campaign as they call it", sortBy: (group) => group.campaign, text: (group) => group.campaign ?? "", cell: (group) => group.campaign ?? <span className="muted">only an id</span> },
  { id: "channel", header: "Channel", sortBy: (group) => group.channel, text: (group) => group.channel ?? "", cell: (group) => <Named colour={channelColour(group.channel)}>{channelLabel(group.channel)}</Named> },
  { id: "source", header: "Source", sortBy: (group) => group.source, text: (group) => group.source, cell: (group) => <span className="sec">{group.source}</span> },
  { id: "match", header: "Matched", text: (group) => MATCHES[group.status].label, cell: (group) => <Match status={group.status} /> },
  { id: "touches", header: "Touches", align: "end", startsGroup: true, sortBy: (group) => group.touches, text: (group) => String(group.touches), cell: (group) => count(group.touches) },
  { id: "candidates", header: "May be", text: candidates, cell: (group) => <span className="sec">{candidates(group) || NOTHING}</span> },
];

function Match({ status }: { status: CampaignMatch }) {
  return <Tag tone={MATCHES[status].tone} title={MATCHES[status].means}>{MATCHES[status].label}</Tag>;
}
