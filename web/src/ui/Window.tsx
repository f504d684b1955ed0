/** What needs the whole attention for a moment: a dialog over a scrim. Esc closes, focus returns. */
import type { ReactNode } from "react";
import { Dialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";

import { Button } from "./Button";
import styles from "./Window.module.css";

interface WindowProps {
  title: string;
  onClose: () => void;
  footer?: ReactNode;
  children: ReactNode;
}

export function Window({ title, onClose, footer, children }: WindowProps) {
  return (
    <ModalOverlay isOpen onOpenChange={(open) => (open ? undefined : onClose())} className={styles.scrim ?? ""}>
      <Modal className={styles.modal ?? ""}>
        <Dialog className={styles.dialog ?? ""}>
          <header className={styles.head}>
            <Heading slot="title">{title}</Heading>
            <Button kind="quiet" size="small" icon="close" aria-label="Close" onPress={onClose} />
          </header>
          <div className={styles.body}>{children}</div>
          {footer ? <footer className={styles.foot}>{footer}</footer> : null}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
