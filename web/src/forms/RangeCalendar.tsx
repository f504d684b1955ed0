/** The calendar of the date range; loaded when the control is first opened. */
import type { CalendarDate } from "@internationalized/date";
import { Button } from "react-aria-components/Button";
import { CalendarCell, CalendarGrid, RangeCalendar as AriaRangeCalendar } from "react-aria-components/RangeCalendar";
import { Heading } from "react-aria-components/Heading";
import { I18nProvider } from "react-aria-components/I18nProvider";

import { Icon } from "../ui/Icon";
import styles from "./RangeControl.module.css";

interface RangeCalendarProps {
  from: CalendarDate;
  to: CalendarDate;
  last: CalendarDate | null;
  onChange: (from: CalendarDate, to: CalendarDate) => void;
}

export function RangeCalendar({ from, to, last, onChange }: RangeCalendarProps) {
  return (
    <I18nProvider locale="en-GB">
      <AriaRangeCalendar
        aria-label="Days"
        className={styles.calendar ?? ""}
        defaultValue={{ start: from, end: to }}
        defaultFocusedValue={to}
        {...(last ? { maxValue: last } : {})}
        onChange={({ start, end }) => onChange(start as CalendarDate, end as CalendarDate)}
      >
        <header>
          <Button slot="previous" className={styles.step ?? ""}><Icon name="left" /></Button>
          <Heading className={styles.heading ?? ""} />
          <Button slot="next" className={styles.step ?? ""}><Icon name="right" /></Button>
        </header>
        <CalendarGrid weekdayStyle="short">{(date) => <CalendarCell date={date} className={styles.day ?? ""} />}</CalendarGrid>
      </AriaRangeCalendar>
    </I18nProvider>
  );
}
