/** A page between the top bar and the end: place, search, freshness, theme, account; then its controls; then its content. */
import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { syncStatusQuery } from "../../api/queries";
import { shortDay } from "../../lib/dates";
import { Icon } from "../../ui/Icon";
import { Dot } from "../../ui/Mark";
import { AccountMenu, ThemeMenu } from "./menus";
import { openPalette } from "./palette";
import styles from "./Shell.module.css";

interface PageFrameProps {
  /** Where this is: "Journeys", "Attribution". The last is the page's own name. */
  place: readonly string[];
  controls?: ReactNode;
  children: ReactNode;
}

export function PageFrame({ place, controls, children }: PageFrameProps) {
  const name = place.at(-1) ?? "";
  return (
    <>
      <title>{`${name} · Tributary`}</title>
      <header className={styles.topbar}>
        <div className={styles.crumb}>
          {place.slice(0, -1).map((part) => <span key={part} className={styles.up}>{part} <span aria-hidden="true">/</span> </span>)}
          <b>{name}</b>
        </div>
        <button type="button" className={styles.search} onClick={openPalette} aria-label="Search or jump to, Ctrl K">
          <Icon name="search" />
          <span>Search or jump to…</span>
          <kbd>Ctrl K</kbd>
        </button>
        <Freshness />
        <ThemeMenu />
        <AccountMenu />
      </header>
      {controls ? <div className={styles.controls} role="toolbar" aria-label="Range and model">{controls}</div> : null}
      <main className={styles.page} id="main" tabIndex={-1}>{children}</main>
    </>
  );
}

function Freshness() {
  const { data: status } = useSuspenseQuery(syncStatusQuery);
  const late = status.sources.filter((source) => source.data_through !== null && status.data_through !== null && source.data_through < status.data_through);
  const words = status.data_through === null ? "No data yet" : `Data to ${shortDay(status.data_through)}${late.length > 0 ? `, ${late.length} ${late.length === 1 ? "source" : "sources"} behind` : ""}`;
  return (
    <Link to="/sources" search={true} className={styles.fresh ?? ""} aria-label={`${words}. Open sources`}>
      <Dot state={status.data_through === null ? "off" : late.length > 0 ? "warn" : "good"} />
      <span>{words}</span>
    </Link>
  );
}
