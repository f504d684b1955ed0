import { useQuery } from "@tanstack/react-query";

import { funnelQuery } from "../api/queries";
import type { MarketingFunnel } from "../api/types";
import { ChartPanel } from "../charts/ChartPanel";
import { BreakdownTable } from "../features/funnel/BreakdownTable";
import { funnelTitle, largestFall } from "../features/funnel/steps";
import { StepsChart } from "../features/funnel/StepsChart";
import { PageFrame } from "../features/shell/PageFrame";
import { ComparisonOf, ModelOf, RangeOf, WindowOf } from "../features/view/controls";
import { NoData } from "../features/view/NoData";
import { SplitOf, splitLabel } from "../features/view/SplitOf";
import { useView, type ViewState } from "../features/view/useView";
import { Waiting } from "../features/view/Waiting";
import { rangeText } from "../lib/dates";
import { percent } from "../lib/format";
import { modelLabel } from "../lib/models";
import { listed } from "../lib/words";
import { PageHead, Panel } from "../ui/Panel";

export default function Funnel() {
  const state = useView();
  return (
    <PageFrame
      place={["Campaigns", "Funnel"]}
      controls={<><RangeOf state={state} /><ComparisonOf state={state} /><ModelOf state={state} /><WindowOf state={state} /><SplitOf state={state} lead="By" /></>}
    >
      {state.lastDay === null ? <NoData /> : <Content state={state} />}
    </PageFrame>
  );
}

function Content({ state }: { state: ViewState }) {
  const { view, range } = state;
  const answer = useQuery(funnelQuery({ from: range.from, to: range.to, by: view.split, model: view.model, window: `${view.window}d`, compare: view.compare }));
  const header = splitLabel(view.split);
  return (
    <>
      <PageHead title={answer.data ? funnelTitle(answer.data) : "From impression to revenue"} context={answer.data ? context(answer.data, state) : "What becomes of what people see."} />
      <Waiting query={answer} label="Loading the funnel" rows={6} height={300}>
        {(funnel) => (
          <>
            <ChartPanel
              title="From impression to revenue"
              sub={`${rangeText(range)}. Counts of the same days, not of the same people: a rate between two sources can be above 100%.`}
              stale={answer.isPlaceholderData}
              chart={<StepsChart funnel={funnel} />}
              table={<BreakdownTable funnel={funnel} split={view.split} header={header} />}
              footer={<span>{funnel.goals.length > 0 ? `Leads are ${listed(funnel.goals.map((goal) => goal.replaceAll("_", " ")))}. An order needs no lead, so both are shares of visits.` : "No goal besides orders is recorded, so nothing is known of leads."}</span>}
            />
            <Panel
              title={`The same by ${header.toLowerCase()}`}
              sub={`Leads, orders and revenue under ${modelLabel(view.model)}. A dash is not covered: Direct has no impressions.`}
              stale={answer.isPlaceholderData}
              flush
              footer={<span>Every rate is a ratio of sums. All rows add up to the total, orders without a touch included.</span>}
            >
              <BreakdownTable funnel={funnel} split={view.split} header={header} />
            </Panel>
          </>
        )}
      </Waiting>
    </>
  );
}

function context(funnel: MarketingFunnel, state: ViewState): string {
  const fall = largestFall(funnel, state.view.split);
  const against = funnel.compared ? `Compared with ${rangeText({ from: funnel.compared[0] ?? "", to: funnel.compared[1] ?? "" })}.` : "";
  return fall ? `${against} ${fall.name} lost most: ${percent(fall.now)} of its visits became an order, ${percent(fall.before)} before.` : against;
}
