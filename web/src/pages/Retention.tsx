import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { retentionQuery } from "../api/queries";
import { customers } from "../features/cohorts/LtvPanel";
import { CurvesPanel, RatesTable } from "../features/retention/CurvesPanel";
import { retentionTable } from "../features/retention/retention";
import { retentionSentences, retentionTitle } from "../features/retention/sentences";
import { TrianglePanel } from "../features/retention/TrianglePanel";
import { PageFrame } from "../features/shell/PageFrame";
import { CohortOf, QuietOf, SourceOf, WindowOf, WonByOf } from "../features/view/controls";
import { NoData } from "../features/view/NoData";
import { acquisitionOf, useSession, useView, type ViewState } from "../features/view/useView";
import { Waiting } from "../features/view/Waiting";
import { instantText } from "../lib/dates";
import { percent } from "../lib/format";
import { Columns, PageHead, Panel } from "../ui/Panel";
import { Sentences } from "../ui/Sentences";
import { Empty } from "../ui/State";

const MONTHS_SHOWN = 13;

export default function Retention() {
  const state = useView();
  return (
    <PageFrame place={["Journeys", "Retention"]} controls={<><SourceOf state={state} /><WonByOf state={state} /><WindowOf state={state} /><CohortOf state={state} /><QuietOf state={state} /></>}>
      {state.lastDay === null ? <NoData /> : <Content state={state} />}
    </PageFrame>
  );
}

function Content({ state }: { state: ViewState }) {
  const { organization } = useSession();
  const { view, change } = state;
  const retention = useQuery(retentionQuery(acquisitionOf(view), view.quiet));
  const table = retention.data ? retentionTable(retention.data, view.active, MONTHS_SHOWN) : null;
  const stale = retention.isPlaceholderData;
  const quiet = retention.data?.quiet_days ?? view.quiet;
  const through = retention.data?.through;
  const first = retention.data?.by === "campaign" ? "Campaign" : "Channel";
  const context = table
    ? <>Of {customers(table.total.customers)} customers{through ? `, as known until ${instantText(through, organization.zone)}` : ""}. Churn rate {percent(table.total.churnRate)}, after {quiet} quiet days. <Link to="/journeys/cohorts" search={true}>What are they worth?</Link></>
    : "How many customers come back.";
  return (
    <>
      <PageHead title={table ? retentionTitle(table) : "Retention"} context={context} />
      <Waiting query={retention} label="Loading retention" rows={9} height={380}>
        {(answer) => (table && table.total.customers > 0 ? (
          <>
            <Columns>
              <CurvesPanel table={table} first={first} active={view.active} stale={stale} onChange={(active) => change({ active })} />
              <Panel title="Read this before you act" sub="From the tables on this page" stale={stale}>
                <Sentences items={retentionSentences(table, quiet)} />
              </Panel>
            </Columns>
            <Panel
              title="Repeat and churn rate" sub={`Ordered again: at least two orders. Churned: no order in the last ${quiet} days, of customers whose first order is at least as old`}
              stale={stale} flush footer={answer.notes.join(" ")}
            >
              <RatesTable table={table} first={first} quietDays={quiet} />
            </Panel>
            <TrianglePanel table={table} grain={answer.grain} active={view.active} stale={stale} />
          </>
        ) : (
          <Panel><Empty title="No customers yet" why="A customer appears here with the first order that names one." /></Panel>
        ))}
      </Waiting>
    </>
  );
}
