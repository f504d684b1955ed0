/** Ctrl K: pages, campaigns, customers and the theme from one field. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import { Autocomplete, useFilter } from "react-aria-components/Autocomplete";
import { Collection } from "react-aria-components/Collection";
import { Dialog } from "react-aria-components/Dialog";
import { Header } from "react-aria-components/Header";
import { Input } from "react-aria-components/Input";
import { Menu, MenuItem, MenuSection } from "react-aria-components/Menu";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { SearchField } from "react-aria-components/SearchField";

import { frame } from "../../api/frame";
import { customersQuery, reportQuery } from "../../api/queries";
import { Icon, type IconName } from "../../ui/Icon";
import { withoutOrder } from "../../lib/search";
import { plural } from "../../lib/format";
import { setTheme } from "../../ui/theme";
import { channelLabel } from "../../lib/channels";
import { customerName } from "../journey/names";
import { showOverlay } from "../shell/overlay";
import { useView } from "../view/useView";
import styles from "./Palette.module.css";

interface Action {
  id: string;
  label: string;
  hint?: string;
  icon: IconName;
  run: () => void;
}

const CUSTOMERS = 6;

export function Palette({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <ModalOverlay isOpen={isOpen} onOpenChange={(open) => (open ? undefined : onClose())} isDismissable className={styles.scrim ?? ""}>
      <Modal className={styles.modal ?? ""}>
        <Dialog className={styles.dialog ?? ""} aria-label="Search or jump to">
          <Search onClose={onClose} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Search({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text.trim());
  const { contains } = useFilter({ sensitivity: "base" });
  const groups = useGroups(wanted);
  const all = groups.flatMap((group) => group.actions);
  return (
    <Autocomplete inputValue={text} onInputChange={setText}>
      <SearchField aria-label="Search or jump to" autoFocus className={styles.field ?? ""}>
        <Icon name="search" />
        <Input placeholder="Search or jump to…" className={styles.input ?? ""} />
        <kbd>Esc</kbd>
      </SearchField>
      <div className={styles.results} tabIndex={0} role="group" aria-label="Results">
        <Menu
          className={styles.menu ?? ""}
          aria-label="Results"
          items={groups.map((group) => ({ ...group, actions: group.actions.filter((action) => group.filtered || contains(`${action.label} ${action.hint ?? ""}`, wanted)) })).filter((group) => group.actions.length > 0)}
          renderEmptyState={() => <p className={styles.none}>Nothing is called “{text}”. Try a page, a campaign or a customer.</p>}
          onAction={(key) => {
            onClose();
            all.find((action) => action.id === key)?.run();
          }}
        >
          {(group) => (
            <MenuSection id={group.id}>
              <Header className={styles.head ?? ""}>{group.label}</Header>
              <Collection items={group.actions}>
                {(action) => (
                  <MenuItem id={action.id} className={styles.item ?? ""} textValue={action.label}>
                    <Icon name={action.icon} />
                    <span className={styles.label}>{action.label}</span>
                    {action.hint ? <small>{action.hint}</small> : null}
                  </MenuItem>
                )}
              </Collection>
            </MenuSection>
          )}
        </Menu>
      </div>
    </Autocomplete>
  );
}

interface Group {
  id: string;
  label: string;
  /** Already narrowed by the server. */
  filtered: boolean;
  actions: Action[];
}

function useGroups(wanted: string): Group[] {
  const navigate = useNavigate();
  const { range, lastDay, change } = useView();
  const customers = useQuery(customersQuery(wanted, CUSTOMERS));
  const campaigns = useQuery(reportQuery(lastDay === null ? null : { metrics: ["spend"], dimensions: ["channel", "campaign"], from: range.from, to: range.to }));
  const rows = campaigns.data ? frame(campaigns.data).rows.filter((row) => row.text("campaign_id") !== null) : [];
  return [
    {
      id: "pages", label: "Pages", filtered: false,
      actions: [
        { id: "today", label: "Today", hint: "g t", icon: "today", run: () => void navigate({ to: "/", search: true }) },
        { id: "paths", label: "Paths", hint: "g p", icon: "journeys", run: () => void navigate({ to: "/journeys/paths", search: true }) },
        { id: "explore", label: "Explore", hint: "g e", icon: "explore", run: () => void navigate({ to: "/explore", search: true }) },
        { id: "attribution", label: "Attribution", hint: "g a", icon: "levels", run: () => void navigate({ to: "/journeys/attribution", search: true }) },
        { id: "reconciliation", label: "Reconciliation", hint: "g r", icon: "check", run: () => void navigate({ to: "/journeys/reconciliation", search: true }) },
        { id: "timeline", label: "Customer journeys", hint: "g j", icon: "journeys", run: () => void navigate({ to: "/journeys/timeline", search: true }) },
        { id: "pipeline", label: "Pipeline", hint: "Journeys", icon: "stage", run: () => void navigate({ to: "/journeys/pipeline", search: true }) },
        { id: "funnel", label: "Funnel", hint: "Campaigns", icon: "funnel", run: () => void navigate({ to: "/campaigns/funnel", search: true }) },
        { id: "cohorts", label: "Cohorts", icon: "table", run: () => void navigate({ to: "/journeys/cohorts", search: true }) },
        { id: "retention", label: "Retention", icon: "refund", run: () => void navigate({ to: "/journeys/retention", search: true }) },
        { id: "sources", label: "Sources", hint: "g s", icon: "data", run: () => void navigate({ to: "/sources", search: true }) },
      ],
    },
    {
      id: "customers", label: "Customers", filtered: !customers.isPlaceholderData,
      actions: (customers.data?.customers ?? []).map((customer) => ({
        id: `customer-${customer.customer_id}`, label: customerName(customer), hint: plural(customer.conversions, "order"), icon: "person",
        run: () => void navigate({ to: "/journeys/timeline/$customerId", params: { customerId: customer.customer_id }, search: withoutOrder }),
      })),
    },
    {
      id: "campaigns", label: "Campaigns", filtered: false,
      actions: wanted === "" ? [] : rows.map((row) => ({
        id: `campaign-${row.text("campaign_id") ?? ""}`, label: row.text("campaign") ?? "", hint: channelLabel(row.text("channel")), icon: "campaign",
        run: () => void navigate({ to: "/journeys/attribution", search: (old) => ({ ...old, by: "campaign" as const }), hash: row.text("campaign_id") ?? "" }),
      })),
    },
    {
      id: "theme", label: "View", filtered: false,
      actions: [
        { id: "keys", label: "Keyboard shortcuts", hint: "?", icon: "levels", run: () => showOverlay("keys") },
        { id: "light", label: "Light theme", icon: "contrast", run: () => setTheme("light") },
        { id: "dark", label: "Dark theme", icon: "contrast", run: () => setTheme("dark") },
        { id: "auto", label: "Theme as the system", icon: "contrast", run: () => setTheme("auto") },
        { id: "last7", label: "Last 7 full days", icon: "calendar", run: () => change({ range: "last7" }) },
        { id: "last28", label: "Last 28 full days", icon: "calendar", run: () => change({ range: "last28" }) },
        { id: "last90", label: "Last 90 full days", icon: "calendar", run: () => change({ range: "last90" }) },
      ],
    },
  ];
}
