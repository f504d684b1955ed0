import { Link } from "@tanstack/react-router";

import { attributionSentences, attributionTitle } from "../features/attribution/sentences";
import { addsUp } from "../features/attribution/credit";
import { CreditPanel } from "../features/attribution/CreditPanel";
import { LearnedPanel } from "../features/attribution/LearnedPanel";
import { ModelControls } from "../features/attribution/ModelControls";
import { SlopePanel } from "../features/attribution/SlopePanel";
import { useAttribution } from "../features/attribution/useAttribution";
import { PageFrame } from "../features/shell/PageFrame";
import { ModelOf, RangeOf } from "../features/view/controls";
import { NoData } from "../features/view/NoData";
import { useView, type ViewState } from "../features/view/useView";
import { Waiting } from "../features/view/Waiting";
import { count, money } from "../lib/format";
import { Columns, PageHead, Panel } from "../ui/Panel";
import { Sentences } from "../ui/Sentences";
import { Empty } from "../ui/State";

export default function Attribution() {
  const state = useView();
  return (
    <PageFrame place={["Journeys", "Attribution"]} controls={<><RangeOf state={state} /><ModelOf state={state} /></>}>
      {state.lastDay === null ? <NoData /> : <Content state={state} />}
    </PageFrame>
  );
}

function Content({ state }: { state: ViewState }) {
  const { view, range, change } = state;
  const { credits, table, shownBy } = useAttribution(state);
  const meta = credits.data?.meta;
  const total = table?.totals.get(view.model);
  const stale = credits.isPlaceholderData;
  const left = table?.unattributed?.credit.get(view.model)?.revenue ?? 0n;
  const title = table ? attributionTitle(table) : "Attribution";
  const currency = meta?.currency ?? "EUR";
  const context = table && total
    ? `Six models on the same ${count(total.orders)} orders. ${addsUp(table) ? "Every column adds up to" : "The chosen column adds up to"} ${money(total.revenue, currency)}; ${left === 0n ? "every order has a touch in the window." : `${money(left, currency)} has no touch in the window and stays unattributed.`}`
    : "Who is credited, under six rules.";
  return (
    <>
      <PageHead title={title} context={context} />
      <ModelControls state={state} />
      <Waiting query={credits} label="Loading credited revenue" rows={9} height={380}>
        {(answer) => (table && table.rows.length + (table.unattributed ? 1 : 0) > 0 ? (
          <>
            <CreditPanel table={table} view={view} shownBy={shownBy} range={range} meta={answer.meta} stale={stale} onChange={change} />
            <Columns>
              <SlopePanel table={table} model={view.model} title={title} currency={currency} stale={stale} />
              <Panel title="Read this before you act" sub="From the table above" stale={stale}>
                <Sentences items={attributionSentences(table, view.model, view.window, currency)} />
                <p><Link to="/journeys/reconciliation" search={true}>Take the platforms’ claims apart</Link></p>
              </Panel>
            </Columns>
            <LearnedPanel state={state} />
          </>
        ) : (
          <Panel><Empty title="No orders on these days" why="There is nothing to give credit for. Choose a longer period." /></Panel>
        ))}
      </Waiting>
    </>
  );
}
