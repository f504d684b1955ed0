import type { CustomerBrief } from "../../api/types";

/** A customer as the source calls them, or the beginning of our own id. */
export function customerName(customer: Pick<CustomerBrief, "customer_id" | "external_id">): string {
  if (customer.external_id !== null && customer.external_id !== "") return customer.external_id;
  const plain = customer.customer_id.replaceAll("-", "").toUpperCase();
  return `${plain.slice(-8, -4)}-${plain.slice(-4)}`;
}
