/** How one cell was made, and where to go from it. */
import { dayCount, rangeText } from "../../lib/dates";
import { DATE, place, type Question, splitValue } from "../../lib/explore";
import { isModel, modelLabel, modelRule } from "../../lib/models";
import { Button } from "../../ui/Button";
import { Card } from "../../ui/Card";
import type { ViewState } from "../view/useView";
import type { Fields } from "./fields";
import { alone, changeOf } from "./figures";
import { partLabel } from "./labels";
import { ALL_COLUMNS, type Figure, only, type Part, type Pivot, type PivotColumn, type PivotRow, type ValueHead } from "./pivot";

interface CellCardProps {
  row: PivotRow;
  column: PivotColumn;
  value: ValueHead;
  figure: Figure;
  table: Pivot;
  question: Question;
  fields: Fields;
  view: ViewState;
  onChange: (question: Question) => void;
}

export function CellCard({ row, column, value, figure, table, question, fields, view, onChange }: CellCardProps) {
  const { key, model: own } = splitValue(value.id);
  const metric = fields.metric(key);
  const model = own ?? (metric?.takes_model ? view.view.model : null);
  const parts = [...row.parts, ...column.parts];
  const about = parts.length === 0 ? "Total" : parts.map((part) => partLabel(part, question.grain)).join(" · ");
  const whole = table.total.figures.get(ALL_COLUMNS)?.[table.values.indexOf(value)];
  const before = view.before;
  const others = [...(metric?.dimensions ?? [])].filter((field) => !question.rows.includes(field) && !question.columns.includes(field));
  const steps = [
    ...(before ? [{ text: rangeText(before), value: alone(figure.before ?? null, value.unit) }, { text: "Change", value: changeOf(figure.now, figure.before, value.unit, metric?.good).text }] : []),
    { text: rangeText(view.range), value: alone(figure.now, value.unit) },
  ];
  return (
    <Card
      title={`${metric?.label ?? value.label} · ${about}`}
      figure={alone(figure.now, value.unit)}
      steps={steps}
      note={metric?.description}
      facts={[
        ...(model && isModel(model) ? [{ name: "Model", value: `${modelLabel(model)}: ${modelRule(model)}` }] : []),
        { name: "Days", value: `${dayCount(view.range)}, the last is ${rangeText({ from: view.range.to, to: view.range.to })}` },
        ...(parts.length > 0 && whole ? [{ name: "Of all rows", value: alone(whole.now, value.unit) }] : []),
        ...(question.conditions.length > 0 ? [{ name: "Only where", value: question.conditions.map((condition) => `${fields.label(condition.field)} ${condition.operator.replaceAll("_", " ")} ${condition.values.join(", ")}`).join("; ") }] : []),
      ]}
      footer={others.slice(0, 3).map((field) => (
        <Button key={field} size="small" slot="close" onPress={() => onChange(broken(question, parts, field))}>{`By ${fields.label(field).toLowerCase()}`}</Button>
      ))}
    />
  );
}

/** The same value of this cell alone, broken down by another field. */
export function broken(question: Question, parts: readonly Part[], field: string): Question {
  const narrowed = parts.filter((part) => part.field !== DATE).reduce(only, question);
  return place({ ...narrowed, rows: narrowed.rows.filter((other) => !parts.some((part) => part.field === other)), columns: [] }, "rows", field, 0);
}
