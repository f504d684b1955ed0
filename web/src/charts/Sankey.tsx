/** Paths from step to step. A click, or Enter, on a step folds what follows it. */
import { useWidth } from "../ui/useWidth";
import styles from "./charts.module.css";
import { UNATTRIBUTED_FILL } from "./Patterns";
import { layOutSankey, type SankeyBranch, type SankeyNode } from "./sankeyLayout";

interface SankeyProps {
  branches: readonly SankeyBranch[];
  folded: ReadonlySet<string>;
  onFold: (id: string) => void;
  /** Whether paths without order are drawn, too. */
  showsLost: boolean;
  colourOf: (step: string) => string;
  nameOf: (step: string) => string;
  countText: (value: number) => string;
  /** One sentence with the main finding. */
  label: string;
}

const NODE = 12;
/** Below it a step is too small to be pressed. */
const PRESSABLE = 24;
const READABLE = 13;
/** A column narrower than this has no room for its names: the diagram scrolls within its panel. */
const COLUMN_MIN = 128;

export function Sankey({ branches, folded, onFold, showsLost, colourOf, nameOf, countText, label }: SankeyProps) {
  const [ref, width] = useWidth<HTMLDivElement>(1100);
  const columns = Math.max(1, ...branches.map((branch) => branch.steps.length + 1));
  const drawn = Math.max(width, columns * COLUMN_MIN);
  const layout = layOutSankey(branches, folded, showsLost, { left: 0, right: drawn - 96, top: 26, marks: 330, nodeWidth: NODE, gap: 12 });
  return (
    <div ref={ref} className={styles.scrolls} tabIndex={drawn > width ? 0 : undefined} role="group" aria-label={label}>
      <svg width={drawn} height={layout.height} viewBox={`0 0 ${drawn} ${layout.height}`} className={styles.fixed}>
        {Array.from({ length: layout.columns }, (_, column) => (
          <text key={column} x={layout.nodes.find((node) => node.column === column)?.x ?? 0} y="12">{column === 0 ? "First step" : `Step ${column + 1}`}</text>
        ))}
        {layout.links.map((link) => (
          <path key={link.id} d={link.path} fill={fill(link.to.kind === "step" ? link.from : link.to, colourOf)} className={styles.flowLink}>
            <title>{`${nameOf(link.from.name)} → ${nameOf(link.to.name)}: ${countText(link.value)}`}</title>
          </path>
        ))}
        {layout.nodes.map((node) => <Node key={node.id} node={node} {...{ onFold, colourOf, nameOf, countText }} />)}
      </svg>
    </div>
  );
}

function Node({ node, onFold, colourOf, nameOf, countText }: { node: SankeyNode } & Pick<SankeyProps, "onFold" | "colourOf" | "nameOf" | "countText">) {
  const name = nameOf(node.name);
  const body = (
    <>
      <rect x={node.x} y={node.y} width={NODE} height={node.height} rx="2" fill={fill(node, colourOf)} stroke={node.isFolded ? "var(--text-primary)" : "none"} strokeDasharray="3 2" />
      {node.height >= READABLE || node.kind !== "step" ? (
        <text x={node.x + NODE + 5} y={node.y + Math.min(node.height / 2, 60) + 4} className={styles.name}>
          {name.length > 14 ? `${name.slice(0, 13)}…` : name}
          <tspan className={styles.small}> {countText(node.value)}{node.isFolded ? " +" : ""}</tspan>
        </text>
      ) : null}
      <title>{`${name}: ${countText(node.value)}`}</title>
    </>
  );
  if (node.kind !== "step" || node.height < PRESSABLE) return <g>{body}</g>;
  const words = `${name}, step ${node.column + 1}, ${countText(node.value)}: ${node.isFolded ? "show" : "fold"} what follows`;
  return (
    <g
      role="button"
      tabIndex={0}
      aria-pressed={node.isFolded}
      aria-label={words}
      className={styles.foldable}
      data-step={node.id}
      onClick={() => onFold(node.id)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        onFold(node.id);
      }}
    >
      {body}
    </g>
  );
}

function fill(node: SankeyNode, colourOf: (step: string) => string): string {
  switch (node.kind) {
    case "step": return colourOf(node.name);
    case "converted": return "var(--accent)";
    case "lost": return UNATTRIBUTED_FILL;
    case "other":
    case "further": return "var(--chart-none)";
  }
}
