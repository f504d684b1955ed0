/** The strip of key figures: value, change, line. Each opens the arithmetic it was made by. */
import type { ResultMeta } from "../../api/types";
import { Sparkline } from "../../charts/Sparkline";
import { absoluteChange, type Change, type Direction, relativeChange } from "../../lib/change";
import { type DateRange, rangeText } from "../../lib/dates";
import { type Micros, toNumber } from "../../lib/decimal";
import { count, money, ratio } from "../../lib/format";
import { type Model, modelLabel } from "../../lib/models";
import { Card, FigureButton } from "../../ui/Card";
import { Delta } from "../../ui/Delta";
import styles from "./Today.module.css";
import { countsOrders, type Totals } from "./totals";

interface KeyFiguresProps {
  now: Totals;
  before: Totals | null;
  /** One entry a day; null where nothing happened. */
  days: readonly (Totals | null)[];
  beforeRange: DateRange | null;
  model: Model;
  windowDays: number;
  meta: ResultMeta;
}

interface Figure {
  key: keyof Totals;
  label: string;
  value: string;
  unit?: string;
  change: Change;
  steps: { text: string; value: string }[];
  note: string;
  credited?: boolean;
}

const plain = (value: Micros | number | null): number | null => (typeof value === "bigint" ? toNumber(value) : value);

function figures(now: Totals, before: Totals | null, currency: string): Figure[] {
  const relative = (key: keyof Totals, direction: Direction) => relativeChange(plain(now[key]), before ? plain(before[key]) : null, direction);
  const absolute = (key: keyof Totals, direction: Direction) => absoluteChange(plain(now[key]), before ? plain(before[key]) : null, direction);
  const cash = (value: Micros | null) => money(value, currency);
  const unit = (value: Micros | null) => money(value, currency, "minor");
  const [spend, revenue] = [{ text: "Spend", value: cash(now.spend) }, { text: "Revenue", value: cash(now.revenue) }];
  return [
    { key: "spend", label: "Spend", value: cash(now.spend), change: relative("spend", "neutral"), steps: [{ text: "Cost that the platforms report, all channels", value: cash(now.spend) }], note: "Each platform’s day in its own zone, converted at that day’s rate." },
    { key: "revenue", label: "Revenue", value: cash(now.revenue), change: relative("revenue", "up_is_good"), steps: [{ text: "Value of orders and conversions", value: cash(now.gross) }, { text: "− refunds", value: cash(now.refunds) }, { text: "Revenue", value: cash(now.revenue) }], note: "From your own orders, not from what platforms claim. A refund counts on its own day." },
    { key: "mer", label: "MER", value: ratio(now.mer).replace("×", ""), unit: "×", change: absolute("mer", "up_is_good"), steps: [revenue, { text: "÷ spend", value: cash(now.spend) }, { text: "Marketing efficiency", value: ratio(now.mer) }], note: "All revenue over all spend: it needs no model." },
    { key: "roas", label: "ROAS", value: ratio(now.roas).replace("×", ""), unit: "×", change: absolute("roas", "up_is_good"), steps: [{ text: "Revenue credited to channels with spend", value: cash(now.paidRevenue) }, { text: "÷ spend", value: cash(now.spend) }, { text: "ROAS", value: ratio(now.roas) }], note: "Channels without spend, such as direct visits, are left out above and below the line.", credited: true },
    countsOrders(now)
      ? { key: "orders", label: "Orders", value: count(now.orders), change: relative("orders", "up_is_good"), steps: [{ text: "Orders of the period", value: count(now.orders) }], note: "Each counted on its own day; a refund does not take an order back." }
      : { key: "conversions", label: "Conversions", value: count(now.conversions), change: relative("conversions", "up_is_good"), steps: [{ text: "Conversions of the period", value: count(now.conversions) }], note: "Conversions of the types that the attribution settings count." },
    { key: "newCustomers", label: "New customers", value: count(now.newCustomers), change: relative("newCustomers", "up_is_good"), steps: [{ text: "Customers with their first order in the period", value: count(now.newCustomers) }], note: "Somebody who ordered before counts as returning." },
    { key: "cac", label: "New-cust. cost", value: unit(now.cac), change: relative("cac", "down_is_good"), steps: [spend, { text: "÷ new customers", value: count(now.newCustomers) }, { text: "Cost of a new customer", value: unit(now.cac) }], note: "All spend, also that which reached returning customers." },
    { key: "aov", label: "Average order", value: unit(now.aov), change: relative("aov", "up_is_good"), steps: [{ text: "Value of orders, before refunds", value: cash(now.orderRevenue) }, { text: "÷ orders", value: count(now.orders) }, { text: "Average order", value: unit(now.aov) }], note: "Before refunds." },
  ];
}

export function KeyFigures({ now, before, days, beforeRange, model, windowDays, meta }: KeyFiguresProps) {
  const currency = meta.currency;
  return (
    <section className={styles.strip} aria-label="Key figures">
      <h2 className="sr">Key figures</h2>
      {figures(now, before, currency).map((figure) => (
        <div key={figure.key} className={styles.figure} data-figure={figure.key}>
          <FigureButton
            block
            label={figure.label}
            card={() => (
              <Card
                title={`${figure.label} · ${rangeText({ from: meta.from, to: meta.to })}`}
                figure={`${figure.value}${figure.unit ?? ""}`}
                steps={figure.steps}
                note={figure.note}
                facts={[
                  ...(figure.credited ? [{ name: "Model", value: modelLabel(model) }, { name: "Window", value: `${windowDays} days before the order` }] : []),
                  ...(beforeRange ? [{ name: "Compared with", value: rangeText(beforeRange) }] : []),
                  { name: "Change", value: figure.change.words },
                  { name: "Days cut in", value: meta.zone },
                  { name: "Currency", value: currency },
                  { name: "Data version", value: String(meta.data_version) },
                ]}
              />
            )}
          >
            <span className={styles.label}>{figure.label}</span>
            <b className={styles.value}>{figure.value}{figure.unit ? <small>{figure.unit}</small> : null}</b>
            <span className={styles.delta}>{before && beforeRange ? <Delta change={figure.change} against={rangeText(beforeRange)} /> : <span className="muted">—</span>}</span>
            <Sparkline values={days.map((day) => (day === null ? null : plain(day[figure.key])))} />
          </FigureButton>
        </div>
      ))}
    </section>
  );
}
