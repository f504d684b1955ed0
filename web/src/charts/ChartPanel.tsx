/** A chart and its table twin: the same data in the same order, one key apart. */
import { type ReactNode, useState } from "react";

import { Button } from "../ui/Button";
import { singleKeysAreOn } from "../ui/singleKeys";
import { Panel } from "../ui/Panel";

interface ChartPanelProps {
  title: string;
  sub: ReactNode;
  chart: ReactNode;
  table: ReactNode;
  stale?: boolean;
  footer?: ReactNode;
  actions?: ReactNode;
}

export function ChartPanel({ title, sub, chart, table, stale = false, footer, actions }: ChartPanelProps) {
  const [twin, setTwin] = useState(false);
  return (
    <div
      style={{ display: "contents" }}
      onKeyDown={(event) => {
        const typing = event.target instanceof HTMLInputElement;
        if (event.key === "t" && singleKeysAreOn() && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) setTwin(!twin);
      }}
    >
      <Panel
        title={title}
        sub={sub}
        stale={stale}
        footer={footer}
        flush={twin}
        actions={
          <>
            {actions}
            <Button kind="quiet" size="small" icon={twin ? "chart" : "table"} aria-label={twin ? "View as chart" : "View as table"} onPress={() => setTwin(!twin)} />
          </>
        }
      >
        {twin ? table : chart}
      </Panel>
    </div>
  );
}
