import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { cohortsQuery } from "../api/queries";
import { cohortTable } from "../features/cohorts/cohorts";
import { customers, LtvPanel } from "../features/cohorts/LtvPanel";
import { PaybackPanel } from "../features/cohorts/PaybackPanel";
import { cohortSentences, cohortsTitle } from "../features/cohorts/sentences";
import { PageFrame } from "../features/shell/PageFrame";
import { CohortOf, SourceOf, WindowOf, WonByOf } from "../features/view/controls";
import { NoData } from "../features/view/NoData";
import { acquisitionOf, useSession, useView, type ViewState } from "../features/view/useView";
import { Waiting } from "../features/view/Waiting";
import { instantText } from "../lib/dates";
import { money } from "../lib/format";
import { Columns, PageHead, Panel } from "../ui/Panel";
import { Sentences } from "../ui/Sentences";
import { Empty } from "../ui/State";

const MONTHS_SHOWN = 13;

export default function Cohorts() {
  const state = useView();
  return (
    <PageFrame place={["Journeys", "Cohorts"]} controls={<><SourceOf state={state} /><WonByOf state={state} /><WindowOf state={state} /><CohortOf state={state} /></>}>
      {state.lastDay === null ? <NoData /> : <Content state={state} />}
    </PageFrame>
  );
}

function Content({ state }: { state: ViewState }) {
  const { organization } = useSession();
  const cohorts = useQuery(cohortsQuery(acquisitionOf(state.view)));
  const table = cohorts.data ? cohortTable(cohorts.data, MONTHS_SHOWN) : null;
  const currency = organization.currency;
  const stale = cohorts.isPlaceholderData;
  const through = cohorts.data?.through;
  const first = cohorts.data?.by === "campaign" ? "Campaign" : "Channel";
  const context = table
    ? <>{customers(table.total.customers)} customers have brought {money(table.total.revenue, currency)}{through ? `, as known until ${instantText(through, organization.zone)}` : ""}. <Link to="/journeys/retention" search={true}>Do they come back?</Link></>
    : "What customers have been worth since their first order.";
  return (
    <>
      <PageHead title={table ? cohortsTitle(table, currency) : "Cohorts"} context={context} />
      <Waiting query={cohorts} label="Loading cohorts" rows={9} height={380}>
        {(answer) => (table && table.total.customers > 0 ? (
          <>
            <LtvPanel title={`Lifetime value by ${first.toLowerCase()}`} first={first} rows={table.sources} table={table} currency={currency} hasColours stale={stale} footer={answer.notes.join(" ")} />
            <Columns>
              <PaybackPanel table={table} first={first} currency={currency} stale={stale} />
              <Panel title="Read this before you act" sub="From the table above" stale={stale}>
                <Sentences items={cohortSentences(table, currency)} />
              </Panel>
            </Columns>
            <LtvPanel title={`Lifetime value by ${answer.grain} of the first order`} first="First order" rows={table.cohorts} table={table} currency={currency} hasColours={false} stale={stale} />
          </>
        ) : (
          <Panel><Empty title="No customers yet" why="A customer appears here with the first order that names one." /></Panel>
        ))}
      </Waiting>
    </>
  );
}
