/** The fields that a question can be made of, and why some do not fit it. */
import type { Catalogue, MetricInfo } from "../../api/types";
import { DATE, type Question, splitValue } from "../../lib/explore";

export interface Field {
  key: string;
  label: string;
  description: string;
  kind: "dimension" | "time" | "value";
  /** A value that is computed from others. */
  isComputed: boolean;
  isUsed: boolean;
  /** Why it does not fit the rest of the question. */
  misfit: string | null;
}

export interface Fields {
  dimensions: readonly Field[];
  values: readonly Field[];
  takesModel: (key: string) => boolean;
  metric: (key: string) => MetricInfo | undefined;
  label: (field: string) => string;
}

export function fieldsOf(catalogue: Catalogue, question: Question): Fields {
  const metrics = new Map(catalogue.metrics.map((metric) => [metric.key, metric]));
  const metric = (value: string) => metrics.get(splitValue(value).key);
  const labels = new Map(catalogue.dimensions.map((dimension) => [dimension.key, dimension.label]));
  const used = [...question.rows, ...question.columns, ...question.conditions.map((condition) => condition.field)].filter((field) => field !== DATE);
  const lower = (text: string | undefined) => (text ?? "").toLowerCase();
  const label = (field: string) => (field === DATE ? "Time" : (labels.get(field) ?? metric(field)?.label ?? field));
  return {
    dimensions: catalogue.dimensions.map((dimension): Field => {
      const without = question.values.find((value) => metric(value)?.dimensions.includes(dimension.key) === false);
      return {
        key: dimension.key, label: dimension.label, description: dimension.description, kind: "dimension", isComputed: false,
        isUsed: question.rows.includes(dimension.key) || question.columns.includes(dimension.key),
        misfit: without === undefined ? null : `${label(without)} is not recorded by ${lower(dimension.label)}`,
      };
    }),
    values: catalogue.metrics.map((info): Field => {
      const missing = used.find((field) => labels.has(field) && !info.dimensions.includes(field));
      return {
        key: info.key, label: info.label, description: info.description, kind: "value", isComputed: info.unit === "ratio" || info.unit === "percent",
        isUsed: question.values.some((value) => splitValue(value).key === info.key),
        misfit: missing === undefined ? null : `${info.label} is not recorded by ${lower(labels.get(missing))}`,
      };
    }),
    takesModel: (key) => metrics.get(key)?.takes_model ?? false,
    metric,
    label,
  };
}

/** Fields whose words hold all words that are searched for. */
export function found(fields: readonly Field[], search: string): Field[] {
  const words = search.toLowerCase().split(/\s+/).filter((word) => word !== "");
  return fields.filter((field) => words.every((word) => `${field.label} ${field.key} ${field.description}`.toLowerCase().includes(word)));
}
