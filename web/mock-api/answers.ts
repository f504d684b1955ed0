import { CAMPAIGNS, type Credit, credits, CUSTOMERS, dayOf, LAST, spendOn } from "./world";

interface Answer { status: number; body: unknown }
const DAY = 86_400_000;
let signedIn = true;
const SESSION = { user: { id: "u", email: "admin@demo.example", name: "Mara Holm", role: "organization_admin" }, actions: [], organization: { id: "o", name: "Alder & Fell", currency: "EUR", zone: "Europe/Berlin" } };
const euros = (cents: number) => (cents / 100).toFixed(2);
const divide = (a: number, b: number) => (b === 0 ? null : a / b);
const money = { kind: "money", currency: "EUR" };

interface Sums { spend: number | null; revenue: number; orders: number; fresh: number; credited: number; conversions: number }
const nothing = (): Sums => ({ spend: null, revenue: 0, orders: 0, fresh: 0, credited: 0, conversions: 0 });

interface Asked { metrics: string[]; dimensions?: string[]; filters?: { dimension: string; values?: string[] }[]; from: string; to: string; grain?: string; attribution?: { window_seconds: number; journey: string; half_life_seconds: number }; sort?: { by: string; descending?: boolean }[]; limit?: number }

function report(asked: Asked) {
  const settings = asked.attribution ?? { window_seconds: 30 * 86_400, journey: "rolling", half_life_seconds: 7 * 86_400 };
  const model = /\{(\w+)\}/.exec(asked.metrics.join(" "))?.[1] ?? "linear";
  const dimensions = asked.dimensions ?? [];
  const daily = asked.grain === "day";
  const wanted = asked.filters?.find((filter) => filter.dimension === "campaign")?.values;
  const days: string[] = [];
  for (let at = Math.max(Date.parse("2026-07-01"), Date.parse(`${asked.from}T00:00:00Z`)); at <= Math.min(LAST, Date.parse(`${asked.to}T00:00:00Z`)); at += DAY) days.push(dayOf(at));
  const inside = new Set(days);
  const groups = new Map<string, { date: string; channel: string | null; campaign: string | null; sums: Sums }>();
  const total = nothing();
  const add = (date: string, channel: string | null, campaign: string | null, change: (sums: Sums) => void) => {
    if (wanted && !wanted.includes(campaign ?? "")) return;
    const key = [daily ? date : "", dimensions.includes("channel") ? channel : "", dimensions.includes("campaign") ? campaign : ""].join("|");
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { date, channel, campaign, sums: nothing() }));
    change(group.sums);
    change(total);
  };
  for (const day of days) for (const campaign of CAMPAIGNS) add(day, campaign.channel, campaign.id, (sums) => (sums.spend = (sums.spend ?? 0) + spendOn(day, campaign)));
  if (dimensions.length === 0) {
    for (const customer of CUSTOMERS) for (const order of customer.orders) {
      if (!inside.has(dayOf(order.at))) continue;
      add(dayOf(order.at), null, null, (sums) => { sums.revenue += order.cents - order.refund; sums.orders += 1; sums.fresh += order.isFirst ? 1 : 0; });
    }
  }
  for (const credit of credits(settings.window_seconds / 86_400, settings.journey, settings.half_life_seconds / 86_400)) {
    if (credit.model !== model || !credit.touch || !inside.has(dayOf(credit.order.at))) continue;
    const touch = credit.touch;
    add(dayOf(credit.order.at), touch.channel, touch.campaign, (sums) => { sums.credited += credit.cents; sums.conversions += credit.weight; });
  }
  const value = (metric: string, sums: Sums) => {
    switch (metric.replace(/\{.*/, "")) {
      case "spend": return sums.spend === null ? null : euros(sums.spend);
      case "revenue": return euros(sums.revenue);
      case "gross_revenue": case "order_revenue": return euros(sums.revenue);
      case "refunds": return "0.00";
      case "paid_revenue": return euros(sums.credited);
      case "paid_roas": return divide(sums.credited, sums.spend ?? 0);
      case "orders": case "conversions": return sums.orders;
      case "new_customers": return sums.fresh;
      case "mer": return divide(sums.revenue, sums.spend ?? 0);
      case "cac": return sums.fresh ? euros((sums.spend ?? 0) / sums.fresh) : null;
      case "aov": return sums.orders ? euros(sums.revenue / sums.orders) : null;
      case "attributed_revenue": return euros(sums.credited);
      case "attributed_conversions": return sums.conversions;
      case "roas": return divide(sums.credited, sums.spend ?? 0);
      case "platform_revenue": return sums.spend === null || sums.spend === 0 ? null : euros(sums.credited * 1.31);
      default: return null;
    }
  };
  const heads = [...(daily ? ["date"] : []), ...dimensions.flatMap((dimension) => (dimension === "campaign" ? ["campaign_id", "campaign"] : [dimension]))];
  const rows = [...groups.values()].sort((a, b) => ((a.date < b.date) !== (asked.sort?.[0]?.descending ?? false) ? -1 : 1)).slice(0, asked.limit ?? 100_000).map((group) => [
    ...heads.map((head) => ({ date: group.date, channel: group.channel, campaign_id: group.campaign, campaign: CAMPAIGNS.find((campaign) => campaign.id === group.campaign)?.name ?? null })[head] ?? null),
    ...asked.metrics.map((metric) => value(metric, group.sums)),
  ]);
  return {
    columns: [...heads.map((id) => ({ id, label: id, role: id === "date" ? "time" : "dimension", unit: { kind: "text" } })), ...asked.metrics.map((id) => ({ id, label: id, role: "metric", unit: /revenue|spend|cac|aov/.test(id) ? money : { kind: "ratio" } }))],
    rows, totals: [...heads.map(() => null), ...asked.metrics.map((metric) => value(metric, total))], meta: meta(asked.from, asked.to, rows.length),
  };
}

const meta = (from: string, to: string, rows: number) => ({ from, to, zone: "Europe/Berlin", grain: "total", currency: "EUR", data_version: 412, rows, is_truncated: false, warnings: [] });

function calculate(asked: { models: string[]; window: string; journey: string; half_life: string; by: string[]; from: string; to: string }) {
  const campaigns = asked.by.includes("campaign");
  const groups = new Map<string, { credit: Credit; cents: number; conversions: number }>();
  let [cents, conversions] = [0, 0];
  for (const credit of credits(parseInt(asked.window, 10), asked.journey, parseInt(asked.half_life, 10))) {
    const day = dayOf(credit.order.at);
    if (!asked.models.includes(credit.model) || day < asked.from || day > asked.to) continue;
    const key = [credit.model, credit.touch?.channel, campaigns ? credit.touch?.campaign : ""].join("|");
    const group = groups.get(key) ?? { credit, cents: 0, conversions: 0 };
    group.cents += credit.cents;
    group.conversions += credit.weight;
    groups.set(key, group);
    if (credit.model === asked.models[0]) { cents += credit.cents; conversions += credit.weight; }
  }
  const heads = ["model", "channel", ...(campaigns ? ["campaign_id", "campaign"] : []), "is_unattributed"];
  const rows = [...groups.values()].map(({ credit, ...sums }) => [
    credit.model, credit.touch?.channel ?? null, ...(campaigns ? [credit.touch?.campaign ?? null, CAMPAIGNS.find((campaign) => campaign.id === credit.touch?.campaign)?.name ?? null] : []), credit.touch === null, euros(sums.cents), sums.conversions,
  ]);
  return {
    columns: [...heads.map((id) => ({ id, label: id, role: "dimension", unit: { kind: "text" } })), { id: "revenue", label: "Revenue", role: "metric", unit: money }, { id: "conversions", label: "Conversions", role: "metric", unit: { kind: "count" } }],
    rows, totals: [...heads.map(() => null), euros(cents), conversions], meta: meta(asked.from, asked.to, rows.length),
  };
}

function brief(customer: (typeof CUSTOMERS)[number]) {
  return {
    customer_id: customer.id, customer_key: customer.name, conversions: customer.orders.length,
    revenue: euros(customer.orders.reduce((a, order) => a + order.cents - order.refund, 0)), last_at: new Date(customer.orders.at(-1)?.at ?? LAST).toISOString(),
  };
}

const EMPTY = { conversion_id: null as string | null, campaign_id: null, campaign: null, ad: null, asset_id: null, asset: null, interaction: null, conversion_type: null, order_id: null, stage: null, country: "DE", device: null, revenue: null, refund: null, paid_currency: null, channel: null };

function journey(id: string, search: URLSearchParams) {
  const customer = CUSTOMERS.find((candidate) => candidate.id === id);
  if (!customer) return null;
  const events = [
    ...customer.touches.map((touch) => ({ ...EMPTY, id: touch.id, kind: "touch", recorded_at: new Date(touch.at).toISOString(), source: "web", channel: touch.channel, campaign_id: touch.campaign, campaign: CAMPAIGNS.find((campaign) => campaign.id === touch.campaign)?.name ?? null, interaction: touch.interaction, device: "mobile" })),
    ...customer.orders.flatMap((order, index) => [
      { ...EMPTY, id: order.id, kind: "order", recorded_at: new Date(order.at).toISOString(), source: "shopify", conversion_type: "purchase", conversion_id: order.id, order_id: `10${index}${customer.name.slice(2)}`, revenue: euros(order.cents), paid_currency: "EUR" },
      ...(order.refund ? [{ ...EMPTY, id: `${order.id}-r`, kind: "refund", recorded_at: new Date(order.at + 4 * DAY).toISOString(), source: "shopify", conversion_type: "purchase", conversion_id: order.id, order_id: `10${index}${customer.name.slice(2)}`, refund: euros(order.refund) }] : []),
    ]),
  ].sort((a, b) => (a.recorded_at < b.recorded_at ? -1 : 1));
  const found = credits(parseInt(search.get("window") ?? "30", 10), search.get("journey") ?? "rolling", parseInt(search.get("half_life") ?? "7", 10), customer);
  return {
    customer: { customer_id: customer.id, customer_key: customer.name, journey_start_date: events[0]!.recorded_at, first_touch_source: customer.touches[0]?.channel ?? null, total_touchpoints: customer.touches.length, orders: customer.orders.length, conversions: 0, refunds: 0, lifetime_value: brief(customer).revenue, current_stage: "customer", acquisition_cost: "12.40" },
    timeline: events, zone: "Europe/Berlin", currency: "EUR", data_version: 412, is_truncated: false,
    credits: found.map((credit) => ({ conversion_id: credit.order.id, entry: "sale", touch_id: credit.touch?.id ?? null, position: 1, model: credit.model, weight: credit.weight, revenue: euros(credit.cents) })),
  };
}

export function answer(method: string, address: string, body: unknown): Answer {
  const url = new URL(address, "http://mock");
  const ok = (content: unknown): Answer => ({ status: 200, body: content });
  if (url.pathname === "/api/session") {
    if (method === "DELETE") { signedIn = false; return { status: 204, body: null }; }
    if (method === "POST") {
      if ((body as { password: string }).password === "wrong") return { status: 401, body: { title: "Not signed in" } };
      signedIn = true;
    }
    return signedIn ? ok(SESSION) : { status: 401, body: { title: "Sign in" } };
  }
  if (url.pathname === "/api/integrations/sync-status") {
    const sources = ["meta_ads", "google_ads", "tiktok_ads", "linkedin_ads", "klaviyo", "web", "shopify"].map((key, index) => ({
      key, name: key.replace("_", " "), category: index < 5 ? "external_marketing" : "platform_native", age_seconds: index === 4 ? 93_600 : 3_600, status: index === 4 ? "failed" : "succeeded", last_import_at: "2026-11-20T07:04:00Z", rows: 41_000 + index, data_from: "2026-07-23", data_through: "2026-11-19",
      last_import: { id: `i${index}`, source: key, files: [`${key}.csv`], status: index === 4 ? "failed" : "succeeded", started_at: "2026-11-20T07:02:00Z", finished_at: "2026-11-20T07:04:00Z", rows_read: 12_000, accepted: 11_960, duplicates: 30, quarantined: 10, message: index === 4 ? "Line 14: `cost` is not an amount" : null },
    }));
    return ok({ sources, imports: sources.map((source) => source.last_import) });
  }
  if (url.pathname === "/api/reports/query") return ok(report(body as Asked));
  if (url.pathname === "/api/analytics/attribution/calculate") return ok(calculate(body as Parameters<typeof calculate>[0]));
  if (url.pathname === "/api/analytics/customers") {
    const search = (url.searchParams.get("search") ?? "").toLowerCase();
    const found = CUSTOMERS.filter((customer) => (search === "" ? customer.orders.length > 0 && customer.touches.length > 2 : customer.name.toLowerCase().includes(search)));
    return ok({ customers: found.slice(0, Number(url.searchParams.get("limit") ?? 20)).map(brief), currency: "EUR" });
  }
  const customer = /customer-journey\/([^/]+)$/.exec(url.pathname)?.[1];
  const found = customer ? journey(customer, url.searchParams) : null;
  return found ? ok(found) : { status: 404, body: { title: "There is no such customer", detail: "Search for another one.", request_id: "01JD8K3M2Q" } };
}
