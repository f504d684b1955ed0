/** The first value as a chart: over time by the first field of the rows, or as bars. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { reportQuery } from "../../api/queries";
import type { ResultTable } from "../../api/types";
import { BarList } from "../../charts/BarList";
import { ChartPanel } from "../../charts/ChartPanel";
import { Lines, type LineSeries } from "../../charts/Lines";
import { channelColour } from "../../lib/channels";
import { rangeText } from "../../lib/dates";
import { type ChartKind, DATE, type Question } from "../../lib/explore";
import { DataTable } from "../../table/DataTable";
import { Choice } from "../../ui/Choice";
import { Segmented } from "../../ui/Segmented";
import { Skeleton } from "../../ui/State";
import type { ViewState } from "../view/useView";
import { alone, axis, written } from "./figures";
import { dateLabel, partLabel } from "./labels";
import { ALL_COLUMNS, ask, numberOf, ordered, type Part, partsOf, type ValueHead } from "./pivot";
import { headLabel } from "./TablePanel";
import type { Fields } from "./fields";
import type { ExploreState, Shown } from "./useExplore";

const SERIES_MAX = 8;
const KINDS: readonly { key: ChartKind; label: string }[] = [{ key: "lines", label: "Over time" }, { key: "bars", label: "Bars" }];
const CATEGORIES = 8;

export function TrendPanel({ state, shown: answer }: { state: ExploreState; shown: Shown }) {
  const { fields, change } = state;
  const { table, question, view } = answer;
  const [chosen, setChosen] = useState<string | null>(null);
  const value = table.values.find((candidate) => candidate.id === chosen) ?? table.values[0];
  if (!value || question.chart === "none") return null;
  const by = question.rows.find((field) => field !== DATE);
  const kind = by === undefined ? "lines" : question.chart;
  const largest = ordered(table.rows, { value: table.values.indexOf(value), column: ALL_COLUMNS, descending: true }, value.unit).filter((row) => row.parts[0]?.field === by);
  const shown = largest.slice(0, SERIES_MAX).map((row) => row.parts[0]).filter((part) => part !== undefined);
  const label = headLabel(value, fields);
  const title = kind === "lines" ? `${label} per ${question.grain}${by ? ` by ${fields.label(by).toLowerCase()}` : ""}` : `${label} by ${fields.label(by ?? "").toLowerCase()}`;
  const actions = (
    <>
      {table.values.length > 1 ? <Choice label="Charted value" value={value.id} options={table.values.map((one) => ({ key: one.id, label: headLabel(one, fields) }))} onChange={setChosen} /> : null}
      {by === undefined ? null : <Segmented label="Kind of chart" value={kind} options={KINDS} onChange={(next) => change({ ...question, chart: next })} />}
    </>
  );
  const sub = `${rangeText(view.range)}${largest.length > SERIES_MAX && kind === "lines" ? `. The largest ${SERIES_MAX} of ${largest.length}` : ""}`;
  if (kind === "bars") {
    const rows = largest.slice(0, 20).map((row) => {
      const cell = row.figures.get(ALL_COLUMNS)?.[table.values.indexOf(value)]?.now ?? null;
      return { key: row.key, label: partLabel(row.parts[0], question.grain), value: numberOf(cell, value.unit) ?? 0, text: alone(cell, value.unit) };
    });
    return <ChartPanel title={title} sub={sub} actions={actions} chart={<BarList rows={rows} label={title} />} table={<Twin caption={title} head={label} rows={rows} />} />;
  }
  return <Trend question={question} fields={fields} view={view} by={by} value={value} shown={shown} title={title} sub={sub} actions={actions} />;
}

interface TrendProps {
  question: Question;
  fields: Fields;
  view: ViewState;
  by: string | undefined;
  value: ValueHead;
  shown: readonly Part[];
  title: string;
  sub: string;
  actions: React.ReactNode;
}

function Trend({ question, fields, view, by, value, shown, title, sub, actions }: TrendProps) {
  const query = useQuery({ ...reportQuery(ask({ ...question, values: [value.id] }, [DATE, ...(by ? [by] : [])], view.range, fields.takesModel, view.view.model)), retry: false });
  if (query.isError) return null;
  if (!query.data) return <Skeleton label={`Loading ${title}`} rows={6} height={300} />;
  const { steps, series } = seriesOf(query.data, by, value, shown);
  const lines = series.map((line): LineSeries => ({ key: line.key, label: line.label, colour: by === "channel" ? channelColour(line.part) : `var(--cat-${(line.at % CATEGORIES) + 1})`, values: line.values }));
  const labels = steps.map((step) => dateLabel(step, question.grain));
  const last = lines[0]?.values.findLast((point) => point !== null) ?? null;
  const sentence = `${title}: ${lines.length === 1 ? "one line" : `${lines.length} lines`}${lines[0] && last !== null ? `, ${lines[0].label} ends at ${axis(last, value.unit)}` : ""}.`;
  return (
    <ChartPanel
      title={title}
      sub={sub}
      actions={actions}
      stale={query.isPlaceholderData}
      chart={<Lines steps={labels} stepsAre={`By ${question.grain}`} series={lines} label={sentence} format={(number) => axis(number, value.unit)} />}
      table={
        <DataTable
          caption={title}
          rows={steps.map((step, at) => ({ step, at }))}
          rowKey={(row) => row.step}
          columns={[
            { id: "step", header: question.grain, cell: (row) => labels[row.at] ?? "", text: (row) => row.step },
            ...series.map((line) => ({ id: line.key, header: line.label, align: "end" as const, cell: (row: { at: number }) => written(line.cells[row.at] ?? null, value.unit), text: (row: { at: number }) => alone(line.cells[row.at] ?? null, value.unit) })),
          ]}
        />
      }
    />
  );
}

interface Series {
  key: string;
  label: string;
  part: string | null;
  at: number;
  values: (number | null)[];
  cells: ResultTable["rows"][number];
}

/** One line for each of `shown`, a point for every step that some row has. */
function seriesOf(table: ResultTable, by: string | undefined, value: ValueHead, shown: readonly Part[]): { steps: string[]; series: Series[] } {
  const at = (id: string) => table.columns.findIndex((column) => column.id === id);
  const date = at("date");
  const partOf = partsOf(table, by ?? DATE);
  const metric = table.columns.findIndex((column) => column.role === "metric");
  const steps = [...new Set(table.rows.map((row) => String(row[date])))].sort();
  const places = new Map(steps.map((step, index) => [step, index]));
  const parts = by === undefined ? [undefined] : shown;
  const series = parts.map((part, index): Series => {
    const cells: ResultTable["rows"][number] = steps.map(() => null);
    for (const row of table.rows) {
      const place = places.get(String(row[date]));
      if (place !== undefined && (part === undefined || partOf(row).key === part.key)) cells[place] = row[metric] ?? null;
    }
    return { key: part?.key ?? "all", label: partLabel(part, "day"), part: part?.key ?? null, at: index, cells, values: cells.map((cell) => numberOf(cell, value.unit)) };
  });
  return { steps, series };
}

function Twin({ caption, head, rows }: { caption: string; head: string; rows: readonly { key: string; label: string; value: number; text: string }[] }) {
  return (
    <DataTable
      caption={caption}
      rows={rows}
      rowKey={(row) => row.key}
      columns={[
        { id: "label", header: "", cell: (row) => row.label, text: (row) => row.label },
        { id: "value", header: head, align: "end", cell: (row) => row.text, text: (row) => row.text, sortBy: (row) => row.value },
      ]}
    />
  );
}
