/** The fields on the left: click or Enter adds and takes out, dragging puts one where it is wanted. What does not fit is struck through and says why. */
import { useRef, useState } from "react";

import { DATE, GRAINS, place, type Question, splitValue, take } from "../../lib/explore";
import { SearchBox } from "../../forms/SearchBox";
import { classes } from "../../ui/classes";
import { Icon } from "../../ui/Icon";
import { useHotkeys } from "../../ui/useHotkey";
import styles from "./Explore.module.css";
import { type Field, found } from "./fields";
import type { ExploreState } from "./useExplore";

export const DRAGGED = "application/x-tributary-field";

export function FieldList({ state }: { state: ExploreState }) {
  const { question, fields, change } = state;
  const [search, setSearch] = useState("");
  const box = useRef<HTMLDivElement>(null);
  useHotkeys((event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    box.current?.querySelector("input")?.focus();
  });
  const groups: readonly [string, readonly Field[]][] = [
    ["Group by", found(fields.dimensions, search)],
    ["Time", found(timeFields(question), search)],
    ["Values", found(fields.values, search)],
  ];
  const misfits = [...fields.dimensions, ...fields.values].filter((field) => field.misfit !== null && !field.isUsed).length;
  return (
    <div className={styles.fields} ref={box}>
      <SearchBox label="Find a field" placeholder="Find a field" value={search} onChange={setSearch} />
      {groups.map(([title, list]) => (list.length === 0 ? null : (
        <section key={title} aria-label={title}>
          <h3>{title}</h3>
          <ul>
            {list.map((field) => <FieldItem key={field.key} field={field} onToggle={() => change(toggled(question, field))} />)}
          </ul>
        </section>
      )))}
      {groups.every(([, list]) => list.length === 0) ? <p className="small muted">No field is called like that.</p> : null}
      {misfits > 0 ? <p className="small muted">{`${misfits === 1 ? "1 field does" : `${misfits} fields do`} not fit this question. Point at one to see why.`}</p> : null}
    </div>
  );
}

function FieldItem({ field, onToggle }: { field: Field; onToggle: () => void }) {
  const isOff = field.misfit !== null && !field.isUsed;
  return (
    <li className={classes(styles.field, field.isUsed && styles.used, isOff && styles.off)}>
      <button
        type="button"
        aria-pressed={field.isUsed}
        aria-disabled={isOff || undefined}
        title={isOff ? (field.misfit ?? "") : field.description}
        draggable={!isOff}
        onDragStart={(event) => {
          event.dataTransfer.setData(DRAGGED, JSON.stringify({ field: field.key, isValue: field.kind === "value" }));
          event.dataTransfer.effectAllowed = "move";
        }}
        onClick={() => (isOff ? undefined : onToggle())}
      >
        <i aria-hidden="true">{field.kind === "time" ? "◷" : field.kind === "dimension" ? "Aa" : field.isComputed ? "ƒ" : "#"}</i>
        <span>{field.label}{isOff ? <span className="sr">{`, does not fit: ${field.misfit}`}</span> : null}</span>
        <Icon name={field.isUsed ? "check" : "plus"} small />
      </button>
    </li>
  );
}

function timeFields(question: Question): Field[] {
  const isUsed = question.rows.includes(DATE) || question.columns.includes(DATE);
  return GRAINS.filter((grain) => grain !== "hour").map((grain) => ({
    key: grain, label: grain.charAt(0).toUpperCase() + grain.slice(1), description: `One row a ${grain}`, kind: "time", isComputed: false,
    isUsed: isUsed && question.grain === grain, misfit: null,
  }));
}

function toggled(question: Question, field: Field): Question {
  if (field.kind === "time") {
    const grain = GRAINS.find((candidate) => candidate === field.key) ?? question.grain;
    if (field.isUsed) return take(question, DATE);
    const timed = { ...question, grain };
    return question.rows.includes(DATE) || question.columns.includes(DATE) ? timed : place(timed, "rows", DATE);
  }
  if (field.kind === "dimension") return field.isUsed ? take(question, field.key) : place(question, "rows", field.key);
  const used = question.values.find((value) => splitValue(value).key === field.key);
  return used === undefined ? place(question, "values", field.key) : take(question, used);
}
