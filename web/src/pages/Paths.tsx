import { AssistsPanel } from "../features/paths/AssistsPanel";
import { DistributionPanels } from "../features/paths/DistributionPanels";
import { FlowPanel } from "../features/paths/FlowPanel";
import { OverlapPanel } from "../features/paths/OverlapPanel";
import { PathControls } from "../features/paths/PathControls";
import { TopPathsPanel } from "../features/paths/TopPathsPanel";
import { usePaths } from "../features/paths/usePaths";
import { pathsContext, pathsTitle } from "../features/paths/words";
import { PageFrame } from "../features/shell/PageFrame";
import { NoData } from "../features/view/NoData";
import { useView, type ViewState } from "../features/view/useView";
import { Waiting } from "../features/view/Waiting";
import { PageHead, Panel } from "../ui/Panel";
import { Empty } from "../ui/State";

export default function PathsPage() {
  const state = useView();
  return (
    <PageFrame place={["Journeys", "Paths"]} controls={<PathControls state={state} />}>
      {state.lastDay === null ? <NoData /> : <Content state={state} />}
    </PageFrame>
  );
}

function Content({ state }: { state: ViewState }) {
  const { paths, assists, overlap } = usePaths(state);
  const title = paths.data ? pathsTitle(paths.data) : "Paths";
  return (
    <>
      <PageHead title={title} context={paths.data ? pathsContext(paths.data) : "Which steps lead to orders."} />
      <Waiting query={paths} label="Loading paths" rows={10} height={520}>
        {(answer) => (answer.summary.conversions + answer.summary.not_converted === 0 ? (
          <Panel><Empty title="No paths on these days" why="Nobody was touched, and nobody ordered. Choose a longer period." drawing="streams" /></Panel>
        ) : (
          <>
            <FlowPanel paths={answer} title={title} stale={paths.isPlaceholderData} />
            <TopPathsPanel paths={answer} stale={paths.isPlaceholderData} />
            <DistributionPanels paths={answer} stale={paths.isPlaceholderData} />
            <Waiting query={assists} label="Loading assists" rows={8} height={320}>
              {(found) => <AssistsPanel assists={found} stale={assists.isPlaceholderData} />}
            </Waiting>
            <Waiting query={overlap} label="Loading overlap" rows={8} height={320}>
              {(found) => <OverlapPanel overlap={found} stale={overlap.isPlaceholderData} />}
            </Waiting>
          </>
        ))}
      </Waiting>
    </>
  );
}
