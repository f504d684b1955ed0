/** The six rules that share a conversion among its touches, in the order in which tables show them. */
export const MODELS = [
  { key: "first_touch", label: "First touch", short: "First", rule: "All credit goes to the first touch inside the window." },
  { key: "last_touch", label: "Last touch", short: "Last", rule: "All credit goes to the last touch before the order." },
  { key: "linear", label: "Linear", short: "Linear", rule: "Every touch inside the window gets the same credit." },
  { key: "time_decay", label: "Time decay", short: "Decay", rule: "A touch’s credit halves with every half-life that lies between it and the order." },
  { key: "position_based", label: "Position", short: "Position", rule: "40% to the first touch, 40% to the last, 20% shared by those between." },
  { key: "custom", label: "Custom", short: "Custom", rule: "Your organisation’s own weights by position, channel and interaction." },
] as const;

export type Model = (typeof MODELS)[number]["key"];

export const DEFAULT_MODEL: Model = "linear";

export function isModel(text: unknown): text is Model {
  return MODELS.some((model) => model.key === text);
}

export function modelLabel(model: Model): string {
  return MODELS.find((candidate) => candidate.key === model)?.label ?? model;
}

export function modelRule(model: Model): string {
  return MODELS.find((candidate) => candidate.key === model)?.rule ?? "";
}
