/** Around every table: it scrolls by itself, is reached by Tab, and Ctrl C copies all of it unless something is selected. */
import type { ReactNode } from "react";

import styles from "./DataTable.module.css";

interface TableFrameProps {
  caption: string;
  onCopy: () => void;
  children: ReactNode;
}

export function TableFrame({ caption, onCopy, children }: TableFrameProps) {
  return (
    <div
      className={styles.scroll}
      tabIndex={0}
      role="group"
      aria-label={caption}
      onKeyDown={(event) => {
        if ((event.ctrlKey || event.metaKey) && event.key === "c" && String(getSelection()) === "") onCopy();
      }}
    >
      {children}
    </div>
  );
}
