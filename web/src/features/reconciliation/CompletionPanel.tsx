/** Days of touches: what has arrived, and what is still arriving. */
import { Arriving } from "../../charts/Arriving";
import { ChartPanel } from "../../charts/ChartPanel";
import type { Completion, DayCompletion } from "../../api/types";
import { shortDay } from "../../lib/dates";
import { parseDecimal, toNumber } from "../../lib/decimal";
import { amount, compact, currencySymbol, fixed, percent, ratio } from "../../lib/format";
import { type Column, DataTable } from "../../table/DataTable";
import { Tag } from "../../ui/Mark";
import { Panel } from "../../ui/Panel";
import { Empty } from "../../ui/State";

const TITLE = "How complete recent days are";

function stateOf(day: DayCompletion): string {
  if (day.is_complete) return "complete";
  return day.completion === null ? "still arriving" : `${percent(day.completion)} complete`;
}

export function CompletionPanel({ answer, stale }: { answer: Completion; stale: boolean }) {
  const { currency, days, total } = answer;
  if (days.length === 0) return <Panel title={TITLE}><Empty title="No orders up to these days" why="Nothing can be said about what is still arriving." /></Panel>;
  const symbol = currencySymbol(currency);
  const money = (text: string | null) => amount(text === null ? null : parseDecimal(text), currency);
  const number = (text: string) => toNumber(parseDecimal(text));
  const range = (day: Pick<DayCompletion, "revenue_expected">) => (day.revenue_expected ? `${money(day.revenue_expected.low)} to ${money(day.revenue_expected.high)}` : "—");
  const drawn = days.map((day) => ({
    key: day.day, label: shortDay(day.day), state: stateOf(day), arrived: number(day.revenue),
    expected: day.revenue_expected ? { expected: number(day.revenue_expected.expected), low: number(day.revenue_expected.low), high: number(day.revenue_expected.high) } : null,
  }));
  const columns: Column<DayCompletion>[] = [
    { id: "day", header: "Day of touch", sortBy: (day) => day.day, cell: (day) => shortDay(day.day), text: (day) => day.day },
    { id: "state", header: "State", sortBy: (day) => day.completion, cell: (day) => <Tag tone={day.is_complete ? "plain" : "info"}>{stateOf(day)}</Tag>, text: stateOf, total: total.completion === null ? "" : `${percent(total.completion)} arrived`, totalText: percent(total.completion) },
    { id: "conversions", header: "Conversions", align: "end", sortBy: (day) => day.conversions, cell: (day) => fixed(day.conversions, 1), text: (day) => fixed(day.conversions, 1), total: fixed(total.conversions, 1), totalText: fixed(total.conversions, 1) },
    { id: "conversions-will", header: "will be", align: "end", sortBy: (day) => day.conversions_expected?.expected ?? null, cell: (day) => fixed(day.conversions_expected?.expected ?? null, 1), text: (day) => fixed(day.conversions_expected?.expected ?? null, 1), total: fixed(total.conversions_expected?.expected ?? null, 1) },
    { id: "revenue", header: "Revenue", unit: symbol, align: "end", startsGroup: true, sortBy: (day) => number(day.revenue), cell: (day) => money(day.revenue), text: (day) => money(day.revenue), total: money(total.revenue), totalText: money(total.revenue) },
    { id: "revenue-will", header: "will be", unit: symbol, align: "end", sortBy: (day) => (day.revenue_expected ? number(day.revenue_expected.expected) : null), cell: (day) => money(day.revenue_expected?.expected ?? null), text: (day) => money(day.revenue_expected?.expected ?? null), total: money(total.revenue_expected?.expected ?? null) },
    { id: "range", header: "nine times of ten", align: "end", cell: (day) => <span className="muted">{range(day)}</span>, text: range, total: range(total) },
    { id: "roas", header: "ROAS", align: "end", startsGroup: true, sortBy: (day) => day.roas, cell: (day) => ratio(day.roas), text: (day) => ratio(day.roas), total: ratio(total.roas) },
    { id: "roas-will", header: "will be", align: "end", sortBy: (day) => day.roas_expected?.expected ?? null, cell: (day) => ratio(day.roas_expected?.expected ?? null), text: (day) => ratio(day.roas_expected?.expected ?? null), total: ratio(total.roas_expected?.expected ?? null) },
  ];
  return (
    <ChartPanel
      title={TITLE}
      sub={`Credited revenue in ${currency} by day of touch, before refunds. Orders follow touches with a lag, so young days still grow.`}
      stale={stale}
      chart={<Arriving days={drawn} label={`${TITLE}: ${total.completion === null ? "nothing can be said yet" : `${percent(total.completion)} of what these days will earn has arrived`}.`} format={compact} />}
      table={<DataTable caption={TITLE} columns={columns} rows={days} rowKey={(day) => day.day} totalLabel="All days" compact />}
      footer={<span>{answer.reason ? `Nothing is foretold: ${answer.reason}.` : `Learnt from ${answer.days_learnt} days of touches (chain ladder). Orders up to ${answer.as_of === null ? "—" : shortDay(answer.as_of)}.`}</span>}
    />
  );
}
