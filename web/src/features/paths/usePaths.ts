/** The three questions of the page, asked at once. */
import { useQuery } from "@tanstack/react-query";

import { assistsQuery, overlapQuery, type PathParameters, pathsQuery } from "../../api/queries";
import type { ViewState } from "../view/useView";

export function usePaths({ view, range, lastDay }: ViewState) {
  const parameters: PathParameters = { from: range.from, to: range.to, window: `${view.window}d`, journey: view.journey, step: view.step };
  const enabled = lastDay !== null;
  return {
    paths: useQuery({ ...pathsQuery(parameters, view.repeats === "one"), enabled }),
    assists: useQuery({ ...assistsQuery(parameters), enabled }),
    overlap: useQuery({ ...overlapQuery(parameters), enabled }),
  };
}
