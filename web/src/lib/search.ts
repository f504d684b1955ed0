/** What a link reproduces. Every field is optional and absent when it has its default, so that links stay short. */
import { type Comparison, isRangeExpression } from "./dates";
import { CHARTS, GRAINS, type QuestionText } from "./explore";
import { DEFAULT_MODEL, isModel, type Model } from "./models";

export type Journey = "rolling" | "closed";
export type DateBasis = "conversion" | "touch";
export type Breakdown = "channel" | "campaign";
/** What leads and funnels are split by. */
export const SPLITS = ["channel", "campaign", "data_source", "country", "device"] as const;
export type Split = (typeof SPLITS)[number];
export type Leads = "lead" | "stage";
export type PathStep = "channel" | "campaign" | "source" | "interaction";
export type Repeats = "one" | "all";
export type CohortGrain = "week" | "month" | "quarter";
export type Activity = "ordered" | "engaged";
export type Shown = "revenue" | "orders" | "share" | "roas";

export interface ViewSearch extends QuestionText {
  range?: string;
  compare?: Comparison;
  model?: Model;
  /** Days that a touch stays eligible. */
  window?: number;
  journey?: Journey;
  /** Half-life of time decay in days. */
  half?: number;
  basis?: DateBasis;
  by?: Breakdown;
  show?: Shown;
  split?: Split;
  /** Which leads a pipeline follows. */
  leads?: Leads;
  /** What a step of a path is. */
  step?: PathStep;
  /** Equal consecutive steps of a path: as one, or each. */
  repeats?: Repeats;
  /** Which touch of the first order won a customer. */
  won?: Model;
  /** Length of a cohort. */
  cohort?: CohortGrain;
  /** Days without an order after which a customer counts as churned. */
  quiet?: number;
  /** What retention counts as coming back. */
  active?: Activity;
  /** The conversion looked at on a customer's timeline. */
  order?: string;
}

/** The same view with every default filled in. */
export type View = Required<Omit<ViewSearch, "order" | keyof QuestionText>> & { order: string | null };

export const DEFAULTS: View = {
  range: "last28", compare: "previous", model: DEFAULT_MODEL, window: 30, journey: "rolling", half: 7, basis: "conversion", by: "channel",
  show: "revenue", split: "channel", leads: "lead", step: "channel", repeats: "one", won: "first_touch", cohort: "month", quiet: 90, active: "ordered", order: null,
};
export const WINDOW = { min: 1, max: 90 } as const;
export const HALF_LIVES = [1, 3, 7, 14, 30] as const;

function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((candidate) => candidate === value);
}

function whole(value: unknown, min: number, max: number): number | undefined {
  const number = typeof value === "string" ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= min && number <= max ? number : undefined;
}

/** Empty text says that there is nothing, which is not the default. */
function text(value: unknown): string | undefined {
  return typeof value === "string" && value.length <= TEXT_MAX ? value : undefined;
}

const TEXT_MAX = 4_000;

/** Reads a link. What is not understood is dropped rather than guessed, and the default applies. */
export function readSearch(raw: Record<string, unknown>): ViewSearch {
  const read: { [K in keyof ViewSearch]: ViewSearch[K] | undefined } = {
    range: typeof raw.range === "string" && isRangeExpression(raw.range) ? raw.range : undefined,
    compare: oneOf(raw.compare, ["previous", "year", "none"]),
    model: isModel(raw.model) ? raw.model : undefined,
    window: whole(raw.window, WINDOW.min, WINDOW.max),
    journey: oneOf(raw.journey, ["rolling", "closed"]),
    half: whole(raw.half, 1, 365),
    basis: oneOf(raw.basis, ["conversion", "touch"]),
    by: oneOf(raw.by, ["channel", "campaign"]),
    show: oneOf(raw.show, ["revenue", "orders", "share", "roas"]),
    split: oneOf(raw.split, SPLITS),
    leads: oneOf(raw.leads, ["lead", "stage"]),
    step: oneOf(raw.step, ["channel", "campaign", "source", "interaction"]),
    repeats: oneOf(raw.repeats, ["one", "all"]),
    won: isModel(raw.won) ? raw.won : undefined,
    cohort: oneOf(raw.cohort, ["week", "month", "quarter"]),
    quiet: whole(raw.quiet, 1, 3660),
    active: oneOf(raw.active, ["ordered", "engaged"]),
    order: typeof raw.order === "string" && raw.order !== "" ? raw.order : undefined,
    rows: text(raw.rows),
    cols: text(raw.cols),
    values: text(raw.values),
    where: text(raw.where),
    grain: oneOf(raw.grain, GRAINS),
    chart: oneOf(raw.chart, CHARTS),
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
}

export function withDefaults(search: ViewSearch): View {
  return { ...DEFAULTS, ...search };
}

/** A link's fields after a change; what equals its default is left out. */
export function changeSearch(search: ViewSearch, change: Partial<View> & QuestionText): ViewSearch {
  const merged = { ...withDefaults(search), ...change };
  return Object.fromEntries(Object.entries(merged).filter(([key, value]) => value !== null && value !== undefined && value !== DEFAULTS[key as keyof View]));
}

/** A link to somebody else's journey does not name this one's order. */
export function withoutOrder({ order: _order, ...search }: ViewSearch): ViewSearch {
  return search;
}
