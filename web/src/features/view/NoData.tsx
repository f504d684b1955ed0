import { Empty } from "../../ui/State";
import { Panel } from "../../ui/Panel";

/** First visit: nothing has been imported yet. */
export function NoData() {
  return (
    <>
      <h1 className="sr">No data yet</h1>
      <Panel>
        <Empty
          drawing="streams"
          title="Bring in your first stream"
          why={<>Nothing has been imported for this organisation. Load a file with <code className="mono">tributary import</code>, or the sample shop with <code className="mono">tributary demo</code>. Nothing leaves this server.</>}
        />
      </Panel>
    </>
  );
}
