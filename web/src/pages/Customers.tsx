import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";

import { customersQuery } from "../api/queries";
import type { CustomerSummary } from "../api/types";
import { customerName } from "../features/journey/names";
import { PageFrame } from "../features/shell/PageFrame";
import { useSession } from "../features/view/useView";
import { Waiting } from "../features/view/Waiting";
import { SearchBox } from "../forms/SearchBox";
import { withoutOrder } from "../lib/search";
import { instantText } from "../lib/dates";
import { parseDecimal, toNumber } from "../lib/decimal";
import { amount, count, currencySymbol, plural } from "../lib/format";
import { type Column, DataTable } from "../table/DataTable";
import { PageHead, Panel } from "../ui/Panel";
import { Empty } from "../ui/State";

const SHOWN = 50;

export default function Customers() {
  const { organization } = useSession();
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text.trim());
  const customers = useQuery(customersQuery(wanted, SHOWN));
  const currency = organization.currency;
  const revenue = (customer: CustomerSummary) => (customer.revenue === null ? null : parseDecimal(customer.revenue));
  const columns: Column<CustomerSummary>[] = [
    {
      id: "customer", header: "Customer", sortBy: customerName, text: customerName,
      cell: (customer) => <Link to="/journeys/timeline/$customerId" params={{ customerId: customer.customer_id }} search={withoutOrder}>{customerName(customer)}</Link>,
    },
    { id: "last", header: "Last order", sortBy: (customer) => customer.last_at, cell: (customer) => instantText(customer.last_at, organization.zone, true), text: (customer) => customer.last_at },
    { id: "orders", header: "Orders", align: "end", sortBy: (customer) => customer.conversions, cell: (customer) => count(customer.conversions), text: (customer) => count(customer.conversions) },
    {
      id: "revenue", header: "Revenue, net", unit: currencySymbol(currency), align: "end",
      sortBy: (customer) => { const value = revenue(customer); return value === null ? null : toNumber(value); },
      cell: (customer) => amount(revenue(customer), currency, "minor"), text: (customer) => amount(revenue(customer), currency, "minor"),
    },
  ];
  return (
    <PageFrame place={["Journeys", "Timeline"]}>
      <PageHead title="Whose journey?" context="Pick a customer to see every touch, and what each one earned of each order." />
      <Panel
        title={wanted === "" ? "Latest customers" : `Customers like “${wanted}”`}
        sub="By their newest order, refund or conversion"
        stale={customers.isPlaceholderData}
        flush
        actions={<SearchBox label="Find a customer" placeholder="Customer’s key or id" value={text} onChange={setText} />}
        footer={<span role="status">{plural(customers.data?.customers.length ?? 0, "customer")}{customers.data?.customers.length === SHOWN ? " shown; search to find others" : ""}</span>}
      >
        <Waiting query={customers} label="Loading customers">
          {(answer) => (answer.customers.length === 0 ? (
            <Empty title={wanted === "" ? "No orders yet" : "Nobody is called that"} why={wanted === "" ? "Customers appear here with their first order or conversion." : "Search by a part of the customer’s key in the shop, or by a whole customer id."} />
          ) : (
            <DataTable caption="Customers" columns={columns} rows={answer.customers} rowKey={(customer) => customer.customer_id} />
          ))}
        </Waiting>
      </Panel>
    </PageFrame>
  );
}
