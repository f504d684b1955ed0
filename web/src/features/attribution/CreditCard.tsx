/** How one cell of the table was made: arithmetic that can be redone on paper, then everything it depends on. */
import type { ResultMeta } from "../../api/types";
import { divide } from "../../lib/decimal";
import { fixed, money, percent, ratio } from "../../lib/format";
import { type Model, modelLabel, modelRule } from "../../lib/models";
import type { View } from "../../lib/search";
import { Button } from "../../ui/Button";
import { Card } from "../../ui/Card";
import { copyText } from "../../ui/toast";
import { type CreditRow, creditOf, type CreditTable } from "./credit";

interface CreditCardProps {
  row: CreditRow;
  model: Model;
  table: CreditTable;
  view: View;
  meta: ResultMeta;
}

export function CreditCard({ row, model, table, view, meta }: CreditCardProps) {
  const currency = meta.currency;
  const credit = creditOf(row, model);
  const total = table.totals.get(model)?.revenue ?? 0n;
  const exact = (value: bigint) => money(value, currency, "minor");
  const hasSpend = row.spend !== null && row.spend !== 0n;
  const steps = view.show === "roas" && hasSpend
    ? [{ text: "Credited revenue", value: exact(credit.revenue) }, { text: "÷ spend", value: exact(row.spend ?? 0n) }, { text: "ROAS", value: ratio(divide(credit.revenue, row.spend)) }]
    : view.show === "share"
      ? [{ text: "Credited revenue", value: exact(credit.revenue) }, { text: "÷ all revenue", value: exact(total) }, { text: "Share", value: percent(divide(credit.revenue, total)) }]
      : [
          { text: "All revenue of the period", value: exact(total) },
          { text: "− credited to all others", value: exact(total - credit.revenue) },
          { text: row.channel === null ? "Left without a touch" : "Credited", value: exact(credit.revenue) },
        ];
  const result = steps.at(-1)?.value ?? "";
  const figure = view.show === "orders" ? fixed(credit.orders, 1) : result;
  return (
    <Card
      title={`${row.label} · ${modelLabel(model)}`}
      figure={figure}
      steps={view.show === "orders" ? [{ text: "Sum of this row’s weights over all orders", value: fixed(credit.orders, 2) }, { text: "The weights of one order add up to 1", value: "" }, { text: "Credited orders", value: fixed(credit.orders, 1) }] : steps}
      note={row.channel === null ? "These orders have no touch inside the window. They are shown rather than shared out." : modelRule(model)}
      facts={[
        { name: "Orders credited", value: fixed(credit.orders, 1) },
        { name: "Share of all revenue", value: percent(divide(credit.revenue, total)) },
        ...(hasSpend ? [{ name: "ROAS", value: `${exact(credit.revenue)} ÷ ${exact(row.spend ?? 0n)} = ${ratio(divide(credit.revenue, row.spend))}` }] : []),
        { name: "Window", value: view.window === 1 ? "1 day" : `${view.window} days` },
        { name: "Journey after an order", value: view.journey === "rolling" ? "goes on" : "starts again" },
        ...(model === "time_decay" ? [{ name: "Half-life", value: `${view.half} days` }] : []),
        { name: "Counted on", value: view.basis === "conversion" ? "day of the order" : "day of the touch" },
        { name: "Days cut in", value: meta.zone },
        { name: "Currency", value: currency },
        { name: "Data version", value: String(meta.data_version) },
      ]}
      footer={<Button size="small" kind="quiet" icon="copy" onPress={() => void copyText(figure, "Copied the figure")}>Copy</Button>}
    />
  );
}
