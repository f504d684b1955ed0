/** Reads a result table by column id. A cell of the wrong kind is a bug of ours and says which column it was. */
import { type Micros, parseDecimal } from "../lib/decimal";
import type { Cell, ResultTable } from "./types";

export interface FrameRow {
  text(column: string): string | null;
  money(column: string): Micros | null;
  number(column: string): number | null;
}

export interface Frame {
  rows: FrameRow[];
  totals: FrameRow;
  has(column: string): boolean;
}

export function frame(table: ResultTable): Frame {
  const positions = new Map(table.columns.map((column, index) => [column.id, index]));
  const row = (cells: Cell[]): FrameRow => {
    const cell = (column: string): Cell => {
      const position = positions.get(column);
      if (position === undefined) throw new Error(`The answer has no column "${column}"; it has ${[...positions.keys()].join(", ")}`);
      return cells[position] ?? null;
    };
    return {
      text: (column) => {
        const value = cell(column);
        return value === null ? null : String(value);
      },
      money: (column) => {
        const value = cell(column);
        return value === null ? null : parseDecimal(String(value));
      },
      number: (column) => {
        const value = cell(column);
        return value === null ? null : Number(value);
      },
    };
  };
  return { rows: table.rows.map(row), totals: row(table.totals), has: (column) => positions.has(column) };
}
