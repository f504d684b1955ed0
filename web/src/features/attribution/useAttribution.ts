import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { frame } from "../../api/frame";
import { calculateQuery, reportQuery } from "../../api/queries";
import { MODELS } from "../../lib/models";
import { durationsOf, type ViewState } from "../view/useView";
import { creditTable } from "./credit";

/** All six models over the view's days, with spend and the platforms' own claims beside them. */
export function useAttribution({ view, range, lastDay }: ViewState) {
  const by = view.by === "campaign" ? ["channel", "campaign"] : ["channel"];
  const credits = useQuery(calculateQuery(lastDay === null ? null : {
    models: MODELS.map((model) => model.key),
    ...durationsOf(view), by, from: range.from, to: range.to, date_basis: view.basis,
  }));
  const costs = useQuery(reportQuery(lastDay === null ? null : { metrics: ["spend", "platform_revenue", "platform_conversions"], dimensions: by, from: range.from, to: range.to }));
  // While the breakdown changes, the two answers may belong to different ones; only equal ones are joined.
  const matching = costs.data?.columns.some((column) => column.id.startsWith("campaign")) === credits.data?.columns.some((column) => column.id.startsWith("campaign"));
  const shownBy = credits.data?.columns.some((column) => column.id.startsWith("campaign")) ? "campaign" : "channel";
  const table = useMemo(
    () => (credits.data ? creditTable(frame(credits.data), costs.data && matching ? frame(costs.data) : null, shownBy) : null),
    [credits.data, costs.data, matching, shownBy],
  );
  return { credits, costs, table, shownBy } as const;
}
