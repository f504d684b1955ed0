/** Saving as a new version: for all history, or for orders from a day on. */
import { useState } from "react";

import { ApiError } from "../../api/client";
import { Button } from "../../ui/Button";
import { Panel } from "../../ui/Panel";
import { Segmented } from "../../ui/Segmented";
import styles from "./Models.module.css";

interface SavePanelProps {
  changed: number;
  busy: boolean;
  error: Error | null;
  onSave: (from: string | null, note: string) => void;
  onRevert: () => void;
}

export function SavePanel({ changed, busy, error, onSave, onRevert }: SavePanelProps) {
  const [scope, setScope] = useState<"all" | "from">("all");
  const [from, setFrom] = useState("");
  const [note, setNote] = useState("");
  if (changed === 0) return null;
  return (
    <Panel title="Save as a new version" sub="Earlier versions stay; every credit names the version that made it.">
      <div className={styles.save}>
        <div>
          <span className={styles.label}>Holds for</span>
          <Segmented label="Holds for" value={scope} options={[{ key: "all", label: "All history" }, { key: "from", label: "Orders from a day on" }]} onChange={setScope} />
        </div>
        {scope === "from" ? <label className={styles.label}>First day<br /><input className={styles.input} type="date" value={from} onChange={(event) => setFrom(event.target.value)} /></label> : null}
        <label className={styles.label}>Why (for the history)<br /><input className={styles.input} value={note} maxLength={1000} onChange={(event) => setNote(event.target.value)} /></label>
        <Button kind="primary" busy={busy} isDisabled={scope === "from" && from === ""} onPress={() => onSave(scope === "from" ? from : null, note)}>Save version</Button>
        <Button kind="quiet" onPress={onRevert}>Revert</Button>
      </div>
      {error === null ? null : <p role="alert" className={styles.problem}>{error instanceof ApiError && error.status === 403 ? "You may look and try, not save: an administrator of your organisation can." : error.message}</p>}
    </Panel>
  );
}
