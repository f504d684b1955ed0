/** Which decisions depend on the model or the window: ROAS and rank of every channel, side by side. */
import { useState } from "react";

import type { ChannelStability, Stability } from "../../api/types";
import { channelColour, channelLabel } from "../../lib/channels";
import { parseDecimal, toNumber } from "../../lib/decimal";
import { amount, compact, currencySymbol, fixed, plural, ratio } from "../../lib/format";
import { isModel, modelLabel } from "../../lib/models";
import { type Column, DataTable } from "../../table/DataTable";
import { Named, Tag } from "../../ui/Mark";
import { Panel } from "../../ui/Panel";
import { Segmented } from "../../ui/Segmented";
import { VERDICTS } from "./words";

const DAY = 86_400;
const TITLE = "Which decisions depend on the rule";

type Across = "models" | "windows";
type StabilityCell = ChannelStability["cells"][number];

const nameOf = (model: string) => (isModel(model) ? modelLabel(model) : `${model.charAt(0).toUpperCase()}${model.slice(1).replaceAll("_", " ")}`);
const windowText = (seconds: number) => (seconds % DAY === 0 ? plural(seconds / DAY, "day") : `${fixed(seconds / 3_600, 1)} hours`);

export function StabilityPanel({ answer, stale }: { answer: Stability; stale: boolean }) {
  const [across, setAcross] = useState<Across>("models");
  const figure = (cell: StabilityCell | undefined) => (cell === undefined ? "—" : cell.roas === null ? compact(toNumber(parseDecimal(cell.revenue))) : ratio(cell.roas));
  const written = (cell: StabilityCell | undefined) => {
    const below = cell?.roas != null && cell.roas < answer.break_even;
    return `${below ? "▼ " : ""}${figure(cell)} · ${cell?.rank ?? "—"}`;
  };
  const columnOf = (id: string, header: string, strong: boolean, find: (cell: StabilityCell) => boolean): Column<ChannelStability> => {
    const cellOf = (channel: ChannelStability) => channel.cells.find(find);
    return {
      id, header, strong, align: "end", sortBy: (channel) => cellOf(channel)?.roas ?? null,
      cell: (channel) => written(cellOf(channel)), text: (channel) => written(cellOf(channel)),
    };
  };
  const compared = across === "models"
    ? answer.models.map((model) => columnOf(model, nameOf(model), model === answer.model, (cell) => cell.model === model && cell.window_seconds === answer.window_seconds))
    : answer.windows.map((seconds) => columnOf(String(seconds), windowText(seconds), seconds === answer.window_seconds, (cell) => cell.window_seconds === seconds && cell.model === answer.model));
  const columns: Column<ChannelStability>[] = [
    { id: "channel", header: "Channel", sortBy: (channel) => channel.channel, cell: (channel) => <Named colour={channelColour(channel.channel)}>{channelLabel(channel.channel)}</Named>, text: (channel) => channel.channel },
    { id: "verdict", header: "Verdict", sortBy: (channel) => VERDICTS[channel.verdict], cell: (channel) => <Tag tone={channel.verdict === "stable" ? "good" : "warn"}>{VERDICTS[channel.verdict]}</Tag>, text: (channel) => VERDICTS[channel.verdict] },
    { id: "spend", header: "Spend", unit: currencySymbol(answer.currency), align: "end", sortBy: (channel) => (channel.spend === null ? null : toNumber(parseDecimal(channel.spend))), cell: (channel) => amount(channel.spend === null ? null : parseDecimal(channel.spend), answer.currency), text: (channel) => channel.spend ?? "—" },
    { id: "ranks", header: "Ranks", align: "end", sortBy: (channel) => channel.rank_worst - channel.rank_best, cell: (channel) => (channel.rank_best === channel.rank_worst ? String(channel.rank_best) : `${channel.rank_best} to ${channel.rank_worst}`), text: (channel) => `${channel.rank_best} to ${channel.rank_worst}` },
    ...compared.map((column, index) => ({ ...column, startsGroup: index === 0 })),
  ];
  return (
    <Panel
      title={TITLE}
      sub={across === "models" ? `ROAS and rank under every model, window ${windowText(answer.window_seconds)}` : `ROAS and rank under every window, ${nameOf(answer.model).toLowerCase()} model`}
      stale={stale}
      flush
      actions={<Segmented label="Compared" value={across} options={[{ key: "models", label: "Models" }, { key: "windows", label: "Windows" }]} onChange={setAcross} />}
      footer={<span>{`▼ below break-even (${fixed(answer.break_even, 2)}×). Without spend: revenue, ranked among all channels. Verdicts look at ${answer.models.length} models under ${answer.windows.length} windows; a rank that moves by two places counts.`}</span>}
    >
      <DataTable key={across} caption={TITLE} columns={columns} rows={answer.channels} rowKey={(channel) => channel.channel} />
    </Panel>
  );
}
