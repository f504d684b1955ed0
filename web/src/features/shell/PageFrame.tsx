/** A page between the top bar and the end: place, search, freshness, theme, account; then its controls; then its content. */
import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { lastDayQuery, syncStatusQuery } from "../../api/queries";
import { shortDay } from "../../lib/dates";
import { plural } from "../../lib/format";
import { useSession } from "../view/useView";
import { Icon } from "../../ui/Icon";
import { Dot } from "../../ui/Mark";
import { AccountMenu, ThemeMenu } from "./menus";
import { openPalette } from "./overlay";
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
      {controls ? <section className={styles.controls} aria-label="Range and model">{controls}</section> : null}
      <main className={styles.page} id="main" tabIndex={-1}>{children}</main>
    </>
  );
}

function Freshness() {
  const { organization } = useSession();
  const { data: lastDay } = useSuspenseQuery(lastDayQuery(organization.zone));
  const { data: status } = useSuspenseQuery(syncStatusQuery);
  const failed = status?.sources.filter((source) => source.status === "failed" || source.status === "interrupted").length ?? 0;
  const words = lastDay === null ? "No data yet" : `Data to ${shortDay(lastDay)}${failed > 0 ? `, ${plural(failed, "source")} failed` : ""}`;
  const shown = (
    <>
      <Dot state={lastDay === null ? "off" : failed > 0 ? "bad" : "good"} />
      <span>{words}</span>
    </>
  );
  return status === null
    ? <span className={styles.fresh} title={words}>{shown}</span>
    : <Link to="/sources" search={true} className={styles.fresh ?? ""} aria-label={`${words}. Open sources`}>{shown}</Link>;
}
