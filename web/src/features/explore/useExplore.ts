/** The question in the URL, its answers, and the one way to change it, which can be undone. */
import { useQueries, useSuspenseQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { catalogueQuery, reportQuery } from "../../api/queries";
import type { ReportQuery } from "../../api/types";
import { type Question, readQuestion, writeQuestion } from "../../lib/explore";
import { readSearch } from "../../lib/search";
import type { ViewState } from "../view/useView";
import { fieldsOf, type Fields } from "./fields";
import { type Answers, ask, levelsOf, type Pivot, pivot } from "./pivot";
import { type History, useHistory } from "./useHistory";

export interface ExploreState {
  question: Question;
  fields: Fields;
  change: (question: Question) => void;
  history: History;
}

export function useExplore(state: ViewState): ExploreState {
  const search = readSearch(useSearch({ strict: false }));
  const { data: catalogue } = useSuspenseQuery(catalogueQuery);
  const question = readQuestion(search);
  const show = (next: Question) => state.change(writeQuestion(next));
  const history = useHistory(question, show);
  return {
    question,
    fields: fieldsOf(catalogue, question),
    change: (next) => {
      history.note(question);
      show(next);
    },
    history,
  };
}

/** An answer with the question and the days that it is of: the page may be asking the next one already. */
export interface Shown {
  stamp: string;
  table: Pivot;
  question: Question;
  view: ViewState;
}

export interface ExploreAnswer {
  shown: Shown | null;
  /** The old answer is shown until the new one is there. */
  isStale: boolean;
  error: Error | null;
  retry: () => void;
}

export function useAnswers(view: ViewState, { question, fields }: ExploreState): ExploreAnswer {
  const [shown, setShown] = useState<Shown | null>(null);
  const levels = question.values.length === 0 ? [] : levelsOf(question);
  const asks = levels.flatMap((level): (ReportQuery | null)[] => [
    ask(question, level.fields, view.range, fields.takesModel, view.view.model),
    view.before ? ask(question, level.fields, view.before, fields.takesModel, view.view.model) : null,
  ]);
  const results = useQueries({ queries: asks.map((query) => ({ ...reportQuery(query), retry: false })) });
  const own = (at: number) => (results[at]?.isPlaceholderData ? undefined : results[at]?.data);
  const answers = levels.flatMap((level, at): Answers[] => {
    const [now, before] = [own(2 * at), view.before ? own(2 * at + 1) : null];
    return now && before !== undefined ? [{ level, now, before }] : [];
  });
  const isComplete = levels.length > 0 && answers.length === levels.length;
  const stamp = `${JSON.stringify(asks)} ${results.map((result) => result.dataUpdatedAt).join(" ")}`;
  if (isComplete && shown?.stamp !== stamp) {
    const table = pivot(question, answers, view.range.from, view.before?.from ?? "");
    if (table) setShown({ stamp, table, question, view });
  }
  return {
    shown: levels.length === 0 ? null : shown,
    isStale: !isComplete,
    error: results.find((result) => result.isError)?.error ?? null,
    retry: () => results.forEach((result) => void result.refetch()),
  };
}
