/** A customer as the source calls them, or the end of our own id. */
export function customerName(customer: { customer_id: string; customer_key: string | null }): string {
  if (customer.customer_key !== null && customer.customer_key !== "") return customer.customer_key;
  const plain = customer.customer_id.replaceAll("-", "").toUpperCase();
  return `${plain.slice(-8, -4)}-${plain.slice(-4)}`;
}
