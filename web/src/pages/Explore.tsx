import { Suspense, useState } from "react";

import { Conditions } from "../features/explore/Conditions";
import styles from "../features/explore/Explore.module.css";
import { FieldList } from "../features/explore/FieldList";
import { TablePanel, titleOf } from "../features/explore/TablePanel";
import { TrendPanel } from "../features/explore/TrendPanel";
import { useAnswers, useExplore } from "../features/explore/useExplore";
import { Zones } from "../features/explore/Zones";
import { PageFrame } from "../features/shell/PageFrame";
import { ComparisonOf, ModelOf, RangeOf } from "../features/view/controls";
import { NoData } from "../features/view/NoData";
import { useView, type ViewState } from "../features/view/useView";
import { Failure } from "../features/view/Waiting";
import { Button } from "../ui/Button";
import { Choice } from "../ui/Choice";
import { GRAINS, type Grain } from "../lib/explore";
import { PageHead, Panel, Stack } from "../ui/Panel";
import { Empty, Skeleton } from "../ui/State";
import { copyText } from "../ui/toast";
import { Window } from "../ui/Window";

export default function Explore() {
  const state = useView();
  if (state.lastDay === null) return <PageFrame place={["Explore"]}><NoData /></PageFrame>;
  return <Suspense fallback={<PageFrame place={["Explore"]}><Skeleton label="Loading the fields" rows={9} height={380} /></PageFrame>}><Builder view={state} /></Suspense>;
}

function Builder({ view }: { view: ViewState }) {
  const state = useExplore(view);
  const { question, fields, change, history } = state;
  const answer = useAnswers(view, state);
  const [isAdding, setIsAdding] = useState(false);
  const takesModel = question.values.some((value) => fields.takesModel(value));
  const grains = GRAINS.map((key) => ({ key, label: key }));
  return (
    <PageFrame
      place={["Explore"]}
      controls={
        <>
          <RangeOf state={view} />
          <ComparisonOf state={view} />
          <Choice<Grain> label="Steps of time" lead="by" value={question.grain} options={grains} onChange={(grain) => change({ ...question, grain })} />
          {takesModel ? <ModelOf state={view} /> : null}
          <Button kind="quiet" size="small" icon="link" onPress={() => void copyText(location.href, "Copied the link to this view")}>Copy link</Button>
        </>
      }
    >
      <div className={styles.builder}>
        <aside className={styles.side} aria-label="Fields"><FieldList state={state} /></aside>
        <Stack>
          <PageHead
            title={question.values.length === 0 ? "What do you want to know?" : titleOf(question, fields)}
            context="Runs as you change it. The link holds everything."
            actions={
              <>
                <Button kind="quiet" icon="undo" aria-label="Undo" isDisabled={!history.canUndo} onPress={history.undo} />
                <Button kind="quiet" icon="redo" aria-label="Redo" isDisabled={!history.canRedo} onPress={history.redo} />
              </>
            }
          />
          <div className={styles.narrow}><Button icon="plus" onPress={() => setIsAdding(true)}>Add fields</Button></div>
          <section className={styles.zones} aria-label="The question">
            <Zones state={state} view={view.view} />
            <Conditions state={state} view={view} />
          </section>
          {question.values.length === 0 ? (
            <Panel><Empty title="Choose a value" why="Spend, revenue, ROAS: select one on the left, then what to group it by." /></Panel>
          ) : answer.error ? (
            <Panel><Failure error={answer.error} onRetry={answer.retry} /></Panel>
          ) : answer.shown ? (
            <>
              <TrendPanel state={state} shown={answer.shown} />
              <TablePanel shown={answer.shown} fields={fields} isStale={answer.isStale} onChange={change} />
            </>
          ) : (
            <Skeleton label="Asking" rows={9} height={380} />
          )}
        </Stack>
      </div>
      {isAdding ? <Window title="Fields" onClose={() => setIsAdding(false)}><FieldList state={state} /></Window> : null}
    </PageFrame>
  );
}
