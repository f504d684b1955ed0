/** Date range: presets as expressions, two dates, a calendar, and the arrow keys to shift the period. */
import { lazy, Suspense, useState } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { Dialog, DialogTrigger } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";

import { type DateRange, MONTH_PRESETS, PRESETS, rangeText, shiftRange } from "../lib/dates";
import { classes } from "../ui/classes";
import { Icon } from "../ui/Icon";
import styles from "./RangeControl.module.css";

const Calendar = lazy(() => import("./RangeCalendar").then((module) => ({ default: module.RangeCalendar })));

interface RangeControlProps {
  expression: string;
  range: DateRange;
  zone: string;
  /** Days after this one have no full data yet. */
  lastDay: string | null;
  onChange: (expression: string) => void;
}

export function RangeControl({ expression, range, zone, lastDay, onChange }: RangeControlProps) {
  const [open, setOpen] = useState(false);
  const choose = (next: string) => {
    onChange(next);
    setOpen(false);
  };
  return (
    <DialogTrigger isOpen={open} onOpenChange={setOpen}>
      <AriaButton
        className={styles.pill ?? ""}
        aria-label={`Date range: ${rangeText(range)}. Left and right arrows shift it.`}
        onKeyDown={(event) => {
          const direction = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
          if (direction === 0) return event.continuePropagation();
          const next = shiftRange(range, direction);
          onChange(`${next.from}..${next.to}`);
        }}
      >
        <Icon name="calendar" small />
        <span className="num">{rangeText(range)}</span>
        <Icon name="down" small />
      </AriaButton>
      <Popover className={styles.popover ?? ""} placement="bottom start" offset={4}>
        <Dialog className={styles.dialog ?? ""} aria-label="Date range">
          <div className={styles.presets}>
            {[...PRESETS, ...MONTH_PRESETS].map((preset) => (
              <button key={preset.key} type="button" className={classes(styles.preset, preset.key === expression && styles.on)} aria-pressed={preset.key === expression} onClick={() => choose(preset.key)}>
                {preset.label}
              </button>
            ))}
            <p className="small muted">Days are cut in {zone}.</p>
          </div>
          <Suspense fallback={<div className={styles.waiting} />}>
            <Calendar
              range={range}
              lastDay={lastDay}
              onChange={(chosen) => choose(`${chosen.from}..${chosen.to}`)}
            />
          </Suspense>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
