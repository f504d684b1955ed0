import { useQuery } from "@tanstack/react-query";

import { pipelineQuery } from "../api/queries";
import type { Pipeline as Answer } from "../api/types";
import { ChartPanel } from "../charts/ChartPanel";
import { pipelineSentences, pipelineTitle } from "../features/pipeline/figures";
import { Outcomes } from "../features/pipeline/Outcomes";
import { StageBars } from "../features/pipeline/StageBars";
import { GroupTable, StageTable, StuckTable } from "../features/pipeline/tables";
import { PageFrame } from "../features/shell/PageFrame";
import { RangeOf } from "../features/view/controls";
import { NoData } from "../features/view/NoData";
import { SplitOf, splitLabel } from "../features/view/SplitOf";
import { useView, type ViewState } from "../features/view/useView";
import { Waiting } from "../features/view/Waiting";
import { instantText, rangeText } from "../lib/dates";
import { plural } from "../lib/format";
import { Columns, PageHead, Panel } from "../ui/Panel";
import { Segmented } from "../ui/Segmented";
import { Sentences } from "../ui/Sentences";
import { Empty } from "../ui/State";

export default function Pipeline() {
  const state = useView();
  return (
    <PageFrame place={["Journeys", "Pipeline"]} controls={<><RangeOf state={state} /><SplitOf state={state} lead="First touch by" /></>}>
      {state.lastDay === null ? <NoData /> : <Content state={state} />}
    </PageFrame>
  );
}

function Content({ state }: { state: ViewState }) {
  const { view, range } = state;
  const answer = useQuery(pipelineQuery({ from: range.from, to: range.to, cohort: view.leads, by: view.split }));
  return (
    <>
      <PageHead title={answer.data ? pipelineTitle(answer.data) : "Pipeline"} context={answer.data ? context(answer.data) : "How leads pass the stages of your sales pipeline."} />
      <Waiting query={answer} label="Loading the pipeline" rows={8} height={320}>
        {(pipeline) => (pipeline.stages.length === 0 ? (
          <Panel><Empty title="No stages yet" why="Leads appear here with the first rows of stages from your CRM: import a file, or send events, of the kind “stage”." /></Panel>
        ) : (
          <Stages pipeline={pipeline} state={state} stale={answer.isPlaceholderData} />
        ))}
      </Waiting>
    </>
  );
}

function context(pipeline: Answer): string {
  const until = pipeline.as_of === null ? "" : `, followed up to ${instantText(pipeline.as_of, pipeline.zone, true)}`;
  const who = pipeline.cohort === "lead" ? "Leads that began" : "Leads that entered each stage";
  return `${who} on ${rangeText({ from: pipeline.from, to: pipeline.to })}${until}. The first order of a lead wins it.`;
}

function Stages({ pipeline, state, stale }: { pipeline: Answer; state: ViewState; stale: boolean }) {
  const { view, change } = state;
  const order = pipeline.is_order_inferred ? "in the order in which most leads pass them" : "in the order asked for";
  const header = splitLabel(view.split);
  const stuck = pipeline.stages.reduce((sum, stage) => sum + (stage.stuck ?? 0), 0);
  const sentences = pipelineSentences(pipeline, view.split);
  return (
    <>
      <Outcomes pipeline={pipeline} />
      <Columns>
        <ChartPanel
          title="Leads by stage"
          sub={`Stages ${order}. A stage counts once, when it is first entered.`}
          stale={stale}
          actions={
            <Segmented
              label="Leads that are followed"
              value={view.leads}
              options={[{ key: "lead", label: "Began in the period" }, { key: "stage", label: "Entered a stage in it" }]}
              onChange={(leads) => change({ leads })}
            />
          }
          chart={<StageBars stages={pipeline.stages} />}
          table={<StageTable pipeline={pipeline} caption="Leads by stage" />}
        />
        <Panel title="What stands out" sub="From the figures on this page" stale={stale}>
          {sentences.length > 0 ? <Sentences items={sentences} /> : <Empty title="Too few leads to say" why="Choose a longer period." />}
        </Panel>
      </Columns>
      <Panel title="Time in each stage" sub="From entering a stage to entering the next, of leads that went on" stale={stale} flush>
        <StageTable pipeline={pipeline} caption="Time in each stage" />
      </Panel>
      <Panel
        title={`Leads by ${header.toLowerCase()}`}
        sub={`${header} of the first touch up to the lead’s first stage. All rows add up to all leads.`}
        stale={stale}
        flush
        {...(pipeline.are_groups_truncated ? { footer: <span>Only the first 200 are shown; the total is over all.</span> } : {})}
      >
        <GroupTable pipeline={pipeline} split={view.split} header={header} />
      </Panel>
      <Panel
        title="Stuck leads"
        sub="Open for longer than nine in ten of the leads that went on"
        stale={stale}
        flush
        {...(stuck > pipeline.stuck.length ? { footer: <span>{`${plural(stuck, "lead")} in all; the oldest of each stage are shown.`}</span> } : {})}
      >
        {pipeline.stuck.length > 0 ? <StuckTable pipeline={pipeline} split={view.split} /> : <Empty title="Nobody is stuck" why="Every open lead is within the time that nine in ten take." />}
      </Panel>
    </>
  );
}
