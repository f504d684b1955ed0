/** The API's shapes, as far as the pages read them. Money is exact decimal text. */

export interface Session {
  user: { id: string; email: string; name: string; role: string };
  organization: { id: string; name: string; currency: string; zone: string };
}

export type Unit =
  | { kind: "money"; currency: string }
  | { kind: "count" | "ratio" | "percent" | "text" | "date" | "instant" | "uuid" };

export type Cell = null | string | number | boolean;

export interface ResultTable {
  columns: { id: string; label: string; role: "time" | "dimension" | "metric"; unit: Unit }[];
  rows: Cell[][];
  totals: Cell[];
  meta: ResultMeta;
}

export interface ResultMeta {
  from: string;
  to: string;
  zone: string;
  grain: string;
  currency: string;
  data_version: number;
  rows: number;
  is_truncated: boolean;
  warnings: string[];
}

export interface AttributionSettings {
  window_seconds: number;
  journey: "rolling" | "closed";
  half_life_seconds: number;
  position: [number, number, number];
  conversion_types: string[];
  custom: Record<string, unknown>;
}

export interface ReportQuery {
  metrics: string[];
  dimensions?: string[];
  filters?: { dimension: string; operator: "is" | "is_not" | "contains" | "not_contains" | "is_null" | "is_not_null"; values?: string[] }[];
  from: string;
  to: string;
  attribution?: AttributionSettings;
  grain?: "total" | "day" | "week" | "month";
  date_basis?: "conversion" | "touch";
  sort?: { by: string; descending?: boolean }[];
  limit?: number;
}

export interface CalculateRequest {
  models: string[];
  window: string;
  journey: "rolling" | "closed";
  half_life: string;
  by: string[];
  from?: string;
  to?: string;
  date_basis?: "conversion" | "touch";
}

export interface SyncStatus {
  sources: {
    key: string;
    name: string;
    category: string;
    status: string;
    last_import_at: string | null;
    data_from: string | null;
    /** Last full day that the source covers. */
    data_through: string | null;
    rows: number;
  }[];
  data_from: string | null;
  data_through: string | null;
  data_version: number;
}

export interface SourceList {
  sources: { key: string; name: string; category: string }[];
}

export interface CustomerBrief {
  customer_id: string;
  external_id: string | null;
  journey_start_date: string;
  first_touch_source: string | null;
  total_touchpoints: number;
  orders: number;
  lifetime_value: string;
  acquisition_cost: string | null;
  current_stage: string;
  last_seen: string | null;
}

export interface CustomerList {
  customers: CustomerBrief[];
  currency: string;
}

export interface TimelineRow {
  id: string;
  kind: "touch" | "order" | "conversion" | "refund" | "stage";
  recorded_at: string;
  channel: string | null;
  campaign: string | null;
  ad: string | null;
  interaction: string | null;
  conversion_id: string | null;
  revenue: string | null;
  refund: string | null;
  stage: string | null;
  source: string | null;
}

export interface JourneyCredit {
  model: string;
  touch_id: string | null;
  conversion_id: string;
  weight: number;
  revenue: string;
}

export interface CustomerJourney {
  customer: CustomerBrief;
  currency: string;
  zone: string;
  timeline: TimelineRow[];
  credits: JourneyCredit[];
}
