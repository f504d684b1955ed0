/** What a row of the journey says of itself. */
import type { JourneyEvent } from "../../api/types";
import { channelLabel } from "../../lib/channels";
import { parseDecimal } from "../../lib/decimal";
import { money } from "../../lib/format";
import { capitalise } from "../../lib/words";
import type { IconName } from "../../ui/Icon";

const DID: Record<string, string> = { click: "Clicked", view: "Saw", engaged_view: "Watched", visit: "Visited", send: "Was sent", open: "Opened" };

export function eventTitle(event: JourneyEvent, currency: string): string {
  switch (event.kind) {
    case "touch": {
      const what = event.ad ?? event.asset ?? event.campaign;
      const did = DID[event.interaction ?? ""];
      if (what && did) return `${did} “${what}”`;
      return what ? `“${what}”` : `${channelLabel(event.channel)}${event.interaction ? `, ${event.interaction.replaceAll("_", " ")}` : ""}`;
    }
    case "order":
      return `Order${event.order_id ? ` ${event.order_id}` : ""}, ${money(event.revenue === null ? null : parseDecimal(event.revenue), currency, "minor")}`;
    case "conversion":
      return `${capitalise((event.conversion_type ?? "conversion").replaceAll("_", " "))}${event.revenue === null ? "" : `, ${money(parseDecimal(event.revenue), currency, "minor")}`}`;
    case "refund":
      return `Refund, ${money(event.refund === null ? null : -parseDecimal(event.refund), currency, "minor")}`;
    case "stage":
      return `Became ${event.stage ?? "something else"}`;
    default:
      return capitalise(event.kind.replaceAll("_", " "));
  }
}

export function eventDetail(event: JourneyEvent): string {
  const parts = event.kind === "touch"
    ? [channelLabel(event.channel), event.ad || event.asset ? event.campaign : null, event.device]
    : [event.source, event.kind === "refund" && event.order_id ? `order ${event.order_id}` : null, event.paid_currency ? `paid in ${event.paid_currency}` : null, event.country];
  return parts.filter((part): part is string => part !== null && part !== "").join(" · ");
}

export function eventIcon(event: JourneyEvent): IconName {
  switch (event.kind) {
    case "touch":
      return event.interaction === "view" || event.interaction === "engaged_view" ? "view" : "click";
    case "order":
      return "order";
    case "conversion":
      return "flag";
    case "refund":
      return "refund";
    default:
      return "stage";
  }
}
