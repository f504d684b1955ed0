/** Which steps go together, as a heat matrix that is a real table. */
import { useState } from "react";

import type { Overlap } from "../../api/types";
import { count, percent, plural } from "../../lib/format";
import { Panel } from "../../ui/Panel";
import { Segmented } from "../../ui/Segmented";
import styles from "./Paths.module.css";
import { stepName, stepNoun } from "./words";

type Shown = "share" | "orders";

export function OverlapPanel({ overlap, stale }: { overlap: Overlap; stale: boolean }) {
  const [shown, setShown] = useState<Shown>("share");
  const both = new Map(overlap.pairs.flatMap((pair) => [[`${pair.step}\n${pair.other_step}`, pair.conversions], [`${pair.other_step}\n${pair.step}`, pair.conversions]] as const));
  const name = (step: string) => stepName(overlap.step, step);
  const noun = stepNoun(overlap.step);
  return (
    <Panel
      title={overlapTitle(overlap)}
      sub={shown === "share" ? `Of the orders that the row’s ${noun} touched, the share that the column’s touched, too` : "Orders that both touched; on the diagonal, those that one touched at all"}
      stale={stale}
      actions={<Segmented label="Cells show" value={shown} options={[{ key: "share", label: "Share" }, { key: "orders", label: "Orders" }]} onChange={setShown} />}
      footer={<span>Alone: orders with no other {noun} on their path.{overlap.steps_left_out > 0 ? ` ${plural(overlap.steps_left_out, "smaller one is", "smaller ones are")} not shown.` : ""}</span>}
    >
      <div className={styles.matrixScroll} tabIndex={0} role="group" aria-label={`Overlap of each ${noun} with each other`}>
        <table className={styles.matrix}>
          <caption className="sr">Overlap</caption>
          <thead>
            <tr>
              <th scope="col">{noun.charAt(0).toUpperCase() + noun.slice(1)}</th>
              <th scope="col">Orders</th>
              <th scope="col">Alone</th>
              {overlap.steps.map((step) => <th key={step.step} scope="col">{name(step.step)}</th>)}
            </tr>
          </thead>
          <tbody>
            {overlap.steps.map((row) => (
              <tr key={row.step}>
                <th scope="row">{name(row.step)}</th>
                <td>{count(row.conversions)}</td>
                <td>{shown === "share" ? percent(row.conversions === 0 ? null : row.sole_conversions / row.conversions) : count(row.sole_conversions)}</td>
                {overlap.steps.map((column) => {
                  const same = column.step === row.step;
                  const orders = same ? row.conversions : (both.get(`${row.step}\n${column.step}`) ?? 0);
                  const share = row.conversions === 0 ? null : orders / row.conversions;
                  return (
                    <td key={column.step} data-heat={same ? "self" : heat(share)} title={same ? undefined : `${name(row.step)} and ${name(column.step)}: ${plural(orders, "order")}`}>
                      {shown === "orders" ? count(orders) : same ? "" : percent(share)}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

/** The ramp's seven steps, evenly over shares from nothing to all. */
function heat(share: number | null): string {
  if (share === null || share === 0) return "0";
  return String(Math.min(7, Math.floor(share * 7) + 1));
}

function overlapTitle(overlap: Overlap): string {
  const most = [...overlap.pairs].sort((a, b) => b.conversions - a.conversions)[0];
  if (!most || most.conversions === 0) return "No order was touched by two of them";
  return `${stepName(overlap.step, most.step)} and ${stepName(overlap.step, most.other_step)} share most orders: ${count(most.conversions)}`;
}
