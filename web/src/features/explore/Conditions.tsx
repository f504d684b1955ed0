/** What is left out, as chips: click edits, × removes, Shift-click turns a condition round. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components/Button";
import { Dialog, DialogTrigger } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";

import { reportQuery } from "../../api/queries";
import type { ReportQuery, ResultTable } from "../../api/types";
import { type Condition, negate, type Operator, OPERATORS, release, restrict } from "../../lib/explore";
import { SearchBox } from "../../forms/SearchBox";
import { Button } from "../../ui/Button";
import { Choice } from "../../ui/Choice";
import { Icon } from "../../ui/Icon";
import type { ViewState } from "../view/useView";
import styles from "./Explore.module.css";
import { partLabel } from "./labels";
import { partsOf } from "./pivot";
import type { ExploreState } from "./useExplore";

const WORDS: Record<Operator, string> = { is: "is", is_not: "is not", contains: "contains", not_contains: "does not contain", is_null: "is empty", is_not_null: "is not empty" };

export function Conditions({ state, view }: { state: ExploreState; view: ViewState }) {
  const { question, fields, change } = state;
  const choices = fields.dimensions.filter((field) => field.misfit === null);
  return (
    <div className={styles.zoneRow}>
      <span className={styles.zoneName} id="zone-filters">Filters</span>
      <div className={styles.zone} role="group" aria-labelledby="zone-filters">
        {question.conditions.map((condition, at) => (
          <span key={`${condition.field} ${condition.operator}`} className={styles.pill}>
            <DialogTrigger>
              <AriaButton
                className={styles.pillName ?? ""}
                onPress={(event) => {
                  if (event.shiftKey) change({ ...question, conditions: question.conditions.map((other, index) => (index === at ? negate(other) : other)) });
                }}
              >
                {fields.label(condition.field)} <em>{WORDS[condition.operator]}</em> {shownValues(condition)}
              </AriaButton>
              <Popover className={styles.editorBox ?? ""} placement="bottom start">
                <Dialog className={styles.editor ?? ""} aria-label={`Filter by ${fields.label(condition.field)}`}>
                  {({ close }) => (
                    <Editor condition={condition} state={state} view={view} onDone={(next) => {
                      change(restrict(release(question, at), next));
                      close();
                    }} />
                  )}
                </Dialog>
              </Popover>
            </DialogTrigger>
            <AriaButton className={styles.pillOut ?? ""} aria-label={`Remove filter ${fields.label(condition.field)} ${WORDS[condition.operator]}`} onPress={() => change(release(question, at))}><Icon name="close" small /></AriaButton>
          </span>
        ))}
        <DialogTrigger>
          <AriaButton className={styles.add ?? ""}><Icon name="plus" small />Add a filter</AriaButton>
          <Popover className={styles.editorBox ?? ""} placement="bottom start">
            <Dialog className={styles.editor ?? ""} aria-label="Add a filter">
              {({ close }) => (
                <NewFilter choices={choices.map((field) => ({ key: field.key, label: field.label }))} state={state} view={view} onDone={(next) => {
                  change(restrict(question, next));
                  close();
                }} />
              )}
            </Dialog>
          </Popover>
        </DialogTrigger>
      </div>
    </div>
  );
}

function shownValues(condition: Condition): string {
  const labels = condition.values.map((value) => partLabel({ field: condition.field, key: value, label: value }, "day"));
  return labels.length > 2 ? `${labels.slice(0, 2).join(", ")} and ${labels.length - 2} more` : labels.join(" or ");
}

function NewFilter({ choices, state, view, onDone }: { choices: readonly { key: string; label: string }[]; state: ExploreState; view: ViewState; onDone: (condition: Condition) => void }) {
  const [field, setField] = useState(choices[0]?.key ?? "");
  if (field === "") return <p className="small muted">No field fits every value of this question.</p>;
  return (
    <>
      <Choice label="Field" value={field} options={choices} onChange={setField} />
      <Editor key={field} condition={{ field, operator: "is", values: [] }} state={state} view={view} onDone={onDone} />
    </>
  );
}

const VALUES_SHOWN = 200;

function Editor({ condition, state, view, onDone }: { condition: Condition; state: ExploreState; view: ViewState; onDone: (condition: Condition) => void }) {
  const [operator, setOperator] = useState<Operator>(condition.operator);
  const [values, setValues] = useState<readonly string[]>(condition.values);
  const [search, setSearch] = useState("");
  const isList = operator === "is" || operator === "is_not";
  const isText = operator === "contains" || operator === "not_contains";
  const known = useQuery(reportQuery(valuesOf(condition.field, state, view)));
  const offered = offers(known.data, condition.field, condition.values).filter((offer) => offer.label.toLowerCase().includes(search.toLowerCase()));
  const given = isText ? [search].filter((text) => text !== "") : isList ? values : [];
  const isReady = !isList && !isText ? true : given.length > 0;
  return (
    <>
      <Choice label="Operator" value={operator} options={OPERATORS.map((key) => ({ key, label: WORDS[key] }))} onChange={setOperator} />
      {isList || isText ? <SearchBox label={isText ? "Text" : "Find a value"} placeholder={isText ? "Text" : "Find a value"} value={search} onChange={setSearch} /> : null}
      {isList ? (
        <ul className={styles.offers} aria-busy={known.isFetching || undefined}>
          {offered.slice(0, VALUES_SHOWN).map((offer) => (
            <li key={offer.key}>
              <label>
                <input type="checkbox" checked={values.includes(offer.key)} onChange={(event) => setValues(event.target.checked ? [...values, offer.key] : values.filter((value) => value !== offer.key))} />
                <span>{offer.label}</span>
              </label>
            </li>
          ))}
          {known.data && offered.length === 0 ? <li className="small muted">No value of these days is called like that.</li> : null}
          {known.isError ? <li className="small muted">The values cannot be listed now. Choose “contains” and write one.</li> : null}
        </ul>
      ) : null}
      <Button kind="primary" size="small" isDisabled={!isReady} onPress={() => onDone({ field: condition.field, operator, values: given })}>Filter</Button>
    </>
  );
}

/** The values of a field in these days, the largest first. */
function valuesOf(field: string, state: ExploreState, view: ViewState): ReportQuery | null {
  const metric = state.question.values.find((value) => state.fields.metric(value)?.dimensions.includes(field)) ?? state.fields.values.find((value) => state.fields.metric(value.key)?.dimensions.includes(field))?.key;
  return metric === undefined ? null : { metrics: [metric], dimensions: [field], from: view.range.from, to: view.range.to, grain: "total", sort: [{ by: metric, descending: true }], limit: 1_000 };
}

function offers(table: ResultTable | undefined, field: string, chosen: readonly string[]): { key: string; label: string }[] {
  const parts = table ? table.rows.map(partsOf(table, field)) : [];
  const read = parts.flatMap((part) => (part.key === null ? [] : [{ key: part.key, label: partLabel(part, "day") }]));
  const missing = chosen.filter((value) => !read.some((offer) => offer.key === value)).map((value) => ({ key: value, label: value }));
  return [...missing, ...read];
}
