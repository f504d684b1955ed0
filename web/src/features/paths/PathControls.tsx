/** What a step is, and whether repeats count: both are part of the link. */
import { Choice } from "../../ui/Choice";
import { JourneyOf, RangeOf, WindowOf } from "../view/controls";
import type { ViewState } from "../view/useView";

export function PathControls({ state }: { state: ViewState }) {
  const { view, change } = state;
  return (
    <>
      <RangeOf state={state} />
      <WindowOf state={state} />
      <JourneyOf state={state} />
      <Choice
        label="A step is"
        lead="Step"
        value={view.step}
        options={[
          { key: "channel", label: "channel" },
          { key: "campaign", label: "campaign" },
          { key: "source", label: "source" },
          { key: "interaction", label: "channel and interaction", hint: "Clicks and views apart" },
        ]}
        onChange={(step) => change({ step })}
      />
      <Choice
        label="Equal steps in a row"
        lead="Repeats"
        value={view.repeats}
        options={[
          { key: "one", label: "count once", hint: "Equal steps in a row are one step" },
          { key: "all", label: "count each", hint: "Every touch is a step" },
        ]}
        onChange={(repeats) => change({ repeats })}
      />
    </>
  );
}
