import { useMemo } from "react";

import { frame } from "../api/frame";
import type { ResultTable } from "../api/types";
import { channelFlows } from "../features/today/channels";
import { whatChanged } from "../features/today/changed";
import { finding } from "../features/today/finding";
import { KeyFigures } from "../features/today/KeyFigures";
import { MoversPanel } from "../features/today/MoversPanel";
import { StreamsPanel } from "../features/today/StreamsPanel";
import { readTotals } from "../features/today/totals";
import { useToday } from "../features/today/useToday";
import { ComparisonOf, ModelOf, RangeOf, WindowOf } from "../features/view/controls";
import { useCompareKey } from "../features/view/useCompareKey";
import { NoData } from "../features/view/NoData";
import { useView, type ViewState } from "../features/view/useView";
import { Waiting } from "../features/view/Waiting";
import { PageFrame } from "../features/shell/PageFrame";
import { eachDay, rangeText } from "../lib/dates";
import { Columns, PageHead, Panel } from "../ui/Panel";
import { Sentences } from "../ui/Sentences";

export default function Today() {
  const state = useView();
  useCompareKey(state);
  return (
    <PageFrame place={["Today"]} controls={<><RangeOf state={state} /><ComparisonOf state={state} /><ModelOf state={state} /><WindowOf state={state} /></>}>
      {state.lastDay === null ? <NoData /> : <Content state={state} />}
    </PageFrame>
  );
}

function Content({ state }: { state: ViewState }) {
  const asked = useToday(state);
  return (
    <Waiting query={asked.daily} label="Loading Today" rows={10} height={560}>
      {(daily) => <Loaded state={state} asked={asked} daily={daily} />}
    </Waiting>
  );
}

function Loaded({ state, asked, daily }: { state: ViewState; asked: ReturnType<typeof useToday>; daily: ResultTable }) {
  const { view, range, before } = state;
  const model = view.model;
  const currency = daily.meta.currency;
  const now = useMemo(() => frame(daily), [daily]);
  const totals = readTotals(now.totals, model);
  const days = useMemo(() => {
    const known = new Map(now.rows.map((row) => [row.text("date")?.slice(0, 10), readTotals(row, model)]));
    return eachDay({ from: daily.meta.from, to: daily.meta.to }).map((day) => known.get(day) ?? null);
  }, [now, model, daily.meta.from, daily.meta.to]);
  const was = before !== null && asked.dailyBefore.data ? readTotals(frame(asked.dailyBefore.data).totals, model) : null;
  const flows = asked.channels.data ? channelFlows(frame(asked.channels.data), totals.revenue, model) : null;
  const flowsBefore = was && asked.channelsBefore.data ? channelFlows(frame(asked.channelsBefore.data), was.revenue, model) : null;
  const said = finding(totals, was, range, currency);
  const sentences = flows && was && flowsBefore ? whatChanged({ totals, flows }, { totals: was, flows: flowsBefore }, asked.moved ?? [], currency) : [];
  const stale = asked.daily.isPlaceholderData;
  return (
    <>
      <PageHead title={said.title} context={said.context} />
      <KeyFigures now={totals} before={was} days={days} beforeRange={before} model={model} windowDays={view.window} meta={daily.meta} />
      <Columns>
        <Waiting query={asked.channels} label="Loading streams" height={380}>
          {() => (flows ? <StreamsPanel flows={flows} totals={totals} model={model} windowDays={view.window} currency={currency} stale={stale || asked.channels.isPlaceholderData} /> : null)}
        </Waiting>
        {before === null ? null : (
          <Panel title="What changed" sub={`Against ${rangeText(before)}`} stale={stale}>
            {sentences.length > 0 ? <Sentences items={sentences} /> : <p className="muted">{was ? "Nothing moved that is worth a sentence." : ""}</p>}
          </Panel>
        )}
      </Columns>
      <Waiting query={asked.campaigns} label="Loading campaigns" height={320}>
        {() => <MoversPanel movers={asked.shown ?? []} all={asked.moved?.length ?? 0} lines={asked.lines.data ? frame(asked.lines.data) : null} range={range} before={before} model={model} currency={currency} stale={asked.campaigns.isPlaceholderData} />}
      </Waiting>
    </>
  );
}
