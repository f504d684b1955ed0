/** The touches of one order under all six models; each column adds up to the order. */
import { channelColour, channelLabel } from "../../lib/channels";
import { sum, toNumber } from "../../lib/decimal";
import { amount } from "../../lib/format";
import { MODELS } from "../../lib/models";
import type { View } from "../../lib/search";
import { type Column, DataTable } from "../../table/DataTable";
import { FigureButton } from "../../ui/Card";
import styles from "./Journey.module.css";
import { ShareCard } from "./ShareCard";
import { type Sale, shareOf, type TouchCredit } from "./timeline";

interface ModelsTableProps {
  sale: Sale;
  view: View;
  currency: string;
  dataVersion: number;
}

export function ModelsTable({ sale, view, currency, dataVersion }: ModelsTableProps) {
  const columns: Column<TouchCredit>[] = [
    {
      id: "touch", header: "Touch", sortBy: (credit) => credit.place, text: (credit) => `${credit.place} ${channelLabel(credit.touch.channel)}`,
      cell: (credit) => (
        <span className={styles.touch} title={credit.touch.campaign ?? undefined}>
          <span className={styles.small} style={{ borderColor: channelColour(credit.touch.channel) }}>{credit.place}</span>
          {channelLabel(credit.touch.channel)}
        </span>
      ),
    },
    ...MODELS.map((model): Column<TouchCredit> => ({
      id: model.key, header: model.label, align: "end", strong: model.key === view.model,
      sortBy: (credit) => toNumber(shareOf(credit, model.key).revenue),
      cell: (credit) => {
        const revenue = shareOf(credit, model.key).revenue;
        return (
          <FigureButton label={`touch ${credit.place}, ${model.label}`} card={() => <ShareCard credit={credit} sale={sale} model={model.key} view={view} currency={currency} dataVersion={dataVersion} />}>
            <span className={revenue === 0n ? "muted" : undefined}>{amount(revenue, currency, "minor")}</span>
          </FigureButton>
        );
      },
      text: (credit) => amount(shareOf(credit, model.key).revenue, currency, "minor"),
      total: amount(sum(sale.touches.map((credit) => shareOf(credit, model.key).revenue)), currency, "minor"),
      totalText: amount(sum(sale.touches.map((credit) => shareOf(credit, model.key).revenue)), currency, "minor"),
    })),
  ];
  return <DataTable compact caption="The touches of the order under six models" columns={columns} rows={sale.touches} rowKey={(credit) => credit.touch.id} totalLabel={sale.refunded > 0n ? "Order, net" : "Order"} />;
}
