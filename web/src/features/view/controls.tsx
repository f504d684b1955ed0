/** The controls that several pages share; each one only edits the URL. */
import { RangeControl } from "../../forms/RangeControl";
import { dayCount } from "../../lib/dates";
import { MODELS } from "../../lib/models";
import { HALF_LIVES } from "../../lib/search";
import { Choice } from "../../ui/Choice";
import { useSession, type ViewState } from "./useView";

export function RangeOf({ state }: { state: ViewState }) {
  const { organization } = useSession();
  return <RangeControl expression={state.view.range} range={state.range} zone={organization.zone} lastDay={state.lastDay} onChange={(range) => state.change({ range })} />;
}

export function ComparisonOf({ state }: { state: ViewState }) {
  const days = dayCount(state.range);
  return (
    <Choice
      label="Comparison"
      lead="vs"
      value={state.view.compare}
      options={[
        { key: "previous", label: `previous ${days} days` },
        { key: "year", label: "same weekdays a year ago", hint: "364 days earlier" },
        { key: "none", label: "nothing" },
      ]}
      onChange={(compare) => state.change({ compare })}
    />
  );
}

export function ModelOf({ state }: { state: ViewState }) {
  return (
    <Choice
      label="Model"
      lead="Model"
      value={state.view.model}
      options={MODELS.map((model) => ({ key: model.key, label: model.label, hint: model.rule }))}
      onChange={(model) => state.change({ model })}
    />
  );
}

export function WindowOf({ state }: { state: ViewState }) {
  const days = [...new Set([7, 14, 28, 30, 60, 90, state.view.window])].sort((a, b) => a - b);
  return (
    <Choice
      label="Window"
      lead="Window"
      value={String(state.view.window)}
      options={days.map((day) => ({ key: String(day), label: day === 1 ? "1 day" : `${day} days` }))}
      onChange={(window) => state.change({ window: Number(window) })}
    />
  );
}

export function WonByOf({ state }: { state: ViewState }) {
  return (
    <Choice
      label="Which touch won a customer"
      lead="Won by"
      value={state.view.won}
      options={MODELS.map((model) => ({ key: model.key, label: model.label.toLowerCase(), hint: model.rule }))}
      onChange={(won) => state.change({ won })}
    />
  );
}

export function CohortOf({ state }: { state: ViewState }) {
  return (
    <Choice
      label="Cohort of first orders"
      lead="First order by"
      value={state.view.cohort}
      options={[{ key: "week", label: "week" }, { key: "month", label: "month" }, { key: "quarter", label: "quarter" }]}
      onChange={(cohort) => state.change({ cohort })}
    />
  );
}

export function SourceOf({ state }: { state: ViewState }) {
  return (
    <Choice
      label="Source of customers"
      lead="Source"
      value={state.view.by}
      options={[{ key: "channel", label: "channel" }, { key: "campaign", label: "campaign" }]}
      onChange={(by) => state.change({ by })}
    />
  );
}

export function QuietOf({ state }: { state: ViewState }) {
  const days = [...new Set([30, 60, 90, 180, 365, state.view.quiet])].sort((a, b) => a - b);
  return (
    <Choice
      label="Churned after"
      lead="Churned after"
      value={String(state.view.quiet)}
      options={days.map((day) => ({ key: String(day), label: `${day} quiet days` }))}
      onChange={(quiet) => state.change({ quiet: Number(quiet) })}
    />
  );
}

export function JourneyOf({ state }: { state: ViewState }) {
  return (
    <Choice
      label="Journey after an order"
      lead="Journey"
      value={state.view.journey}
      options={[
        { key: "rolling", label: "goes on after an order", hint: "Every order looks back over its whole window" },
        { key: "closed", label: "starts again after an order", hint: "Only touches after the last order count" },
      ]}
      onChange={(journey) => state.change({ journey })}
    />
  );
}

export function HalfLifeOf({ state }: { state: ViewState }) {
  const days = [...new Set([...HALF_LIVES, state.view.half])].sort((a, b) => a - b);
  return (
    <Choice
      label="Half-life of time decay"
      lead="Half-life"
      value={String(state.view.half)}
      options={days.map((day) => ({ key: String(day), label: day === 1 ? "1 day" : `${day} days` }))}
      onChange={(half) => state.change({ half: Number(half) })}
    />
  );
}
