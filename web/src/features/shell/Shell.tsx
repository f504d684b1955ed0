/** Rail, tab bar and palette around every page. Only sections that exist are here. */
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";

import { Patterns } from "../../charts/Patterns";
import { Icon } from "../../ui/Icon";
import { Toaster } from "../../ui/Toaster";
import { useHotkeys } from "../../ui/useHotkey";
import { useSession } from "../view/useView";
import { Logo } from "./Logo";
import { showOverlay, useOverlay } from "./overlay";
import { useGoKeys } from "./useGoKeys";
import styles from "./Shell.module.css";

const Keys = lazy(() => import("./Keys").then((module) => ({ default: module.Keys })));
const Palette = lazy(() => import("../palette/Palette").then((module) => ({ default: module.Palette })));

export function Shell() {
  const session = useSession();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const overlay = useOverlay();
  const paletteOpen = overlay === "palette";
  const close = () => showOverlay(null);
  const [paletteLoaded, setPaletteLoaded] = useState(false);
  if (paletteOpen && !paletteLoaded) setPaletteLoaded(true);
  useGoKeys();
  useHotkeys((event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      showOverlay(paletteOpen ? null : "palette");
    } else if (event.key === "?") {
      showOverlay("keys");
    }
  });
  const inCampaigns = path.startsWith("/campaigns");
  const inJourneys = path.startsWith("/journeys");
  const initials = session.organization.name.match(/\p{L}[\p{L}\p{N}]*/gu)?.map((word) => word.charAt(0)).join("").slice(0, 2).toUpperCase();
  return (
    <div className={styles.app}>
      <a className={styles.skip} href="#main">Skip to content</a>
      <Patterns />
      <nav className={styles.rail} aria-label="Main">
        <Link to="/" search={true} className={styles.brand ?? ""} aria-label="Tributary, to Today">
          <Logo />
          <span>Tributary</span>
        </Link>
        <div className={styles.org} title={session.organization.name}>
          <i aria-hidden="true">{initials}</i>
          <span>{session.organization.name}</span>
        </div>
        <div className={styles.nav}>
          <Link to="/" search={true} activeOptions={{ exact: true, includeSearch: false }} activeProps={{ "data-on": "" }} title="Today">
            <Icon name="today" /><span>Today</span>
          </Link>
          <Link to="/explore" search={true} activeOptions={{ includeSearch: false }} activeProps={{ "data-on": "" }} title="Explore">
            <Icon name="explore" /><span>Explore</span>
          </Link>
          <Link to="/campaigns/funnel" search={true} activeOptions={{ includeSearch: false }} title="Campaigns" data-parent={inCampaigns ? "" : undefined}>
            <Icon name="campaign" /><span>Campaigns</span>
          </Link>
          <div className={styles.sub}>
            <Link to="/campaigns/funnel" search={true} activeOptions={{ includeSearch: false }} activeProps={{ "data-on": "" }} title="Funnel">
              <Icon name="funnel" /><span>Funnel</span>
            </Link>
          </div>
          <Link to="/journeys/timeline" search={true} activeOptions={{ includeSearch: false }} title="Journeys" data-parent={inJourneys ? "" : undefined}>
            <Icon name="journeys" /><span>Journeys</span>
          </Link>
          <div className={styles.sub}>
            <Link to="/journeys/timeline" search={true} activeOptions={{ includeSearch: false }} activeProps={{ "data-on": "" }} title="Timeline">
              <Icon name="person" /><span>Timeline</span>
            </Link>
            <Link to="/journeys/attribution" search={true} activeOptions={{ includeSearch: false }} activeProps={{ "data-on": "" }} title="Attribution">
              <Icon name="levels" /><span>Attribution</span>
            </Link>
            <Link to="/journeys/pipeline" search={true} activeOptions={{ includeSearch: false }} activeProps={{ "data-on": "" }} title="Pipeline">
              <Icon name="stage" /><span>Pipeline</span>
            </Link>
            <Link to="/journeys/paths" search={true} activeOptions={{ includeSearch: false }} activeProps={{ "data-on": "" }} title="Paths">
              <Icon name="journeys" /><span>Paths</span>
            </Link>
            <Link to="/journeys/cohorts" search={true} activeOptions={{ includeSearch: false }} activeProps={{ "data-on": "" }} title="Cohorts">
              <Icon name="table" /><span>Cohorts</span>
            </Link>
            <Link to="/journeys/retention" search={true} activeOptions={{ includeSearch: false }} activeProps={{ "data-on": "" }} title="Retention">
              <Icon name="refund" /><span>Retention</span>
            </Link>
            <Link to="/journeys/reconciliation" search={true} activeOptions={{ includeSearch: false }} activeProps={{ "data-on": "" }} title="Reconciliation">
              <Icon name="check" /><span>Reconciliation</span>
            </Link>
          </div>
          <Link to="/sources" search={true} activeOptions={{ exact: true, includeSearch: false }} activeProps={{ "data-on": "" }} title="Sources" data-parent={path.startsWith("/sources/") ? "" : undefined}>
            <Icon name="data" /><span>Sources</span>
          </Link>
          <div className={styles.sub}>
            <Link to="/sources/models" search={true} activeOptions={{ includeSearch: false }} activeProps={{ "data-on": "" }} title="Models & windows">
              <Icon name="levels" /><span>Models & windows</span>
            </Link>
            <Link to="/sources/channels" search={true} activeOptions={{ includeSearch: false }} activeProps={{ "data-on": "" }} title="Channel rules">
              <Icon name="levels" /><span>Channel rules</span>
            </Link>
            <Link to="/sources/campaign-audit" search={true} activeOptions={{ includeSearch: false }} activeProps={{ "data-on": "" }} title="Campaign audit">
              <Icon name="campaign" /><span>Campaign audit</span>
            </Link>
          </div>
        </div>
      </nav>
      <div className={styles.main}>
        <Outlet />
      </div>
      <nav className={styles.tabbar} aria-label="Main, small screens">
        <Link to="/" search={true} activeOptions={{ exact: true, includeSearch: false }} activeProps={{ "data-on": "" }}><Icon name="today" />Today</Link>
        <Link to="/explore" search={true} activeOptions={{ includeSearch: false }} activeProps={{ "data-on": "" }}><Icon name="explore" />Explore</Link>
        <Link to="/journeys/attribution" search={true} activeOptions={{ includeSearch: false }} activeProps={{ "data-on": "" }}><Icon name="levels" />Attribution</Link>
        <Link to="/journeys/timeline" search={true} activeOptions={{ includeSearch: false }} activeProps={{ "data-on": "" }}><Icon name="journeys" />Journeys</Link>
        <Link to="/sources" search={true} activeOptions={{ includeSearch: false }} activeProps={{ "data-on": "" }}><Icon name="data" />Sources</Link>
      </nav>
      {paletteLoaded ? <Suspense fallback={null}><Palette isOpen={paletteOpen} onClose={close} /></Suspense> : null}
      {overlay === "keys" ? <Suspense fallback={null}><Keys onClose={close} /></Suspense> : null}
      <Toaster />
    </div>
  );
}
