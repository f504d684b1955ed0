/** Undo and redo of a question: Ctrl Z, Shift Ctrl Z. The last fifty changes of this visit. */
import { useState } from "react";

import type { Question } from "../../lib/explore";
import { useHotkeys } from "../../ui/useHotkey";

const STEPS_MAX = 50;

export interface History {
  canUndo: boolean;
  canRedo: boolean;
  undo: () => void;
  redo: () => void;
  /** Before a change: what the question was. */
  note: (question: Question) => void;
}

export function useHistory(question: Question, show: (question: Question) => void): History {
  const [past, setPast] = useState<readonly Question[]>([]);
  const [future, setFuture] = useState<readonly Question[]>([]);
  const undo = () => {
    const last = past.at(-1);
    if (!last) return;
    setPast(past.slice(0, -1));
    setFuture([question, ...future]);
    show(last);
  };
  const redo = () => {
    const [next, ...later] = future;
    if (!next) return;
    setPast([...past, question]);
    setFuture(later);
    show(next);
  };
  useHotkeys((event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    if (event.shiftKey) redo();
    else undo();
  });
  return {
    canUndo: past.length > 0,
    canRedo: future.length > 0,
    undo,
    redo,
    note: (old) => {
      setPast([...past, old].slice(-STEPS_MAX));
      setFuture([]);
    },
  };
}
