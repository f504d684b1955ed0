/** Where the nodes and ribbons of a path diagram stand: one column a position, every path at every step that it has, and where it ends. */

/** Paths with one beginning; values are counts. */
export interface SankeyBranch {
  steps: readonly string[];
  /** `complete`: they end here; `further`: more steps follow; `other`: rare ones follow, folded. */
  end: "complete" | "further" | "other";
  converted: number;
  lost: number;
}

export type NodeKind = "step" | "other" | "further" | "converted" | "lost";

export interface SankeyNode {
  id: string;
  kind: NodeKind;
  /** From 0. */
  column: number;
  name: string;
  value: number;
  converted: number;
  lost: number;
  isFolded: boolean;
  x: number;
  y: number;
  height: number;
}

export interface SankeyLink {
  id: string;
  from: SankeyNode;
  to: SankeyNode;
  value: number;
  path: string;
}

export interface SankeyLayout {
  nodes: SankeyNode[];
  links: SankeyLink[];
  columns: number;
  height: number;
}

interface Room {
  left: number;
  right: number;
  top: number;
  /** Height of the largest column's marks, gaps not counted. */
  marks: number;
  nodeWidth: number;
  /** Room between two nodes for their names. */
  gap: number;
}

/** The id of a step: the same before and after a fold. */
export function stepId(column: number, name: string): string {
  return `${column}:${name}`;
}

/** Lays out the branches that are left after folding; folded steps keep their paths and show nothing after them. */
export function layOutSankey(branches: readonly SankeyBranch[], folded: ReadonlySet<string>, showsLost: boolean, room: Room): SankeyLayout {
  const nodes = new Map<string, SankeyNode>();
  const values = new Map<string, { from: SankeyNode; to: SankeyNode; value: number }>();
  const node = (column: number, kind: NodeKind, name: string, converted: number, lost: number): SankeyNode => {
    const id = kind === "step" ? stepId(column, name) : `${column}|${kind}`;
    const known = nodes.get(id) ?? { id, kind, column, name, value: 0, converted: 0, lost: 0, isFolded: kind === "step" && folded.has(id), x: 0, y: 0, height: 0 };
    known.converted += converted;
    known.lost += lost;
    known.value += converted + lost;
    nodes.set(id, known);
    return known;
  };
  const link = (from: SankeyNode, to: SankeyNode, value: number) => {
    if (value === 0) return;
    const id = `${from.id}→${to.id}`;
    const known = values.get(id) ?? { from, to, value: 0 };
    known.value += value;
    values.set(id, known);
  };
  for (const branch of branches) {
    const lost = showsLost ? branch.lost : 0;
    const { converted } = branch;
    if (converted + lost === 0) continue;
    let last: SankeyNode | null = null;
    let cut = false;
    for (const [column, name] of branch.steps.entries()) {
      const next = node(column, "step", name, converted, lost);
      if (last) link(last, next, converted + lost);
      last = next;
      if (next.isFolded) {
        cut = true;
        break;
      }
    }
    if (cut) continue;
    const column = branch.steps.length;
    if (branch.end !== "complete") {
      const next = node(column, branch.end, branch.end === "other" ? "Other steps" : "More steps", converted, lost);
      if (last) link(last, next, converted + lost);
    } else if (last) {
      if (converted > 0) link(last, node(column, "converted", "Ordered", converted, 0), converted);
      if (lost > 0) link(last, node(column, "lost", "No order", 0, lost), lost);
    }
  }
  return place([...nodes.values()], [...values.entries()], room);
}

const ORDER: Record<NodeKind, number> = { step: 0, further: 1, other: 2, lost: 3, converted: 4 };

function place(nodes: SankeyNode[], links: [string, { from: SankeyNode; to: SankeyNode; value: number }][], room: Room): SankeyLayout {
  const columns = Math.max(0, ...nodes.map((node) => node.column + 1));
  const sizes = Array.from({ length: columns }, (_, column) => nodes.filter((node) => node.column === column).reduce((total, node) => total + node.value, 0));
  const scale = room.marks / Math.max(1, ...sizes);
  const pitch = columns > 1 ? (room.right - room.left - room.nodeWidth) / (columns - 1) : 0;
  let height = room.top;
  for (let column = 0; column < columns; column++) {
    const stack = nodes.filter((node) => node.column === column).sort((a, b) => ORDER[a.kind] - ORDER[b.kind] || b.value - a.value || a.name.localeCompare(b.name, "en-GB"));
    let y = room.top;
    for (const node of stack) {
      node.x = room.left + column * pitch;
      node.y = y;
      node.height = Math.max(2, node.value * scale);
      y += node.height + room.gap;
    }
    height = Math.max(height, y);
  }
  const out = new Map<SankeyNode, number>();
  const into = new Map<SankeyNode, number>();
  const ordered = links.map(([id, link]) => ({ id, ...link })).sort((a, b) => a.from.y - b.from.y || a.to.y - b.to.y);
  // Where a ribbon leaves follows where it goes, and where it arrives follows where it came from: fewer crossings.
  const leaves = new Map<string, number>();
  for (const link of ordered) {
    leaves.set(link.id, link.from.y + (out.get(link.from) ?? 0));
    out.set(link.from, (out.get(link.from) ?? 0) + link.value * scale);
  }
  const ribbons = ordered.map((link): SankeyLink => {
    const thick = Math.max(0.75, link.value * scale);
    const [x0, x1] = [link.from.x + room.nodeWidth, link.to.x];
    const y0 = leaves.get(link.id) ?? link.from.y;
    const y1 = link.to.y + (into.get(link.to) ?? 0);
    into.set(link.to, (into.get(link.to) ?? 0) + link.value * scale);
    return { id: link.id, from: link.from, to: link.to, value: link.value, path: ribbon(x0, y0, x1, y1, thick) };
  });
  return { nodes, links: ribbons, columns, height };
}

function ribbon(x0: number, y0: number, x1: number, y1: number, thick: number): string {
  const middle = (x0 + x1) / 2;
  const at = (value: number) => value.toFixed(1);
  return `M${at(x0)} ${at(y0)}C${at(middle)} ${at(y0)} ${at(middle)} ${at(y1)} ${at(x1)} ${at(y1)}V${at(y1 + thick)}C${at(middle)} ${at(y1 + thick)} ${at(middle)} ${at(y0 + thick)} ${at(x0)} ${at(y0 + thick)}Z`;
}
