/** All keys, and the switch for those that are single letters. */
import { Dialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";

import { Button } from "../../ui/Button";
import { Segmented } from "../../ui/Segmented";
import { setSingleKeys, useSingleKeys } from "../../ui/singleKeys";
import styles from "./Keys.module.css";

const KEYS: readonly [string, string][] = [
  ["Ctrl K", "Search or jump to"],
  ["g t", "Today"],
  ["g e", "Explore"],
  ["g a", "Attribution"],
  ["g p", "Paths"],
  ["g r", "Reconciliation"],
  ["g j", "Customer journeys"],
  ["g s", "Sources"],
  ["/", "Find a field, in Explore"],
  ["Ctrl Z, Shift Ctrl Z", "Undo, redo, in Explore"],
  ["← → Delete", "Move a field of Explore, or take it out"],
  ["c", "Next comparison, on Today"],
  ["t", "Chart or table, with the focus inside a chart’s panel"],
  ["← →", "Shift the period, with the focus on the date range"],
  ["← → ↑ ↓", "Walk a chart’s points"],
  ["Enter", "Fold or unfold a step of the paths"],
  ["Page ↑ ↓", "A week more or less on the window"],
  ["Ctrl C", "Copy a focused table as TSV"],
  ["Esc", "Close what floats"],
  ["?", "These keys"],
];

export function Keys({ onClose }: { onClose: () => void }) {
  const on = useSingleKeys();
  return (
    <ModalOverlay isOpen onOpenChange={(open) => (open ? undefined : onClose())} isDismissable className={styles.scrim ?? ""}>
      <Modal className={styles.modal ?? ""}>
        <Dialog className={styles.dialog ?? ""}>
          <header className={styles.head}>
            <Heading slot="title">Keys</Heading>
            <Button kind="quiet" size="small" icon="close" aria-label="Close" onPress={onClose} />
          </header>
          <dl className={styles.list}>
            {KEYS.map(([key, does]) => (
              <div key={key}>
                <dt><kbd>{key}</kbd></dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
          <footer className={styles.foot}>
            <span>Keys without Ctrl</span>
            <Segmented label="Keys without Ctrl" value={on ? "on" : "off"} options={[{ key: "on", label: "On" }, { key: "off", label: "Off" }]} onChange={(key) => setSingleKeys(key === "on")} />
          </footer>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
