import type { SettingsHistory } from "../../api/types";
import { instantText, longDay } from "../../lib/dates";
import { type Column, DataTable } from "../../table/DataTable";
import { Panel } from "../../ui/Panel";
import { Empty } from "../../ui/State";
import { durationText } from "./settings";

type Version = SettingsHistory["versions"][number];

export function HistoryPanel({ history }: { history: SettingsHistory }) {
  const columns: Column<Version>[] = [
    { id: "version", header: "Version", text: (version) => String(version.version), cell: (version) => version.version },
    { id: "from", header: "Holds for", text: (version) => version.applies_from ?? "all history", cell: (version) => (version.applies_from === null ? "all history" : `orders from ${longDay(version.applies_from)}`) },
    { id: "window", header: "Window", text: (version) => durationText(version.settings.window_seconds), cell: (version) => durationText(version.settings.window_seconds) },
    { id: "saved", header: "Saved", text: (version) => version.saved_at ?? "", cell: (version) => (version.saved_at === null ? "" : instantText(version.saved_at, history.zone, true)) },
    { id: "note", header: "Why", text: (version) => version.note ?? "", cell: (version) => <span className="sec">{version.note}</span> },
  ];
  return (
    <Panel title="Versions" sub="Newest first" flush>
      {history.versions.length === 0 ? <Empty title="Nothing was saved yet" why="The defaults hold: 30 days, rolling journeys, direct visits only where nothing else is known." /> : (
        <DataTable caption="Versions of the settings" columns={columns} rows={history.versions} rowKey={(version) => String(version.version)} />
      )}
    </Panel>
  );
}
