/** An invented shop: customers with touches and orders over 120 days, so that every figure follows from the same rows. */
const DAY = 86_400_000;
export const LAST = Date.parse("2026-11-19T00:00:00Z");
const FIRST = LAST - 119 * DAY;

let seed = 7;
const random = () => {
  seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
  return seed / 0x7fffffff;
};

export const CAMPAIGNS = [
  ["Meta Ads", "Prospecting – Storm Shell AW26", 1900], ["Meta Ads", "Retargeting – Viewed 14 d", 1200], ["Meta Ads", "Lookalike – Repeat buyers", 700],
  ["Google Ads", "PMax – Outerwear DE", 1400], ["Google Ads", "Search – Brand", 500], ["Google Ads", "Search – Rain jackets DE/AT", 1000],
  ["TikTok Ads", "Rain test – Spark Ads", 900], ["LinkedIn Ads", "Corporate gifting – HR leads", 420], ["E-mail", "Welcome flow", 90], ["E-mail", "Cart flow", 60],
].map(([channel, name, daily], index) => ({ id: `0192f3a0-0000-7000-8000-00000000000${index}`, channel: channel as string, name: name as string, daily: daily as number }));
const OTHER = ["Organic search", "Direct", "Referral"];

export interface Touch { id: string; at: number; channel: string; campaign: string | null; interaction: string }
export interface Order { id: string; at: number; cents: number; refund: number; isFirst: boolean }
export interface Customer { id: string; name: string; touches: Touch[]; orders: Order[] }

function makeCustomer(index: number): Customer {
  const id = `0192f3b0-${String(index).padStart(4, "0")}-7000-8000-${String(index * 7919).padStart(12, "0")}`;
  const start = FIRST + random() * 115 * DAY;
  const touches: Touch[] = [];
  const count = 1 + Math.floor(-Math.log(1 - random()) * 3.2);
  let at = start;
  for (let place = 0; place < count; place++) {
    const paid = random() < 0.66;
    const early = place < 2;
    const campaign = CAMPAIGNS[Math.min(9, Math.floor(Math.pow(random(), early ? 1.4 : 0.7) * 10))];
    touches.push({
      id: `${id}-t${place}`, at, channel: paid && campaign ? campaign.channel : (OTHER[Math.floor(random() * 3)] ?? "Direct"), campaign: paid && campaign ? campaign.id : null,
      interaction: random() < 0.2 ? "view" : "click",
    });
    at += random() * 9 * DAY;
  }
  const orders: Order[] = [];
  if (random() < 0.55) {
    const cents = 3_900 + Math.floor(random() * 16_000);
    orders.push({ id: `${id}-o0`, at: Math.min(at, LAST + DAY * 0.9), cents, refund: random() < 0.08 ? Math.floor(cents * 0.3) : 0, isFirst: true });
    if (random() < 0.12) orders.push({ id: `${id}-o1`, at: Math.min(at + random() * 50 * DAY, LAST + DAY * 0.95), cents: 4_000 + Math.floor(random() * 9_000), refund: 0, isFirst: false });
  }
  if (random() < 0.06) touches.length = 0;
  return { id, name: `C-${10_000 + index}`, touches: touches.filter((touch) => touch.at < LAST + DAY), orders };
}

export const CUSTOMERS: Customer[] = Array.from({ length: 9_000 }, (_, index) => makeCustomer(index));
export const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);

export function spendOn(day: string, campaign: (typeof CAMPAIGNS)[number]): number {
  const at = Date.parse(`${day}T00:00:00Z`);
  if (at < FIRST || at > LAST) return 0;
  const wave = 1 + 0.18 * Math.sin(at / DAY / 3.5 + campaign.daily) + ((at - FIRST) / DAY) * 0.002;
  return Math.round(campaign.daily * wave * 22);
}

const MODELS = ["first_touch", "last_touch", "linear", "time_decay", "position_based", "custom"] as const;

function weights(model: string, touches: Touch[], at: number, half: number): number[] {
  const n = touches.length;
  const raw = touches.map((touch, index) => {
    switch (model) {
      case "first_touch": return index === 0 ? 1 : 0;
      case "last_touch": return index === n - 1 ? 1 : 0;
      case "time_decay": return 2 ** (-(at - touch.at) / half);
      case "position_based": return n === 1 ? 1 : n === 2 ? 0.5 : index === 0 || index === n - 1 ? 0.4 : 0.2 / (n - 2);
      default: return 1;
    }
  });
  const total = raw.reduce((a, b) => a + b, 0);
  return raw.map((value) => value / total);
}

export interface Credit { model: string; customer: string; order: Order; touch: Touch | null; weight: number; cents: number }

const cache = new Map<string, Credit[]>();
export function credits(windowDays: number, journey: string, halfDays: number, only?: Customer): Credit[] {
  const key = `${windowDays} ${journey} ${halfDays}`;
  const known = only ? undefined : cache.get(key);
  if (known) return known;
  const all: Credit[] = [];
  for (const customer of only ? [only] : CUSTOMERS) {
    let floor = 0;
    for (const order of customer.orders) {
      const net = order.cents - order.refund;
      const eligible = customer.touches.filter((touch) => touch.at <= order.at && order.at - touch.at <= windowDays * DAY && touch.at >= floor).sort((a, b) => a.at - b.at);
      if (journey === "closed") floor = order.at;
      for (const model of MODELS) {
        if (eligible.length === 0) {
          all.push({ model, customer: customer.id, order, touch: null, weight: 1, cents: net });
          continue;
        }
        const shares = weights(model, eligible, order.at, halfDays * DAY);
        const cents = shares.map((share) => Math.floor(share * net));
        let rest = net - cents.reduce((a, b) => a + b, 0);
        for (let index = 0; rest > 0; index = (index + 1) % cents.length, rest--) cents[index] = (cents[index] ?? 0) + 1;
        eligible.forEach((touch, index) => all.push({ model, customer: customer.id, order, touch, weight: shares[index] ?? 0, cents: cents[index] ?? 0 }));
      }
    }
  }
  if (!only) cache.set(key, all);
  return all;
}
