import { expect, test } from "vitest";

import { layOutSankey, type SankeyBranch } from "./sankeyLayout";

const ROOM = { left: 0, right: 500, top: 10, marks: 200, nodeWidth: 10, gap: 20 };
const BRANCHES: SankeyBranch[] = [
  { steps: ["Ads"], end: "complete", converted: 10, lost: 30 },
  { steps: ["Ads", "Search"], end: "complete", converted: 20, lost: 0 },
  { steps: ["Search", "Ads"], end: "further", converted: 5, lost: 5 },
  { steps: ["Search"], end: "other", converted: 1, lost: 2 },
];
const values = (folded: string[], showsLost: boolean) =>
  Object.fromEntries(layOutSankey(BRANCHES, new Set(folded), showsLost, ROOM).nodes.map((node) => [node.id, node.value]));

test("every path is in the first column once, and what leaves a step is what comes to it", () => {
  const layout = layOutSankey(BRANCHES, new Set(), true, ROOM);
  const first = layout.nodes.filter((node) => node.column === 0).reduce((total, node) => total + node.value, 0);
  expect(first).toBe(73);
  for (const node of layout.nodes.filter((candidate) => candidate.kind === "step")) {
    expect(layout.links.filter((link) => link.from === node).reduce((total, link) => total + link.value, 0)).toBe(node.value);
  }
  for (const node of layout.nodes.filter((candidate) => candidate.column > 0)) {
    expect(layout.links.filter((link) => link.to === node).reduce((total, link) => total + link.value, 0)).toBe(node.value);
  }
});

test("paths without order are left out where they are not asked for", () => {
  expect(values([], false)).toEqual({ "0:Ads": 30, "1:Search": 20, "2|converted": 20, "1|converted": 10, "0:Search": 6, "1:Ads": 5, "2|further": 5, "1|other": 1 });
});

test("a folded step keeps its paths and shows nothing after it", () => {
  const folded = values(["0:Ads"], true);
  expect(folded["0:Ads"]).toBe(60);
  expect(folded["1:Search"]).toBeUndefined();
  expect(folded["1|converted"]).toBeUndefined();
  expect(folded["1:Ads"]).toBe(10);
});

test("nodes of a column do not overlap and stand within the room", () => {
  const { nodes, height } = layOutSankey(BRANCHES, new Set(), true, ROOM);
  for (const column of [0, 1, 2]) {
    const stack = nodes.filter((node) => node.column === column).sort((a, b) => a.y - b.y);
    stack.slice(1).forEach((node, index) => expect(node.y).toBeGreaterThanOrEqual((stack[index]?.y ?? 0) + (stack[index]?.height ?? 0) + ROOM.gap - 1e-9));
    expect(Math.max(...stack.map((node) => node.y + node.height))).toBeLessThanOrEqual(height);
  }
});

test("nothing to draw is an empty layout", () => {
  expect(layOutSankey([], new Set(), true, ROOM)).toEqual({ nodes: [], links: [], columns: 0, height: ROOM.top });
});
