/** The paths as a diagram, foldable step by step, and the same as a table. */
import { useState } from "react";

import type { PathBranch, Paths } from "../../api/types";
import { ChartPanel } from "../../charts/ChartPanel";
import { Sankey } from "../../charts/Sankey";
import { channelColour } from "../../lib/channels";
import { parseDecimal, toNumber } from "../../lib/decimal";
import { amount, count, currencySymbol, plural } from "../../lib/format";
import { type Column, DataTable } from "../../table/DataTable";
import { Button } from "../../ui/Button";
import { Segmented } from "../../ui/Segmented";
import { stepName } from "./words";

type Drawn = "orders" | "all";

export function FlowPanel({ paths, title, stale }: { paths: Paths; title: string; stale: boolean }) {
  const [drawn, setDrawn] = useState<Drawn>("orders");
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const branches = paths.flow.branches.map((branch) => ({ steps: branch.steps, end: branch.end, converted: branch.conversions, lost: branch.not_converted }));
  const toggle = (id: string) => {
    const next = new Set(folded);
    if (!next.delete(id)) next.add(id);
    setFolded(next);
  };
  return (
    <ChartPanel
      title={drawn === "orders" ? "How orders came about, step by step" : "How paths go on, and where they end"}
      sub={drawn === "orders" ? "Orders by the first five steps of their path" : "All paths by their first five steps; hatched: no order so far"}
      stale={stale}
      actions={
        <>
          {folded.size > 0 ? <Button size="small" kind="quiet" onPress={() => setFolded(new Set())}>Unfold all</Button> : null}
          <Segmented label="Paths shown" value={drawn} options={[{ key: "orders", label: "With an order" }, { key: "all", label: "All" }]} onChange={setDrawn} />
        </>
      }
      chart={
        <Sankey
          branches={branches}
          folded={folded}
          onFold={toggle}
          showsLost={drawn === "all"}
          colourOf={channelColour}
          nameOf={(name) => stepName(paths.step, name)}
          countText={count}
          label={title}
        />
      }
      table={<DataTable caption="Paths by their first steps" columns={columns(paths)} rows={paths.flow.branches} rowKey={keyOf} initialSort={{ id: "orders", descending: true }} />}
      footer={
        <>
          <span>Click a step, or press Enter on it, to fold what follows it.</span>
          {paths.paths_cut > 0 ? <span>{plural(paths.paths_cut, "path")} of more than 200 steps: the further ones are not named.</span> : null}
        </>
      }
    />
  );
}

const ENDS: Record<PathBranch["end"], string> = { complete: "ends here", further: "goes on", other: "goes on in rare ways" };

function keyOf(branch: PathBranch): string {
  return `${branch.steps.join(" > ")} ${branch.end}`;
}

function columns(paths: Paths): Column<PathBranch>[] {
  const text = (branch: PathBranch) => (branch.steps.length === 0 ? "Rare beginnings" : branch.steps.map((step) => stepName(paths.step, step)).join(" → "));
  return [
    { id: "steps", header: "First steps", sortBy: text, cell: text, text },
    { id: "end", header: "Then", sortBy: (branch) => ENDS[branch.end], cell: (branch) => ENDS[branch.end], text: (branch) => ENDS[branch.end] },
    { id: "orders", header: "Orders", align: "end", sortBy: (branch) => branch.conversions, cell: (branch) => count(branch.conversions), text: (branch) => count(branch.conversions), total: count(paths.summary.attributed_conversions) },
    {
      id: "revenue", header: "Revenue, net", unit: currencySymbol(paths.currency), align: "end", sortBy: (branch) => toNumber(parseDecimal(branch.revenue)),
      cell: (branch) => amount(parseDecimal(branch.revenue), paths.currency), text: (branch) => amount(parseDecimal(branch.revenue), paths.currency),
    },
    { id: "lost", header: "No order", align: "end", sortBy: (branch) => branch.not_converted, cell: (branch) => count(branch.not_converted), text: (branch) => count(branch.not_converted) },
  ];
}
