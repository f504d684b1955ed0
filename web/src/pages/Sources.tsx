import { useQuery } from "@tanstack/react-query";

import { lastDayQuery, syncStatusQuery } from "../api/queries";
import type { Import, SourceStatus } from "../api/types";
import { ageText } from "../features/sources/age";
import { PageFrame } from "../features/shell/PageFrame";
import { useSession } from "../features/view/useView";
import { NoData } from "../features/view/NoData";
import { Waiting } from "../features/view/Waiting";
import { instantText, longDay, rangeText } from "../lib/dates";
import { count, NOTHING, plural } from "../lib/format";
import { capitalise, listed } from "../lib/words";
import { type Column, DataTable } from "../table/DataTable";
import { Dot, Tag, type Tone } from "../ui/Mark";
import { PageHead, Panel } from "../ui/Panel";
import { Empty } from "../ui/State";

/** Good, bad or neither; a state that is not known here is neither. */
const TONES: Record<string, Tone> = { running: "info", succeeded: "good", failed: "bad", interrupted: "warn" };

function dot(source: SourceStatus): "good" | "warn" | "bad" | "off" {
  if (source.status === "failed") return "bad";
  if (source.status === "interrupted") return "warn";
  return source.rows > 0 || source.status === "succeeded" ? "good" : "off";
}

export default function Sources() {
  const { organization } = useSession();
  const status = useQuery(syncStatusQuery);
  const lastDay = useQuery(lastDayQuery(organization.zone));
  return (
    <PageFrame place={["Sources"]}>
      <Waiting query={status} label="Loading sources">
        {(answer) => (answer === null ? (
          <>
            <h1 className="sr">Sources</h1>
            <Panel><Empty title="You may not see sources" why="An administrator of your organisation can open them to you." /></Panel>
          </>
        ) : answer.sources.length === 0 ? <NoData /> : (
          <>
            <PageHead title={title(answer.sources)} context={lastDay.data ? `Figures are complete to ${longDay(lastDay.data)}. Days are cut in ${organization.zone}.` : "No figures yet."} />
            <Panel title="Sources" sub="Which days each covers, and what its newest import brought in" flush footer={plural(answer.sources.length, "source")}>
              <DataTable caption="Sources" columns={sourceColumns(organization.zone)} rows={answer.sources} rowKey={(source) => source.key} />
            </Panel>
            <Panel title="Imports" sub="Newest first. Read rows are accepted, known already, or held back with their reason." flush footer={plural(answer.imports.length, "import")}>
              {answer.imports.length === 0 ? <Empty title="No import yet" why="Files that are loaded with tributary import are listed here." /> : (
                <DataTable caption="Imports" columns={importColumns(organization.zone)} rows={answer.imports} rowKey={(run) => run.id} />
              )}
            </Panel>
          </>
        ))}
      </Waiting>
    </PageFrame>
  );
}

function title(sources: readonly SourceStatus[]): string {
  const failed = sources.filter((source) => source.status === "failed" || source.status === "interrupted");
  const held = sources.reduce((total, source) => total + (source.last_import?.quarantined ?? 0), 0);
  if (failed.length > 0) return `${listed(failed.map((source) => source.name))} did not come in`;
  return held > 0 ? `All sources came in, ${plural(held, "row")} held back` : "All sources came in";
}

function covers(source: SourceStatus): string {
  return source.data_from === null || source.data_through === null ? NOTHING : rangeText({ from: source.data_from, to: source.data_through });
}

function sourceColumns(zone: string): Column<SourceStatus>[] {
  return [
    { id: "name", header: "Source", sortBy: (source) => source.name, text: (source) => source.name, cell: (source) => <span style={{ display: "inline-flex", gap: 8, alignItems: "center" }}><Dot state={dot(source)} />{source.name}</span> },
    { id: "category", header: "Kind", sortBy: (source) => source.category, text: (source) => source.category, cell: (source) => <span className="sec">{capitalise(source.category.replaceAll("_", " "))}</span> },
    { id: "covers", header: "Covers", sortBy: (source) => source.data_through, text: covers, cell: covers },
    { id: "rows", header: "Rows", align: "end", sortBy: (source) => source.rows, text: (source) => String(source.rows), cell: (source) => count(source.rows) },
    { id: "state", header: "Newest import", startsGroup: true, text: (source) => source.status, cell: (source) => <Status run={source.last_import} /> },
    { id: "age", header: "Finished", align: "end", sortBy: (source) => source.age_seconds, text: (source) => source.last_import_at ?? "", cell: (source) => <span title={source.last_import_at === null ? undefined : instantText(source.last_import_at, zone, true)}>{ageText(source.age_seconds)}</span> },
    { id: "held", header: "Held back", align: "end", sortBy: (source) => source.last_import?.quarantined ?? null, text: (source) => String(source.last_import?.quarantined ?? ""), cell: (source) => count(source.last_import?.quarantined ?? null) },
  ];
}

function importColumns(zone: string): Column<Import>[] {
  return [
    { id: "started", header: "Started", sortBy: (run) => run.started_at, text: (run) => run.started_at, cell: (run) => instantText(run.started_at, zone, true) },
    { id: "source", header: "Source", sortBy: (run) => run.source, text: (run) => run.source, cell: (run) => run.source },
    { id: "files", header: "Files", text: (run) => run.files.join(", "), cell: (run) => <span title={run.files.join(", ")}>{run.files.length === 1 ? (run.files[0]?.split("/").at(-1) ?? NOTHING) : run.files.length === 0 ? NOTHING : plural(run.files.length, "file")}</span> },
    { id: "state", header: "State", text: (run) => run.status, cell: (run) => <Status run={run} /> },
    { id: "read", header: "Read", align: "end", startsGroup: true, sortBy: (run) => run.rows_read, text: (run) => String(run.rows_read), cell: (run) => count(run.rows_read) },
    { id: "accepted", header: "Accepted", align: "end", sortBy: (run) => run.accepted, text: (run) => String(run.accepted), cell: (run) => count(run.accepted) },
    { id: "duplicates", header: "Known already", align: "end", sortBy: (run) => run.duplicates, text: (run) => String(run.duplicates), cell: (run) => count(run.duplicates) },
    { id: "held", header: "Held back", align: "end", sortBy: (run) => run.quarantined, text: (run) => String(run.quarantined), cell: (run) => count(run.quarantined) },
  ];
}

function Status({ run }: { run: Import | null }) {
  if (run === null) return <span className="muted">none</span>;
  return (
    <span style={{ display: "inline-flex", gap: 8, alignItems: "center" }}>
      <Tag tone={TONES[run.status] ?? "plain"}>{run.status}</Tag>
      {run.message ? <span className="sec small">{run.message}</span> : null}
    </span>
  );
}
