/** The API's shapes, as far as the pages read them. Money is exact decimal text. */

export interface Session {
  user: { id: string; email: string; name: string };
  role: string;
  organization: { id: string; name: string; currency: string; zone: string };
  /** Names of what the role allows. */
  actions: string[];
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

/** What differs from the organisation's own settings. */
export interface AttributionSettings {
  window_seconds?: number;
  journey?: "rolling" | "closed";
  half_life_seconds?: number;
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

export interface Import {
  id: string;
  source: string;
  files: string[];
  status: "running" | "succeeded" | "failed" | "interrupted";
  started_at: string;
  finished_at: string | null;
  rows_read: number;
  accepted: number;
  duplicates: number;
  quarantined: number;
  message: string | null;
}

export interface SourceStatus {
  key: string;
  name: string;
  category: string;
  last_import: Import | null;
  /** Seconds since the newest import finished. */
  age_seconds: number | null;
}

export interface SyncStatus {
  sources: SourceStatus[];
  imports: Import[];
}

export interface CustomerSummary {
  customer_id: string;
  /** The sources' own id of the customer. */
  customer_key: string | null;
  conversions: number;
  revenue: string | null;
  last_at: string;
}

export interface CustomerList {
  customers: CustomerSummary[];
  currency: string;
}

export interface JourneyEvent {
  id: string;
  kind: "touch" | "conversion" | "order" | "refund" | "stage";
  recorded_at: string;
  source: string;
  channel: string | null;
  campaign_id: string | null;
  campaign: string | null;
  ad: string | null;
  asset_id: string | null;
  asset: string | null;
  interaction: string | null;
  conversion_type: string | null;
  order_id: string | null;
  /** What `credits` calls this conversion: its own id, and for a refund the id of its order. */
  conversion_id: string | null;
  stage: string | null;
  country: string | null;
  device: string | null;
  revenue: string | null;
  refund: string | null;
  paid_currency: string | null;
}

/** One entry for every conversion or refund, touch and model. */
export interface JourneyCredit {
  conversion_id: string;
  entry: "sale" | "refund";
  /** Null: what is unattributed. */
  touch_id: string | null;
  position: number;
  model: string;
  weight: number;
  /** Negative for a refund. */
  revenue: string;
}

export interface CustomerJourney {
  customer: {
    customer_id: string;
    customer_key: string | null;
    journey_start_date: string;
    first_touch_source: string | null;
    total_touchpoints: number;
    orders: number;
    conversions: number;
    refunds: number;
    lifetime_value: string;
    current_stage: string;
  };
  timeline: JourneyEvent[];
  credits: JourneyCredit[];
  currency: string;
  zone: string;
  data_version: number;
  is_truncated: boolean;
}
