/** The most frequent paths; what is not named is added up, so that the columns end in all orders with a touch. */
import type { Path, Paths } from "../../api/types";
import { channelColour } from "../../lib/channels";
import { parseDecimal, toNumber } from "../../lib/decimal";
import { amount, count, currencySymbol, fixed, percent, plural } from "../../lib/format";
import { type Column, DataTable } from "../../table/DataTable";
import { Swatch } from "../../ui/Mark";
import { Panel } from "../../ui/Panel";
import styles from "./Paths.module.css";
import { stepName } from "./words";

/** Steps of a path that a cell has room for. */
const STEPS_SHOWN = 6;

export function TopPathsPanel({ paths, stale }: { paths: Paths; stale: boolean }) {
  const { summary, currency } = paths;
  const rest: Path = { path: "", steps: [], average_touches: null, average_days: null, ...paths.rest };
  const hasRest = paths.rest.conversions + paths.rest.not_converted > 0;
  return (
    <Panel
      title="Top paths"
      sub={paths.is_collapsed ? "Equal steps in a row are one step. Rate: orders among all paths like this" : "Every touch is a step. Rate: orders among all paths like this"}
      stale={stale}
      flush
      footer={<span>{plural(paths.paths.length, "path")} shown. {count(summary.unattributed_conversions)} orders without a touch have no path and are not in this table.</span>}
    >
      <DataTable
        caption="Top paths"
        columns={columns(paths, currency)}
        rows={paths.paths}
        pinned={hasRest ? [rest] : []}
        rowKey={(path) => path.path}
        initialSort={{ id: "orders", descending: true }}
        totalLabel="All orders with a touch"
        compact
      />
    </Panel>
  );
}

function columns(paths: Paths, currency: string): Column<Path>[] {
  const { summary } = paths;
  const revenue = (path: Path) => parseDecimal(path.revenue);
  const text = (path: Path) => (path.steps.length === 0 ? "All other paths" : path.steps.map((step) => stepName(paths.step, step)).join(" → "));
  const total = amount(parseDecimal(summary.attributed_revenue), currency);
  return [
    { id: "path", header: "Path", sortBy: text, cell: (path) => <Steps path={path} paths={paths} />, text },
    { id: "orders", header: "Orders", align: "end", strong: true, sortBy: (path) => path.conversions, cell: (path) => count(path.conversions), text: (path) => count(path.conversions), total: count(summary.attributed_conversions), totalText: count(summary.attributed_conversions) },
    { id: "revenue", header: "Revenue, net", unit: currencySymbol(currency), align: "end", sortBy: (path) => toNumber(revenue(path)), cell: (path) => amount(revenue(path), currency), text: (path) => amount(revenue(path), currency), total, totalText: total },
    { id: "lost", header: "No order", align: "end", sortBy: (path) => path.not_converted, cell: (path) => count(path.not_converted), text: (path) => count(path.not_converted), total: count(summary.not_converted), totalText: count(summary.not_converted) },
    { id: "rate", header: "Rate", align: "end", sortBy: (path) => path.conversion_rate, cell: (path) => percent(path.conversion_rate), text: (path) => percent(path.conversion_rate), total: percent(summary.conversion_rate), totalText: percent(summary.conversion_rate) },
    { id: "touches", header: "Touches", align: "end", sortBy: (path) => path.average_touches, cell: (path) => fixed(path.average_touches, 1), text: (path) => fixed(path.average_touches, 1), total: fixed(summary.average_touches, 1), totalText: fixed(summary.average_touches, 1) },
    { id: "days", header: "Days", align: "end", sortBy: (path) => path.average_days, cell: (path) => fixed(path.average_days, 1), text: (path) => fixed(path.average_days, 1), total: fixed(summary.average_days, 1), totalText: fixed(summary.average_days, 1) },
  ];
}

function Steps({ path, paths }: { path: Path; paths: Paths }) {
  if (path.steps.length === 0) return <>All other paths</>;
  const shown = path.steps.slice(0, STEPS_SHOWN);
  const more = path.steps.length - shown.length;
  return (
    <span className={styles.steps} title={path.steps.map((step) => stepName(paths.step, step)).join(" → ")}>
      {shown.map((step, index) => (
        <span key={index}>
          {index > 0 ? <span className={styles.arrow} aria-label="then">→</span> : null}
          <Swatch colour={channelColour(step)} />
          {stepName(paths.step, step)}
        </span>
      ))}
      {more > 0 ? <span className={styles.more}>and {count(more)} more</span> : null}
    </span>
  );
}
