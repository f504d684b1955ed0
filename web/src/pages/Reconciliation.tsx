import { useQuery } from "@tanstack/react-query";

import { completionQuery, reconciliationQuery, stabilityQuery } from "../api/queries";
import { CompletionPanel } from "../features/reconciliation/CompletionPanel";
import { StabilityPanel } from "../features/reconciliation/StabilityPanel";
import { WaterfallPanel } from "../features/reconciliation/WaterfallPanel";
import { platformTitle, readFirst, reasonSentence, reconciliationContext, reconciliationTitle, ruleText } from "../features/reconciliation/words";
import { PageFrame } from "../features/shell/PageFrame";
import { JourneyOf, ModelOf, RangeOf, WindowOf } from "../features/view/controls";
import { NoData } from "../features/view/NoData";
import { durationsOf, useView, type ViewState } from "../features/view/useView";
import { Waiting } from "../features/view/Waiting";
import { channelColour } from "../lib/channels";
import { rangeText } from "../lib/dates";
import { modelLabel } from "../lib/models";
import { Columns, PageHead, Panel } from "../ui/Panel";
import { Sentences } from "../ui/Sentences";
import { Empty } from "../ui/State";

export default function Reconciliation() {
  const state = useView();
  return (
    <PageFrame place={["Journeys", "Reconciliation"]} controls={<><RangeOf state={state} /><ModelOf state={state} /><WindowOf state={state} /><JourneyOf state={state} /></>}>
      {state.lastDay === null ? <NoData /> : <Content state={state} />}
    </PageFrame>
  );
}

function Content({ state: { view, range } }: { state: ViewState }) {
  const asked = { from: range.from, to: range.to, model: view.model, ...durationsOf(view) };
  const { half_life: _halfLife, ...compared } = asked;
  const claims = useQuery(reconciliationQuery(asked));
  const completion = useQuery(completionQuery(asked));
  const stability = useQuery(stabilityQuery({ ...compared, date_basis: view.basis }));
  const stale = claims.isPlaceholderData;
  return (
    <>
      <PageHead title={claims.data ? reconciliationTitle(claims.data) : "Reconciliation"} context={claims.data && claims.data.platforms.length > 0 ? reconciliationContext(claims.data) : "Platforms’ claims, your credit and your orders side by side."} />
      <Waiting query={claims} label="Loading claims" rows={9} height={380}>
        {(answer) => (answer.platforms.length === 0 ? (
          <Panel><Empty title="No claims on these days" why="No source reports conversions of its own. Connect an ad platform, or choose other days." /></Panel>
        ) : (
          <>
            <Columns>
              <WaterfallPanel
                title="From claims to orders"
                sub={`All platforms, ${answer.currency}, ${rangeText(range)}, ${modelLabel(view.model).toLowerCase()} model. Every step adds up.`}
                bars={answer.overall} colour="var(--accent)" currency={answer.currency} stale={stale}
                footer={answer.warnings.join(" · ")}
              />
              <Panel title="Read this before you act" sub="From the panels on this page" stale={stale}>
                <Sentences items={readFirst(answer, completion.data, stability.data)} />
              </Panel>
            </Columns>
            <Columns kind="1-1">
              {answer.platforms.map((platform) => (
                <WaterfallPanel
                  key={platform.platform} title={platformTitle(platform)} sub={ruleText(platform)} bars={platform.bars} colour={channelColour(platform.platform)}
                  currency={answer.currency} stale={stale} footer={reasonSentence(platform, answer.currency)} isOfOne
                />
              ))}
            </Columns>
          </>
        ))}
      </Waiting>
      <Waiting query={completion} label="Loading recent days" rows={5} height={220}>
        {(answer) => <CompletionPanel answer={answer} stale={completion.isPlaceholderData} />}
      </Waiting>
      <Waiting query={stability} label="Loading models and windows" rows={8} height={300}>
        {(answer) => <StabilityPanel answer={answer} stale={stability.isPlaceholderData} />}
      </Waiting>
    </>
  );
}
