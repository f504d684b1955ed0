/** Where the fields stand: rows, columns, values. Pills are dragged, or moved by the arrow keys and taken out by Delete. */
import { type DragEvent, useState } from "react";
import { Button } from "react-aria-components/Button";
import { Menu, MenuItem, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";

import { DATE, place, type Question, replaceValue, shift, splitValue, take, type Zone } from "../../lib/explore";
import { isModel, modelLabel, MODELS } from "../../lib/models";
import type { View } from "../../lib/search";
import { classes } from "../../ui/classes";
import { Icon } from "../../ui/Icon";
import styles from "./Explore.module.css";
import { DRAGGED } from "./FieldList";
import type { ExploreState } from "./useExplore";

const ZONES: readonly { zone: Zone; label: string; hint: string }[] = [
  { zone: "rows", label: "Rows", hint: "Drop a field to group by" },
  { zone: "columns", label: "Columns", hint: "Drop a field to spread out" },
  { zone: "values", label: "Values", hint: "Drop a value" },
];

export function Zones({ state, view }: { state: ExploreState; view: View }) {
  return <>{ZONES.map((zone) => <ZoneRow key={zone.zone} {...zone} state={state} view={view} />)}</>;
}

interface Dragged {
  field: string;
  isValue: boolean;
}

function dragged(event: DragEvent): Dragged | null {
  try {
    const read: unknown = JSON.parse(event.dataTransfer.getData(DRAGGED));
    return typeof read === "object" && read !== null && "field" in read && typeof read.field === "string" ? { field: read.field, isValue: "isValue" in read && read.isValue === true } : null;
  } catch {
    return null;
  }
}

function ZoneRow({ zone, label, hint, state, view }: { zone: Zone; label: string; hint: string; state: ExploreState; view: View }) {
  const { question, change } = state;
  const [isOver, setIsOver] = useState(false);
  const drop = (event: DragEvent, at?: number) => {
    event.preventDefault();
    event.stopPropagation();
    setIsOver(false);
    const field = dragged(event);
    if (field && field.isValue === (zone === "values")) change(place(question, zone, field.field, at));
  };
  return (
    <div className={styles.zoneRow}>
      <span className={styles.zoneName} id={`zone-${zone}`}>{label}</span>
      <div
        className={classes(styles.zone, isOver && styles.over)}
        role="group"
        aria-labelledby={`zone-${zone}`}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes(DRAGGED)) return;
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={(event) => drop(event)}
      >
        {question[zone].map((field, at) => (
          <Pill key={field} zone={zone} field={field} state={state} view={view} onDrop={(event) => drop(event, at)} />
        ))}
        {question[zone].length === 0 ? <span className={styles.drop}>{hint}</span> : null}
      </div>
    </div>
  );
}

function Pill({ zone, field, state, view, onDrop }: { zone: Zone; field: string; state: ExploreState; view: View; onDrop: (event: DragEvent) => void }) {
  const { question, fields, change } = state;
  const { key, model } = splitValue(field);
  const takesModel = zone === "values" && fields.takesModel(key);
  const shown = takesModel ? (model ?? view.model) : null;
  const label = field === DATE ? `Time, by ${question.grain}` : fields.label(field);
  const move = (event: React.KeyboardEvent) => {
    if (event.key === "Delete" || event.key === "Backspace") change(take(question, field));
    else if (event.key === "ArrowLeft") change(shift(question, zone, field, -1));
    else if (event.key === "ArrowRight") change(shift(question, zone, field, 1));
    else return;
    event.preventDefault();
  };
  return (
    <span
      className={styles.pill}
      draggable
      onDragStart={(event) => event.dataTransfer.setData(DRAGGED, JSON.stringify({ field, isValue: zone === "values" }))}
      onDrop={onDrop}
      onKeyDown={move}
    >
      <MenuTrigger>
        <Button className={styles.pillName ?? ""} aria-label={`${label}${shown && isModel(shown) ? `, ${modelLabel(shown)}` : ""}. Options; arrow keys move it, Delete takes it out`}>
          <Icon name="grip" small />
          {label}
          {shown && isModel(shown) ? <em>{modelLabel(shown).toLowerCase()}</em> : null}
        </Button>
        <Popover className={styles.menuBox ?? ""} placement="bottom start">
          <Menu className={styles.menu ?? ""} aria-label={label} onAction={(action) => change(chosen(question, zone, field, String(action)))}>
            {optionsOf(zone, takesModel).map((option) => <MenuItem key={option.key} id={option.key} className={styles.menuItem ?? ""}>{option.label}</MenuItem>)}
          </Menu>
        </Popover>
      </MenuTrigger>
      <Button className={styles.pillOut ?? ""} aria-label={`Take out ${label}`} onPress={() => change(take(question, field))}><Icon name="close" small /></Button>
    </span>
  );
}

function optionsOf(zone: Zone, takesModel: boolean): { key: string; label: string }[] {
  const models = MODELS.map((model) => ({ key: `model:${model.key}`, label: `Credit by ${model.label.toLowerCase()}` }));
  const others = zone === "rows" ? [{ key: "to:columns", label: "Move to columns" }] : zone === "columns" ? [{ key: "to:rows", label: "Move to rows" }] : [];
  return [
    ...(takesModel ? [{ key: "model:", label: "Credit by the view’s model" }, ...models] : []),
    ...(takesModel ? [{ key: "beside", label: "Add every model beside it" }] : []),
    ...others,
    { key: "left", label: "Move left" },
    { key: "right", label: "Move right" },
    { key: "out", label: "Take out" },
  ];
}

function chosen(question: Question, zone: Zone, field: string, action: string): Question {
  const { key } = splitValue(field);
  if (action.startsWith("model:")) {
    const model = action.slice("model:".length);
    return replaceValue(question, field, model === "" ? key : `${key}{${model}}`);
  }
  switch (action) {
    case "beside":
      return MODELS.reduce((asked, model) => {
        const value = `${key}{${model.key}}`;
        return asked.values.includes(value) ? asked : place(asked, "values", value);
      }, take(question, field));
    case "to:columns": return place(question, "columns", field);
    case "to:rows": return place(question, "rows", field);
    case "left": return shift(question, zone, field, -1);
    case "right": return shift(question, zone, field, 1);
    default: return take(question, field);
  }
}
