import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "react-aria-components/Button";
import { Header } from "react-aria-components/Header";
import { Menu, MenuItem, MenuSection, MenuTrigger } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";

import { sessionQuery, signOut } from "../../api/queries";
import { Icon } from "../../ui/Icon";
import { setTheme, type ThemeChoice, useTheme } from "../../ui/theme";
import { showToast } from "../../ui/toast";
import { useSession } from "../view/useView";
import styles from "./menus.module.css";

const THEMES: readonly { key: ThemeChoice; label: string }[] = [
  { key: "auto", label: "As the system" },
  { key: "light", label: "Light" },
  { key: "dark", label: "Dark" },
];

export function ThemeMenu() {
  const theme = useTheme();
  return (
    <MenuTrigger>
      <Button className={styles.square ?? ""} aria-label="Theme"><Icon name="contrast" /></Button>
      <Popover className={styles.popover ?? ""} placement="bottom end" offset={4}>
        <Menu
          className={styles.menu ?? ""}
          aria-label="Theme"
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[theme]}
          onSelectionChange={(keys) => {
            const chosen = THEMES.find((candidate) => keys !== "all" && keys.has(candidate.key));
            if (chosen) setTheme(chosen.key);
          }}
        >
          {THEMES.map((option) => (
            <MenuItem key={option.key} id={option.key} className={styles.item ?? ""} textValue={option.label}>
              {({ isSelected }) => <><span className={styles.tick}>{isSelected ? <Icon name="check" small /> : null}</span>{option.label}</>}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

export function AccountMenu() {
  const { user, organization } = useSession();
  const navigate = useNavigate();
  const client = useQueryClient();
  const initials = (user.name || user.email).split(/[\s@.]+/).map((word) => word.charAt(0)).join("").slice(0, 2).toUpperCase();
  const leave = async () => {
    try {
      await signOut();
    } catch {
      showToast("The server does not answer, so you are still signed in.");
      return;
    }
    client.setQueryData(sessionQuery.queryKey, null);
    await navigate({ to: "/login" });
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== "session" });
  };
  return (
    <MenuTrigger>
      <Button className={styles.avatar ?? ""} aria-label={`Account of ${user.name || user.email}`}>{initials}</Button>
      <Popover className={styles.popover ?? ""} placement="bottom end" offset={4}>
        <Menu className={styles.menu ?? ""} aria-label="Account" onAction={() => void leave()}>
          <MenuSection>
            <Header className={styles.head ?? ""}>
              <b>{user.name || user.email}</b>
              <span>{user.email}</span>
              <span>{organization.name} · {user.role.replaceAll("_", " ")}</span>
            </Header>
            <MenuItem id="out" className={styles.item ?? ""} textValue="Sign out"><Icon name="signout" /> Sign out</MenuItem>
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
