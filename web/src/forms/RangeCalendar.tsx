/** The calendar of the date range; loaded when the control is first opened. */
import { parseDate } from "@internationalized/date";
import { Button } from "react-aria-components/Button";
import { CalendarCell, CalendarGrid, RangeCalendar as AriaRangeCalendar } from "react-aria-components/RangeCalendar";
import { Heading } from "react-aria-components/Heading";
import { I18nProvider } from "react-aria-components/I18nProvider";

import type { DateRange } from "../lib/dates";
import { Icon } from "../ui/Icon";
import styles from "./RangeControl.module.css";

interface RangeCalendarProps {
  range: DateRange;
  /** Days after this one cannot be chosen. */
  lastDay: string | null;
  onChange: (range: DateRange) => void;
}

export function RangeCalendar({ range, lastDay, onChange }: RangeCalendarProps) {
  return (
    <I18nProvider locale="en-GB">
      <AriaRangeCalendar
        aria-label="Days"
        className={styles.calendar ?? ""}
        defaultValue={{ start: parseDate(range.from), end: parseDate(range.to) }}
        defaultFocusedValue={parseDate(range.to)}
        {...(lastDay === null ? {} : { maxValue: parseDate(lastDay) })}
        onChange={({ start, end }) => onChange({ from: start.toString(), to: end.toString() })}
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
