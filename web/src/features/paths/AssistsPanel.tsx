/** Who helps and who closes. */
import type { Assist, Assists } from "../../api/types";
import { channelColour } from "../../lib/channels";
import { parseDecimal, toNumber } from "../../lib/decimal";
import { amount, count, currencySymbol, fixed, percent } from "../../lib/format";
import { type Column, DataTable } from "../../table/DataTable";
import { Named } from "../../ui/Mark";
import { Panel } from "../../ui/Panel";
import { assistsTitle, stepName, stepNoun } from "./words";

export function AssistsPanel({ assists, stale }: { assists: Assists; stale: boolean }) {
  return (
    <Panel
      title={assistsTitle(assists)}
      sub={`Orders with the ${stepNoun(assists.step)} on their path. An order counts once for each, so columns do not add up to all orders`}
      stale={stale}
      flush
      footer={<span>Rate with and without: orders among the paths that hold it, and among those that do not. Who is about to buy searches more, so the difference is no measure of effect.{assists.is_truncated ? " The list is cut." : ""}</span>}
    >
      <DataTable caption="Assists" columns={columns(assists)} rows={assists.steps} rowKey={(row) => row.step} initialSort={{ id: "orders", descending: true }} compact />
    </Panel>
  );
}

function columns({ currency, step }: Assists): Column<Assist>[] {
  const figure = (id: string, header: string, read: (row: Assist) => number | null, show: (value: number | null) => string, startsGroup = false): Column<Assist> => ({
    id, header, align: "end", startsGroup, sortBy: read, cell: (row) => show(read(row)), text: (row) => show(read(row)),
  });
  const name = (row: Assist) => stepName(step, row.step);
  const assisted = (row: Assist) => parseDecimal(row.assisted_revenue);
  return [
    { id: "step", header: "Step", sortBy: name, cell: (row) => <Named colour={channelColour(row.step)}>{name(row)}</Named>, text: name },
    { ...figure("orders", "Orders", (row) => row.conversions, count), strong: true },
    figure("influence", "Of all orders", (row) => row.influence, percent),
    figure("first", "First", (row) => row.first_conversions, count, true),
    figure("assisted", "Assisted", (row) => row.assisted_conversions, count),
    figure("last", "Last", (row) => row.last_conversions, count),
    figure("sole", "Alone", (row) => row.sole_conversions, count),
    figure("ratio", "Assists per last", (row) => row.assists_per_last, (value) => fixed(value, 2)),
    { id: "revenue", header: "Assisted revenue", unit: currencySymbol(currency), align: "end", sortBy: (row) => toNumber(assisted(row)), cell: (row) => amount(assisted(row), currency), text: (row) => amount(assisted(row), currency) },
    figure("with", "Rate with", (row) => row.conversion_rate_with, percent, true),
    figure("without", "Rate without", (row) => row.conversion_rate_without, percent),
    figure("touches", "Touches", (row) => row.average_touches, (value) => fixed(value, 1), true),
    figure("days", "Days", (row) => row.average_days, (value) => fixed(value, 1)),
  ];
}
