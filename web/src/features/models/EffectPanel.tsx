/** What the edited settings would do, live, before anything is saved. */
import { useState } from "react";

import { frame } from "../../api/frame";
import type { WhatIfAnswer } from "../../api/types";
import { channelColour, channelLabel } from "../../lib/channels";
import { relativeChange } from "../../lib/change";
import { type Micros, sum, toNumber } from "../../lib/decimal";
import { amount, currencySymbol, money } from "../../lib/format";
import { type Model, MODELS } from "../../lib/models";
import { type Column, DataTable } from "../../table/DataTable";
import { Choice } from "../../ui/Choice";
import { Delta } from "../../ui/Delta";
import { Named } from "../../ui/Mark";
import { Panel } from "../../ui/Panel";

interface Line {
  key: string;
  label: string;
  channel: string | null;
  before: Micros;
  after: Micros;
}

export function EffectPanel({ answer, stale }: { answer: WhatIfAnswer; stale: boolean }) {
  const [model, setModel] = useState<Model>("linear");
  const lines = linesOf(answer, model);
  const currency = answer.after.meta.currency;
  const total = (side: "before" | "after") => sum(lines.map((line) => line[side]));
  const moved = sum(lines.map((line) => (line.after > line.before ? line.after - line.before : 0n)));
  return (
    <Panel
      title="What this change would do"
      sub={`Credited revenue in ${currency} by channel, last 28 full days, before and after`}
      stale={stale}
      flush
      actions={<Choice label="Model" lead="Model" value={model} options={MODELS} onChange={setModel} />}
      footer={<span>{`${money(moved, currency)} would move to other hands. All revenue: ${money(total("before"), currency)} before, ${money(total("after"), currency)} after.`}</span>}
    >
      <DataTable caption="Credited revenue before and after" columns={columns(currency, lines)} rows={lines.filter((line) => line.key !== "unattributed")} pinned={lines.filter((line) => line.key === "unattributed")} rowKey={(line) => line.key} totalLabel="All revenue" />
    </Panel>
  );
}

function columns(currency: string, lines: readonly Line[]): Column<Line>[] {
  const figure = (side: "before" | "after", header: string): Column<Line> => ({
    id: side, header: `${header} ${currencySymbol(currency)}`, align: "end", sortBy: (line) => toNumber(line[side]),
    text: (line) => String(toNumber(line[side])), cell: (line) => amount(line[side], currency),
    total: amount(sum(lines.map((line) => line[side])), currency), totalText: String(toNumber(sum(lines.map((line) => line[side])))),
  });
  return [
    { id: "channel", header: "Channel", sortBy: (line) => line.label, text: (line) => line.label, cell: (line) => <Named colour={channelColour(line.channel)} hatched={line.key === "unattributed"}>{line.label}</Named> },
    figure("before", "Before"),
    figure("after", "After"),
    { id: "change", header: "Change", align: "end", sortBy: (line) => toNumber(line.after - line.before), text: (line) => String(toNumber(line.after - line.before)), cell: (line) => (line.before === 0n ? (line.after === 0n ? "0" : "new") : <Delta change={relativeChange(toNumber(line.after), toNumber(line.before), "neutral")} />) },
  ];
}

function linesOf(answer: WhatIfAnswer, model: Model): Line[] {
  const lines = new Map<string, Line>();
  for (const side of ["before", "after"] as const) {
    const table = frame(answer[side]);
    for (const row of table.rows) {
      if (row.text("model") !== model) continue;
      const isUnattributed = row.text("is_unattributed") === "true";
      const channel = row.text("channel");
      const key = isUnattributed ? "unattributed" : (channel ?? "");
      const line = lines.get(key) ?? { key, label: channel === null && !isUnattributed ? "No channel" : channelLabel(channel), channel: isUnattributed ? null : (channel ?? ""), before: 0n, after: 0n };
      line[side] += row.money("revenue") ?? 0n;
      lines.set(key, line);
    }
  }
  return [...lines.values()].sort((a, b) => toNumber(b.after - a.after));
}
