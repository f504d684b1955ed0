/** A question that somebody builds: what stands in the rows, the columns and the cells, and what is left out. Pure; the URL holds it as text. */

export const OPERATORS = ["is", "is_not", "contains", "not_contains", "is_null", "is_not_null"] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Condition {
  field: string;
  operator: Operator;
  values: readonly string[];
}

export type Zone = "rows" | "columns" | "values";
export const CHARTS = ["lines", "bars", "none"] as const;
export type ChartKind = (typeof CHARTS)[number];
export const GRAINS = ["hour", "day", "week", "month", "quarter"] as const;
export type Grain = (typeof GRAINS)[number];

/** The field that stands for time. */
export const DATE = "date";

export interface Question {
  /** Dimensions, or [`DATE`], the first is the outermost. */
  rows: readonly string[];
  /** Dimensions that spread over columns. */
  columns: readonly string[];
  /** Metric keys, each optionally with a model: `attributed_revenue{linear}`. */
  values: readonly string[];
  conditions: readonly Condition[];
  /** Length of the steps of time, in the chart and where the date is a field of its own. */
  grain: Grain;
  chart: ChartKind;
}

/** What the rail's link opens: paid channels, what they cost and what they earned. */
export const FIRST_QUESTION: Question = {
  rows: ["channel"], columns: [], values: ["spend", "attributed_revenue", "roas"], conditions: [], grain: "day", chart: "lines",
};

export const ROWS_MAX = 4;
export const COLUMNS_MAX = 1;
export const VALUES_MAX = 12;

/** Puts a field into a zone at a place; in another zone it is taken out. A zone that is full gives up its last field. */
export function place(question: Question, zone: Zone, field: string, at: number = Number.MAX_SAFE_INTEGER): Question {
  const without = take(question, field);
  const list = [...without[zone]];
  list.splice(Math.min(at, list.length), 0, field);
  const max = { rows: ROWS_MAX, columns: COLUMNS_MAX, values: VALUES_MAX }[zone];
  const surplus = list.length > max ? list.findLastIndex((other) => other !== field) : -1;
  const kept = list.filter((_, index) => index !== surplus);
  return { ...without, [zone]: kept };
}

/** Takes a field out of whatever zone it is in. */
export function take(question: Question, field: string): Question {
  const without = (list: readonly string[]) => list.filter((other) => other !== field);
  return { ...question, rows: without(question.rows), columns: without(question.columns), values: without(question.values) };
}

/** Moves a field within its zone. */
export function shift(question: Question, zone: Zone, field: string, by: -1 | 1): Question {
  const at = question[zone].indexOf(field);
  const to = at + by;
  if (at < 0 || to < 0 || to >= question[zone].length) return question;
  const list = question[zone].filter((other) => other !== field);
  list.splice(to, 0, field);
  return { ...question, [zone]: list };
}

export function replaceValue(question: Question, old: string, value: string): Question {
  if (old !== value && question.values.includes(value)) return question;
  return { ...question, values: question.values.map((other) => (other === old ? value : other)) };
}

/** Adds a condition, or puts it in the place of the one with the same field and operator. */
export function restrict(question: Question, condition: Condition): Question {
  const isSame = (other: Condition) => other.field === condition.field && other.operator === condition.operator;
  const others = question.conditions.filter((other) => !isSame(other));
  const at = question.conditions.findIndex(isSame);
  return { ...question, conditions: at < 0 ? [...others, condition] : question.conditions.map((other) => (isSame(other) ? condition : other)) };
}

export function release(question: Question, at: number): Question {
  return { ...question, conditions: question.conditions.filter((_, index) => index !== at) };
}

const NEGATED: Record<Operator, Operator> = { is: "is_not", is_not: "is", contains: "not_contains", not_contains: "contains", is_null: "is_not_null", is_not_null: "is_null" };

export function negate(condition: Condition): Condition {
  return { ...condition, operator: NEGATED[condition.operator] };
}

/** `roas{linear}` is the metric `roas` under the model `linear`. */
export function splitValue(value: string): { key: string; model: string | null } {
  const match = /^([^{]+)\{(.+)\}$/.exec(value);
  return match ? { key: match[1]?.trim() ?? value, model: match[2]?.trim() ?? null } : { key: value, model: null };
}

/** Conditions as a link holds them: `channel is Meta%20Ads|TikTok%20Ads;country is_null`. */
export function writeConditions(conditions: readonly Condition[]): string {
  return conditions.map((condition) => [condition.field, condition.operator, condition.values.map(encodeURIComponent).join("|")].filter((part) => part !== "").join(" ")).join(";");
}

/** What is not understood is left out. */
export function readConditions(text: string): Condition[] {
  return text.split(";").flatMap((part) => {
    const [field, operator, values] = part.split(" ");
    const known = OPERATORS.find((candidate) => candidate === operator);
    if (!field || !known) return [];
    const takesValues = known !== "is_null" && known !== "is_not_null";
    const read = values ? values.split("|").map(decoded) : [];
    return takesValues === read.length > 0 ? [{ field, operator: known, values: read }] : [];
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The fields of a link that hold a question. */
export interface QuestionText {
  rows?: string;
  cols?: string;
  values?: string;
  where?: string;
  grain?: Grain;
  chart?: ChartKind;
}

const list = (text: string | undefined, max: number): string[] => [...new Set((text ?? "").split(",").map((field) => field.trim()).filter((field) => field !== ""))].slice(0, max);

export function readQuestion(text: QuestionText): Question {
  const isFirst = text.rows === undefined && text.values === undefined && text.cols === undefined;
  return {
    rows: isFirst ? FIRST_QUESTION.rows : list(text.rows, ROWS_MAX),
    columns: list(text.cols, COLUMNS_MAX),
    values: isFirst ? FIRST_QUESTION.values : list(text.values, VALUES_MAX),
    conditions: readConditions(text.where ?? ""),
    grain: text.grain ?? FIRST_QUESTION.grain,
    chart: text.chart ?? FIRST_QUESTION.chart,
  };
}

/** Empty text where a zone is empty, so that an emptied question stays empty. */
export function writeQuestion(question: Question): Required<QuestionText> {
  return {
    rows: question.rows.join(","), cols: question.columns.join(","), values: question.values.join(","), where: writeConditions(question.conditions),
    grain: question.grain, chart: question.chart,
  };
}
