/** The tables of a pipeline: stages, groups of leads, and who is stuck. */
import { Link } from "@tanstack/react-router";

import type { Pipeline, PipelineGroup, PipelineStage, StuckLead } from "../../api/types";
import { channelColour } from "../../lib/channels";
import { instantText } from "../../lib/dates";
import { parseDecimal, toNumber } from "../../lib/decimal";
import { amount, count, currencySymbol, duration, percent } from "../../lib/format";
import { type Split, withoutOrder } from "../../lib/search";
import { type Column, DataTable } from "../../table/DataTable";
import { Named } from "../../ui/Mark";
import { groupLabel, stageLabel } from "./figures";

/** A column of figures: what it sorts by and what it says. */
function figure<Row>(id: string, header: string, of: (row: Row) => number | null, write: (value: number | null) => string, more: Partial<Column<Row>> = {}): Column<Row> {
  return { id, header, align: "end", sortBy: of, cell: (row) => write(of(row)), text: (row) => write(of(row)), ...more };
}

function cash<Row>(id: string, header: string, currency: string, of: (row: Row) => string | null): Column<Row> {
  const micros = (row: Row) => { const text = of(row); return text === null ? null : parseDecimal(text); };
  const written = (row: Row) => amount(micros(row), currency);
  return { id, header, unit: currencySymbol(currency), align: "end", sortBy: (row) => { const value = micros(row); return value === null ? null : toNumber(value); }, cell: written, text: written };
}

export function StageTable({ pipeline, caption }: { pipeline: Pipeline; caption: string }) {
  const name = (stage: PipelineStage) => stageLabel(stage.stage);
  const columns: Column<PipelineStage>[] = [
    { id: "stage", header: "Stage", cell: name, text: name },
    figure("entered", "Entered", (stage) => stage.entered, count),
    figure("progressed", "Went on", (stage) => stage.progressed, count),
    figure("lost", "Lost", (stage) => stage.lost, count),
    figure("open", "Open", (stage) => stage.open, count),
    figure("skipped", "Skipped it", (stage) => stage.skipped, count, { startsGroup: true }),
    figure("back", "Went back", (stage) => stage.went_back, count),
    figure("rate", "Went on, share", (stage) => stage.conversion_rate, percent, { startsGroup: true }),
    figure("drop", "Lost, share", (stage) => stage.drop_off_rate, percent),
    figure("median", "Median time", (stage) => stage.median_seconds, duration, { startsGroup: true }),
    figure("p90", "Nine in ten within", (stage) => stage.p90_seconds, duration),
    figure("stuck", "Stuck", (stage) => stage.stuck, count),
    { ...cash<PipelineStage>("won", "Won value", pipeline.currency, (stage) => stage.won_value), startsGroup: true },
  ];
  return <DataTable caption={caption} columns={columns} rows={pipeline.stages} rowKey={(stage) => stage.stage} />;
}

export function GroupTable({ pipeline, split, header }: { pipeline: Pipeline; split: Split; header: string }) {
  const name = (group: PipelineGroup) => groupLabel(group, split);
  const { outcome } = pipeline;
  const columns: Column<PipelineGroup>[] = [
    {
      id: "group", header, sortBy: name, text: name,
      cell: (group) => (split === "channel" ? <Named colour={channelColour(group.key)} hatched={group.key === null}>{name(group)}</Named> : name(group)),
    },
    figure("leads", "Leads", (group) => group.outcome.leads, count, { total: count(outcome.leads), totalText: count(outcome.leads) }),
    figure("won", "Won", (group) => group.outcome.won, count, { total: count(outcome.won), totalText: count(outcome.won) }),
    figure("lost", "Lost", (group) => group.outcome.lost, count, { total: count(outcome.lost), totalText: count(outcome.lost) }),
    figure("open", "Open", (group) => group.outcome.open, count, { total: count(outcome.open), totalText: count(outcome.open) }),
    figure("win", "Win rate", (group) => group.outcome.win_rate, percent, { total: percent(outcome.win_rate), totalText: percent(outcome.win_rate), startsGroup: true }),
    figure("cycle", "Median cycle", (group) => group.outcome.cycle_median_seconds, duration, { total: duration(outcome.cycle_median_seconds), totalText: duration(outcome.cycle_median_seconds) }),
    { ...cash<PipelineGroup>("value", "Won value", pipeline.currency, (group) => group.outcome.won_value), total: amount(parseDecimal(outcome.won_value), pipeline.currency), totalText: amount(parseDecimal(outcome.won_value), pipeline.currency), startsGroup: true },
  ];
  return <DataTable caption={`Leads by ${header.toLowerCase()}`} columns={columns} rows={pipeline.groups} rowKey={(group) => group.key ?? ""} initialSort={{ id: "leads", descending: true }} totalLabel="All leads" />;
}

export function StuckTable({ pipeline, split }: { pipeline: Pipeline; split: Split }) {
  const name = (lead: StuckLead) => lead.customer_key ?? lead.customer_id.slice(0, 8);
  const since = (lead: StuckLead) => instantText(lead.entered_at, pipeline.zone, true);
  const from = (lead: StuckLead) => groupLabel(pipeline.groups.find((group) => group.key === lead.group) ?? { key: lead.group, name: null }, split);
  const columns: Column<StuckLead>[] = [
    { id: "lead", header: "Lead", sortBy: name, text: name, cell: (lead) => <Link to="/journeys/timeline/$customerId" params={{ customerId: lead.customer_id }} search={withoutOrder}>{name(lead)}</Link> },
    { id: "stage", header: "Stage", sortBy: (lead) => lead.stage, cell: (lead) => stageLabel(lead.stage), text: (lead) => stageLabel(lead.stage) },
    { id: "from", header: "First touch", sortBy: from, cell: from, text: from },
    { id: "since", header: "Since", sortBy: (lead) => lead.entered_at, cell: since, text: since },
    figure("age", "Waiting", (lead) => lead.seconds, duration),
  ];
  return <DataTable caption="Stuck leads" columns={columns} rows={pipeline.stuck} rowKey={(lead) => `${lead.customer_id} ${lead.stage}`} initialSort={{ id: "age", descending: true }} compact />;
}
