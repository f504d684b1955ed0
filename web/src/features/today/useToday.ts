/** Everything the Today page asks for, and what it makes of the answers. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { frame } from "../../api/frame";
import { reportQuery } from "../../api/queries";
import type { ReportQuery } from "../../api/types";
import type { DateRange } from "../../lib/dates";
import { settingsOf, type ViewState } from "../view/useView";
import { channelMetrics } from "./channels";
import { campaignMetrics, movers } from "./movers";
import { headlineMetrics } from "./totals";

const SHOWN = 8;

export function useToday({ view, range, before, lastDay }: ViewState) {
  const settings = { attribution: settingsOf(view), date_basis: view.basis };
  const ask = (period: DateRange | null, rest: Omit<ReportQuery, "from" | "to">): ReportQuery | null =>
    (period === null || lastDay === null ? null : { ...rest, ...settings, from: period.from, to: period.to });
  const headline = (period: DateRange | null) => ask(period, { metrics: headlineMetrics(view.model), grain: "day" });
  const byChannel = (period: DateRange | null) => ask(period, { metrics: channelMetrics(view.model), dimensions: ["channel"] });
  const byCampaign = (period: DateRange | null) => ask(period, { metrics: campaignMetrics(view.model), dimensions: ["channel", "campaign"] });

  const daily = useQuery(reportQuery(headline(range)));
  const dailyBefore = useQuery(reportQuery(headline(before)));
  const channels = useQuery(reportQuery(byChannel(range)));
  const channelsBefore = useQuery(reportQuery(byChannel(before)));
  const campaigns = useQuery(reportQuery(byCampaign(range)));
  const campaignsBefore = useQuery(reportQuery(byCampaign(before)));

  const moved = useMemo(() => {
    if (!campaigns.data || (before !== null && !campaignsBefore.data)) return null;
    return movers(frame(campaigns.data), before !== null && campaignsBefore.data ? frame(campaignsBefore.data) : null, view.model);
  }, [campaigns.data, campaignsBefore.data, before, view.model]);
  const shown = moved?.slice(0, SHOWN) ?? null;

  // The lines of the campaigns that are shown; asked for once it is known which ones.
  const lines = useQuery(reportQuery(shown && shown.length > 0
    ? ask(range, { metrics: [`attributed_revenue{${view.model}}`], dimensions: ["campaign"], grain: "day", filters: [{ dimension: "campaign", operator: "is", values: shown.map((mover) => mover.id) }] })
    : null));

  return { daily, dailyBefore, channels, channelsBefore, campaigns, moved, shown, lines };
}
