/** Earlier versions; one can be taken as the beginning of a new one. */
import { useQuery } from "@tanstack/react-query";

import { channelHistoryQuery } from "../../api/queries";
import type { ChannelRulesVersion } from "../../api/types";
import { instantText } from "../../lib/dates";
import { plural } from "../../lib/format";
import { Button } from "../../ui/Button";
import { Panel } from "../../ui/Panel";
import { Waiting } from "../view/Waiting";
import styles from "./Channels.module.css";

interface HistoryPanelProps {
  current: number;
  zone: string;
  mayChange: boolean;
  onTake: (version: number) => void;
}

export function HistoryPanel({ current, zone, mayChange, onTake }: HistoryPanelProps) {
  const history = useQuery(channelHistoryQuery);
  const told = (version: ChannelRulesVersion) => (version.saved_at === null ? "The rules before anybody changed them" : `${instantText(version.saved_at, zone, true)}, ${version.saved_by ?? ""}`);
  return (
    <Panel title="Versions" sub="Newest first; a touch names the version that decided">
      <Waiting query={history} label="Loading versions" rows={3}>
        {(answer) => (
          <ul className={styles.versions}>
            {answer.versions.map((version) => (
              <li key={version.version}>
                <span><b>Version {version.version}</b><small>{told(version)} · {plural(version.rules, "rule")}{version.note ? ` · ${version.note}` : ""}</small></span>
                {version.version !== current && mayChange ? <Button size="small" kind="quiet" onPress={() => onTake(version.version)}>Take these</Button> : null}
              </li>
            ))}
          </ul>
        )}
      </Waiting>
    </Panel>
  );
}
