import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useMemo } from "react";

import { customerJourneyQuery } from "../api/queries";
import type { CustomerJourney } from "../api/types";
import { IdentityPanel } from "../features/journey/IdentityPanel";
import { ModelsTable } from "../features/journey/ModelsTable";
import { customerName } from "../features/journey/names";
import { RiverPanel } from "../features/journey/RiverPanel";
import { chosenSale, timeline } from "../features/journey/timeline";
import { TimelinePanel } from "../features/journey/TimelinePanel";
import { openPalette } from "../features/shell/overlay";
import { WhyPanel } from "../features/journey/WhyPanel";
import { PageFrame } from "../features/shell/PageFrame";
import { HalfLifeOf, JourneyOf, WindowOf } from "../features/view/controls";
import { durationsOf, useView, type ViewState } from "../features/view/useView";
import { Waiting } from "../features/view/Waiting";
import { channelLabel } from "../lib/channels";
import { instantText } from "../lib/dates";
import { parseDecimal } from "../lib/decimal";
import { money, plural } from "../lib/format";
import { Button } from "../ui/Button";
import { Columns, PageHead, Panel, Stack } from "../ui/Panel";
import { Empty } from "../ui/State";

export default function Timeline() {
  const { customerId } = useParams({ from: "/app/journeys/timeline/$customerId" });
  const state = useView();
  const journey = useQuery(customerJourneyQuery(customerId, durationsOf(state.view)));
  return (
    <PageFrame
      place={["Journeys", "Timeline"]}
      controls={
        <>
          <Button size="small" icon="search" onPress={openPalette}>{journey.data ? customerName(journey.data.customer) : "Another customer"}</Button>
          <WindowOf state={state} />
          <JourneyOf state={state} />
          {state.view.model === "time_decay" ? <HalfLifeOf state={state} /> : null}
        </>
      }
    >
      <Waiting query={journey} label="Loading the journey" rows={8} height={420}>
        {(answer) => <Loaded answer={answer} state={state} stale={journey.isPlaceholderData} />}
      </Waiting>
    </PageFrame>
  );
}

function Loaded({ answer, state, stale }: { answer: CustomerJourney; state: ViewState; stale: boolean }) {
  const { view, change } = state;
  const journey = useMemo(() => timeline(answer), [answer]);
  const sale = chosenSale(journey.sales, view.order);
  const shared = { view, zone: answer.zone, currency: answer.currency, dataVersion: answer.data_version, stale, onChange: change };
  return (
    <>
      <PageHead
        title={`Customer ${customerName(answer.customer)}`}
        context={brief(answer, answer.zone)}
        actions={<Link to="/journeys/timeline" search={true}>All customers</Link>}
      />
      {sale ? <RiverPanel sale={sale} {...shared} /> : (
        <Panel><Empty drawing="streams" title="No order yet" why="There is nothing to give credit for. The touches so far are below." /></Panel>
      )}
      <Columns kind="1-1">
        <TimelinePanel journey={journey} sale={sale} {...shared} />
        {sale && sale.touches.length > 0 ? (
          <Stack>
            <Panel title="The same touches under six models" sub={`In ${answer.currency}. Each column adds up to the order${sale.refunded > 0n ? ", less its refund" : ""}.`} stale={stale} flush>
              <ModelsTable sale={sale} view={view} currency={answer.currency} dataVersion={answer.data_version} />
            </Panel>
            <WhyPanel sale={sale} view={view} currency={answer.currency} stale={stale} />
            <IdentityPanel identity={answer.identity} zone={answer.zone} stale={stale} />
          </Stack>
        ) : (
          <IdentityPanel identity={answer.identity} zone={answer.zone} stale={stale} />
        )}
      </Columns>
      {answer.is_truncated ? <p className="muted small">Only the first 10,000 events are shown: this is more likely a robot or a shared device than a customer.</p> : null}
    </>
  );
}

function brief({ customer, timeline: events, currency }: CustomerJourney, zone: string): string {
  const country = [...events].reverse().find((event) => event.country !== null)?.country;
  const other = customer.conversions > 0 ? `, ${plural(customer.conversions, "other conversion")}` : "";
  const parts = [
    `First seen ${instantText(customer.journey_start_date, zone, true)}${customer.first_touch_source ? ` by ${channelLabel(customer.first_touch_source)}` : ""}`,
    plural(customer.total_touchpoints, "touch", "touches"),
    customer.orders > 0 ? `${plural(customer.orders, "order")}${other}, ${money(parseDecimal(customer.lifetime_value), currency, "minor")} net` : `no order yet${other}`,
    customer.acquisition_cost === null ? null : `cost to acquire ${money(parseDecimal(customer.acquisition_cost), currency, "minor")}`,
    country,
    `stage: ${customer.current_stage}`,
  ];
  return parts.filter((part) => part !== null && part !== undefined && part !== "").join(" · ");
}
